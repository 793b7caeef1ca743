/*
 * portal/public/p3p.c - the privacy statement for programs: P3P 1.0 (W3C recommendation of 2002).
 *
 *	/w3c/p3p.xml	which policy holds for which pages (sections 2.2 and 2.3 of it)
 *	/w3c/policy.xml	the policies: one for visitors, one for members
 *
 * Each purpose of the purpose table is a STATEMENT, each field of it a DATA
 * element.  What P3P has words of its own for (recipients, retention, kinds of
 * data) is chosen here once, so that neither file can say what the program does not do.
 */
#include <string.h>
#include "ledger/base/log.h"
#include "portal/public/routes.h"
#include "portal/web/say.h"
#include "privacy/purpose.h"

#define XMLNS	"http://www.w3.org/2002/01/P3Pv1"
#define XML	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define FRESH	86400	/* seconds for which a program need not look again: section 2.3.2.3 */

/* P3P's base data schema where it has the field (sections 5.5 and 5.6), else miscdata with its category. */
static const struct { const char *ref, *category; } refs[FIELD__COUNT] = {
	[FIELD_ADDRESS] = { "#user.home-info.online.email", NULL },
	[FIELD_GIVEN] = { "#user.name.given", NULL }, [FIELD_MIDDLE] = { "#user.name.middle", NULL },
	[FIELD_FAMILY] = { "#user.name.family", NULL }, [FIELD_SUFFIX] = { "#user.name.suffix", NULL },
	[FIELD_BIRTH] = { "#user.bdate", NULL },
	[FIELD_NATIONALITY] = { "#dynamic.miscdata", "demographic" },
	[FIELD_DOC_KIND] = { "#dynamic.miscdata", "government" }, [FIELD_DOC_NUMBER] = { "#dynamic.miscdata", "government" },
	[FIELD_QUESTION] = { "#dynamic.miscdata", "content" }, [FIELD_CREDENTIAL] = { "#user.login.password", NULL },
	[FIELD_DOMAIN] = { "#dynamic.miscdata", "online" },
	[FIELD_CERT_BODY] = { "#user.cert", NULL }, [FIELD_CERT_LABEL] = { "#dynamic.miscdata", "content" },
	[FIELD_MAIL_BODY] = { "#dynamic.miscdata", "content" },
	[FIELD_MEETING] = { "#dynamic.miscdata", "location" },
	[FIELD_SIGNER] = { "#user.name", NULL }, [FIELD_INITIALS] = { "#user.name", NULL },
	[FIELD_CODE] = { "#dynamic.miscdata", "uniqueid" }, [FIELD_MESSAGE] = { "#dynamic.miscdata", "content" },
};

/* Section 3.3.5: who is bound by the community's agreement is "same", who merely carries is "delivery". */
static const struct { enum purpose purpose; const char *element; } recipients[] = {
	{ PURPOSE_SEND_MAIL, "delivery" }, { PURPOSE_HANDOVER, "same" }, { PURPOSE_MATCH, "same" }, { PURPOSE_SHOW, "same" },
	{ PURPOSE_ASSURE, "same" }, { PURPOSE_OBJECTION, "same" }, { PURPOSE_EVENT_VISIT, "same" }, { PURPOSE_EVENT_LIST, "same" },
	{ PURPOSE_THIRD_PARTY, "same" }, { PURPOSE_CONTACT, "same" }, { PURPOSE_DIRECTORY, "public" }, { PURPOSE_EVENT, "public" },
	{ PURPOSE_CERT_CHANGE, "public" }, { PURPOSE_ISSUE, "public" }, { PURPOSE_ERASE_ACCOUNT, "public" }, { PURPOSE_SEAT, "public" },
	{ PURPOSE_GUEST, "same" }, { PURPOSE_CASE, "same" }, { PURPOSE_CASE_REQUEST, "same" }, { PURPOSE_CASE_IDENTITY, "same" }, { PURPOSE_CASE_REACH, "same" },
	{ PURPOSE_CASE_FRAUD, "same" },
	{ PURPOSE_NAME_CHANGE, "same" }, { PURPOSE_LOST_MATCH, "same" }, { PURPOSE_TRUSTED, "same" }, { PURPOSE_LIST, "delivery" },
};

