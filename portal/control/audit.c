/*
 * portal/control/audit.c - `troth audit pack DIR`: what auditors need to check a site without it.
 *
 *	audit.json	seats and terms, decisions with votes, silences, security notices, breaches, retention runs, guest officers, counts by quarter
 *	audit.txt	the same to read, decisions counted by kind and end
 *	retention.txt	what is kept how long, why, and who decides
 *	configuration.txt	every setting; secrets are no settings, only the names of their files
 *	checkpoint.txt, ledger.pub	the ledger's newest signed head, and the key it is signed with
 *	proofs/		lines about the site, each in a file that `troth-ledger check FILE --key ledger.pub` checks offline
 *	certificates/	the root and the issuers; fingerprints.txt names the SHA-256 of each
 *
 * No personal data: the keeper hands out none for it (privacy/rights/audit.c).
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "portal/control/command.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "privacy/facts/case_rule.h"
#include "privacy/keeper/op.h"
#include "privacy/policy.h"
#include "privacy/rights/columns.h"
#include "privacy/rights/compose.h"
#include "privacy/rights/retain_table.h"

#define MODE_FILE	0644
#define MODE_FOLDER	0755

struct pack {
	char		dir[PATH_MAX];
	struct buf	json, text;
	int		files;
	int64_t		decided[DECISION_KIND__COUNT][DECISION_LAPSED + 1];
};

static void
pack_drop(struct pack *p)
{
	buf_wipe(&p->json);
	buf_wipe(&p->text);
}

static const char *const role_names[ROLE__COUNT] = { "unknown", "member", "assurer", "support", "officer", "auditor" };
static const char *const event_names[TALLY__COUNT] = {
	[TALLY_JOINED] = "joined", [TALLY_CERTIFICATE] = "certificates", [TALLY_ASSURANCE] = "assurances", [TALLY_ERASED] = "accounts erased",
	[TALLY_CASE] = "cases opened", [TALLY_DISCLOSURE_ASKED] = "disclosures asked for", [TALLY_DISCLOSURE_GIVEN] = "disclosures given",
	[TALLY_DISCLOSURE_REFUSED] = "disclosures refused", [TALLY_DISCLOSURE_LAPSED] = "disclosures lapsed",
	[TALLY_RECIPIENT_TOLD] = "recipients told", [TALLY_DISCLOSURE_BORROWED] = "disclosures decided with a guest officer",
	[TALLY_TELLING_ASKED] = "telling later asked for",
};

static const char *const outcome_names[CASE_OUTCOME__COUNT] = {
	[0] = "opened", [CASE_DONE] = "done as asked", [CASE_PARTLY] = "done in part", [CASE_REFUSED] = "refused",
	[CASE_WITHDRAWN] = "withdrawn", [CASE_NO_ANSWER] = "closed for want of an answer",
};

static const char *
name_of(const char *const *names, size_t count, unsigned i)
{
	return i < count && names[i] != NULL ? names[i] : "unknown";
}

/* As a member's copy calls kinds and states of decisions. */
static const char *
decision_word(const char *column, unsigned i)
{
	for (size_t c = 0; c < section_decisions.count; c++)
		if (strcmp(section_decisions.column[c].name, column) == 0) {
			const char *word = column_word(&section_decisions.column[c], i);

			return word != NULL ? word : "unknown";
		}
	return "unknown";
}

/* ---- files ---- */

static bool
put(struct pack *p, const char *name, struct span what, struct err *e)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", p->dir, name) >= (int)sizeof(path))
		return FAIL(e, ERR_INPUT, "%.100s: the path is too long", p->dir);
	TRY(file_put(path, what.p, what.len, MODE_FILE, e));
	p->files++;
	return true;
}

static bool
folder(const struct pack *p, const char *name, struct err *e)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s%s%s", p->dir, name[0] == '\0' ? "" : "/", name) >= (int)sizeof(path))
		return FAIL(e, ERR_INPUT, "%.100s: the path is too long", p->dir);
	if (mkdir(path, MODE_FOLDER) == 0)
		return true;
	return errno == EEXIST ? FAIL(e, ERR_CONFLICT, "%.200s is there already: name a folder that is not", path) :
	    FAIL(e, ERR_IO, "%.200s: %s", path, strerror(errno));
}

