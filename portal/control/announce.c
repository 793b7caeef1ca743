/*
 * portal/control/announce.c - `troth announce --security`: those whom a broken promise concerns are told at once.
 *
 * The words come from a file and name nobody; the keeper finds whom they concern and writes to them.
 * Beside the file two drafts are left, for the register of breaches and for the authority (GDPR
 * Articles 33 and 34): what the program knows stands in them, the rest is for people to fill in.
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/entry.h"
#include "portal/control/command.h"
#include "portal/control/file.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "privacy/facts/day.h"
#include "privacy/keeper/op.h"
#include "privacy/purpose.h"
#include "privacy/rights/announce.h"

#define PATIENCE_MS	30000	/* for a keeper that falls, or whose disk does not write just now */
#define AGAIN_MS	500
#define UNDER_WAY	"This notice is being sent.  When these words still stand here although no `troth announce` runs, it was cut off:\n" \
			"give the same command again, it goes on where it was.\n"
#define ITS_NUMBER	"Its number, and what its words and those it is for come to: "	/* behind the words above, once it has one */

#define HASH_TEXT	(2 * crypto_generichash_BYTES + 1)

enum what { WHAT_BEGIN, WHAT_GO_ON, WHAT_COUNT };

struct announcement {
	char		path[PATH_MAX];		/* of the words */
	struct buf	words;
	int64_t		fields, since, until;
	uint8_t		role;
	int64_t		id, seen, met, told, begun;
};

static void
announcement_wipe(struct announcement *a)
{
	buf_wipe(&a->words);
}

/* ---- the question ---- */

/* "birth": any field whose name begins so; several are several bits. */
static bool
field_bits(const char *word, int64_t *bits, struct err *e)
{
	*bits = 0;
	for (unsigned f = 1; f < FIELD__COUNT; f++)
		if (strncmp(fields[f].name, word, strlen(word)) == 0)
			*bits |= (int64_t)FIELD_BIT(f);
	return *bits != 0 || FAIL(e, ERR_INPUT, "--field %.40s: no field is called so (birth, document, address, given ...)", word);
}

static bool
role_read(const char *word, uint8_t *role, struct err *e)
{
	for (unsigned r = 1; r < ACTOR__COUNT; r++)
		if (strcmp(entry_role_name(r), word) == 0) {
			*role = (uint8_t)r;
			return true;
		}
	return FAIL(e, ERR_INPUT, "--role %.40s: one of owner, assurer, support, officer, auditor, operator, system", word);
}

static bool
question_read(const struct command *c, struct announcement *a, struct err *e)
{
	int64_t from, to;

	if (c->field == NULL && c->role == NULL && c->from == NULL && c->to == NULL)
		return true;
	if (c->field == NULL || c->role == NULL || c->from == NULL || c->to == NULL)
		return FAIL(e, ERR_INPUT, "usage: --field, --role, --from and --to go together; without them all members are told");
	TRY(field_bits(c->field, &a->fields, e));
	TRY(role_read(c->role, &a->role, e));
	if (!day_read(c->from, &from) || !day_read(c->to, &to) || to < from)
		return FAIL(e, ERR_INPUT, "--from and --to are days, 2026-11-01, the first not after the second");
	a->since = from * DAY;
	a->until = to * DAY + DAY - 1;
	return true;
}

static bool
words_read(const struct command *c, struct announcement *a, struct err *e)
{
	if (c->count)
		return true;
	if (realpath(c->word[0], a->path) == NULL)
		return FAIL(e, ERR_ABSENT, "%.200s: there is no such file", c->word[0]);
	TRY(file_get(a->path, &a->words, e));
	if (a->words.len == 0 || a->words.len > ANNOUNCE_WORDS || memchr(a->words.data, 0, a->words.len) != NULL)
		return FAIL(e, ERR_INPUT, "%.200s: a notice is plain text of at most %d bytes", a->path, ANNOUNCE_WORDS);
	return memchr(a->words.data, '\f', a->words.len) == NULL || FAIL(e, ERR_INPUT, "%.200s: no form feeds", a->path);
}

