/*
 * privacy/facts/order.h - what a member asks a certificate for, read from the frame.
 *
 * Names are brought to one spelling and doubles dropped; whether they are the
 * member's is not asked here (privacy/facts/issue.h).
 *
 * Stands on keeper, ticket, address.
 */
#ifndef PRIVACY_FACTS_ORDER_H
#define PRIVACY_FACTS_ORDER_H
#include "privacy/facts/ticket_book.h"

#define LABEL_TEXT	200	/* bytes of a member's own note, with NUL */

struct order {
	uint8_t		profile;
	unsigned char	key_hash[32], request_hash[32], hash[ASKED_BYTES];
	uint32_t	options;
	uint8_t		named;		/* 0: no name in it, else its index + 1 */
	bool		open_to_all;
	unsigned	count;
	struct ticket_name *names;		/* count of them; bind as many */
	int64_t		bind[TICKET_NAMES];	/* the address or domain each stands on */
	unsigned	caa_count;
	struct span	caa[TICKET_NAMES];
	char		label[LABEL_TEXT];
};

void order_wipe(struct order *q);	/* fits DROP() */
/*
 * Read the act's body.  q->hash is the same for the same order, whatever CAA
 * statements came with it.  ERR_INPUT with WHY_NAMES_NONE, WHY_NAMES_MANY,
 * WHY_NAME_NOT_YOURS (no known kind), WHY_ADDRESS_SHAPE, WHY_FIELD_LONG, WHY_FIELD_SHAPE.
 */
bool order_read(struct act *a, struct order *q, struct err *e) MUST;

bool profile_is_mail(unsigned profile) MUST;
bool profile_is_assured(unsigned profile) MUST;
#endif
