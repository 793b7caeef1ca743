/* Details: sealed, committed to, found again by their owner's keys and by nobody else. */
#include "privacy/vault/detail.h"
#include "tests/unit/fixture.h"

static const char *const tables[] = { vault_schema, NULL };
static const char *const key_tables[] = { keys_schema, NULL };
static const struct store_spec keeper_spec = { .name = "keeper", .schemas = tables, .schema_version = 1 };
static const struct store_spec keys_spec = { .name = "keys", .schemas = key_tables, .schema_version = KEYS_SCHEMA_VERSION };

static struct owner ana, ben;

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct err e;

	fixture_stores(f, &keeper_spec, &keys_spec);
	fixture_vault(f);
	ana = (struct owner){ .number = 1 };
	ben = (struct owner){ .number = 2 };
	GOOD(vault_owner_create(f->vault, &ana, FIXTURE_NOW, &e));
	GOOD(vault_owner_create(f->vault, &ben, FIXTURE_NOW, &e));
	GOOD(store_begin(f->store, &e));
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	fixture_drop(f);
	free(f);
	return 0;
}

static const struct detail_words corrected = {
	.at = FIXTURE_NOW, .purpose = PURPOSE_CORRECT, .fields = FIELD_BIT(FIELD_FAMILY),
	.object = "family name", .has_values = true,
	.was = { (const unsigned char *)"Itoh", 4, false }, .now = { (const unsigned char *)"Ito", 3, false },
};
static const struct detail_words looked = { .at = FIXTURE_NOW, .purpose = PURPOSE_OWN_VIEW };

static struct leaf
leaf_of(const struct detail_sealed *d)
{
	struct leaf l = { .kind = KIND_OWN, .role = ACTOR_OWNER };
	struct detail whole = d->detail;
	struct err e = {0};

	memcpy(l.subject, d->subject, LEAF_TAG);
	memcpy(l.actor, d->actor, LEAF_TAG);
	GOOD(detail_part_end(&whole.record, &e));
	GOOD(detail_part_end(&whole.values, &e));
	detail_commitment(&whole, l.commitment);
	return l;
}

static void
what_was_sealed_opens(void **state)
{
	struct fixture *f = *state;
	DROP(detail_wipe) struct detail_sealed d = {0};
	DROP(detail_opened_wipe) struct detail_opened o = {0}, half = {0};
	DROP(buf_wipe) struct buf b = {0};
	struct leaf l;
	bool whole;
	struct err e;

	GOOD(vault_put(f->vault, &ana, FIELD_FAMILY, 0, span_text("Ito"), FIXTURE_NOW, &e));
	GOOD(vault_get(f->vault, &ana, FIELD_FAMILY, 0, &b, NULL, &e));
	GOOD(detail_close(f->vault, &ana, 5, 0, &corrected, &d, &e));
	GOOD(vault_settled(f->vault, &e));
	GOOD(detail_open(f->vault, &ana, 5, d.detail.record.box, d.detail.values.box, true, &o, &e));
	assert_int_equal(o.at, FIXTURE_NOW);
	assert_int_equal(o.purpose, PURPOSE_CORRECT);
	assert_int_equal(o.fields, FIELD_BIT(FIELD_FAMILY));
	assert_string_equal(o.object, "family name");
	assert_string_equal(o.was.data, "Itoh");
	assert_string_equal(o.now.data, "Ito");
	assert_int_equal(o.mark_count, 1);
	assert_int_equal(o.marks[0].field, FIELD_FAMILY);
	assert_int_equal(o.marks[0].version, 1);
	GOOD(detail_open(f->vault, &ana, 5, d.detail.record.box, d.detail.values.box, false, &half, &e));
	assert_true(half.has_values);
	assert_int_equal(half.was.len + half.now.len, 0);
	l = leaf_of(&d);
	detail_opened_wipe(&o);
	GOOD(detail_check(f->vault, &ana, 5, &l, d.detail.record.box, d.detail.values.box, &o, &whole, &e));
	assert_true(whole);
}

