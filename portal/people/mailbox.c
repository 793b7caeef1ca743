#include <stdio.h>
#include <string.h>
#include "portal/ca/host.h"
#include "portal/people/mailbox.h"
#include "ledger/base/pack.h"

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

void
pack_mailbox(struct buf *in, const char *typed)
{
	char known[MAILBOX_TEXT];

	pack_text(in, mailbox(typed, known));
	explicit_bzero(known, sizeof(known));
}

void
mailbox_shown(const char *address, char into[MAILBOX_TEXT])
{
	const char *at = strrchr(address, '@'), *domain = at == NULL ? address : at + 1;
	char host[256];

	host_shown(domain, host);
	snprintf(into, MAILBOX_TEXT, "%.*s%s", (int)(domain - address), address, host);
}
