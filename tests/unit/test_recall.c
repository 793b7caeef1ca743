/* tests/unit/test_recall.c - what published lists say comes back into a book older than they are; and which lists are ours. */
#include <ftw.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include "portal/control/crls.h"
#include "portal/control/file.h"
#include "portal/signer/authority.h"
#include "portal/signer/book.h"
#include "portal/signer/ceremony.h"
#include "portal/signer/recall.h"
#include "privacy/facts/recall_record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define ROBOT	PROFILE_ROBOT_MAIL
#define DAY_1	1795000000	/* the book's; later ones follow */
#define LATER	(DAY_1 + 1000)
#define LISTED	(DAY_1 + 2000)

#define GOOD(call)	do { struct err e = {0}; if (!(call)) fail_msg("%s: %s", err_kind_name(e.kind), e.text); } while (0)
#define BAD(call, want)	do { struct err e = {0}; assert_false(call); assert_int_equal(e.kind, want); } while (0)

static char dir[] = "/tmp/troth-recall-XXXXXX";
static struct settings all;
static struct signer_settings set;
static struct conf *conf;
static struct ca_key issuer[PROFILE__COUNT], stranger;
static char passphrase[40];	/* of the root's key */

/* ---- entries, one by one ---- */

struct in_book { uint8_t status, reason; int64_t changed_at; };
static const struct row {
	const char	*what;
	struct in_book	before;		/* status 0: unknown */
	uint8_t		reason;		/* of the entry, dated LATER on a list of LISTED */
	enum recall_did	did;
	struct in_book	after;
} rows[] = {
	{ "good, and revoked since", { CERT_VALID, 0, DAY_1 }, 4, RECALL_REVOKED, { CERT_REVOKED, 4, LATER } },
	{ "its key was lost", { CERT_VALID, 0, DAY_1 }, 1, RECALL_REVOKED, { CERT_REVOKED, 1, LATER } },
	{ "on hold, and revoked since", { CERT_SUSPENDED, 6, DAY_1 }, 0, RECALL_REVOKED, { CERT_REVOKED, 0, LATER } },
	{ "good, and on hold since", { CERT_VALID, 0, DAY_1 }, RECALL_HOLD, RECALL_HELD, { CERT_SUSPENDED, 6, LATER } },
	{ "on hold already", { CERT_SUSPENDED, 6, DAY_1 }, RECALL_HOLD, RECALL_NOTHING, { CERT_SUSPENDED, 6, DAY_1 } },
	{ "resumed after the list was made", { CERT_VALID, 0, LISTED + 1 }, RECALL_HOLD, RECALL_NOTHING, { CERT_VALID, 0, LISTED + 1 } },
	{ "revoked already", { CERT_REVOKED, 4, DAY_1 }, 3, RECALL_NOTHING, { CERT_REVOKED, 4, DAY_1 } },
	{ "revoked never becomes a hold", { CERT_REVOKED, 4, DAY_1 }, RECALL_HOLD, RECALL_NOTHING, { CERT_REVOKED, 4, DAY_1 } },
	{ "revoked, and the key was lost, too", { CERT_REVOKED, 4, DAY_1 }, 1, RECALL_REVOKED, { CERT_REVOKED, 1, DAY_1 } },
	{ "signed after the backup", { 0, 0, 0 }, 4, RECALL_LISTED, { CERT_REVOKED, 4, LATER } },
	{ "signed after the backup, on hold", { 0, 0, 0 }, RECALL_HOLD, RECALL_LISTED, { CERT_SUSPENDED, 6, LATER } },
};

static void
serial_of(size_t n, unsigned char into[TICKET_SERIAL])
{
	memset(into, 0x5a, TICKET_SERIAL);
	into[1] = (unsigned char)n;
}

static struct book_cert
cert_of(size_t n, struct in_book is)
{
	struct book_cert c = { .issuer = ROBOT, .not_before = DAY_1, .not_after = DAY_1 + 1000000, .status = is.status,
	    .reason = is.reason, .changed_at = is.changed_at, .sha256 = { (uint8_t)n, 1 }, .key_hash = { (uint8_t)n, 2 } };

	serial_of(n, c.serial);
	return c;
}

