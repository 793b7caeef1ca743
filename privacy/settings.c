#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/pack.h"
#include "ledger/note.h"
#include "privacy/facts/person.h"
#include "privacy/lists.h"
#include "privacy/keeper/op_disclose.h"
#include "privacy/settings.h"

#define INT(member, name, preset, least, most, says) \
	{ name, CONF_INT, preset, least, most, NULL, offsetof(struct settings, member), says }
#define TIME(member, name, preset, least, most, says) \
	{ name, CONF_SECONDS, preset, least, most, NULL, offsetof(struct settings, member), says }
#define TEXT(member, name, preset, most, says) \
	{ name, CONF_TEXT, preset, 0, most, NULL, offsetof(struct settings, member), says }
#define BOOL(member, name, preset, says) \
	{ name, CONF_BOOL, preset, 0, 1, NULL, offsetof(struct settings, member), says }
#define YEAR	(365 * DAY)

const struct conf_row setting_rows[] = {
	/* site */
	TEXT(site_name, "site.name", "Troth", 60, "Name of the site, on top of every page."),
	TEXT(site_host, "site.host", "localhost", 253,
	    "Host name in every address; localhost means: for trying things out, on this machine only."),
	TEXT(site_logo, "site.logo", "", 200,
	    "Picture beside the name: a path below /static/, empty for none."),
	TEXT(association, "site.association", "", 200,
	    "Who runs this site, for the imprint: the association's full name."),
	TEXT(registration, "site.registration", "", 200,
	    "Where the association is registered and under which number, for the imprint."),
	TEXT(postal, "site.postal", "", 300,
	    "Postal address, for the imprint; commas separate its lines."),
	TEXT(privacy_contact, "site.privacy_contact", "", 200,
	    "Address that answers questions about privacy, for imprint and statement."),
	TEXT(bind_address, "site.bind", "127.0.0.1", 45,
	    "Address nginx listens on; 0.0.0.0 for all of IPv4, :: for all of IPv6 and IPv4; with site.host localhost also [::1]."),
	INT(http_port, "site.http_port", "8080", 0, 65535, "Port for http; 0 picks a free one."),
	INT(https_port, "site.https_port", "8443", 0, 65535, "Port for https; 0 picks a free one."),
	INT(cert_port, "site.cert_port", "0", 0, 65535,
	    "Port for signing in by certificate; 0 is the one after https, or a free one when https is 0."),
	INT(public_http_port, "site.public_http_port", "0", 0, 65535,
	    "Port for http as written in addresses, when something stands before nginx; 0: the same."),
	INT(public_https_port, "site.public_https_port", "0", 0, 65535,
	    "Port for https as written in addresses; 0: the same."),
	INT(public_cert_port, "site.public_cert_port", "0", 0, 65535,
	    "Certificate sign-in port as written in addresses; 0: the same."),
	INT(clock_shift, "clock.shift", "0", -10 * (int64_t)YEAR, 10 * (int64_t)YEAR,
	    "Testing aid: seconds added to the clock of all processes; every page says so when it is not 0."),
	TIME(hang_limit, "process.hang_limit", "2m", 0, DAY,
	    "A process that has not moved on for so long hangs: it is killed and started again; 0: never, for debugging. Not below two minutes: slow disks and slow readers take their time. With systemd, WatchdogSec of the units counts beside it."),
	BOOL(unwalled, "site.unwalled", "no",
	    "Run under one user without Landlock: processes can read each other's files, and every page says so."),

	/* nginx */
	TEXT(tls_certificate_file, "nginx.tls_certificate", "", 400,
	    "PEM file with the site's certificate chain; empty: nginx/tls.crt of the state folder."),
	TEXT(tls_key_file, "nginx.tls_key", "", 400,
	    "PEM file with its key; empty: nginx/tls.key of the state folder."),
	INT(posts_per_minute, "nginx.posts_per_minute", "120", 1, 60000,
	    "Forms that need no session (joining, signing in, opening a case) that one network address may send each minute."),
	INT(requests_at_once, "nginx.requests_at_once", "200", 1, 60000,
	    "Requests of one network address that may be under way at once, slow ones too; a school or an office often has one address."),

	/* portal */
	INT(portal_workers, "portal.workers", "2", 1, 64, "Processes that answer pages."),
	INT(portal_threads, "portal.threads", "24", 9, 256,
	    "Threads in each that answer what the one that listens can not at once; a quarter of them hand out copies of data."),

	/* keeper: lives and limits */
	TIME(session_idle, "session.idle", "30m", MINUTE, DAY, "A session ends after so long without a page."),
	TIME(session_idle_shared, "session.idle_shared", "5m", MINUTE, HOUR,
	    "The same where \"this is a shared computer\" was ticked."),
	TIME(session_life, "session.life", "12h", 5 * MINUTE, 7 * DAY, "A session ends after so long in any case."),
	TIME(fresh_life, "session.fresh", "10m", MINUTE, HOUR,
	    "So long after the password was typed the fields behind it are shown."),
	TIME(old_token_life, "session.old_token", "2m", 0, 10 * MINUTE,
	    "So long the address before the last password may still show pages, for other tabs."),
	TIME(join_life, "join.life", "48h", HOUR, 30 * DAY, "A join that was not verified is forgotten after so long."),
	TIME(mail_token_life, "mail.token_life", "48h", 10 * MINUTE, 30 * DAY,
	    "A link in a mail that proves an address or a domain works so long."),
	TIME(reset_token_life, "reset.token_life", "1h", 10 * MINUTE, DAY,
	    "The link for a forgotten password works so long."),
	INT(reset_tries, "reset.tries", "5", 1, 20, "Tries at the recovery questions within reset.window."),
	TIME(reset_window, "reset.window", "30d", DAY, YEAR, "How far back tries at the questions are counted."),
	TIME(reset_bar, "reset.bar", "72h", 0, 30 * DAY,
	    "So long after a recovery: no names in certificates, role acts, export, erasure, address changes."),
	INT(argon_memory_kib, "argon.memory", "65536", 8192, 4194304,
	    "Memory of one password hash in KiB (Argon2id); also read when old hashes are checked."),
	INT(argon_passes, "argon.passes", "3", 1, 20, "Passes of one password hash."),
	INT(argon_children, "argon.children", "1", 1, 16, "Password hashes made at the same time."),
	INT(argon_queue, "argon.queue", "32", 1, 1000,
	    "Password hashes that may wait; more are told to come back in a moment."),
	INT(max_addresses, "limit.addresses", "20", 1, 1000, "E-mail addresses of one member."),
	INT(max_domains, "limit.domains", "100", 1, 10000, "Domains of one member."),
	INT(max_certs_per_day, "limit.certificates_per_day", "50", 1, 100000,
	    "Certificates one member may have issued in 24 hours."),
	INT(max_mails_per_hour, "limit.mails_per_hour", "10", 1, 10000,
	    "Mails that requests may send to one mailbox in an hour."),
	TIME(document_life, "document.life", "30d", DAY, YEAR,
	    "An identity document is erased so long after its last use."),
	TIME(once_life, "once.life", "60", 5, 10 * MINUTE, "A one-use download address works so long."),
	INT(copy_step, "export.step", "32768", 64, 131072,
	    "Bytes read in one step of a member's copy: larger is faster, smaller holds up other requests less."),
	TIME(officer_code_life, "officer.code_life", "1h", MINUTE, DAY, "An officer code works so long."),
	TIME(erase_roles_kept, "erase.roles_kept", "3y", 0, 10 * (int64_t)YEAR,
	    "What tells that acts in a role were one person's outlives that person's erasure for so long."),
	TIME(domain_reprove, "domain.reprove", "200d", DAY, 398 * DAY,
	    "A proof older than this does not carry a new certificate; from 2027-03-15 on that is 100 days at most, from 2029-03-15 on 10."),
	TIME(domain_life, "domain.life", "365d", DAY, 398 * DAY, "A domain leaves the list of proved ones after so long."),
	TIME(exclusion_life, "exclusion.life", "5y", 30 * DAY, 5 * (int64_t)YEAR,
	    "An exclusion by two officers ends after so long, and the hashes of addresses that belong to it go."),
	TIME(dormant_after, "dormant.after", "3y", YEAR, 10 * (int64_t)YEAR,
	    "After how long without a sign-in or a followed link an account's owner is asked whether it is still wanted."),
	TIME(dormant_wait, "dormant.wait", "60d", 30 * DAY, YEAR,
	    "So long after that question, and without an answer, the erasure of the account begins."),
	TIME(trusted_wait, "trusted.wait", "30d", 14 * DAY, YEAR,
	    "After a trusted contact asked that an account be closed, its owner has so long to stop it."),
	TIME(lost_wait, "lost.wait", "14d", 7 * DAY, 45 * DAY,
	    "Where nobody vouched for who lost the way in: so long after an address was shown to be theirs a new password can be chosen."),
	TIME(case_kept, "desk.kept", "365d", 30 * DAY, 10 * (int64_t)YEAR,
	    "What was written in a case, and who it was, goes so long after it was closed."),
	TIME(disclosure_silence, "disclosure.silence", "365d", DAY, 5 * (int64_t)YEAR,
	    "Longest time for which the law may keep us from telling a member that data was given to an authority."),
	INT(disclosure_document, "disclosure.document", "196608", 1024, DISCLOSURE_DOCUMENT,
	    "Bytes of the document with which an authority asks for data."),
	TIME(caa_life, "caa.life", "8h", MINUTE, 8 * HOUR, "How old a look at CAA records may be at issuing."),

	/* mail */
	TEXT(smtp_url, "smtp.url", "", 300,
	    "Where mail goes: smtp://host:587 or smtps://host; empty: the Maildir outbox of the state folder, in clear, for development."),
	TEXT(smtp_user, "smtp.user", "", 200, "User name at the mail server; empty: no authentication."),
	TEXT(smtp_password_file, "smtp.password_file", "", 400, "File whose first line is its password."),
	TEXT(smtp_ca_file, "smtp.ca_file", "", 400, "PEM file of roots for the mail server; empty: the system's."),
	TEXT(mail_from, "mail.from", "troth@localhost", 200, "Sender address of every mail."),
	TEXT(mail_from_name, "mail.from_name", "Troth", 100, "Sender name of every mail."),
	BOOL(smtp_require_tls, "smtp.require_tls", "yes", "Refuse to hand mail over without TLS."),
	INT(mail_tries, "mail.tries", "8", 1, 50, "Tries at one mail, further and further apart."),
	TEXT(mail_lists, "mail.lists", "", 3000,
	    "Lists of mail members may ask for: \"news: What it brings; talk: What it brings > https://its.address\"; empty: none."),

	/* postbox */
	BOOL(post_lmtp, "post.lmtp", "no", "Take mail for cases by LMTP at run/lmtp.sock of the state folder."),
	INT(post_port, "post.port", "0", 0, 65535, "Take mail for cases by LMTP at this port of 127.0.0.1; 0: not."),
	TEXT(post_maildir, "post.maildir", "", 400,
	    "Take mail for cases out of this Maildir, which the postbox may write to; empty: none."),
	TEXT(post_address, "post.address", "", 200,
	    "The address whose mail opens cases, as the postbox is handed it; empty: mail.from."),
	INT(post_most_bytes, "post.most_bytes", "2097152", 4096, 33554432, "A mail larger than this is refused."),
	INT(post_per_hour, "post.per_hour", "60", 1, 100000, "Mails that become cases in an hour; more are told to come later."),

	/* prover */
	TEXT(resolver, "prover.resolver", "", 100,
	    "DNS forwarder as ADDRESS or ADDRESS@PORT; empty: ask from the root servers on."),
	TEXT(resolver_stub, "prover.stub", "", 1000,
	    "Zones with a server of their own: example.org=127.0.0.1@5353, comma between."),
	TEXT(trust_anchor, "prover.trust_anchor", "", 400,
	    "DNSSEC trust anchor file; empty: Debian's dns-root-data."),
	BOOL(mail_caa, "caa.mail", "no",
	    "Ask for CAA (issuemail, RFC 9495) before e-mail certificates too; then they need DNS at that moment."),
	TEXT(caa_identity, "prover.caa_identity", "", 253,
	    "Our name in CAA records: whoever lists it allows us to issue; empty: the site's host."),
	TIME(prover_timeout, "prover.timeout", "10", 1, MINUTE, "One proof may take so long in all."),
	INT(prover_at_once, "prover.at_once", "32", 1, 1000, "Look-ups under way at the same time."),
	INT(http_validation_port, "prover.http_port", "80", 1, 65535, "Port at which HTTP proofs are fetched."),
	BOOL(allow_private_addresses, "prover.allow_private", "no",
	    "Fetch HTTP proofs from private and loopback addresses, and ask name servers there, too (a network of one's own; tests)."),

	/* certificates */
	TEXT(policy_arc, "ca.policy_arc", "1.3.6.1.4.1.32473.1", 80,
	    "Object identifier below which .1 means Robot and .2 Assured; the default is RFC 5612's example number."),
	TEXT(weak_key_folder, "ca.weak_keys", "", 400,
	    "Folder with lists of known weak keys: sorted lower-case SHA-256 of the SubjectPublicKeyInfo, one a line."),
	TEXT(root_permitted, "ca.constraints", "", 1000,
	    "Domains this CA may vouch for, comma between, fixed at the ceremony; empty: all."),
	TIME(tls_robot_life, "ca.life.tls_robot", "90d", DAY, 199 * DAY, "Longest life of a Robot server certificate."),
	TIME(tls_assured_life, "ca.life.tls_assured", "199d", DAY, 199 * DAY,
	    "Longest life of an Assured server certificate."),
	TIME(mail_robot_life, "ca.life.mail_robot", "180d", DAY, 824 * DAY,
	    "Longest life of a Robot e-mail certificate."),
	TIME(mail_assured_life, "ca.life.mail_assured", "730d", DAY, 824 * DAY,
	    "Longest life of an Assured e-mail certificate."),
	TIME(root_list_life, "ca.root_list.life", "365d", 30 * DAY, 365 * DAY,
	    "How long the root's own list of revoked issuers is good; `troth root-list` signs the next with the root's key."),
	TIME(crl_life, "ca.crl.life", "7d", DAY, 10 * DAY, "From a CRL's thisUpdate to its nextUpdate."),
	TIME(crl_refresh, "ca.crl.refresh", "1d", 10 * MINUTE, 4 * DAY,
	    "Age at which a CRL is made anew even when nothing changed."),
	TIME(ocsp_life, "ca.ocsp.life", "12h", 8 * HOUR, 10 * DAY, "From an OCSP answer's thisUpdate to its nextUpdate."),
	TIME(suspension_life, "ca.suspension", "30d", DAY, 30 * DAY,
	    "A suspended certificate is revoked after so long without word from its owner."),
	TEXT(ca_organisation, "ca.organisation", "Troth", 64,
	    "Organisation in the names of root and issuers, fixed at the ceremony."),
	TEXT(ca_country, "ca.country", "XX", 2, "ISO 3166 country of the organisation, fixed at the ceremony; XX: none."),
	INT(crl_shards, "ca.crl.shards", "1", 1, 4096,
	    "How many CRLs each issuer's new certificates are spread over; never make it smaller."),
	BOOL(tls_common_name, "ca.tls_common_name", "yes",
	    "Server certificates repeat their first name as common name; public rules advise against it, OpenVPN and other older programs want it."),

	/* the web of trust */
#define TRUST_AT(member) offsetof(struct settings, trust.member)
#include "privacy/facts/trust_rows.h"
#undef TRUST_AT

	/* ledger */
	TEXT(ledger_origin, "ledger.origin", "", 200,
	    "Name of the ledger in its signed checkpoints; empty: the site's host."),
	TIME(longest_gap, "ledger.longest_gap", "400d", DAY, 100 * (int64_t)YEAR,
	    "A clock that stands further than this after the ledger's last entry is taken to be wrong, and nothing is written or signed. A site that really stood still for longer is started once with a longer one."),
};
const size_t setting_count = COUNT(setting_rows);