/* ---- what the keeper tells ---- */

static void
day_put(struct buf *b, int64_t at)
{
	char day[11];

	day_text(day_of(at), day);
	buf_text(b, at == 0 ? "null" : "\"");
	buf_text(b, at == 0 ? "" : day);
	buf_text(b, at == 0 ? "" : "\"");
}

static void
rows_begin(struct pack *p, const char *name, bool first)
{
	buf_fmt(&p->json, "%s\n  \"%s\": [", first ? "" : ",", name);
}

static void
row_begin(struct pack *p, uint32_t i)
{
	buf_text(&p->json, i == 0 ? "\n    { " : ",\n    { ");
}

/* A list ends; where it is longer than what the keeper tells at once, it says so. */
static void
rows_end(struct pack *p, struct span *a, const char *name)
{
	bool more = unpack_u8(a) != 0;

	buf_fmt(&p->json, " ],\n  \"%s_cut\": %s", name, more ? "true" : "false");
	if (more)
		buf_fmt(&p->text, "  %s: the newest %d; older ones stand on the auditors' pages\n", name, AUDIT_LISTED);
}

static void
seats_write(struct pack *p, struct span *a)
{
	uint32_t n = unpack_u32(a);

	rows_begin(p, "seats", false);
	buf_text(&p->text, "\nSeats and terms\n");
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		const char *role = name_of(role_names, COUNT(role_names), unpack_u8(a));
		int64_t since = unpack_i64(a), until = unpack_i64(a);
		char from[11], to[11];

		row_begin(p, i);
		buf_fmt(&p->json, "\"seat\": \"%s\", \"since\": ", role);
		day_put(&p->json, since);
		buf_text(&p->json, ", \"until\": ");
		day_put(&p->json, until);
		buf_text(&p->json, " }");
		day_text(day_of(since), from);
		day_text(day_of(until), to);
		buf_fmt(&p->text, "  %-10s %s to %s\n", role, from, until == 0 ? "now" : to);
	}
	rows_end(p, a, "seats");
}

static void
decisions_write(struct pack *p, struct span *a)
{
	uint32_t n = unpack_u32(a);

	rows_begin(p, "decisions", false);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		int64_t id = unpack_i64(a), asked, decided;
		unsigned kind = unpack_u8(a), state = unpack_u8(a), yes, no;

		asked = unpack_i64(a);
		decided = unpack_i64(a);
		yes = unpack_u8(a);
		no = unpack_u8(a);
		if (kind < DECISION_KIND__COUNT && state <= DECISION_LAPSED)
			p->decided[kind][state]++;
		row_begin(p, i);
		buf_fmt(&p->json, "\"number\": %" PRId64 ", \"kind\": \"%s\", \"state\": \"%s\", \"for\": %u, \"against\": %u, \"asked\": ", id,
		    decision_word("kind", kind), decision_word("state", state), yes, no);
		day_put(&p->json, asked);
		buf_text(&p->json, ", \"ended\": ");
		day_put(&p->json, decided);
		buf_text(&p->json, " }");
	}
	rows_end(p, a, "decisions");
	buf_text(&p->text, "\nDecisions by kind and end\n");
	for (unsigned k = 1; k < DECISION_KIND__COUNT; k++)
		for (unsigned s = 1; s <= DECISION_LAPSED; s++)
			if (p->decided[k][s] > 0)
				buf_fmt(&p->text, "  %-32s %-8s %" PRId64 "\n", decision_word("kind", k), decision_word("state", s), p->decided[k][s]);
}

/* What is in force, from when until when. */
static void
spans_write(struct pack *p, struct span *a, const char *name, const char *from, const char *title)
{
	uint32_t n = unpack_u32(a);

	rows_begin(p, name, false);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		row_begin(p, i);
		buf_fmt(&p->json, "\"%s\": ", from);
		day_put(&p->json, unpack_i64(a));
		buf_text(&p->json, ", \"ends\": ");
		day_put(&p->json, unpack_i64(a));
		buf_text(&p->json, " }");
	}
	buf_text(&p->json, " ]");
	buf_fmt(&p->text, "\n%s: %u\n", title, n);
}