static void
opens_only_where_it_belongs(void **state)
{
	struct fixture *f = *state;
	DROP(detail_wipe) struct detail_sealed d = {0}, other = {0};
	DROP(detail_opened_wipe) struct detail_opened o = {0};
	struct span nothing = {0};
	struct leaf l;
	bool whole;
	struct err e;

	GOOD(detail_close(f->vault, &ana, 5, 0, &corrected, &d, &e));
	GOOD(detail_close(f->vault, &ana, 6, 0, &corrected, &other, &e));
	struct span r = d.detail.record.box, v = d.detail.values.box;

	REFUSED(detail_open(f->vault, &ana, 6, r, nothing, true, &o, &e), ERR_CRYPTO, 0);
	REFUSED(detail_open(f->vault, &ben, 5, r, nothing, true, &o, &e), ERR_CRYPTO, 0);
	REFUSED(detail_open(f->vault, &ben, 5, nothing, v, true, &o, &e), ERR_CRYPTO, 0);
	REFUSED(detail_open(f->vault, &ana, 5, v, nothing, true, &o, &e), ERR_CRYPTO, 0);
	REFUSED(detail_open(f->vault, &ana, 5, nothing, r, true, &o, &e), ERR_CRYPTO, 0);
	l = leaf_of(&d);
	REFUSED(detail_check(f->vault, &ana, 6, &l, other.detail.record.box, other.detail.values.box,
	    &o, &whole, &e), ERR_TAMPER, 0);
	l.commitment[3] ^= 1;
	REFUSED(detail_check(f->vault, &ana, 5, &l, r, v, &o, &whole, &e), ERR_TAMPER, 0);
	l.commitment[3] ^= 1;
	/* an erased part cannot be weighed here, and is said to be missing */
	GOOD(detail_check(f->vault, &ana, 5, &l, r, nothing, &o, &whole, &e));
	assert_false(whole);
}

static void
tags_tell_nobody(void **state)
{
	struct fixture *f = *state;
	unsigned char seen[64][LEAF_TAG], again[LEAF_TAG];
	struct err e;

	for (int n = 0; n < 32; n++) {
		GOOD(detail_tag(f->vault, &ana, n, seen[n], &e));
		GOOD(detail_tag(f->vault, &ben, n, seen[32 + n], &e));
		GOOD(detail_tag(f->vault, &ana, n, again, &e));
		assert_memory_equal(seen[n], again, LEAF_TAG);
	}
	for (int i = 0; i < 64; i++)
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(seen[i], seen[j], LEAF_TAG);
	REFUSED(detail_tag(f->vault, &ana, -1, again, &e), ERR_INPUT, 0);
	GOOD(keys_destroy(vault_keys(f->vault), ana.tags, FIXTURE_NOW, &e));
	REFUSED(detail_tag(f->vault, &ana, 0, again, &e), ERR_ABSENT, 0);
}

static void
actors_of_a_role(void **state)
{
	static const enum key_kind kind = KEY_ROLE_TAGS;
	struct fixture *f = *state;
	DROP(detail_wipe) struct detail_sealed own = {0}, role = {0}, again = {0}, next = {0};
	int64_t key;
	struct err e;

	GOOD(keys_create(vault_keys(f->vault), &kind, 1, 2, FIXTURE_NOW, &key, &e));
	GOOD(detail_close(f->vault, &ana, 0, 0, &looked, &own, &e));
	GOOD(detail_close(f->vault, &ana, 0, key, &looked, &role, &e));
	GOOD(detail_close(f->vault, &ana, 0, key, &looked, &again, &e));
	GOOD(detail_close(f->vault, &ana, 1, key, &looked, &next, &e));
	assert_memory_equal(own.subject, role.subject, LEAF_TAG);
	assert_memory_not_equal(own.actor, role.actor, LEAF_TAG);
	assert_memory_equal(role.actor, again.actor, LEAF_TAG);
	assert_memory_not_equal(role.actor, next.actor, LEAF_TAG);
	assert_int_equal(own.detail.values.box.len, 0);
}

static void
long_objects_are_refused(void **state)
{
	struct fixture *f = *state;
	DROP(detail_wipe) struct detail_sealed d = {0};
	struct detail_words w = looked;
	char text[DETAIL_OBJECT + 1];
	struct err e;

	memset(text, 'a', sizeof(text));
	text[DETAIL_OBJECT] = '\0';
	w.object = text;
	REFUSED(detail_close(f->vault, &ana, 0, 0, &w, &d, &e), ERR_INPUT, 0);
	text[DETAIL_OBJECT - 1] = '\0';
	GOOD(detail_close(f->vault, &ana, 0, 0, &w, &d, &e));
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(what_was_sealed_opens), CASE(opens_only_where_it_belongs), CASE(tags_tell_nobody),
		CASE(actors_of_a_role), CASE(long_objects_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