static void
fill(struct book *b)
{
	struct book_cert c;

	GOOD(book_begin(b, &e));
	for (size_t i = 0; i < COUNT(rows); i++) {
		c = cert_of(i, rows[i].before);
		if (c.status != 0)
			GOOD(book_issued(b, &c, NULL, span_of(NULL, 0), &e));
	}
	GOOD(book_end(b, &e));
}

static void
look(struct book *b, size_t n)
{
	struct book_cert c = {0};
	unsigned char serial[TICKET_SERIAL];

	serial_of(n, serial);
	if (rows[n].before.status != 0)
		GOOD(book_by_serial(b, serial, &c, &e));
	else
		GOOD(book_listed(b, serial, &c, &e));
	if (c.status != rows[n].after.status || c.reason != rows[n].after.reason || c.changed_at != rows[n].after.changed_at)
		fail_msg("%s: %u %u %lld", rows[n].what, c.status, c.reason, (long long)c.changed_at);
}

static void
fresh_book(void)
{
	(void)unlink("signer/book.sqlite");
	(void)unlink("signer/journal");
	(void)unlink("keeper/recalled");
}

static void
entries(void **state)
{
	DROP(book_drop) struct book *b = NULL;
	struct recall r = { .issuer = ROBOT, .at = LATER, .listed_at = LISTED, .not_after = DAY_1 + 500 };
	enum recall_did did;
	struct book_cert c;
	bool yes;

	(void)state;
	fresh_book();
	GOOD(book_open(&b, "signer", &e));
	fill(b);
	GOOD(book_begin(b, &e));
	for (size_t i = 0; i < COUNT(rows); i++) {
		serial_of(i, r.serial);
		r.reason = rows[i].reason;
		GOOD(recall_one(b, &r, &did, &e));
		if (did != rows[i].did)
			fail_msg("%s: did %d", rows[i].what, did);
		look(b, i);
		GOOD(recall_one(b, &r, &did, &e));
		assert_int_equal(did, RECALL_NOTHING);	/* twice is fine */
		look(b, i);
	}
	GOOD(book_end(b, &e));
	c = cert_of(1, rows[1].before);
	GOOD(book_key_compromised(b, c.key_hash, &yes, &e));
	assert_true(yes);
	r.issuer = PROFILE_ROBOT_TLS;
	serial_of(0, r.serial);
	BAD(recall_one(b, &r, &did, &e), ERR_TAMPER);
}

/* Known from a list alone: on lists until it has expired, a revocation for good, and its serial is never given out. */
static void
listed(void **state)
{
	DROP(book_drop) struct book *b = NULL;
	DROP(crl_wipe) struct crl list = {0};
	DROP(crl_wipe) struct crl after = {0};
	struct recall r = { .issuer = ROBOT, .reason = RECALL_HOLD, .at = LATER, .listed_at = LISTED, .not_after = LISTED + 9 };
	struct book_cert c = cert_of(77, (struct in_book){ CERT_VALID, 0, LISTED });
	enum recall_did did;

	(void)state;
	fresh_book();
	GOOD(book_open(&b, "signer", &e));
	serial_of(77, r.serial);
	GOOD(book_begin(b, &e));
	for (size_t i = 0; i < 3; i++) {
		r.reason = i == 1 ? 4 : RECALL_HOLD;
		GOOD(recall_one(b, &r, &did, &e));
		GOOD(book_listed(b, r.serial, &c, &e));
		assert_int_equal(c.status, i == 0 ? CERT_SUSPENDED : CERT_REVOKED);
	}
	GOOD(book_end(b, &e));
	GOOD(book_crl_entries(b, ROBOT, 0, LISTED + 9, &list, &e));
	assert_true(list.entries.len > 0);
	GOOD(book_crl_entries(b, ROBOT, 0, LISTED + 10, &after, &e));
	assert_int_equal(after.entries.len, 0);
	c = cert_of(77, (struct in_book){ CERT_VALID, 0, LISTED });
	BAD(book_issued(b, &c, NULL, span_of(NULL, 0), &e), ERR_CONFLICT);
}

/* ---- lists ---- */

