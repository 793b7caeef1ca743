#include <sodium.h>
#include "privacy/vault/detail.h"

#define RECORD_VERSION	1u
#define VALUES_VERSION	1u
#define PART_RECORD	1u	/* column numbers inside the sealed place */
#define PART_VALUES	2u
#define KEY_ID		8u	/* bytes of the key's id before each box */

/* ---- what derives from the tag root ---- */

/* into[n] = BLAKE2b keyed with key over label (and the number, when given). */
static void
derive(unsigned char *into, size_t n, const unsigned char key[32], const char *label,
    const unsigned char *more, size_t more_len)
{
	crypto_generichash_state h;

	crypto_generichash_init(&h, key, 32, n);
	crypto_generichash_update(&h, (const unsigned char *)label, strlen(label));
	if (more_len > 0)
		crypto_generichash_update(&h, more, more_len);
	crypto_generichash_final(&h, into, n);
	sodium_memzero(&h, sizeof(h));
}

bool
detail_secret(struct vault *v, const struct owner *o, int64_t n,
    unsigned char secret[DETAIL_SECRET], struct err *e)
{
	unsigned char root[SEAL_KEY], number[8];

	if (n < 0)
		return FAIL(e, ERR_INPUT, "detail: no entry before the first");
	TRY(keys_get(vault_keys(v), o->tags, root, e));
	for (unsigned i = 0; i < 8; i++)
		number[i] = (unsigned char)((uint64_t)n >> (56 - 8 * i));
	derive(secret, DETAIL_SECRET, root, "troth entry", number, sizeof(number));
	sodium_memzero(root, sizeof(root));
	return true;
}

bool
detail_tag(struct vault *v, const struct owner *o, int64_t n,
    unsigned char tag[LEAF_TAG], struct err *e)
{
	unsigned char secret[DETAIL_SECRET];

	TRY(detail_secret(v, o, n, secret, e));
	derive(tag, LEAF_TAG, secret, "subject", NULL, 0);
	sodium_memzero(secret, sizeof(secret));
	return true;
}

struct derived { unsigned char subject[LEAF_TAG], actor[LEAF_TAG], salt_r[32], salt_v[32]; };

static bool
derive_all(struct vault *v, const struct owner *o, int64_t n, int64_t role_key, bool has_values,
    struct derived *d, struct err *e)
{
	unsigned char secret[DETAIL_SECRET], role[SEAL_KEY];
	bool good = true;

	TRY(detail_secret(v, o, n, secret, e));
	derive(d->subject, sizeof(d->subject), secret, "subject", NULL, 0);
	derive(d->salt_r, sizeof(d->salt_r), secret, "record", NULL, 0);
	if (has_values)
		derive(d->salt_v, sizeof(d->salt_v), secret, "values", NULL, 0);
	if (role_key == 0)
		derive(d->actor, sizeof(d->actor), secret, "actor", NULL, 0);
	else if ((good = keys_get(vault_keys(v), role_key, role, e)))
		derive(d->actor, sizeof(d->actor), role, "role", d->subject, sizeof(d->subject));
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(role, sizeof(role));
	return good;
}

/* ---- plaintexts ---- */

static void
record_pack(struct buf *b, const struct detail_words *w, uint64_t bits,
    const struct vault_mark *marks, size_t count)
{
	pack_u8(b, RECORD_VERSION);
	pack_i64(b, w->at);
	pack_u32(b, w->purpose);
	pack_i64(b, (int64_t)bits);
	pack_text(b, w->object);
	pack_i64(b, w->change);
	pack_i64(b, w->actor);
	pack_i64(b, w->before);
	pack_i64(b, w->far);
	pack_u8(b, w->has_values);
	pack_u8(b, (unsigned)count);
	for (size_t i = 0; i < count; i++) {
		pack_u32(b, marks[i].field);
		pack_i64(b, marks[i].object);
		pack_i64(b, marks[i].version);
	}
}

