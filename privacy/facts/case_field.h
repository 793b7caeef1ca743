/*
 * privacy/facts/case_field.h - what staff see of the member whom a case concerns.
 *
 * Fields are closed at first: only that a value is held is said.  One click with a reason
 * opens one field for CASE_FIELD_LIFE to the one who clicked; before that the reason stands
 * in the member's history, and the member gets a mail.  A member who wants to be asked first
 * is asked, and nothing is opened before they allowed it in that case; a report does not wait for it, and two officers
 * may delay that they are told (telling.h).  Which fields there
 * are the kind of the case decides; an age is answered as a band.  Closing the case, handing
 * it over or taking the permission back closes what was open.
 *
 * Stands on case, setting, name, address.
 */
#ifndef PRIVACY_FACTS_CASE_FIELD_H
#define PRIVACY_FACTS_CASE_FIELD_H
#include "privacy/facts/case.h"

#define CASE_ADULT	18	/* years: what the band parts */
/* The part of KEEPER_DESK_CASE about fields.  Open ones count as openings of the member's: record it. */
bool case_fields_pack(struct keeper *k, struct act *a, const struct case_row *c, struct err *e) MUST;
#endif
