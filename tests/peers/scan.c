/*
 * tests/peers/scan.c - where any of many byte strings stands in files and in the memory of processes.
 *
 *	scan PATTERNS <<< "one target a line"
 *
 * PATTERNS holds one pattern a line: its bytes in hex (two at least), a space, its name.  A target is a file's path
 * or "@" and a process's number.  Prints "TARGET<tab>NAME" once for each that is found, "TARGET<tab>?" for a
 * target that could not be read, and at last "=<tab>BYTES": what was looked through.  Of a process those pages
 * are read that it may write and that are there: a sanitizer reserves terabytes of others.
 *
 * Every pattern is looked for in one pass (Wu and Manber: two bytes tell how far the next possible
 * place is), so thousands of them cost little more than one.
 */
#include <sys/stat.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE	(1u << 20)	/* read at once */
#define LONGEST	4096u		/* bytes of the longest pattern: so much is kept of the piece before */
#define VAST	((uint64_t)1 << 36)	/* a mapping that nobody filled */

struct pattern {
	unsigned char	bytes[LONGEST];
	size_t		len;
	char		name[128];
	struct pattern	*next;		/* of all, in the order they came */
	struct pattern	*like;		/* ... whose last two bytes of the window are the same */
	size_t		seen;		/* the number of the target it was last found in */
};
static struct pattern *all, *at_pair[65536];
static size_t window = LONGEST;	/* bytes of the shortest pattern */
static uint16_t skip[65536];
static size_t target_number;
static uint64_t looked;
static unsigned char piece[LONGEST + PIECE];

static unsigned
pair(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void
add(const char *line)
{
	struct pattern *p = calloc(1, sizeof(*p));
	const char *c = line;
	unsigned byte;

	if (p == NULL)
		errx(2, "no memory");
	for (; *c != ' ' && *c != '\0'; c += 2) {
		if (p->len == LONGEST || sscanf(c, "%2x", &byte) != 1)
			errx(2, "pattern: %.60s", line);
		p->bytes[p->len++] = (unsigned char)byte;
	}
	if (p->len < 2 || *c == '\0')
		errx(2, "a pattern too short, or without a name: %.60s", line);
	snprintf(p->name, sizeof(p->name), "%s", c + 1);
	if (p->len < window)
		window = p->len;
	p->next = all;
	all = p;
}

static void
make_tables(void)
{
	for (size_t i = 0; i < 65536; i++)
		skip[i] = (uint16_t)(window - 1);
	for (struct pattern *p = all; p != NULL; p = p->next) {
		for (size_t i = 0; i + 1 < window; i++)
			if (skip[pair(p->bytes + i)] > window - 2 - i)
				skip[pair(p->bytes + i)] = (uint16_t)(window - 2 - i);
		p->like = at_pair[pair(p->bytes + window - 2)];
		at_pair[pair(p->bytes + window - 2)] = p;
	}
}

static void
read_patterns(const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (f == NULL)
		err(2, "%s", path);
	while ((n = getline(&line, &room, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		add(line);
	}
	free(line);
	fclose(f);
	make_tables();
}

static void
look(const char *target, const unsigned char *data, size_t len)
{
	for (size_t i = window - 2; i + 1 < len;) {
		unsigned two = pair(data + i);
		size_t from = i - (window - 2);

		if (skip[two] != 0) {
			i += skip[two];
			continue;
		}
		for (struct pattern *p = at_pair[two]; p != NULL; p = p->like)
			if (p->seen != target_number && p->len <= len - from && memcmp(data + from, p->bytes, p->len) == 0) {
				p->seen = target_number;
				printf("%s\t%s\n", target, p->name);
			}
		i++;
	}
}

/* From `at` to `end` of an open file; what does not fit into one piece is kept for the next. */
static bool
look_through(const char *target, int fd, uint64_t at, uint64_t end)
{
	size_t kept = 0;

	while (at < end) {
		size_t want = end - at < PIECE ? (size_t)(end - at) : PIECE;
		ssize_t n = pread(fd, piece + kept, want, (off_t)at);

		if (n < 0)
			return false;
		if (n == 0)
			break;
		look(target, piece, kept + (size_t)n);
		at += (uint64_t)n;
		looked += (uint64_t)n;
		kept += (size_t)n;
		if (kept > LONGEST - 1) {
			memmove(piece, piece + kept - (LONGEST - 1), LONGEST - 1);
			kept = LONGEST - 1;
		}
	}
	return true;
}

static bool
look_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	bool good = fd >= 0 && fstat(fd, &st) == 0 && look_through(path, fd, 0, (uint64_t)st.st_size);

	if (fd >= 0)
		close(fd);
	return good;
}

/* The pages of one mapping that are there: in runs, so that what stands across two pages is found. */
static void
look_pages(const char *target, int mem, int map, uint64_t from, uint64_t to)
{
	static uint64_t there[PIECE / 8];
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), run = 0;

	for (uint64_t at = from; at < to;) {
		uint64_t left = (to - at) / page, n = left < PIECE / 8 ? left : PIECE / 8;
		ssize_t got = pread(map, there, n * 8, (off_t)(at / page * 8));

		if (got <= 0)
			break;
		for (uint64_t i = 0; i < (uint64_t)got / 8; i++, at += page)
			if ((there[i] >> 62) != 0)	/* present, or swapped out */
				run += page;
			else if (run > 0) {
				(void)look_through(target, mem, at - run, at);
				run = 0;
			}
		if (run > 0) {
			(void)look_through(target, mem, at - run, at);
			run = 0;
		}
	}
}

static bool
look_process(const char *target, const char *pid)
{
	char path[64], line[512], rights[8];
	uint64_t from, to;
	FILE *maps;
	int mem, map;

	snprintf(path, sizeof(path), "/proc/%.20s/maps", pid);
	maps = fopen(path, "re");
	snprintf(path, sizeof(path), "/proc/%.20s/mem", pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%.20s/pagemap", pid);
	map = open(path, O_RDONLY | O_CLOEXEC);
	while (maps != NULL && mem >= 0 && map >= 0 && fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, rights) == 3 && strncmp(rights, "rw", 2) == 0 && to - from < VAST)
			look_pages(target, mem, map, from, to);
	if (maps != NULL)
		fclose(maps);
	if (mem >= 0)
		close(mem);
	if (map >= 0)
		close(map);
	return maps != NULL && mem >= 0 && map >= 0;
}

int
main(int argc, char **argv)
{
	char line[8192];

	if (argc != 2)
		errx(2, "usage: scan PATTERNS, targets from stdin");
	read_patterns(argv[1]);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		target_number++;
		if (line[0] == '@' ? !look_process(line, line + 1) : !look_file(line))
			printf("%s\t?\n", line);
	}
	printf("=\t%" PRIu64 "\n", looked);
	return 0;
}
