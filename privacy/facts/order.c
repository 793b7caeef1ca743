#include <sodium.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/address.h"
#include "privacy/facts/order.h"

void
order_wipe(struct order *q)
{
	wipe_free(q->names);
	sodium_memzero(q, sizeof(*q));
}

bool
profile_is_mail(unsigned profile)
{
	return profile == PROFILE_ROBOT_MAIL || profile == PROFILE_ASSURED_MAIL;
}

bool
profile_is_assured(unsigned profile)
{
	return profile == PROFILE_ASSURED_TLS || profile == PROFILE_ASSURED_MAIL;
}

/* DNS names have one spelling here; addresses are brought to theirs.  n is zeros: all of it is hashed (order_hash). */
static bool
name_read(struct span *in, struct ticket_name *n, struct err *e)
{
	char text[sizeof(n->text)];

	n->kind = unpack_u8(in);
	unpack_text(in, text, sizeof(text));
	if (in->bad || (n->kind != NAME_DNS && n->kind != NAME_MAIL))
		return REFUSE(e, ERR_INPUT, WHY_NAME_NOT_YOURS, "issue: a name of no known kind");
	if (n->kind == NAME_MAIL)
		return address_normalise(text, n->text, e);
	memcpy(n->text, text, strlen(text));
	return true;
}

static bool
named_already(const struct order *q, const struct ticket_name *n)
{
	for (unsigned i = 0; i < q->count; i++)
		if (q->names[i].kind == n->kind && strcmp(q->names[i].text, n->text) == 0)
			return true;
	return false;
}

static bool
names_read(struct span *in, struct order *q, struct err *e)
{
	unsigned n = unpack_u8(in);

	if (n == 0)
		return REFUSE(e, ERR_INPUT, WHY_NAMES_NONE, "issue: no names");
	if (n > TICKET_NAMES)
		return REFUSE(e, ERR_INPUT, WHY_NAMES_MANY, "issue: %u names", n);
	q->names = calloc(n, sizeof(*q->names));
	if (q->names == NULL)
		return FAIL(e, ERR_MEMORY, "issue: no memory");
	while (n-- > 0) {
		struct ticket_name one = {0};

		TRY(name_read(in, &one, e));
		if (!named_already(q, &one))
			q->names[q->count++] = one;
	}
	return true;
}

static bool
caa_read(struct span *in, struct order *q, struct err *e)
{
	q->caa_count = unpack_u8(in);
	if (q->caa_count > TICKET_NAMES)
		return REFUSE(e, ERR_INPUT, WHY_NAMES_MANY, "issue: too many CAA statements");
	for (unsigned i = 0; i < q->caa_count; i++)
		q->caa[i] = unpack_bytes(in);
	return true;
}

static bool
label_read(struct span *in, struct order *q, struct err *e)
{
	struct span text = unpack_bytes(in);

	if (text.len >= sizeof(q->label))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "issue: the note is too long");
	if (!utf8_ok(text.p, text.len))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "issue: the note is not text");
	if (text.len > 0)
		memcpy(q->label, text.p, text.len);
	return true;
}

/* The same request sent twice gets the same ticket: CAA statements may differ, nothing else. */
static void
order_hash(struct order *q, const struct act *a)
{
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, sizeof(q->hash));
	crypto_generichash_update(&h, (const unsigned char *)&a->owner.number, sizeof(a->owner.number));
	crypto_generichash_update(&h, q->request_hash, sizeof(q->request_hash));
	crypto_generichash_update(&h, q->key_hash, sizeof(q->key_hash));
	crypto_generichash_update(&h, (const unsigned char[]){ q->profile, (unsigned char)q->options,
	    q->named, q->open_to_all, (unsigned char)q->count }, 5);
	for (unsigned i = 0; i < q->count; i++)
		crypto_generichash_update(&h, (const unsigned char *)&q->names[i], sizeof(q->names[i]));
	crypto_generichash_update(&h, (const unsigned char *)q->label, sizeof(q->label));
	crypto_generichash_final(&h, q->hash, sizeof(q->hash));
	sodium_memzero(&h, sizeof(h));
}

bool
order_read(struct act *a, struct order *q, struct err *e)
{
	q->profile = unpack_u8(&a->in);
	unpack_exact(&a->in, q->key_hash, sizeof(q->key_hash));
	q->options = unpack_u32(&a->in);
	q->named = unpack_u8(&a->in);
	TRY(names_read(&a->in, q, e));
	TRY(caa_read(&a->in, q, e));
	TRY(label_read(&a->in, q, e));
	q->open_to_all = unpack_u8(&a->in) == 1;
	unpack_exact(&a->in, q->request_hash, sizeof(q->request_hash));
	order_hash(q, a);
	return act_read(a, e);
}
