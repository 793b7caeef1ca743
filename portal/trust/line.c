#include <string.h>
#include "portal/trust/language.h"
#include "portal/trust/line.h"

void
line_fill(struct line_view *w, const struct directory_line *l, int64_t km)
{
	DROP(buf_wipe) struct buf languages = {0};

	*w = (struct line_view){ .km = km };
	snprintf(w->id_text, sizeof(w->id_text), "%lld", (long long)l->id);
	snprintf(w->name, sizeof(w->name), "%s", l->name);
	snprintf(w->region, sizeof(w->region), "%s", l->region);
	languages_say(l->languages, &languages);
	snprintf(w->languages, sizeof(w->languages), "%s", languages.failed || languages.data == NULL ? "" : languages.data);
	if (l->placed)
		spot_write(l->spot, w->spot);
}

/* A town of the atlas, coordinates, or a town that others' lines name. */
static bool
place_typed(struct visit *v, struct directory_line *l, struct err *e)
{
	const char *typed = form_text(&v->form, "place");
	struct where p;

	if (typed[0] == '\0')
		return true;
	TRY(search_place(v->store, v->site->atlas, typed, &p, e));
	l->placed = p.state == WHERE_SPOT;
	l->spot = p.spot;
	if (p.state == WHERE_CHOICES)
		form_fault(&v->form, "place", MSG("Several places have such a name. Type its full name, or coordinates like 48.1, 11.6."));
	else if (!l->placed)
		form_fault(&v->form, "place", MSG("No place of this name is known here. Type a large town nearby, or coordinates like 48.1, 11.6."));
	return true;
}

bool
line_typed(struct visit *v, const char *name, struct directory_line *l, struct err *e)
{
	const char *region = form_text(&v->form, "region"), *languages = form_text(&v->form, "languages");

	snprintf(l->name, sizeof(l->name), "%s", name);
	snprintf(l->region, sizeof(l->region), "%s", region);
	atlas_key(region, l->region_key);
	if (!languages_read(languages, l->languages))
		form_fault(&v->form, "languages", MSG("One of these is not known here, or they are more than eight. Type names or codes: Deutsch, English, fr."));
	TRY(place_typed(v, l, e));
	if (region[0] == '\0' && form_text(&v->form, "place")[0] == '\0')
		form_fault(&v->form, "region", MSG("Say at least in which town or region you are, or where on the map."));
	return true;
}