bool
settings_public(const struct settings *s)
{
	return strcmp(s->site_host, "localhost") != 0 && strcmp(s->site_host, "127.0.0.1") != 0 &&
	    strcmp(s->site_host, "[::1]") != 0;
}

/* What the Baseline Requirements allow less of from a day on; the latest first. */
struct falling { int64_t from, most; };
static const struct falling tls_lives[] = {
	{ INT64_C(1868227200), 46 * DAY },	/* 2029-03-15 */
	{ INT64_C(1805068800), 99 * DAY },	/* 2027-03-15 */
};
static const struct falling proof_lives[] = {
	{ INT64_C(1868227200), 10 * DAY },
	{ INT64_C(1805068800), 100 * DAY },
};

static int64_t
fallen(const struct falling *f, size_t n, int64_t set, int64_t now)
{
	for (size_t i = 0; i < n; i++)
		if (now >= f[i].from)
			return set < f[i].most ? set : f[i].most;
	return set;
}

int64_t
settings_tls_life(int64_t set, int64_t now)
{
	return fallen(tls_lives, COUNT(tls_lives), set, now);
}

int64_t
settings_domain_reprove(int64_t set, int64_t now)
{
	return fallen(proof_lives, COUNT(proof_lives), set, now);
}

/* Labels of lower-case letters, digits and hyphens with dots between (RFC 1123): how many there are in n bytes; 0: it is no name. */
static size_t
labels(const char *text, size_t n)
{
	size_t count = 0, size = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i < n && text[i] != '.') {
			bool plain = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');

			if (!plain && (text[i] != '-' || size == 0))
				return 0;
			size++;
			continue;
		}
		if (size == 0 || size > 63 || text[i - 1] == '-')
			return 0;
		count++;
		size = 0;
	}
	return count;
}

