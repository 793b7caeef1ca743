/* portal/people/home.c - a member's home, settings, sessions, and the two small doors: role and policy. */
#include "build/pages/pages.h"
#include "portal/people/routes.h"
#include "portal/public/policy_views.h"

bool
home_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct home_view m = {0};
	char address[MAILBOX_TEXT];
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_HOME, &in, &out, &a, e));
	unpack_text(&a, m.given, sizeof(m.given));
	unpack_text(&a, address, sizeof(address));
	mailbox_shown(address, m.address);
	m.addresses = unpack_u32(&a);
	m.verified = unpack_u32(&a);
	m.domains = unpack_u32(&a);
	m.certs = unpack_u32(&a);
	m.expiring = unpack_u32(&a);
	m.points = unpack_i64(&a);
	m.others = unpack_i64(&a);
	m.asked = unpack_u32(&a);
	m.unvoted = unpack_u32(&a);
	for (uint32_t n = unpack_u32(&a); n > 0 && !a.bad; n--) {
		int64_t disclosure = unpack_i64(&a);
		bool sits = unpack_u8(&a) == GUEST_SITS;

		if (m.guests == COUNT(m.guest))
			continue;
		snprintf(m.guest[m.guests].disclosure, sizeof(m.guest[0].disclosure), "%lld", (long long)disclosure);
		m.guest[m.guests++].sits = sits;
	}
	TRY(unpack_end(&a, "home", e));
	m.has_names = (v->session.steps & STEP_NAMES) != 0;
	m.has_birth = (v->session.steps & STEP_BIRTH) != 0;
	m.has_questions = (v->session.steps & STEP_QUESTIONS) != 0;
	page_home(&v->page, v, &m);
	explicit_bzero(&m, sizeof(m));
	explicit_bzero(address, sizeof(address));
	return buf_ok(&v->page, e);
}

bool
settings_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct settings_view s = {0};
	struct span a;
	uint32_t n;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_SETTINGS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		uint32_t name = unpack_u32(&a);
		bool on = unpack_i64(&a) != 0;

		s.cert_sign_in |= name == SETTING_CERT_SIGN_IN && on;
		s.reminders |= name == SETTING_REMINDERS && on;
	}
	TRY(unpack_end(&a, "settings", e));
	page_settings(&v->page, v, &s);
	return buf_ok(&v->page, e);
}

bool
setting_certificate(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "setting: form");
	visit_ask_begin(v, &in);
	pack_u32(&in, SETTING_CERT_SIGN_IN);
	pack_i64(&in, form_text(&v->form, "on")[0] == '1');
	TRY(visit_ask(v, KEEPER_SETTING_SET, &in, &out, &a, e));
	return visit_go(v, true, "/settings", e);
}

bool
role_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	page_role(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
role_do(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_text(&in, form_text(&v->form, "code"));
		if (visit_ask(v, KEEPER_ROLE_CODE, &in, &out, &a, e))
			return visit_go(v, false, "/signed-out/officer", e);
		if (!visit_fault(v, e, "code"))
			return false;
	}
	v->status = 422;
	page_role(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
policy_show(struct visit *v, struct err *e)
{
	DROP(policy_view_wipe) struct policy_view w = { .agreement = policy_number(POLICY_AGREEMENT, v->now),
	    .statement = policy_number(POLICY_STATEMENT, v->now) };
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	uint32_t agreement, statement;
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_POLICY, &in, &out, &a, e));
	agreement = unpack_u32(&a);
	statement = unpack_u32(&a);
	w.declined = unpack_u8(&a) == 1;
	TRY(unpack_end(&a, "policy", e));
	TRY(policy_change_add(v, &w, POLICY_STATEMENT, statement, e));
	TRY(policy_change_add(v, &w, POLICY_AGREEMENT, agreement, e));
	page_policy(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
policy_answer(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	uint32_t agreement = policy_number(POLICY_AGREEMENT, v->now), statement = policy_number(POLICY_STATEMENT, v->now);
	struct span a;

	if (!form_good(&v->form)) {
		v->status = 422;
		return policy_show(v, e);
	}
	/* One came into force since the page was shown: nobody agrees to what they have not seen. */
	if (form_number(&v->form, "agreement") != agreement || form_number(&v->form, "statement") != statement) {
		v->status = 422;
		return policy_show(v, e);
	}
	visit_ask_begin(v, &in);
	pack_u32(&in, agreement);
	pack_u32(&in, statement);
	pack_u8(&in, form_text(&v->form, "answer")[0] == 'y');
	TRY(visit_ask(v, KEEPER_POLICY_ANSWER, &in, &out, &a, e));
	return visit_go(v, true, "/home", e);
}

bool
sessions_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct sessions_view s = {0};
	struct span a;
	uint32_t n;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_SESSIONS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		struct session_row row = {0};

		row.number = unpack_i64(&a);
		row.since = unpack_i64(&a);
		row.seen = unpack_i64(&a);
		row.flags = unpack_u8(&a);
		row.is_this = unpack_u8(&a) != 0;
		snprintf(row.number_text, sizeof(row.number_text), "%lld", (long long)row.number);
		if (s.n < COUNT(s.row))
			s.row[s.n++] = row;
	}
	TRY(unpack_end(&a, "sessions", e));
	page_sessions(&v->page, v, &s);
	return buf_ok(&v->page, e);
}

bool
session_end(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number = form_number(&v->form, "number");
	struct span a;

	if (!form_good(&v->form))
		return FAIL(e, ERR_INPUT, "end session: form");
	visit_ask_begin(v, &in);
	pack_u8(&in, number == 0 ? 1 : 2);
	pack_i64(&in, number);
	TRY(visit_ask_open(v, KEEPER_SIGN_OUT, &in, &out, &a, e));
	return number == 0 ? visit_go(v, false, "/signed-out", e) : visit_go(v, true, "/sessions", e);
}
