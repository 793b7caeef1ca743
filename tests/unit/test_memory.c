/*
 * tests/unit/test_memory.c - memory that is refused to parsers and encoders: at the first request, the second ...
 *
 * What comes of it is an error that says so, or what comes when nothing is refused; never another
 * answer, and nothing is left behind (the sanitizer counts at the end).  tests/peers/killer.c refuses.
 */
#include "tests/unit/place.h"
#include <sys/mman.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/journal.h"
#include "ledger/proof.h"
#include "ledger/store/store.h"
#include "portal/base/crypto_memory.h"
#include "portal/clerk/letters.h"
#include "portal/clerk/mime.h"
#include "portal/postbox/decode.h"
#include "portal/postbox/incoming.h"
#include "portal/signer/csr.h"
#include "privacy/facts/person_name.h"
#include "tests/peers/killer.h"

#define LIBRARY		"build/tests/peers/killer.so"
#define MOST		5000		/* requests of one run */

static struct orders *orders;
static struct place *place;

static void
refuse_after(int32_t n)
{
	orders->manner = REFUSES;
	orders->who = THE_PROCESS;
	atomic_store(&orders->refused, 0);
	atomic_store(&orders->left, n + 1);
}

static bool
was_refused(void)
{
	atomic_store(&orders->left, 0);
	return atomic_load(&orders->refused) > 0;
}

/* ---- what is run: true, and all that is known of it in *out ---- */

static struct span
specimen(const char *path)
{
	static unsigned char bytes[1 << 18];
	FILE *f = fopen(path, "re");
	size_t n;

	if (f == NULL)
		fail_msg("%s", path);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	return span_of(bytes, n);
}

static bool
read_csr(struct span in, struct buf *out, struct err *e)
{
	static struct weak_keys *weak;
	DROP(csr_wipe) struct csr c = {0};

	if (weak == NULL)
		TRY(weak_keys_open(&weak, "tests/specimens/csr/weak", e));
	TRY(csr_check(&c, in, weak, e));
	pack_u8(out, c.verdict);
	buf_add(out, c.der.data, c.der.len);
	for (unsigned i = 0; i < c.name_count; i++)
		pack_text(out, c.names[i].text);
	return buf_ok(out, e);
}

static bool
read_mail(struct span in, struct buf *out, struct err *e)
{
	DROP(incoming_wipe) struct incoming m = {0};

	TRY(incoming_read(&m, in, "ann@example.org", "troth.example", e));
	pack_text(out, m.code);
	pack_text(out, m.id);
	buf_add(out, m.text.data, m.text.len);
	pack_u8(out, m.dropped);
	buf_add(out, m.covered.data, m.covered.len);
	buf_add(out, m.signature.data, m.signature.len);
	return buf_ok(out, e);
}

static bool
write_letter(struct span in, struct buf *out, struct err *e)
{
	static const unsigned char token[TOKEN_BYTES] = { 1 };
	DROP(buf_wipe) struct buf subject = {0}, text = {0};
	struct letter_ask a = { .kind = (unsigned)in.len, .purpose = 1, .object = "x", .token = token, .expires = 1795426200,
	    .site = "Troth", .base = "https://troth.example" };
	struct mime m = { .from_name = "Tröth", .from = "troth@example.org", .to = "ann@example.org", .message_id = "1@example.org",
	    .lang = "en", .date = 1795426200 };

	TRY(letters_write(&subject, &text, &a, e));
	m.subject = subject.data;
	m.text = text.data;
	return mime_write(out, &m, e);
}

static bool
read_proof(struct span in, struct buf *out, struct err *e)
{
	static const unsigned char hashes[3 * LEAF_HASH] = { 7 };
	DROP(proof_wipe) struct proof p = { .index = 5 }, again = {0};
	DROP(buf_wipe) struct buf text = {0};

	(void)in;
	buf_text(&p.extra, "extra");
	buf_add(&p.hashes, hashes, sizeof(hashes));
	buf_text(&p.note, "example.org/log\n7\nAAAA\n\n\342\200\224 example.org/log AAAA\n");
	TRY(proof_write(&text, &p, e));
	TRY(proof_read(&again, span_buf(&text), e));
	return proof_write(out, &again, e);
}

static bool
plain_name(struct span in, struct buf *out, struct err *e)
{
	(void)in;
	person_name_whole(out, "Łukasz  Élodie", "O’Neill-Şahin", "van der Größe", "jr.");
	TRY(buf_ok(out, e));
	return person_name_initials("Łukasz O’Neill van der Größe", out, e);
}

/* A whole batch of a store: what was put is there, or nothing is. */
static bool
keep_rows(struct span in, struct buf *out, struct err *e)
{
	static const char schema[] = "CREATE TABLE thing (n INTEGER PRIMARY KEY, t TEXT NOT NULL) STRICT;";
	static const char *const schemas[] = { schema, NULL };
	static const struct store_spec spec = { .name = "test", .schemas = schemas, .schema_version = 1, .wait_ms = 200 };
	static const struct sql add = { "add", "it", "", "INSERT INTO thing (n, t) VALUES ($1, $2)" },
	    one = { "one", "i", "t", "SELECT t FROM thing WHERE n = $1" };
	static struct store *st;
	static int64_t n;
	DROP(rows_drop) struct rows *r = NULL;
	char text[900];

	(void)in;
	if (st == NULL) {
		assert_true(store_open(&st, &spec, place->path, e));
		return true;
	}
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	TRY(store_begin(st, e));
	if (store_mark(st, e) && sql_do(st, &add, e, ++n, text) && store_keep(st, e) && sql_first(st, &r, &one, e, n)) {
		pack_text(out, rows_text(r, 0));
		rows_drop(&r);
		if (store_commit(st, e))
			return buf_ok(out, e);
	}
	rows_drop(&r);
	store_rollback(st);
	assert_false(store_broken(st));
	return false;
}

