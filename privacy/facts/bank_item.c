#include <sodium.h>
#include "privacy/facts/bank_item.h"

bool
bank_name_ok(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n < BANK_NAME && s[n] == '\0' && s[0] != '-' && s[n - 1] != '-';
}

/* Two or three letters, then parts of two to eight letters or digits: all the tags that sites use. */
bool
bank_language_ok(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz");

	if (n < 2 || n > 3 || strlen(s) >= BANK_LANGUAGE)
		return false;
	for (s += n; *s == '-'; s += n) {
		s++;
		n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789");
		if (n < 2 || n > 8)
			return false;
	}
	return *s == '\0';
}

static unsigned
ones(uint32_t bits)
{
	return (unsigned)__builtin_popcount(bits);
}

void
bank_text_pack(struct buf *b, const struct bank_text *t)
{
	pack_text(b, t->language);
	pack_text(b, t->name);
	pack_u32(b, t->version);
	pack_text(b, t->topic);
	pack_u8(b, t->type);
	pack_u8(b, t->count);
	pack_text(b, t->ask);
	for (uint32_t i = 0; i < t->count; i++)
		pack_text(b, t->option[i]);
}

static bool
head_ok(const char *name, uint32_t version, enum bank_type type, uint32_t count)
{
	return bank_name_ok(name) && version >= 1 && version <= BANK_VERSIONS && type >= BANK_SINGLE &&
	    type <= BANK_TRUEFALSE && count >= 2 && count <= (type == BANK_TRUEFALSE ? 2 : BANK_OPTIONS);
}

bool
bank_text_read(struct bank_text *t, struct span s, struct err *e)
{
	*t = (struct bank_text){0};
	unpack_text(&s, t->language, sizeof(t->language));
	unpack_text(&s, t->name, sizeof(t->name));
	t->version = unpack_u32(&s);
	unpack_text(&s, t->topic, sizeof(t->topic));
	t->type = (enum bank_type)unpack_u8(&s);
	t->count = unpack_u8(&s);
	unpack_text(&s, t->ask, sizeof(t->ask));
	if (s.bad || !head_ok(t->name, t->version, t->type, t->count) || !bank_language_ok(t->language) ||
	    !bank_name_ok(t->topic) || t->ask[0] == '\0')
		return FAIL(e, ERR_INPUT, "question text: not one");
	for (uint32_t i = 0; i < t->count; i++) {
		unpack_text(&s, t->option[i], sizeof(t->option[i]));
		if (t->option[i][0] == '\0')
			return FAIL(e, ERR_INPUT, "question text: an option without words");
	}
	return unpack_end(&s, "question text", e);
}

bool
bank_text_hash(const struct bank_text *t, unsigned char hash[BANK_HASH], struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	/* A label of its own, so that no other hash of ours is ever taken for this one. */
	pack_text(&b, "question text, format 1");
	bank_text_pack(&b, t);
	TRY(buf_ok(&b, e));
	if (crypto_generichash(hash, BANK_HASH, (const unsigned char *)b.data, b.len, NULL, 0) != 0)
		return FAIL(e, ERR_CRYPTO, "question text: no hash");
	return true;
}

void
bank_key_pack(struct buf *b, const struct bank_key *k)
{
	pack_text(b, k->name);
	pack_u32(b, k->version);
	pack_u8(b, k->type);
	pack_u8(b, k->count);
	pack_u8(b, k->right);
	buf_add(b, k->hash, sizeof(k->hash));
	pack_text(b, k->because);
}

bool
bank_key_read(struct bank_key *k, struct span s, struct err *e)
{
	*k = (struct bank_key){0};
	unpack_text(&s, k->name, sizeof(k->name));
	k->version = unpack_u32(&s);
	k->type = (enum bank_type)unpack_u8(&s);
	k->count = unpack_u8(&s);
	k->right = unpack_u8(&s);
	unpack_exact(&s, k->hash, sizeof(k->hash));
	unpack_text(&s, k->because, sizeof(k->because));
	if (s.bad || !head_ok(k->name, k->version, k->type, k->count) || k->because[0] == '\0' ||
	    k->right == 0 || k->right >> k->count != 0 || (k->type != BANK_MULTIPLE && ones(k->right) > 1))
		return FAIL(e, ERR_INPUT, "question key: not one");
	return unpack_end(&s, "question key", e);
}

bool
bank_grade(const struct bank_key *k, uint32_t chosen, bool *right, struct err *e)
{
	*right = false;
	if (chosen >> k->count != 0)
		return FAIL(e, ERR_INPUT, "challenge: an option that is not there");
	if (k->type != BANK_MULTIPLE && ones(chosen) > 1)
		return FAIL(e, ERR_INPUT, "challenge: several options where one can be chosen");
	*right = chosen == k->right;
	return true;
}
