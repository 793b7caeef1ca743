#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "ledger/base/wipe.h"
#include "portal/web/words.h"

#define MAGIC		0x950412deu
#define FILE_MAX	(4u << 20)	/* bytes */
#define MESSAGES_MAX	100000u

struct words {
	char		lang[16];
	char		*data;		/* the file, one NUL behind it */
	size_t		len;
	bool		swapped;	/* the other byte order */
	uint32_t	count, ids, texts;	/* messages; offsets of the two tables */
};

static struct words all[WORDS_MOST];
static size_t count;

static uint32_t
number(const struct words *w, size_t at)
{
	uint32_t v;

	memcpy(&v, w->data + at, sizeof(v));
	return w->swapped ? __builtin_bswap32(v) : v;
}

/* The n-th string of a table; its bounds were checked. */
static const char *
string(const struct words *w, uint32_t table, uint32_t n)
{
	return w->data + number(w, table + 8 * (size_t)n + 4);
}

static bool
string_good(const struct words *w, uint32_t table, uint32_t n)
{
	uint32_t len = number(w, table + 8 * (size_t)n), at = number(w, table + 8 * (size_t)n + 4);

	return at <= w->len && len < w->len - at && w->data[at + len] == '\0' && utf8_ok(w->data + at, len);
}

static bool
catalog_good(const struct words *w)
{
	if (w->len < 28 || w->count > MESSAGES_MAX || w->ids > w->len || w->texts > w->len ||
	    w->len - w->ids < 8 * (size_t)w->count || w->len - w->texts < 8 * (size_t)w->count)
		return false;
	for (uint32_t i = 0; i < w->count; i++) {
		if (!string_good(w, w->ids, i) || !string_good(w, w->texts, i))
			return false;
		/* Sorted, as msgfmt writes it: looked up by halving. */
		if (i > 0 && strcmp(string(w, w->ids, i - 1), string(w, w->ids, i)) >= 0)
			return false;
	}
	return true;
}

bool
words_add(const char *lang, struct span mo, struct err *e)
{
	struct words *w = &all[count];

	if (count == WORDS_MOST || strlen(lang) >= sizeof(w->lang))
		return FAIL(e, ERR_INPUT, "catalog %.20s: too many languages", lang);
	*w = (struct words){ .len = mo.len };
	snprintf(w->lang, sizeof(w->lang), "%s", lang);
	if ((w->data = malloc(mo.len + 1)) == NULL)
		return FAIL(e, ERR_MEMORY, "catalog %s", lang);
	if (mo.len > 0)
		memcpy(w->data, mo.p, mo.len);
	w->data[mo.len] = '\0';
	if (mo.len >= 28) {
		w->swapped = number(w, 0) != MAGIC;
		w->count = number(w, 8);
		w->ids = number(w, 12);
		w->texts = number(w, 16);
	}
	if (mo.len < 28 || number(w, 0) != MAGIC || !catalog_good(w)) {
		wipe_free(w->data);
		return FAIL(e, ERR_INPUT, "catalog %s: no .mo file", lang);
	}
	count++;
	return true;
}

static void file_drop(FILE **f) { if (*f != NULL) fclose(*f); }

static bool
load_file(const char *path, const char *lang, struct err *e)
{
	DROP(file_drop) FILE *f = fopen(path, "re");
	DROP(buf_wipe) struct buf b = {0};
	char part[4096];

	if (f == NULL)
		return FAIL(e, ERR_IO, "catalog %s: %s", lang, strerror(errno));
	for (size_t n; (n = fread(part, 1, sizeof(part), f)) > 0 && b.len < FILE_MAX; )
		buf_add(&b, part, n);
	if (ferror(f) || b.len >= FILE_MAX)
		return FAIL(e, ERR_IO, "catalog %s: not readable, or too long", lang);
	TRY(buf_ok(&b, e));
	return words_add(lang, span_buf(&b), e);
}

static void folder_drop(DIR **d) { if (*d != NULL) closedir(*d); }

bool
words_load(const char *dir, struct err *e)
{
	DROP(folder_drop) DIR *d = opendir(dir);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		const char *end = strstr(entry->d_name, ".mo");
		char path[512], lang[16];

		if (end == NULL || end[3] != '\0' || (size_t)(end - entry->d_name) >= sizeof(lang))
			continue;
		snprintf(lang, sizeof(lang), "%.*s", (int)(end - entry->d_name), entry->d_name);
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) >= sizeof(path))
			return FAIL(e, ERR_INPUT, "catalogs: path too long");
		TRY(load_file(path, lang, e));
	}
	return true;
}

void
words_drop(void)
{
	while (count > 0)
		wipe_free(all[--count].data);
}

const char *
words_find(const struct words *w, const char *msgid)
{
	uint32_t low = 0, high = w->count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = strcmp(msgid, string(w, w->ids, mid));

		if (order == 0) {
			const char *said = string(w, w->texts, mid);

			/* The entry of the empty id is the catalog's own header. */
			return said[0] == '\0' || msgid[0] == '\0' ? msgid : said;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return msgid;
}

/* Thousandths: "0.8" is 800; 1000 when there is none, 0 for nonsense. */
static int
quality(const char *s, size_t len)
{
	const char *q = memmem(s, len, "q=", 2), *end = s + len;
	int value = 0, unit = 1000;

	if (q == NULL)
		return 1000;
	q += 2;
	if (q < end && *q == '1')
		return 1000;
	if (q + 1 >= end || *q != '0' || q[1] != '.')
		return 0;
	for (q += 2; q < end && unit > 1 && *q >= '0' && *q <= '9'; q++) {
		unit /= 10;
		value += (*q - '0') * unit;
	}
	return value;
}

static const struct words *
of_lang(const char *tag, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(all[i].lang) == len && strncasecmp(all[i].lang, tag, len) == 0)
			return &all[i];
	return NULL;
}

const struct words *
words_pick(const char *accept_language, const char **lang)
{
	const struct words *best = NULL;
	int best_quality = 0;

	for (const char *s = accept_language; s != NULL && *s != '\0'; s += strcspn(s, ","), s += *s == ',') {
		const struct words *w;
		size_t part, tag;
		int q;

		s += strspn(s, " \t");
		part = strcspn(s, ",");
		tag = strcspn(s, "-;, \t");	/* the language without its region */
		q = quality(s, part);
		w = of_lang(s, tag);
		if (q <= best_quality || (w == NULL && !(tag == 2 && strncasecmp(s, "en", 2) == 0)))
			continue;
		best = w;
		best_quality = q;
	}
	*lang = best == NULL ? "en" : best->lang;
	return best;
}