static bool
record_unpack(struct detail_opened *d, int64_t subject, struct span s, struct err *e)
{
	if (unpack_u8(&s) != RECORD_VERSION)
		return FAIL(e, ERR_CRYPTO, "detail: a record of an unknown version");
	d->at = unpack_i64(&s);
	d->purpose = unpack_u32(&s);
	d->fields = (uint64_t)unpack_i64(&s);
	unpack_text(&s, d->object, sizeof(d->object));
	d->change = unpack_i64(&s);
	d->actor = unpack_i64(&s);
	d->before = unpack_i64(&s);
	d->far = unpack_i64(&s);
	d->has_values = unpack_u8(&s) == 1;
	d->mark_count = unpack_u8(&s);
	if (d->mark_count > VAULT_MARKS)
		return FAIL(e, ERR_CRYPTO, "detail: a record with too many rows");
	for (size_t i = 0; i < d->mark_count; i++) {
		d->marks[i].subject = subject;
		d->marks[i].field = unpack_u32(&s);
		d->marks[i].object = unpack_i64(&s);
		d->marks[i].version = unpack_i64(&s);
	}
	return unpack_end(&s, "record", e);
}

static bool
values_unpack(struct detail_opened *d, struct span s, struct err *e)
{
	struct span was, now;

	if (unpack_u8(&s) != VALUES_VERSION)
		return FAIL(e, ERR_CRYPTO, "detail: values of an unknown version");
	was = unpack_bytes(&s);
	now = unpack_bytes(&s);
	TRY(unpack_end(&s, "values", e));
	buf_add(&d->was, was.p, was.len);
	buf_add(&d->now, now.p, now.len);
	return buf_ok(&d->was, e) && buf_ok(&d->now, e);
}

/* ---- boxes ---- */

static struct seal_place
part_place(const struct owner *o, int64_t n, unsigned part, int64_t key)
{
	return (struct seal_place){ .table = "entry", .field = part, .subject = o->number,
	    .object = n, .version = 1, .key = key };
}

static bool
part_close(struct vault *v, const struct seal_place *at, struct span plain,
    struct buf *box, struct err *e)
{
	pack_i64(box, at->key);
	return vault_seal(v, at, plain, box, e);
}

/* The box names its key: values their owner's and no other, a record whichever ledger key sealed it. */
static bool
part_open(struct vault *v, const struct owner *o, int64_t n, unsigned part,
    struct span box, struct buf *plain, struct err *e)
{
	struct seal_place at = part_place(o, n, part, unpack_i64(&box));

	if (box.bad || (part == PART_VALUES && at.key != o->key))
		return FAIL(e, ERR_CRYPTO, "detail: a box names a wrong key");
	return vault_unseal(v, &at, box, plain, e);
}

static bool
words_check(const struct detail_words *w, struct err *e)
{
	if (w->object != NULL && strlen(w->object) >= DETAIL_OBJECT)
		return FAIL(e, ERR_INPUT, "detail: the object's name is too long");
	return true;
}

static bool
close_values(struct vault *v, const struct owner *o, int64_t n, const struct detail_words *w,
    const struct derived *d, struct detail_sealed *out, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct seal_place at = part_place(o, n, PART_VALUES, o->key);

	pack_u8(&plain, VALUES_VERSION);
	pack_bytes(&plain, w->was.p, w->was.len);
	pack_bytes(&plain, w->now.p, w->now.len);
	TRY(buf_ok(&plain, e));
	TRY(part_close(v, &at, span_buf(&plain), &out->values, e));
	detail_part_begin(&out->detail.values, d->salt_v, span_buf(&plain), span_buf(&out->values));
	return true;
}

static bool
close_record(struct vault *v, const struct owner *o, int64_t n, const struct detail_words *w,
    const struct derived *d, struct detail_sealed *out, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct vault_mark marks[VAULT_MARKS];
	struct seal_place at = part_place(o, n, PART_RECORD, vault_ledger_key(v));
	uint64_t bits = w->fields | vault_opened(v, o->number);
	size_t count = vault_take(v, o->number, marks);

	record_pack(&plain, w, bits, marks, count);
	TRY(buf_ok(&plain, e));
	TRY(part_close(v, &at, span_buf(&plain), &out->record, e));
	detail_part_begin(&out->detail.record, d->salt_r, span_buf(&plain), span_buf(&out->record));
	return true;
}

