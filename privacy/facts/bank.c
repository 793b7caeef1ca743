#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/drop.h"
#include "ledger/base/wipe.h"
#include "privacy/facts/bank_draw.h"

#define SHOWN		60	/* bytes of a file's name in an error */
#define NAME_LETTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"

struct question { struct bank_text text; struct bank_key key; };

struct bank {
	char			language[BANK_LANGUAGE];
	struct bank_topic	topic[BANK_TOPICS];
	size_t			topic_count, count, room;
	struct question		question[];
};

static const char *const type_words[] = {
	[BANK_SINGLE] = "single", [BANK_MULTIPLE] = "multiple", [BANK_TRUEFALSE] = "truefalse",
};

/* ---- where the reading is ---- */

struct reading {
	struct bank	*b;
	struct question	*q;		/* NULL: still in the head */
	bool		begun;		/* `bank 1` was there */
	char		*open;		/* the text that an indented line goes on with; NULL: none */
	size_t		open_size;
	const char	*file;
	unsigned	line, began;	/* began: where q did */
};

/* `about` (NULL: nothing) is shown as far as it looks like a name. */
static bool
complain_at(const struct reading *r, unsigned line, const char *says, const char *about, struct err *e)
{
	size_t n = strlen(r->file), from = n > SHOWN ? n - SHOWN : 0;
	int shown = about == NULL ? 0 : (int)strspn(about, NAME_LETTERS);

	/* Not into the middle of a character. */
	while (from > 0 && ((unsigned char)r->file[from] & 0xc0) == 0x80)
		from++;
	if (shown == 0)
		return FAIL(e, ERR_INPUT, "%s:%u: %s", r->file + from, line, says);
	return FAIL(e, ERR_INPUT, "%s:%u: %s: %.*s", r->file + from, line, says, shown, about);
}

static bool
complain(const struct reading *r, const char *says, const char *about, struct err *e)
{
	return complain_at(r, r->line, says, about, e);
}

/* ---- names, numbers and texts ---- */

static bool
is_version(const char *s, uint32_t *version)
{
	size_t n = strspn(s, "0123456789");

	if (n == 0 || n > 4 || s[n] != '\0' || s[0] == '0')
		return false;
	*version = (uint32_t)strtoul(s, NULL, 10);
	return true;
}

/* Cuts the first word off; returns what follows it, "" when nothing does. */
static char *
cut(char *s)
{
	char *rest = s + strcspn(s, " \t");

	if (*rest == '\0')
		return rest;
	*rest++ = '\0';
	return rest + strspn(rest, " \t");
}

/* Puts words into an empty text, which indented lines may then lengthen. */
static bool
begin_text(struct reading *r, char *into, size_t size, const char *words, struct err *e)
{
	size_t n = strlen(words);

	if (n == 0)
		return complain(r, "words are missing here", NULL, e);
	if (n >= size)
		return complain(r, "this text is too long", NULL, e);
	memcpy(into, words, n + 1);
	r->open = into;
	r->open_size = size;
	return true;
}

static bool
continue_text(struct reading *r, const char *words, struct err *e)
{
	size_t have = r->open == NULL ? 0 : strlen(r->open), n = strlen(words);

	if (r->open == NULL)
		return complain(r, "an indented line goes on with the text above it, and there is none", NULL, e);
	if (have + 1 + n >= r->open_size)
		return complain(r, "this text is too long", NULL, e);
	r->open[have] = ' ';
	memcpy(r->open + have + 1, words, n + 1);
	return true;
}

/* ---- a finished question ---- */

static const char *
what_is_wrong(const struct bank_text *t, const struct bank_key *k)
{
	if (t->topic[0] == '\0')
		return "this question does not say what it is about";
	if (t->type == 0)
		return "this question has no type";
	if (t->ask[0] == '\0')
		return "this question asks nothing";
	if (t->type == BANK_TRUEFALSE && t->count == 0)
		return "this question lacks 'answer true' or 'answer false'";
	if (t->count < 2)
		return "this question has fewer than two options";
	if (k->right == 0)
		return "this question has no right answer";
	if (t->type != BANK_MULTIPLE && __builtin_popcount(k->right) > 1)
		return "this question is single and has several right answers";
	for (uint32_t i = 0; i < t->count; i++)
		for (uint32_t j = 0; j < i; j++)
			if (strcmp(t->option[i], t->option[j]) == 0)
				return "two options of this question are the same";
	return k->because[0] == '\0' ? "this question has no explanation" : NULL;
}

