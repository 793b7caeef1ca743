/*
 * privacy/keeper/op.h - what one may ask the keeper, and the bytes of it.
 *
 * This is the wall between what shows (portal) and what decides (keeper).
 * Peers: P portal, C clerk, X control, B postbox (op_post.h).  Bearers, checked by the keeper before
 * anything else: `session` [24] the session token; `mail` [24] a mailed token;
 * `once` [24] a one-use address; `job` [24] a job ticket; `case` [24] what a case's pass-phrase gave; `none` one of
 * the listed public operations.
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
#include "privacy/keeper/op_case.h"
#include "privacy/keeper/op_post.h"
#include "privacy/keeper/op_disclose.h"
#include "privacy/keeper/op_office.h"
#include "privacy/keeper/why.h"

#define KEEPER_PEER_PORTAL	1u
#define KEEPER_PEER_CLERK	2u
#define KEEPER_PEER_CONTROL	4u

#define TOKEN_BYTES		24	/* 192 random bits; base64url in an address */
#define KEEPER_TEXT_MAX		1024	/* bytes of any one text */
#define TICKETS_AT_ONCE		256	/* ticket ids in one list of stored ones */

#define SESSION_BLOCK_BYTES	45u
#define SESSION_SHARED		1u	/* this is a shared computer: 5 idle minutes */
#define SESSION_FRESH		2u	/* password entered again in the last 10 minutes: signing in is not enough */
#define SESSION_POLICY_DUE	4u	/* a newer policy waits for an answer */
#define SESSION_CERTIFICATE	8u	/* signed in by client certificate: own data only */
#define SESSION_OLD		16u	/* the token before the last password entry: may show, not act */

