/*
 * tests/unit/catalog.h - a catalog of translations in memory, for tests of words.
 */
#ifndef TESTS_UNIT_CATALOG_H
#define TESTS_UNIT_CATALOG_H
#include "portal/web/say.h"

struct pair { const char *id, *text; };

/* A .mo file as msgfmt writes it: header, two tables, strings. */
static inline void
make_mo(struct buf *b, const struct pair *p, uint32_t n, bool swapped)
{
	uint32_t words[7] = { 0x950412deu, 0, n, 28, 28 + 8 * n, 0, 0 }, at = 28 + 16 * n;

	for (size_t i = 0; i < COUNT(words); i++) {
		uint32_t w = swapped ? __builtin_bswap32(words[i]) : words[i];

		buf_add(b, &w, 4);
	}
	for (int table = 0; table < 2; table++)
		for (uint32_t i = 0; i < n; i++) {
			uint32_t len = (uint32_t)strlen(table == 0 ? p[i].id : p[i].text);
			uint32_t row[2] = { swapped ? __builtin_bswap32(len) : len, swapped ? __builtin_bswap32(at) : at };

			buf_add(b, row, sizeof(row));
			at += len + 1;
		}
	for (int table = 0; table < 2; table++)
		for (uint32_t i = 0; i < n; i++)
			buf_add(b, table == 0 ? p[i].id : p[i].text, strlen(table == 0 ? p[i].id : p[i].text) + 1);
}
#endif
