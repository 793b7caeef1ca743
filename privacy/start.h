/*
 * privacy/start.h - the first step of every process: what it was told, and where it stands.
 *
 * Stands on settings, clock.  Reads the configuration and nothing else: keys,
 * uid, stores and walls are each main's own, in the order one reads there.
 */
#ifndef PRIVACY_START_H
#define PRIVACY_START_H
#include "ledger/base/process.h"
#include "privacy/settings.h"

/*
 * From the command line ("--state DIR [--set name=value]...") to its settings,
 * with DIR as the working directory, the clock where the settings want it, and
 * libsodium ready.  *keep owns the texts that *into points to: drop it in any
 * case.  Fails: ERR_INPUT (a word, a setting), ERR_IO (DIR), ERR_CRYPTO.
 */
bool start_read(struct conf **keep, struct settings *into, int argc, char **argv,
    struct err *e) MUST;
#endif
