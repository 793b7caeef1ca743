/* Whatever a peer sends, byte by byte and in pieces: what is whole is understood the same, and each parameter is text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "portal/web/fcgi_request.h"

#define BODY_MOST	300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Until the request is whole; false: something was wrong before. */
static bool
take(struct fcgi_request *r, const uint8_t *data, size_t size, size_t piece, size_t *taken)
{
	struct err e = {0};

	r->body_most = BODY_MOST;
	for (*taken = 0; *taken < size && r->part != FCGI_WHOLE; ) {
		size_t n = piece < size - *taken ? piece : size - *taken;

		if (!fcgi_request_take(r, span_of(data + *taken, n), &e))
			return false;
		*taken += n;
	}
	return r->part == FCGI_WHOLE;
}

static void
check_same(const char *a, const char *b)
{
	if ((a == NULL) != (b == NULL) || (a != NULL && strcmp(a, b) != 0))
		abort();
}

static void
check(const struct fcgi_request *r)
{
	if (r->body.len > BODY_MOST || r->params.len > FCGI_PARAMS_MOST)
		abort();
	if (r->part != FCGI_WHOLE)
		return;
	for (size_t i = 0; i < FCGI_PARAM__COUNT; i++)
		if (r->param[i] != NULL && (r->param[i] < r->params.data ||
		    strlen(r->param[i]) > (size_t)(r->params.data + r->params.len - r->param[i])))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fcgi_request bytes = {0}, whole = {0};
	size_t length, taken;

	if (take(&bytes, data, size, 1, &length)) {
		/* In one piece that ends where it does. */
		if (!take(&whole, data, length, length, &taken) || bytes.body.len != whole.body.len ||
		    bytes.keep != whole.keep || bytes.too_large != whole.too_large || bytes.id != whole.id)
			abort();
		for (size_t i = 0; i < FCGI_PARAM__COUNT; i++)
			check_same(bytes.param[i], whole.param[i]);
	}
	check(&bytes);
	fcgi_request_next(&bytes);
	if (bytes.params.len != 0 || bytes.body.len != 0 || bytes.param[FCGI_URI] != NULL)
		abort();
	fcgi_request_wipe(&bytes);
	fcgi_request_wipe(&whole);
	return 0;
}
