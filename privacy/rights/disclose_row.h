/*
 * privacy/rights/disclose_row.h - what disclose.c, disclose_file.c, disclose_tell.c, recipient.c and guest*.c share; nobody else
 * includes it.
 */
#ifndef PRIVACY_RIGHTS_DISCLOSE_ROW_H
#define PRIVACY_RIGHTS_DISCLOSE_ROW_H
#include "privacy/facts/case.h"
#include "privacy/rights/disclose.h"

struct disclosure {
	int64_t		number, first, last;	/* days of the period, inclusive */
	int64_t		silent_until;		/* 0: none; a moment */
	int64_t		until;			/* agreed on, and to be fetched by then; 0 */
	int64_t		given_at;		/* 0: not */
	uint64_t	fields;
};
struct disclosure_person {
	int64_t		member, person;		/* person: 1, 2 ...: how the file names them */
	int64_t		tell_at, told_at;	/* 0: not given, not told */
	uint64_t	given;			/* fields that were in the file */
	int64_t		key;
	struct buf	recipient;		/* the box */
};
struct disclosure_people { struct disclosure_person row[DISCLOSURE_PEOPLE]; size_t n; };
void disclosure_people_wipe(struct disclosure_people *p);	/* fits DROP() */

/* ERR_ABSENT with WHY_CASE_ABSENT; also for whom it names. */
bool disclosure_get(struct keeper *k, int64_t officer, int64_t number, struct disclosure *x, struct err *e) MUST;
bool disclosure_people(struct keeper *k, int64_t number, struct disclosure_people *p, struct err *e) MUST;
/* DISCLOSURE and MORE of op_disclose.h; fetches: the reader may fetch the file, when there is one. */
bool disclosure_show(struct keeper *k, const struct disclosure *x, bool fetches, int64_t now, struct buf *into, struct err *e) MUST;
/* A line about its case. */
bool disclosure_said(struct keeper *k, const struct case_row *c, const char *what, enum entry_role role, int64_t now, struct err *e) MUST;
/* It was given; to be told to its people then. */
bool disclosure_given(struct keeper *k, const struct disclosure *x, int64_t now, struct err *e) MUST;
/* Write back what can change of one person. */
bool disclosure_person_set(struct keeper *k, int64_t number, const struct disclosure_person *p, struct err *e) MUST;
/* Authority and basis; empty once they are gone. */
struct disclosure_words { char authority[DISCLOSURE_WORDS + 1], basis[DISCLOSURE_WORDS + 1]; };
bool disclosure_words(struct keeper *k, int64_t number, struct disclosure_words *w, struct err *e) MUST;
/* The document as the authority sent it; empty once it is gone. */
bool disclosure_document(struct keeper *k, int64_t number, struct buf *into, struct err *e) MUST;
/* Who got it, as the member's own row keeps it. */
bool disclosure_recipient(struct keeper *k, int64_t number, const struct disclosure_person *p, struct buf *into, struct err *e) MUST;
bool disclosure_recipient_keep(struct keeper *k, int64_t number, const struct owner *of, const char *authority,
    struct disclosure_person *p, struct err *e) MUST;
/* Tell one person: line, mail, and the case ends with the last one.  role and actor: who gave it, or the program. */
struct disclosure_teller { enum entry_role role; int64_t actor, role_key; };
bool disclosure_tell(struct keeper *k, const struct disclosure *x, struct disclosure_person *p,
    const struct disclosure_teller *by, int64_t now, struct err *e) MUST;
/* Is nobody left to be told?  Then the case is over, if it is not yet. */
bool disclosure_all_told(struct keeper *k, int64_t number, int64_t now, struct err *e) MUST;
/* u32 m, m * recipients to be told, of op_disclose.h; none of who asks. */
bool recipients_pack(struct keeper *k, int64_t officer, struct buf *into, struct err *e) MUST;
#endif