/* What stands with a member: bits of what restricts the processing of their data. */
#define RESTRICTED_OWN		1u	/* their own wish, until they lift it */
#define RESTRICTED_ERASING	2u	/* their account is to be erased */
#define RESTRICTED_FENCED	4u	/* ... and that has begun: nobody acts for them or on them any more */
#define RESTRICTED_EXCLUDED	8u	/* two officers excluded them */

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
	   u32 certificates valid, u32 expiring in 30 days, i64 points, i64 lines by others in 30 days, u32 own cases that wait for an answer, u32 open decisions without this officer's vote, u32 n, n * { i64 disclosure, u8 state }: guest seats offered or held */
	KEEPER_HOME = 30,
	/* -> BLOCK, u8 index of the name shown first, u32 names somebody vouched for (bits of indexes), u8 birth (BIRTH_IS_*), u32 n, n * { u32 field (enum field), i64 object (which address; which name;
	   a birth date's 1: proposed), i64 since, u8 shown (0: needs the password again), text value } */
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
	/* -> BLOCK, u32 n, n * { i64 id, text address, u8 verified, u8 primary, i64 since, SERIALS of live certificates naming it, i64 mail to it comes back since (0: not) } */
	KEEPER_ADDRESSES = 50,
	KEEPER_ADDRESS_ADD,	/* text address -> BLOCK, i64 id; a mail goes there */
	KEEPER_ADDRESS_AGAIN,	/* i64 id -> BLOCK; the mail once more (limits) */
	KEEPER_ADDRESS_PRIMARY,	/* fresh: i64 id -> BLOCK */
	/* fresh: i64 id, u8 sure -> BLOCK, u32 n, n * bytes ticket (revocations to carry to the signer) */
	KEEPER_ADDRESS_REMOVE,

	/* ---- domains (P, session) ---- */
	/* -> BLOCK, u32 n, n * { i64 id, text name (A-label), i64 proved_at (0 no), i64 good_until, u8 method, u8 wildcard, SERIALS of live certificates: u32 m, m * [16] } */
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
	      text label, u8 reminder, text first name, text its owner's name ("" not in it) } newest first */
	KEEPER_CERTS = 80,
	/* [16] serial -> BLOCK, the same row, u32 names, names * { u8 kind (enum name_kind, NAME_PERSON), text }, [32] sha256, bytes DER, u8 public, u8 sign_in, u8 reason, i64 changed_at */
	KEEPER_CERT,
	/* What could be issued: -> BLOCK, u32 n, n * { u8 kind (enum name_kind), i64 id, text name, u8 wildcard, u8 needs_proof },
	   i64 assurance points, u8 the Assured level may be chosen, u32 why no name may stand in it (enum why; WHY_NONE: these may),
	   u8 m, m * { u8 index, text given and family name } */
	KEEPER_CERT_CHOICES,
	/*
	 * u8 profile, [32] key hash, u32 options (TICKET_*), u8 name in it (0 none, else its index + 1; Assured Mail only), u8 n, n * { u8 kind, text name },
	 * u8 m, m * bytes CAA statement (TLS: one a name) , text label, u8 public, [32] request hash
	 * -> BLOCK, bytes ticket; fresh with TICKET_CLIENT_AUTH
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
	/* session: u8 kind (enum once_kind), bytes object (a certificate's serial; a form's: i64 of a printed hand-over, or
	   nothing; an event list's: i64 event; a slip's: text code), u8 variant -> BLOCK, [24] once; 60 s */
	KEEPER_ONCE_MINT = 100,
	/* once: -> u8 kind, u8 variant, bytes content: the certificate's DER; of a form: text code ("" none), i64 expires,
	   u8 n, n * text name (the one shown first first); of an event list: text place, i64 begins, i64 ends, i64 minutes east,
	   u32 n, n * { i64 number, text name or initials }; of a slip: i64 number, text code, i64 met_day, i64 expires */
	KEEPER_ONCE_TAKE,

	/* ---- the clerk (C, none) ---- */
	/* -> u8 found; if 1: i64 id, u8 kind (enum mail_use), text lang, text to, [24] token (zeros: none), text message id,
	   u32 purpose, text subject object (a domain, a serial's last digits; "" none; messages behind it, see MAIL_PART), i64 expires.  Leased for 5 minutes. */
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
	/* -> u8 good, text what, i64 keys of people that nobody names: re-opens every detail and sealed row, compares with commitments (slow) */
	KEEPER_DOCTOR,
	/* text event, text words (no personal data) -> i64 number: ceremony, configuration, restart entries */
	KEEPER_SYSTEM_ENTRY,
	/* Test mails: text address, -> nothing */
	KEEPER_MAIL_TEST,
	/* -> u32 n, n * { u32 field, u64-as-i64 opens } counted since start */
	KEEPER_COUNTS,

	/* ---- names (P, session) ---- */
	/* -> BLOCK, u8 n, n * { u8 index, u8 kind (enum name_sort), u8 main, u8 vouched, i64 points, u8 may stand in a certificate,
	   i64 since, text given, text middle, text family, text suffix }, i64 assurance points, u8 birth (BIRTH_IS_*), u32 m, m * { [16] serial, text first name }: live certificates with a name no longer held */
	KEEPER_NAMES = 160,
	KEEPER_NAME_PUT,	/* u8 index (255: a further name), u8 kind, text given, text middle, text family, text suffix -> BLOCK, u8 index */
	KEEPER_NAME_MAIN,	/* u8 index -> BLOCK: shown first */
	KEEPER_NAME_ERASE,	/* u8 index -> BLOCK */
	KEEPER_BIRTH_PROPOSE,	/* fresh: text new date ("": take the proposal back) -> BLOCK: beside a vouched one, until an assurer links it */
	KEEPER_BIRTH_LOOK,	/* -> BLOCK, u8 birth (BIRTH_IS_*): which form fits; opens nothing */

	/* ---- points (P, session) ---- */
	/* -> BLOCK, i64 member number, i64 assurance, i64 experience, i64 total, i64 recorded, i64 assurers,
	      u8 assurer, u8 senior, u8 founder, u8 minor, i64 give_most, u32 unlocks (enum unlock), i64 passed_at, i64 founder_until,
	      i64 falls_at, i64 day_to, u8 standing (enum standing), u8 parent (consent stands), u8 founding (enum founding_state),
	      u8 wants, wants * { u8 kind (enum want_kind), u32 unlock, i64 number, i64 least, i64 day },
	      u32 n, n * { i64 id, text assurer's name ("" gone), i64 points, i64 met_day, i64 made_at, u8 method (enum vouch_method),
	         u32 flags (ASSURANCE_*), i64 falls_at, u32 names, text place, u32 documents, text words (why it was withdrawn) } newest first,
	      u32 m, m * { [16] serial, text first name }: live certificates that stand on points no longer held */
	KEEPER_POINTS = 166,
	/* i64 before (0: newest), u32 most (<= 200) -> BLOCK, i64 all, u32 n, n * { i64 id, text initials ("" gone), i64 points, i64 met_day, i64 made_at (0: not signed yet),
	      u8 method, u32 flags, text place, u32 documents } newest first */
	KEEPER_ASSURANCES,
	KEEPER_ASSURANCE_CONFIRM,	/* i64 id -> BLOCK: the member says on screen: yes, we met; no paper need be kept */
	KEEPER_ASSURANCE_WITHDRAW,	/* fresh: i64 id, text reason -> BLOCK: by who gave it, within trust.withdraw */
	KEEPER_ASSURANCE_OBJECT,	/* i64 id, text words -> BLOCK: by the member, within trust.object; opens a case */
	KEEPER_PARENT_WITHDRAW,		/* fresh -> BLOCK: the parent's consent no longer stands */

	/* ---- hand-overs (P, session) ---- */
	/* Of one's own: fresh, for it shows what lies behind the password to somebody else: u8 kind (enum handover_kind) -> BLOCK, i64 id */
	KEEPER_HANDOVER_NEW = 174,
	/* -> BLOCK, text full name (main), u32 n, n * { i64 id, u8 kind, u8 state (enum handover_state), i64 made_at, i64 expires, text code ("" when over, within the bar, and while nobody took it without fresh),
	      text assurer's name ("" none yet), u32 u, u * { i64 at, u8 act (enum handover_act), i64 fields } } newest first */
	KEEPER_HANDOVERS,
	KEEPER_HANDOVER_END,	/* i64 id -> BLOCK: withdrawn by its owner */
	/* By an assurer (role): text code (a hand-over's or an event pass's) -> BLOCK, i64 id.  WHY_HANDOVER: one sentence, the same time, for wrong, used, withdrawn, over */
	KEEPER_HANDOVER_TAKE,
	/* role: i64 id -> BLOCK, HANDOVER BLOCK: u8 kind, u8 method, i64 idle_until, u8 founding, i64 give_most, u8 young (below trust.adult.age, once the birth date agreed),
	   u8 tries left (names, birth, document kind, number: four u8), u8 birth, u8 kind, u8 number (enum field_match, 0 not tried),
	   u8 n, n * { u8 index, u8 kind (enum name_sort), u8 match (0 not tried) }: names tried, or all once they were shown, i64 fields opened,
	   u8 proposed (a new birth date agreed or was shown: it needs its deed), u32 names vouched for (bits) */
	KEEPER_HANDOVER_LOOK,
	KEEPER_HANDOVER_MATCH,	/* role: i64 id, text name ("" not tried), text birth date, text document kind, text number -> BLOCK, HANDOVER BLOCK */
	KEEPER_HANDOVER_SHOW,	/* role fresh: i64 id -> BLOCK, HANDOVER BLOCK, u32 n, n * { u32 field, u8 index, text value } */
	KEEPER_HANDOVER_LEAVE,	/* role: i64 id -> BLOCK: done without vouching; nothing more is shown */
	/* role: i64 id, text place, text met day, u32 documents (DOCUMENT_*), u32 names (bits), u8 accepts the agreement, u8 parent agreed,
	   u8 paper kept, i64 points, u8 link what (0 none, 1 name, 2 birth), u8 from, u8 to, text third party ("" unless TTP) -> BLOCK, i64 draft */
	KEEPER_ASSURE_DRAFT,
	KEEPER_DRAFTS,		/* role: -> BLOCK, u32 n, n * { i64 id, text initials, i64 points, i64 met_day, u8 method, u32 flags, text place, u32 documents, i64 expires, u32 why (0: can be signed) } */
	KEEPER_DRAFT_DROP,	/* role: i64 id -> BLOCK */
	/* role: text password, bytes source, u32 n (<= SIGNED_AT_ONCE), n * i64 draft -> [24] new token, SESSION BLOCK, u32 n, n * { i64 id, u32 why (0: signed) } */
	KEEPER_ASSURE_SIGN,
	/* role: -> BLOCK, u32 n, n * { i64 id, u8 kind, i64 taken_at, i64 idle_until, i64 fields compared }: own meetings under way, the newest first */
	KEEPER_MEETINGS,

	/* ---- the assurer challenge: 190 to 199 ---- */
	/* (P, session) -> BLOCK, i64 passed_at (0: not), i64 when the next may begin (0: now), u32 questions, u32 needed to pass,
	   i64 time and i64 retry (seconds), i64 points that make an assurer, u32 l, l * text language,
	   u8 state (enum challenge_state) of the last try, i64 id, text language, i64 begun_at, i64 until, i64 ended_at,
	   u32 right, u32 needed, u32 n, n * { [32] hash of the question's words, u32 chosen (bits), u8 right,
	   text explanation ("" unless answered wrong) }; n is 0 unless it is open or graded */
	KEEPER_CHALLENGE = 190,
	/* (P, session) text language -> BLOCK, i64 id of the try; one that is open goes on */
	KEEPER_CHALLENGE_BEGIN,
	/* (P, session) i64 id, u32 n, n * u32 chosen (bit m: option m), in the order shown
	   -> BLOCK, u8 passed, u32 right, u32 of, u8 the role of assurer began (and the sessions ended) */
	KEEPER_CHALLENGE_ANSWER,
	/* (X, none) u32 place (0: what came before is forgotten), text language, text topic, bytes key (bank_item.h) -> nothing.
	   ERR_CONFLICT: this version is known with other contents; ERR_DENIED: another load came between */
	KEEPER_BANK_PUT = 195,
	/* (X, none) text language, u32 count, [32] digest, u8 own (comes with the program) -> i64 ledger number: now they are the current ones.
	   ERR_DENIED: not all came; ERR_INPUT: too few for trust.challenge.questions */
	KEEPER_BANK_DONE,
	/* (X, none) -> u32 n, n * { text language, bytes digest, u8 own, u32 questions, i64 since, i64 ledger number } */
	KEEPER_BANKS,
	/* ---- events, passes, slips: 200 to 214 (P, session) ---- */
	/* role: text place, i64 begins, i64 ends, i64 minutes the place's clock is east of UTC, i64 capacity (1..EVENT_CAPACITY_MOST), text note
	   -> BLOCK, i64 id, i64 change, i64 ledger number; the row is the portal's to commit (facts/published.h, PUBLISHED_EVENT) */
	KEEPER_EVENT_ANNOUNCE = 200,
	KEEPER_EVENT_END,	/* i64 id -> BLOCK: called off by who announced it; who signed up gets a mail */
	/* fresh, as for a hand-over: i64 id, u8 named (1: the name on the printed list, else initials) -> BLOCK, i64 number on the list.
	   ERR_CONFLICT with WHY_EVENT_FULL, WHY_EVENT_TWICE */
	KEEPER_EVENT_SIGN_UP,
	KEEPER_EVENT_LEAVE,	/* i64 id -> BLOCK: the place is free again, the pass is over */
	/* Own ones: -> BLOCK, u32 n, n * { EVENT FACTS, text code (the pass; "" over), i64 number, i64 hand-overs from it }: signed up for;
	   u32 m, m * { EVENT FACTS }: announced, or checked in as an assurer; each soonest first.
	   EVENT FACTS: i64 id, u32 what (EVENT_IS_*), i64 begins, i64 ends, i64 minutes east, i64 pass good until, text place */
	KEEPER_EVENTS,
	/* i64 id -> BLOCK, EVENT FACTS, i64 number (0: not signed up), i64 coming, i64 assurers checked in (both -1: not for you),
	   i64 own drafts to be signed, u32 n, n * { i64 check-in, text name }: for who announced it */
	KEEPER_EVENT,
	KEEPER_EVENT_CHECK_IN,	/* role: i64 id -> BLOCK: takes part as an assurer */
	KEEPER_EVENT_CHECK_OUT,	/* i64 id, i64 check-in (0: one's own; another's: by who announced it) -> BLOCK */
	/* role: text password, bytes source, text name as on the papers, text birth date, text place, text met day, u32 documents (DOCUMENT_*),
	   u8 accepts the agreement, u8 parent agreed, i64 points -> [24] new token, SESSION BLOCK, i64 number, text code, i64 expires.  The code is told this once. */
	KEEPER_SLIP_NEW,
	/* -> BLOCK, u32 n, n * { i64 number, u8 state (enum slip_state), i64 made_at, i64 met_day, i64 points, i64 expires, i64 ended_at } newest first */
	KEEPER_SLIPS,
	KEEPER_SLIP_WITHDRAW,	/* i64 number -> BLOCK */
	/* By who joined since: text code, u8 sure (0: show what it says once it agrees, 1: record it)
	   -> BLOCK, text assurer's name, text place, i64 met_day, u32 documents, i64 points, i64 assurance (0: not recorded yet).
	   WHY_SLIP: one sentence, the same time, for wrong, used, withdrawn, over; WHY_SLIP_DIFFERS: a few tries */
	KEEPER_SLIP_BRING,
	/* ---- what is published, the directory, contact: 215 to 224 ---- */
	/* P session of its owner, C none: i64 id -> nothing: the site store's row stands.  ERR_ABSENT with WHY_LISTING_ABSENT: it ended meanwhile */
	KEEPER_PUBLISHED_STANDS = 215,
	/* C none: i64 limit (<= PUBLISHED_AT_ONCE) -> u32 n, n * { i64 id, u8 kind (enum published_kind), u8 state (enum published_state),
	   i64 change, i64 number }: announced more than PUBLISHED_WAIT ago and not told to stand, or ending */
	KEEPER_PUBLISHED_OPEN,
	/* C none: i64 id -> nothing: the site store has no row of it (any more); one that never stood is cancelled on the ledger */
	KEEPER_PUBLISHED_OVER,
	/* C none: u8 kind, n * i64 id (<= PUBLISHED_AT_ONCE) -> u32 n, n * i64 id: those of them that nobody publishes */
	KEEPER_PUBLISHED_STRAYS,
	/* P session: -> BLOCK, u8 may be listed, i64 id (0: not listed), u8 state, i64 since, text name that could be shown ("" none) */
	KEEPER_LISTING,
	/* P session, role: u8 yes (1), text name as it was shown ("": no name), text region, text languages ("de en"), u8 placed,
	   i64 latitude, i64 longitude (tenths of a degree) -> BLOCK, i64 id, i64 change, i64 ledger number, i64 id it replaces (0 none).
	   ERR_CONFLICT: the name is not that one (any more) */
	KEEPER_LISTING_ANNOUNCE,
	KEEPER_LISTING_END,	/* P session: -> BLOCK, u32 n, n * i64 id: taken down; their rows are to go */
	KEEPER_CONTACT_SEND,	/* P session: i64 id of a line, text message (<= MESSAGE_MAX bytes) -> BLOCK */
	KEEPER_CONTACT_ANSWER,	/* P mail: text answer (<= MESSAGE_MAX bytes) -> nothing; each of the two learns the other's address */
	/* ---- founding, objections, standing: 225 to 239 (P, session) ---- */
	KEEPER_FOUNDER_OFFER = 225,	/* u8 on -> BLOCK: a member who passed the challenge offers to be a founder, or takes it back */
	/* officer fresh: -> BLOCK, u8 founded, u32 n, n * { i64 member, text name, i64 since } */
	KEEPER_FOUNDERS,
	/* officer fresh: u8 n, n * i64 member, text reason -> BLOCK, i64 decision */
	KEEPER_FOUNDING_ASK,
	/* officer: -> BLOCK, u32 n, n * { i64 id, u8 kind (enum decision_kind), u8 state (enum decision_state), i64 asked_at, i64 decided_at, u8 yes, u8 no,
	   u8 mine (enum decision_mine) } newest first */
	KEEPER_DECISIONS,
	/* officer fresh: i64 id -> BLOCK, the same row, i64 subject (member number: whom it is about, or who objects; 0 none),
	   i64 assurer (an objection's: who vouched; 0), i64 points, i64 met_day (of what is objected to; 0), u8 by you (this officer asked for it),
	   text reason (an objection's: the member's own words, a line in their history), u32 n, n * text founder's name,
	   WHAT IF: u8 there, i64 assurances, i64 members, i64 below names, i64 below assurer, i64 certificates,
	   u32 m, m * { u8 yes, i64 at, text reason }: the votes, oldest first; u8 what changes (0: nothing, or not for this officer), text old, text new, HOLD, i64 notice given (0: none), i64 disclosure (a guest is borrowed for; 0), text community, text its web address, i64 report that is told later (0), i64 days */
	KEEPER_DECISION_LOOK,
	KEEPER_DECISION_VOTE,	/* officer fresh: i64 id, u8 yes, text reason -> BLOCK, u8 state, u8 it made the voter an assurer, whose sessions end */
	/* officer fresh: text member number or exact address -> BLOCK, i64 member, u8 standing, u8 may vouch, WHAT IF */
	KEEPER_STANDING_LOOK,
	KEEPER_STANDING_ASK,	/* officer fresh: u8 kind (DECISION_SUSPEND, LIFT, FRAUD), i64 member, text reason -> BLOCK, i64 decision */
	/* ---- trusted third parties and paper: 240 to 249 (P, session) ---- */
	/* fresh: text country ("DE") -> BLOCK, i64 hand-over: a printed code for the form that a trusted third party fills in */
	KEEPER_TTP_NEW = 240,
	/* -> BLOCK, u32 n, n * { i64 number, text initials ("" gone), i64 made_at, i64 destroy_by, i64 destroyed_at (0: not), u8 state (enum paper_state) } newest first */
	KEEPER_PAPERS,
	KEEPER_PAPER_DESTROYED,	/* i64 number -> BLOCK: by its holder */
	KEEPER_PAPER_STILL,	/* -> BLOCK: once a year: what is not ticked as destroyed is still there */
	KEEPER_PAPER_OFFER,	/* fresh: i64 number (0: all), text member number or exact address ("": take the offer back) -> BLOCK */
	KEEPER_PAPER_ACCEPT,	/* i64 number, u8 yes -> BLOCK: by whom it was offered to */
	/* ---- rights: 250 to 264 ---- */
	/* P session: -> BLOCK, u32 restricted (RESTRICTED_*), u8 ask first, ERASURE, i64 live certificates, i64 vouchings given,
	   i64 paper forms held, u32 roles, i64 proved addresses, u8 barred, HOLD, i64 excluded until (0: not).
	   ERASURE: i64 number (0: none runs), i64 asked_at, i64 due_at, text code */
	KEEPER_RIGHTS = 250,
	/* P session fresh: u8 on -> BLOCK, u32 n, n * i64 id: lines of the directory that are to go from the site store */
	KEEPER_RESTRICT,
	KEEPER_ASK_FIRST,	/* P session: u8 on -> BLOCK: nobody of staff opens a field without the member's own click */
	/* P session fresh: -> BLOCK, ERASURE, u32 n, n * i64 id (as above).  Asked twice: the one that runs is told again. */
	KEEPER_ERASE_ASK,
	KEEPER_ERASE_LINK,	/* P session fresh: -> BLOCK: a link to the primary address that begins it at once */
	KEEPER_ERASE_STOP,	/* P session: -> BLOCK */
	/* P mail (MAIL_ERASE_NOW): -> i64 number, text code, u32 n, n * bytes ticket (revocations to carry to the signer) */
	KEEPER_ERASE_NOW,
	/* P none: text code, bytes source -> i64 number, u8 stage (enum erase_stage), i64 sealed_at, i64 gone_at (0: not yet),
	   bytes receipt (ledger/proof.h; empty: not yet), i64 held until (0: nothing is).  ERR_ABSENT with WHY_ERASURE_CODE: none of that code */
	KEEPER_ERASE_RECEIPT,
	/* C none: what is due of all erasures, one stage each.  -> u8 more, u32 n, n * bytes tombstone (privacy/rights/grave.h)
	   for the signer, u32 m, m * [16] serial: server certificates whose names are to go from the site store */
	KEEPER_ERASE_RUN,
	KEEPER_ERASE_TOLD,	/* C none: u32 n, n * i64 erasure: the signer has these tombstones; u32 m, m * [16] serial -> nothing */
	/* ---- a member's copy of everything: 265 to 274 ---- */
	/* P session fresh: text lang, bytes translations (u32 n, n * text: export_phrase() in that language; empty: English),
	   bytes public words (u32 n, n * { i64 id, text }: of what KEEPER_EXPORT_LOOK says is published, from the site store) -> BLOCK: the clerk begins to make it.  ERR_CONFLICT with WHY_COPY_RUNS; one that was ready goes */
	KEEPER_EXPORT_ASK = 265,
	/* P session fresh: -> BLOCK, u8 state (enum copy_state), i64 asked_at, i64 rows told, i64 rows in all (about), i64 done_at,
	   i64 expires, i64 size in bytes, i64 given_at (when fetching began last; 0: not yet), u32 n, n * { i64 id, u8 kind (enum published_kind) }: published */
	KEEPER_EXPORT_LOOK,
	KEEPER_EXPORT_DROP,	/* P session: -> BLOCK: taken back, or thrown away */
	KEEPER_EXPORT_MINT,	/* P session fresh: -> BLOCK, [24] once: good as long as the copy, and until the first complete answer */
	/* once: -> i64 size, i64 pieces, i64 made_at: fetching begins (again) */
	KEEPER_EXPORT_OPEN,
	KEEPER_EXPORT_PIECE,	/* once: i64 number (from 0) -> bytes */
	KEEPER_EXPORT_GIVEN,	/* once: -> nothing: the answer was complete; copy and address are gone */
	KEEPER_EXPORT_NEXT,	/* C none: -> u8 found; if 1: [24] job ticket of the copy that waits longest */
	/* C job: -> u8 over (1: nothing more to do), i64 steps done.  One bounded step; made by a child meanwhile.
	   ERR_BUSY: another one is under way; ERR_ABSENT: it was taken back */
	KEEPER_EXPORT_GO,
	KEEPER_EXPORT_CASE,	/* P session fresh: i64 number of one's own case, TEXTS BROUGHT -> BLOCK: for the copy asked for next.  ERR_CONFLICT with WHY_COPY_RUNS */
	/* ---- cases and staff: 275 to 309; CASE FACTS, TEXT TO KEEP, TEXTS BROUGHT, TEXTS READ: privacy/keeper/op_case.h ---- */
	/* (P, session) u8 kind, u8 birth (the birth date may be opened: fresh), u8 against (enum case_against; a report only), text member number
	   of whom it is about ("" not known; a report only), text words -> BLOCK, i64 number, TEXT TO KEEP */
	KEEPER_CASE_OPEN = 275,
	KEEPER_CASES,		/* (P, session) -> BLOCK, u32 n, n * CASE FACTS: one's own, newest first */
	KEEPER_CASE,		/* (P, session) own: i64 number, TEXTS BROUGHT -> BLOCK, CASE FACTS, NAME CHANGE, TEXTS READ */
	KEEPER_CASE_SAY,	/* (P, session) own: i64 number, text words -> BLOCK, TEXT TO KEEP; a closed one is reopened by it */
	/* (P, session) own: i64 number, u8 what (1: staff may open fields, 2: nobody else is free), u8 yes -> BLOCK */
	KEEPER_CASE_ALLOW,
	/* (P, session) i64 number, i64 id -> BLOCK: the site store's row of this text stands; by its opener or who works on it */
	KEEPER_CASE_STANDS,
	/* (P, none) u8 kind, u8 against, text member number, text words, text language, bytes source, bytes the form's random number (0 or 24) -> i64 number, text pass-phrase, [24] token, TEXT TO KEEP */
	KEEPER_CASE_VISIT_OPEN,
	/* (P, none) i64 number, text pass-phrase, bytes source -> [24] token, good for session.idle after its last use.  WHY_CASE_CODE: one for all */
	KEEPER_CASE_ENTER,
	KEEPER_CASE_VISIT,	/* (P, case) TEXTS BROUGHT -> CASE FACTS, TEXTS READ */
	KEEPER_CASE_VISIT_NUMBER, /* (P, case) -> i64 number: of which texts are to be brought; opens nothing */
	KEEPER_CASE_VISIT_SAY,	/* (P, case) text words -> TEXT TO KEEP */
	KEEPER_CASE_VISIT_STANDS, /* (P, case) i64 id -> nothing */
	/* (P, session, staff or officer) -> BLOCK, u32 n, n * CASE FACTS: open ones, those of officers alone first, by deadline; nothing of whom they are */
	KEEPER_DESK = 290,
	/* staff: i64 number, TEXTS BROUGHT -> BLOCK, CASE FACTS, u8 read (0: take it first; nothing follows), u8 n, n * { u32 field, u8 held,
	   i64 open until (0: closed), text value }, u8 band (enum case_band), NAME CHANGE, TELLING, TEXTS READ */
	KEEPER_DESK_CASE,
	KEEPER_DESK_TAKE,	/* staff: i64 number -> BLOCK; with CASE_WAITS from who has it */
	/* staff: i64 number, u8 what (enum case_hand_over), text deputy's member number or exact address (CASE_HAND_DEPUTY) -> BLOCK */
	KEEPER_DESK_HAND,
	KEEPER_DESK_SAY,	/* staff: i64 number, u8 what (enum case_say), text words -> BLOCK, TEXT TO KEEP */
	KEEPER_DESK_EXTEND,	/* staff: i64 number, u8 months, text reason, which its opener reads -> BLOCK, TEXT TO KEEP */
	KEEPER_DESK_CLOSE,	/* staff: i64 number, u8 outcome, text words -> BLOCK, TEXT TO KEEP */
	/* staff fresh: i64 number, u32 field (0: the band of the age), text reason -> BLOCK, u8 0 opened, 1 the member is asked first */
	KEEPER_DESK_FIELD,
	/* staff fresh: i64 number, u8 how (enum case_find), text exactly -> BLOCK, u8 found: the case is about that member now; 2: and went to officers */
	KEEPER_DESK_FIND,
	/* officer fresh: u8 kind (DECISION_SUPPORT_GIVE ...), text member number or exact address, text reason -> BLOCK, i64 decision */
	KEEPER_ROLE_ASK,
	/* (P, none) -> u32 n, n * { u8 role, i64 since, i64 until, text name ("" its holder shows none) }: who sits, by role and since when; GUEST SEATS */
	KEEPER_SEATS,
	/* (P, none) [16] serial (known or not) -> text word, to be named by a request that is made with this certificate's key */
	KEEPER_KEY_WORD,
	/* (P, none) [16] serial, bytes proof (SIGNER_PROVE), bytes source -> bytes ticket: revoked for compromise.  WHY_KEY_PROOF: one for all */
	KEEPER_KEY_PROVED,
	KEEPER_SEAT_NAME,	/* (P, session) u8 show -> BLOCK: one's name on the list of seats, or no longer */
	/* ---- operators: 325 to 339 ---- */
	/*
	 * (X C, none) u8 begin (1: a new root key now, X alone; 0: when it is due) -> i64 version, i64 made_at, i64 keys wrapped anew
	 * by this call, i64 keys left, i64 versions in the file, i64 when the oldest is destroyed (0: it is the newest).
	 * A slice a call: while keys are left, call again with 0.
	 */
	KEEPER_ROTATE = 325,
	/*
	 * (X, none) u8 real (1: what is over goes now; 0: only told) -> u8 more (real, and there is more: call again), u32 n,
	 * n * { text rule, i64 seconds kept, i64 rows that are over, i64 over within a day, i64 within 30 days }
	 */
	KEEPER_RETENTION,
	/*
	 * (X, none) u8 what (0 begin, 1 go on, 2 give up, 3 it was carried away), [16] id -> i64 pages or so left (0: whole), i64 entries in it,
	 * i64 size of the newest checkpoint (0 none), bytes its note.  A slice a call; privacy/keeper/backup.h says what is written where.
	 * Given up, its files go; only one carried away counts.  ERR_ABSENT: no backup key yet; ERR_CONFLICT: another began meanwhile, or none is whole
	 */
	KEEPER_BACKUP,
	/*
	 * (X, none) u8 what (0 begin, 1 go on, 2 begin to count only), i64 notice (go on), text words (<= ANNOUNCE_WORDS), i64 fields (bits; 0: to all),
	 * u8 role (enum entry_role: who had them opened), i64 since, i64 until -> i64 notice, i64 members looked at, i64 concerned, i64 told by mail, u8 done.
	 * A slice a call.  ERR_CONFLICT: another one is under way
	 */
	KEEPER_ANNOUNCE,
	/* ---- counts anybody may read: 340 to 349 (P, none) ---- */
	/* -> u8 TALLY__COUNT, each (by enum tally_event, 0 unused) { i64 all, TALLY_MONTHS * i64 by month, this one first },
	   u32 PURPOSE__COUNT, each (by enum purpose) i64 lines about people in this month (UTC) */
	KEEPER_TALLIES = 340,
	KEEPER_OP__COUNT = 420
};

