/*
 * tests/fuzz/fuzz_journal.c - a journal file of any bytes: read, opened and
 * continued.  What opening accepts, reading accepts afterwards.
 */
#include <fcntl.h>
#include <unistd.h>
#include "ledger/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
count_one(void *self, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	int64_t *n = self;

	(void)number;
	(void)hash;
	(void)e;
	++*n;
	return true;
}

static void
expect_whole(const char *path, int64_t want)
{
	struct err e = {0};
	int64_t n = 0;

	if (!journal_each(path, count_one, &n, &e) || n != want)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char hash[LEAF_HASH] = { 1 };
	char path[64];
	struct journal *j = NULL;
	struct err e = {0};
	int64_t n = 0, count;
	int fd;

	snprintf(path, sizeof(path), "/tmp/troth-fuzz-journal-%ld", (long)getpid());
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	if (!journal_each(path, count_one, &n, &e) && e.kind != ERR_TAMPER)
		abort();
	if (journal_open(&j, path, &e)) {
		count = journal_count(j);
		if (!journal_append(j, count, hash, &e) || !journal_write(j, &e))
			abort();
		journal_drop(&j);
		expect_whole(path, count + 1);
	} else if (e.kind != ERR_TAMPER) {
		abort();
	}
	unlink(path);
	return 0;
}
