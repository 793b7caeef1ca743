/*
 * privacy/lists.h - the lists of mail that this site offers, as the setting mail.lists says them.
 *
 *	news: What is new here, four times a year; talk: Members among themselves > https://lists.example.org/talk
 *
 * A name of small letters, digits and hyphens, a sentence about what the list brings, and, for one that is kept by other
 * software, the address a member is led to: no data goes there.
 *
 * Stands on err.  Does not know who wants what (privacy/facts/wish.h).
 */
#ifndef PRIVACY_LISTS_H
#define PRIVACY_LISTS_H
#include "ledger/base/err.h"

#define LISTS_MOST	16
#define LIST_NAME	24	/* bytes with NUL */

struct mail_list { char name[LIST_NAME], says[200], outside[200]; };	/* outside: "" ours */

/* ERR_INPUT: not of this shape, or one name twice. */
bool lists_read(const char *text, struct mail_list into[LISTS_MOST], size_t *n, struct err *e) MUST;
/* The list of this name; NULL: none.  lists are n. */
const struct mail_list *lists_find(const struct mail_list *lists, size_t n, const char *name);
#endif