static void
list_make(struct buf *der, struct ca_key *by, int64_t made, int64_t number, const char *part)
{
	DROP(crl_wipe) struct crl c = { .number = number, .this_update = made, .next_update = made + 1000, .part = part };
	unsigned char serial[TICKET_SERIAL];

	for (size_t i = 0; i < COUNT(rows); i++) {
		serial_of(i, serial);
		crl_entry_add(&c, serial, sizeof(serial), LATER, rows[i].reason);
	}
	serial_of(200, serial);
	crl_entry_add(&c, serial, sizeof(serial), LATER, 8);	/* removeFromCRL: says nothing */
	GOOD(crl_build(der, &c, by, &e));
}

static void
put(const char *name, const struct buf *b)
{
	GOOD(file_put(name, b->data, b->len, 0600, &e));
}

static void
put_pem(const char *name, const struct buf *first, const struct buf *second)
{
	FILE *f = fopen(name, "we");

	assert_non_null(f);
	assert_true(PEM_write(f, "X509 CRL", "", (const unsigned char *)first->data, (long)first->len) > 0);
	assert_true(PEM_write(f, "X509 CRL", "", (const unsigned char *)second->data, (long)second->len) > 0);
	fclose(f);
}

static void
refused(void **state)
{
	DROP(crls_wipe) struct crls c = {0};
	DROP(buf_wipe) struct buf mail = {0}, forged = {0}, other = {0};

	(void)state;
	list_make(&mail, &issuer[ROBOT], LISTED, 7, NULL);
	list_make(&other, &stranger, LISTED, 7, NULL);
	buf_add(&forged, mail.data, mail.len);
	forged.data[forged.len - 3] ^= 1;
	GOOD(folder_make("found", 0700, &e));
	put("forged.crl", &forged);
	put("other.crl", &other);
	put("found/forged.crl", &forged);
	put("found/other.crl", &other);
	GOOD(file_put("none.crl", "no list", 7, 0600, &e));
	GOOD(file_put("found/README", "no list", 7, 0600, &e));
	GOOD(crls_open(&c, &e));
	BAD(crls_read(&c, "missing.crl", CRLS_NAMED, &e), ERR_ABSENT);
	BAD(crls_read(&c, "none.crl", CRLS_NAMED, &e), ERR_INPUT);
	BAD(crls_read(&c, "other.crl", CRLS_NAMED, &e), ERR_INPUT);
	BAD(crls_read(&c, "forged.crl", CRLS_NAMED, &e), ERR_TAMPER);
	BAD(crls_read(&c, "found", CRLS_NAMED, &e), ERR_TAMPER);
	GOOD(crls_read(&c, "found", CRLS_FOUND, &e));
	assert_null(c.root_list);
	GOOD(crls_read(&c, "signer/root.crl", CRLS_NAMED, &e));	/* speaks of issuers */
	assert_int_equal(c.count, 0);
	assert_non_null(c.root_list);
}

static void
apply(const struct crls *c, int64_t revoked, int64_t held, int64_t unknown)
{
	struct crls_sum sum;

	GOOD(crls_apply(c, &set, &sum, &e));
	assert_int_equal(sum.revoked, revoked);
	assert_int_equal(sum.held, held);
	assert_int_equal(sum.listed, unknown);
}

static void
applied(void **state)
{
	DROP(crls_wipe) struct crls c = {0};
	DROP(buf_wipe) struct buf mail = {0}, tls = {0}, der = {0}, news = {0};
	DROP(book_drop) struct book *b = NULL;
	struct book_crl kept;
	struct recalled first;
	struct stat st;

	(void)state;
	fresh_book();
	GOOD(book_open(&b, "signer", &e));
	fill(b);
	book_drop(&b);
	list_make(&mail, &issuer[ROBOT], LISTED, 4000000000, NULL);
	put_pem("two.pem", &mail, &mail);
	GOOD(crls_open(&c, &e));
	GOOD(crls_read(&c, "two.pem", CRLS_NAMED, &e));
	assert_int_equal(c.count, 2);
	assert_int_equal(crls_reach(&c, &set), 0);	/* three issuers' are missing */
	apply(&c, 4, 1, 2);
	GOOD(book_open(&b, "signer", &e));
	for (size_t i = 0; i < COUNT(rows); i++)
		look(b, i);
	GOOD(book_crl(b, ROBOT, 0, &kept, &der, &e));
	assert_true(kept.stale);
	assert_int_equal(kept.number, 4000000000);	/* the next one is above it */
	book_drop(&b);
	GOOD(file_get("keeper/recalled", &news, &e));
	assert_int_equal(news.len, 5 * RECALLED_BYTES);
	GOOD(recalled_unpack(&first, span_of(news.data, RECALLED_BYTES), &e));
	assert_int_equal(first.status, CERT_REVOKED);
	assert_int_equal(first.at, LATER);
	assert_int_equal(first.listed_at, LISTED);
	BAD(recalled_unpack(&first, span_of(news.data, RECALLED_BYTES - 1), &e), ERR_TAMPER);
	apply(&c, 0, 0, 0);
	assert_int_equal(stat("keeper/recalled", &st), 0);
	assert_int_equal(st.st_size, (off_t)(5 * RECALLED_BYTES));
}

