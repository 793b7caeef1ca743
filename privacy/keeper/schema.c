#include "ledger/chain.h"
#include "privacy/keeper/same_keys.h"
#include "privacy/keeper/schema.h"
#include "privacy/vault/key.h"

/* further columns and indexes of tables of version 2 */
extern const char old_value_schema[], register_named_schema[], session_over_schema[], others_day_schema[];
extern const char vault_schema[], member_schema[], join_schema[], session_schema[],
    address_schema[], role_schema[], recovery_schema[], document_schema[], setting_schema[],
    mail_schema[], domain_schema[], challenge_schema[], register_schema[], issue_schema[],
    once_schema[], trust_schema[], name_schema[], assurance_schema[],
    code_book_schema[], handover_schema[], third_party_schema[], published_schema[], contact_schema[],
    event_schema[], slip_schema[], once_held_schema[], decision_schema[], founding_schema[], paper_schema[],
    question_bank_schema[], assurer_challenge_schema[], numbering_schema[];
/* version 4 */
extern const char tally_schema[], copy_schema[], member_restricted_schema[], restrict_schema[], erase_schema[],
    published_subject_schema[], role_term_schema[], case_schema[], retain_schema[], backup_schema[], announce_schema[];
/* version 5 */
extern const char name_change_schema[], hold_schema[], exclusion_schema[], decision_notice_schema[];
extern const char case_post_schema[], bounce_schema[], wish_schema[], disclosure_schema[], lost_schema[], quiet_schema[],
    trusted_schema[], breach_schema[];
/* version 6 */
extern const char guest_schema[];
/* version 7 */
extern const char copy_text_schema[];
/* version 8 */
extern const char telling_schema[];
/* version 9 */
extern const char quiet_until_schema[], trusted_until_schema[];
/* version 10: same_keys.h */

static const char *const keeper_schemas[] = {
	chain_schema, vault_schema, member_schema, join_schema, session_schema, address_schema,
	role_schema, recovery_schema, document_schema, setting_schema, mail_schema, domain_schema,
	challenge_schema, register_schema, issue_schema, once_schema, NULL
};
/* Version 3: the web of trust. */
static const char *const trust_schemas[] = { old_value_schema, numbering_schema, register_named_schema,
	session_over_schema, others_day_schema, trust_schema,
	assurance_schema, name_schema, code_book_schema,
	handover_schema, third_party_schema, published_schema, contact_schema, event_schema, slip_schema, once_held_schema,
	decision_schema, founding_schema, paper_schema, question_bank_schema, assurer_challenge_schema, NULL };
/* Version 4: the privacy desk. */
static const char *const desk_schemas[] = {
	tally_schema,
	copy_schema,
	tombstone_schema,
	member_restricted_schema,
	restrict_schema,
	published_subject_schema,
	role_term_schema,
	case_schema,
	retain_schema,
	backup_schema,
	announce_schema,
	erase_schema,
	NULL
};
/*
 * Version 5: what comes and goes by post, what leaves under law, ways back, accounts that go quiet, breaches,
 * what officers decide in cases and about members.
 */
static const char *const post_schemas[] = {
	case_post_schema, bounce_schema, wish_schema,
	disclosure_schema,
	lost_schema, quiet_schema, trusted_schema, breach_schema,
	name_change_schema, hold_schema, exclusion_schema, decision_notice_schema,
	NULL
};
/* Version 6: officers borrowed from partner communities. */
static const char *const guest_schemas[] = { guest_schema, NULL };
/* Version 7: texts of cases in a member's copy. */
static const char *const copy_text_schemas[] = { copy_text_schema, NULL };
/* Version 8: whom a report concerns is told later. */
static const char *const later_schemas[] = { telling_schema, NULL };
/* Version 9: the days that members were told stand, whatever the settings say later. */
static const char *const until_schemas[] = { quiet_until_schema, trusted_until_schema, NULL };
/* Version 10: which keys the store was written with. */
static const char *const same_schemas[] = { same_key_schema, NULL };
static const struct store_step keeper_steps[] = { { 3, trust_schemas }, { 4, desk_schemas }, { 5, post_schemas }, { 6, guest_schemas },
    { 7, copy_text_schemas }, { 8, later_schemas }, { 9, until_schemas }, { 10, same_schemas } };
static const char *const keys_schemas[] = { keys_schema, NULL };

/* What every entry writes: it waits for the batch's commit (ledger/store/later.c). */
static const char *const keeper_late[] = { "leaf", "detail", "subject.entries", "subject.trail", NULL };

/* What is remembered of sessions (privacy/facts/session_known.h) hangs on these. */
static const char *const keeper_watched[] = { [WATCHED_SESSION] = "session", [WATCHED_MEMBER] = "member",
    [WATCHED__COUNT] = NULL };

/*
 * The checkpoint of the write-ahead log runs in a helper: left to itself it
 * held up one commit in a few thousand for 58 ms.  Member numbers are random, so every
 * member's rows lie on other pages: the cache is larger than elsewhere.
 */
const struct store_spec keeper_store_spec = {
	.name = "keeper",
	.schemas = keeper_schemas,
	.schema_version = 2,
	.steps = keeper_steps,
	.step_count = COUNT(keeper_steps),
	.append_only = chain_append_only,
	.late = keeper_late,
	.watched = keeper_watched,
	.manual_checkpoint = true,
	.cache_kib = 6144,
};
const struct store_spec keys_store_spec = {
	.name = "keys",
	.schemas = keys_schemas,
	.schema_version = KEYS_SCHEMA_VERSION,
};
