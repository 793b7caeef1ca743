/* portal/ca/hex.h - serials and digests between bytes and lower-case hex. */
#ifndef PORTAL_CA_HEX_H
#define PORTAL_CA_HEX_H
#include <stdbool.h>
#include <stddef.h>

void hex_text(const unsigned char *p, size_t n, char *into);	/* into[2 * n + 1] */
/* Exactly n bytes of lower-case hex; false otherwise. */
bool hex_bytes(const char *text, unsigned char *into, size_t n);
#endif
