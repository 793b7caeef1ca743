/*
 * privacy/facts/register.h - every certificate: whose, for what, in which state.
 *
 * A row begins when the keeper mints the ticket that allows signing (PENDING)
 * and lives on after the certificate's end.  Body and label are sealed fields
 * (FIELD_CERT_BODY, FIELD_CERT_LABEL, object = the row's id); the names, as in
 * the ticket, are sealed in the row (place table "register"); blind indexes of
 * the names and the ids of the addresses and domains they stand on serve
 * look-ups and removals.  Which key hashes were given up as compromised is
 * kept for good.
 *
 * Every change goes by a ticket to the signer and comes back as its receipt
 * (privacy/facts/issue.h).  Revoked never comes back.
 *
 * Stands on keeper, domain ids, ticket.  Parses no certificate.
 */
#ifndef PRIVACY_FACTS_REGISTER_H
#define PRIVACY_FACTS_REGISTER_H
#include "privacy/facts/ticket.h"
#include "privacy/keeper/keeper.h"

extern const char register_schema[], register_named_schema[];

struct entry_of_register {
	int64_t	id, member, key, made, not_before, not_after, changed_at;
	int64_t	number;			/* ledger number of the entry that allowed it */
	unsigned char serial[TICKET_SERIAL], sha256[32], key_hash[32];
	enum profile profile;
	enum register_state state;
	uint32_t options;		/* TICKET_* */
	bool	stored;			/* its body came back */
	bool	open_to_all;		/* its owner lets the exact address show it */
	bool	reminder;
	uint8_t	reason;			/* RFC 5280 CRLReason */
	uint8_t	wanted;			/* enum ticket_act on its way to the signer; 0 none */
	uint8_t	named;			/* index + 1 of its owner's name in it (facts/name.h); 0 none */
};

bool register_counts(struct keeper *k, int64_t member, int64_t now, int64_t *valid,
    int64_t *expiring_30d, struct err *e) MUST;
/* A row taken out of the register's list for doctor or health: how many are valid now. */
bool register_health(struct keeper *k, int64_t now, int64_t *valid, int64_t *pending, struct err *e) MUST;
/* Live (pending, valid or suspended, not expired) certificates that name this address or domain: u32 n, n * [16] serial. */
bool register_serials(struct keeper *k, int64_t member, enum name_kind kind, int64_t bind, int64_t now, struct buf *into,
    struct err *e) MUST;
bool register_count_domain(struct keeper *k, int64_t member, int64_t domain_id, int64_t now,
    int64_t *live, struct err *e) MUST;
/*
 * Revoke every live certificate of the act's owner that names this address
 * (domain): tickets for the signer are appended to *tickets with pack_bytes,
 * their number to *n; one ledger entry each.
 */
bool register_revoke_naming(struct keeper *k, struct act *a, int64_t address_id,
    struct buf *tickets, uint32_t *n, struct err *e) MUST;
bool register_revoke_domain(struct keeper *k, struct act *a, int64_t domain_id,
    struct buf *tickets, uint32_t *n, struct err *e) MUST;

/*
 * Whose client certificate is this?  Honoured when it is ours, valid now, made
 * for signing in, nothing is on its way to revoke or suspend it, and its owner
 * switched SETTING_CERT_SIGN_IN on.  ERR_DENIED with WHY_SIGN_IN.
 */
bool register_sign_in(struct keeper *k, const unsigned char sha256[32],
    const unsigned char serial[TICKET_SERIAL], int64_t now, int64_t *member, struct err *e) MUST;
/* Each use of a certificate session: is it still? */
bool register_still_good(struct keeper *k, const unsigned char sha256[32],
    const unsigned char serial[TICKET_SERIAL], int64_t now, bool *good, struct err *e) MUST;

/* ---- for issue.c, once.c, keeper/clerk.c ---- */
/* ERR_ABSENT.  member 0: anybody's (for the clerk and the public look-up). */
bool register_get(struct keeper *k, int64_t member, const unsigned char serial[TICKET_SERIAL],
    struct entry_of_register *r, struct err *e) MUST;
bool register_by_id(struct keeper *k, int64_t id, struct entry_of_register *r, struct err *e) MUST;
/*
 * The id of the next row.  Ids leave the keeper nowhere (a certificate is named by its
 * serial), so they need not be random, and counted up they let register, names, sealed
 * body and ticket each fill one page instead of one page a certificate.
 */
