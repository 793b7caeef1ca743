#include <stdio.h>
#include "portal/clerk/mime.h"
#include "portal/control/command.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "privacy/keeper/op.h"

/* `troth mail test ADDRESS`: goes the whole way, keeper's queue, clerk, transport. */
bool
command_mail(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(buf_wipe) struct buf in = {0};

	if (strcmp(c->word[0], "test") != 0)
		return FAIL(e, ERR_INPUT, "usage: troth mail test ADDRESS");
	if (!mime_address_ok(c->word[1]))
		return FAIL(e, ERR_INPUT, "that is not an e-mail address; write it like name@example.org");
	TRY(state_visit(&s, c->line.state, e));
	pack_text(&in, c->word[1]);
	TRY(talk("keeper", KEEPER_MAIL_TEST, &in, NULL, TALK_WAIT_MS, e));
	if (c->set.smtp_url[0] == '\0')
		printf("The mail will be in %s/outbox within seconds: no mail server is set.\n", s.dir);
	else
		printf("The mail is on its way to %s; what the server says stands in the clerk's log.\n",
		    c->set.smtp_url);
	return true;
}
