#include "portal/clerk/maildir.h"
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "portal/clerk/file.h"

#define HASH_BYTES	16u
#define PATH_MAX_HERE	256u

/* "FOLDER/SECONDS.MMICROSECONDS_HASH.troth": sorted by name they stand in the order they came. */
struct place { char hash[HASH_BYTES * 2 + 1], tmp[PATH_MAX_HERE], path[PATH_MAX_HERE]; };

static bool
place_fill(struct place *p, const char *dir, const char *message_id, struct err *e)
{
	unsigned char hash[HASH_BYTES];
	long long now = (long long)clock_now_us();

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)message_id,
	    strlen(message_id), NULL, 0);
	sodium_bin2hex(p->hash, sizeof(p->hash), hash, sizeof(hash));
	if (snprintf(p->tmp, sizeof(p->tmp), "%s/tmp/%s.troth", dir, p->hash) >= (int)sizeof(p->tmp) ||
	    snprintf(p->path, sizeof(p->path), "%s/new/%010lld.M%06lld_%s.troth", dir, now / 1000000,
	    now % 1000000, p->hash) >= (int)sizeof(p->path))
		return FAIL(e, ERR_IO, "maildir: path");
	return true;
}

static void
dir_drop(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

/* Is there a file with this hash in its name?  Readers add flags at the end. */
static bool
lies_in(const char *dir, const char *sub, const char *hash, bool *found, struct err *e)
{
	char folder[PATH_MAX_HERE];
	DROP(dir_drop) DIR *d = NULL;
	struct dirent *entry;

	snprintf(folder, sizeof(folder), "%s/%s", dir, sub);
	d = opendir(folder);
	if (d == NULL)
		return FAIL(e, ERR_IO, "maildir: %s", strerror(errno));
	errno = 0;
	while (!*found && (entry = readdir(d)) != NULL)
		*found = strstr(entry->d_name, hash) != NULL;
	/* A folder that was not read to its end may hold it: a mail that waits is better than one that comes twice. */
	return *found || errno == 0 || FAIL(e, ERR_IO, "maildir: %s", strerror(errno));
}

/* The mail with LF line ends. */
static void
unix_lines(struct buf *into, const struct buf *mail)
{
	const char *at = mail->data, *end = mail->data + mail->len;

	while (at < end) {
		const char *cr = memchr(at, '\r', (size_t)(end - at));
		size_t n = (size_t)((cr == NULL ? end : cr) - at);

		buf_add(into, at, n);
		at += n + (cr != NULL);
	}
}

bool
maildir_put(const char *dir, const char *message_id, const struct buf *mail, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	struct place p;
	bool found = false;

	TRY(place_fill(&p, dir, message_id, e));
	TRY(lies_in(dir, "new", p.hash, &found, e));
	TRY(lies_in(dir, "cur", p.hash, &found, e));
	if (found)
		return true;
	unix_lines(&text, mail);
	TRY(buf_ok(&text, e));
	return file_appear(p.tmp, p.path, 0600, span_buf(&text), e);
}
