/*
 * portal/web/route_list.h - the route tables as text, for people and tests.
 *
 * One line a row, tab between its columns:
 *	method path name guard needs role purpose [name:kind:least:most:required:choices]...
 * Says what the dispatcher will demand; demands nothing itself.
 */
#ifndef PORTAL_WEB_ROUTE_LIST_H
#define PORTAL_WEB_ROUTE_LIST_H
#include <stdio.h>
#include "portal/web/route.h"

/* ERR_IO when it could not be written. */
bool route_list(const struct route_table *tables, size_t n, FILE *to, struct err *e) MUST;
#endif
