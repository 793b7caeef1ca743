#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistd.h>
#include <unistr.h>
#include "ledger/base/drop.h"
#include "ledger/base/pack.h"
#include "ledger/base/wipe.h"
#include "portal/trust/atlas.h"

#define EARTH_KM	6371.0088	/* mean radius, IUGG */
#define TYPED_LEAST	2		/* characters */

struct atlas {
	size_t	count;
	struct atlas_place *places;
	char	(*keys)[ATLAS_NAME];	/* names as they are searched for */
};

/* ---- how names are searched for ---- */

void
atlas_key(const char *name, char into[ATLAS_NAME])
{
	DROP(free_bytes) uint8_t *folded = NULL;
	DROP(free_bytes) uint8_t *parts = NULL;
	size_t folded_n = 0, n = 0, at = 0;
	bool space = false;
	ucs4_t c;

	into[0] = '\0';
	if (name[0] == '\0' || !utf8_ok(name, strlen(name)))
		return;
	folded = u8_casefold((const uint8_t *)name, strlen(name), NULL, UNINORM_NFKD, NULL, &folded_n);
	if (folded != NULL && folded_n > 0)
		parts = u8_normalize(UNINORM_NFKD, folded, folded_n, NULL, &n);
	for (size_t i = 0, len; parts != NULL && i < n; i += len) {
		len = (size_t)u8_mbtouc(&c, parts + i, n - i);
		if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M))
			continue;
		if (!uc_is_alnum(c)) {
			space = at > 0;
			continue;
		}
		if (at + space + len >= ATLAS_NAME)
			break;
		if (space)
			into[at++] = ' ';
		space = false;
		memcpy(into + at, parts + i, len);
		at += len;
	}
	into[at] = '\0';
}

/* ---- the file ---- */