#define SIGNED_AT_ONCE		100	/* drafts under one password */
#define PUBLISHED_AT_ONCE	256	/* ids in one list of published ones */
#define EVENT_CAPACITY_MOST	500	/* places of one event */
#define EVENT_NOTE_MAX		1000	/* bytes of its note */
#define EVENT_EAST_LEAST	(-720)	/* minutes the clock of a place can be off UTC */
#define EVENT_EAST_MOST		840
#define EVENT_IS_MINE		1u	/* announced by this member */
#define EVENT_IS_COMING		2u	/* this member signed up... */
#define EVENT_IS_NAMED		4u	/* ... with the name on the printed list */
#define EVENT_IS_DESK		8u	/* ... checked in as an assurer */
#define EVENT_IS_OFF		16u	/* called off */
#define EVENT_IS_OPEN		32u	/* one can sign up, or could if it were not full */
#define EVENT_IS_FULL		64u
#define EVENT_IS_ON		128u	/* its day has come: assurers check in */
#define PUBLISHED_WAIT		60	/* seconds in which the portal commits what it announced */
#define MESSAGE_MAX		1000	/* bytes of what one member writes to another */
#define MAIL_PART		"\f"	/* in a mail's object: what stands behind it is somebody's message, word for word */
#define MAIL_OBJECT_MAX		2304	/* bytes of what a mail is about: two messages and an address */

