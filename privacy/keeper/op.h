/*
 * privacy/keeper/op.h - what one may ask the keeper, and the bytes of it.
 *
 * This is the wall between what shows (portal) and what decides (keeper).
 * Peers: P portal, C clerk, X control.  Bearers, checked by the keeper before
 * anything else: `session` [24] the session token; `mail` [24] a mailed token;
 * `once` [24] a one-use address; `none` one of the listed public operations.
 * Fields by ledger/base/pack.h: u8 u32 i64 text bytes, [n] exactly n bytes.
 *
 * Every answer to a session bearer begins with the SESSION BLOCK:
 *	i64 member number, u8 flags (SESSION_*), u32 roles (bit 1 << enum role),
 *	i64 bar_until (72 h after a recovery; 0 none), i64 idle_until, i64 ends_at,
 *	i64 steps held (STEP_* bits: what is enrolled)
 *
 * Refusals carry an enum why (privacy/keeper/why.h).
 */
#ifndef PRIVACY_KEEPER_OP_H
#define PRIVACY_KEEPER_OP_H
#include "privacy/keeper/why.h"

#define KEEPER_PEER_PORTAL	1u
#define KEEPER_PEER_CLERK	2u
#define KEEPER_PEER_CONTROL	4u

#define TOKEN_BYTES		24	/* 192 random bits; base64url in an address */
#define KEEPER_TEXT_MAX		1024	/* bytes of any one text */
#define TICKETS_AT_ONCE		256	/* ticket ids in one list of stored ones */

#define SESSION_SHARED		1u	/* this is a shared computer: 5 idle minutes */
#define SESSION_FRESH		2u	/* password entered again in the last 10 minutes: signing in is not enough */
#define SESSION_POLICY_DUE	4u	/* a newer policy waits for an answer */
#define SESSION_CERTIFICATE	8u	/* signed in by client certificate: own data only */
#define SESSION_OLD		16u	/* the token before the last password entry: may show, not act */

enum role { ROLE_MEMBER = 1, ROLE_ASSURER, ROLE_SUPPORT, ROLE_OFFICER, ROLE_AUDITOR, ROLE__COUNT };

#define STEP_NAMES		1
#define STEP_BIRTH		2
#define STEP_NATIONALITY	4
#define STEP_DOCUMENT		8
#define STEP_QUESTIONS		16	/* all five */
#define STEP_ADDRESS		32
#define STEP_DOMAIN		64

enum keeper_op {
	KEEPER_READY = 1,	/* PCX none: nothing -> nothing */

	/* ---- joining and signing in (P) ---- */
	/* none: text address, text password, u32 agreement, u32 statement, text lang, bytes source
	   -> nothing.  The same answer, in the same time, for a known address. */
	KEEPER_JOIN = 10,
	/* mail: -> u8 kind (enum mail_use); nothing is consumed */
	KEEPER_MAIL_LOOK,
	/* mail: -> u8 kind.  Join, address, domain and stop links: done by this. */
	KEEPER_MAIL_TAKE,
	/* none: text address, text password, u8 shared, bytes source -> [24] token, SESSION BLOCK */
	KEEPER_SIGN_IN,
	/* none: [32] SHA-256 of the client certificate's DER, [16] serial, u8 shared, bytes source -> [24] token, SESSION BLOCK.
	   Honoured when the certificate is this site's, unrevoked, in its time, and its owner switched this on.
	   From then on the bearer is not the token but bearer_bind() of token and certificate (privacy/facts/bearer.h);
	   without the password such a session shows and does not act: WHY_PASSWORD_NEEDED. */
	KEEPER_SIGN_IN_CERT,
	/* none: text address, bytes source -> nothing (same answer and time for an unknown one) */
	KEEPER_FORGOT,
	/* mail: -> u8 n (0: fewer than five are set), n * { u8 slot, text question }; three slots, fixed for this token */
	KEEPER_RESET_LOOK,
	/* mail: 3 * { u8 slot, text answer }, text new password -> nothing.  Judged together. */
	KEEPER_RESET_TAKE,
	/* session: text password, bytes source -> [24] new token, SESSION BLOCK */
	KEEPER_PASSWORD_AGAIN,
	/* session fresh: text new password -> [24] new token, SESSION BLOCK; all other sessions end */
	KEEPER_PASSWORD_CHANGE,
	/* session: u8 what (0 this, 1 all, 2 one), i64 session number -> nothing */
	KEEPER_SIGN_OUT,
	/* session: -> BLOCK, u32 n, n * { i64 number, i64 since, i64 last_seen, u8 flags, u8 is_this } */
	KEEPER_SESSIONS,

