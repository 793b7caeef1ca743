/* A file of places, or typed coordinates: what is taken lies on earth, and finding never leaves the list. */
#include <string.h>
#include "portal/trust/atlas.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
places(const uint8_t *p, size_t n)
{
	const struct atlas_place *found[4];
	struct atlas *a;

	if (!atlas_read(&a, (const char *)p, n, NULL))
		return;
	for (size_t i = 0; i < atlas_count(a); i++)
		if (!spot_ok(atlas_at(a, i)->spot) || atlas_at(a, i)->name[0] == '\0' ||
		    atlas_find(a, atlas_at(a, i)->name, found, 4) > 4)
			__builtin_trap();
	atlas_drop(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char text[100], written[SPOT_TEXT];
	struct spot s, again;

	places(p, n);
	if (n >= sizeof(text) || memchr(p, 0, n) != NULL)
		return 0;
	memcpy(text, p, n);
	text[n] = '\0';
	if (!spot_read(text, &s, NULL))
		return 0;
	spot_write(s, written);
	if (!spot_ok(s) || !spot_read(written, &again, NULL) || again.lat != s.lat || again.lon != s.lon)
		__builtin_trap();
	return 0;
}
