#include <sodium.h>
#include <string.h>
#include "ledger/checkpoint.h"

#define ROOT_BASE64	44	/* characters */
#define TYPE_ED25519	0x01

bool
checkpoint_sign(struct buf *note, const struct checkpoint *c,
    const unsigned char seed[NOTE_SEED], struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	char root[ROOT_BASE64 + 1];

	if (c->size < 0)
		return FAIL(e, ERR_INPUT, "a checkpoint of %lld entries", (long long)c->size);
	sodium_bin2base64(root, sizeof(root), c->root, LEAF_HASH, sodium_base64_VARIANT_ORIGINAL);
	buf_fmt(&text, "%s\n%lld\n%s\n", c->origin, (long long)c->size, root);
	TRY(buf_ok(&text, e));
	return note_sign(note, span_buf(&text), c->origin, seed, e);
}

/* Take one line off *s, without its "\n"; bad when there is none or it is empty. */
static struct span
take_line(struct span *s)
{
	const unsigned char *end = s->bad || s->len == 0 ? NULL : memchr(s->p, '\n', s->len);
	struct span line = {0};

	if (end == NULL || end == s->p) {
		s->bad = true;
		return line;
	}
	line = span_of(s->p, (size_t)(end - s->p));
	s->len -= line.len + 1;
	s->p = end + 1;
	return line;
}

/* Decimal without leading zeros, within int64_t. */
static bool
read_size(struct span line, int64_t *size)
{
	int64_t n = 0;

	if (line.len == 0 || (line.len > 1 && line.p[0] == '0'))
		return false;
	for (size_t i = 0; i < line.len; i++) {
		int digit = line.p[i] - '0';

		if (digit < 0 || digit > 9 || n > (INT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*size = n;
	return true;
}

static bool
read_root(struct span line, unsigned char root[LEAF_HASH])
{
	size_t n = 0;

	return line.len == ROOT_BASE64 && note_base64(root, LEAF_HASH, line, &n) && n == LEAF_HASH;
}

static bool
read_text(struct checkpoint *c, struct span text, struct err *e)
{
	struct span origin = take_line(&text), size = take_line(&text), root = take_line(&text);

	if (text.bad || origin.len >= sizeof(c->origin) || !read_size(size, &c->size) ||
	    !read_root(root, c->root))
		return FAIL(e, ERR_INPUT, "not a checkpoint");
	while (!text.bad && text.len > 0)
		(void)take_line(&text);
	if (text.bad)
		return FAIL(e, ERR_INPUT, "an empty line in a checkpoint");
	memcpy(c->origin, origin.p, origin.len);
	c->origin[origin.len] = '\0';
	return true;
}

bool
checkpoint_parse(struct checkpoint *c, struct span note, struct err *e)
{
	struct span text;

	TRY(note_text(note, &text, e));
	return read_text(c, text, e);
}

bool
checkpoint_verify(struct checkpoint *c, struct span note, const char *name,
    const unsigned char public_key[NOTE_PUBLIC], struct err *e)
{
	struct span text;

	TRY(note_verify(note, name, public_key, &text, e));
	return read_text(c, text, e);
}

bool
checkpoint_vkey(struct buf *into, const char *name,
    const unsigned char public_key[NOTE_PUBLIC], struct err *e)
{
	unsigned char id[4], typed[1 + NOTE_PUBLIC] = { TYPE_ED25519 };
	char base64[sodium_base64_ENCODED_LEN(sizeof(typed), sodium_base64_VARIANT_ORIGINAL)];

	if (!note_name_ok(name))
		return FAIL(e, ERR_INPUT, "a key's name");
	memcpy(typed + 1, public_key, NOTE_PUBLIC);
	note_key_id(id, name, public_key);
	sodium_bin2base64(base64, sizeof(base64), typed, sizeof(typed),
	    sodium_base64_VARIANT_ORIGINAL);
	buf_text(into, name);
	buf_text(into, "+");
	buf_hex(into, id, sizeof(id));
	buf_text(into, "+");
	buf_text(into, base64);
	return buf_ok(into, e);
}

bool
checkpoint_vkey_parse(const char *vkey, char name[256], unsigned char public_key[NOTE_PUBLIC],
    struct err *e)
{
	const char *first = strchr(vkey, '+'), *second = first == NULL ? NULL : strchr(first + 1, '+');
	unsigned char typed[1 + NOTE_PUBLIC], id[4], want[4];
	size_t n = 0, id_len = 0;

	if (second == NULL || (size_t)(first - vkey) >= NOTE_NAME || second - first != 9)
		return FAIL(e, ERR_INPUT, "not a verifier key");
	memcpy(name, vkey, (size_t)(first - vkey));
	name[first - vkey] = '\0';
	if (!note_name_ok(name) ||
	    sodium_hex2bin(id, sizeof(id), first + 1, 8, NULL, &id_len, NULL) != 0 || id_len != 4 ||
	    !note_base64(typed, sizeof(typed), span_text(second + 1), &n) || n != sizeof(typed) || typed[0] != TYPE_ED25519)
		return FAIL(e, ERR_INPUT, "not an Ed25519 verifier key");
	memcpy(public_key, typed + 1, NOTE_PUBLIC);
	note_key_id(want, name, public_key);
	if (memcmp(want, id, sizeof(id)) != 0)
		return FAIL(e, ERR_INPUT, "a verifier key whose id is not its own");
	return true;
}
