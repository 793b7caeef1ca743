/*
 * portal/trust/lost_cert.h - a live certificate that its owner should look at: what it stands on, or the name in it, is gone.
 *
 * { [16] serial, text first name } of the keeper's answers, and lists of serials alone: of what would go with an address or a domain.
 */
#ifndef PORTAL_TRUST_LOST_CERT_H
#define PORTAL_TRUST_LOST_CERT_H
#include "ledger/base/pack.h"

struct lost_cert { char serial[33], name[256]; };

/* into NULL: there is no room for it; it is passed over. */
void lost_cert_read(struct span *a, struct lost_cert *into);

#define SERIALS_SHOWN	16
struct cert_serials { int64_t n; size_t shown; char serial[SERIALS_SHOWN][33]; };	/* n: how many there are */
/* u32 n, n * [16] serial. */
void cert_serials_read(struct span *a, struct cert_serials *into);
#endif