/* Who is on an older list's hold and not on the newest was resumed between them. */
static void
newest_says_holds(void **state)
{
	DROP(crls_wipe) struct crls c = {0};
	DROP(crl_wipe) struct crl empty = { .number = 9, .this_update = LISTED + 5, .next_update = LISTED + 500 };
	DROP(buf_wipe) struct buf old = {0}, new = {0};
	DROP(book_drop) struct book *b = NULL;

	(void)state;
	fresh_book();
	GOOD(book_open(&b, "signer", &e));
	fill(b);
	book_drop(&b);
	list_make(&old, &issuer[ROBOT], LISTED, 7, NULL);
	GOOD(crl_build(&new, &empty, &issuer[ROBOT], &e));
	GOOD(folder_make("both", 0700, &e));
	put("both/old.crl", &old);
	put("both/new.crl", &new);
	GOOD(crls_open(&c, &e));
	GOOD(crls_read(&c, "both", CRLS_NAMED, &e));
	apply(&c, 4, 0, 1);
}

static void
reach(void **state)
{
	DROP(crls_wipe) struct crls c = {0};
	struct signer_settings three = set;

	(void)state;
	three.crl_shards = 2;
	GOOD(folder_make("reach", 0700, &e));
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		DROP(buf_wipe) struct buf whole = {0};
		char name[64];

		list_make(&whole, &issuer[p], LISTED + 100 * p, 7, p == ROBOT ? "http://ca.example.org/crl/robot-mail-1.crl" : NULL);
		snprintf(name, sizeof(name), "reach/%u.crl", p);
		put(name, &whole);
	}
	GOOD(crls_open(&c, &e));
	GOOD(crls_read(&c, "reach", CRLS_NAMED, &e));
	assert_int_equal(crls_reach(&c, &three), 0);	/* shard 0 of one issuer */
	{
		DROP(buf_wipe) struct buf part = {0};

		list_make(&part, &issuer[ROBOT], LISTED - 1, 7, "http://ca.example.org/crl/robot-mail-0.crl");
		put("part.crl", &part);
	}
	GOOD(crls_read(&c, "part.crl", CRLS_NAMED, &e));
	assert_int_equal(crls_reach(&c, &three), LISTED - 1);	/* named alone it speaks of its own moment */
	assert_int_equal(crls_before(&c, LISTED + 300), 2);	/* of the third and fourth issuer */
	assert_int_equal(crls_reach(&c, &three), 0);
}

static int
start(void **state)
{
	struct ceremony c = {0};
	struct signer_settings others;
	char key[64], crt[64];

	(void)state;
	assert_true(sodium_init() >= 0);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	assert_true(mkdir("signer", 0700) == 0 && mkdir("offline", 0700) == 0 && mkdir("keeper", 0700) == 0);
	GOOD(settings_load(&conf, &all, ".", NULL, 0, &e));
	GOOD(signer_settings(&set, &all, &e));
	others = set;
	others.organisation = "Others";
	GOOD(ceremony_hold(&c, "offline", "keeper", &others, &e));
	ceremony_wipe(&c);
	GOOD(ca_key_read(&stranger, "offline/robot-tls.key", "offline/robot-tls.crt", &e));
	GOOD(ceremony_hold(&c, "signer", "keeper", &set, &e));
	snprintf(passphrase, sizeof(passphrase), "%s", c.passphrase);
	ceremony_wipe(&c);
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		snprintf(key, sizeof(key), "signer/%s.key", profile_get(p)->slug);
		snprintf(crt, sizeof(crt), "signer/%s.crt", profile_get(p)->slug);
		GOOD(ca_key_read(&issuer[p], key, crt, &e));
	}
	return 0;
}

