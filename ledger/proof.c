#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "ledger/proof.h"
#include "ledger/tree.h"

#define HASH_BASE64	44	/* characters of one hash */
#define ORIGINAL	sodium_base64_VARIANT_ORIGINAL

static const char first_line[] = "c2sp.org/tlog-proof@v1\n", extra_word[] = "extra ", index_word[] = "index ";

void
proof_wipe(struct proof *p)
{
	buf_wipe(&p->extra);
	buf_wipe(&p->hashes);
	buf_wipe(&p->note);
	*p = (struct proof){0};
}

/* ---- writing ---- */

static bool
add_base64(struct buf *into, const void *bytes, size_t n, struct err *e)
{
	size_t room = sodium_base64_ENCODED_LEN(n, ORIGINAL);
	char *text = malloc(room);

	if (text == NULL)
		return FAIL(e, ERR_MEMORY, "proof");
	sodium_bin2base64(text, room, bytes, n, ORIGINAL);
	buf_text(into, text);
	buf_text(into, "\n");
	wipe_free(text);
	return true;
}

bool
proof_write(struct buf *into, const struct proof *p, struct err *e)
{
	if (p->hashes.len % LEAF_HASH != 0 || p->hashes.len / LEAF_HASH > PROOF_HASHES || p->index < 0)
		return FAIL(e, ERR_INPUT, "proof: %zu bytes of hashes", p->hashes.len);
	/* What was gathered without memory is less than a proof. */
	TRY(buf_ok(&p->extra, e));
	TRY(buf_ok(&p->hashes, e));
	TRY(buf_ok(&p->note, e));
	buf_text(into, first_line);
	if (p->extra.len > 0) {
		buf_text(into, extra_word);
		TRY(add_base64(into, p->extra.data, p->extra.len, e));
	}
	buf_fmt(into, "%s%lld\n", index_word, (long long)p->index);
	for (size_t at = 0; at < p->hashes.len; at += LEAF_HASH)
		TRY(add_base64(into, p->hashes.data + at, LEAF_HASH, e));
	buf_text(into, "\n");
	buf_add(into, p->note.data, p->note.len);
	return buf_ok(into, e);
}

/* ---- reading ---- */

/* Take one line off *s, without its "\n".  False: there is none. */
static bool
take_line(struct span *s, struct span *line)
{
	const unsigned char *end = s->len == 0 ? NULL : memchr(s->p, '\n', s->len);

	if (end == NULL)
		return false;
	*line = span_of(s->p, (size_t)(end - s->p));
	s->p = end + 1;
	s->len -= line->len + 1;
	return true;
}

static bool
starts_with(struct span *line, const char *word)
{
	size_t n = strlen(word);

	if (line->len < n || memcmp(line->p, word, n) != 0)
		return false;
	line->p += n;
	line->len -= n;
	return true;
}

static bool
read_base64(struct buf *into, struct span line, struct err *e)
{
	size_t room = line.len / 4 * 3 + 3, n = 0;
	unsigned char *bytes = malloc(room);
	bool good;

	if (bytes == NULL)
		return FAIL(e, ERR_MEMORY, "proof");
	good = line.len > 0 && note_base64(bytes, room, line, &n);
	if (good)
		buf_add(into, bytes, n);
	wipe_free(bytes);
	return good ? buf_ok(into, e) : FAIL(e, ERR_INPUT, "not a proof: base64");
}

/* Decimal without leading zeros. */
static bool
read_index(struct span line, int64_t *index)
{
	int64_t n = 0;

	if (line.len == 0 || line.len > 18 || (line.len > 1 && line.p[0] == '0'))
		return false;
	for (size_t i = 0; i < line.len; i++) {
		if (line.p[i] < '0' || line.p[i] > '9')
			return false;
		n = n * 10 + (line.p[i] - '0');
	}
	*index = n;
	return true;
}

static bool
read_hashes(struct proof *p, struct span *text, struct err *e)
{
	struct span line;

	for (;;) {
		if (!take_line(text, &line))
			return FAIL(e, ERR_INPUT, "not a proof: it ends in its hashes");
		if (line.len == 0)
			return true;
		if (line.len != HASH_BASE64 || p->hashes.len / LEAF_HASH >= PROOF_HASHES)
			return FAIL(e, ERR_INPUT, "not a proof: a hash");
		TRY(read_base64(&p->hashes, line, e));
		if (p->hashes.len % LEAF_HASH != 0)
			return FAIL(e, ERR_INPUT, "not a proof: a hash of a wrong size");
	}
}

bool
proof_read(struct proof *p, struct span text, struct err *e)
{
	struct span line;

	if (text.len > PROOF_MAX || !take_line(&text, &line) || line.len != sizeof(first_line) - 2 ||
	    memcmp(line.p, first_line, line.len) != 0 || !take_line(&text, &line))
		return FAIL(e, ERR_INPUT, "not a proof: its first line");
	if (starts_with(&line, extra_word)) {
		TRY(read_base64(&p->extra, line, e));
		if (!take_line(&text, &line))
			return FAIL(e, ERR_INPUT, "not a proof: no index");
	}
	if (!starts_with(&line, index_word) || !read_index(line, &p->index))
		return FAIL(e, ERR_INPUT, "not a proof: no index");
	TRY(read_hashes(p, &text, e));
	buf_add(&p->note, text.p, text.len);
	return buf_ok(&p->note, e);
}

/* ---- checking ---- */

bool
proof_check(const struct proof *p, const unsigned char leaf[LEAF_HASH], const char *name,
    const unsigned char public_key[NOTE_PUBLIC], struct checkpoint *c, struct err *e)
{
	struct checkpoint own;

	c = c == NULL ? &own : c;
	TRY(checkpoint_verify(c, span_buf(&p->note), name, public_key, e));
	if (strcmp(c->origin, name) != 0)
		return FAIL(e, ERR_TAMPER, "the checkpoint is of another ledger");
	return tree_inclusion_check(p->index, c->size, leaf, span_buf(&p->hashes), c->root, e);
}