static void
notices_write(struct pack *p, struct span *a)
{
	uint32_t n = unpack_u32(a);

	rows_begin(p, "security_notices", false);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		int64_t at = unpack_i64(a);
		bool all = unpack_i64(a) == 0;
		int64_t met, told;

		(void)unpack_u8(a);
		met = unpack_i64(a);
		told = unpack_i64(a);
		row_begin(p, i);
		buf_text(&p->json, "\"day\": ");
		day_put(&p->json, at);
		buf_fmt(&p->json, ", \"to\": \"%s\", \"concerned\": %" PRId64 ", \"told_by_mail\": %" PRId64 " }",
		    all ? "all" : "concerned", met, told);
	}
	rows_end(p, a, "security_notices");
	buf_fmt(&p->text, "\nSecurity notices: %u\n", n);
}

static void
breaches_write(struct pack *p, struct span *a)
{
	uint32_t n = unpack_u32(a);

	rows_begin(p, "breaches", false);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		row_begin(p, i);
		buf_text(&p->json, "\"known\": ");
		day_put(&p->json, unpack_i64(a));
		buf_text(&p->json, ", \"authority_told\": ");
		day_put(&p->json, unpack_i64(a));
		buf_fmt(&p->json, ", \"concerned\": %" PRId64 ", \"closed\": ", unpack_i64(a));
		day_put(&p->json, unpack_i64(a));
		buf_text(&p->json, " }");
	}
	rows_end(p, a, "breaches");
	buf_fmt(&p->text, "\nBreaches in the register: %u\n", n);
}

static void
runs_write(struct pack *p, struct span *a)
{
	uint32_t n = unpack_u32(a);

	rows_begin(p, "retention_runs", false);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		int64_t day = unpack_i64(a);
		uint32_t rule = unpack_u32(a);
		int64_t rows = unpack_i64(a);

		row_begin(p, i);
		buf_text(&p->json, "\"day\": ");
		day_put(&p->json, day * DAY);
		buf_fmt(&p->json, ", \"rule\": \"%s\", \"rows\": %" PRId64 " }",
		    rule < RETAIN__COUNT && retain_rows[rule].name != NULL ? retain_rows[rule].name : "unknown", rows);
	}
	rows_end(p, a, "retention_runs");
}

/* A community's name may hold anything: JSON as it has to be. */
static void
guests_write(struct pack *p, struct span *a)
{
	uint32_t n = unpack_u32(a);

	rows_begin(p, "guest_officers", false);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		int64_t since = unpack_i64(a), until = unpack_i64(a), ended = unpack_i64(a);
		bool voted = unpack_u8(a) != 0;
		char community[GUEST_WORDS + 1], site[GUEST_SITE + 1];

		unpack_text(a, community, sizeof(community));
		unpack_text(a, site, sizeof(site));
		row_begin(p, i);
		buf_text(&p->json, "\"since\": ");
		day_put(&p->json, since);
		buf_text(&p->json, ", \"until\": ");
		day_put(&p->json, until);
		buf_text(&p->json, ", \"ended\": ");
		day_put(&p->json, ended);
		buf_fmt(&p->json, ", \"voted\": %s, \"community\": ", voted ? "true" : "false");
		json_string(&p->json, span_text(community));
		buf_text(&p->json, ", \"site\": ");
		json_string(&p->json, span_text(site));
		buf_text(&p->json, " }");
	}
	buf_text(&p->json, " ]");
	buf_fmt(&p->text, "\nGuest officers, each for one disclosure: %u\n", n);
}

static void
count_name(uint32_t what, char into[96])
{
	uint32_t c = what - REPORT_CASES;

	if (what >= REPORT_DECISIONS)
		snprintf(into, 96, "decision: %s: %s", decision_word("kind", (what - REPORT_DECISIONS) / 8), decision_word("state", what % 8));
	else if (what >= REPORT_CASES)
		snprintf(into, 96, "case: %s: %s", c / 16 < CASE_KIND__COUNT && case_kinds[c / 16].name != NULL ? case_kinds[c / 16].name : "unknown",
		    name_of(outcome_names, COUNT(outcome_names), c % 16));
	else if (what >= REPORT_FIELDS)
		snprintf(into, 96, "given: %s", what - REPORT_FIELDS < FIELD__COUNT && fields[what - REPORT_FIELDS].name != NULL ?
		    fields[what - REPORT_FIELDS].name : "unknown");
	else if (what >= REPORT_EVENTS)
		snprintf(into, 96, "%s", name_of(event_names, COUNT(event_names), what - REPORT_EVENTS));
	else
		snprintf(into, 96, "lines: %s", what < PURPOSE__COUNT && purposes[what].name != NULL ? purposes[what].name : "unknown");
}

