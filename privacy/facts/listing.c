#include <string.h>
#include "privacy/facts/listing.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/plain.h"
#include "privacy/facts/published.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define LATITUDE_MOST	900	/* tenths of a degree */
#define LONGITUDE_MOST	1800
#define ENDED_MOST	4	/* one that stands, one that was announced: more there are not */

struct line {			/* what is to be public; texts as they will stand there */
	char	name[LISTING_NAME], region[LISTING_REGION], languages[LISTING_LANGUAGES];
	bool	placed;
	int64_t	lat, lon;
};

/* ---- who, and under which name ---- */

static bool
may_be_listed(struct keeper *k, const struct owner *o, int64_t now, struct points *p, bool *may, struct err *e)
{
	TRY(trust_points(k, o, now, p, e));
	*may = (p->unlocks & UNLOCK_DIRECTORY) != 0;
	return true;
}

/* "Anna S." of "Anna-Lena Maria" and "Schmidt"; of one name alone: its first word. */
static bool
short_name(const struct buf *given, const struct buf *family, char into[LISTING_NAME], struct err *e)
{
	DROP(buf_wipe) struct buf initials = {0};
	const char *first = given->len > 0 ? given->data : family->data;
	size_t n = first == NULL ? 0 : strcspn(first, " ");

	into[0] = '\0';
	if (n == 0)
		return true;
	if (given->len > 0 && family->len > 0) {
		TRY(person_name_initials(family->data, &initials, e));
		TRY(buf_ok(&initials, e));
	}
	snprintf(into, LISTING_NAME, "%.*s%s%.*s", (int)n, first, initials.len > 0 ? " " : "",
	    initials.len > 0 ? (int)strcspn(initials.data, " ") : 0, initials.len > 0 ? initials.data : "");
	return true;
}

/* The act's owner's, by the act's purpose; "" as long as nobody vouched for it.  Record it. */
static bool
name_to_show(struct keeper *k, struct act *a, const struct points *p, char into[LISTING_NAME], struct err *e)
{
	DROP(buf_wipe) struct buf given = {0}, family = {0};
	uint8_t index;
	bool found;

	into[0] = '\0';
	TRY(name_main(k, a->owner.number, &index, e));
	if (index >= VOUCH_NAMES || (p->names_ok & 1u << index) == 0)
		return true;
	TRY(act_open(k, a, FIELD_GIVEN, index, &given, NULL, &found, e));
	TRY(act_open(k, a, FIELD_FAMILY, index, &family, NULL, &found, e));
	TRY(buf_ok(&given, e) && buf_ok(&family, e));
	return short_name(&given, &family, into, e);
}

bool
listing_owner(struct keeper *k, struct act *a, int64_t id, struct owner *o, char lang[16], struct err *e)
{
	struct member_facts facts;
	struct published p;
	struct points points;
	bool may;

	TRY(published_get(k, PUBLISHED_LISTING, id, &p, e));
	if (p.state == PUBLISHED_STANDING) {
		TRY(member_owner(k, p.member, o, &facts, e));
		snprintf(lang, 16, "%s", facts.lang);
		TRY(may_be_listed(k, o, a->now, &points, &may, e));
		if (may)
			return true;
		TRY(published_end_of(k, o, PUBLISHED_LISTING, a->now, e));
		a->keep = true;
	}
	return REFUSE(e, ERR_ABSENT, WHY_LISTING_ABSENT, "listing: it does not stand");
}

/* ---- one's own ---- */

bool
op_listing(struct keeper *k, struct act *a, struct err *e)
{
	struct published p = {0};
	struct points points;
	char name[LISTING_NAME] = "";
	bool may, found;

	TRY(act_read(a, e));
	TRY(may_be_listed(k, &a->owner, a->now, &points, &may, e));
	TRY(published_of(k, a->owner.number, PUBLISHED_LISTING, &p, &found, e));
	if (may) {
		TRY(name_to_show(k, a, &points, name, e));
		TRY(act_record(k, a, "directory", e));
	}
	pack_u8(a->out, may);
	pack_i64(a->out, found ? p.id : 0);
	pack_u8(a->out, found ? p.state : 0);
	pack_i64(a->out, found ? p.at : 0);
	pack_text(a->out, name);
	return true;
}

