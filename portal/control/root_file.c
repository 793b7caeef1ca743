#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include "portal/control/file.h"
#include "portal/control/root_file.h"
#include "portal/signer/root_list.h"
#include "portal/signer/settings.h"

#define FOLDER		"signer"
#define OURS		FOLDER "/root.crl"
#define PUBLISHED	"www" SIGNER_PATH_ROOT_CRL
#define LOCK		"control/issuer.lock"

/* Two at once would take the same number, or lose what the other one wrote. */
static bool
lock(int *fd, struct err *e)
{
	*fd = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0)
		return FAIL(e, ERR_IO, LOCK ": %s", strerror(errno));
	return flock(*fd, LOCK_EX | LOCK_NB) == 0 || FAIL(e, ERR_CONFLICT, "another command is at work on the issuers here");
}

bool
root_file_newest(struct err *e)
{
	DROP(buf_wipe) struct buf list = {0};
	struct err why = {0};
	bool taken;

	if (!file_there(PUBLISHED) || !file_get(PUBLISHED, &list, &why))
		return true;		/* it is published anew */
	return root_list_take(FOLDER, span_buf(&list), &taken, &why) || why.kind == ERR_CRYPTO || err_hand_on(e, &why);
}

bool
root_file_open(struct root_file *r, struct err *e)
{
	TRY(lock(&r->lock, e));
	TRY(root_file_newest(e));
	return file_get(OURS, &r->was, e);
}

bool
root_file_put(const struct root_file *r, const struct buf *list, struct err *e)
{
	DROP(buf_wipe) struct buf now = {0};

	TRY(file_get(OURS, &now, e));
	if (now.len != r->was.len || memcmp(now.data, r->was.data, now.len) != 0)
		return FAIL(e, ERR_CONFLICT, OURS " was replaced meanwhile: give this command once more");
	TRY(file_put(OURS, list->data, list->len, 0644, e));
	return file_put(PUBLISHED, list->data, list->len, 0644, e);
}

void
root_file_close(struct root_file *r)
{
	buf_wipe(&r->was);
	fd_close(&r->lock);
}

bool
root_file_take(struct span der, const char *whose, bool *taken, struct err *e)
{
	DROP(fd_close) int fd = -1;

	TRY(lock(&fd, e));
	TRY(root_list_take(FOLDER, der, taken, e));
	if (*taken)
		printf("The root's list of revoked issuers is %s, which is newer than the one in " FOLDER "/.\n", whose);
	return true;
}
