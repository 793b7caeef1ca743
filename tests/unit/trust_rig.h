/*
 * tests/unit/trust_rig.h - people of a web of trust inside a keeper rig: enrolled
 * members, assurers made by planting signed assurances, and the usual steps of a meeting.
 *
 * Planted assurances are rows as signing leaves them, without a meeting's words.
 */
#ifndef TESTS_UNIT_TRUST_RIG_H
#define TESTS_UNIT_TRUST_RIG_H
#include "privacy/facts/assurance.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/trust.h"
#include "tests/unit/keeper_rig.h"

#define TRUST_PASSWORD	"plenty of unrelated wooden hats"

struct person {
	char		address[64];
	struct owner	owner;
	unsigned char	token[TOKEN_BYTES];
};

/* A member with name, birth date, nationality and a passport of this number; birth NULL: none of these but the name. */
void person_make(struct rig *r, struct person *p, const char *login, const char *given, const char *family,
    const char *birth, const char *number);
void person_sign_in(struct rig *r, struct person *p);
/* So many signed assurances of 35 points by other (planted) people, and the challenge if passed; role and session follow. */
void person_vouched(struct rig *r, struct person *p, unsigned assurances, bool passed);
/* Experience: so many assurances in person given to planted people. */
void person_experienced(struct rig *r, struct person *p, unsigned given);
/* Enough of both for 35 points to give. */
void person_assurer(struct rig *r, struct person *p, const char *login, const char *given, const char *family);
/* Change the facts of a member directly, then let role and points follow. */
void person_facts(struct rig *r, struct person *p, const struct trust_facts *t);
void person_points(struct rig *r, const struct person *p, struct points *into);
uint32_t person_roles(struct rig *r, const struct person *p);

/* Begin a transaction of the rig's keeper by hand, and end it. */
void rig_begin_hand(struct rig *r);
void rig_end_hand(struct rig *r);
/* The keeper's own look at everything it holds finds nothing wrong. */
void rig_healthy(struct rig *r);

/* ---- steps of a meeting; false: refused, r->err says how ---- */
bool meet_code(struct rig *r, struct person *member, unsigned kind, char code[CODE_TEXT], int64_t *id);
/* The code of this hand-over, as its owner's list shows it. */
bool meet_code_shown(struct rig *r, struct person *member, int64_t id, char code[CODE_TEXT]);
bool meet_take(struct rig *r, struct person *assurer, const char *code, int64_t *id);
struct met { unsigned birth, kind, number, names; uint8_t index[VOUCH_NAMES], match[VOUCH_NAMES], left[4]; int64_t shown; unsigned young, proposed; uint32_t vouched; int64_t most; };
bool meet_match(struct rig *r, struct person *assurer, int64_t id, const char *name, const char *birth, const char *kind,
    const char *number, struct met *m);
struct draft_words { const char *place, *met; uint32_t documents, names; bool refuses, parent, paper; int64_t points; uint8_t link, from, to; const char *third_party; };
bool meet_draft(struct rig *r, struct person *assurer, int64_t id, const struct draft_words *w, int64_t *draft);
/* Signs one; *why is its answer.  The assurer's token follows. */
bool meet_sign(struct rig *r, struct person *assurer, int64_t draft, uint32_t *why);
/* All of it, to the end: true when signed. */
bool meet_whole(struct rig *r, struct person *assurer, struct person *member, const char *name, const char *birth, int64_t points);
/* The day of the rig's clock, "2026-11-18". */
const char *meet_today(const struct rig *r);
#endif