/* Kinds of documents seen, as bits (fields FIELD_DOC_KIND in words). */
#define DOCUMENT_PASSPORT	1u
#define DOCUMENT_IDENTITY_CARD	2u
#define DOCUMENT_DRIVING	4u
#define DOCUMENT_RESIDENCE	8u
#define DOCUMENT_OTHER		16u
#define DOCUMENT_DEED		32u	/* of marriage, of a change of name, a court's word */
#define DOCUMENT_ALL		63u

#define ASSURANCE_FOUNDING	1u
#define ASSURANCE_CONFIRMED	2u	/* by the member, on screen */
#define ASSURANCE_WITHDRAWN	4u
#define ASSURANCE_FALLS		8u	/* found wrong: stands until falls_at */
#define ASSURANCE_PARENT	16u	/* a parent's consent was confirmed with it */
#define ASSURANCE_PAPER		32u	/* the assurer keeps a paper form */
#define ASSURANCE_COUNTS	64u	/* it stands and counts now */
#define ASSURANCE_WITHDRAWABLE	128u	/* by who gave it, still */
#define ASSURANCE_OBJECTABLE	256u	/* by the member, still */
#define ASSURANCE_OBJECTED	512u
#define ASSURANCE_LINK		1024u	/* links an old name or birth date to a new one */

