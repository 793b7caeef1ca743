#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/credential.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/register.h"
#include "privacy/facts/session.h"
#include "privacy/facts/signin.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

bool
act_hash(struct keeper *k, struct act *a, unsigned class, struct argon_job *jobs, size_t n,
    struct err *e)
{
	a->later = argon_ask(k->argon, a->ask, (enum argon_class)class, jobs, n, e);
	sodium_memzero(jobs, n * sizeof(*jobs));
	return a->later;
}

/* The answer of every sign-in: token, then the block. */
static bool
answer_token(struct act *a, unsigned char token[TOKEN_BYTES], struct err *e)
{
	buf_add(a->out, token, TOKEN_BYTES);
	sodium_memzero(token, TOKEN_BYTES);
	session_block(a->out, a);
	return buf_ok(a->out, e);
}

/* ---- by password ---- */

struct sign_in {
	char	address[ADDRESS_MAX], password[KEEPER_TEXT_MAX + 1];
	unsigned char account[INDEX_BYTES];	/* for the brakes: one however it is spelled */
	bool	shared;
	struct span source;
};

static void sign_in_wipe(struct sign_in *s) { sodium_memzero(s, sizeof(*s)); }

static bool
wrong(struct err *e)
{
	return REFUSE(e, ERR_DENIED, WHY_SIGN_IN, "address or password wrong");
}

static bool
sign_in_read(const struct keeper *k, struct act *a, struct sign_in *s, struct err *e)
{
	char typed[KEEPER_TEXT_MAX + 1];

	unpack_text(&a->in, typed, sizeof(typed));
	unpack_text(&a->in, s->password, sizeof(s->password));
	s->shared = unpack_u8(&a->in) == 1;
	s->source = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	/* What cannot be an address is nobody's: the same sentence, and no hash. */
	if (!address_normalise(typed, s->address, NULL) || strlen(s->password) > PASSWORD_MOST)
		return wrong(e);
	address_index(k, INDEX_ADDRESS, s->address, s->account);
	return true;
}

/* Whose password this would be: the holder's, or nobody's. */
static bool
account_of(struct keeper *k, const struct sign_in *s, struct owner *o, struct credential *c,
    bool *known, struct err *e)
{
	int64_t member;
	bool found;

	TRY(address_holder(k, s->address, &member, NULL, e));
	*known = member != 0;
	TRY(member_owner(k, member, o, NULL, e));
	TRY(credential_load(k, o, 0, c, &found, e));
	return found || FAIL(e, ERR_TAMPER, "sign in: no password is kept");
}

static bool
sign_in_begin(struct keeper *k, struct act *a, const struct sign_in *s, struct err *e)
{
	struct span account = span_of(s->account, sizeof(s->account)), none = span_of(NULL, 0);
	struct credential c;
	struct argon_job job;
	struct owner o;
	bool known, good;

	TRY(brake_ask(k->brake, BRAKE_SIGN_IN, account, s->source, a->now, e));
	TRY(brake_ask(k->brake, BRAKE_SIGN_IN_SOURCE, none, s->source, a->now, e));
	TRY(account_of(k, s, &o, &c, &known, e));
	good = credential_job_again(k, CREDENTIAL_PASSWORD, s->password, &c, &job, e);
	sodium_memzero(&c, sizeof(c));
	TRY(good);
	return act_hash(k, a, ARGON_SIGN_IN, &job, 1, e);
}

static bool
sign_in_finish(struct keeper *k, struct act *a, const struct sign_in *s, struct err *e)
{
	struct span account = span_of(s->account, sizeof(s->account)), none = span_of(NULL, 0);
	unsigned char token[TOKEN_BYTES];
	struct credential c;
	struct owner o;
	bool known, fits;

	/* Many tries may have been hashed side by side: the brake is asked again. */
	TRY(brake_ask(k->brake, BRAKE_SIGN_IN, account, s->source, a->now, e));
	TRY(account_of(k, s, &o, &c, &known, e));
	fits = credential_fits(&c, &a->hashes->job[0]);
	sodium_memzero(&c, sizeof(c));
	if (!fits || !known) {
		brake_count(k->brake, BRAKE_SIGN_IN, account, s->source, a->now);
		brake_count(k->brake, BRAKE_SIGN_IN_SOURCE, none, s->source, a->now);
		return wrong(e);
	}
	brake_clear(k->brake, BRAKE_SIGN_IN, account, s->source, a->now);
	struct session_new n = { .member = o.number, .shared = s->shared };

	TRY(session_begin(k, a, &n, token, e));
	a->role = ACTOR_OWNER;
	TRY(act_record(k, a, NULL, e));
	return answer_token(a, token, e);
}

bool
op_sign_in(struct keeper *k, struct act *a, struct err *e)
{
	DROP(sign_in_wipe) struct sign_in s = {0};

	TRY(sign_in_read(k, a, &s, e));
	return a->hashes == NULL ? sign_in_begin(k, a, &s, e) : sign_in_finish(k, a, &s, e);
}

/* ---- by certificate ---- */

