/*
 * tests/fuzz/driver.c - runs a fuzz entry without libFuzzer, so that gcc suffices.
 *
 *   fuzz_NOUN [-n MUTATIONS] [-s SEED] [-t SECONDS] FILE-OR-FOLDER...
 *
 * Every specimen as it is, then mutations of them in an order that the seed
 * decides alone.  When the entry dies, the input at hand is written out in
 * hexadecimal, so that a log is enough to repeat it.
 */
#include <sys/stat.h>
#include <dirent.h>
#include <signal.h>
#include <unistd.h>
#include "ledger/base/buf.h"
#include "ledger/base/clock.h"

#define SPECIMENS	1024
#define LONGEST		65536u
#define SHOWN		2048u	/* bytes of a killing input in the log */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*f)(void)) __attribute__((weak));

static struct buf specimens[SPECIMENS];
static size_t count;
static const uint8_t *present;
static size_t present_len;
static uint64_t state = 88172645463325252u;

static uint32_t
draw(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below == 0 ? 0 : (uint32_t)(state >> 32) % below;
}

static void
on_death(void)
{
	static const char hex[] = "0123456789abcdef";
	static char line[2 * SHOWN + 64];
	int n = snprintf(line, 64, "input of %zu bytes: ", present_len);

	for (size_t i = 0; i < present_len && i < SHOWN; i++) {
		line[n++] = hex[present[i] >> 4];
		line[n++] = hex[present[i] & 15];
	}
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		_exit(99);
}

static void
on_signal(int sig)
{
	on_death();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* The entry gets a copy of exactly this size, so that the sanitizer sees one byte too far. */
static void
run(const void *p, size_t n)
{
	uint8_t *copy = malloc(n == 0 ? 1 : n);

	if (copy == NULL)
		abort();
	if (n > 0)
		memcpy(copy, p, n);
	present = copy;
	present_len = n;
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static void
read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf *b = &specimens[count];
	char piece[4096];
	size_t n;

	if (f == NULL || count == SPECIMENS - 1) {
		fprintf(stderr, "%s: unreadable, or too many specimens\n", path);
		exit(2);
	}
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0 && b->len < LONGEST)
		buf_add(b, piece, n);
	fclose(f);
	count++;
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
read_path(const char *path)
{
	struct dirent **names;
	struct stat st;
	int n;

	if (stat(path, &st) != 0)
		return;			/* no specimens yet: the empty input still runs */
	if (!S_ISDIR(st.st_mode)) {
		read_file(path);
		return;
	}
	n = scandir(path, &names, visible, alphasort);
	for (int i = 0; i < n; i++) {
		char full[1024];

		snprintf(full, sizeof(full), "%s/%s", path, names[i]->d_name);
		read_path(full);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void
cut(struct buf *b, size_t at, size_t n)
{
	memmove(b->data + at, b->data + at + n, b->len - at - n);
	b->len -= n;
}

/* Put n bytes of `from` at place `at`. */
static void
splice(struct buf *b, size_t at, const char *from, size_t n)
{
	DROP(buf_wipe) struct buf tail = {0};

	buf_add(&tail, b->data + at, b->len - at);
	b->len = at;
	buf_add(b, from, n);
	buf_add(b, tail.data, tail.len);
}

static void
mutate_once(struct buf *b)
{
	static const unsigned char odd[] = { 0, 1, 0x7f, 0x80, 0xff, '\n', '"', '<', '%', '=', ';', '\\' };
	const struct buf *other = &specimens[draw((uint32_t)count)];
	uint32_t len = (uint32_t)b->len, at = draw(len);
	char byte = (char)draw(256);

	if (len == 0) {
		buf_add(b, &byte, 1);
		return;
	}
	switch (draw(8)) {
	case 0:
		b->data[at] = (char)(b->data[at] ^ (1 << draw(8)));
		break;
	case 1:
		b->data[at] = (char)odd[draw(sizeof(odd))];
		break;
	case 2:
		b->data[at] = byte;
		break;
	case 3:
		splice(b, at, &byte, 1);
		break;
	case 4:
		cut(b, at, 1 + draw(len - at < 16 ? len - at : 16));
		break;
	case 5:
		b->len = at;
		break;
	case 6:				/* a piece of itself once more */
		if (len < LONGEST / 2) {
			DROP(buf_wipe) struct buf piece = {0};

			buf_add(&piece, b->data + at, 1 + draw(len - at));
			splice(b, draw(len), piece.data, piece.len);
		}
		break;
	default:
		if (other->len > 0 && len < LONGEST / 2) {
			uint32_t from = draw((uint32_t)other->len);

			splice(b, at, other->data + from, 1 + draw((uint32_t)other->len - from));
		}
	}
}

static void
mutations(long n, int64_t until)
{
	long i;

	for (i = 0; i < n && clock_mono_ms() < until; i++) {
		const struct buf *from = &specimens[draw((uint32_t)count)];
		DROP(buf_wipe) struct buf b = {0};

		buf_add(&b, "", 1);	/* so that data is never NULL */
		b.len = 0;
		buf_add(&b, from->data, from->len);
		for (uint32_t k = 0; k <= draw(4); k++)
			mutate_once(&b);
		run(b.data, b.len);
	}
	printf("%zu specimens, %ld mutations\n", count, i);
}

int
main(int argc, char **argv)
{
	long n = 2000, seconds = 30;
	int c;

	while ((c = getopt(argc, argv, "n:s:t:")) != -1)
		switch (c) {
		case 'n': n = strtol(optarg, NULL, 10); break;
		case 's': state += (uint64_t)strtoll(optarg, NULL, 10) * 2654435761u; break;
		case 't': seconds = strtol(optarg, NULL, 10); break;
		default: return 2;
		}
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(on_death);
	signal(SIGABRT, on_signal);
	for (; optind < argc; optind++)
		read_path(argv[optind]);
	run("", 0);
	for (size_t i = 0; i < count; i++)
		run(specimens[i].data, specimens[i].len);
	count += count == 0;		/* an empty one to start from */
	mutations(n, clock_mono_ms() + seconds * 1000);
	for (size_t i = 0; i < count; i++)
		buf_wipe(&specimens[i]);
	return 0;
}
