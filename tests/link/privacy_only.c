/* tests/link/privacy_only.c - the privacy floor needs the ledger and no portal: both archives are linked whole. */
#include "ledger/base/buf.h"

int
main(void)
{
	DROP(buf_wipe) struct buf b = {0};

	buf_text(&b, "privacy and ledger alone");
	return buf_ok(&b, NULL) ? 0 : 1;
}
