/* Blind indexes: the same in one column, unrelated in two, nothing without the key. */
#include "privacy/vault/index.h"
#include "tests/unit/fixture.h"

static void
one_value_two_columns(void **state)
{
	DROP(indexes_drop) struct indexes *x = NULL;
	DROP(indexes_drop) struct indexes *again = NULL;
	DROP(indexes_drop) struct indexes *other = NULL;
	unsigned char a[INDEX_BYTES], b[INDEX_BYTES];
	char path[] = "/tmp/troth-index-XXXXXX";
	int fd = mkstemp(path);
	struct err e;

	(void)state;
	close(fd);
	fixture_file(path, 32);
	GOOD(indexes_open(&x, path, &e));
	GOOD(indexes_open(&again, path, &e));
	index_of(x, INDEX_ADDRESS, span_text("ana@example.org"), a);
	index_of(again, INDEX_ADDRESS, span_text("ana@example.org"), b);
	assert_memory_equal(a, b, INDEX_BYTES);
	for (int i = INDEX_ADDRESS + 1; i < INDEX__COUNT; i++) {
		index_of(x, (enum index_name)i, span_text("ana@example.org"), b);
		assert_memory_not_equal(a, b, INDEX_BYTES);
	}
	index_of(x, INDEX_ADDRESS, span_text("ana@example.or"), b);
	assert_memory_not_equal(a, b, INDEX_BYTES);
	fixture_file(path, 32);
	GOOD(indexes_open(&other, path, &e));
	index_of(other, INDEX_ADDRESS, span_text("ana@example.org"), b);
	assert_memory_not_equal(a, b, INDEX_BYTES);
	unlink(path);
}

static void
needs_its_key(void **state)
{
	struct indexes *x = NULL;
	struct err e = {0};

	(void)state;
	assert_false(indexes_open(&x, "/tmp/troth-no-such-key", &e));
	assert_int_not_equal(e.kind, ERR_NONE);
	assert_null(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_value_two_columns),
		cmocka_unit_test(needs_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
