/* portal/trust/directory.c - the search page, the same for visitors and for members. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/language.h"
#include "portal/trust/line.h"
#include "portal/trust/routes.h"

#define WITHIN_USUAL	"50"

struct searching {
	struct directory_view	view;
	struct where		place;
	char			language[LANGUAGES_CODES];	/* a code; "" any */
	struct found		*found;
	size_t			most;
};

static void
searching_wipe(struct searching *s)
{
	wipe_free(s->found);
	wipe_free(s->view.row);
}

static bool
searching_begin(struct visit *v, struct searching *s, struct err *e)
{
	s->most = (size_t)v->site->directory_most;
	s->found = calloc(s->most, sizeof(*s->found));
	s->view.row = calloc(s->most, sizeof(*s->view.row));
	if (s->found == NULL || s->view.row == NULL)
		return FAIL(e, ERR_MEMORY, "directory: %zu lines", s->most);
	if (form_text(&v->form, "within")[0] == '\0')
		form_put(&v->form, "within", WITHIN_USUAL);
	s->view.place = form_text(&v->form, "place");
	s->view.language = form_text(&v->form, "language");
	s->view.within = form_shown(&v->form, "within");
	s->view.asked = form_good(&v->form) && (s->view.place[0] != '\0' || s->view.language[0] != '\0');
	return directory_count(v->store, &s->view.all, e);
}

static void
read_language(struct visit *v, struct searching *s)
{
	if (!languages_read(s->view.language, s->language) || strchr(s->language, ' ') != NULL)
		form_fault(&v->form, "language", MSG("Type one language: its name, or a code like de, en, fr."));
}

/* What comes after this distance. */
static const char *
farther_than(const char *within)
{
	static const char *const steps[] = { "10", "25", "50", "100", "250", "500", "1000", NULL };

	for (size_t i = 0; steps[i] != NULL; i++)
		if (strcmp(steps[i], within) == 0)
			return steps[i + 1];
	return NULL;
}

/* Behind those at a known distance, those that name the place and say no spot. */
static bool
near(struct visit *v, struct searching *s, struct err *e)
{
	double km = (double)strtol(s->view.within, NULL, 10);
	size_t more = 0;

	TRY(search_near(v->store, s->place.spot, km, s->language, s->found, s->most, &s->view.n, e));
	if (s->place.key[0] != '\0')
		TRY(search_region(v->store, s->place.key, true, s->language, s->found + s->view.n,
		    s->most - s->view.n, &more, e));
	s->view.n += more;
	return true;
}

static bool
search_typed(struct visit *v, struct searching *s, struct err *e)
{
	TRY(search_place(v->store, v->site->atlas, s->view.place, &s->place, e));
	s->view.farther = farther_than(s->view.within);
	switch (s->place.state) {
	case WHERE_SPOT:
		return near(v, s, e);
	case WHERE_REGION:
		return search_region(v->store, s->place.key, false, s->language, s->found, s->most, &s->view.n, e);
	case WHERE_CHOICES:
		s->view.choice = s->place.choice;
		s->view.choices = s->place.choices;
		return true;
	case WHERE_UNKNOWN:
		break;
	}
	form_fault(&v->form, "place", MSG("No place of this name is known here. Type a large town nearby, or coordinates like 48.1, 11.6."));
	return true;
}

static bool
search(struct visit *v, struct searching *s, struct err *e)
{
	if (!s->view.asked) {
		/* A small community's directory is one page. */
		s->view.everybody = s->view.all > 0 && s->view.all <= (int64_t)s->most;
		return !s->view.everybody || search_region(v->store, "", false, "", s->found, s->most, &s->view.n, e);
	}
	read_language(v, s);
	if (!form_good(&v->form))
		return true;
	return s->view.place[0] != '\0' ? search_typed(v, s, e) :
	    search_region(v->store, "", false, s->language, s->found, s->most, &s->view.n, e);
}

bool
directory_show(struct visit *v, struct err *e)
{
	DROP(searching_wipe) struct searching s = {0};

	TRY(searching_begin(v, &s, e));
	TRY(search(v, &s, e));
	for (size_t i = 0; i < s.view.n; i++)
		line_fill(&s.view.row[i], &s.found[i].line, s.found[i].km);
	s.view.full = s.view.asked && s.view.n == s.most;
	if (!form_good(&v->form))
		v->status = 422;
	page_directory(&v->page, v, &s.view);
	return buf_ok(&v->page, e);
}
