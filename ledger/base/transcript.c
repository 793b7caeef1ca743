#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/transcript.h"

#define PIECE	65536

static bool
fail_errno(const char *path, struct err *e)
{
	enum err_kind kind = errno == ENOSPC || errno == EDQUOT ? ERR_FULL : errno == ENOENT ? ERR_ABSENT : ERR_IO;

	return FAIL(e, kind, "%.100s: %s", path, strerror(errno));
}

bool
transcript_open(struct transcript *t, const char *from, const char *to, int64_t n, struct err *e)
{
	*t = (struct transcript){ .from = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), .to = -1, .left = n };
	if (t->from < 0)
		return fail_errno(from, e);
	if (unlink(to) != 0 && errno != ENOENT)
		return fail_errno(to, e);
	t->to = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return t->to >= 0 || fail_errno(to, e);
}

bool
transcript_step(struct transcript *t, int64_t most, struct err *e)
{
	unsigned char piece[PIECE];

	for (ssize_t n; t->left > 0 && most > 0; t->left -= n, most -= n) {
		size_t want = t->left < PIECE ? (size_t)t->left : PIECE;

		n = read(t->from, piece, want);
		if (n == 0)
			return FAIL(e, ERR_IO, "transcript: the file is shorter than it was");
		if (n < 0 || write(t->to, piece, (size_t)n) != n)
			return fail_errno("transcript", e);
	}
	return fdatasync(t->to) == 0 || fail_errno("transcript", e);
}

void
transcript_close(struct transcript *t)
{
	if (t->from >= 0)
		close(t->from);
	if (t->to >= 0)
		close(t->to);
	*t = (struct transcript){ .from = -1, .to = -1 };
}
