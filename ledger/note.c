#include <sodium.h>
#include <string.h>
#include "ledger/digest.h"
#include "ledger/note.h"

#define TYPE_ED25519	0x01
#define BLOB_MAX	8192		/* bytes of key id and signature we look at */
static const char dash[] = "\xe2\x80\x94 ";	/* U+2014 and a space */

bool
note_name_ok(const char *name)
{
	/* The spaces of Unicode beyond ASCII, as UTF-8. */
	static const char *const spaces[] = {
		"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
		"\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
		"\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
		"\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
	};
	size_t len = strlen(name);

	if (len == 0 || len >= NOTE_NAME || !utf8_ok(name, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] <= ' ' || name[i] == '+' || name[i] == 0x7f)
			return false;
	for (size_t i = 0; i < COUNT(spaces); i++)
		if (strstr(name, spaces[i]) != NULL)
			return false;
	return true;
}

void
note_key_id(unsigned char id[4], const char *name, const unsigned char public_key[NOTE_PUBLIC])
{
	unsigned char hash[DIGEST_BYTES];
	struct span pieces[] = { span_text(name), span_of("\n\x01", 2),
	    span_of(public_key, NOTE_PUBLIC) };

	digest_pieces(hash, pieces, COUNT(pieces));
	memcpy(id, hash, 4);
}

bool
note_base64(unsigned char *into, size_t room, struct span text, size_t *len)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] >= 0x80)
			return false;
	return sodium_base642bin(into, room, (const char *)text.p, text.len, NULL, len, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0;
}

static bool
text_ok(struct span text)
{
	if (text.len == 0 || text.p[text.len - 1] != '\n' || !utf8_ok(text.p, text.len))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] < 0x20 && text.p[i] != '\n')
			return false;
	return true;
}

bool
note_sign(struct buf *note, struct span text, const char *name,
    const unsigned char seed[NOTE_SEED], struct err *e)
{
	unsigned char public_key[NOTE_PUBLIC], secret[crypto_sign_SECRETKEYBYTES];
	unsigned char blob[4 + crypto_sign_BYTES];
	char base64[sodium_base64_ENCODED_LEN(sizeof(blob), sodium_base64_VARIANT_ORIGINAL)];

	if (!note_name_ok(name) || !text_ok(text))
		return FAIL(e, ERR_INPUT, "note: a name or a text that cannot be signed");
	if (crypto_sign_seed_keypair(public_key, secret, seed) != 0)
		return FAIL(e, ERR_CRYPTO, "note: key");
	note_key_id(blob, name, public_key);
	crypto_sign_detached(blob + 4, NULL, text.p, text.len, secret);
	sodium_memzero(secret, sizeof(secret));
	sodium_bin2base64(base64, sizeof(base64), blob, sizeof(blob),
	    sodium_base64_VARIANT_ORIGINAL);
	buf_add(note, text.p, text.len);
	buf_text(note, "\n");
	buf_text(note, dash);
	buf_text(note, name);
	buf_text(note, " ");
	buf_text(note, base64);
	buf_text(note, "\n");
	return buf_ok(note, e);
}

struct line {			/* one signature line */
	char		name[NOTE_NAME];
	unsigned char	blob[BLOB_MAX];
	size_t		len;
};

/* Take one signature line off *rest.  False: malformed. */
static bool
take_line(struct span *rest, struct line *line)
{
	const unsigned char *end = memchr(rest->p, '\n', rest->len), *space;
	const unsigned char *at = rest->p;
	size_t dash_len = sizeof(dash) - 1, name_len;

	if (end == NULL || (size_t)(end - at) < dash_len || memcmp(at, dash, dash_len) != 0)
		return false;
	at += dash_len;
	space = memchr(at, ' ', (size_t)(end - at));
	if (space == NULL || (name_len = (size_t)(space - at)) >= NOTE_NAME)
		return false;
	memcpy(line->name, at, name_len);
	line->name[name_len] = '\0';
	if (strlen(line->name) != name_len || !note_name_ok(line->name))
		return false;
	at = space + 1;
	if (!note_base64(line->blob, sizeof(line->blob), span_of(at, (size_t)(end - at)), &line->len) || line->len < 5)
		return false;
	rest->len -= (size_t)(end + 1 - rest->p);
	rest->p = end + 1;
	return true;
}

/* Split at the last blank line: the text ends before it, signatures come after. */
static bool
split(struct span note, struct span *text, struct span *lines)
{
	if (note.len < 3 || note.len > NOTE_MAX || !text_ok(note))
		return false;
	for (size_t i = note.len - 1; i > 0; i--)
		if (note.p[i] == '\n' && note.p[i - 1] == '\n') {
			*text = span_of(note.p, i);
			*lines = span_of(note.p + i + 1, note.len - i - 1);
			return lines->len > 0;
		}
	return false;
}

/*
 * With a key: 1 when a line of it holds, 0 when no line is of it, -1 when one
 * does not hold, -2 when a line is malformed.
 */
static int
judge(struct span text, struct span lines, const char *name, const unsigned char *public_key)
{
	unsigned char id[4] = {0};
	struct line line;
	int verdict = 0;

	if (public_key != NULL)
		note_key_id(id, name, public_key);
	while (lines.len > 0) {
		if (!take_line(&lines, &line))
			return -2;
		if (public_key == NULL || verdict < 0 || strcmp(line.name, name) != 0 ||
		    memcmp(line.blob, id, 4) != 0)
			continue;
		verdict = line.len == 4 + crypto_sign_BYTES && crypto_sign_verify_detached(
		    line.blob + 4, text.p, text.len, public_key) == 0 ? 1 : -1;
	}
	return verdict;
}

bool
note_text(struct span note, struct span *text, struct err *e)
{
	struct span lines;

	if (!split(note, text, &lines) || judge(*text, lines, NULL, NULL) == -2)
		return FAIL(e, ERR_INPUT, "not a signed note");
	return true;
}

bool
note_verify(struct span note, const char *name, const unsigned char public_key[NOTE_PUBLIC],
    struct span *text, struct err *e)
{
	struct span lines;

	if (!split(note, text, &lines))
		return FAIL(e, ERR_INPUT, "not a signed note");
	switch (judge(*text, lines, name, public_key)) {
	case 1:  return true;
	case 0:  return FAIL(e, ERR_CRYPTO, "the note is not signed by this key");
	case -1: return FAIL(e, ERR_CRYPTO, "the note's signature does not hold");
	default: return FAIL(e, ERR_INPUT, "a malformed signature line");
	}
}