	/* ---- own data (P, session) ---- */
	/* -> BLOCK, text given name ("" none), text primary address, u32 addresses, u32 verified, u32 domains proved,
	   u32 certificates valid, u32 expiring in 30 days, i64 points, i64 lines by others in the last 30 days */
	KEEPER_HOME = 30,
	/* -> BLOCK, u32 n, n * { u32 field (enum field), i64 since, u8 shown (0: needs the password again), text value } */
	KEEPER_DATA,
	/* -> BLOCK alone.  For pages that show nothing personal. */
	KEEPER_WHO,
	/* u32 purpose, u8 n, n * { u32 field, text value } -> BLOCK.  Values are checked and normalised; "" erases an optional field. */
	KEEPER_DATA_SET,
	/* u32 field -> BLOCK (document: kind and number go together) */
	KEEPER_DATA_ERASE,
	/* -> BLOCK, 5 * { u8 slot 1..5, i64 since (0: none), text question }; fresh */
	KEEPER_QUESTIONS,
	/* fresh: u8 n, n * { u8 slot, text question, text answer } -> BLOCK */
	KEEPER_QUESTIONS_SET,
	/* i64 before (entry's place in this member's list; 0: newest), u32 most (<= 200)
	   -> BLOCK, i64 all, u32 n, n * { i64 place, i64 number, i64 at, u8 kind, u8 role, u32 purpose, u64-as-i64 fields,
	      text object, u8 has_values, u8 erased } newest first */
	KEEPER_HISTORY,
	/* i64 place -> BLOCK, the same one entry as above, text old, text new, bytes inner_r, sealed_r, inner_v, sealed_v, leaf (104) */
	KEEPER_HISTORY_ENTRY,
	/* u32 name (enum setting), i64 value -> BLOCK; fresh where the setting says so */
	KEEPER_SETTING_SET,
	/* -> BLOCK, u32 n, n * { u32 name, i64 value } */
	KEEPER_SETTINGS,
	/* u32 agreement, u32 statement, u8 accept -> BLOCK */
	KEEPER_POLICY_ANSWER,
	/* fresh: text code -> BLOCK: makes a verified member an officer */
	KEEPER_ROLE_CODE,

	/* ---- addresses (P, session) ---- */
	/* -> BLOCK, u32 n, n * { i64 id, text address, u8 verified, u8 primary, i64 since, u32 live certificates naming it } */
	KEEPER_ADDRESSES = 50,
	KEEPER_ADDRESS_ADD,	/* text address -> BLOCK, i64 id; a mail goes there */
	KEEPER_ADDRESS_AGAIN,	/* i64 id -> BLOCK; the mail once more (limits) */
	KEEPER_ADDRESS_PRIMARY,	/* fresh: i64 id -> BLOCK */
	/* fresh: i64 id, u8 sure -> BLOCK, u32 n, n * bytes ticket (revocations to carry to the signer) */
	KEEPER_ADDRESS_REMOVE,

	/* ---- domains (P, session) ---- */
	/* -> BLOCK, u32 n, n * { i64 id, text name (A-label), i64 proved_at (0 no), i64 good_until, u8 method, u8 wildcard, u32 live certificates } */
	KEEPER_DOMAINS = 60,
	KEEPER_DOMAIN_ADD,	/* text name (A-label, checked by the portal: no public suffix; the keeper checks labels again) -> BLOCK, i64 id */
	/* i64 id, u8 method (enum proof_method), text mailbox local part (mail only) -> BLOCK,
	   text name, text nonce (base64url; "" for mail: it went out), i64 expires */
	KEEPER_DOMAIN_CHALLENGE,
	/* i64 id -> BLOCK, text name, u32 n, n * { u8 method, text nonce, i64 expires } (open challenges) */
	KEEPER_DOMAIN_LOOK,
	/* i64 id, bytes prover statement -> BLOCK */
	KEEPER_DOMAIN_PROVED,
	KEEPER_DOMAIN_REMOVE,	/* fresh: i64 id, u8 sure -> BLOCK, u32 n, n * bytes ticket */

	/* ---- certificates (P, session) ---- */
	/* -> BLOCK, u32 n, n * { [16] serial, u8 profile, u8 state (enum register_state), i64 not_before, i64 not_after,
	      text label, u8 reminder, text first name } newest first */
	KEEPER_CERTS = 80,
	/* [16] serial -> BLOCK, the same row, u32 names, names * { u8 kind, text }, [32] sha256, bytes DER, u8 public, u8 sign_in, u8 reason, i64 changed_at */
	KEEPER_CERT,
	/* What could be issued: -> BLOCK, u32 n, n * { u8 kind (enum name_kind), i64 id, text name, u8 wildcard, u8 needs_proof },
	   i64 points, u8 names_allowed, text full name ("" unless allowed) */
	KEEPER_CERT_CHOICES,
	/*
	 * u8 profile, [32] key hash, u32 options (TICKET_*), u8 wants_name, u8 n, n * { u8 kind, text name },
	 * u8 m, m * bytes CAA statement (TLS: one a name) , text label, u8 public, [32] request hash
	 * -> BLOCK, bytes ticket
	 */
	KEEPER_CERT_TICKET,
	/* P session or C none: bytes receipt, bytes certificate (DER, or sealed to the keeper when u8 is 1), u8 sealed -> nothing */
	KEEPER_CERT_STORED,
	/* fresh: [16] serial, u8 act (enum ticket_act), u8 reason -> BLOCK, bytes ticket */
	KEEPER_CERT_CHANGE,
	/* P C none: bytes receipt -> nothing */
	KEEPER_CERT_CHANGED,
	/* [16] serial, u8 what (1 label, 2 reminder, 3 public), text label, u8 value -> BLOCK */
	KEEPER_CERT_NOTE,
	/* none: [16] serial, text address -> u8 shown, bytes DER: only when its owner opted in and the address is in it */
	KEEPER_CERT_SHOW,

