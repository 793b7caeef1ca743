/* Sealed rows of people, the account of a request, and rows put where they do not belong. */
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

static void
told(struct fixture *f)
{
	struct vault_mark marks[VAULT_MARKS];

	vault_take(f->vault, 1, marks);
	vault_take(f->vault, 2, marks);
}

static void
put(struct fixture *f, const struct owner *o, enum field field, int64_t object, const char *text)
{
	struct err e;

	GOOD(vault_put(f->vault, o, field, object, span_text(text), FIXTURE_NOW, &e));
}

static void
values_come_back(void **state)
{
	struct fixture *f = *state;
	DROP(buf_wipe) struct buf b = {0};
	int64_t since, counts[FIELD__COUNT];
	bool found, was;
	struct err e;

	put(f, &ana, FIELD_GIVEN, 0, "Ana");
	put(f, &ana, FIELD_ADDRESS, 1, "ana@example.org");
	put(f, &ana, FIELD_ADDRESS, 2, "ana@example.net");
	put(f, &ben, FIELD_GIVEN, 0, "Ben");
	GOOD(vault_get(f->vault, &ana, FIELD_GIVEN, 0, &b, &since, &e));
	assert_string_equal(b.data, "Ana");
	assert_int_equal(since, FIXTURE_NOW);
	buf_reset(&b);
	GOOD(vault_get(f->vault, &ana, FIELD_ADDRESS, 2, &b, NULL, &e));
	assert_string_equal(b.data, "ana@example.net");
	buf_reset(&b);
	GOOD(vault_find(f->vault, &ben, FIELD_FAMILY, 0, &b, NULL, &found, &e));
	assert_false(found);
	REFUSED(vault_get(f->vault, &ben, FIELD_FAMILY, 0, &b, NULL, &e), ERR_ABSENT, 0);
	GOOD(vault_erase(f->vault, 1, FIELD_GIVEN, 0, FIXTURE_NOW + 1, &was, &e));
	assert_true(was);
	REFUSED(vault_get(f->vault, &ana, FIELD_GIVEN, 0, &b, NULL, &e), ERR_ABSENT, 0);
	GOOD(vault_has(f->vault, 1, FIELD_ADDRESS, 1, NULL, &found, &e));
	assert_true(found);
	GOOD(vault_has(f->vault, 1, FIELD_GIVEN, 0, NULL, &found, &e));
	assert_false(found);
	GOOD(vault_erase(f->vault, 1, FIELD_GIVEN, 0, FIXTURE_NOW + 2, &was, &e));
	assert_false(was);
	vault_counts(f->vault, counts);
	assert_int_equal(counts[FIELD_GIVEN], 1);
	assert_int_equal(counts[FIELD_ADDRESS], 1);
	GOOD(vault_forget(f->vault, 1, &e));
	REFUSED(vault_get(f->vault, &ana, FIELD_ADDRESS, 1, &b, NULL, &e), ERR_ABSENT, 0);
}

/* A thief with a pen: whatever is copied over another row does not open there. */
static void
rows_stay_where_they_are(void **state)
{
	static const struct sql
	subject = { "to_subject", "", "", "UPDATE sealed SET box = (SELECT box FROM sealed WHERE subject = 2 AND field = 2) WHERE subject = 1 AND field = 2" },
	subject_key = { "to_subject_key", "", "", "UPDATE sealed SET key = (SELECT key FROM sealed WHERE subject = 2 AND field = 2), box = (SELECT box FROM sealed WHERE subject = 2 AND field = 2) WHERE subject = 1 AND field = 2" },
	field = { "to_field", "", "", "UPDATE sealed SET box = (SELECT box FROM sealed WHERE subject = 1 AND field = 4) WHERE subject = 1 AND field = 2" },
	object = { "to_object", "", "", "UPDATE sealed SET object = 7 WHERE subject = 1 AND field = 2" },
	version = { "to_version", "", "", "UPDATE sealed SET version = version + 1 WHERE subject = 1 AND field = 2" };
	static const struct sql *const rows[] = { &subject, &subject_key, &field, &object, &version };
	struct fixture *f = *state;
	DROP(buf_wipe) struct buf b = {0};
	struct err e;

	put(f, &ana, FIELD_GIVEN, 0, "Ana");
	put(f, &ana, FIELD_FAMILY, 0, "Ito");
	put(f, &ben, FIELD_GIVEN, 0, "Ben");
	GOOD(vault_get(f->vault, &ana, FIELD_GIVEN, 0, &b, NULL, &e));
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t at = rows[i] == &object ? 7 : 0;

		GOOD(store_mark(f->store, &e));
		GOOD(sql_do(f->store, rows[i], &e));
		assert_int_equal(sql_changed(f->store), 1);
		buf_reset(&b);
		REFUSED(vault_get(f->vault, &ana, FIELD_GIVEN, at, &b, NULL, &e), ERR_CRYPTO, 0);
		assert_int_equal(b.len, 0);
		store_back(f->store);
	}
	GOOD(vault_get(f->vault, &ana, FIELD_GIVEN, 0, &b, NULL, &e));
}

