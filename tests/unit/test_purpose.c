/* The privacy statement as code: complete, and true to the promises that can be read off it. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/keeper/keeper.h"

#define BIT(r)	(1u << (r))
static const uint64_t identity = FIELD_BIT(FIELD_NATIONALITY) | FIELD_BIT(FIELD_DOC_KIND) |
    FIELD_BIT(FIELD_DOC_NUMBER);

static void
every_row_is_whole(void **state)
{
	static const char *const bases[] = { "contract", "consent", "legal duty", "legitimate interest" };

	(void)state;
	for (unsigned p = PURPOSE_UNSET + 1; p < PURPOSE__COUNT; p++) {
		const struct purpose_row *r = &purposes[p];
		bool known = false;

		if (r->name == NULL || r->says == NULL || r->history == NULL || r->keeps == NULL ||
		    r->basis == NULL || r->roles == 0 || r->kind == 0 || r->kind >= KIND__COUNT)
			fail_msg("purpose %u lacks something", p);
		for (size_t i = 0; i < COUNT(bases); i++)
			known = known || strcmp(bases[i], r->basis) == 0;
		assert_true(known);
		if ((r->guarded & ~r->fields) != 0 || (r->fields & FIELD_BIT(0)) != 0 ||
		    (r->fields >> FIELD__COUNT) != 0 || (r->roles >> ACTOR__COUNT) != 0)
			fail_msg("%s: odd bits", r->name);
		/* whole sentences, and none that begins with a small letter */
		assert_true(r->says[0] >= 'A' && r->says[0] <= 'Z');
		assert_int_equal(r->says[strlen(r->says) - 1], '.');
		assert_int_equal(r->history[strlen(r->history) - 1], '.');
		for (unsigned q = PURPOSE_UNSET + 1; q < p; q++)
			assert_string_not_equal(purposes[q].name, r->name);
	}
}

static void
every_field_is_whole(void **state)
{
	(void)state;
	for (unsigned f = 1; f < FIELD__COUNT; f++) {
		uint64_t used = 0;

		assert_non_null(fields[f].name);
		assert_non_null(fields[f].label);
		assert_non_null(fields[f].why);
		for (unsigned p = 1; p < PURPOSE__COUNT; p++)
			used |= purposes[p].fields & FIELD_BIT(f);
		if (used == 0)		/* P2: nothing is held without a use */
			fail_msg("%s is used for nothing", fields[f].name);
	}
}

static void
every_operation_has_its_purpose(void **state)
{
	(void)state;
	for (unsigned op = 0; op < KEEPER_OP__COUNT; op++)
		if (keeper_rows[op].run != NULL && (keeper_rows[op].purpose == PURPOSE_UNSET ||
		    keeper_rows[op].purpose >= PURPOSE__COUNT))
			fail_msg("%s", keeper_rows[op].name);
}

/* P3: nationality and document are for their owner's eyes, and for an assurer's whom they were handed to; law (P9) is the one exception. */
static void
identity_is_the_owners(void **state)
{
	(void)state;
	for (unsigned p = 1; p < PURPOSE__COUNT; p++) {
		const struct purpose_row *r = &purposes[p];
		bool handed = r->roles == BIT(ACTOR_ASSURER) && (r->facts & FACT_HANDOVER) != 0;

		bool under_law = p == PURPOSE_DISCLOSURE && r->roles == (BIT(ACTOR_OFFICER) | BIT(ACTOR_SYSTEM)) &&
		    r->kind == KIND_DISCLOSURE && strcmp(r->basis, "legal duty") == 0;

		if ((r->fields & identity) != 0 && r->roles != BIT(ACTOR_OWNER) && !handed && !under_law)
			fail_msg("%s opens identity to others", r->name);
		/* the birth date is touched in roles to be vouched for, by staff in a case of its owner's, by officers where its owner
		   says in one that it changed, or under law, never by the system */
		bool in_case = (r->facts & FACT_CASE) != 0 && (r->roles == BIT(ACTOR_SUPPORT) || p == PURPOSE_NAME_CHANGE);

		if ((r->fields & FIELD_BIT(FIELD_BIRTH)) != 0 && (r->roles & ~(BIT(ACTOR_OWNER) | BIT(ACTOR_ASSURER))) != 0 && !in_case && !under_law)
			fail_msg("%s opens the birth date", r->name);
	}
	assert_int_equal(purposes[PURPOSE_SHOW].facts & (FACT_HANDOVER | FACT_FRESH), FACT_HANDOVER | FACT_FRESH);
	assert_int_equal(purposes[PURPOSE_MATCH].fields & FIELD_BIT(FIELD_NATIONALITY), 0);
	assert_true(fields[FIELD_BIRTH].guarded);
	for (unsigned f = 1; f < FIELD__COUNT; f++)
		if ((identity & FIELD_BIT(f)) != 0)
			assert_true(fields[f].guarded);
	/* where it is shown, the password is asked for first */
	assert_int_equal(purposes[PURPOSE_OWN_VIEW].guarded & identity, identity);
	assert_int_equal(purposes[PURPOSE_HISTORY].guarded & identity, identity);
}