/* n digits; -1: something else. */
static int
digits(const char *s, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

/* +DDMM, +DDMMSS, +DDDMM or +DDDMMSS (ISO 6709) with `whole` digits of degrees, as tenths of a degree. */
static bool
read_angle(const char *s, size_t n, size_t whole, int most, int16_t *tenths)
{
	int degrees, minutes, seconds = 0, all;

	if ((n != whole + 3 && n != whole + 5) || (s[0] != '+' && s[0] != '-'))
		return false;
	degrees = digits(s + 1, whole);
	minutes = digits(s + 1 + whole, 2);
	if (n == whole + 5)
		seconds = digits(s + 3 + whole, 2);
	if (degrees < 0 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59)
		return false;
	all = degrees * 3600 + minutes * 60 + seconds;
	if (all > most * 3600)
		return false;
	all = (all + 180) / 360;
	*tenths = (int16_t)(s[0] == '-' ? -all : all);
	return true;
}

static bool
read_coordinates(const char *s, size_t n, struct spot *spot)
{
	size_t second = 1;

	while (second < n && s[second] != '+' && s[second] != '-')
		second++;
	return second < n && read_angle(s, second, 2, 90, &spot->lat) &&
	    read_angle(s + second, n - second, 3, 180, &spot->lon);
}

static bool
read_field(const char *s, size_t n, const char *allowed, char *into, size_t size)
{
	if (n == 0 || n >= size)
		return false;
	memcpy(into, s, n);
	into[n] = '\0';
	return strspn(into, allowed) == n;
}

/* The town is what stands behind the last slash, with spaces. */
static void
name_of(const char *zone, char into[ATLAS_NAME])
{
	const char *last = strrchr(zone, '/');

	snprintf(into, ATLAS_NAME, "%s", last == NULL ? zone : last + 1);
	for (char *p = into; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
}

#define LETTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* countries TAB coordinates TAB zone [TAB comment] */
static bool
read_line(const char *s, size_t n, struct atlas_place *p)
{
	const char *end = s + n, *one = memchr(s, '\t', n), *two, *three;

	if (one == NULL)
		return false;
	two = memchr(one + 1, '\t', (size_t)(end - one - 1));
	if (two == NULL)
		return false;
	three = memchr(two + 1, '\t', (size_t)(end - two - 1));
	if (three == NULL)
		three = end;
	if (!read_field(s, (size_t)(one - s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ,", p->countries, sizeof(p->countries)) ||
	    !read_coordinates(one + 1, (size_t)(two - one - 1), &p->spot) ||
	    !read_field(two + 1, (size_t)(three - two - 1), LETTERS "0123456789_+-/", p->zone, sizeof(p->zone)))
		return false;
	name_of(p->zone, p->name);
	return p->name[0] != '\0';
}

static bool
grow(struct atlas *a, size_t *room)
{
	size_t want = *room == 0 ? 512 : *room * 2;
	struct atlas_place *places = realloc(a->places, want * sizeof(*places));

	if (places == NULL)
		return false;
	a->places = places;
	*room = want;
	return true;
}

static bool
read_places(struct atlas *a, const char *text, size_t n, struct err *e)
{
	size_t room = 0, line = 1;

	for (size_t at = 0, len; at < n; at += len + 1, line++) {
		const char *stop = memchr(text + at, '\n', n - at);

		len = stop == NULL ? n - at : (size_t)(stop - (text + at));
		if (len == 0 || text[at] == '#')
			continue;
		if (a->count == ATLAS_PLACES_MOST)
			return FAIL(e, ERR_INPUT, "places: more than %u", ATLAS_PLACES_MOST);
		if (a->count == room && !grow(a, &room))
			return FAIL(e, ERR_MEMORY, "places");
		a->places[a->count] = (struct atlas_place){0};
		if (!read_line(text + at, len, &a->places[a->count]))
			return FAIL(e, ERR_INPUT, "places: line %zu is not like zone1970.tab", line);
		a->count++;
	}
	if (a->count == 0)
		return FAIL(e, ERR_INPUT, "places: none in the file");
	return true;
}

bool
atlas_read(struct atlas **out, const char *text, size_t n, struct err *e)
{
	DROP(atlas_drop) struct atlas *a = calloc(1, sizeof(*a));

	*out = NULL;
	if (a == NULL)
		return FAIL(e, ERR_MEMORY, "places");
	TRY(read_places(a, text, n, e));
	a->keys = calloc(a->count, sizeof(*a->keys));
	if (a->keys == NULL)
		return FAIL(e, ERR_MEMORY, "places");
	for (size_t i = 0; i < a->count; i++)
		atlas_key(a->places[i].name, a->keys[i]);
	*out = a;
	a = NULL;
	return true;
}

bool
atlas_open(struct atlas **out, const char *path, struct err *e)
{
	DROP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	DROP(buf_wipe) struct buf b = {0};
	char piece[8192];
	ssize_t n = 0;

	*out = NULL;
	if (fd < 0)
		return FAIL(e, ERR_IO, "%.100s: %s", path, strerror(errno));
	while (!b.failed && b.len <= ATLAS_FILE_MOST && (n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(&b, piece, (size_t)n);
	if (n < 0)
		return FAIL(e, ERR_IO, "%.100s: %s", path, strerror(errno));
	if (b.len > ATLAS_FILE_MOST)
		return FAIL(e, ERR_INPUT, "%.100s: longer than %u bytes", path, ATLAS_FILE_MOST);
	TRY(buf_ok(&b, e));
	return atlas_read(out, b.data == NULL ? "" : b.data, b.len, e);
}

void
atlas_drop(struct atlas **a)
{
	if (*a == NULL)
		return;
	wipe_free((*a)->places);
	wipe_free((*a)->keys);
	wipe_free(*a);
	*a = NULL;
}

size_t
atlas_count(const struct atlas *a)
{
	return a->count;
}

const struct atlas_place *
atlas_at(const struct atlas *a, size_t i)
{
	return &a->places[i];
}

/* ---- finding a place ---- */

enum fit { FIT_EQUAL, FIT_BEGINS, FIT_HOLDS, FIT__COUNT };

static bool
fits(const char *key, const char *typed, enum fit how)
{
	switch (how) {
	case FIT_EQUAL:
		return strcmp(key, typed) == 0;
	case FIT_BEGINS:
		return strncmp(key, typed, strlen(typed)) == 0;
	default:
		return strstr(key, typed) != NULL;
	}
}

size_t
atlas_find(const struct atlas *a, const char *typed, const struct atlas_place **into, size_t most)
{
	char key[ATLAS_NAME];
	size_t n = 0;

	atlas_key(typed, key);
	if (u8_strlen((const uint8_t *)key) == 0 || u8_mbsnlen((const uint8_t *)key, strlen(key)) < TYPED_LEAST)
		return 0;
	for (int how = FIT_EQUAL; how < FIT__COUNT && n == 0; how++)
		for (size_t i = 0; i < a->count && n < most; i++)
			if (fits(a->keys[i], key, (enum fit)how))
				into[n++] = &a->places[i];
	return n;
}

/* ---- coordinates ---- */

bool
spot_ok(struct spot s)
{
	return s.lat >= -900 && s.lat <= 900 && s.lon >= -1800 && s.lon <= 1800;
}

/*
 * A number of up to three digits and a fraction of up to eight, in hundred-millionths:
 * exact, and no strtod that would take hexadecimal, infinity or a locale's comma.
 */
static const char *
read_degrees(const char *s, int64_t *parts)
{
	int64_t v = 0, unit = 100000000;
	bool minus = *s == '-';
	int whole = 0;

	s += *s == '-' || *s == '+';
	for (; *s >= '0' && *s <= '9' && whole < 4; s++, whole++)
		v = v * 10 + (*s - '0');
	v *= unit;
	if (whole == 0 || whole > 3)
		return NULL;
	if ((*s == '.' || *s == ',') && s[1] >= '0' && s[1] <= '9')
		for (s++; *s >= '0' && *s <= '9'; s++) {
			unit /= 10;
			v += unit * (*s - '0');	/* what comes after the eighth digit counts nothing */
		}
	if (strncmp(s, "\xc2\xb0", 2) == 0)
		s += 2;
	*parts = minus ? -v : v;
	return s;
}

/* A letter turns the sign; none may follow a sign. */
static const char *
read_side(const char *s, char plus, char minus, bool had_sign, int64_t *parts)
{
	char c;

	s += strspn(s, " ");
	c = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
	if (c != plus && c != minus)
		return s;
	if (had_sign)
		return NULL;
	if (c == minus)
		*parts = -*parts;
	return s + 1;
}

static const char *
read_one(const char *s, char plus, char minus, int64_t *parts)
{
	bool had_sign;

	s += strspn(s, " ");
	had_sign = *s == '-' || *s == '+';
	s = read_degrees(s, parts);
	return s == NULL ? NULL : read_side(s, plus, minus, had_sign, parts);
}

/* To the nearest tenth, halves away from zero; false: out of bounds. */
static bool
round_tenth(int64_t parts, int64_t most, int16_t *tenths)
{
	int64_t tenth = 10000000, half = parts < 0 ? -tenth / 2 : tenth / 2;

	if (parts > most * 10 * tenth || parts < -most * 10 * tenth)
		return false;
	*tenths = (int16_t)((parts + half) / tenth);
	return true;
}

bool
spot_read(const char *typed, struct spot *s, struct err *e)
{
	int64_t lat = 0, lon = 0;
	const char *at = read_one(typed, 'N', 'S', &lat), *between = at;

	*s = (struct spot){0};
	if (at != NULL) {
		at += strspn(at, " ");
		at += *at == ',' || *at == ';';
		/* two numbers do not touch */
		at = at == between && at > typed && at[-1] >= '0' && at[-1] <= '9' ? NULL : read_one(at, 'E', 'W', &lon);
	}
	if (at == NULL || at[strspn(at, " ")] != '\0' || !round_tenth(lat, 90, &s->lat) ||
	    !round_tenth(lon, 180, &s->lon)) {
		*s = (struct spot){0};
		return FAIL(e, ERR_INPUT, "coordinates: not like 48.1, 11.6");
	}
	return true;
}

static void
write_tenths(int v, char into[8])
{
	int size = v < 0 ? -v : v;

	snprintf(into, 8, "%s%d.%d", v < 0 ? "-" : "", (size / 10) % 1000, size % 10);
}

void
spot_write(struct spot s, char into[SPOT_TEXT])
{
	char lat[8], lon[8];

	write_tenths(s.lat, lat);
	write_tenths(s.lon, lon);
	snprintf(into, SPOT_TEXT, "%s, %s", lat, lon);
}

static double
radians(int tenths)
{
	return (double)tenths * 3.14159265358979323846 / 1800.0;
}

/* The haversine formula: exact enough for neighbours, where the cosine law is not. */
double
spot_distance(struct spot a, struct spot b)
{
	double lat = sin(radians(b.lat - a.lat) / 2), lon = sin(radians(b.lon - a.lon) / 2);
	double h = lat * lat + cos(radians(a.lat)) * cos(radians(b.lat)) * lon * lon;

	return 2 * EARTH_KM * asin(sqrt(h > 1 ? 1 : h));
}

size_t
atlas_nearest(struct spot from, const struct spot *spots, size_t n, double km_most, struct near *into,
    size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < n && most > 0; i++) {
		double km = spot_distance(from, spots[i]);
		size_t at;

		if (km > km_most || (count == most && km >= into[count - 1].km))
			continue;
		at = count < most ? count++ : count - 1;
		for (; at > 0 && into[at - 1].km > km; at--)
			into[at] = into[at - 1];
		into[at] = (struct near){ i, km };
	}
	return count;
}
