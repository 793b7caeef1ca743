#include <qrencode.h>
#include <stdlib.h>
#include <string.h>
#include "portal/trust/qr.h"

#define QUIET	4	/* modules */
#define MOST	100	/* characters */

static void
code_free(QRcode **c)
{
	if (*c == NULL)
		return;
	explicit_bzero((*c)->data, (size_t)(*c)->width * (size_t)(*c)->width);
	QRcode_free(*c);
}

/* Dark modules beside each other are one rectangle of the path. */
static void
row_draw(const QRcode *c, int y, struct buf *path)
{
	const unsigned char *row = c->data + (size_t)y * (size_t)c->width;

	for (int x = 0; x < c->width; x++) {
		int from = x;

		while (x < c->width && (row[x] & 1) != 0)
			x++;
		if (x > from)
			buf_fmt(path, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
	}
}

bool
qr_draw(const char *text, struct qr *q, struct err *e)
{
	DROP(code_free) QRcode *c = NULL;
	size_t n = strlen(text);

	*q = (struct qr){0};
	if (n == 0 || n > MOST || strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-./:") != n)
		return FAIL(e, ERR_INPUT, "QR code: %zu characters", n);
	c = QRcode_encodeString(text, 0, QR_ECLEVEL_H, QR_MODE_8, 1);
	if (c == NULL)
		return FAIL(e, ERR_MEMORY, "QR code");
	q->width = (unsigned)c->width + 2 * QUIET;
	for (int y = 0; y < c->width; y++)
		row_draw(c, y, &q->path);
	return buf_ok(&q->path, e);
}

bool
qr_draw_code(const char *code, struct qr *q, struct err *e)
{
	char plain[MOST + 1];
	size_t n = 0;
	bool good;

	for (; *code != '\0' && n < MOST; code++)
		if (*code != '-')
			plain[n++] = *code;
	plain[n] = '\0';
	good = qr_draw(plain, q, e);
	explicit_bzero(plain, sizeof(plain));
	return good;
}

void
qr_wipe(struct qr *q)
{
	buf_wipe(&q->path);
	q->width = 0;
}
