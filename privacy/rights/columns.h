/*
 * privacy/rights/columns.h - the sections of a member's copy, one by one.
 *
 * For export_table.c, which puts them in order, and columns_*.c, which say what
 * they are.  Data alone: the portal links it for words and schema.
 */
#ifndef PRIVACY_RIGHTS_COLUMNS_H
#define PRIVACY_RIGHTS_COLUMNS_H
#include "privacy/keeper/op.h"
#include "privacy/rights/export_table.h"

#define COLUMN(n, l, t)		{ .name = n, .label = l, .type = t }
#define COLUMN_OF(n, l, t, w)	{ .name = n, .label = l, .type = t, .words = w, .word_count = COUNT(w) }
#define COLUMN_BYTES(n, l)	{ .name = n, .label = l, .type = COLUMN_HEX, .machine = true }
#define COLUMNS(c)		.column = c, .count = COUNT(c)

extern const struct export_section section_account, section_names, section_name_links, section_data,
    section_addresses, section_questions, section_settings, section_sessions, section_roles, section_recovery,
    section_wrong_codes, section_others, section_sealed, section_erasures, section_seat, section_lists, section_lost, section_use,
    section_trusted, section_trusted_by,
    section_cases;				/* export_member.c */
extern const struct export_section section_case_texts;					/* export_case.c */
extern const struct export_section section_domains, section_domain_proofs, section_certificates, section_tickets,
    section_orders;									/* export_certs.c */
extern const struct export_section section_received, section_given, section_challenge, section_handovers,
    section_handover_uses, section_events, section_slips, section_papers;		/* export_trust.c */
extern const struct export_section section_published, section_contacts, section_decisions, section_votes,
    section_founders, section_holds, section_exclusions, section_guest_seats, section_mails, section_links;					/* export_said.c */
extern const struct export_section section_history;					/* export_ledger.c */

/* Words that several sections use. */
extern const char *const role_words[ROLE__COUNT], *const index_words[16];
#endif
