/*
 * portal/signer/lists.h - the lists of revoked certificates, made anew when they are due.
 *
 * One list for each issuer and shard; due when the book changed, at its refresh
 * age, after a start, and when it comes from the future.
 *
 * Stands on book, crl.  Publishes nothing: the clerk asks and writes the file.
 */
#ifndef PORTAL_SIGNER_LISTS_H
#define PORTAL_SIGNER_LISTS_H
#include "portal/signer/signer.h"

enum ipc_turn crl_run(void *self, struct ipc_ask *a);		/* SIGNER_CRL */
#endif
