/*
 * tests/unit/bank_rig.h - made-up questions, and bringing them to a test's keeper as an operator does.
 */
#ifndef TESTS_UNIT_BANK_RIG_H
#define TESTS_UNIT_BANK_RIG_H
#include "privacy/facts/bank.h"
#include "tests/unit/keeper_rig.h"

/*
 * `topics` topics with `each` questions in turn single, multiple and true/false, all of this version;
 * shift moves the right answers on.  Drop it.
 */
struct bank *made_bank(const char *language, size_t topics, size_t each, unsigned version, unsigned shift);
/* Bring it: false: refused, r->err says how. */
bool rig_bank(struct rig *r, const struct bank *b);
/* One question of it as frame number `place`. */
bool rig_bank_put(struct rig *r, const struct bank *b, size_t i, uint32_t place);
bool rig_bank_done(struct rig *r, const struct bank *b, uint32_t count, int64_t *number);
/* The key with this hash; NULL: none. */
const struct bank_key *bank_key_of(const struct bank *b, const unsigned char hash[BANK_HASH]);
#endif
