#include <string.h>
#include "ledger/shown.h"

static const char label[] = "troth-shown@v1";

void
shown_pack(struct buf *into, const struct shown *s)
{
	pack_text(into, label);
	buf_add(into, s->leaf, sizeof(s->leaf));
	pack_bytes(into, s->record.p, s->record.len);
	buf_add(into, s->salt, sizeof(s->salt));
	buf_add(into, s->sealed_r, sizeof(s->sealed_r));
	buf_add(into, s->inner_v, sizeof(s->inner_v));
	buf_add(into, s->sealed_v, sizeof(s->sealed_v));
	pack_text(into, s->words);
}

bool
shown_unpack(struct shown *s, struct span packed, struct err *e)
{
	char says[sizeof(label)];

	unpack_text(&packed, says, sizeof(says));
	unpack_exact(&packed, s->leaf, sizeof(s->leaf));
	s->record = unpack_bytes(&packed);
	unpack_exact(&packed, s->salt, sizeof(s->salt));
	unpack_exact(&packed, s->sealed_r, sizeof(s->sealed_r));
	unpack_exact(&packed, s->inner_v, sizeof(s->inner_v));
	unpack_exact(&packed, s->sealed_v, sizeof(s->sealed_v));
	unpack_text(&packed, s->words, sizeof(s->words));
	TRY(unpack_end(&packed, "shown entry", e));
	/* Strangers' files are printed on terminals. */
	for (const char *c = s->words; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return FAIL(e, ERR_INPUT, "an entry whose words are no line");
	return strcmp(says, label) == 0 || FAIL(e, ERR_INPUT, "not an entry that is shown");
}

/* The words stand in the record as pack_text writes them: no other bytes can be taken for them. */
static bool
holds(struct span record, const char *words)
{
	size_t n = strlen(words);

	for (size_t at = 0; n > 0 && at + 4 + n <= record.len; at++) {
		struct span s = span_of(record.p + at, 4);

		if (unpack_u32(&s) == n && memcmp(record.p + at + 4, words, n) == 0)
			return true;
	}
	return false;
}

bool
shown_check(const struct shown *s, unsigned char hash[LEAF_HASH], struct err *e)
{
	unsigned char commitment[LEAF_HASH];
	struct detail d = {0};
	struct leaf l;

	if (!leaf_unpack(&l, s->leaf, NULL))
		return FAIL(e, ERR_TAMPER, "the leaf is misshapen");
	detail_part_fill(&d.record, s->salt, s->record, span_of(NULL, 0));
	memcpy(d.record.sealed, s->sealed_r, LEAF_HASH);
	memcpy(d.values.inner, s->inner_v, LEAF_HASH);
	memcpy(d.values.sealed, s->sealed_v, LEAF_HASH);
	detail_commitment(&d, commitment);
	if (memcmp(commitment, l.commitment, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "the leaf does not commit to the record that is shown");
	if (!holds(s->record, s->words))
		return FAIL(e, ERR_TAMPER, "the words that are shown do not stand in the record");
	leaf_hash(s->leaf, hash);
	return true;
}
