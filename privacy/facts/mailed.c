/*
 * privacy/facts/mailed.c - what a link in a mail does when it is followed.
 *
 * Looking consumes nothing (mail scanners follow links); taking is once, except for the link that
 * stops a list: mail programs post it again and again (RFC 8058), and it says what is so afterwards.
 * A recovery's link is not taken here: its answers are (recovery.c).
 */
#include "privacy/facts/address.h"
#include "privacy/facts/domain.h"
#include "privacy/facts/join.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/quiet.h"
#include "privacy/facts/register.h"
#include "privacy/facts/wish.h"
#include "privacy/facts/trusted.h"
#include "privacy/keeper/ops.h"
#include "privacy/rights/erase.h"

bool
op_mail_look(struct keeper *k, struct act *a, struct err *e)
{
	(void)k;
	TRY(act_read(a, e));
	pack_u8(a->out, a->mail->kind);
	return true;
}

static bool
take(struct keeper *k, struct act *a, struct err *e)
{
	switch (a->mail->kind) {
	case MAIL_JOIN:
		return member_verify(k, a, e);
	case MAIL_ADDRESS:
		return address_take(k, a, e);
	case MAIL_DOMAIN:
		a->purpose = PURPOSE_DOMAIN_PROVE;
		return domain_mail_taken(k, a, a->mail, e);
	case MAIL_EXPIRY:
		a->purpose = PURPOSE_CERT_CHANGE;
		return register_reminder_stop(k, a, a->mail, e);
	case MAIL_ERASE_ASKED:
		return erase_link_stop(k, a, e);
	case MAIL_LIST:
		return wish_confirm(k, a, e);
	case MAIL_LIST_NEWS:
		return wish_stop(k, a, e);
	case MAIL_CLOSING:
		return trusted_link(k, a, e);
	case MAIL_DORMANT:
		return quiet_link(k, a, e);
	default:
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "a mailed token of another kind");
	}
}

bool
op_mail_take(struct keeper *k, struct act *a, struct err *e)
{
	TRY(act_read(a, e));
	if (a->mail->kind != MAIL_LIST_NEWS)
		TRY(mail_token_spend(k, a->mail->id, e));
	TRY(take(k, a, e));
	TRY(quiet_used(k, a->owner.number, a->now, e));
	pack_u8(a->out, a->mail->kind);
	return true;
}
