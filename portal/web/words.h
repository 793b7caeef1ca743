/*
 * portal/web/words.h - catalogs of translations: .mo files of GNU gettext.
 *
 * Loaded once at start, before threads; only read afterwards.  A file is
 * checked whole (bounds, ends, order, UTF-8) before it is used.  The format:
 * gettext manual, "The Format of GNU MO Files"; either byte order.
 *
 * Stands on base alone.
 */
#ifndef PORTAL_WEB_WORDS_H
#define PORTAL_WEB_WORDS_H
#include "ledger/base/pack.h"

#define WORDS_MOST	32		/* languages beside English */

struct words;

/* Read every LANG.mo in dir; no such folder: English alone.
   ERR_INPUT: a file that is no catalog; ERR_IO, ERR_MEMORY. */
bool words_load(const char *dir, struct err *e) MUST;
/* A catalog from memory (copied).  ERR_INPUT, ERR_MEMORY. */
bool words_add(const char *lang, struct span mo, struct err *e) MUST;
void words_drop(void);			/* all of them */
/* The translation, msgid itself when there is none. */
const char *words_find(const struct words *w, const char *msgid);
/* By quality (RFC 9110 section 12.5.4).  *lang is "en" and the result NULL when English is best or none fits. */
const struct words *words_pick(const char *accept_language, const char **lang);
#endif