bool
op_sign_in_cert(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char sha256[32], serial[TICKET_SERIAL], token[TOKEN_BYTES];
	struct span source, none = span_of(NULL, 0);
	struct err why = {0};
	struct session_new n = { .cert = sha256, .serial = serial };

	unpack_exact(&a->in, sha256, sizeof(sha256));
	unpack_exact(&a->in, serial, sizeof(serial));
	n.shared = unpack_u8(&a->in) == 1;
	source = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	TRY(brake_ask(k->brake, BRAKE_SIGN_IN_SOURCE, none, source, a->now, e));
	if (!register_sign_in(k, sha256, serial, a->now, &n.member, &why)) {
		brake_count(k->brake, BRAKE_SIGN_IN_SOURCE, none, source, a->now);
		return err_hand_on(e, &why);
	}
	TRY(session_begin(k, a, &n, token, e));
	a->role = ACTOR_OWNER;
	TRY(act_record(k, a, "by certificate", e));
	return answer_token(a, token, e);
}

/* ---- the password again ---- */

static bool
password_begin(struct keeper *k, struct act *a, const char *password, struct span account, struct span source,
    struct err *e)
{
	struct credential c;
	struct argon_job job;
	bool found, good;

	TRY(brake_ask(k->brake, BRAKE_PASSWORD, account, source, a->now, e));
	TRY(credential_load(k, &a->owner, 0, &c, &found, e));
	if (!found)
		return FAIL(e, ERR_TAMPER, "password: none is kept");
	good = credential_job_again(k, CREDENTIAL_PASSWORD, password, &c, &job, e);
	sodium_memzero(&c, sizeof(c));
	TRY(good);
	return act_hash(k, a, ARGON_SIGN_IN, &job, 1, e);
}

static bool
password_finish(struct keeper *k, struct act *a, struct span account, struct span source,
    unsigned char token[TOKEN_BYTES], struct err *e)
{
	enum purpose purpose = a->purpose;
	struct credential c;
	bool found, fits;

	TRY(brake_ask(k->brake, BRAKE_PASSWORD, account, source, a->now, e));
	TRY(credential_load(k, &a->owner, 0, &c, &found, e));
	fits = found && credential_fits(&c, &a->hashes->job[0]);
	sodium_memzero(&c, sizeof(c));
	if (!fits) {
		brake_count(k->brake, BRAKE_PASSWORD, account, source, a->now);
		return wrong(e);
	}
	brake_clear(k->brake, BRAKE_PASSWORD, account, source, a->now);
	TRY(session_renew(k, a, token, e));
	a->purpose = PURPOSE_PASSWORD;
	TRY(act_record(k, a, "entered again", e));
	a->purpose = purpose;
	return true;
}

bool
act_password(struct keeper *k, struct act *a, const char *password, struct span source,
    unsigned char token[TOKEN_BYTES], bool *entered, struct err *e)
{
	struct span account = span_of(&a->owner.number, sizeof(a->owner.number));

	*entered = false;
	if (strlen(password) > PASSWORD_MOST)
		return wrong(e);
	if (a->hashes == NULL)
		return password_begin(k, a, password, account, source, e);
	*entered = true;
	return password_finish(k, a, account, source, token, e);
}

struct again { char password[KEEPER_TEXT_MAX + 1]; struct span source; };
static void again_wipe(struct again *g) { sodium_memzero(g->password, sizeof(g->password)); }

bool
op_password_again(struct keeper *k, struct act *a, struct err *e)
{
	DROP(again_wipe) struct again g = {0};
	unsigned char token[TOKEN_BYTES];
	bool entered;

	unpack_text(&a->in, g.password, sizeof(g.password));
	g.source = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	TRY(act_password(k, a, g.password, g.source, token, &entered, e));
	return !entered || answer_token(a, token, e);
}

/* ---- a new password ---- */

static bool
change_finish(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char token[TOKEN_BYTES];

	TRY(credential_store(k, &a->owner, 0, &a->hashes->job[0], a->now, e));
	TRY(session_end_all(k, a->owner.number, a->session, e));
	TRY(session_renew(k, a, token, e));
	TRY(mail_cancel(k, a->owner.number, MAIL_RESET, 0, e));
	TRY(address_notify(k, &a->owner, a->lang, MAIL_PASSWORD_CHANGED, NULL, a->purpose, a->now, e));
	TRY(act_record(k, a, "changed", e));
	return answer_token(a, token, e);
}

bool
op_password_change(struct keeper *k, struct act *a, struct err *e)
{
	DROP(again_wipe) struct again g = {0};
	DROP(buf_wipe) struct buf address = {0};
	struct argon_job job;

	unpack_text(&a->in, g.password, sizeof(g.password));
	TRY(act_read(a, e));
	if (a->hashes != NULL)
		return change_finish(k, a, e);
	TRY(address_peek(k, &a->owner, &address, e));
	TRY(password_ok(g.password, address.len > 0 ? address.data : "", e));
	TRY(credential_job_new(k, CREDENTIAL_PASSWORD, g.password, &job, e));
	return act_hash(k, a, ARGON_OWN, &job, 1, e);
}