enum challenge_state { CHALLENGE_NONE, CHALLENGE_OPEN, CHALLENGE_GRADED, CHALLENGE_LATE };	/* late: never handed in, its time is over */
enum paper_state { PAPER_KEPT = 1, PAPER_CONFIRMED, PAPER_DUE, PAPER_DESTROYED, PAPER_OFFERED, PAPER_OFFERED_TO_YOU };
enum founding_state { FOUNDING_OPEN = 1, FOUNDING_OFFERED, FOUNDING_DONE };	/* no founders yet; ... and this member offers to be one; there are founders */
enum decision_kind { DECISION_FOUNDING = 1, DECISION_OBJECTION, DECISION_SUSPEND, DECISION_LIFT, DECISION_FRAUD,
	DECISION_SUPPORT_GIVE, DECISION_SUPPORT_END, DECISION_OFFICER_GIVE, DECISION_OFFICER_END, DECISION_AUDITOR_GIVE, DECISION_AUDITOR_END, DECISION_DISCLOSURE, DECISION_NAME_CHANGE, DECISION_HOLD, DECISION_HOLD_END, DECISION_EXCLUDE, DECISION_EXCLUDE_END,
	DECISION_BORROW, DECISION_TELLING, DECISION_KIND__COUNT };
enum decision_state { DECISION_OPEN = 1, DECISION_AGREED, DECISION_REFUSED, DECISION_LAPSED };
enum decision_mine { DECISION_MAY_VOTE = 1, DECISION_MAY_NOT, DECISION_VOTED_YES, DECISION_VOTED_NO, DECISION_MAY_OBJECT };
enum name_sort { NAME_SORT_PAPERS = 1, NAME_SORT_BIRTH, NAME_SORT_MARRIED, NAME_SORT_SCRIPT, NAME_SORT_ARTIST, NAME_SORT__COUNT };
#define BIRTH_IS_HELD		1u
#define BIRTH_IS_VOUCHED	2u	/* the one held: it changes only by a proposal and a link */
#define BIRTH_IS_PROPOSED	4u	/* a new date waits for somebody who saw the deed */
#define MEETINGS_LISTED	50
enum handover_kind { HANDOVER_SCREEN = 1, HANDOVER_PRINTED, HANDOVER_EVENT, HANDOVER_TTP, HANDOVER_TOPUP, HANDOVER_LOST, HANDOVER_KIND__COUNT };
enum handover_state { HANDOVER_OPEN = 1, HANDOVER_TAKEN, HANDOVER_DONE, HANDOVER_WITHDRAWN, HANDOVER_SPENT, HANDOVER_OVER };
enum handover_act { HANDOVER_WAS_TAKEN = 1, HANDOVER_WAS_MATCHED, HANDOVER_WAS_SHOWN, HANDOVER_WAS_NOTED, HANDOVER_WAS_LEFT, HANDOVER_WAS_TRIED };

