/*
 * portal/web/pass.h - a connection goes from the worker that ends to one that stays.
 *
 * nginx can't tell a connection that is about to be closed from one that waits for its next
 * request: what it sends there in that moment is lost.  So nothing is closed: the descriptor
 * waits in a pair of sockets, made before the workers, until one of them takes it, with
 * whatever was sent on it meanwhile.
 *
 * Source: unix(7), SCM_RIGHTS.
 */
#ifndef PORTAL_WEB_PASS_H
#define PORTAL_WEB_PASS_H
#include "ledger/base/err.h"

enum { PASS_TAKE, PASS_GIVE, PASS__ENDS };

/* Neither end blocks; both are closed by exec.  ERR_IO. */
bool pass_open(int pass[PASS__ENDS], struct err *e) MUST;
/* The descriptor stays the caller's.  False: there is no room. */
bool pass_give(const int pass[PASS__ENDS], int fd) MUST;
/* A connection, the caller's from now on; -1: none is waiting, or it was no socket. */
int pass_take(const int pass[PASS__ENDS]);
#endif
