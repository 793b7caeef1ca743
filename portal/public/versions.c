/* portal/public/versions.c - versions of the two policies: the list, each as it was, and what changed in it. */
#include <openssl/evp.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/public/policy_views.h"
#include "portal/public/routes.h"

static const char *const words[POLICY__COUNT] = { [POLICY_AGREEMENT] = "agreement", [POLICY_STATEMENT] = "statement" };
static const char *const titles[POLICY__COUNT] = { [POLICY_AGREEMENT] = MSG("Community agreement"), [POLICY_STATEMENT] = MSG("Privacy statement") };

static const struct policy_text *
kept(enum policy which, int64_t number, const char *lang)
{
	for (size_t i = 0; i < policy_text_count; i++)
		if (policy_texts[i].which == which && policy_texts[i].number == number && strcmp(policy_texts[i].lang, lang) == 0)
			return &policy_texts[i];
	return NULL;
}

const struct policy_text *
policy_text(enum policy which, int64_t number, const char *lang)
{
	const struct policy_text *text = kept(which, number, lang);

	return text != NULL ? text : kept(which, number, "en");
}

bool
policy_text_pair(const struct policy_text *pair[2], enum policy which, int64_t was, int64_t is, const char *lang)
{
	if (kept(which, was, lang) == NULL || kept(which, is, lang) == NULL)
		lang = "en";
	pair[0] = kept(which, was, lang);
	pair[1] = kept(which, is, lang);
	return pair[0] != NULL && pair[1] != NULL;
}

/* ---- the list ---- */

static void digest_drop(EVP_MD_CTX **c) { EVP_MD_CTX_free(*c); }

/* Of its file: each paragraph ends with a line's end. */
static bool
digest(const struct lines *l, char into[65], struct err *e)
{
	DROP(digest_drop) EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	bool good = c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; i < l->n && good; i++)
		good = EVP_DigestUpdate(c, l->line[i], strlen(l->line[i])) == 1 && EVP_DigestUpdate(c, "\n", 1) == 1;
	if (!good || EVP_DigestFinal_ex(c, sum, &n) != 1)
		return FAIL(e, ERR_CRYPTO, "digest of a policy");
	for (unsigned i = 0; i < 32; i++)
		snprintf(into + 2 * i, 3, "%02x", sum[i]);
	return true;
}

static bool
row_fill(const struct visit *v, const struct policy_version *p, struct version_row *r, struct err *e)
{
	const char *word = words[p->which];

	*r = (struct version_row){ .version = p, .text = policy_text(p->which, p->number, "en"),
	    .in_force = p->number == policy_number(p->which, v->now), .coming = p->number > policy_number(p->which, v->now) };
	snprintf(r->path, sizeof(r->path), "/policy/%s/%u", word, p->number);
	if (p->number > 1)
		snprintf(r->changes, sizeof(r->changes), "/policy/changes/%s/%u", word, p->number);
	return r->text == NULL || digest(&r->text->text, r->sha256, e);
}

bool
policy_versions_show(struct visit *v, struct err *e)
{
	struct versions_view w = {0};

	for (size_t i = policy_versions.n; i > 0 && w.n < VERSIONS_SHOWN; i--)
		TRY(row_fill(v, &policy_versions.row[i - 1], &w.row[w.n++], e));
	page_policy_versions(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* ---- one ---- */

static bool
find(const struct visit *v, enum policy which, struct version_view *w, struct err *e)
{
	int64_t number = 0;

	for (const char *s = v->tail; *s >= '0' && *s <= '9' && number < 1000; s++)
		number = number * 10 + (*s - '0');
	if (v->tail[strspn(v->tail, "0123456789")] == '\0')
		w->version = policy_find(&policy_versions, which, number);
	w->text = w->version == NULL ? NULL : policy_text(which, number, v->lang);
	if (w->text == NULL)
		return FAIL(e, ERR_ABSENT, "policy: no such version");
	w->before = policy_find(&policy_versions, which, number - 1);
	w->title = titles[which];
	w->in_force = number == policy_number(which, v->now);
	w->coming = number > policy_number(which, v->now);
	return true;
}

static bool
version(struct visit *v, enum policy which, struct err *e)
{
	struct version_view w = {0};

	TRY(find(v, which, &w, e));
	page_policy_version(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool policy_agreement_show(struct visit *v, struct err *e) { return version(v, POLICY_AGREEMENT, e); }
bool policy_statement_show(struct visit *v, struct err *e) { return version(v, POLICY_STATEMENT, e); }

/* Until a new agreement counts, the page shows the one that does. */
bool
agreement_show(struct visit *v, struct err *e)
{
	const struct policy_version *now = policy_at(&policy_versions, POLICY_AGREEMENT, v->now);
	struct version_view w = { .version = now, .text = policy_text(POLICY_AGREEMENT, now->number, v->lang),
	    .title = titles[POLICY_AGREEMENT], .in_force = true };

	if (now == policy_newest(&policy_versions, POLICY_AGREEMENT) || w.text == NULL)
		page_agreement(&v->page, v);
	else
		page_policy_version(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* ---- what changed ---- */

static bool
changes(struct visit *v, enum policy which, struct err *e)
{
	const struct policy_text *pair[2];
	struct version_view w = {0};
	bool good;

	TRY(find(v, which, &w, e));
	if (w.before == NULL || !policy_text_pair(pair, which, w.before->number, w.version->number, v->lang))
		return FAIL(e, ERR_ABSENT, "policy: no version before");
	w.lang = pair[1]->lang;
	good = difference_make(&pair[0]->text, &pair[1]->text, &w.difference, e);
	if (good)
		page_policy_changes(&v->page, v, &w);
	difference_wipe(&w.difference);
	return good && buf_ok(&v->page, e);
}

bool changes_agreement_show(struct visit *v, struct err *e) { return changes(v, POLICY_AGREEMENT, e); }
bool changes_statement_show(struct visit *v, struct err *e) { return changes(v, POLICY_STATEMENT, e); }

bool
policy_change_add(const struct visit *v, struct policy_view *w, enum policy which, int64_t known, struct err *e)
{
	struct policy_change *c = &w->change[w->n];
	const struct policy_text *pair[2];

	c->is = policy_at(&policy_versions, which, v->now);
	if (c->is->number <= known)
		return true;
	w->n++;
	if (!policy_text_pair(pair, which, known, c->is->number, v->lang))
		return true;
	c->lang = pair[1]->lang;
	c->was = policy_find(&policy_versions, which, known);
	return c->was == NULL || difference_make(&pair[0]->text, &pair[1]->text, &c->difference, e);
}

void
policy_view_wipe(struct policy_view *w)
{
	for (size_t i = 0; i < COUNT(w->change); i++)
		difference_wipe(&w->change[i].difference);
}
