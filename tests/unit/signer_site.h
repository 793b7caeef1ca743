/*
 * tests/unit/signer_site.h - a small site for tests of the signer: a state
 * folder with secrets and a ceremony, a running troth-signer, tickets as the
 * keeper would make them, requests as members would.
 */
#ifndef TESTS_UNIT_SIGNER_SITE_H
#define TESTS_UNIT_SIGNER_SITE_H
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "portal/signer/ceremony.h"
#include "tests/unit/signer_client.h"

extern char **environ;

struct site {
	char		dir[64];
	char		program[PATH_MAX];
	unsigned char	ticket_key[TICKET_KEY], secret[3][IPC_SECRET];	/* portal, clerk, control */
	unsigned char	keeper_public[32], keeper_secret[32];
	struct conf	*conf;
	struct settings	all;
	struct signer_settings set;
	pid_t		pid;
	struct ipc	*portal, *clerk;
	int64_t		ledger;
};

static inline void
file_put(const char *dir, const char *name, const void *p, size_t n)
{
	char path[PATH_MAX + 128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* The certificate in DIR/name. */
static inline X509 *
site_pem(const struct site *s, const char *name)
{
	char path[PATH_MAX];
	FILE *f;
	X509 *x;

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	f = fopen(path, "re");
	assert_non_null(f);
	x = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	assert_non_null(x);
	return x;
}

/* Run a program, output to DIR/out; its exit status. */
static inline int
run(const struct site *s, const char *const *argv)
{
	posix_spawn_file_actions_t f;
	char out[PATH_MAX];
	int status = -1;
	pid_t pid;

	snprintf(out, sizeof(out), "%s/out", s->dir);
	posix_spawn_file_actions_init(&f);
	posix_spawn_file_actions_addopen(&f, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&f, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&f, 1, 2);
	assert_int_equal(posix_spawnp(&pid, argv[0], &f, NULL, (char *const *)(uintptr_t)argv, environ), 0);
	posix_spawn_file_actions_destroy(&f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
#define RUN(s, ...)	run((s), (const char *const[]){ __VA_ARGS__, NULL })

static inline char *
out_text(const struct site *s)
{
	static char text[1 << 16];
	char path[PATH_MAX];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/out", s->dir);
	f = fopen(path, "re");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* A judge that is not installed on this machine is an error: the packages are named in the README. */
#define JUDGE(s, ...)	do { \
	if (RUN((s), __VA_ARGS__) != 0) \
		fail_msg("%s: %s", (const char *const[]){ __VA_ARGS__ }[0], out_text(s)); \
} while (0)

#define GOOD(call)	do { \
	struct err e_ = {0}, *e = &e_; \
	if (!(call)) \
		fail_msg("%s: %s", err_kind_name(e_.kind), e_.text); \
} while (0)
#define BAD(call, want, want_why)	do { \
	struct err e_ = {0}, *e = &e_; \
	if (call) \
		fail_msg("should have been refused"); \
	if (e_.kind != (want) || e_.why != (uint32_t)(want_why)) \
		fail_msg("%s %u: %s", err_kind_name(e_.kind), e_.why, e_.text); \
} while (0)

static inline void
site_folders(struct site *s)
{
	static const char *const folders[] = { "signer", "signer/peers", "run", "offline", "nginx" };
	static const char *const peers[] = { "portal", "clerk", "control" };
	char path[PATH_MAX];

	snprintf(s->dir, sizeof(s->dir), "/tmp/troth-signer-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	for (size_t i = 0; i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", s->dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	randombytes_buf(s->ticket_key, sizeof(s->ticket_key));
	file_put(s->dir, "signer/ticket.key", s->ticket_key, sizeof(s->ticket_key));
	crypto_box_keypair(s->keeper_public, s->keeper_secret);
	file_put(s->dir, "signer/keeper.pub", s->keeper_public, sizeof(s->keeper_public));
	for (size_t i = 0; i < COUNT(peers); i++) {
		randombytes_buf(s->secret[i], IPC_SECRET);
		snprintf(path, sizeof(path), "signer/peers/%s", peers[i]);
		file_put(s->dir, path, s->secret[i], IPC_SECRET);
	}
}

static inline void
site_make(struct site *s, const char *self, const char *const *sets, size_t n)
{
	char signer[128], offline[128];
	struct ceremony c;
	const char *slash = strrchr(self, '/');

	memset(s, 0, sizeof(*s));
	assert_true(sodium_init() >= 0);
	if (getenv("BIN") != NULL)		/* set by tests/run */
		snprintf(s->program, sizeof(s->program), "%s/troth-signer", getenv("BIN"));
	else
		snprintf(s->program, sizeof(s->program), "%.*s/troth-signer",
		    slash == NULL ? 1 : (int)(slash - self), slash == NULL ? "." : self);
	if (access(s->program, X_OK) != 0)
		snprintf(s->program, sizeof(s->program), "bin/troth-signer");
	site_folders(s);
	GOOD(settings_load(&s->conf, &s->all, s->dir, sets, n, e));
	GOOD(signer_settings(&s->set, &s->all, e));
	snprintf(signer, sizeof(signer), "%s/signer", s->dir);
	snprintf(offline, sizeof(offline), "%s/offline", s->dir);
	GOOD(ceremony_hold(&c, signer, offline, &s->set, e));
	file_put(s->dir, "passphrase", c.passphrase, strlen(c.passphrase));
	file_put(s->dir, "root.der", c.root.data, c.root.len);
	ceremony_wipe(&c);
	s->ledger = 1;
}

static inline void
site_connect(struct site *s)
{
	char path[128];
	struct err why = {0};

	snprintf(path, sizeof(path), "%s/run/signer.sock", s->dir);
	for (int i = 0; i < 500 && s->portal == NULL; i++)
		if (!ipc_open(&s->portal, path, "portal", s->secret[0], 2000, &why))
			usleep(20000);
	if (s->portal == NULL)
		fail_msg("the signer did not start: %s", why.text);
	GOOD(ipc_open(&s->clerk, path, "clerk", s->secret[1], 2000, e));
	GOOD(signer_ready(s->portal, e));
}

static inline void
site_start(struct site *s, const char *const *sets, size_t n)
{
	const char *argv[32] = { s->program, "--state", s->dir };
	size_t at = 3;

	for (size_t i = 0; i < n; i++) {
		argv[at++] = "--set";
		argv[at++] = sets[i];
	}
	assert_int_equal(posix_spawn(&s->pid, s->program, NULL, NULL,
	    (char *const *)(uintptr_t)argv, environ), 0);
	site_connect(s);
}

/* The exit status of a signer ended by sig. */
static inline int
site_stop(struct site *s, int sig)
{
	int status = -1;

	ipc_drop(&s->portal);
	ipc_drop(&s->clerk);
	assert_int_equal(kill(s->pid, sig), 0);
	assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
	s->pid = 0;
	return status;
}

static inline void
site_remove(struct site *s)
{
	if (s->pid > 0)
		(void)site_stop(s, SIGTERM);
	conf_drop(&s->conf);
	(void)RUN(s, "/bin/rm", "-rf", s->dir);
}

/* ---- requests ---- */

static inline EVP_PKEY *
key_of(const char *kind)
{
	if (strncmp(kind, "RSA", 3) == 0)
		return EVP_RSA_gen((unsigned)strtoul(kind + 4, NULL, 10));
	if (strcmp(kind, "Ed25519") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return EVP_EC_gen(kind);
}

/* A request for cn ("" none) signed by key; DER. */
static inline void
request_make(struct buf *der, EVP_PKEY *key, const char *cn)
{
	X509_REQ *r = X509_REQ_new();
	unsigned char *p = NULL;
	int n;

	assert_non_null(r);
	assert_int_equal(X509_REQ_set_version(r, 0), 1);
	if (cn[0] != '\0')
		assert_int_equal(X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(r), NID_commonName,
		    MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0), 1);
	assert_int_equal(X509_REQ_set_pubkey(r, key), 1);
	assert_true(X509_REQ_sign(r, key, EVP_PKEY_is_a(key, "ED25519") ? NULL : EVP_sha256()) > 0);
	n = i2d_X509_REQ(r, &p);
	assert_true(n > 0);
	buf_add(der, p, (size_t)n);
	OPENSSL_free(p);
	X509_REQ_free(r);
}

static inline void
key_hash_of(EVP_PKEY *key, unsigned char into[32])
{
	unsigned char *p = NULL;
	int n = i2d_PUBKEY(key, &p);

	assert_true(n > 0);
	SHA256(p, (size_t)n, into);
	OPENSSL_free(p);
}

/* ---- tickets ---- */

static inline void
ticket_fresh(struct site *s, struct ticket *t, enum ticket_act act, enum profile profile)
{
	memset(t, 0, sizeof(*t));
	t->act = (uint8_t)act;
	t->profile = (uint8_t)profile;
	randombytes_buf(t->id, sizeof(t->id));
	t->expires = clock_now() + 600;
	t->ledger_number = s->ledger++;
	randombytes_buf(t->ledger_hash, sizeof(t->ledger_hash));
}

/* To issue: names is a NULL-terminated list. */
static inline void
ticket_issue(struct site *s, struct ticket *t, enum profile profile, EVP_PKEY *key,
    const char *const *names)
{
	ticket_fresh(s, t, TICKET_ISSUE, profile);
	serial_draw(t->serial);
	key_hash_of(key, t->key_hash);
	t->not_before = clock_now() - 300;
	t->not_after = t->not_before + signer_life(&s->set, profile) - 1;
	while (names[t->name_count] != NULL)
		t->name_count++;
	t->names = calloc(t->name_count, sizeof(*t->names));
	assert_non_null(t->names);
	for (unsigned i = 0; i < t->name_count; i++) {
		t->names[i].kind = profile_is_mail(profile) ? NAME_MAIL : NAME_DNS;
		snprintf(t->names[i].text, sizeof(t->names[i].text), "%s", names[i]);
	}
}

static inline void
ticket_change(struct site *s, struct ticket *t, enum ticket_act act, const struct ticket *of,
    uint8_t reason)
{
	ticket_fresh(s, t, act, of->profile);
	memcpy(t->serial, of->serial, sizeof(t->serial));
	t->reason = reason;
}

static inline bool
change(struct site *s, const struct ticket *t, struct receipt *r, struct err *e)
{
	DROP(buf_wipe) struct buf wire = {0};
	DROP(buf_wipe) struct buf receipt = {0};

	TRY(ticket_pack(&wire, t, s->ticket_key, e));
	TRY(signer_change(s->portal, span_buf(&wire), &receipt, e));
	return receipt_unpack(r, span_buf(&receipt), s->ticket_key, e);
}

static inline bool
issue(struct site *s, const struct ticket *t, const struct buf *request,
    struct signer_issued *i, struct err *e)
{
	DROP(buf_wipe) struct buf wire = {0};

	TRY(ticket_pack(&wire, t, s->ticket_key, e));
	return signer_issue(s->portal, span_buf(&wire), span_buf(request), i, e);
}
#endif