static const char *
recipient_of(enum purpose p)
{
	for (size_t i = 0; i < COUNT(recipients); i++)
		if (recipients[i].purpose == p)
			return recipients[i].element;
	return "unrelated";
}

/* ---- one statement ---- */

static void
text(const struct visit *v, struct buf *b, const char *msgid)
{
	buf_html(b, say(v, msgid));
}

static bool
data_group(struct buf *b, const struct purpose_row *p, struct err *e)
{
	const char *before = "";

	buf_text(b, "<DATA-GROUP>");
	for (unsigned f = 1; f < FIELD__COUNT; f++) {
		if ((p->fields & FIELD_BIT(f)) == 0)
			continue;
		if (refs[f].ref == NULL)
			return FAIL(e, ERR_IO, "P3P: no word for field %u", f);
		/* what P3P has one word for stands once */
		if (refs[f].category != NULL && strcmp(before, refs[f].category) == 0)
			continue;
		before = refs[f].category == NULL ? "" : refs[f].category;
		buf_fmt(b, "<DATA ref=\"%s\">", refs[f].ref);
		if (refs[f].category != NULL)
			buf_fmt(b, "<CATEGORIES><%s/></CATEGORIES>", refs[f].category);
		buf_text(b, "</DATA>");
	}
	/* that it happened, when, in whose session */
	if (p->fields == 0)
		buf_text(b, "<DATA ref=\"#dynamic.miscdata\"><CATEGORIES><state/></CATEGORIES></DATA>");
	buf_text(b, "</DATA-GROUP>");
	return true;
}

static bool
statement(const struct visit *v, struct buf *b, enum purpose which, struct err *e)
{
	const struct purpose_row *p = &purposes[which];

	buf_text(b, "<STATEMENT><CONSEQUENCE>");
	text(v, b, p->says);
	buf_text(b, " ");
	text(v, b, p->keeps);
	buf_text(b, "</CONSEQUENCE>");
	buf_text(b, p->kind == KIND_SYSTEM ? "<PURPOSE><admin/></PURPOSE>" : "<PURPOSE><current/></PURPOSE>");
	buf_text(b, "<RECIPIENT><ours/>");
	if (p->recipient != NULL) {
		buf_fmt(b, "<%s><recipient-description>", recipient_of(which));
		text(v, b, p->recipient);
		buf_fmt(b, "</recipient-description></%s>", recipient_of(which));
	}
	buf_text(b, "</RECIPIENT>");
	buf_text(b, strcmp(p->basis, "legal duty") == 0 ? "<RETENTION><legal-requirement/></RETENTION>" :
	    "<RETENTION><stated-purpose/></RETENTION>");
	TRY(data_group(b, p, e));
	buf_text(b, "</STATEMENT>\n");
	return true;
}

/* ---- the two policies ---- */

static void
business(struct buf *b, const char *ref, const char *value)
{
	if (value[0] == '\0')
		return;
	buf_fmt(b, "<DATA ref=\"#business.%s\">", ref);
	buf_html(b, value);
	buf_text(b, "</DATA>");
}

