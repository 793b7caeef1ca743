/*
 * portal/web/say.h - words in the visitor's language.
 *
 * Texts are written in English in pages and C files and are their own message
 * ids.  What a catalog says is escaped like anything else.
 *
 * Stands on words.  Knows no plurals: texts are written so that none is needed.
 */
#ifndef PORTAL_WEB_SAY_H
#define PORTAL_WEB_SAY_H
#include "portal/web/visit.h"
#include "portal/web/words.h"

/* The message in the visitor's language; msgid itself when there is none. */
const char *say(const struct visit *v, const char *msgid);
/* A <time> of "3 minutes ago", "in 5 days" or "just now" and the UTC time; at 0: "never". */
void say_ago(const struct visit *v, int64_t at, struct buf *into);
void say_ago_text(const struct visit *v, int64_t at, struct buf *into);	/* without the tag */
void say_iso(int64_t at, struct buf *into);	/* "2026-11-22T09:30:00Z", for <time datetime> */
void say_utc(int64_t at, struct buf *into);	/* "2026-11-22 09:30 UTC" */
void say_day(int64_t at, struct buf *into);	/* "2026-11-22" */
/* A domain, or an address: where it is too long for its line it goes on behind a dot or the "@".  It is copied whole. */
void say_host(const char *name, struct buf *into);
/* Hex digits in groups of four, selectable as one and copied without blanks. */
void say_serial(const char *hex, struct buf *into);

/*
 * A message with marks ("{1}", "<a>", "</a>"), for compiled pages: the
 * translation when it holds each mark once and each closing mark after its
 * opening one, else msgid.
 */
const char *say_run(const struct visit *v, const char *msgid, const char *const *marks, size_t n);
/* Write escaped text up to the next mark; its index, or n at the end. */
size_t run_next(const char **run, const char *const *marks, size_t n, struct buf *into);
#endif
