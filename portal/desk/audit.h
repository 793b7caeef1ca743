/*
 * portal/desk/audit.h - what auditors see: seats and terms, decisions with votes, silences, notices, retention, and the
 * lines about the site itself.  No member's number, name, reason or field stands on any of it.
 */
#ifndef PORTAL_DESK_AUDIT_H
#define PORTAL_DESK_AUDIT_H
#include "portal/web/visit.h"

extern const struct route audit_routes[];
extern const size_t audit_route_count;
#endif