bool register_next_id(struct keeper *k, int64_t *id, struct err *e) MUST;
/* A new PENDING row; r->id is set.  bind[i]: the address or domain id name i stands on. */
bool register_add(struct keeper *k, const struct owner *o, struct entry_of_register *r,
    const struct ticket *t, const int64_t *bind, struct err *e) MUST;
/* The signer's receipt for a finished issue: VALID from now; number: the ledger entry that says so. */
bool register_stored(struct keeper *k, int64_t id, const unsigned char sha256[32], int64_t number,
    struct err *e) MUST;
bool register_stored_number(struct keeper *k, int64_t id, int64_t *number, struct err *e) MUST;
/* What was on its way is done with; only the wish to revoke outlives another change that comes back before it. */
bool register_state_set(struct keeper *k, int64_t id, enum register_state s, uint8_t reason,
    int64_t changed_at, struct err *e) MUST;
/* Note that this act (enum ticket_act; 0 none) is on its way to the signer. */
bool register_want(struct keeper *k, int64_t id, unsigned act, struct err *e) MUST;
/* Tickets to issue that this member got on this day (UTC); counted one by one, not by looking at all rows. */
bool register_issued_today(struct keeper *k, int64_t member, int64_t now, int64_t *n, struct err *e) MUST;
bool register_forget_days(struct keeper *k, int64_t now, struct err *e) MUST;
/* key_hash stands in a certificate revoked for keyCompromise. */
bool register_key_banned(struct keeper *k, const unsigned char key_hash[32], bool *banned, struct err *e) MUST;
bool register_key_ban(struct keeper *k, const unsigned char key_hash[32], int64_t now, struct err *e) MUST;
/* Ids (pack_i64) of the live certificates whose names stand on this address or domain. */
bool register_binding(struct keeper *k, int64_t member, enum name_kind kind, int64_t bind, int64_t now,
    struct buf *ids, struct err *e) MUST;
/* Does certificate id name this address?  By blind index, opens nothing. */
bool register_names_address(struct keeper *k, int64_t id, const char *address, bool *yes, struct err *e) MUST;
/*
 * The names as sealed in the row, appended as u32 n, n * { u8 kind, text }: addresses or
 * domains and, last, the owner's name if it stands there (NAME_PERSON);
 * first (may be NULL) gets the first one's text.  Not accounted by the vault:
 * whoever shows them records FIELD_CERT_BODY.
 */
bool register_names(struct keeper *k, const struct entry_of_register *r, struct buf *packed,
    char first[256], struct err *e) MUST;
/* Newest first, cancelled ones left out, at most REGISTER_LISTED. */
#define REGISTER_LISTED	1000
typedef bool register_reader(void *self, const struct entry_of_register *r, struct err *e);
bool register_each(struct keeper *k, int64_t member, register_reader *each, void *self, struct err *e) MUST;
/* Live ones of the Assured profiles, newest first, at most REGISTER_LISTED. */
bool register_assured(struct keeper *k, int64_t member, int64_t now, register_reader *each, void *self,
    struct err *e) MUST;
/* TLS certificates stored by ledger entries after `since`, at most `most`, oldest first. */
bool register_faces(struct keeper *k, int64_t since, int64_t most, register_reader *each, void *self,
    struct err *e) MUST;
bool register_note(struct keeper *k, int64_t id, bool reminder, bool open_to_all, struct err *e) MUST;
/* "0f3a...": 32 hex digits with NUL. */
void serial_text(const unsigned char serial[TICKET_SERIAL], char into[2 * TICKET_SERIAL + 1]);
/* The link in a reminder was followed: no more of them for this certificate.  Records itself. */
bool register_reminder_stop(struct keeper *k, struct act *a, const struct mail_token *t, struct err *e) MUST;
/*
 * At most `most` owners who ticked so are reminded, REMINDER_DAYS before the
 * end; certificates suspended for suspension_life are revoked.  *done counts both.
 */
#define REMINDER_DAYS	21
bool register_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *reminders, int64_t *done,
    struct err *e) MUST;
#define SERIAL_TEXT	(2 * TICKET_SERIAL + 1)
#endif
