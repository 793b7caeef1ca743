/* tests/unit/test_publish.c - the clerk's file names are those that the signer puts into certificates. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/clerk/clerk.h"
#include "portal/signer/settings.h"

static void
same_names(void **state)
{
	(void)state;
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++)
		for (uint32_t shard = 0; shard < 4096; shard += 1365) {
			DROP(buf_wipe) struct buf ours = {0}, theirs = {0};

			publish_path(&ours, p, shard);
			signer_path_crl(&theirs, (enum profile)p, shard);
			assert_string_equal(ours.data, theirs.data);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(same_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
