/*
 * troth-prover - looks up in DNS and over HTTP whether a domain says what its
 * member says, and signs what it saw.
 *
 *	troth-prover --state DIR [--set name=value]...
 *
 * SECURITY.  Listens on DIR/run/prover.sock for the portal and control, which
 * show their channel secrets.  Talks to name servers and web servers that
 * strangers choose, so it holds nothing but its own statement key: no personal
 * data, no store, no file it could write.  Private and special addresses are
 * refused (place.h), every look-up ends at its deadline, and so many run at
 * once at most.  Once started it opens no file any more, makes no process,
 * listens on nothing else and calls no process of this machine; the key lies on
 * a locked page.  Whoever takes it
 * over can sign false statements for challenges the keeper has open, nothing more.
 */
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "ledger/base/secret.h"
#include "portal/prover/fetch.h"
#include "portal/prover/op.h"
#include "portal/prover/service.h"
#include "privacy/start.h"

#define SOCKET	"run/prover.sock"
#define KEY	"prover/statement.key"

static bool
peers_read(struct ipc_peer peers[2], struct err *e)
{
	peers[0] = (struct ipc_peer){ .name = "portal", .bit = PROVER_PEER_PORTAL };
	peers[1] = (struct ipc_peer){ .name = "control", .bit = PROVER_PEER_CONTROL };
	return ipc_peers_read(peers, 2, "prover/peers", e);
}

static void
key_drop(unsigned char **key)
{
	sodium_free(*key);
}

static bool
serve(const struct settings *s, struct err *e)
{
	/* /dev/null and urandom are asked for by libraries; the rest is open by now. */
	static const char *const reads[] = { "-/dev/urandom", "-/dev/null", NULL };
	static const struct jail_spec jail = { .read = reads, .net = JAIL_OUTWARDS };
	DROP(key_drop) unsigned char *key = sodium_malloc(STATEMENT_SECRET);
	DROP(prover_drop) struct prover *p = NULL;
	DROP(dns_drop) struct dns *dns = NULL;
	struct ipc_peer peers[2];
	bool good;
	int fd;

	if (key == NULL)
		return FAIL(e, ERR_MEMORY, "a locked page for the key");
	TRY(secret_read(KEY, key, STATEMENT_SECRET, e));
	TRY(peers_read(peers, e));
	TRY(dns_open(&dns, s, e));
	TRY(fetch_prepare(e));
	good = prover_open(&p, &dns, s, key, peers, COUNT(peers), e);
	sodium_memzero(peers, sizeof(peers));
	TRY(good);
	TRY(ipc_listen(&fd, SOCKET, e));
	if (!jail_close(&jail, s->unwalled, e)) {
		close(fd);
		return false;
	}
	log_note("ready");
	return prover_serve(p, fd, &process_stop, e);
}

static bool
start(int argc, char **argv, struct err *e)
{
	DROP(conf_drop) struct conf *conf = NULL;
	struct settings s;

	TRY(start_read(&conf, &s, argc, argv, e));
	TRY(process_signals(NULL, e));
	return serve(&s, e);
}

int
main(int argc, char **argv)
{
	struct err e = {0};

	process_begin("prover");
	return process_end(start(argc, argv, &e), &e);
}