static bool
finish_question(struct reading *r, struct err *e)
{
	struct bank_text *t;
	struct bank_key *k;
	const char *wrong;

	if (r->q == NULL)
		return true;
	t = &r->q->text;
	k = &r->q->key;
	wrong = what_is_wrong(t, k);
	if (wrong != NULL)
		return complain_at(r, r->began, wrong, NULL, e);
	k->type = t->type;
	k->count = t->count;
	return bank_text_hash(t, k->hash, e);
}

/* ---- one function for each word ---- */

static bool
take_bank(struct reading *r, char *rest, struct err *e)
{
	if (r->begun)
		return complain(r, "'bank' stands twice", NULL, e);
	if (strcmp(rest, "1") != 0)
		return complain(r, "only format 1 is known: bank 1", NULL, e);
	r->begun = true;
	return true;
}

static bool
take_language(struct reading *r, char *rest, struct err *e)
{
	if (r->b->language[0] != '\0')
		return complain(r, "'language' stands twice", NULL, e);
	if (!bank_language_ok(rest))
		return complain(r, "this is no language tag such as en or pt-br", NULL, e);
	memcpy(r->b->language, rest, strlen(rest) + 1);
	return true;
}

static size_t
find_topic(const struct bank *b, const char *name)
{
	size_t t = 0;

	while (t < b->topic_count && strcmp(b->topic[t].name, name) != 0)
		t++;
	return t;
}

static bool
take_topic(struct reading *r, char *rest, struct err *e)
{
	char *title = cut(rest);
	struct bank_topic *t = &r->b->topic[r->b->topic_count];

	if (!bank_name_ok(rest))
		return complain(r, "a topic's name is of small letters, digits and hyphens", NULL, e);
	if (find_topic(r->b, rest) < r->b->topic_count)
		return complain(r, "this topic stands twice", rest, e);
	if (r->b->topic_count == BANK_TOPICS)
		return complain(r, "too many topics", NULL, e);
	memcpy(t->name, rest, strlen(rest) + 1);
	r->b->topic_count++;
	return begin_text(r, t->title, sizeof(t->title), title, e);
}

static bool
take_question(struct reading *r, char *rest, struct err *e)
{
	char *number = cut(rest);
	struct question *q;

	TRY(finish_question(r, e));
	if (r->b->language[0] == '\0' || r->b->topic_count == 0)
		return complain(r, "'language' and 'topic' lines come before the first question", NULL, e);
	if (!bank_name_ok(rest))
		return complain(r, "a question's name is of small letters, digits and hyphens", NULL, e);
	for (size_t i = 0; i < r->b->count; i++)
		if (strcmp(r->b->question[i].text.name, rest) == 0)
			return complain(r, "another question has this name", rest, e);
	if (r->b->count == r->b->room)
		return complain(r, "too many questions", NULL, e);
	q = &r->b->question[r->b->count];
	if (!is_version(number, &q->text.version))
		return complain(r, "behind the name belongs a version from 1 to 9999", NULL, e);
	r->b->count++;
	r->q = q;
	r->began = r->line;
	memcpy(q->text.language, r->b->language, sizeof(q->text.language));
	memcpy(q->text.name, rest, strlen(rest) + 1);
	memcpy(q->key.name, rest, strlen(rest) + 1);
	q->key.version = q->text.version;
	return true;
}

static bool
take_about(struct reading *r, char *rest, struct err *e)
{
	if (r->q->text.topic[0] != '\0')
		return complain(r, "'about' stands twice in this question", NULL, e);
	if (find_topic(r->b, rest) == r->b->topic_count)
		return complain(r, "there is no such topic", rest, e);
	memcpy(r->q->text.topic, rest, strlen(rest) + 1);
	return true;
}

static bool
take_type(struct reading *r, char *rest, struct err *e)
{
	if (r->q->text.type != 0)
		return complain(r, "'type' stands twice in this question", NULL, e);
	for (unsigned t = BANK_SINGLE; t < COUNT(type_words); t++)
		if (strcmp(type_words[t], rest) == 0) {
			r->q->text.type = (enum bank_type)t;
			return true;
		}
	return complain(r, "a type is single, multiple or truefalse", NULL, e);
}

static bool
take_ask(struct reading *r, char *rest, struct err *e)
{
	if (r->q->text.ask[0] != '\0')
		return complain(r, "'ask' stands twice in this question", NULL, e);
	return begin_text(r, r->q->text.ask, sizeof(r->q->text.ask), rest, e);
}

static bool
take_option(struct reading *r, char *rest, bool right, struct err *e)
{
	struct bank_text *t = &r->q->text;

	if (t->type == 0)
		return complain(r, "'type' comes before the options", NULL, e);
	if (t->type == BANK_TRUEFALSE)
		return complain(r, "a truefalse question takes 'answer true' or 'answer false', no options", NULL, e);
	if (t->count == BANK_OPTIONS)
		return complain(r, "more than eight options", NULL, e);
	TRY(begin_text(r, t->option[t->count], sizeof(t->option[0]), rest, e));
	r->q->key.right |= right ? 1u << t->count : 0;
	t->count++;
	return true;
}