/* Lists of one folder: a quiet issuer's was still the last when another's was made, unless it was due again by then. */
static void
found_together(void **state)
{
	DROP(crls_wipe) struct crls c = {0};
	struct signer_settings often = set;

	(void)state;
	GOOD(folder_make("together", 0700, &e));
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		DROP(buf_wipe) struct buf whole = {0};
		char name[64];

		list_make(&whole, &issuer[p], LISTED + 100 * p, 7, NULL);
		snprintf(name, sizeof(name), "together/%u.crl", p);
		put(name, &whole);
	}
	GOOD(crls_open(&c, &e));
	GOOD(crls_read(&c, "together", CRLS_NAMED, &e));
	assert_int_equal(crls_reach(&c, &set), LISTED + 100 * PROFILE_ASSURED_MAIL);
	often.crl_refresh = 150;
	assert_int_equal(crls_reach(&c, &often), LISTED + 100 * PROFILE_ROBOT_TLS);
}

/* Of two issuers of one kind each speaks of its own: by name, by signature, and under its number. */
static void
two_generations(void **state)
{
	DROP(crls_wipe) struct crls c = {0};
	DROP(authority_wipe) struct authority next = {0};
	DROP(book_drop) struct book *b = NULL;
	DROP(ca_key_wipe) struct ca_key root = {0};
	DROP(buf_wipe) struct buf old = {0}, new = {0};
	unsigned number = issuer_number(PROFILE_ROBOT_TLS, 2);
	unsigned char serial[TICKET_SERIAL];
	struct book_cert found;
	struct crls_sum sum;

	(void)state;
	GOOD(ca_key_open(&root, "keeper/root.key.pem", passphrase, "signer/root.crt", &e));
	GOOD(authority_make(&next, &root, number, &set, &e));
	GOOD(authority_write(&next, "signer", number, &e));
	list_make(&old, &issuer[PROFILE_ROBOT_TLS], LISTED, 7, NULL);
	list_make(&new, &next.issuer, LISTED + 10, 8, NULL);
	put("old.crl", &old);
	put("new.crl", &new);
	GOOD(crls_open(&c, &e));
	assert_int_equal(c.issuers, PROFILE__COUNT);
	GOOD(crls_read(&c, "old.crl", CRLS_NAMED, &e));
	GOOD(crls_read(&c, "new.crl", CRLS_NAMED, &e));
	assert_int_equal(c.one[0].issuer, PROFILE_ROBOT_TLS);
	assert_int_equal(c.one[1].issuer, number);
	assert_int_equal(crls_reach(&c, &set), 0);	/* none of the other issuers' */
	fresh_book();
	c.count = 2;
	X509_CRL_free(c.one[0].crl);
	c.one[0] = c.one[1];		/* the new one's alone */
	c.count = 1;
	GOOD(crls_apply(&c, &set, &sum, &e));
	assert_int_equal(sum.listed, COUNT(rows));
	GOOD(book_open(&b, "signer", &e));
	serial_of(0, serial);
	GOOD(book_listed(b, serial, &found, &e));
	assert_int_equal(found.issuer, number);
	/* The last: without its files nobody else in this folder knows it. */
	assert_int_equal(remove("signer/robot-tls-2.crt"), 0);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st, (void)kind, (void)where;
	return remove(path);
}

static int
end(void **state)
{
	(void)state;
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++)
		ca_key_wipe(&issuer[p]);
	ca_key_wipe(&stranger);
	conf_drop(&conf);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries), cmocka_unit_test(listed), cmocka_unit_test(refused), cmocka_unit_test(applied),
		cmocka_unit_test(newest_says_holds), cmocka_unit_test(reach), cmocka_unit_test(found_together), cmocka_unit_test(two_generations),
	};

	return cmocka_run_group_tests(tests, start, end);
}