bool
detail_close(struct vault *v, const struct owner *o, int64_t n, int64_t role_key,
    const struct detail_words *w, struct detail_sealed *out, struct err *e)
{
	struct derived d;
	bool good;

	TRY(words_check(w, e));
	TRY(derive_all(v, o, n, role_key, w->has_values, &d, e));
	memcpy(out->subject, d.subject, sizeof(out->subject));
	memcpy(out->actor, d.actor, sizeof(out->actor));
	good = close_record(v, o, n, w, &d, out, e) &&
	    (!w->has_values || close_values(v, o, n, w, &d, out, e));
	sodium_memzero(&d, sizeof(d));
	return good;
}

void
detail_wipe(struct detail_sealed *d)
{
	buf_wipe(&d->record);
	buf_wipe(&d->values);
	*d = (struct detail_sealed){0};
}

void
detail_opened_wipe(struct detail_opened *d)
{
	buf_wipe(&d->was);
	buf_wipe(&d->now);
	sodium_memzero(d, sizeof(*d));
}

/* Open one part and, when hash is not NULL, fill it as its leaf must have it. */
static bool
read_part(struct vault *v, const struct owner *o, int64_t n, unsigned part, struct span box,
    const unsigned char *salt, struct detail_part *hash, struct detail_opened *out, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};

	if (box.len == 0)
		return true;
	TRY(part_open(v, o, n, part, box, &plain, e));
	if (hash != NULL)
		detail_part_fill(hash, salt, span_buf(&plain), box);
	return part == PART_RECORD ? record_unpack(out, o->number, span_buf(&plain), e) :
	    values_unpack(out, span_buf(&plain), e);
}

bool
detail_open(struct vault *v, const struct owner *o, int64_t n, struct span record,
    struct span values, bool with_values, struct detail_opened *out, struct err *e)
{
	TRY(read_part(v, o, n, PART_RECORD, record, NULL, NULL, out, e));
	return !with_values || read_part(v, o, n, PART_VALUES, values, NULL, NULL, out, e);
}

static bool
commits_to(const struct leaf *l, const struct derived *d, const struct detail *detail,
    bool whole, struct err *e)
{
	unsigned char commitment[LEAF_HASH];

	detail_commitment(detail, commitment);
	if (sodium_memcmp(d->subject, l->subject, LEAF_TAG) != 0)
		return FAIL(e, ERR_TAMPER, "detail: the leaf is not about this person");
	if (whole && sodium_memcmp(commitment, l->commitment, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "detail: the leaf commits to something else");
	return true;
}

bool
detail_check(struct vault *v, const struct owner *o, int64_t n, const struct leaf *l,
    struct span record, struct span values, struct detail_opened *out, bool *whole,
    struct err *e)
{
	struct detail detail = {0};
	struct derived d;
	bool good;

	TRY(derive_all(v, o, n, 0, values.len > 0, &d, e));
	good = read_part(v, o, n, PART_RECORD, record, d.salt_r, &detail.record, out, e) &&
	    read_part(v, o, n, PART_VALUES, values, d.salt_v, &detail.values, out, e);
	*whole = record.len > 0 && (values.len > 0) == out->has_values;
	good = good && commits_to(l, &d, &detail, *whole, e);
	sodium_memzero(&d, sizeof(d));
	return good;
}

bool
detail_show(struct vault *v, const struct owner *o, int64_t n, struct span record, struct buf *plain,
    unsigned char salt[32], struct err *e)
{
	struct derived d;

	TRY(part_open(v, o, n, PART_RECORD, record, plain, e));
	TRY(derive_all(v, o, n, 0, false, &d, e));
	memcpy(salt, d.salt_r, 32);
	sodium_memzero(&d, sizeof(d));
	return buf_ok(plain, e);
}