/* What goes into addresses and nginx's configuration. */
static bool
host_ok(const char *host)
{
	return labels(host, strlen(host)) > 0 || strcmp(host, "[::1]") == 0;
}

/* Domains, comma between: root and issuers carry them for decades. */
static bool
domains_ok(const char *text)
{
	for (size_t n; *text != '\0'; text += n + (text[n] == ',')) {
		n = strcspn(text, ",");
		if (labels(text, n) < 2)
			return false;
	}
	return true;
}

/* A key's name in a signed note (C2SP signed-note). */
static bool
origin_ok(const char *text)
{
	return text[0] == '\0' || note_name_ok(text);
}

/* Two capital letters each, spaces between. */
static bool
countries_ok(const char *text)
{
	for (text += strspn(text, " "); *text != '\0'; text += 2 + strspn(text + 2, " "))
		if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2 || (text[2] != '\0' && text[2] != ' '))
			return false;
	return true;
}

static bool
picture_ok(const char *text)
{
	return text[0] == '\0' || (strncmp(text, "/static/", 8) == 0 && strstr(text, "..") == NULL);
}

static bool
address_ok(const char *text)
{
	unsigned char into[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, text, into) == 1 || inet_pton(AF_INET6, text, into) == 1;
}

/* Times of which one must not be longer than the other. */
static const struct { size_t shorter, longer; const char *says; } orders[] = {
#define ORDER(a, b, says) { offsetof(struct settings, a), offsetof(struct settings, b), says }
	ORDER(session_idle, session_life, "session.idle is longer than session.life"),
	ORDER(session_idle_shared, session_idle, "session.idle_shared is longer than session.idle"),
	ORDER(fresh_life, session_life, "session.fresh is longer than session.life"),
	ORDER(domain_reprove, domain_life, "domain.reprove is longer than domain.life"),
	ORDER(tls_robot_life, tls_assured_life, "ca.life.tls_robot is longer than ca.life.tls_assured"),
	ORDER(mail_robot_life, mail_assured_life, "ca.life.mail_robot is longer than ca.life.mail_assured"),
};

