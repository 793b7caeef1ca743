#include <sys/stat.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "privacy/facts/session_known.h"
#include "privacy/keeper/argon.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/packer.h"
#include "privacy/keeper/schema.h"
#include "privacy/policy.h"
#include "tests/unit/keeper_rig.h"

static _Noreturn void
give_up(const char *doing, const struct err *e)
{
	fprintf(stderr, "rig: %s: %s (why %u, %s:%d)\n", doing, e->text, e->why,
	    e->file == NULL ? "" : e->file, e->line);
	abort();
}

static void
must(bool good, const char *doing, const struct err *e)
{
	if (!good)
		give_up(doing, e);
}

static void
path_of(const struct rig *r, const char *name, char into[128])
{
	snprintf(into, 128, "%s/%s", r->dir, name);
}

static void
key_file(const struct rig *r, const char *name)
{
	unsigned char key[32];
	char path[128];
	int fd;

	randombytes_buf(key, sizeof(key));
	path_of(r, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || write(fd, key, sizeof(key)) != (ssize_t)sizeof(key))
		abort();
	close(fd);
}

static void
came_back(void *server, struct ipc_ask *a)
{
	((struct rig *)server)->back = a;
}

static void
rig_up(struct rig *r)
{
	struct keeper *k = &r->keeper;
	char keeper[128], keys[128], journal[128], root[128], indexes[128];
	struct vault_paths paths = { root, indexes, false };
	struct err e = {0};
	struct packer_link link;
	int fd;

	path_of(r, "keeper.db", keeper);
	path_of(r, "keys.db", keys);
	path_of(r, "journal", journal);
	path_of(r, "root.key", root);
	path_of(r, "index.key", indexes);
	*k = (struct keeper){ .set = &r->set, .keys = &r->keys };
	must(argon_start(&fd, 1, true, &e), "child", &e);
	must(argon_open(&k->argon, fd, 1, (int)r->set.argon_queue, came_back, r, &e), "argon", &e);
	must(packer_start(&link, true, &e), "packing child", &e);
	must(packer_open(&k->packer, &link, came_back, r, &e), "packer", &e);
	must(brake_open(&k->brake, 1024, &e), "brake", &e);
	must(session_known_open(&k->sessions, &e), "sessions", &e);
	must(store_open(&k->store, &keeper_store_spec, keeper, &e), "store", &e);
	must(store_open(&r->key_store, &keys_store_spec, keys, &e), "keys", &e);
	must(chain_open(&k->chain, k->store, journal, &e), "chain", &e);
	must(vault_open(&k->vault, k->store, r->key_store, &paths, clock_now(), &e), "vault", &e);
	must(keeper_prepare(k, &e), "prepare", &e);
}

static void
rig_down(struct rig *r)
{
	argon_drop(&r->keeper.argon);
	packer_drop(&r->keeper.packer);
	brake_drop(&r->keeper.brake);
	session_known_drop(&r->keeper.sessions);
	vault_drop(&r->keeper.vault);
	chain_drop(&r->keeper.chain);
	store_drop(&r->keeper.store);
	store_drop(&r->key_store);
}

void
rig_open(struct rig *r, const char *const *more)
{
	const char *sets[32] = { "argon.memory=8192", "argon.passes=1" };
	size_t n = 2;
	struct err e = {0};

	memset(r, 0, sizeof(*r));
	if (sodium_init() < 0)
		abort();
	for (; more != NULL && *more != NULL; more++)
		sets[n++] = *more;
	snprintf(r->dir, sizeof(r->dir), "/tmp/troth-rig-XXXXXX");
	if (mkdtemp(r->dir) == NULL)
		abort();
	clock_fix(RIG_START);
	must(settings_load(&r->conf, &r->set, r->dir, sets, n, &e), "settings", &e);
	r->set.longest_gap = 100 * INT64_C(366 * 86400);	/* tests skip years at a stride; the guard has a test of its own */
	key_file(r, "root.key");
	key_file(r, "index.key");
	randombytes_buf(r->keys.pepper, 32);
	randombytes_buf(r->keys.ticket, 32);
	crypto_box_keypair(r->keys.box_public, r->keys.box_secret);
	rig_up(r);
}

void
rig_restart(struct rig *r)
{
	rig_down(r);
	rig_up(r);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st, (void)type, (void)f;
	return remove(path);
}

