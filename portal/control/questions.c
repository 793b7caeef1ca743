#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include "portal/control/file.h"
#include "portal/control/questions.h"
#include "portal/control/talk.h"
#include "portal/web/questions.h"
#include "portal/web/site.h"
#include "privacy/keeper/op.h"

#define LANGUAGES	32	/* a site with more would not find those beyond */
#define OWN_FOLDER	"portal/trust"
#define OWN_BEGIN	"challenge."
#define OWN_END		".txt"

/* The portal makes it: what root made here would not be the portal's to write. */
static bool
open_store(struct store **st, struct err *e)
{
	if (!file_there(SITE_PATH))
		return FAIL(e, ERR_ABSENT, "the portal has not made its store yet: is the site running?");
	return store_open(st, &site_spec, SITE_PATH, e);
}

/* ---- what is loaded ---- */

static bool
read_bank(struct span *in, struct questions_bank *b)
{
	struct span digest;

	*b = (struct questions_bank){0};
	unpack_text(in, b->language, sizeof(b->language));
	digest = unpack_bytes(in);
	b->known.own = unpack_u8(in) != 0;
	b->known.questions = unpack_u32(in);
	(void)unpack_i64(in);
	b->known.number = unpack_i64(in);
	if (in->bad || digest.len != sizeof(b->known.digest))
		return false;
	memcpy(b->known.digest, digest.p, sizeof(b->known.digest));
	return true;
}

static bool
is_marked(struct store *st, struct questions_bank *b, struct err *e)
{
	unsigned char digest[BANK_HASH];
	bool found;

	TRY(questions_digest(st, b->language, digest, &found, e));
	b->known.marked = found && memcmp(digest, b->known.digest, sizeof(digest)) == 0;
	return true;
}

static bool
list(struct store *st, struct questions_bank *into, size_t most, size_t *n, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span in;
	uint32_t count;

	*n = 0;
	TRY(talk("keeper", KEEPER_BANKS, NULL, &out, TALK_WAIT_MS, e));
	in = span_buf(&out);
	count = unpack_u32(&in);
	for (uint32_t i = 0; i < count && *n < most; i++) {
		struct questions_bank *b = &into[(*n)++];

		if (!read_bank(&in, b))
			return FAIL(e, ERR_IO, "the keeper's list of questions has the wrong shape");
		TRY(is_marked(st, b, e));
	}
	return true;
}

bool
questions_list(struct questions_bank *into, size_t most, size_t *n, struct err *e)
{
	DROP(store_drop) struct store *st = NULL;

	TRY(open_store(&st, e));
	return list(st, into, most, n, e);
}

static bool
find_known(struct store *st, const char *language, struct questions_known *into, struct err *e)
{
	struct questions_bank all[LANGUAGES];
	size_t n;

	*into = (struct questions_known){0};
	TRY(list(st, all, COUNT(all), &n, e));
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].language, language) == 0)
			*into = all[i].known;
	return true;
}

/* ---- loading ---- */

static bool
put_key(const struct bank *b, size_t i, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, key = {0};
	const struct bank_text *t = bank_text(b, i);
	struct err why = {0};

	bank_key_pack(&key, bank_key(b, i));
	pack_u32(&in, (uint32_t)i);
	pack_text(&in, t->language);
	pack_text(&in, t->topic);
	pack_bytes(&in, key.data, key.len);
	TRY(buf_ok(&key, e));
	if (talk("keeper", KEEPER_BANK_PUT, &in, NULL, TALK_WAIT_MS, &why))
		return true;
	if (why.kind == ERR_CONFLICT)
		return FAIL(e, ERR_CONFLICT, "question %s: version %u was loaded before with other words, another answer, "
		    "explanation or topic; give it version %u", t->name, t->version, t->version + 1);
	if (e != NULL)
		*e = why;
	return false;
}

static bool
bring_keys(const struct bank *b, struct err *e)
{
	for (size_t i = 0; i < bank_count(b); i++)
		TRY(put_key(b, i, e));
	return true;
}