static int64_t
number_at(const struct settings *s, size_t at)
{
	int64_t v;

	memcpy(&v, (const char *)s + at, sizeof(v));
	return v;
}

/* Names of one's own network have an underscore, too, and letters of both cases. */
static bool
mail_host_ok(const char *host, size_t n)
{
	return n > 0 && host[0] != '-' && host[0] != '.' &&
	    strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") >= n;
}

/* A host, its port, and the name to greet with: neither user nor password, which have settings of their own. */
static bool
smtp_ok(const char *url)
{
	const char *host = strncmp(url, "smtp://", 7) == 0 ? url + 7 : strncmp(url, "smtps://", 8) == 0 ? url + 8 : "";
	size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/"), digits;

	if (url[0] == '\0')
		return true;
	if (host[0] == '[' ? strspn(host + 1, "0123456789abcdefABCDEF:.") + 2 != n || host[n - 1] != ']' : !mail_host_ok(host, n))
		return false;
	host += n;
	digits = host[0] == ':' ? strspn(host + 1, "0123456789") : 0;
	if (host[0] == ':' && (digits == 0 || digits > 5))
		return false;
	host += digits + (digits > 0);
	return host[0] == '\0' || host[0] == '/';
}

/* A rough look; whoever writes it into a mail looks closely. */
static bool
mailbox_ok(const char *text)
{
	const char *at = strchr(text, '@');

	/* ASCII: not every mail server takes more (RFC 6531), and names abroad have A-labels */
	for (const char *p = text; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return false;
	return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
	    strpbrk(text, " <>,;:\"") == NULL;
}

static bool
post_address_ok(const char *text)
{
	return text[0] == '\0' || mailbox_ok(text);
}

static bool
lists_ok(const char *text)
{
	struct mail_list lists[LISTS_MOST];
	size_t n;

	return lists_read(text, lists, &n, NULL);
}

/* ADDRESS or ADDRESS@PORT, `n` bytes of it. */
static bool
server_ok(const char *text, size_t n)
{
	const char *at = memchr(text, '@', n);
	size_t address = at == NULL ? n : (size_t)(at - text), digits = at == NULL ? 0 : n - address - 1;
	char copy[INET6_ADDRSTRLEN];

	if (address >= sizeof(copy) || (at != NULL && (digits == 0 || digits > 5 ||
	    strspn(at + 1, "0123456789") < digits)))
		return false;
	memcpy(copy, text, address);
	copy[address] = '\0';
	return address_ok(copy);
}

static bool
resolver_ok(const char *text)
{
	return text[0] == '\0' || server_ok(text, strlen(text));
}

/* ZONE=ADDRESS@PORT, comma between. */
static bool
stubs_ok(const char *text)
{
	for (size_t n; *text != '\0'; text += n + (text[n] == ',')) {
		const char *is = NULL;

		n = strcspn(text, ",");
		is = memchr(text, '=', n);
		if (is == NULL || is == text || !server_ok(is + 1, n - (size_t)(is - text) - 1))
			return false;
	}
	return true;
}

/* Numbers with dots between, at least two. */
static bool
arc_ok(const char *text)
{
	size_t second = text[0] == '\0' || text[1] == '\0' ? 0 : strspn(text + 2, "0123456789");

	/* Below 0 and 1 there are forty arcs each (X.660). */
	if (text[0] != '2' && (second > 2 || (second == 2 && text[2] > '3')))
		return false;
	return strspn(text, "0123456789.") == strlen(text) && strchr("012", text[0]) != NULL && text[0] != '\0' &&
	    text[1] == '.' && text[2] != '\0' && strstr(text, "..") == NULL && text[strlen(text) - 1] != '.';
}

/* It stands in the names of root and issuers: UTF-8 that says something, no control characters, no space around it. */
static bool
organisation_ok(const char *text)
{
	size_t n = strlen(text);
	bool meaning = false;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i], next = (unsigned char)text[i + 1];

		if (c < ' ' || c == 0x7f || (c == 0xc2 && next <= 0x9f))	/* U+0080 to U+009F: controls, too */
			return false;
		meaning = meaning || isalnum(c) || c >= 0x80;
	}
	return meaning && utf8_ok(text, n) && text[0] != ' ' && text[n - 1] != ' ';
}

