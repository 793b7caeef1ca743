/*
 * portal/trust/line.h - a line of the directory: from what was typed to what is shown.
 *
 * Stands on directory, language, atlas, form.
 */
#ifndef PORTAL_TRUST_LINE_H
#define PORTAL_TRUST_LINE_H
#include "portal/trust/views_directory.h"

/* As people read it. */
void line_fill(struct line_view *w, const struct directory_line *l, int64_t km);
/*
 * The fields region, languages and place of v->form into *l, or faults in the
 * form.  name is the one to be shown, "" for none.  Ids are left alone.
 */
bool line_typed(struct visit *v, const char *name, struct directory_line *l, struct err *e) MUST;
#endif
