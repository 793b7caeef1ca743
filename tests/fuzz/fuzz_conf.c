/* tests/fuzz/fuzz_conf.c - any bytes as a configuration file, its explanation read back, and as a --set word. */
#include <sys/mman.h>
#include <unistd.h>
#include "ledger/base/conf.h"

struct target { int64_t n, s; bool b; const char *t, *c; };

static const struct conf_row rows[] = {
	{ "n", CONF_INT, "1", -5, 1000, NULL, offsetof(struct target, n), "A number." },
	{ "s", CONF_SECONDS, "1m", 0, INT64_MAX, NULL, offsetof(struct target, s), "A time." },
	{ "b", CONF_BOOL, "no", 0, 0, NULL, offsetof(struct target, b), "Yes or no." },
	{ "t", CONF_TEXT, "", 0, 64, NULL, offsetof(struct target, t), "A text." },
	{ "c", CONF_CHOICE, "a", 0, 0, "a|b", offsetof(struct target, c), "A choice." },
};

static bool
load(struct conf **c, struct target *t, const void *p, size_t n)
{
	int fd = memfd_create("conf", MFD_CLOEXEC);
	char path[32];
	bool ok;

	if (fd < 0 || write(fd, p, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ok = conf_load(c, rows, COUNT(rows), t, path, NULL, 0, NULL);
	close(fd);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DROP(conf_drop) struct conf *c = NULL, *again = NULL, *set = NULL;
	DROP(buf_wipe) struct buf b = {0}, word = {0};
	struct target t, u;

	if (load(&c, &t, data, size)) {
		conf_explain(&b, rows, COUNT(rows), &t);
		if (!load(&again, &u, b.data, b.len) || u.n != t.n || u.s != t.s || u.b != t.b ||
		    strcmp(u.t, t.t) != 0 || strcmp(u.c, t.c) != 0)
			abort();
	}
	buf_text(&word, "t=");
	buf_add(&word, data, size);
	if (conf_load(&set, rows, COUNT(rows), &t, NULL, (const char *[]){ word.data }, 1, NULL) &&
	    strlen(t.t) > 64)
		abort();
	return 0;
}