/* P4: who can see questions and credentials. */
static void
recovery_is_the_owners(void **state)
{
	(void)state;
	for (unsigned p = 1; p < PURPOSE__COUNT; p++) {
		unsigned others = purposes[p].roles & ~(BIT(ACTOR_OWNER) | BIT(ACTOR_SYSTEM));

		if ((purposes[p].fields & (FIELD_BIT(FIELD_QUESTION) | FIELD_BIT(FIELD_CREDENTIAL))) != 0)
			assert_int_equal(others, 0);
	}
}

/* P6, P9: what is shown to strangers is chosen, and stands in the ledger as a disclosure. */
static void
strangers_see_what_was_opted_into(void **state)
{
	(void)state;
	assert_int_equal(purposes[PURPOSE_CERT_SHOW].facts & FACT_OPT_IN, FACT_OPT_IN);
	assert_int_equal(purposes[PURPOSE_CERT_SHOW].kind, KIND_DISCLOSURE);
	assert_int_equal(purposes[PURPOSE_CERT_SHOW].fields, FIELD_BIT(FIELD_CERT_BODY));
	assert_string_equal(purposes[PURPOSE_CERT_SHOW].basis, "consent");
	for (unsigned p = 1; p < PURPOSE__COUNT; p++)
		if (purposes[p].kind == KIND_DISCLOSURE && purposes[p].recipient == NULL)
			fail_msg("%s names no recipient", purposes[p].name);
}

/* 72 hours after a recovery: no roles, no erasing, no new addresses. */
static void
barred_after_a_recovery(void **state)
{
	(void)state;
	assert_true((purposes[PURPOSE_ROLE].facts & FACT_NO_BAR) != 0);
	assert_true((purposes[PURPOSE_ERASE_FIELD].facts & FACT_NO_BAR) != 0);
	assert_true((purposes[PURPOSE_ADDRESS_CHANGE].facts & FACT_NO_BAR) != 0);
}

static void
asking_the_table(void **state)
{
	static const struct { unsigned purpose, role; uint64_t wanted; bool good; } rows[] = {
		{ PURPOSE_OWN_VIEW, ACTOR_OWNER, FIELD_BIT(FIELD_BIRTH), true },
		{ PURPOSE_OWN_VIEW, ACTOR_OWNER, 0, true },
		{ PURPOSE_OWN_VIEW, ACTOR_OWNER, FIELD_BIT(FIELD_CREDENTIAL), false },
		{ PURPOSE_OWN_VIEW, ACTOR_OWNER, FIELD_BIT(FIELD_BIRTH) | FIELD_BIT(FIELD_CREDENTIAL), false },
		{ PURPOSE_OWN_VIEW, ACTOR_OFFICER, FIELD_BIT(FIELD_GIVEN), false },
		{ PURPOSE_OWN_VIEW, ACTOR_SYSTEM, 0, false },
		{ PURPOSE_OWN_VIEW, 0, 0, false },
		{ PURPOSE_OWN_VIEW, ACTOR__COUNT, 0, false },
		{ PURPOSE_OWN_VIEW, 99, 0, false },
		{ PURPOSE_UNSET, ACTOR_OWNER, 0, false },
		{ PURPOSE__COUNT, ACTOR_OWNER, 0, false },
		{ 12345, ACTOR_OWNER, 0, false },
		{ PURPOSE_HOME, ACTOR_OWNER, FIELD_BIT(FIELD_NATIONALITY), false },
		{ PURPOSE_SEND_MAIL, ACTOR_SYSTEM, FIELD_BIT(FIELD_ADDRESS), true },
		{ PURPOSE_SEND_MAIL, ACTOR_SYSTEM, FIELD_BIT(FIELD_DOC_NUMBER), false },
		{ PURPOSE_KEEP_TIDY, ACTOR_SYSTEM, FIELD_BIT(FIELD_DOC_NUMBER), false },
		{ PURPOSE_NO_PERSONAL_DATA, ACTOR_OWNER, FIELD_BIT(FIELD_ADDRESS), false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = {0};
		bool good = purpose_allows((enum purpose)rows[i].purpose,
		    (enum entry_role)rows[i].role, rows[i].wanted, &e);

		if (good != rows[i].good || (!good && e.kind != ERR_DENIED))
			fail_msg("row %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole), cmocka_unit_test(every_field_is_whole),
		cmocka_unit_test(every_operation_has_its_purpose),
		cmocka_unit_test(identity_is_the_owners), cmocka_unit_test(recovery_is_the_owners),
		cmocka_unit_test(strangers_see_what_was_opted_into),
		cmocka_unit_test(barred_after_a_recovery), cmocka_unit_test(asking_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