static void
versions_only_grow(void **state)
{
	struct fixture *f = *state;
	struct vault_mark marks[VAULT_MARKS];
	struct err e;

	put(f, &ana, FIELD_GIVEN, 0, "Ana");
	put(f, &ana, FIELD_GIVEN, 0, "Anna");
	GOOD(vault_erase(f->vault, 1, FIELD_GIVEN, 0, FIXTURE_NOW, NULL, &e));
	put(f, &ana, FIELD_GIVEN, 0, "Ana");
	put(f, &ben, FIELD_GIVEN, 0, "Ben");
	assert_int_equal(vault_take(f->vault, 1, marks), 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(marks[i].version, i + 1);
	assert_int_equal(vault_take(f->vault, 1, marks), 0);
	assert_int_equal(vault_take(f->vault, 2, marks), 1);
	assert_int_equal(marks[0].subject, 2);
}

static void
nothing_goes_untold(void **state)
{
	struct fixture *f = *state;
	DROP(buf_wipe) struct buf b = {0};
	bool found;
	struct err e;

	GOOD(vault_settled(f->vault, &e));
	put(f, &ana, FIELD_BIRTH, 0, "1984-02-29");
	REFUSED(vault_settled(f->vault, &e), ERR_DENIED, 0);
	told(f);
	GOOD(vault_settled(f->vault, &e));
	GOOD(vault_get(f->vault, &ana, FIELD_BIRTH, 0, &b, NULL, &e));
	REFUSED(vault_settled(f->vault, &e), ERR_DENIED, 0);
	assert_int_equal(vault_opened(f->vault, 1), FIELD_BIT(FIELD_BIRTH));
	assert_int_equal(vault_opened(f->vault, 2), 0);
	told(f);
	GOOD(vault_settled(f->vault, &e));
	/* comparing a credential opens nothing to anybody */
	put(f, &ana, FIELD_CREDENTIAL, 1, "hash");
	told(f);
	GOOD(vault_get(f->vault, &ana, FIELD_CREDENTIAL, 1, &b, NULL, &e));
	GOOD(vault_settled(f->vault, &e));
	GOOD(vault_peek(f->vault, &ana, FIELD_CREDENTIAL, 1, &b, &found, &e));
	REFUSED(vault_peek(f->vault, &ana, FIELD_DOC_NUMBER, 0, &b, &found, &e), ERR_DENIED, 0);
	vault_fresh(f->vault);
	GOOD(vault_settled(f->vault, &e));
}

/* What leaves its seal is counted where seals are broken, whatever way led there. */
static void
openings_and_entries_match(void **state)
{
	struct fixture *f = *state;
	DROP(buf_wipe) struct buf b = {0}, box = {0};
	struct seal_place around = { .table = "sealed", .field = FIELD_GIVEN, .subject = 1, .version = 9, .key = ana.key };
	struct vault_sums sums;
	bool found;
	struct err e;

	put(f, &ana, FIELD_GIVEN, 0, "Ana");
	put(f, &ben, FIELD_GIVEN, 0, "Ben");
	told(f);
	vault_kept(f->vault);
	vault_fresh(f->vault);
	/* twice the same field, and another person's: three openings, told by two entries */
	for (int i = 0; i < 2; i++)
		GOOD(vault_get(f->vault, &ana, FIELD_GIVEN, 0, &b, NULL, &e));
	GOOD(vault_get(f->vault, &ben, FIELD_GIVEN, 0, &b, NULL, &e));
	told(f);
	GOOD(vault_settled(f->vault, &e));
	vault_kept(f->vault);
	vault_fresh(f->vault);
	vault_summed(f->vault, &sums);
	assert_int_equal(sums.opened, 3);
	assert_int_equal(sums.told, 3);
	/* undone: nobody saw it */
	GOOD(vault_get(f->vault, &ana, FIELD_GIVEN, 0, &b, NULL, &e));
	vault_fresh(f->vault);
	/* a value that stays inside */
	put(f, &ana, FIELD_BIRTH, 0, "1984-02-29");
	told(f);
	GOOD(vault_peek(f->vault, &ana, FIELD_BIRTH, 0, &b, &found, &e));
	GOOD(vault_settled(f->vault, &e));
	/* around the account: the box itself is opened, and no entry can tell */
	GOOD(vault_seal(f->vault, &around, span_text("Ana"), &box, &e));
	GOOD(vault_unseal(f->vault, &around, span_buf(&box), &b, &e));
	REFUSED(vault_settled(f->vault, &e), ERR_DENIED, 0);
	vault_summed(f->vault, &sums);
	assert_int_equal(sums.opened, 3);
	/* kept all the same, it shows for good */
	vault_kept(f->vault);
	vault_summed(f->vault, &sums);
	assert_int_equal(sums.opened, 4);
	assert_int_equal(sums.told, 3);
	vault_fresh(f->vault);
	/* other tables are no fields of a person's */
	around.table = "mail";
	buf_reset(&box);
	GOOD(vault_seal(f->vault, &around, span_text("words"), &box, &e));
	GOOD(vault_unseal(f->vault, &around, span_buf(&box), &b, &e));
	GOOD(vault_settled(f->vault, &e));
}

static void
too_much_at_once(void **state)
{
	struct fixture *f = *state;
	struct err e;

	for (int i = 0; i < VAULT_MARKS; i++)
		put(f, &ana, FIELD_DOMAIN, i, "example.org");
	REFUSED(vault_put(f->vault, &ana, FIELD_DOMAIN, 999, span_text("x"), FIXTURE_NOW, &e), ERR_INPUT, 0);
}

static void
a_destroyed_key_opens_nothing(void **state)
{
	struct fixture *f = *state;
	DROP(buf_wipe) struct buf b = {0};
	struct err e;

	put(f, &ana, FIELD_GIVEN, 0, "Ana");
	GOOD(keys_destroy(vault_keys(f->vault), ana.key, FIXTURE_NOW, &e));
	REFUSED(vault_get(f->vault, &ana, FIELD_GIVEN, 0, &b, NULL, &e), ERR_ABSENT, 0);
	REFUSED(vault_put(f->vault, &ana, FIELD_GIVEN, 0, span_text("Ana"), FIXTURE_NOW, &e), ERR_ABSENT, 0);
}

/* Keys made anew would seal beside what nobody can open any more. */
static void
a_key_store_that_is_gone_is_not_made_anew(void **state)
{
	struct fixture *f = *state;
	struct vault_paths p = { f->root, f->index, true };
	struct vault *v;
	struct err e;

	vault_drop(&f->vault);
	GOOD(vault_open(&v, f->store, f->key_store, &p, FIXTURE_NOW, &e));
	vault_drop(&v);
	store_drop(&f->key_store);
	assert_int_equal(unlink(f->keys), 0);
	GOOD(store_open(&f->key_store, &keys_spec, f->keys, &e));
	REFUSED(vault_open(&v, f->store, f->key_store, &p, FIXTURE_NOW, &e), ERR_TAMPER, 0);
	assert_non_null(strstr(e.text, "keys.db lacks the keys of this site"));
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(values_come_back), CASE(rows_stay_where_they_are), CASE(versions_only_grow),
		CASE(nothing_goes_untold), CASE(openings_and_entries_match), CASE(too_much_at_once), CASE(a_destroyed_key_opens_nothing),
		CASE(a_key_store_that_is_gone_is_not_made_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