/* XX is what a name says when no ISO code fits (BR 7.1.2.10.2); XK, which persons may have, is none of ISO's. */
static bool
country_ok(const char *text)
{
	return strcmp(text, "XX") == 0 ||
	    (strlen(text) == 2 && strcmp(text, "XK") != 0 && person_country_ok(text[0], text[1]));
}

/* What a text must look like beyond its length: a wrong one must not stop a room after the keys were made. */
static const struct { size_t at; bool (*ok)(const char *); const char *says; } shapes[] = {
#define SHAPE(member, ok, says) { offsetof(struct settings, member), ok, says }
	SHAPE(site_host, host_ok, "site.host: lower-case letters, digits, hyphens and dots, names abroad as A-labels (xn--...)"),
	SHAPE(caa_identity, host_ok, "prover.caa_identity: a host name in lower-case letters such as ca.example.org, or empty"),
	SHAPE(root_permitted, domains_ok, "ca.constraints: domains such as example.org,example.com, comma between and no space, or empty"),
	SHAPE(site_logo, picture_ok, "site.logo: a path that begins with /static/, or empty"),
	SHAPE(ledger_origin, origin_ok, "ledger.origin: a name without spaces and +, or empty"),
	SHAPE(trust.ttp_countries, countries_ok, "trust.ttp.countries: capital letters of countries such as DE FR, or empty"),
	SHAPE(bind_address, address_ok, "site.bind: a numeric address such as 127.0.0.1 or ::"),
	SHAPE(smtp_url, smtp_ok, "smtp.url: smtp://host:587 or smtps://host; the user has a setting of its own"),
	SHAPE(mail_from, mailbox_ok, "mail.from: an address such as ca@example.org"),
	SHAPE(post_address, post_address_ok, "post.address: an address such as cases@example.org, or empty"),
	SHAPE(mail_lists, lists_ok, "mail.lists: \"name: what it brings; name: what it brings > https://its.address\""),
	SHAPE(policy_arc, arc_ok, "ca.policy_arc: an object identifier such as 1.3.6.1.4.1.32473.1"),
	SHAPE(ca_organisation, organisation_ok, "ca.organisation: a name without control characters or spaces around it"),
	SHAPE(ca_country, country_ok, "ca.country: a country's two capital letters of ISO 3166, or XX"),
	SHAPE(resolver, resolver_ok, "prover.resolver: a numeric ADDRESS or ADDRESS@PORT"),
	SHAPE(resolver_stub, stubs_ok, "prover.stub: ZONE=ADDRESS or ZONE=ADDRESS@PORT, comma between"),
};