static bool
take_right(struct reading *r, char *rest, struct err *e)
{
	return take_option(r, rest, true, e);
}

static bool
take_wrong(struct reading *r, char *rest, struct err *e)
{
	return take_option(r, rest, false, e);
}

static bool
take_answer(struct reading *r, char *rest, struct err *e)
{
	static const char words[2][6] = { "true", "false" };
	struct bank_text *t = &r->q->text;

	if (t->type != BANK_TRUEFALSE)
		return complain(r, t->type == 0 ? "'type' comes before the answer" :
		    "only a truefalse question takes 'answer'; others mark options by + and -", NULL, e);
	if (t->count != 0)
		return complain(r, "'answer' stands twice in this question", NULL, e);
	for (; t->count < 2; t->count++) {
		memcpy(t->option[t->count], words[t->count], sizeof(words[0]));
		if (strcmp(words[t->count], rest) == 0)
			r->q->key.right = 1u << t->count;
	}
	return r->q->key.right != 0 || complain(r, "an answer is true or false", NULL, e);
}

static bool
take_because(struct reading *r, char *rest, struct err *e)
{
	if (r->q->key.because[0] != '\0')
		return complain(r, "'because' stands twice in this question", NULL, e);
	return begin_text(r, r->q->key.because, sizeof(r->q->key.because), rest, e);
}

enum place { HEAD = 1, QUESTION, ANYWHERE };

static const struct word {
	const char	*word;
	enum place	place;
	bool		(*take)(struct reading *r, char *rest, struct err *e);
} words[] = {
	{ "bank", HEAD, take_bank },
	{ "language", HEAD, take_language },
	{ "topic", HEAD, take_topic },
	{ "question", ANYWHERE, take_question },
	{ "about", QUESTION, take_about },
	{ "type", QUESTION, take_type },
	{ "ask", QUESTION, take_ask },
	{ "+", QUESTION, take_right },
	{ "-", QUESTION, take_wrong },
	{ "answer", QUESTION, take_answer },
	{ "because", QUESTION, take_because },
};

/* ---- lines ---- */

static bool
take_line(struct reading *r, char *line, struct err *e)
{
	char *rest = cut(line);

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(words[i].word, line) != 0)
			continue;
		if (!r->begun && words[i].take != take_bank)
			break;
		if (words[i].place == HEAD && r->q != NULL)
			return complain(r, "this belongs before the first question", line, e);
		if (words[i].place == QUESTION && r->q == NULL)
			return complain(r, "this belongs into a question", line, e);
		return words[i].take(r, rest, e);
	}
	if (!r->begun)
		return complain(r, "a question bank begins with the line: bank 1", NULL, e);
	return complain(r, "no line of a bank begins with this word", line, e);
}

static bool
line_ok(const struct reading *r, const char *p, size_t n, struct err *e)
{
	if (n > BANK_LINE)
		return complain(r, "this line is longer than 1000 bytes", NULL, e);
	if (n > 0 && memchr(p, '\0', n) != NULL)
		return complain(r, "a NUL byte is not text", NULL, e);
	if (!utf8_ok(p, n))
		return complain(r, "this is not UTF-8: save the file in that encoding", NULL, e);
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)p[i] < ' ' && p[i] != '\t') || p[i] == 0x7f)
			return complain(r, "a control character is not text", NULL, e);
	return true;
}

static bool
read_line(struct reading *r, const char *p, size_t n, struct err *e)
{
	char line[BANK_LINE + 1];
	bool indented, good;

	if (n > 0 && p[n - 1] == '\r')
		n--;
	TRY(line_ok(r, p, n, e));
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	indented = n > 0 && (p[0] == ' ' || p[0] == '\t');
	if (n > 0)
		memcpy(line, p, n);
	line[n] = '\0';
	if (!indented)
		r->open = NULL;
	if (indented)
		good = continue_text(r, line + strspn(line, " \t"), e);
	else
		good = n == 0 || line[0] == '#' || take_line(r, line, e);
	sodium_memzero(line, sizeof(line));
	return good;
}

static bool
read_lines(struct reading *r, const char *p, size_t n, struct err *e)
{
	static const char mark[3] = "\xef\xbb\xbf";
	size_t at = n >= sizeof(mark) && memcmp(p, mark, sizeof(mark)) == 0 ? sizeof(mark) : 0;

	for (r->line = 1; at < n; r->line++) {
		const char *end = memchr(p + at, '\n', n - at);
		size_t len = end == NULL ? n - at : (size_t)(end - (p + at));

		TRY(read_line(r, p + at, len, e));
		at += len + 1;
	}
	if (!r->begun)
		return complain(r, "a question bank begins with the line: bank 1", NULL, e);
	if (r->q == NULL)
		return complain(r, "there is no question in this bank", NULL, e);
	return finish_question(r, e);
}

