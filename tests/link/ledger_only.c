/* tests/link/ledger_only.c - the ledger floor stands alone: libledger.a is linked whole, and nothing else of ours. */
#include "ledger/base/buf.h"

int
main(void)
{
	DROP(buf_wipe) struct buf b = {0};

	buf_text(&b, "ledger alone");
	return buf_ok(&b, NULL) ? 0 : 1;
}