/* A journal that lacked memory for one record takes the next. */
static bool
keep_journal(struct span in, struct buf *out, struct err *e)
{
	static struct journal *j;
	static int64_t n, more = 100;
	const unsigned char hash[LEAF_HASH] = { 1 };
	char path[128];
	bool good;

	(void)in;
	(void)out;
	snprintf(path, sizeof(path), "%s/journal", place->dir);
	if (j == NULL)
		assert_true(journal_open(&j, path, e));
	more *= 2;		/* than there ever was room for */
	good = journal_room(j, more, e);
	for (int64_t i = 0; i < (good ? more : 1); i++)
		assert_true(journal_append(j, n++, hash, NULL));
	assert_true(journal_write(j, NULL));
	return good;
}

/* ---- rows ---- */

static const struct {
	const char	*what;
	bool		(*run)(struct span in, struct buf *out, struct err *e);
	const char	*specimen;	/* NULL: in is `number` bytes of nothing */
	size_t		number;
} cases[] = {
	{ "a request without names", read_csr, "tests/specimens/csr/good-no-names.pem", 0 },
	{ "a request", read_csr, "tests/specimens/csr/good-p256.pem", 0 },
	{ "a request by RSA", read_csr, "tests/specimens/csr/good-rsa2048.pem", 0 },
	{ "an odd name", read_csr, "tests/specimens/csr/odd-address.pem", 0 },
	{ "a private key", read_csr, "tests/specimens/csr/private-behind-request.der", 0 },
	{ "a key that is known", read_csr, "tests/specimens/csr/known.pem", 0 },
	{ "close primes", read_csr, "tests/specimens/csr/weak-close-primes.der", 0 },
	{ "a mail with parts", read_mail, "tests/specimens/incoming/alternative", 0 },
	{ "a mail in HTML", read_mail, "tests/specimens/incoming/html", 0 },
	{ "a signed mail", read_mail, "tests/specimens/incoming/signed", 0 },
	{ "a Japanese mail", read_mail, "tests/specimens/incoming/japanese", 0 },
	{ "a letter of joining", write_letter, NULL, MAIL_JOIN },
	{ "a letter of expiry", write_letter, NULL, MAIL_ISSUED },
	{ "a proof", read_proof, NULL, 0 },
	{ "a name", plain_name, NULL, 0 },
	{ "rows of a store", keep_rows, NULL, 0 },
	{ "a journal", keep_journal, NULL, 0 },
};

/* SQLite gives a transaction up by itself when memory is short: the error says which. */
static bool
says_so(const struct err *e)
{
	return e->kind == ERR_MEMORY || (e->kind == ERR_IO && strstr(e->text, "transaction was lost") != NULL);
}

static void
nothing_but_an_error(void **state)
{
	bool all = getenv("MEMORY") != NULL;	/* each request, else more and more seldom */

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span in = cases[i].specimen == NULL ? span_of(NULL, cases[i].number) : specimen(cases[i].specimen);
		DROP(buf_wipe) struct buf usual = {0};
		struct err e = {0};
		int32_t n = 0;

		/* What is made once and kept is made now. */
		if (!cases[i].run(in, &usual, &e))
			fail_msg("%s: %s: %s", cases[i].what, err_kind_name(e.kind), e.text);
		buf_reset(&usual);
		assert_true(cases[i].run(in, &usual, &e));
		for (bool hit = true; hit; n += all ? 1 : 1 + n / 8) {
			DROP(buf_wipe) struct buf out = {0};
			bool good;

			assert_true(n < MOST);
			e = (struct err){0};
			refuse_after(n);
			good = cases[i].run(in, &out, &e);
			hit = was_refused();
			if (!good && (!hit || !says_so(&e)))
				fail_msg("%s: request %d: %s: %s", cases[i].what, n, err_kind_name(e.kind), e.text);
			if (good && (out.len != usual.len || (usual.len > 0 && memcmp(out.data, usual.data, usual.len) != 0)))
				fail_msg("%s: request %d: another answer", cases[i].what, n);
		}
		print_message("%s: up to %d requests\n", cases[i].what, n);
	}
}

static int
make_folder(void **state)
{
	make_place(state);
	place = *state;
	decode_open();
	return 0;
}

static int
drop_folder(void **state)
{
	decode_close();
	return drop_place(state);
}

/* The library is there when a program begins, or never. */
static bool
begun_again(char **argv)
{
	char path[] = "/tmp/troth-memory-XXXXXX", options[256];
	const char *had = getenv("ASAN_OPTIONS"), *file = getenv("LD_KILLER");
	int fd = file != NULL ? open(file, O_RDWR | O_CLOEXEC) : mkstemp(path);

	if (fd < 0 || (file == NULL && ftruncate(fd, sizeof(*orders)) != 0))
		return false;
	if (file == NULL) {
		snprintf(options, sizeof(options), "%s:verify_asan_link_order=0", had == NULL ? "detect_leaks=1" : had);
		if (setenv("LD_KILLER", path, 1) != 0 || setenv("LD_PRELOAD", LIBRARY, 1) != 0 || setenv("ASAN_OPTIONS", options, 1) != 0)
			return false;
		execv("/proc/self/exe", argv);
		return false;
	}
	orders = mmap(NULL, sizeof(*orders), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)unlink(file);
	close(fd);
	if (orders == MAP_FAILED)
		return false;
	snprintf(orders->program, sizeof(orders->program), "%s", program_invocation_short_name);
	return true;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_but_an_error) };
	struct err e = {0};

	(void)argc;
	if (!begun_again(argv) || !crypto_memory_wipes(&e) || sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