/* At least as many as there are questions: lines that begin so. */
static size_t
room_for(const char *p, size_t n)
{
	static const char word[] = "question";
	size_t room = 0;

	for (size_t at = 0; at < n && room < BANK_QUESTIONS;) {
		const char *end = memchr(p + at, '\n', n - at);

		room += n - at >= sizeof(word) - 1 && memcmp(p + at, word, sizeof(word) - 1) == 0;
		at = end == NULL ? n : (size_t)(end - p) + 1;
	}
	/* One more: a byte order mark may hide a first line. */
	return room + 1;
}

static size_t
bank_size(size_t room)
{
	return sizeof(struct bank) + room * sizeof(struct question);
}

bool
bank_parse(struct bank **out, const void *p, size_t n, const char *file, struct err *e)
{
	DROP(bank_drop) struct bank *b = NULL;
	struct reading r = { .file = file, .line = 1 };
	size_t room = room_for(p, n);

	*out = NULL;
	if (n > BANK_FILE)
		return complain(&r, "a question bank takes at most a mebibyte", NULL, e);
	b = calloc(1, bank_size(room));
	if (b == NULL)
		return FAIL(e, ERR_MEMORY, "question bank");
	b->room = room > BANK_QUESTIONS ? BANK_QUESTIONS : room;
	r.b = b;
	TRY(read_lines(&r, p, n, e));
	*out = b;
	b = NULL;
	return true;
}

bool
bank_load(struct bank **out, const char *path, struct err *e)
{
	DROP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	DROP(buf_wipe) struct buf b = {0};
	char piece[4096];
	ssize_t n;

	*out = NULL;
	if (fd < 0)
		return FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_IO, "%.100s: %s", path, strerror(errno));
	while ((n = read(fd, piece, sizeof(piece))) > 0 && b.len <= BANK_FILE)
		buf_add(&b, piece, (size_t)n);
	if (n < 0)
		FAIL(e, ERR_IO, "%.100s: %s", path, strerror(errno));
	sodium_memzero(piece, sizeof(piece));
	if (n < 0)
		return false;
	TRY(buf_ok(&b, e));
	return bank_parse(out, b.data == NULL ? "" : b.data, b.len, path, e);
}

void
bank_drop(struct bank **b)
{
	if (*b == NULL)
		return;
	wipe_free(*b);
	*b = NULL;
}

/* ---- looking ---- */

size_t bank_count(const struct bank *b) { return b->count; }
const char *bank_language(const struct bank *b) { return b->language; }
size_t bank_topic_count(const struct bank *b) { return b->topic_count; }
const struct bank_topic *bank_topic(const struct bank *b, size_t t) { return &b->topic[t]; }
const struct bank_text *bank_text(const struct bank *b, size_t i) { return &b->question[i].text; }
const struct bank_key *bank_key(const struct bank *b, size_t i) { return &b->question[i].key; }

size_t
bank_topic_size(const struct bank *b, size_t t)
{
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		n += strcmp(b->question[i].text.topic, b->topic[t].name) == 0;
	return n;
}

bool
bank_digest(const struct bank *b, unsigned char digest[BANK_HASH], struct err *e)
{
	DROP(buf_wipe) struct buf all = {0};

	pack_text(&all, "question bank, format 1");
	pack_text(&all, b->language);
	for (size_t t = 0; t < b->topic_count; t++) {
		pack_text(&all, b->topic[t].name);
		pack_text(&all, b->topic[t].title);
	}
	for (size_t i = 0; i < b->count; i++)	/* a key holds the hash of its text */
		bank_key_pack(&all, &b->question[i].key);
	TRY(buf_ok(&all, e));
	return crypto_generichash(digest, BANK_HASH, (const unsigned char *)all.data, all.len, NULL, 0) == 0 ||
	    FAIL(e, ERR_CRYPTO, "question bank: no digest");
}

bool
bank_ready(const struct bank *b, size_t draw, struct err *e)
{
	size_t share = bank_share(draw, b->topic_count);

	if (b->count < draw)
		return FAIL(e, ERR_INPUT, "%zu questions, and a challenge draws %zu", b->count, draw);
	for (size_t t = 0; t < b->topic_count; t++)
		if (bank_topic_size(b, t) < share)
			return FAIL(e, ERR_INPUT, "%zu questions about %s, and a challenge of %zu draws up to %zu from each topic",
			    bank_topic_size(b, t), b->topic[t].name, draw, share);
	return true;
}
