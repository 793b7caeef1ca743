/*
 * troth-signer - the only process that holds the CA's keys.
 *
 *	troth-signer --state DIR [--set name=value]...
 *
 * SECURITY.  Listens on DIR/run/signer.sock for portal, clerk and control, which
 * show their channel secrets; it has no network, reads no HTML and no JSON, and
 * opens nothing that strangers wrote: requests are taken apart by a child that
 * was forked before any key was read and is jailed without files and sockets.
 * It holds the issuers', OCSP responders' and checkpoint keys, the ticket key it shares
 * with the keeper, and the keeper's public key; private keys lie in locked
 * memory.  It signs certificates only on a ticket with the keeper's MAC, once,
 * builds every byte itself and lints it first; it signs a checkpoint only when
 * the tree provably extends the last.  It writes its own store and journal in
 * DIR/signer and nothing else: order config, child, keys, store, socket,
 * Landlock and seccomp, serve.  Whoever takes it over can issue; what it honoured stays in
 * the journals of two processes.
 */
#include <unistd.h>
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "portal/base/crypto_memory.h"
#include "portal/signer/signer.h"
#include "privacy/start.h"

#define SOCKET	"run/signer.sock"
#define FOLDER	"signer"

static bool
serve(const struct signer_settings *set, bool unwalled, struct err *e)
{
	static const char *const reads[] = { "-/dev/urandom", "-/dev/null", NULL };
	static const char *const writes[] = { FOLDER, NULL };
	static const struct jail_spec jail = { .read = reads, .write = writes, .net = JAIL_NO_NET };
	DROP(signer_drop) struct signer *s = NULL;
	struct nursery child;
	int fd;

	TRY(nursery_start(&child, set->weak_keys, unwalled, e));
	if (!keys_lock(e)) {
		nursery_stop(&child);
		return false;
	}
	TRY(signer_open(&s, FOLDER, set, &child, e));
	TRY(ipc_listen(&fd, SOCKET, e));
	if (!jail_close(&jail, unwalled, e)) {
		close(fd);
		return false;
	}
	log_note("ready");
	return signer_serve(s, fd, &process_stop, e);
}

static bool
start(int argc, char **argv, struct err *e)
{
	DROP(conf_drop) struct conf *keep = NULL;
	struct signer_settings set;
	struct settings all;

	TRY(start_read(&keep, &all, argc, argv, e));
	TRY(signer_settings(&set, &all, e));
	TRY(process_signals(NULL, e));
	return serve(&set, all.unwalled, e);
}

int
main(int argc, char **argv)
{
	struct err e = {0};

	process_begin("signer");
	return process_end(crypto_memory_wipes(&e) && start(argc, argv, &e), &e);
}