/* ---- asking ---- */

static bool
ask(struct announcement *a, enum what what, uint8_t *done, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	pack_u8(&in, what);
	pack_i64(&in, a->id);
	pack_bytes(&in, a->words.data, what == WHAT_GO_ON ? 0 : a->words.len);
	pack_i64(&in, what == WHAT_GO_ON ? 0 : a->fields);
	pack_u8(&in, what == WHAT_GO_ON ? 0 : a->role);
	pack_i64(&in, what == WHAT_GO_ON ? 0 : a->since);
	pack_i64(&in, what == WHAT_GO_ON ? 0 : a->until);
	TRY(talk("keeper", KEEPER_ANNOUNCE, &in, &out, TALK_WAIT_MS, e));
	s = span_buf(&out);
	a->id = unpack_i64(&s);
	a->seen = unpack_i64(&s);
	a->met = unpack_i64(&s);
	a->told = unpack_i64(&s);
	*done = unpack_u8(&s);
	return unpack_end(&s, "announcement", e);
}

/* What the same command asks again: the words, for whom, of which site. */
static void
question_hash(const struct command *c, const struct announcement *a, char into[HASH_TEXT])
{
	DROP(buf_wipe) struct buf asked = {0};
	unsigned char hash[crypto_generichash_BYTES] = {0};

	pack_text(&asked, c->set.site_host);
	pack_bytes(&asked, a->words.data, a->words.len);
	pack_i64(&asked, a->fields);
	pack_u8(&asked, a->role);
	pack_i64(&asked, a->since);
	pack_i64(&asked, a->until);
	if (!asked.failed)
		crypto_generichash(hash, sizeof(hash), (const unsigned char *)asked.data, asked.len, NULL, 0);
	sodium_bin2hex(into, HASH_TEXT, hash, sizeof(hash));
}

static bool
passes(const struct err *e)
{
	return e->kind == ERR_IO || e->kind == ERR_TIMEOUT || e->kind == ERR_BUSY || e->kind == ERR_MEMORY || e->kind == ERR_FULL;
}

/* Asked twice the keeper begins the same notice once, and goes on with it: an answer that was lost is asked for again. */
static bool
ask_patiently(struct announcement *a, enum what what, uint8_t *done, struct err *e)
{
	int64_t until = clock_mono_ms() + PATIENCE_MS;
	struct err why = {0};

	while (!ask(a, what, done, &why)) {
		if (!passes(&why) || clock_mono_ms() > until)
			return err_hand_on(e, &why);
		why = (struct err){0};
		usleep(AGAIN_MS * 1000);
	}
	return true;
}

/* ---- drafts ---- */

static const char *const ends[] = { "register", "authority" };

static void
draft_path(const struct announcement *a, const char *end, char into[PATH_MAX + 16])
{
	snprintf(into, PATH_MAX + 16, "%s.%s.txt", a->path, end);
}

static void
drafts_undo(const struct announcement *a)
{
	char path[PATH_MAX + 16];

	for (size_t i = 0; i < COUNT(ends); i++) {
		draft_path(a, ends[i], path);
		(void)unlink(path);
	}
}

/* Of an announcement before, and perhaps filled in since: only what was left half-way is ours to replace. */
static bool
filled_in(const char *path)
{
	DROP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char begin[sizeof(UNDER_WAY) - 1];
	ssize_t n = fd < 0 ? -1 : read(fd, begin, sizeof(begin));

	return n > 0 && (n != (ssize_t)sizeof(begin) || memcmp(begin, UNDER_WAY, sizeof(begin)) != 0);
}

