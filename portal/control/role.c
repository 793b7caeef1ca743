#include <inttypes.h>
#include "portal/control/command.h"
#include "portal/control/birth.h"
#include "portal/control/role.h"
#include "portal/control/talk.h"
#include "portal/signer/op.h"
#include "privacy/keeper/op.h"

#define CODES	3

static bool
codes_print(struct span in, struct err *e)
{
	printf("\nOfficer codes, good for one hour each (sign in, open Settings, then the officer code):\n");
	for (int i = 0; i < CODES; i++) {
		char code[KEEPER_TEXT_MAX];

		unpack_text(&in, code, sizeof(code));
		printf("  %s\n", code);
		explicit_bzero(code, sizeof(code));
	}
	return unpack_end(&in, "officer codes", e);
}

bool
role_print(struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err refused = {0};

	pack_u8(&in, CODES);
	if (talk("keeper", KEEPER_OFFICER_CODES, &in, &out, TALK_WAIT_MS, &refused))
		return codes_print(span_buf(&out), e);
	if (refused.kind != ERR_DENIED) {
		*e = refused;
		return false;
	}
	printf("\nThere have been three officers: they name further ones themselves.\n");
	return true;
}

void
role_print_checkpoint(void)
{
	DROP(buf_wipe) struct buf out = {0};
	struct err e = {0};
	struct span in;
	unsigned char root[32];
	int64_t size;

	if (!talk("signer", SIGNER_HEAD, NULL, &out, TALK_WAIT_MS, &e))
		return;
	in = span_buf(&out);
	size = unpack_i64(&in);
	unpack_exact(&in, root, sizeof(root));
	if (!unpack_end(&in, "head", &e))
		return;
	printf("\nNewest checkpoint (write it down elsewhere: it shows whether anything was put back):\n");
	if (size == 0) {
		printf("  none yet\n");
		return;
	}
	printf("  %" PRId64 " %s, root ", size, size == 1 ? "entry" : "entries");
	for (size_t i = 0; i < sizeof(root); i++)
		printf("%02x", root[i]);
	printf("\n");
}

bool
command_role(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };

	TRY(state_visit(&s, c->line.state, e));
	TRY(birth_record(&s, e));
	return role_print(e);
}