static const char *
text_at(const struct settings *s, size_t at)
{
	const char *v;

	memcpy(&v, (const char *)s + at, sizeof(v));
	return v;
}

/* What no single row's bounds can say. */
static bool
agree(const struct settings *s, struct err *e)
{
	for (size_t i = 0; i < COUNT(orders); i++)
		if (number_at(s, orders[i].shorter) > number_at(s, orders[i].longer))
			return FAIL(e, ERR_INPUT, "%s", orders[i].says);
	if (s->crl_refresh >= s->crl_life)
		return FAIL(e, ERR_INPUT, "ca.crl.refresh must be shorter than ca.crl.life");
	for (size_t i = 0; i < COUNT(shapes); i++)
		if (!shapes[i].ok(text_at(s, shapes[i].at)))
			return FAIL(e, ERR_INPUT, "%s", shapes[i].says);
	if (s->smtp_user[0] != '\0' && s->smtp_password_file[0] == '\0')
		return FAIL(e, ERR_INPUT, "smtp.user is set and smtp.password_file is not");
	if ((s->tls_certificate_file[0] == '\0') != (s->tls_key_file[0] == '\0'))
		return FAIL(e, ERR_INPUT, "set both nginx.tls_certificate and nginx.tls_key, or neither");
	return trust_policy_check(&s->trust, e);
}

