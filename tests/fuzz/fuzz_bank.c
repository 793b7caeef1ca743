/* tests/fuzz/fuzz_bank.c - any bytes as a bank, whose questions survive being packed; and as a packed half. */
#include "privacy/facts/bank.h"

static void
check(const struct bank_text *t, const struct bank_key *k)
{
	DROP(buf_wipe) struct buf text = {0}, key = {0};
	struct bank_text t2;
	struct bank_key k2;
	unsigned char hash[BANK_HASH];
	bool right;

	bank_text_pack(&text, t);
	bank_key_pack(&key, k);
	if (!bank_text_read(&t2, span_buf(&text), NULL) || memcmp(t, &t2, sizeof(t2)) != 0 ||
	    !bank_key_read(&k2, span_buf(&key), NULL) || k2.right != k->right || k2.count != t->count ||
	    strcmp(k2.because, k->because) != 0)
		abort();
	if (!bank_text_hash(&t2, hash, NULL) || memcmp(hash, k2.hash, sizeof(hash)) != 0 ||
	    !bank_grade(k, k->right, &right, NULL) || !right || bank_grade(k, 1u << k->count, &right, NULL))
		abort();
	/* Neither error texts nor pages may break on it. */
	if (!utf8_ok(t->ask, strlen(t->ask)) || !utf8_ok(k->because, strlen(k->because)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DROP(bank_drop) struct bank *b = NULL;
	struct bank_text t;
	struct bank_key k;
	struct err e = {0};

	if (bank_parse(&b, data, size, "fuzz", &e))
		for (size_t i = 0; i < bank_count(b); i++)
			check(bank_text(b, i), bank_key(b, i));
	else if (b != NULL || strncmp(e.text, "fuzz:", 5) != 0)
		abort();
	if (bank_text_read(&t, span_of(data, size), NULL) && (t.count > BANK_OPTIONS || t.ask[0] == '\0'))
		abort();
	if (bank_key_read(&k, span_of(data, size), NULL) && (k.right == 0 || k.right >> k.count != 0))
		abort();
	return 0;
}