/* Codes of two or three small letters, a blank between. */
static bool
languages_ok(const char *s)
{
	while (*s != '\0') {
		size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz");

		if (n < 2 || n > 3 || (s[n] != '\0' && (s[n] != ' ' || s[n + 1] == '\0')))
			return false;
		s += n + (s[n] == ' ');
	}
	return true;
}

static bool
line_read(struct act *a, struct line *l, struct err *e)
{
	bool spot_ok;

	if (unpack_u8(&a->in) != 1)
		return FAIL(e, ERR_DENIED, "listing: nobody said yes");
	unpack_text(&a->in, l->name, sizeof(l->name));
	unpack_text(&a->in, l->region, sizeof(l->region));
	unpack_text(&a->in, l->languages, sizeof(l->languages));
	l->placed = unpack_u8(&a->in) == 1;
	l->lat = unpack_i64(&a->in);
	l->lon = unpack_i64(&a->in);
	TRY(act_read(a, e));
	spot_ok = l->lat >= -LATITUDE_MOST && l->lat <= LATITUDE_MOST && l->lon >= -LONGITUDE_MOST &&
	    l->lon <= LONGITUDE_MOST;
	if (!spot_ok || !plain_line(l->region) || !languages_ok(l->languages) || (l->region[0] == '\0' && !l->placed))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "listing: a part of the line");
	/* The row's purpose lets a name be opened only where its owner said so: that was the yes. */
	a->opted_in = true;
	return true;
}

static void
text_part(struct buf *into, const char *part)
{
	if (part[0] != '\0')
		buf_fmt(into, "%s%s", into->len > 0 ? "; " : "", part);
}

/* All that will be public, for the history. */
static void
line_text(const struct line *l, struct buf *into)
{
	char spot[48] = "";

	if (l->placed)
		snprintf(spot, sizeof(spot), "%.1f, %.1f", (double)l->lat / 10, (double)l->lon / 10);
	text_part(into, l->name);
	text_part(into, l->region);
	text_part(into, l->languages);
	text_part(into, spot);
}

/* The name goes out as its owner saw it, or not at all. */
static bool
name_check(struct keeper *k, struct act *a, const struct points *p, const struct line *l, struct err *e)
{
	char name[LISTING_NAME];

	if (l->name[0] == '\0')
		return true;
	TRY(name_to_show(k, a, p, name, e));
	return strcmp(name, l->name) == 0 || FAIL(e, ERR_CONFLICT, "listing: another name by now");
}

bool
op_listing_announce(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	struct published p, old = {0};
	struct points points;
	struct line l = {0};
	bool may, found;

	TRY(line_read(a, &l, e));
	TRY(may_be_listed(k, &a->owner, a->now, &points, &may, e));
	if (!may)
		return REFUSE(e, ERR_DENIED, WHY_LISTED, "listing: not an assurer of full age");
	TRY(name_check(k, a, &points, &l, e));
	line_text(&l, &text);
	TRY(buf_ok(&text, e));
	TRY(published_of(k, a->owner.number, PUBLISHED_LISTING, &old, &found, e));
	TRY(published_announce(k, a, PUBLISHED_LISTING, "listed", span_buf(&text), &p, e));
	pack_i64(a->out, p.id);
	pack_i64(a->out, p.change);
	pack_i64(a->out, p.number);
	pack_i64(a->out, found ? old.id : 0);
	return true;
}

bool
op_listing_end(struct keeper *k, struct act *a, struct err *e)
{
	int64_t ids[ENDED_MOST], n;
	size_t count;

	TRY(act_read(a, e));
	TRY(published_ids(k, a->owner.number, PUBLISHED_LISTING, ids, COUNT(ids), &count, e));
	/* Who may not publish within 72 hours of a recovery may still take down. */
	a->purpose = PURPOSE_DIRECTORY;
	TRY(published_end(k, a, PUBLISHED_LISTING, 0, &n, e));
	pack_u32(a->out, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		pack_i64(a->out, ids[i]);
	return n > 0 || REFUSE(e, ERR_ABSENT, WHY_LISTING_ABSENT, "listing: none");
}
