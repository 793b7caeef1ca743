/*
 * portal/web/site.h - the site store: what shows, DIR/site/site.db.
 *
 * Written by portal and clerk (and by `troth notice` and `troth challenge load`), so
 * every writer takes the store's lock.  Holds notices, the public faces of TLS
 * certificates, what members published (portal/trust/directory.h), and the questions
 * of the assurer challenge (questions.h); no row says whose anything is.
 * Each face, and each published row, carries the number of the ledger entry that
 * was committed before it.
 *
 * Stands on ledger/store.
 */
#ifndef PORTAL_WEB_SITE_H
#define PORTAL_WEB_SITE_H
#include "ledger/store/store.h"

#define SITE_PATH	"site/site.db"	/* below the state folder */
#define SITE_SERIAL	16		/* bytes */
#define NOTICE_MAX	500		/* bytes of a notice's words */

extern const struct store_spec site_spec;

/* ---- notices on the front page ---- */
struct notice { int64_t number, since; char words[NOTICE_MAX + 1]; };

/* ERR_INPUT: empty, too long or no UTF-8.  *number is the new notice's. */
bool notice_add(struct store *st, const char *words, int64_t at, int64_t *number, struct err *e) MUST;
/* ERR_ABSENT: no open notice of that number. */
bool notice_end(struct store *st, int64_t number, int64_t at, struct err *e) MUST;
/* The open ones, newest first; *n of them, at most `most`. */
bool notice_list(struct store *st, struct notice *into, size_t most, size_t *n, struct err *e) MUST;

/* ---- public faces of TLS certificates ---- */
struct face {
	unsigned char	serial[SITE_SERIAL], sha256[32];
	uint8_t		profile;		/* enum profile */
	int64_t		not_before, not_after;
	const char	*names;			/* DNS names with a blank between them */
	int64_t		number;			/* of the ledger entry */
};

/* A face that is there already stays as it is: true. */
bool site_face_put(struct store *st, const struct face *f, struct err *e) MUST;
/* Its names with a blank between; "" when it has no face here (or not yet). */
/* The names go, serial and the rest stay; fine when there is none. */
bool site_face_strip(struct store *st, const unsigned char serial[SITE_SERIAL], struct err *e) MUST;
bool site_face_names(struct store *st, const unsigned char serial[SITE_SERIAL], struct buf *into,
    struct err *e) MUST;
/* The highest ledger number of a face, 0 without any: where the clerk goes on. */
bool site_face_head(struct store *st, int64_t *number, struct err *e) MUST;
#endif
