/*
 * privacy/keeper/ops.c - the table of all operations.
 *
 * A row is what stands between a caller and a handler: who may call, with
 * what in hand, for which purpose, how many bytes.  An operation without a row
 * does not exist.
 */
#include "privacy/facts/bank_draw.h"
#include "privacy/facts/statement.h"
#include "privacy/facts/ticket.h"
#include "privacy/keeper/ops.h"
#include "privacy/lists.h"
#include "privacy/rights/announce.h"

#define P	KEEPER_PEER_PORTAL
#define C	KEEPER_PEER_CLERK
#define X	KEEPER_PEER_CONTROL
#define B	KEEPER_PEER_POST

#define TOK	TOKEN_BYTES
#define TEXT	(4u + KEEPER_TEXT_MAX)		/* most bytes of one packed text */
#define PASS	(4u + 1024u)			/* a password; longer than allowed is refused with a sentence */
#define SOURCE	(4u + 64u)			/* bytes that tell one network source from another */
#define CERT	(4u + 32768u)
#define SIGN_BYTES (4u + TICKET_MAX)
#define CAA_ALL	(TICKET_NAMES * (4u + STATEMENT_MAX))
#define KEY_BYTES (4u + BANK_NAME + 7u + BANK_HASH + 4u + BANK_WORDS)	/* a question's key, packed */
#define COPY_WORDS	(4u + (192u << 10))		/* translations of what a member's copy says */
#define NAMES_ALL (TICKET_NAMES * (1u + 4u + 256u))

#define S	BEARER_SESSION
#define FRESH	DEMAND_FRESH
#define ACT	DEMAND_ACT
#define POLICY	DEMAND_POLICY
#define CERT_TOO ALLOW_CERTIFICATE
#define ASSURER	DEMAND_ASSURER
#define OFFICER	DEMAND_OFFICER
#define BLOCK	ANSWER_BLOCK
#define TWICE	ANSWER_AGAIN
#define ALWAYS	ALLOW_RESTRICTED
#define DESK	DEMAND_DESK
#define WORDS	(4u + CASE_TEXT_MAX)
#define BOXES	(4u + CASE_TEXTS_MOST * (8u + 4u + CASE_BOX_MAX))
#define LANG	(4u + 15u)