	/* ---- one-use addresses (P) ---- */
	/* session: u8 kind (enum once_kind), bytes object, u8 variant -> BLOCK, [24] once; 60 s */
	KEEPER_ONCE_MINT = 100,
	/* once: -> u8 kind, u8 variant, bytes content */
	KEEPER_ONCE_TAKE,

	/* ---- the clerk (C, none) ---- */
	/* -> u8 found; if 1: i64 id, u8 kind (enum mail_use), text lang, text to, [24] token (zeros: none), text message id,
	   u32 purpose, text subject object (a domain, a serial's last digits; "" none), i64 expires.  Leased for 5 minutes. */
	KEEPER_MAIL_NEXT = 120,
	KEEPER_MAIL_DONE,	/* i64 id, u8 result (0 sent, 1 try again later, 2 refused for good) -> nothing */
	/* i64 limit -> u32 n, n * { [16] ticket id, bytes ticket, u8 act } older than 60 s and not finished */
	KEEPER_TICKETS_OPEN,
	/* [16] ticket id -> nothing: expired and never signed, closed on the ledger */
	KEEPER_TICKET_CANCEL,
	/* Run what is due: joins over 48 h, sessions, unused tokens, documents over their 30 days, suspensions over theirs,
	   reminders.  -> u32 joins, u32 sessions, u32 documents, u32 reminders, u8 more */
	KEEPER_SWEEP,
	/* i64 from -> i64 size, [32] root, bytes consistency proof */
	KEEPER_TREE,
	/* i64 size, bytes note -> nothing */
	KEEPER_CHECKPOINT,
	/* i64 since (ledger number) -> u32 n, n * { [16] serial, u8 profile, i64 not_before, i64 not_after, [32] sha256,
	   u32 names, names * text, i64 number }: public faces of TLS certificates stored since, for the site store */
	KEEPER_FACES,
	/* i64 limit (<= TICKETS_AT_ONCE) -> u32 n, n * [16] ticket id: certificates that are kept here and of which the
	   signer may not know it yet: its sealed copies may go.  Listed until KEEPER_TICKETS_TOLD. */
	KEEPER_TICKETS_STORED,
	/* n * [16] ticket id -> nothing: the signer was told */
	KEEPER_TICKETS_TOLD,

	/* ---- control (X, none) ---- */
	/* u8 n -> n * text code; ERR_DENIED when three officers exist */
	KEEPER_OFFICER_CODES = 140,
	/* -> u32 n, n * { text name, i64 value }: counts and ages for doctor; no personal data */
	KEEPER_HEALTH,
	/* -> u8 good, text what: re-opens every detail and sealed row, compares with commitments (slow) */
	KEEPER_DOCTOR,
	/* text event, text words (no personal data) -> i64 number: ceremony, configuration, restart entries */
	KEEPER_SYSTEM_ENTRY,
	/* Test mails: text address, -> nothing */
	KEEPER_MAIL_TEST,
	/* -> u32 n, n * { u32 field, u64-as-i64 opens } counted since start */
	KEEPER_COUNTS,
	KEEPER_OP__COUNT
};

enum mail_use {			/* what a mail is for; its words are portal/clerk/letters */
	MAIL_JOIN = 1,		/* prove this address and become a member */
	MAIL_KNOWN,		/* somebody tried to join with your address */
	MAIL_ADDRESS,		/* prove this further address */
	MAIL_ADDRESS_KNOWN,	/* somebody tried to add your address */
	MAIL_RESET,		/* forgotten password */
	MAIL_RESET_UNKNOWN,	/* (never sent: the time of a real one is spent) */
	MAIL_RESET_DONE,	/* notice to every verified address */
	MAIL_RESET_FAILED,	/* notice: wrong answers were given */
	MAIL_PASSWORD_CHANGED,
	MAIL_DOMAIN,		/* prove this domain */
	MAIL_ADDRESS_REMOVED,
	MAIL_PRIMARY_CHANGED,	/* notice to the former one */
	MAIL_ISSUED,		/* a certificate was issued in your name: notice */
	MAIL_REVOKED,
	MAIL_EXPIRY,		/* the reminder its owner ticked */
	MAIL_ROLE,		/* a role began or ended */
	MAIL_TEST,
	MAIL_USE__COUNT
};

enum proof_method { PROOF_MAIL = 1, PROOF_DNS, PROOF_HTTP };
enum register_state { REGISTER_PENDING = 1, REGISTER_VALID, REGISTER_SUSPENDED, REGISTER_REVOKED, REGISTER_CANCELLED };
enum once_kind { ONCE_CERT_PEM = 1, ONCE_CERT_DER, ONCE_CERT_CHAIN };
enum setting { SETTING_CERT_SIGN_IN = 1, SETTING_REMINDERS, SETTING__COUNT };
#endif
