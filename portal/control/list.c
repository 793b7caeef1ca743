/*
 * portal/control/list.c - `troth list NAME FILE`: a mail to all who asked for a list and confirmed it.
 *
 * Cut off, it is said once more: the same words go to nobody twice.  They come from a file; the keeper alone knows who wants them, writes a slice of them a call and says how many.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "portal/control/command.h"
#include "portal/control/file.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "privacy/keeper/op.h"
#include "privacy/lists.h"

static bool
words_read(const char *path, struct buf *words, struct err *e)
{
	TRY(file_get(path, words, e));
	if (words->len == 0 || words->len > LIST_WORDS || memchr(words->data, 0, words->len) != NULL ||
	    memchr(words->data, '\f', words->len) != NULL)
		return FAIL(e, ERR_INPUT, "%.200s: a mail of a list is plain text of at most %d bytes", path, LIST_WORDS);
	return true;
}

/* One slice; *after is where the next begins, 0: all were written to. */
static bool
some(const char *name, const struct buf *words, int64_t *after, int64_t *sent, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	pack_text(&in, name);
	pack_bytes(&in, words->data, words->len);
	pack_i64(&in, *after);
	TRY(talk("keeper", KEEPER_LIST_MAIL, &in, &out, TALK_WAIT_MS, e));
	s = span_buf(&out);
	*after = unpack_i64(&s);
	*sent += unpack_i64(&s);
	return unpack_end(&s, "list", e);
}

bool
command_list(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(buf_wipe) struct buf words = {0};
	struct mail_list lists[LISTS_MOST];
	int64_t after = 0, sent = 0;
	size_t n;

	TRY(words_read(c->word[1], &words, e));		/* before the working directory is another one */
	TRY(state_visit(&s, c->line.state, e));
	TRY(lists_read(c->set.mail_lists, lists, &n, e));
	if (lists_find(lists, n, c->word[0]) == NULL)
		return FAIL(e, ERR_INPUT, "%.40s: mail.lists names no such list", c->word[0]);
	do {
		if (!some(c->word[0], &words, &after, &sent, e)) {
			printf("%" PRId64 " were written to before this failed.\n", sent);
			return false;
		}
	} while (after != 0);
	printf("The mail goes to %" PRId64 " who confirmed the list %s.\n", sent, c->word[0]);
	return true;
}