static void
report_write(struct pack *p, struct span *a)
{
	uint32_t n;

	(void)unpack_i64(a);		/* silences, and reports that are told later: listed above */
	(void)unpack_i64(a);
	(void)unpack_i64(a);
	n = unpack_u32(a);
	rows_begin(p, "counts", false);
	buf_text(&p->text, "\nCounts by quarter\n");
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		char name[96];
		int64_t quarter, times;

		count_name(unpack_u32(a), name);
		quarter = unpack_i64(a);
		times = unpack_i64(a);
		row_begin(p, i);
		buf_fmt(&p->json, "\"what\": \"%s\", \"quarter\": \"%" PRId64 "-Q%" PRId64 "\", \"n\": %" PRId64 " }", name, quarter / 4,
		    quarter % 4 + 1, times);
		buf_fmt(&p->text, "  %" PRId64 "-Q%" PRId64 "  %-48s %" PRId64 "\n", quarter / 4, quarter % 4 + 1, name, times);
	}
	buf_text(&p->json, " ]\n}\n");
}

static bool
proofs_write(struct pack *p, struct span *a, struct err *e)
{
	int64_t size = unpack_i64(a);
	struct span note = unpack_bytes(a);
	uint32_t n;

	if (size > 0)
		TRY(put(p, "checkpoint.txt", note, e));
	TRY(folder(p, "proofs", e));
	n = unpack_u32(a);
	buf_fmt(&p->text, "\nLedger: %" PRId64 " entries under the newest checkpoint\n\nLines about the site, each with a proof\n", size);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		int64_t number = unpack_i64(a);
		char words[256], name[64];

		unpack_text(a, words, sizeof(words));
		snprintf(name, sizeof(name), "proofs/entry-%" PRId64 ".txt", number);
		TRY(put(p, name, unpack_bytes(a), e));
		buf_fmt(&p->text, "  %s: %s\n", name, words);
	}
	return true;
}

/* Every version there was, and which of them is in force. */
static void
policies_write(struct pack *p)
{
	static const char *const names[POLICY__COUNT] = { [POLICY_AGREEMENT] = "agreement", [POLICY_STATEMENT] = "statement" };
	int64_t now = clock_now();

	buf_text(&p->json, ",\n  \"policies\": [");
	for (size_t i = 0; i < policy_versions.n; i++) {
		const struct policy_version *v = &policy_versions.row[i];

		buf_fmt(&p->json, "%s\n    { \"policy\": \"%s\", \"version\": %u, \"from\": \"%s\", \"in_force\": %s }", i == 0 ? "" : ",",
		    names[v->which], v->number, v->from, policy_number(v->which, now) == v->number ? "true" : "false");
	}
	buf_text(&p->json, "\n  ]");
}

static bool
keeper_write(struct pack *p, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	TRY(talk("keeper", KEEPER_AUDIT_PACK, NULL, &out, TALK_WAIT_MS, e));
	a = span_buf(&out);
	buf_text(&p->json, "{\n  \"format\": \"troth audit 1\"");
	policies_write(p);
	seats_write(p, &a);
	decisions_write(p, &a);
	spans_write(p, &a, "silences", "given", "Silences in force");
	spans_write(p, &a, "reports_told_later", "since", "Reports whose member is told later");
	notices_write(p, &a);
	breaches_write(p, &a);
	runs_write(p, &a);
	guests_write(p, &a);
	TRY(proofs_write(p, &a, e));
	report_write(p, &a);
	TRY(unpack_end(&a, "audit", e));
	TRY(buf_ok(&p->json, e));
	TRY(buf_ok(&p->text, e));
	TRY(put(p, "audit.json", span_buf(&p->json), e));
	return put(p, "audit.txt", span_buf(&p->text), e);
}

