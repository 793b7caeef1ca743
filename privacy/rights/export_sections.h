/*
 * privacy/rights/export_sections.h - how each section of a member's copy is read.
 *
 * Rooms: export_member.c who one is and how one gets in; export_certs.c domains and
 * certificates; export_trust.c vouching and meeting; export_said.c what was decided
 * and written; export_ledger.c the history.  What is read goes on g->tape in the
 * order of the section's columns.  Each opening goes through gather_open() or is
 * noted by gather_allowed(): PURPOSE_EXPORT says what may be.
 *
 * Left out: passwords, answers and their hashes, blind indexes, tokens, and what
 * another member holds although it names this one.  numbering, officer_code, code,
 * question_* and fall_notice hold nothing about a member that is not told elsewhere;
 * a slip's note can be opened by the visitor alone.
 *
 * Stands on facts, vault, trail.  Composes nothing.
 */
#ifndef PRIVACY_RIGHTS_EXPORT_SECTIONS_H
#define PRIVACY_RIGHTS_EXPORT_SECTIONS_H
#include "privacy/keeper/keeper.h"
#include "privacy/rights/export_table.h"
#include "privacy/rights/export_tape.h"

#define GATHER_ROWS	64	/* of one statement: its LIMIT, where it has one */

struct gather {			/* one piece being read */
	struct keeper	*k;
	struct owner	owner;
	int64_t		copy;		/* its id */
	int64_t		entries;	/* lines of the history that the copy tells: those before it was begun */
	int64_t		key, key2;	/* the last row told of this section */
	size_t		budget;		/* bytes of tape that are enough */
	uint64_t	opened;		/* FIELD_BIT()s */
	int64_t		rows;		/* told */
	struct buf	tape;
};

/* May fields be read for this purpose?  Notes that they were. */
bool gather_allowed(struct gather *g, uint64_t bits, struct err *e) MUST;
/* Open a sealed field onto the tape, null when there is none. */
bool gather_open(struct gather *g, enum field f, int64_t object, struct err *e) MUST;
bool gather_full(const struct gather *g);
/* Certificates from g->key on, as { text comment, bytes DER }; *more: there may be others. */
bool gather_certificates(struct gather *g, bool *more, struct err *e) MUST;

/*
 * sql: $1 the member; "ii": one key, ascending from $2 on, comes first in each row;
 * "iii": two keys.  row: lays one row on the tape; NULL: the columns as they stand,
 * behind the keys.  walk, instead of sql: reads from g->key on by itself and writes
 * its own rows; *more: it has not told all.
 */
struct export_reader {
	const struct sql *sql;
	bool		(*row)(struct gather *g, const struct rows *r, struct err *e);
	bool		(*walk)(struct gather *g, bool *more, struct err *e);
};
/* By the number of the section. */
extern const struct export_reader *const export_readers[];

extern const struct export_reader reader_account, reader_names, reader_name_links, reader_data,
    reader_addresses, reader_questions, reader_settings, reader_sessions, reader_roles, reader_recovery,
    reader_wrong_codes, reader_others, reader_sealed, reader_erasures, reader_seat, reader_lists, reader_lost, reader_use,
    reader_trusted, reader_trusted_by,
    reader_cases;				/* export_member.c */
extern const struct export_reader reader_case_texts;					/* export_case.c */
extern const struct export_reader reader_domains, reader_domain_proofs, reader_certificates, reader_tickets,
    reader_orders;									/* export_certs.c */
extern const struct export_reader reader_received, reader_given, reader_challenge, reader_handovers,
    reader_handover_uses, reader_events, reader_slips, reader_papers;		/* export_trust.c */
extern const struct export_reader reader_published, reader_contacts, reader_decisions, reader_votes,
    reader_founders, reader_holds, reader_exclusions, reader_guest_seats, reader_mails, reader_links;					/* export_said.c */
extern const struct export_reader reader_history;					/* export_ledger.c */

#endif