const struct keeper_row keeper_rows[KEEPER_OP__COUNT] = {
	[KEEPER_READY] = { "ready", 0, 0, P | C | X, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_ready },

	/* joining and signing in */
	[KEEPER_JOIN] = { "join", 24, 2 * TEXT + 8 + 20 + SOURCE, P, BEARER_NONE, PURPOSE_JOIN, 0, op_join },
	[KEEPER_MAIL_LOOK] = { "mail look", TOK, TOK, P, BEARER_MAIL, PURPOSE_NO_PERSONAL_DATA, 0, op_mail_look },
	[KEEPER_MAIL_TAKE] = { "mail take", TOK, TOK, P, BEARER_MAIL, PURPOSE_VERIFY_ADDRESS, 0, op_mail_take },
	[KEEPER_SIGN_IN] = { "sign in", 13, TEXT + PASS + 1 + SOURCE, P, BEARER_NONE, PURPOSE_SIGN_IN, 0, op_sign_in },
	[KEEPER_SIGN_IN_CERT] = { "sign in by certificate", 53, 49 + SOURCE, P, BEARER_NONE, PURPOSE_SIGN_IN, 0, op_sign_in_cert },
	[KEEPER_FORGOT] = { "forgot", 8, TEXT + SOURCE, P, BEARER_NONE, PURPOSE_RECOVERY, 0, op_forgot },
	[KEEPER_RESET_LOOK] = { "reset look", TOK, TOK, P, BEARER_MAIL, PURPOSE_RECOVERY, 0, op_reset_look },
	[KEEPER_RESET_TAKE] = { "reset take", TOK + 19, TOK + 3 * (1 + TEXT) + PASS, P, BEARER_MAIL, PURPOSE_RECOVERY, 0, op_reset_take },
	[KEEPER_PASSWORD_AGAIN] = { "password again", TOK + 8, TOK + PASS + SOURCE, P, S, PURPOSE_PASSWORD, ACT | CERT_TOO, op_password_again },
	[KEEPER_PASSWORD_CHANGE] = { "password change", TOK + 4, TOK + PASS, P, S, PURPOSE_PASSWORD, FRESH | ACT, op_password_change },
	[KEEPER_SIGN_OUT] = { "sign out", TOK + 9, TOK + 9, P, S, PURPOSE_SESSIONS, ACT | CERT_TOO, op_sign_out },
	[KEEPER_SESSIONS] = { "sessions", TOK, TOK, P, S, PURPOSE_SESSIONS, BLOCK, op_sessions },

	/* own data */
	[KEEPER_HOME] = { "home", TOK, TOK, P, S, PURPOSE_HOME, BLOCK, op_home },
	[KEEPER_DATA] = { "data", TOK, TOK, P, S, PURPOSE_OWN_VIEW, BLOCK, op_data },
	[KEEPER_WHO] = { "who", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK, op_who },
	[KEEPER_DATA_SET] = { "data set", TOK + 5, TOK + 5 + 16 * (4 + TEXT), P, S, PURPOSE_ENROL, ACT | BLOCK, op_data_set },
	[KEEPER_DATA_ERASE] = { "data erase", TOK + 4, TOK + 4, P, S, PURPOSE_ERASE_FIELD, ACT | BLOCK, op_data_erase },
	[KEEPER_QUESTIONS] = { "questions", TOK, TOK, P, S, PURPOSE_QUESTIONS, FRESH | BLOCK, op_questions },
	[KEEPER_QUESTIONS_SET] = { "questions set", TOK + 1, TOK + 1 + 5 * (1 + 2 * TEXT), P, S, PURPOSE_QUESTIONS, FRESH | ACT | POLICY | BLOCK, op_questions_set },
	[KEEPER_HISTORY] = { "history", TOK + 12, TOK + 12, P, S, PURPOSE_HISTORY, BLOCK, op_history },
	[KEEPER_HISTORY_ENTRY] = { "history entry", TOK + 8, TOK + 8, P, S, PURPOSE_HISTORY, BLOCK, op_history_entry },
	[KEEPER_SETTING_SET] = { "setting set", TOK + 12, TOK + 12, P, S, PURPOSE_SETTINGS, ACT | BLOCK, op_setting_set },
	[KEEPER_SETTINGS] = { "settings", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK, op_settings },
	[KEEPER_POLICY_ANSWER] = { "policy answer", TOK + 9, TOK + 9, P, S, PURPOSE_POLICY, ACT | BLOCK, op_policy_answer },
	[KEEPER_ROLE_CODE] = { "role code", TOK + 4, TOK + TEXT, P, S, PURPOSE_ROLE, FRESH | ACT | POLICY | BLOCK, op_role_code },

	/* addresses */
	[KEEPER_ADDRESSES] = { "addresses", TOK, TOK, P, S, PURPOSE_ADDRESSES, BLOCK, op_addresses },
	[KEEPER_ADDRESS_ADD] = { "address add", TOK + 4, TOK + TEXT, P, S, PURPOSE_ADDRESS_CHANGE, ACT | POLICY | BLOCK, op_address_add },
	[KEEPER_ADDRESS_AGAIN] = { "address again", TOK + 8, TOK + 8, P, S, PURPOSE_ADDRESS_CHANGE, ACT | POLICY | BLOCK, op_address_again },
	[KEEPER_ADDRESS_PRIMARY] = { "address primary", TOK + 8, TOK + 8, P, S, PURPOSE_ADDRESS_CHANGE, FRESH | ACT | BLOCK, op_address_primary },
	[KEEPER_ADDRESS_REMOVE] = { "address remove", TOK + 9, TOK + 9, P, S, PURPOSE_ADDRESS_CHANGE, FRESH | ACT | BLOCK, op_address_remove },

	/* domains */
	[KEEPER_DOMAINS] = { "domains", TOK, TOK, P, S, PURPOSE_DOMAINS, BLOCK, op_domains },
	[KEEPER_DOMAIN_ADD] = { "domain add", TOK + 4, TOK + TEXT, P, S, PURPOSE_DOMAIN_PROVE, ACT | POLICY | BLOCK, op_domain_add },
	[KEEPER_DOMAIN_CHALLENGE] = { "domain challenge", TOK + 13, TOK + 9 + TEXT, P, S, PURPOSE_DOMAIN_PROVE, ACT | POLICY | BLOCK, op_domain_challenge },
	[KEEPER_DOMAIN_LOOK] = { "domain look", TOK + 8, TOK + 8, P, S, PURPOSE_DOMAINS, BLOCK, op_domain_look },
	[KEEPER_DOMAIN_PROVED] = { "domain proved", TOK + 12, TOK + 12 + STATEMENT_MAX, P, S, PURPOSE_DOMAIN_PROVE, ACT | POLICY | BLOCK, op_domain_proved },
	[KEEPER_DOMAIN_REMOVE] = { "domain remove", TOK + 9, TOK + 9, P, S, PURPOSE_DOMAIN_PROVE, FRESH | ACT | BLOCK | ALWAYS, op_domain_remove },

	/* certificates */
	[KEEPER_CERTS] = { "certificates", TOK, TOK, P, S, PURPOSE_CERTS, BLOCK, op_certs },
	[KEEPER_CERT] = { "certificate", TOK + 16, TOK + 16, P, S, PURPOSE_CERTS, BLOCK, op_cert },
	[KEEPER_CERT_CHOICES] = { "certificate choices", TOK, TOK, P, S, PURPOSE_CERTS, BLOCK, op_cert_choices },
	[KEEPER_CERT_TICKET] = { "certificate ticket", TOK + 77, TOK + 73 + NAMES_ALL + CAA_ALL + TEXT, P, S, PURPOSE_ISSUE, ACT | POLICY | BLOCK, op_cert_ticket },
	[KEEPER_CERT_STORED] = { "certificate stored", 9, TOK + CERT + SIGN_BYTES + 1, P | C, BEARER_SESSION_OR_CLERK, PURPOSE_ISSUE, ACT | CERT_TOO | ALWAYS, op_cert_stored },
	[KEEPER_CERT_CHANGE] = { "certificate change", TOK + 18, TOK + 18, P, S, PURPOSE_CERT_CHANGE, FRESH | ACT | BLOCK, op_cert_change },
	[KEEPER_CERT_CHANGED] = { "certificate changed", 4, SIGN_BYTES, P | C, BEARER_NONE, PURPOSE_CERT_CHANGE, ALWAYS, op_cert_changed },
	[KEEPER_CERT_NOTE] = { "certificate note", TOK + 22, TOK + 18 + TEXT, P, S, PURPOSE_CERT_CHANGE, ACT | BLOCK, op_cert_note },
	[KEEPER_CERT_SHOW] = { "certificate show", 20, 16 + TEXT, P, BEARER_NONE, PURPOSE_CERT_SHOW, 0, op_cert_show },

	/* one-use addresses */
	[KEEPER_ONCE_MINT] = { "once mint", TOK + 6, TOK + 6 + 256, P, S, PURPOSE_CERT_DOWNLOAD, ACT | CERT_TOO | BLOCK, op_once_mint },
	[KEEPER_ONCE_TAKE] = { "once take", TOK, TOK, P, BEARER_ONCE, PURPOSE_CERT_DOWNLOAD, 0, op_once_take },

	/* the assurer challenge */
	[KEEPER_CHALLENGE] = { "challenge", TOK, TOK, P, S, PURPOSE_CHALLENGE, BLOCK | ALWAYS, op_challenge },
	[KEEPER_CHALLENGE_BEGIN] = { "challenge begin", TOK + 4, TOK + 4 + BANK_LANGUAGE, P, S, PURPOSE_CHALLENGE, ACT | POLICY | BLOCK, op_challenge_begin },
	[KEEPER_CHALLENGE_ANSWER] = { "challenge answer", TOK + 12, TOK + 12 + 4 * BANK_DRAW_MOST, P, S, PURPOSE_CHALLENGE, ACT | BLOCK, op_challenge_answer },
	[KEEPER_BANK_PUT] = { "bank put", 16, 4 + 4 + BANK_LANGUAGE + 4 + BANK_NAME + 4 + KEY_BYTES, X, BEARER_NONE, PURPOSE_SITE, 0, op_bank_put },
	[KEEPER_BANK_DONE] = { "bank done", 4 + 4 + BANK_HASH + 1, 4 + BANK_LANGUAGE + 4 + BANK_HASH + 1, X, BEARER_NONE, PURPOSE_SITE, 0, op_bank_done },
	[KEEPER_BANKS] = { "banks", 0, 0, X, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_banks },

	/* the clerk */
	[KEEPER_MAIL_NEXT] = { "mail next", 0, 0, C, BEARER_NONE, PURPOSE_SEND_MAIL, ALWAYS, op_mail_next },
	[KEEPER_MAIL_DONE] = { "mail done", 9, 9, C, BEARER_NONE, PURPOSE_SEND_MAIL, ALWAYS, op_mail_done },
	[KEEPER_TICKETS_OPEN] = { "tickets open", 8, 8, C, BEARER_NONE, PURPOSE_KEEP_TIDY, ALWAYS, op_tickets_open },
	[KEEPER_TICKET_CANCEL] = { "ticket cancel", 16, 16, C, BEARER_NONE, PURPOSE_KEEP_TIDY, ALWAYS, op_ticket_cancel },
	[KEEPER_TICKETS_STORED] = { "tickets stored", 8, 8, C, BEARER_NONE, PURPOSE_KEEP_TIDY, ALWAYS, op_tickets_stored },
	[KEEPER_TICKETS_TOLD] = { "tickets told", TICKET_ID, TICKETS_AT_ONCE * TICKET_ID, C, BEARER_NONE, PURPOSE_KEEP_TIDY, ALWAYS, op_tickets_told },
	[KEEPER_SWEEP] = { "sweep", 0, 0, C, BEARER_NONE, PURPOSE_KEEP_TIDY, ALWAYS, op_sweep },
	[KEEPER_TREE] = { "tree", 8, 8, C, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_tree },
	[KEEPER_CHECKPOINT] = { "checkpoint", 12, 8192, C, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_checkpoint },
	[KEEPER_FACES] = { "faces", 8, 8, C, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_faces },

	/* what is published, the directory, contact */
	[KEEPER_PUBLISHED_STANDS] = { "published stands", 8, TOK + 8, P | C, BEARER_SESSION_OR_CLERK, PURPOSE_NO_PERSONAL_DATA, ACT | CERT_TOO | ALWAYS, op_published_stands },
	[KEEPER_PUBLISHED_OPEN] = { "published open", 8, 8, C, BEARER_NONE, PURPOSE_KEEP_TIDY, 0, op_published_open },
	[KEEPER_PUBLISHED_OVER] = { "published over", 8, 8, C, BEARER_NONE, PURPOSE_KEEP_TIDY, ALWAYS, op_published_over },
	[KEEPER_PUBLISHED_STRAYS] = { "published strays", 1, 1 + PUBLISHED_AT_ONCE * 8, C, BEARER_NONE, PURPOSE_KEEP_TIDY, 0, op_published_strays },
	[KEEPER_LISTING] = { "listing", TOK, TOK, P, S, PURPOSE_NAMES, BLOCK, op_listing },
	[KEEPER_LISTING_ANNOUNCE] = { "listing announce", TOK + 30, TOK + 18 + 3 * TEXT, P, S, PURPOSE_DIRECTORY, ACT | POLICY | BLOCK | TWICE | DEMAND_ASSURER, op_listing_announce },
	[KEEPER_LISTING_END] = { "listing end", TOK, TOK, P, S, PURPOSE_SETTINGS, ACT | CERT_TOO | BLOCK | ALWAYS, op_listing_end },
	[KEEPER_CONTACT_SEND] = { "contact send", TOK + 12, TOK + 8 + TEXT, P, S, PURPOSE_CONTACT, ACT | POLICY | BLOCK | TWICE, op_contact_send },
	[KEEPER_CONTACT_ANSWER] = { "contact answer", TOK + 4, TOK + TEXT, P, BEARER_MAIL, PURPOSE_CONTACT, 0, op_contact_answer },

	/* control */
	[KEEPER_OFFICER_CODES] = { "officer codes", 1, 1, X, BEARER_NONE, PURPOSE_SITE, 0, op_officer_codes },
	[KEEPER_HEALTH] = { "health", 0, 0, X, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_health },
	[KEEPER_DOCTOR] = { "doctor", 0, 0, X, BEARER_NONE, PURPOSE_SITE, 0, op_doctor },
	[KEEPER_SYSTEM_ENTRY] = { "system entry", 8, 2 * TEXT, X, BEARER_NONE, PURPOSE_SITE, 0, op_system_entry },
	[KEEPER_MAIL_TEST] = { "mail test", 4, TEXT, X, BEARER_NONE, PURPOSE_SEND_MAIL, 0, op_mail_test },
	[KEEPER_COUNTS] = { "counts", 0, 0, X, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_counts },

	[KEEPER_ISSUER_GONE] = { "issuer gone", 1 + TICKET_SERIAL, 1 + ISSUER_GONE_MOST * TICKET_SERIAL, X, BEARER_NONE, PURPOSE_CERT_CHANGE, ALWAYS, op_issuer_gone },
	[KEEPER_ISSUERS_SAID] = { "issuers said", 8, 8, X, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_issuers_said },

	/* counts anybody may read */
	[KEEPER_TALLIES] = { "tallies", 0, 0, P, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_tallies },

	/* names */
	[KEEPER_NAMES] = { "names", TOK, TOK, P, S, PURPOSE_NAMES, BLOCK, op_names },
	[KEEPER_NAME_PUT] = { "name put", TOK + 18, TOK + 2 + 4 * TEXT, P, S, PURPOSE_NAMES, ACT | BLOCK, op_name_put },
	[KEEPER_NAME_MAIN] = { "name shown first", TOK + 1, TOK + 1, P, S, PURPOSE_NAMES, ACT | BLOCK, op_name_main },
	[KEEPER_NAME_ERASE] = { "name erase", TOK + 1, TOK + 1, P, S, PURPOSE_ERASE_FIELD, ACT | BLOCK, op_name_erase },
	[KEEPER_BIRTH_PROPOSE] = { "birth date propose", TOK + 4, TOK + TEXT, P, S, PURPOSE_CORRECT, FRESH | ACT | BLOCK, op_birth_propose },
	[KEEPER_BIRTH_LOOK] = { "birth date look", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK, op_birth_look },

	/* points */
	[KEEPER_POINTS] = { "points", TOK, TOK, P, S, PURPOSE_POINTS, BLOCK, op_points },
	[KEEPER_ASSURANCES] = { "assurances given", TOK + 12, TOK + 12, P, S, PURPOSE_ASSURANCES, BLOCK, op_assurances },
	[KEEPER_ASSURANCE_CONFIRM] = { "assurance confirm", TOK + 8, TOK + 8, P, S, PURPOSE_ASSURE, ACT | BLOCK, op_assurance_confirm },
	[KEEPER_ASSURANCE_WITHDRAW] = { "assurance withdraw", TOK + 12, TOK + 8 + TEXT, P, S, PURPOSE_ASSURE, FRESH | ACT | BLOCK | ALWAYS, op_assurance_withdraw },
	[KEEPER_ASSURANCE_OBJECT] = { "assurance object", TOK + 12, TOK + 8 + TEXT, P, S, PURPOSE_OBJECTION, ACT | BLOCK, op_assurance_object },
	[KEEPER_PARENT_WITHDRAW] = { "parent withdraw", TOK, TOK, P, S, PURPOSE_PARENT, FRESH | ACT | BLOCK | ALWAYS, op_parent_withdraw },

	/* hand-overs */
	[KEEPER_HANDOVER_NEW] = { "hand-over new", TOK + 1, TOK + 1, P, S, PURPOSE_HANDOVER, FRESH | ACT | POLICY | BLOCK, op_handover_new },
	[KEEPER_HANDOVERS] = { "hand-overs", TOK, TOK, P, S, PURPOSE_HANDOVER, BLOCK | ALWAYS, op_handovers },
	[KEEPER_HANDOVER_END] = { "hand-over end", TOK + 8, TOK + 8, P, S, PURPOSE_HANDOVER, ACT | BLOCK | ALWAYS, op_handover_end },
	[KEEPER_HANDOVER_TAKE] = { "hand-over take", TOK + 4, TOK + TEXT, P, S, PURPOSE_HANDOVER, ASSURER | ACT | POLICY | BLOCK, op_handover_take },
	[KEEPER_HANDOVER_LOOK] = { "hand-over look", TOK + 8, TOK + 8, P, S, PURPOSE_ASSURANCES, ASSURER | BLOCK, op_handover_look },
	[KEEPER_MEETINGS] = { "meetings", TOK, TOK, P, S, PURPOSE_ASSURANCES, ASSURER | BLOCK | ALWAYS, op_meetings },
	[KEEPER_HANDOVER_MATCH] = { "hand-over match", TOK + 24, TOK + 8 + 4 * TEXT, P, S, PURPOSE_MATCH, ASSURER | ACT | BLOCK, op_handover_match },
	[KEEPER_HANDOVER_SHOW] = { "hand-over show", TOK + 8, TOK + 8, P, S, PURPOSE_SHOW, ASSURER | FRESH | ACT | BLOCK, op_handover_show },
	[KEEPER_HANDOVER_LEAVE] = { "hand-over leave", TOK + 8, TOK + 8, P, S, PURPOSE_HANDOVER, ASSURER | ACT | BLOCK | ALWAYS, op_handover_leave },
	[KEEPER_ASSURE_DRAFT] = { "assurance draft", TOK + 42, TOK + 30 + 3 * TEXT, P, S, PURPOSE_ASSURE, ASSURER | ACT | POLICY | BLOCK, op_assure_draft },
	[KEEPER_DRAFTS] = { "drafts", TOK, TOK, P, S, PURPOSE_ASSURANCES, ASSURER | BLOCK | ALWAYS, op_drafts },
	[KEEPER_DRAFT_DROP] = { "draft drop", TOK + 8, TOK + 8, P, S, PURPOSE_ASSURE, ASSURER | ACT | BLOCK | ALWAYS, op_draft_drop },
	[KEEPER_ASSURE_SIGN] = { "assurance sign", TOK + 20, TOK + PASS + SOURCE + 4 + SIGNED_AT_ONCE * 8, P, S, PURPOSE_ASSURE, ASSURER | ACT | POLICY, op_assure_sign },

	/* events and slips.  What ends something is not barred by its purpose's facts; the handlers name the purpose. */
	[KEEPER_EVENT_ANNOUNCE] = { "event announce", TOK + 40, TOK + 2 * TEXT + 32, P, S, PURPOSE_EVENT, ASSURER | ACT | POLICY | BLOCK | TWICE, op_event_announce },
	[KEEPER_EVENT_END] = { "event end", TOK + 8, TOK + 8, P, S, PURPOSE_NO_PERSONAL_DATA, ACT | BLOCK | ALWAYS, op_event_end },
	[KEEPER_EVENT_SIGN_UP] = { "event sign up", TOK + 9, TOK + 9, P, S, PURPOSE_EVENT_VISIT, FRESH | ACT | POLICY | BLOCK, op_event_sign_up },
	[KEEPER_EVENT_LEAVE] = { "event leave", TOK + 8, TOK + 8, P, S, PURPOSE_NO_PERSONAL_DATA, ACT | BLOCK | ALWAYS, op_event_leave },
	[KEEPER_EVENTS] = { "events", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK | ALWAYS, op_events },
	[KEEPER_EVENT] = { "event", TOK + 8, TOK + 8, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK | ALWAYS, op_event },
	[KEEPER_EVENT_CHECK_IN] = { "event check-in", TOK + 8, TOK + 8, P, S, PURPOSE_EVENT, ASSURER | ACT | POLICY | BLOCK, op_event_check_in },
	[KEEPER_EVENT_CHECK_OUT] = { "event check-out", TOK + 16, TOK + 16, P, S, PURPOSE_NO_PERSONAL_DATA, ACT | BLOCK | ALWAYS, op_event_check_out },
	[KEEPER_SLIP_NEW] = { "slip new", TOK + 38, TOK + PASS + SOURCE + 4 * TEXT + 14, P, S, PURPOSE_SLIP, ASSURER | ACT | POLICY, op_slip_new },
	[KEEPER_SLIPS] = { "slips", TOK, TOK, P, S, PURPOSE_SLIP, BLOCK | ALWAYS, op_slips },
	[KEEPER_SLIP_WITHDRAW] = { "slip withdraw", TOK + 8, TOK + 8, P, S, PURPOSE_SLIP, ACT | BLOCK | ALWAYS, op_slip_withdraw },
	[KEEPER_SLIP_BRING] = { "slip bring", TOK + 5, TOK + TEXT + 1, P, S, PURPOSE_SLIP, ACT | POLICY | BLOCK, op_slip_bring },

	/* founding, objections, standing */
	[KEEPER_FOUNDER_OFFER] = { "founder offer", TOK + 1, TOK + 1, P, S, PURPOSE_FOUNDING, ACT | POLICY | BLOCK, op_founder_offer },
	[KEEPER_FOUNDERS] = { "founders", TOK, TOK, P, S, PURPOSE_DECISION, OFFICER | FRESH | BLOCK, op_founders },
	[KEEPER_FOUNDING_ASK] = { "founding ask", TOK + 5, TOK + 1 + 255 * 8 + TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_founding_ask },
	[KEEPER_DECISIONS] = { "decisions", TOK, TOK, P, S, PURPOSE_DECISION, OFFICER | BLOCK, op_decisions },
	[KEEPER_DECISION_LOOK] = { "decision look", TOK + 8, TOK + 8, P, S, PURPOSE_DECISION, OFFICER | FRESH | BLOCK, op_decision_look },
	[KEEPER_DECISION_VOTE] = { "decision vote", TOK + 13, TOK + 9 + TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_decision_vote },
	[KEEPER_STANDING_LOOK] = { "standing look", TOK + 4, TOK + TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_standing_look },
	[KEEPER_STANDING_ASK] = { "standing ask", TOK + 13, TOK + 9 + TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_standing_ask },

	/* trusted third parties and paper */
	[KEEPER_TTP_NEW] = { "third party new", TOK + 4, TOK + 4 + 7, P, S, PURPOSE_HANDOVER, FRESH | ACT | POLICY | BLOCK, op_ttp_new },
	[KEEPER_PAPERS] = { "papers", TOK, TOK, P, S, PURPOSE_PAPER, BLOCK, op_papers },
	[KEEPER_PAPER_DESTROYED] = { "paper destroyed", TOK + 8, TOK + 8, P, S, PURPOSE_PAPER, ACT | BLOCK, op_paper_destroyed },
	[KEEPER_PAPER_STILL] = { "paper still", TOK, TOK, P, S, PURPOSE_PAPER, ACT | BLOCK, op_paper_still },
	[KEEPER_PAPER_OFFER] = { "paper offer", TOK + 12, TOK + 8 + TEXT, P, S, PURPOSE_PAPER, FRESH | ACT | BLOCK, op_paper_offer },
	/* a member's copy: who takes it back is not barred by its purpose's facts */
	[KEEPER_EXPORT_ASK] = { "export ask", TOK + 12, TOK + 4 + 15 + 2 * COPY_WORDS, P, S, PURPOSE_EXPORT, FRESH | ACT | BLOCK, op_export_ask },
	[KEEPER_EXPORT_LOOK] = { "export look", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, FRESH | BLOCK, op_export_look },
	[KEEPER_EXPORT_DROP] = { "export drop", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, ACT | CERT_TOO | BLOCK, op_export_drop },
	[KEEPER_EXPORT_MINT] = { "export mint", TOK, TOK, P, S, PURPOSE_EXPORT, FRESH | ACT | BLOCK, op_export_mint },
	[KEEPER_EXPORT_OPEN] = { "export open", TOK, TOK, P, BEARER_ONCE, PURPOSE_EXPORT, 0, op_export_open },
	[KEEPER_EXPORT_PIECE] = { "export piece", TOK + 8, TOK + 8, P, BEARER_ONCE, PURPOSE_EXPORT, 0, op_export_piece },
	[KEEPER_EXPORT_GIVEN] = { "export given", TOK, TOK, P, BEARER_ONCE, PURPOSE_EXPORT, 0, op_export_given },
	[KEEPER_EXPORT_NEXT] = { "export next", 0, 0, C, BEARER_NONE, PURPOSE_KEEP_TIDY, 0, op_export_next },
	[KEEPER_EXPORT_CASE] = { "export case", TOK + 12, TOK + 8 + BOXES, P, S, PURPOSE_NO_PERSONAL_DATA, FRESH | ACT | BLOCK, op_export_case },
	[KEEPER_EXPORT_GO] = { "export go on", TOK, TOK, C, BEARER_JOB, PURPOSE_EXPORT, 0, op_export_go },
	[KEEPER_PAPER_ACCEPT] = { "paper accept", TOK + 9, TOK + 9, P, S, PURPOSE_PAPER, ACT | BLOCK, op_paper_accept },

	/* rights */
	[KEEPER_RIGHTS] = { "rights", TOK, TOK, P, S, PURPOSE_RIGHTS, BLOCK, op_rights },
	[KEEPER_RESTRICT] = { "restrict", TOK + 1, TOK + 1, P, S, PURPOSE_RESTRICT, FRESH | ACT | BLOCK | ALWAYS, op_restrict },
	[KEEPER_ASK_FIRST] = { "ask me first", TOK + 1, TOK + 1, P, S, PURPOSE_SETTINGS, ACT | BLOCK, op_ask_first },
	[KEEPER_ERASE_ASK] = { "erase ask", TOK, TOK, P, S, PURPOSE_ERASE_ACCOUNT, FRESH | ACT | BLOCK | ALWAYS, op_erase_ask },
	[KEEPER_ERASE_LINK] = { "erase link", TOK, TOK, P, S, PURPOSE_ERASE_ACCOUNT, FRESH | ACT | BLOCK, op_erase_link },
	/* Changing one's mind is never barred; the handler names the purpose. */
	[KEEPER_ERASE_STOP] = { "erase stop", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, ACT | BLOCK, op_erase_stop },
	[KEEPER_ERASE_NOW] = { "erase now", TOK, TOK, P, BEARER_MAIL, PURPOSE_ERASE_ACCOUNT, ALWAYS, op_erase_now },
	[KEEPER_ERASE_RECEIPT] = { "erase receipt", 8, TEXT + SOURCE, P, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_erase_receipt },
	[KEEPER_ERASE_RUN] = { "erase run", 0, 0, C, BEARER_NONE, PURPOSE_ERASE_ACCOUNT, ALWAYS, op_erase_run },
	[KEEPER_ERASE_TOLD] = { "erase told", 8, 8 + 64 * 8 + 256 * 16, C, BEARER_NONE, PURPOSE_ERASED, ALWAYS, op_erase_told },
	/* cases: their openers, with an account and without */
	[KEEPER_CASE_OPEN] = { "case open", TOK + 11, TOK + 3 + TEXT + WORDS, P, S, PURPOSE_CASE, ACT | BLOCK | TWICE, op_case_open },
	[KEEPER_CASES] = { "cases", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK, op_cases },
	[KEEPER_CASE] = { "case", TOK + 12, TOK + 8 + BOXES, P, S, PURPOSE_CASE, BLOCK, op_case },
	[KEEPER_CASE_SAY] = { "case say", TOK + 12, TOK + 8 + WORDS, P, S, PURPOSE_CASE, ACT | BLOCK | TWICE, op_case_say },
	[KEEPER_CASE_ALLOW] = { "case allow", TOK + 10, TOK + 10, P, S, PURPOSE_CASE, ACT | BLOCK, op_case_allow },
	[KEEPER_CASE_STANDS] = { "case text stands", TOK + 16, TOK + 16, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK, op_case_stands },
	[KEEPER_CASE_VISIT_OPEN] = { "case opened by a visitor", 22, 2 + TEXT + WORDS + LANG + SOURCE + TOK + 4, P, BEARER_NONE, PURPOSE_CASE, 0, op_case_visit_open },
	[KEEPER_CASE_ENTER] = { "case enter", 16, 8 + TEXT + SOURCE, P, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_case_enter },
	[KEEPER_CASE_VISIT] = { "case visit", TOK + 4, TOK + BOXES, P, BEARER_CASE, PURPOSE_CASE, 0, op_case_visit },
	[KEEPER_CASE_VISIT_NUMBER] = { "case visit number", TOK, TOK, P, BEARER_CASE, PURPOSE_NO_PERSONAL_DATA, 0, op_case_visit_number },
	[KEEPER_CASE_VISIT_SAY] = { "case visit say", TOK + 4, TOK + WORDS, P, BEARER_CASE, PURPOSE_CASE, TWICE, op_case_visit_say },
	[KEEPER_CASE_VISIT_STANDS] = { "case visit stands", TOK + 8, TOK + 8, P, BEARER_CASE, PURPOSE_NO_PERSONAL_DATA, 0, op_case_visit_stands },

	/* staff */
	[KEEPER_DESK] = { "desk", TOK, TOK, P, S, PURPOSE_CASE_WORK, DESK | BLOCK, op_desk },
	[KEEPER_DESK_CASE] = { "desk case", TOK + 12, TOK + 8 + BOXES, P, S, PURPOSE_CASE_WORK, DESK | BLOCK, op_desk_case },
	[KEEPER_DESK_TAKE] = { "desk take", TOK + 8, TOK + 8, P, S, PURPOSE_CASE_WORK, DESK | ACT | POLICY | BLOCK, op_desk_take },
	[KEEPER_DESK_HAND] = { "desk hand over", TOK + 13, TOK + 9 + TEXT, P, S, PURPOSE_CASE_WORK, DESK | ACT | BLOCK, op_desk_hand },
	[KEEPER_DESK_SAY] = { "desk say", TOK + 13, TOK + 9 + WORDS, P, S, PURPOSE_CASE_WORK, DESK | ACT | BLOCK | TWICE, op_desk_say },
	[KEEPER_DESK_EXTEND] = { "desk extend", TOK + 13, TOK + 9 + WORDS, P, S, PURPOSE_CASE_WORK, DESK | ACT | BLOCK, op_desk_extend },
	[KEEPER_DESK_CLOSE] = { "desk close", TOK + 13, TOK + 9 + WORDS, P, S, PURPOSE_CASE_WORK, DESK | ACT | BLOCK, op_desk_close },
	[KEEPER_DESK_FIELD] = { "desk field", TOK + 16, TOK + 12 + TEXT, P, S, PURPOSE_CASE_WORK, DESK | FRESH | ACT | BLOCK, op_desk_field },
	[KEEPER_DESK_FIND] = { "desk find", TOK + 13, TOK + 9 + TEXT, P, S, PURPOSE_CASE_FIND, DESK | FRESH | ACT | BLOCK, op_desk_find },
	[KEEPER_ROLE_ASK] = { "role ask", TOK + 9, TOK + 1 + 2 * TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_role_ask },
	[KEEPER_SEATS] = { "seats", 0, 0, P, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_seats },
	[KEEPER_KEY_WORD] = { "key word", 16, 16, P, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_key_word },
	[KEEPER_KEY_PROVED] = { "key proved", 24, 16 + SIGN_BYTES + SOURCE, P, BEARER_NONE, PURPOSE_CERT_CHANGE, 0, op_key_proved },
	[KEEPER_SEAT_NAME] = { "seat name", TOK + 1, TOK + 1, P, S, PURPOSE_SEAT, ACT | BLOCK, op_seat_name },
	/* what officers decide in cases and about members */
	[KEEPER_NAME_CHANGE] = { "name change", TOK + 8, TOK + 8, P, S, PURPOSE_NAMES, BLOCK, op_name_change },
	[KEEPER_NAME_CHANGE_SAY] = { "name change say", TOK + 11, TOK + 11, P, S, PURPOSE_CASE, ACT | BLOCK, op_name_change_say },
	[KEEPER_NAME_CHANGE_ASK] = { "name change ask", TOK + 12, TOK + 8 + TEXT, P, S, PURPOSE_CASE_WORK, DESK | FRESH | ACT | BLOCK, op_name_change_ask },

	[KEEPER_HOLD_ASK] = { "hold ask", TOK + 21, TOK + 13 + 2 * TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_hold_ask },
	[KEEPER_HOLD_END_ASK] = { "hold end ask", TOK + 12, TOK + 8 + TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_hold_end_ask },
	[KEEPER_EXCLUDE_ASK] = { "exclude ask", TOK + 8, TOK + 2 * TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_exclude_ask },
	[KEEPER_EXCLUDE_END_ASK] = { "exclude end ask", TOK + 12, TOK + 8 + TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_exclude_end_ask },
	[KEEPER_EXCLUSIONS] = { "exclusions", TOK, TOK, P, S, PURPOSE_DECISION, OFFICER | BLOCK, op_exclusions },
	[KEEPER_DECISION_NOTICE] = { "decision by notice", TOK + 8, TOK + 8, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_decision_notice },
	/* officers or auditors: the handler asks */
	[KEEPER_HOLDS] = { "holds", TOK, TOK, P, S, PURPOSE_DECISION, DEMAND_WATCH | BLOCK, op_holds },

	/* mail that comes in */
	[KEEPER_POST_TAKE] = { "post take", 137, 32 + 2 * TEXT + LANG + 1 + 16 + 32 + 32 + 4 + POST_TEXTS * WORDS, B, BEARER_NONE, PURPOSE_CASE, 0, op_post_take },
	[KEEPER_POST_CARRY] = { "post carry", 4, 4 + 8 * POST_CARRIED, C, BEARER_NONE, PURPOSE_KEEP_TIDY, ALWAYS, op_post_carry },
	[KEEPER_POST_BOUNCE] = { "post bounce", 5, TEXT, B, BEARER_NONE, PURPOSE_SEND_MAIL, 0, op_post_bounce },
	[KEEPER_DESK_SORT] = { "desk sort", TOK + 9, TOK + 9, P, S, PURPOSE_CASE_WORK, DESK | ACT | BLOCK, op_desk_sort },
	[KEEPER_DESK_LETTER] = { "desk letter", TOK + 9, TOK + 1 + 4 + 10 + WORDS, P, S, PURPOSE_CASE_WORK, DESK | ACT | POLICY | BLOCK | TWICE, op_desk_letter },
	/* lists; stopping is barred by nothing, and what bars wanting the handler says */
	[KEEPER_LISTS] = { "lists", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK, op_lists },
	[KEEPER_LIST_SET] = { "list set", TOK + 6, TOK + 4 + LIST_NAME + 1, P, S, PURPOSE_LIST, ACT | CERT_TOO | BLOCK | ALWAYS, op_list_set },
	[KEEPER_LIST_MAIL] = { "list mail", 17, 4 + LIST_NAME + 4 + LIST_WORDS + 8, X, BEARER_NONE, PURPOSE_LIST, 0, op_list_mail },
	/* disclosures under law */
	[KEEPER_TELLING_ASK] = { "telling ask", TOK + 20, TOK + 16 + TEXT, P, S, PURPOSE_CASE_WORK, DESK | FRESH | ACT | BLOCK, op_telling_ask },
	[KEEPER_TELLINGS] = { "tellings", TOK, TOK, P, S, PURPOSE_DECISION, OFFICER | BLOCK, op_tellings },
	[KEEPER_DISCLOSURE_ASK] = { "disclosure ask", TOK + 53, TOK + 49 + 2 * (4 + DISCLOSURE_WORDS) + 8 * DISCLOSURE_PEOPLE + DISCLOSURE_DOCUMENT + TEXT, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_disclosure_ask },
	[KEEPER_DISCLOSURES] = { "disclosures", TOK, TOK, P, S, PURPOSE_DECISION, OFFICER | BLOCK, op_disclosures },
	[KEEPER_DISCLOSURE] = { "disclosure", TOK + 8, TOK + 8, P, S, PURPOSE_DECISION, OFFICER | FRESH | BLOCK, op_disclosure },
	[KEEPER_DISCLOSURE_MINT] = { "disclosure mint", TOK + 9, TOK + 9, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_disclosure_mint },
	[KEEPER_RECIPIENT_TOLD] = { "recipient told", TOK + 8, TOK + 8, P, S, PURPOSE_DECISION, OFFICER | ACT | BLOCK, op_recipient_told },
	[KEEPER_GUEST_ASK] = { "guest ask", TOK + 24, TOK + 8 + 2 * TEXT + 4 + GUEST_WORDS + 4 + GUEST_SITE, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_guest_ask },
	/* of who is the guest: the handler asks.  Who restricted their data can still give the seat up. */
	[KEEPER_GUEST] = { "guest", TOK + 8, TOK + 8, P, S, PURPOSE_GUEST, FRESH | BLOCK, op_guest },
	[KEEPER_GUEST_ACT] = { "guest act", TOK + 9, TOK + 9, P, S, PURPOSE_GUEST, FRESH | ACT | BLOCK | ALWAYS, op_guest_act },
	[KEEPER_GUEST_VOTE] = { "guest vote", TOK + 13, TOK + 9 + TEXT, P, S, PURPOSE_GUEST, FRESH | ACT | BLOCK, op_guest_vote },
	[KEEPER_GUEST_END] = { "guest end", TOK + 8, TOK + 8, P, S, PURPOSE_DECISION, OFFICER | FRESH | ACT | BLOCK, op_guest_end },
	[KEEPER_REPORT] = { "report", 0, 0, P, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_report },
	[KEEPER_AUDIT] = { "audit", TOK + 5, TOK + 5, P, S, PURPOSE_DECISION, DEMAND_AUDITOR | BLOCK, op_audit },
	[KEEPER_AUDIT_LINES] = { "audit lines", TOK + 8, TOK + 8, P, S, PURPOSE_DECISION, DEMAND_AUDITOR | BLOCK, op_audit_lines },
	[KEEPER_AUDIT_PACK] = { "audit pack", 0, 0, X, BEARER_NONE, PURPOSE_NO_PERSONAL_DATA, 0, op_audit_pack },

	/* versions of the policies */
	[KEEPER_POLICY] = { "policy", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK | ALWAYS, op_policy },
	/* ways back into a lost account */
	[KEEPER_LOST_START] = { "lost access", TOK + 8, TOK + 8, P, S, PURPOSE_CASE_WORK, DESK | FRESH | ACT | BLOCK, op_lost_start },
	[KEEPER_LOST_SHEET] = { "lost access sheet", TOK, TOK, P, BEARER_CASE, PURPOSE_CASE, 0, op_lost_sheet },
	[KEEPER_LOST_CONFIRM] = { "lost access confirm", TOK + 8, TOK + 8, P, S, PURPOSE_LOST_MATCH, ASSURER | FRESH | ACT | POLICY | BLOCK, op_lost_confirm },
	[KEEPER_LOST_PASSWORD] = { "lost access password", TOK + 4, TOK + PASS, P, BEARER_CASE, PURPOSE_CASE, 0, op_lost_password },
	[KEEPER_LOST_LOOK] = { "lost access look", TOK, TOK, P, BEARER_MAIL, PURPOSE_NO_PERSONAL_DATA, 0, op_lost_look },
	[KEEPER_LOST_ANSWER] = { "lost access answer", TOK + 1, TOK + 1, P, BEARER_MAIL, PURPOSE_LOST_ACCESS, 0, op_lost_answer },
	[KEEPER_LOST_TAKE] = { "lost access take", TOK + 4, TOK + PASS, P, BEARER_MAIL, PURPOSE_RECOVERY, 0, op_lost_take },
	/* the register of breaches */
	[KEEPER_BREACHES] = { "breaches", TOK, TOK, P, S, PURPOSE_BREACH, OFFICER | FRESH | BLOCK, op_breaches },
	[KEEPER_BREACH_ENTER] = { "breach enter", TOK + 12, TOK + 12 + BREACH_TEXT + 1, P, S, PURPOSE_BREACH, OFFICER | FRESH | ACT | BLOCK, op_breach_enter },
	[KEEPER_BREACH] = { "breach", TOK + 8, TOK + 8, P, S, PURPOSE_BREACH, OFFICER | FRESH | BLOCK, op_breach },
	[KEEPER_BREACH_SET] = { "breach set", TOK + 29, TOK + 29 + 3 * (BREACH_TEXT + 1), P, S, PURPOSE_BREACH, OFFICER | FRESH | ACT | BLOCK, op_breach_set },
	/* trusted contacts */
	[KEEPER_TRUSTED] = { "trusted contacts", TOK, TOK, P, S, PURPOSE_NO_PERSONAL_DATA, BLOCK | ALWAYS, op_trusted },
	[KEEPER_TRUSTED_NAME] = { "trusted contact name", TOK + 4, TOK + TEXT, P, S, PURPOSE_TRUSTED, FRESH | ACT | BLOCK | TWICE, op_trusted_name },
	[KEEPER_TRUSTED_ANSWER] = { "trusted contact answer", TOK + 9, TOK + 9, P, S, PURPOSE_NO_PERSONAL_DATA, ACT | BLOCK, op_trusted_answer },
	[KEEPER_TRUSTED_CLOSE] = { "trusted contact close", TOK + 8, TOK + 8, P, S, PURPOSE_TRUSTED, FRESH | ACT | BLOCK, op_trusted_close },
	/* operators */
	[KEEPER_ROTATE] = { "rotate", 1, 1, X | C, BEARER_NONE, PURPOSE_SITE, 0, op_rotate },
	[KEEPER_RETENTION] = { "retention", 1, 1, X, BEARER_NONE, PURPOSE_KEEP_TIDY, 0, op_retention },
	[KEEPER_ANNOUNCE] = { "announce", 38, 38 + ANNOUNCE_WORDS, X, BEARER_NONE, PURPOSE_SECURITY, 0, op_announce },
	[KEEPER_BACKUP] = { "backup", 17, 17, X, BEARER_NONE, PURPOSE_SITE, 0, op_backup },
};
