/*
 * ledger/base/log.h - one line to stderr: time, process, level, words.
 *
 * Never personal data, never a secret, never an address a visitor typed.
 * `troth run` gathers the lines; under systemd the journal does.
 */
#ifndef LEDGER_BASE_LOG_H
#define LEDGER_BASE_LOG_H
#include "ledger/base/err.h"

void log_name(const char *process);		/* static storage, e.g. "keeper" */
void log_note(const char *fmt, ...) LIKE_PRINTF(1, 2);
void log_warn(const char *fmt, ...) LIKE_PRINTF(1, 2);
/* What failed and where the failure was found, from a struct err. */
void log_err(const char *doing, const struct err *e);
#endif