/* The first number under which none is kept. */
static bool
keep_aside(const struct announcement *a, const char *end, const char *path, struct err *e)
{
	char to[PATH_MAX + 32];
	struct stat st;

	for (unsigned n = 1; n < 1000; n++) {
		snprintf(to, sizeof(to), "%s.%s.%u.txt", a->path, end, n);
		if (lstat(to, &st) == 0)
			continue;
		if (rename(path, to) != 0)
			return FAIL(e, ERR_IO, "%.200s cannot be kept: %s", path, strerror(errno));
		printf("The draft of before is kept: %s\n", to);
		return true;
	}
	return FAIL(e, ERR_CONFLICT, "%.200s: too many drafts of before", path);
}

/*
 * The number of a notice that this very command began: what was cut off when all had been told is no new one.  The keeper
 * forgets a notice's words then, so this is told apart here.  0: none.
 */
static int64_t
left_half_way(const struct command *c, const struct announcement *a)
{
	DROP(buf_wipe) struct buf draft = {0};
	char path[PATH_MAX + 16], hash[HASH_TEXT], said[HASH_TEXT] = "";
	struct err none = {0};
	int64_t id = 0;

	question_hash(c, a, hash);
	draft_path(a, ends[0], path);
	if (!file_get_itself(path, &draft, &none) || draft.len == 0 || strncmp(draft.data, UNDER_WAY ITS_NUMBER, strlen(UNDER_WAY ITS_NUMBER)) != 0)
		return 0;
	if (sscanf(draft.data + strlen(UNDER_WAY ITS_NUMBER), "%" SCNd64 " %64s", &id, said) != 2 || strcmp(said, hash) != 0)
		return 0;
	return id;
}

/* Before anybody is told: the draft says which notice it is of. */
static bool
number_keep(const struct command *c, const struct announcement *a, struct err *e)
{
	DROP(buf_wipe) struct buf words = {0};
	char path[PATH_MAX + 16], hash[HASH_TEXT];

	question_hash(c, a, hash);
	buf_fmt(&words, UNDER_WAY ITS_NUMBER "%" PRId64 " %s\n", a->id, hash);
	TRY(buf_ok(&words, e));
	draft_path(a, ends[0], path);
	return file_put(path, words.data, words.len, 0600, e);
}

/* Where they cannot be written nobody is told: the command would fail when all were, and be given again. */
static bool
drafts_begin(const struct announcement *a, struct err *e)
{
	char path[PATH_MAX + 16];

	for (size_t i = 0; i < COUNT(ends); i++) {
		draft_path(a, ends[i], path);
		if (filled_in(path))
			TRY(keep_aside(a, ends[i], path, e));
	}
	for (size_t i = 0; i < COUNT(ends); i++) {
		draft_path(a, ends[i], path);
		if (!file_put(path, UNDER_WAY, strlen(UNDER_WAY), 0600, e)) {
			drafts_undo(a);
			return false;
		}
	}
	return true;
}

static void
question_words(const struct command *c, struct buf *b)
{
	if (c->field == NULL)
		buf_text(b, "all members");
	else {
		buf_fmt(b, "members whose field \"%.40s\" was opened in the role \"%.40s\"", c->field, c->role);
		buf_fmt(b, " from %.10s to %.10s, by the ledger", c->from, c->to);
	}
}