void
rig_drop(struct rig *r)
{
	rig_down(r);
	conf_drop(&r->conf);
	nftw(r->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	clock_fix(0);
}

int64_t
rig_now(const struct rig *r)
{
	(void)r;
	return clock_now();
}

void
rig_later(struct rig *r, int64_t seconds)
{
	(void)r;
	clock_fix(clock_now() + seconds);
}

/* ---- one operation ---- */

static enum ipc_turn
one_batch(struct rig *r, struct ipc_ask *a)
{
	enum ipc_turn t;
	struct err e = {0};

	if (!keeper_begin(&r->keeper, &e)) {
		a->err = e;
		return IPC_ANSWER;
	}
	t = keeper_turn(&r->keeper, a);
	if (!keeper_end(&r->keeper, &e)) {
		a->err = e;
		return IPC_ANSWER;
	}
	return t;
}

static void
children_wait(struct rig *r)
{
	struct pollfd p[2] = { { .fd = argon_fd(r->keeper.argon), .events = POLLIN },
	    { .fd = packer_fd(r->keeper.packer), .events = POLLIN } };

	while (r->back == NULL) {
		if (poll(p, 2, 20000) <= 0)
			abort();
		argon_readable(r->keeper.argon);
		packer_readable(r->keeper.packer);
	}
	r->back = NULL;
}

bool
rig_ask_as(struct rig *r, unsigned peer, uint32_t op, const struct buf *in, struct buf *out)
{
	const struct ipc_op *ops = keeper_ipc_ops();
	struct ipc_ask a = { .op = op, .peer = peer };

	r->err = (struct err){0};
	buf_reset(out);
	if (in != NULL)
		a.in = span_buf(in);
	/* What the server would have ended the connection for. */
	if (op >= KEEPER_OP__COUNT || ops[op].run == NULL || (ops[op].peers & peer) == 0 ||
	    a.in.len < ops[op].least || a.in.len > ops[op].most)
		return FAIL(&r->err, ERR_INPUT, "the frame is not allowed");
	while (one_batch(r, &a) == IPC_LATER)
		children_wait(r);
	if (a.work != NULL && a.work_drop != NULL)
		a.work_drop(a.work);
	r->err = a.err;
	if (a.err.kind == ERR_NONE)
		buf_add(out, a.out.data, a.out.len);
	buf_wipe(&a.out);
	return a.err.kind == ERR_NONE;
}

bool
rig_ask(struct rig *r, uint32_t op, const struct buf *in, struct buf *out)
{
	return rig_ask_as(r, KEEPER_PEER_PORTAL, op, in, out);
}

/* ---- steps ---- */

void
rig_begin(struct buf *in, const unsigned char token[TOKEN_BYTES])
{
	buf_reset(in);
	buf_add(in, token, TOKEN_BYTES);
}

void
rig_block(struct span *s, struct rig_block *b)
{
	b->member = unpack_i64(s);
	b->flags = unpack_u8(s);
	b->roles = unpack_u32(s);
	b->bar_until = unpack_i64(s);
	b->idle_until = unpack_i64(s);
	b->ends_at = unpack_i64(s);
	b->steps = unpack_i64(s);
}

bool
rig_join(struct rig *r, const char *address, const char *password)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	pack_text(&in, address);
	pack_text(&in, password);
	pack_u32(&in, policy_number(POLICY_AGREEMENT, clock_now()));
	pack_u32(&in, policy_number(POLICY_STATEMENT, clock_now()));
	pack_text(&in, "en");
	pack_bytes(&in, "192.0.2.1", 9);
	return rig_ask(r, KEEPER_JOIN, &in, &out);
}

bool
rig_mail(struct rig *r, struct rig_mail *m)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char message_id[256];
	struct span s;

	memset(m, 0, sizeof(*m));
	must(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_MAIL_NEXT, NULL, &out), "mail next", &r->err);
	s = span_buf(&out);
	if (unpack_u8(&s) == 0)
		return false;
	m->id = unpack_i64(&s);
	m->kind = unpack_u8(&s);
	unpack_text(&s, m->lang, sizeof(m->lang));
	unpack_text(&s, m->to, sizeof(m->to));
	unpack_exact(&s, m->token, sizeof(m->token));
	unpack_text(&s, message_id, sizeof(message_id));
	unpack_u32(&s);
	unpack_text(&s, m->object, sizeof(m->object));
	unpack_i64(&s);
	must(unpack_end(&s, "mail", &r->err), "mail", &r->err);
	pack_i64(&in, m->id);
	pack_u8(&in, 0);
	must(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_MAIL_DONE, &in, &out), "mail done", &r->err);
	return true;
}

bool
rig_mail_of(struct rig *r, unsigned kind, struct rig_mail *m)
{
	while (rig_mail(r, m))
		if (m->kind == kind)
			return true;
	return false;
}

bool
rig_take(struct rig *r, const unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	return rig_ask(r, KEEPER_MAIL_TAKE, &in, &out);
}

bool
rig_sign_in(struct rig *r, const char *address, const char *password,
    unsigned char token[TOKEN_BYTES], struct rig_block *b)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block unused;
	struct span s;

	pack_text(&in, address);
	pack_text(&in, password);
	pack_u8(&in, 0);
	pack_bytes(&in, "192.0.2.1", 9);
	if (!rig_ask(r, KEEPER_SIGN_IN, &in, &out))
		return false;
	s = span_buf(&out);
	unpack_exact(&s, token, TOKEN_BYTES);
	rig_block(&s, b == NULL ? &unused : b);
	must(unpack_end(&s, "sign in", &r->err), "sign in", &r->err);
	return true;
}

void
rig_member(struct rig *r, const char *address, const char *password,
    unsigned char token[TOKEN_BYTES])
{
	struct rig_mail m;

	must(rig_join(r, address, password), "join", &r->err);
	do
		must(rig_mail_of(r, MAIL_JOIN, &m), "join's mail", &r->err);
	while (strcmp(m.to, address) != 0);
	must(rig_take(r, m.token), "take", &r->err);
	must(rig_sign_in(r, address, password, token, NULL), "sign in", &r->err);
}

bool
rig_again(struct rig *r, unsigned char token[TOKEN_BYTES], const char *password)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, token);
	pack_text(&in, password);
	pack_bytes(&in, "192.0.2.1", 9);
	if (!rig_ask(r, KEEPER_PASSWORD_AGAIN, &in, &out))
		return false;
	s = span_buf(&out);
	unpack_exact(&s, token, TOKEN_BYTES);
	rig_block(&s, &b);
	must(unpack_end(&s, "password again", &r->err), "password again", &r->err);
	must((b.flags & SESSION_FRESH) != 0, "fresh", &r->err);
	return true;
}

bool
rig_look(struct rig *r, uint32_t op, const unsigned char token[TOKEN_BYTES], struct buf *out,
    struct rig_block *b)
{
	DROP(buf_wipe) struct buf in = {0};
	struct rig_block unused;
	struct span s;

	rig_begin(&in, token);
	if (!rig_ask(r, op, &in, out))
		return false;
	s = span_buf(out);
	rig_block(&s, b == NULL ? &unused : b);
	return !s.bad;
}