static bool
make_current(const struct bank *b, const unsigned char digest[BANK_HASH], bool own, int64_t *number, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span answer;

	pack_text(&in, bank_language(b));
	pack_u32(&in, (uint32_t)bank_count(b));
	buf_add(&in, digest, BANK_HASH);
	pack_u8(&in, own);
	TRY(talk("keeper", KEEPER_BANK_DONE, &in, &out, TALK_WAIT_MS, e));
	answer = span_buf(&out);
	*number = unpack_i64(&answer);
	return unpack_end(&answer, "questions", e);
}

/* Where both places have it already *number stays 0. */
static bool
load(struct store *st, const struct bank *b, bool own, const struct questions_known *known, int64_t *number,
    struct err *e)
{
	unsigned char digest[BANK_HASH];

	TRY(bank_digest(b, digest, e));
	if (known->questions == 0 || memcmp(known->digest, digest, sizeof(digest)) != 0) {
		TRY(bring_keys(b, e));
		TRY(questions_put(st, b, e));
		TRY(make_current(b, digest, own, number, e));
		return questions_mark(st, b, *number, e);
	}
	if (known->marked)
		return true;
	/* A crash came between, or the site store is an older one. */
	TRY(questions_put(st, b, e));
	return questions_mark(st, b, known->number, e);
}

/* Is this the bank that comes with the program? */
static bool
is_own(const struct bank *b, const char *root)
{
	DROP(bank_drop) struct bank *ours = NULL;
	unsigned char one[BANK_HASH], other[BANK_HASH];
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/" OWN_FOLDER "/" OWN_BEGIN "%s" OWN_END, root, bank_language(b)) <
	    (int)sizeof(path) && bank_load(&ours, path, NULL) && bank_digest(b, one, NULL) &&
	    bank_digest(ours, other, NULL) && memcmp(one, other, sizeof(one)) == 0;
}

bool
questions_load(const char *path, const char *root, const struct settings *set, int64_t *number, struct err *e)
{
	DROP(bank_drop) struct bank *b = NULL;
	DROP(store_drop) struct store *st = NULL;
	struct questions_known known;

	*number = 0;
	TRY(bank_load(&b, path, e));
	TRY(bank_ready(b, (size_t)set->trust.challenge_questions, e));
	TRY(open_store(&st, e));
	TRY(find_known(st, bank_language(b), &known, e));
	return load(st, b, is_own(b, root), &known, number, e);
}

/* ---- at every start ---- */

static bool
load_one(const char *path, const struct settings *set, size_t *loaded, struct err *e)
{
	DROP(bank_drop) struct bank *b = NULL;
	DROP(store_drop) struct store *st = NULL;
	struct questions_known known;
	int64_t number = 0;

	TRY(bank_load(&b, path, e));
	TRY(bank_ready(b, (size_t)set->trust.challenge_questions, e));
	TRY(open_store(&st, e));
	TRY(find_known(st, bank_language(b), &known, e));
	if (known.questions > 0 && !known.own)
		return true;		/* the operator's stay */
	TRY(load(st, b, true, &known, &number, e));
	if (number > 0)
		printf("%zu questions of the assurer challenge are loaded (%s, ledger line %" PRId64 ").\n",
		    bank_count(b), bank_language(b), number);
	*loaded += number > 0;
	return true;
}

static bool
is_bank(const char *name)
{
	size_t n = strlen(name), begin = sizeof(OWN_BEGIN) - 1, end = sizeof(OWN_END) - 1;

	return n > begin + end && strncmp(name, OWN_BEGIN, begin) == 0 && strcmp(name + n - end, OWN_END) == 0;
}

bool
questions_load_own(const char *root, const struct settings *set, size_t *loaded, struct err *e)
{
	size_t n = 0;
	char folder[PATH_MAX], path[PATH_MAX];
	struct dirent *entry;
	bool good = true;
	DIR *d;

	snprintf(folder, sizeof(folder), "%s/" OWN_FOLDER, root);
	d = opendir(folder);
	if (d == NULL)
		return FAIL(e, ERR_ABSENT, "%.200s: %s", folder, strerror(errno));
	while (good && (entry = readdir(d)) != NULL)
		if (is_bank(entry->d_name)) {
			snprintf(path, sizeof(path), "%.2000s/%.255s", folder, entry->d_name);
			good = load_one(path, set, &n, e);
		}
	closedir(d);
	if (loaded != NULL)
		*loaded = n;
	return good;
}