static bool
draft(const struct command *c, const struct announcement *a, const char *end, const char *title, const char *gaps,
    struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	char now[21], due[21], path[PATH_MAX + 16];

	clock_iso(a->begun, now);
	clock_iso(a->begun + 3 * DAY, due);
	buf_fmt(&b, "%s\n\nSite: %.60s (%.253s)\n", title, c->set.site_name, c->set.site_host);
	buf_fmt(&b, "Controller: %.200s, ", c->set.association[0] == '\0' ? "(fill in)" : c->set.association);
	buf_fmt(&b, "%.300s\nContact: %.200s\n", c->set.postal, c->set.privacy_contact[0] == '\0' ? "(fill in)" : c->set.privacy_contact);
	buf_fmt(&b, "Notice: number %" PRId64 ", sent %s\n", a->id, now);
	buf_fmt(&b, "The authority is to be told within 72 hours of knowing of it: at the latest %s, if it was known of just now.\n\n", due);
	buf_text(&b, "Concerned: ");
	question_words(c, &b);
	buf_fmt(&b, "\nOf %" PRId64 " members it concerns %" PRId64, a->seen, a->met);
	buf_fmt(&b, ", of whom %" PRId64 " were told by mail; each has a line in their history.\n\n", a->told);
	buf_text(&b, "What they were told:\n\n");
	buf_add(&b, a->words.data, a->words.len);
	buf_fmt(&b, "\n\n%s", gaps);
	TRY(buf_ok(&b, e));
	draft_path(a, end, path);
	TRY(file_put(path, b.data, b.len, 0600, e));
	printf("Draft: %s\n", path);
	return true;
}

/* That of the register, which has the number, comes last: until then the command can be given again. */
static bool
drafts(const struct command *c, const struct announcement *a, struct err *e)
{
	TRY(draft(c, a, ends[1], "Notification of a personal data breach (GDPR Article 33(3))",
	    "To fill in:\n- nature of the breach, categories of data and of people, approximate numbers of records:\n"
	    "- likely consequences:\n- measures taken or proposed, also against its effects:\n"
	    "- if later than 72 hours: the reasons for the delay:\n", e));
	return draft(c, a, ends[0], "Entry for the register of breaches (GDPR Article 33(5))",
	    "To fill in:\n- what happened, when, how it was noticed:\n- which effects it had:\n- what was done about it:\n"
	    "- was the authority told, and when; if not, why not:\n", e);
}

/* All who are to be told are told once, however often this is cut off and given again. */
static bool
tell_all(const struct command *c, struct announcement *a, struct err *e)
{
	struct err why = {0};
	uint8_t done;

	/* A store of before, restored, may not know the number. */
	if (a->id != 0 && !ask_patiently(a, WHAT_GO_ON, &done, &why)) {
		if (why.kind != ERR_ABSENT)
			return err_hand_on(e, &why);
		a->id = 0;
	}
	if (a->id == 0) {
		TRY(ask_patiently(a, c->count ? WHAT_COUNT : WHAT_BEGIN, &done, e));
		TRY(c->count || number_keep(c, a, e));
	}
	while (!done)
		TRY(ask_patiently(a, WHAT_GO_ON, &done, e));
	return true;
}

bool
command_announce(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(announcement_wipe) struct announcement a = { .begun = clock_now() };
	struct err why = {0};

	/* Whoever only counts may have written down all of the command already. */
	if (c->count ? c->word_count > 1 : !c->security || c->word_count != 1)
		return FAIL(e, ERR_INPUT, "usage: troth announce --security FILE [--field F --role R --from DAY --to DAY], or with "
		    "--count: how many it would concern");
	TRY(question_read(c, &a, e));
	TRY(words_read(c, &a, e));
	TRY(state_visit(&s, c->line.state, e));
	if (!c->count && (a.id = left_half_way(c, &a)) == 0)
		TRY(drafts_begin(&a, e));
	if (!tell_all(c, &a, &why)) {
		if (!c->count && a.id == 0)
			drafts_undo(&a);
		return err_hand_on(e, &why);
	}
	printf("Of %" PRId64 " members it concerns %" PRId64 "%s", a.seen, a.met, c->count ? "; nobody was told.\n" : "");
	if (c->count)
		return true;
	printf(", of whom %" PRId64 " are told by mail. Notice %" PRId64 " stands in the history of each.\n", a.told, a.id);
	if (drafts(c, &a, &why))
		return true;
	return FAIL(e, why.kind, "all were told; only its drafts could not be written, which giving the same command again does: %.200s", why.text);
}
