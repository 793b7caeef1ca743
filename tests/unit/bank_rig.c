#include "tests/unit/bank_rig.h"

static void
made_question(struct buf *t, size_t topic, size_t i, unsigned version, unsigned shift)
{
	unsigned right = (unsigned)(i + shift) % 4;

	buf_fmt(t, "question t%zu-q%zu %u\nabout t%zu\n", topic, i, version, topic);
	if (i % 3 == 2) {
		buf_fmt(t, "type truefalse\nask Is %zu of %zu so?\nanswer %s\n", i, topic, right % 2 == 0 ? "true" : "false");
	} else {
		buf_fmt(t, "type %s\nask Which of %zu is it in %zu?\n", i % 3 == 0 ? "single" : "multiple", i, topic);
		for (unsigned m = 0; m < 4; m++)
			buf_fmt(t, "%s option %u\n", m == right || (i % 3 == 1 && m == (right + 2) % 4) ? "+" : "-", m);
	}
	buf_fmt(t, "because Reason %zu of %zu, version %u.\n", i, topic, version);
}

struct bank *
made_bank(const char *language, size_t topics, size_t each, unsigned version, unsigned shift)
{
	DROP(buf_wipe) struct buf t = {0};
	struct bank *b = NULL;
	struct err e = {0};

	buf_fmt(&t, "bank 1\nlanguage %s\n", language);
	for (size_t i = 0; i < topics; i++)
		buf_fmt(&t, "topic t%zu Topic %zu\n", i, i);
	for (size_t i = 0; i < topics; i++)
		for (size_t q = 0; q < each; q++)
			made_question(&t, i, q, version, shift);
	if (!buf_ok(&t, &e) || !bank_parse(&b, t.data, t.len, "made", &e)) {
		fprintf(stderr, "made bank: %s\n", e.text);
		abort();
	}
	return b;
}

bool
rig_bank_put(struct rig *r, const struct bank *b, size_t i, uint32_t place)
{
	DROP(buf_wipe) struct buf in = {0}, key = {0}, out = {0};

	bank_key_pack(&key, bank_key(b, i));
	pack_u32(&in, place);
	pack_text(&in, bank_language(b));
	pack_text(&in, bank_text(b, i)->topic);
	pack_bytes(&in, key.data, key.len);
	return rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_BANK_PUT, &in, &out);
}

bool
rig_bank_done(struct rig *r, const struct bank *b, uint32_t count, int64_t *number)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char digest[BANK_HASH];
	struct span s;

	if (!bank_digest(b, digest, &r->err))
		abort();
	pack_text(&in, bank_language(b));
	pack_u32(&in, count);
	buf_add(&in, digest, sizeof(digest));
	pack_u8(&in, 1);
	if (!rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_BANK_DONE, &in, &out))
		return false;
	s = span_buf(&out);
	*number = unpack_i64(&s);
	return unpack_end(&s, "bank done", &r->err);
}

bool
rig_bank(struct rig *r, const struct bank *b)
{
	int64_t number;

	for (size_t i = 0; i < bank_count(b); i++)
		if (!rig_bank_put(r, b, i, (uint32_t)i))
			return false;
	return rig_bank_done(r, b, (uint32_t)bank_count(b), &number) && number > 0;
}

const struct bank_key *
bank_key_of(const struct bank *b, const unsigned char hash[BANK_HASH])
{
	for (size_t i = 0; i < bank_count(b); i++)
		if (memcmp(bank_key(b, i)->hash, hash, BANK_HASH) == 0)
			return bank_key(b, i);
	return NULL;
}
