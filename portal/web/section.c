#include <string.h>
#include "portal/web/section.h"

const struct section sections_own[] = {
	{ "home",	MSG("Home"),		"/home",	true },
	{ "certs",	MSG("Certificates"),	"/certs",	true },
	{ "domains",	MSG("Domains"),		"/domains",	true },
	{ "addresses",	MSG("Addresses"),	"/addresses",	true },
	{ "trust",	MSG("My points"),	"/points",	true },
	{ "directory",	MSG("Directory"),	"/directory",	true },
	{ "events",	MSG("Events"),		"/events",	true },
	{ "data",	MSG("My data"),		"/data",	true },
	{ "history",	MSG("My history"),	"/history",	true },
	{ "rights",	MSG("Your rights"),	"/rights",	true },
	{ "settings",	MSG("Settings"),	"/settings",	true },
	{ "cases",	MSG("My cases"),	"/cases",	false },
	{ "desk",	MSG("Support desk"),	"/desk",	false },
	{ "officers",	MSG("Decisions"),	"/officers",	false },
	{ "audit",	MSG("Audit"),		"/audit",	false },
	{ NULL, NULL, NULL, false },
};

const struct section sections_public[] = {
	{ "status",	MSG("Check a certificate"), "/status",	true },
	{ "directory",	MSG("Directory"),	"/directory",	true },
	{ "events",	MSG("Events"),		"/events",	true },
	{ "roots",	MSG("Our roots"),	"/roots",	true },
	{ "help",	MSG("Help"),		"/help",	true },
	{ "join",	MSG("Join"),		"/join",	true },
	{ "sign-in",	MSG("Sign in"),		"/sign-in",	true },
	{ "case",	MSG("Cases"),		"/case",	false },
	{ "home",	MSG("Home"),		"/",		false },
	{ "privacy",	MSG("Privacy statement"), "/privacy",	false },
	{ NULL, NULL, NULL, false },
};

const struct section *
section_find(const struct visit *v, const char *name)
{
	for (const struct section *s = v->has_session ? sections_own : sections_public; s->name != NULL; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}