enum copy_state { COPY_COMPOSING = 1, COPY_READY, COPY_FAILED };
enum slip_state { SLIP_OPEN = 1, SLIP_USED, SLIP_WITHDRAWN, SLIP_OVER };
enum published_kind { PUBLISHED_LISTING = 1, PUBLISHED_EVENT, PUBLISHED_CASE, PUBLISHED_KIND__COUNT };
enum published_state { PUBLISHED_ANNOUNCED = 1, PUBLISHED_STANDING, PUBLISHED_ENDING };

enum mail_use {			/* what a mail is for; its words are portal/clerk/letters */
	MAIL_JOIN = 1,		/* prove this address and become a member */
	MAIL_KNOWN,		/* somebody tried to join with your address */
	MAIL_ADDRESS,		/* prove this further address */
	MAIL_ADDRESS_KNOWN,	/* somebody tried to add your address */
	MAIL_RESET,		/* forgotten password */
	MAIL_RESET_UNKNOWN,	/* (never sent: the time of a real one is spent) */
	MAIL_RESET_DONE,	/* notice to every verified address */
	MAIL_RESET_FAILED,	/* notice: wrong answers were given */
	MAIL_PASSWORD_CHANGED, MAIL_DOMAIN,		/* prove this domain */
	MAIL_ADDRESS_REMOVED,
	MAIL_PRIMARY_CHANGED,	/* notice to the former one */
	MAIL_ISSUED,		/* a certificate was issued in your name: notice */
	MAIL_REVOKED, MAIL_EXPIRY,		/* the reminder its owner ticked */
	MAIL_ROLE,		/* a role began or ended */
	MAIL_TEST,
	/* the web of trust */
	MAIL_ASSURED,		/* somebody vouched for you */
	MAIL_ASSURANCE_WITHDRAWN, /* ... and took it back */
	MAIL_OBJECTED,		/* notice to the assurer: somebody you vouched for objects */
	MAIL_DECIDED,		/* officers decided something that concerns you */
	MAIL_POINTS_FALL,	/* points of yours will fall away: be vouched for anew until then */
	MAIL_LINKED,		/* your name or birth date was replaced by somebody who saw the deed */
	MAIL_PARENT,		/* a parent's consent was noted or withdrawn */
	MAIL_FOUNDER,		/* you were proposed as a founder, or are one */
	MAIL_CONTACT,		/* a message by way of the directory, with a link to answer */
	MAIL_CONTACT_ANSWER,	/* its answer, with the other's address */
	MAIL_CONTACT_KNOWN,	/* to who answered: the asker's address */
	MAIL_THIRD_PARTY,	/* a trusted third party's check was noted */
	MAIL_PAPER,		/* once a year: are these forms destroyed? */
	MAIL_EVENT_OFF,		/* an event you signed up for was called off */
	MAIL_PAPER_OFFERED,	/* somebody offers you the forms in their keeping */
	/* the privacy desk */
	MAIL_ERASE_ASKED,	/* notice to every verified address, with a link that stops it */
	MAIL_ERASE_NOW,		/* the link that begins it at once */
	MAIL_ERASE_STOPPED,	/* notice to every verified address */
	MAIL_ERASE_BEGUN,	/* the last one; sealed with the site's key: where the receipt will be */
	MAIL_RESTRICTED,	/* notice: processing was restricted, or that was lifted */
	MAIL_CASE,		/* something new in a case of yours; what, it does not say */
	MAIL_CASE_FIELD,	/* staff opened a field of yours for a case */
	MAIL_CASE_ASKS,		/* staff want to open a field of yours, and you want to be asked */
	MAIL_DESK,		/* to staff: a case waits */
	MAIL_ROLE_ENDS,		/* the term of a role of yours is over soon */
	MAIL_SECURITY,		/* privacy or security was broken and it concerns you: the operators' words */
	MAIL_CASE_TAKEN, MAIL_CASE_NEWS, MAIL_LIST, MAIL_LIST_NEWS,	/* op_post.h */
	MAIL_DISCLOSED, MAIL_LOST, MAIL_LOST_OPEN, MAIL_TRUSTED_ASK, MAIL_TRUSTED, MAIL_CLOSING, MAIL_DORMANT, MAIL_HELD, MAIL_EXCLUDED, MAIL_EXCLUDED_JOIN, MAIL_NOTICE, MAIL_GUEST, MAIL_DISCLOSED_GUEST, MAIL_EXCLUDED_ADD, MAIL_FIELD_LATER, MAIL_ISSUER_GONE, MAIL_VOTE,	/* op_disclose.h, op_policy.h, op_office.h, op_fraud.h, op_issuer.h */
	MAIL_USE__COUNT
};

enum proof_method { PROOF_MAIL = 1, PROOF_DNS, PROOF_HTTP };
#define NAME_PERSON	3u	/* beside enum name_kind: what its owner is called in a certificate */
enum register_state { REGISTER_PENDING = 1, REGISTER_VALID, REGISTER_SUSPENDED, REGISTER_REVOKED, REGISTER_CANCELLED };
enum once_kind { ONCE_CERT_PEM = 1, ONCE_CERT_DER, ONCE_CERT_CHAIN, ONCE_FORM, ONCE_EVENT_LIST, ONCE_SLIP, ONCE_DISCLOSURE };
#define ONCE_FORM_MUTUAL	1u	/* variant of ONCE_FORM: the two vouch for each other */
#define ONCE_FORM_TTP		2u	/* ... or a trusted third party fills it in: of a hand-over of that kind */
enum setting { SETTING_CERT_SIGN_IN = 1, SETTING_REMINDERS, SETTING_ASK_FIRST, SETTING__COUNT };
enum erase_stage { ERASE_ASKED = 1, ERASE_BEGUN, ERASE_LISTED, ERASE_SEALED, ERASE_CLEANED, ERASE_DONE, ERASE_TOLD };	/* told: the signer remembers it, too */
#endif
