/*
 * privacy/facts/setting.h - what a member switched on.  Everything is off at first.
 *
 * Stands on keeper, record.
 */
#ifndef PRIVACY_FACTS_SETTING_H
#define PRIVACY_FACTS_SETTING_H
#include "privacy/keeper/keeper.h"

extern const char setting_schema[];
/* Without a line in the history: the caller writes one. */
bool setting_put(struct keeper *k, int64_t member, enum setting s, int64_t value, struct err *e) MUST;
/* 0 when never set. */
bool setting_get(struct keeper *k, int64_t member, enum setting s, int64_t *value, struct err *e) MUST;
#endif
