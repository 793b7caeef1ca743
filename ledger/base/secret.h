/*
 * ledger/base/secret.h - a key or channel secret that lies in a file of its own.
 *
 * The file holds the bytes and nothing else: a size that is not exactly right
 * is somebody's mistake and refused, never padded or cut.
 *
 * Stands on err.  Does not decide where the bytes live: whoever asks brings
 * locked memory when it matters.  Writes nothing.
 */
#ifndef LEDGER_BASE_SECRET_H
#define LEDGER_BASE_SECRET_H
#include "ledger/base/err.h"

/*
 * size bytes into `into`, which holds zeros when it fails: ERR_ABSENT (no such
 * file), ERR_INPUT (no file of exactly this size), ERR_IO.
 */
bool secret_read(const char *path, void *into, size_t size, struct err *e) MUST;
#endif