/* Sections 3.2.4 to 3.2.6: who is responsible, that one sees everything, and where to complain. */
static void
head(const struct visit *v, struct buf *b, const char *name, const char *access)
{
	const struct site *s = v->site;

	buf_fmt(b, "<POLICY name=\"%s\" xml:lang=\"%s\" discuri=\"", name, v->lang);
	buf_html(b, s->base_https);
	buf_text(b, "/privacy\" opturi=\"");
	buf_html(b, s->base_https);
	buf_text(b, "/privacy#rights\">\n<ENTITY><DATA-GROUP>");
	business(b, "name", s->association[0] == '\0' ? s->name : s->association);
	business(b, "contact-info.postal.street", s->postal);
	business(b, "contact-info.online.email", strchr(s->privacy_contact, '@') == NULL ? "" : s->privacy_contact);
	business(b, "contact-info.online.uri", s->base_https);
	buf_fmt(b, "</DATA-GROUP></ENTITY>\n<ACCESS><%s/></ACCESS>\n<DISPUTES-GROUP><DISPUTES resolution-type=\"law\" service=\"", access);
	buf_html(b, s->base_https);
	buf_text(b, "/privacy#rights\" short-description=\"");
	text(v, b, MSG("to the data protection authority where you live"));
	buf_text(b, "\"><REMEDIES><correct/></REMEDIES></DISPUTES></DISPUTES-GROUP>\n");
}

static void
visitors(const struct visit *v, struct buf *b)
{
	head(v, b, "visitors", "nonident");
	buf_text(b, "<STATEMENT><CONSEQUENCE>");
	text(v, b, MSG("Your network address is held in memory for a moment, to slow down floods, and is never written. Openings of public pages are counted, not people."));
	buf_text(b, "</CONSEQUENCE><NON-IDENTIFIABLE/><PURPOSE><current/><admin/></PURPOSE><RECIPIENT><ours/></RECIPIENT>"
	    "<RETENTION><no-retention/></RETENTION><DATA-GROUP><DATA ref=\"#dynamic.clickstream\"/></DATA-GROUP></STATEMENT>\n</POLICY>\n");
}

static bool
members(const struct visit *v, struct buf *b, struct err *e)
{
	head(v, b, "members", "all");
	for (unsigned p = PURPOSE_NO_PERSONAL_DATA + 1; p < PURPOSE__COUNT; p++)
		if (p != PURPOSE_SITE)
			TRY(statement(v, b, (enum purpose)p, e));
	buf_text(b, "</POLICY>\n");
	return true;
}

bool
p3p_policy_show(struct visit *v, struct err *e)
{
	v->type = "text/xml; charset=utf-8";
	buf_fmt(&v->page, XML "<POLICIES xmlns=\"" XMLNS "\">\n<EXPIRY max-age=\"%d\"/>\n", FRESH);
	visitors(v, &v->page);
	TRY(members(v, &v->page, e));
	buf_text(&v->page, "</POLICIES>\n");
	return buf_ok(&v->page, e);
}

/* Forms by which one becomes known, and all pages below a session, are the members' policy's. */
bool
p3p_reference_show(struct visit *v, struct err *e)
{
	static const char *const known[] = { "/~*", "/join", "/sign-in*", "/forgot", "/reset/*", "/verify/*", "/contact/*", "/once/*", "/stop/*",
	    "/case*", "/lost/*", "/erase/*", "/status" };
	struct buf *b = &v->page;

	v->type = "text/xml; charset=utf-8";
	buf_fmt(b, XML "<META xmlns=\"" XMLNS "\">\n<POLICY-REFERENCES>\n<EXPIRY max-age=\"%d\"/>\n", FRESH);
	buf_text(b, "<POLICY-REF about=\"/w3c/policy.xml#members\">");
	for (size_t i = 0; i < COUNT(known); i++)
		buf_fmt(b, "<INCLUDE>%s</INCLUDE>", known[i]);
	buf_text(b, "</POLICY-REF>\n<POLICY-REF about=\"/w3c/policy.xml#visitors\"><INCLUDE>/*</INCLUDE>");
	for (size_t i = 0; i < COUNT(known); i++)
		buf_fmt(b, "<EXCLUDE>%s</EXCLUDE>", known[i]);
	buf_text(b, "</POLICY-REF>\n</POLICY-REFERENCES>\n</META>\n");
	return buf_ok(b, e);
}