/* ---- what lies in the state folder, and the tables of the program ---- */

static bool
retention_write(struct pack *p, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	for (size_t i = 1; i < RETAIN__COUNT; i++)
		buf_fmt(&b, "%s\n  %s\n  kept: %s\n  why: %s\n  decided by: %s\n\n", retain_rows[i].name, retain_rows[i].what,
		    retain_rows[i].until, retain_rows[i].why, retain_rows[i].who);
	TRY(buf_ok(&b, e));
	return put(p, "retention.txt", span_buf(&b), e);
}

static bool
configuration_write(struct pack *p, const struct settings *set, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	conf_explain(&b, setting_rows, setting_count, set);
	TRY(buf_ok(&b, e));
	return put(p, "configuration.txt", span_buf(&b), e);
}

static bool
certificate_write(struct pack *p, const char *name, struct buf *prints, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	unsigned char hash[SHA256_DIGEST_LENGTH];
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "www/%.200s", name);
	TRY(file_get_itself(path, &der, e));	/* www/ is the clerk's */
	SHA256((const unsigned char *)der.data, der.len, hash);
	buf_hex(prints, hash, sizeof(hash));
	buf_fmt(prints, "  %.200s\n", name);
	snprintf(path, sizeof(path), "certificates/%.200s", name);
	return put(p, path, span_buf(&der), e);
}

static void dir_close(DIR **d) { if (*d != NULL) closedir(*d); }

static bool
certificates_write(struct pack *p, struct err *e)
{
	DROP(dir_close) DIR *d = opendir("www");
	DROP(buf_wipe) struct buf prints = {0}, key = {0};

	if (d == NULL)
		return FAIL(e, ERR_IO, "www: %s", strerror(errno));
	TRY(folder(p, "certificates", e));
	for (const struct dirent *f; (f = readdir(d)) != NULL;) {
		size_t n = strlen(f->d_name);

		if (n > 4 && strcmp(f->d_name + n - 4, ".der") == 0)
			TRY(certificate_write(p, f->d_name, &prints, e));
	}
	TRY(buf_ok(&prints, e));
	TRY(put(p, "certificates/fingerprints.txt", span_buf(&prints), e));
	TRY(file_get_itself("www/ledger.pub", &key, e));
	return put(p, "ledger.pub", span_buf(&key), e);
}

static bool
all_write(struct pack *p, const struct settings *set, struct err *e)
{
	TRY(keeper_write(p, e));
	TRY(retention_write(p, e));
	TRY(configuration_write(p, set, e));
	return certificates_write(p, e);
}

/* Half a pack would be taken for one, and keep its place from the next. */
static void
undo(const struct pack *p)
{
	static const char *const inside[] = { "/proofs", "/certificates", "" }, *const none[] = { NULL };
	char path[PATH_MAX];

	for (size_t i = 0; i < COUNT(inside); i++) {
		struct err e = {0};

		if (snprintf(path, sizeof(path), "%s%s", p->dir, inside[i]) < (int)sizeof(path) && file_there(path) &&
		    (!folder_clear(path, none, &e) || rmdir(path) != 0))
			log_warn("%.200s is part of half a pack: remove it", path);
	}
}

bool
command_audit(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(pack_drop) struct pack p = {0};
	char here[PATH_MAX] = "";

	if (strcmp(c->word[0], "pack") != 0)
		return FAIL(e, ERR_INPUT, "usage: troth audit pack DIR");
	if (c->word[1][0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return FAIL(e, ERR_IO, "cannot tell which folder this is");
	if (snprintf(p.dir, sizeof(p.dir), "%s%s%s", here, here[0] == '\0' ? "" : "/", c->word[1]) >= (int)sizeof(p.dir))
		return FAIL(e, ERR_INPUT, "%.100s: the path is too long", c->word[1]);
	TRY(state_visit(&s, c->line.state, e));
	TRY(folder(&p, "", e));
	if (!all_write(&p, &c->set, e)) {
		undo(&p);
		return false;
	}
	printf("%d files in %s. No personal data is in them; `troth-ledger check DIR/proofs/entry-N.txt --key DIR/ledger.pub` checks "
	    "a line.\n", p.files, p.dir);
	return true;
}
