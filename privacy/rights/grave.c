#include <sodium.h>
#include <string.h>
#include "privacy/rights/grave.h"

#define MAC	32
#define BODY	(GRAVE_BYTES - MAC)

static void
mac_of(unsigned char mac[MAC], const void *body, const unsigned char key[TICKET_KEY])
{
	static const unsigned char label[] = "troth tombstone";
	crypto_generichash_state s;

	crypto_generichash_init(&s, key, TICKET_KEY, MAC);
	crypto_generichash_update(&s, label, sizeof(label));
	crypto_generichash_update(&s, body, BODY);
	crypto_generichash_final(&s, mac, MAC);
	sodium_memzero(&s, sizeof(s));
}

void
grave_pack(struct buf *into, const struct tombstone *t, const unsigned char hash[LEAF_HASH],
    const unsigned char key[TICKET_KEY])
{
	size_t start = into->len;
	unsigned char mac[MAC];

	pack_i64(into, t->entry);
	pack_i64(into, t->erasure);
	pack_i64(into, t->key);
	pack_i64(into, t->tags);
	buf_add(into, hash, LEAF_HASH);
	if (into->failed)
		return;
	mac_of(mac, into->data + start, key);
	buf_add(into, mac, sizeof(mac));
}

bool
grave_unpack(struct tombstone *t, unsigned char hash[LEAF_HASH], struct span wire,
    const unsigned char key[TICKET_KEY], struct err *e)
{
	unsigned char mac[MAC];

	if (wire.bad || wire.len != GRAVE_BYTES)
		return FAIL(e, ERR_INPUT, "tombstone: %zu bytes", wire.len);
	mac_of(mac, wire.p, key);
	if (sodium_memcmp(mac, wire.p + BODY, MAC) != 0)
		return FAIL(e, ERR_CRYPTO, "tombstone: not the keeper's");
	t->entry = unpack_i64(&wire);
	t->erasure = unpack_i64(&wire);
	t->key = unpack_i64(&wire);
	t->tags = unpack_i64(&wire);
	unpack_exact(&wire, hash, LEAF_HASH);
	memcpy(t->leaf, hash, TOMBSTONE_LEAF);
	return t->entry >= 0 || FAIL(e, ERR_INPUT, "tombstone: of no entry");
}
