#include <pthread.h>
#include <string.h>
#include "portal/web/kept.h"

struct answer {
	char			key[KEPT_KEY];		/* path, NUL, language, NUL */
	size_t			key_len;		/* 0: an empty place */
	int64_t			from, until;
	const struct route	*route;
	struct buf		bytes;			/* head and page */
	size_t			head_len;
};

static struct answer kept[KEPT_MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* False: too long a key. */
static bool
key_of(const char *path, const char *lang, char into[KEPT_KEY], size_t *len)
{
	size_t p = strlen(path) + 1, l = strlen(lang) + 1;

	if (p > KEPT_KEY || l > KEPT_KEY - p)
		return false;
	memcpy(into, path, p);
	memcpy(into + p, lang, l);
	*len = p + l;
	return true;
}

/* FNV-1a; who makes keys meet only has answers drawn anew. */
static struct answer *
place_of(const char *key, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * 16777619u;
	return &kept[h % KEPT_MOST];
}

/* An address that nobody knows here may still hold somebody's words: the key of it does not stay. */
bool
kept_get(const char *path, const char *lang, int64_t now, int64_t late, const struct route **r, struct buf *head,
    struct buf *page)
{
	char key[KEPT_KEY];
	size_t len;
	const struct answer *a;
	bool found;

	if (!key_of(path, lang, key, &len))
		return false;
	a = place_of(key, len);
	pthread_mutex_lock(&lock);
	found = a->key_len == len && memcmp(a->key, key, len) == 0 && now >= a->from && now < a->until + late;
	if (found) {
		buf_add(head, a->bytes.data, a->head_len);
		buf_add(page, a->bytes.data + a->head_len, a->bytes.len - a->head_len);
		*r = a->route;
	}
	pthread_mutex_unlock(&lock);
	explicit_bzero(key, len);
	return found;
}

void
kept_put(const char *path, const char *lang, int64_t now, int64_t same_for, const struct route *r,
    const struct buf *head, const struct buf *page)
{
	char key[KEPT_KEY];
	size_t len;
	struct answer *a;

	if (!key_of(path, lang, key, &len) || head->failed || page->failed || head->len + page->len > KEPT_BYTES)
		return;
	a = place_of(key, len);
	pthread_mutex_lock(&lock);
	a->bytes.len = 0;
	buf_add(&a->bytes, head->data, head->len);
	buf_add(&a->bytes, page->data, page->len);
	memcpy(a->key, key, len);
	a->key_len = a->bytes.failed ? 0 : len;
	a->from = now;
	a->until = now + same_for;
	a->route = r;
	a->head_len = head->len;
	if (a->bytes.failed)
		buf_wipe(&a->bytes);
	pthread_mutex_unlock(&lock);
}

void
kept_drop(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < KEPT_MOST; i++) {
		buf_wipe(&kept[i].bytes);
		kept[i].key_len = 0;
	}
	pthread_mutex_unlock(&lock);
}
