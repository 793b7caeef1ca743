#include <stdio.h>
#include <string.h>
#include "portal/ca/host.h"
#include "portal/people/mailbox.h"

const char *
mailbox(const char *typed, char into[MAILBOX_TEXT])
{
	const char *at = strrchr(typed, '@');
	char host[256];

	if (at != NULL && at - typed < 128 && host_ascii(at + 1, host, NULL))
		snprintf(into, MAILBOX_TEXT, "%.*s@%s", (int)(at - typed), typed, host);
	else
		snprintf(into, MAILBOX_TEXT, "%s", typed);
	return into;
}
