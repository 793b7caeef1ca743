/* portal/ca/pem.h - RFC 7468 armour around DER, and off again for what strangers upload. */
#ifndef PORTAL_CA_PEM_H
#define PORTAL_CA_PEM_H
#include "ledger/base/pack.h"

/* Append "-----BEGIN label-----", 64 columns of base64, "-----END label-----". */
bool pem_add(struct buf *into, const char *label, struct span der, struct err *e) MUST;
/* DER of the first CERTIFICATE in PEM, or the bytes themselves when they begin as DER does.  ERR_INPUT. */
bool pem_certificate(struct buf *der, struct span typed, struct err *e) MUST;
#endif
