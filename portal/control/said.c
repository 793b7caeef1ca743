#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "portal/control/file.h"
#include "portal/control/said.h"
#include "portal/control/talk.h"
#include "privacy/keeper/op.h"

bool
said_add(const char *path, const char *words, struct err *e)
{
	DROP(buf_wipe) struct buf all = {0};

	if (file_there(path))
		TRY(file_get(path, &all, e));
	buf_fmt(&all, "%s%s", all.len > 0 ? "\n" : "", words);
	TRY(buf_ok(&all, e));
	return file_put(path, all.data, all.len, 0600, e);
}

bool
said_now(const char *event, const char *words, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_text(&in, event);
	pack_text(&in, words);
	return talk("keeper", KEEPER_SYSTEM_ENTRY, &in, NULL, TALK_WAIT_MS, e);
}

bool
said_tell(const char *path, const char *event, struct err *e)
{
	DROP(buf_wipe) struct buf words = {0};
	char *rest, *line;

	if (!file_there(path))
		return true;
	TRY(file_get(path, &words, e));
	for (rest = words.data; (line = strsep(&rest, "\n")) != NULL; )
		if (line[0] != '\0')
			TRY(said_now(event, line, e));
	return unlink(path) == 0 || FAIL(e, ERR_IO, "%.100s: %s", path, strerror(errno));
}