uint32_t
settings_connections(const struct settings *s)
{
	/* a thread has one of its own, and shares in the lines on which it is asked ahead (portal/web/ahead.h) */
	int64_t worker = s->portal_threads + (s->portal_threads < 32 ? s->portal_threads : 32);
	int64_t all = (s->portal_workers + 1) * worker * 8 / 5;

	return all < 512 ? 512 : (uint32_t)all;
}

bool
settings_load(struct conf **keep, struct settings *into, const char *state,
    const char *const *sets, size_t n, struct err *e)
{
	DROP(buf_wipe) struct buf path = {0};

	*keep = NULL;
	buf_text(&path, state);
	buf_text(&path, "/troth.conf");
	TRY(buf_ok(&path, e));
	TRY(conf_load(keep, setting_rows, setting_count, into, path.data, sets, n, e));
	if (into->caa_identity[0] == '\0')
		into->caa_identity = into->site_host;
	if (agree(into, e))
		return true;
	conf_drop(keep);
	return false;
}

bool
command_line_read(struct command_line *c, int argc, char **argv, struct err *e)
{
	const char *self = argc > 0 ? argv[0] : "troth";

	*c = (struct command_line){0};
	for (int i = 1; i < argc; i++) {
		bool has_value = i + 1 < argc;

		if (strcmp(argv[i], "--state") == 0 && has_value && c->state == NULL)
			c->state = argv[++i];
		else if (strcmp(argv[i], "--set") == 0 && has_value && c->set_count < COUNT(c->sets))
			c->sets[c->set_count++] = argv[++i];
		else
			return FAIL(e, ERR_INPUT, "usage: %.60s --state DIR [--set name=value]...", self);
	}
	if (c->state == NULL)
		return FAIL(e, ERR_INPUT, "usage: %.60s --state DIR [--set name=value]...", self);
	return true;
}
