/*
 * tests/unit/name_rig.h - names, birth dates and planted words about them, inside a trust rig.
 */
#ifndef TESTS_UNIT_NAME_RIG_H
#define TESTS_UNIT_NAME_RIG_H
#include "privacy/facts/name.h"
#include "tests/unit/trust_rig.h"

/* A further name, or (index) another text for one; false: refused, r->err says how. */
bool name_put(struct rig *r, struct person *p, unsigned index, unsigned sort, const char *given, const char *family,
    uint8_t *got);
#define FURTHER_NAME	255u
/* KEEPER_NAME_MAIN, KEEPER_NAME_ERASE. */
bool name_do(struct rig *r, struct person *p, uint32_t op, unsigned index);
bool birth_propose(struct rig *r, struct person *p, const char *date);
/* KEEPER_DATA_SET of one field, KEEPER_DATA_ERASE. */
bool field_set(struct rig *r, struct person *p, uint32_t field, const char *value);
bool field_erase(struct rig *r, struct person *p, uint32_t field);
/* The password once more. */
void person_fresh(struct rig *r, struct person *p);

struct named { uint8_t index, sort; bool first, vouched, may; int64_t points; char given[256], middle[256], family[256], suffix[256]; };
struct named_all { struct named row[VOUCH_NAMES]; size_t n; int64_t points; unsigned birth; uint32_t stranded; };	/* stranded: certificates */
/* KEEPER_NAMES. */
void person_names(struct rig *r, struct person *p, struct named_all *all);
/* The row of an index; NULL: none. */
const struct named *named_of(const struct named_all *all, unsigned index);

/* A signed (or, drafted, unsigned) assurance as it would stand there now; its id. */
int64_t word_plant(struct rig *r, const struct person *giver, const struct person *member, int64_t points,
    uint32_t names, bool drafted);
/* Write one back after changing it. */
void word_get(struct rig *r, int64_t id, struct assurance *a);
void word_set(struct rig *r, const struct assurance *a);
/* Role and count follow. */
void person_refresh(struct rig *r, struct person *p);
/* What others keep: FIELD_SIGNER, FIELD_INITIALS. */
void person_lent(struct rig *r, const struct person *p, enum field f, char into[256]);
#endif
