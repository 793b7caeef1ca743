/*
 * portal/control/said.h - lines for the ledger that wait until the keeper is there.
 *
 * What is done to a stopped site is written to a file of the state folder, a line of the ledger each; the first start
 * brings them there and takes the file away.
 *
 * Stands on file and talk.
 */
#ifndef PORTAL_CONTROL_SAID_H
#define PORTAL_CONTROL_SAID_H
#include "ledger/base/err.h"

/* Another line at the end of the file. */
bool said_add(const char *path, const char *words, struct err *e) MUST;
/* One line of this event, now.  ERR_BUSY: the keeper does not answer. */
bool said_now(const char *event, const char *words, struct err *e) MUST;
/* Every line of the file, if there is one. */
bool said_tell(const char *path, const char *event, struct err *e) MUST;
#endif
