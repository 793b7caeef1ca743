/* What the control process asks: how things are, counts, and entries about the site itself. */
#include "privacy/facts/address.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/register.h"
#include "privacy/facts/role.h"
#include "privacy/facts/session.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/keeper/backup.h"
#include "privacy/keeper/doctor.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/announce.h"
#include "privacy/rights/erasure.h"
#include "privacy/rights/hold.h"
#include "privacy/rights/retain.h"

#define EVENT_TEXT	64
#define LATE		(2 * HOUR)	/* so long after its time nothing waits that somebody sweeps */
#define WORDS_TEXT	(DETAIL_OBJECT - EVENT_TEXT)

/* ---- health ---- */

struct health { struct buf rows; uint32_t n; };

static void
health_wipe(struct health *h)
{
	buf_wipe(&h->rows);
}

static void
say(struct health *h, const char *name, int64_t value)
{
	pack_text(&h->rows, name);
	pack_i64(&h->rows, value);
	h->n++;
}

static bool
health_people(struct keeper *k, int64_t now, struct health *h, struct err *e)
{
	int64_t members, waiting, sessions, officers;

	TRY(member_count(k, &members, &waiting, e));
	TRY(session_count(k, now, &sessions, e));
	TRY(role_count(k, ROLE_OFFICER, &officers, e));
	say(h, "members", members);
	say(h, "joins waiting", waiting);
	say(h, "sessions", sessions);
	say(h, "officers", officers);
	return true;
}

static bool
health_work(struct keeper *k, int64_t now, struct health *h, struct err *e)
{
	int64_t mails, mail_age, tickets, ticket_made, valid, pending, erasures, holds, notices;

	TRY(mail_health(k, now, &mails, &mail_age, e));
	TRY(ticket_book_count(k, &tickets, &ticket_made, e));
	TRY(register_health(k, now, &valid, &pending, e));
	TRY(erasure_waiting(k, &erasures, e));
	TRY(hold_count(k, &holds, e));
	TRY(announce_waiting(k, &notices, e));
	say(h, "mails waiting", mails);
	say(h, "oldest mail, seconds", mail_age);
	say(h, "tickets open", tickets);
	say(h, "oldest ticket, seconds", tickets == 0 ? 0 : now - ticket_made);
	say(h, "certificates valid", valid);
	say(h, "certificates pending", pending);
	say(h, "erasures begun and not done", erasures);
	say(h, "erasure holds in force", holds);
	say(h, "security notices not sent to all yet", notices);
	return true;
}

/* What the clerk's calls should have ended by now. */
static bool
health_tidy(struct keeper *k, int64_t now, struct health *h, struct err *e)
{
	int64_t rows, handovers;

	TRY(retain_late(k, now, LATE, &rows, e));
	TRY(handover_stale(k, now - LATE, &handovers, e));
	say(h, "rows over their time", rows);
	say(h, "hand-overs over their time", handovers);
	return true;
}

static bool
health_ledger(struct keeper *k, int64_t now, struct health *h, struct err *e)
{
	struct keys_root root;
	struct vault_sums sums;
	struct err why = {0};
	int64_t size = 0, rows, backup_at, backup_entries;

	if (!chain_checkpoint_get(k->chain, &size, NULL, &why) && why.kind != ERR_ABSENT) {
		if (e != NULL)
			*e = why;
		return false;
	}
	TRY(vault_size(k->vault, &rows, e));
	say(h, "ledger entries", chain_settled(k->chain));
	say(h, "newest checkpoint", size);
	say(h, "sealed rows", rows);
	vault_summed(k->vault, &sums);
	say(h, "fields opened since start", sums.opened);
	say(h, "openings more or fewer than entries tell", llabs(sums.opened - sums.told));
	TRY(keys_root_look(vault_keys(k->vault), &root, e));
	TRY(backup_last(k, &backup_at, &backup_entries, e));
	say(h, "last backup, days ago", backup_at == 0 ? -1 : (now - backup_at) / DAY);
	say(h, "root key version", root.version);
	say(h, "root key's age, days", (now - root.made_at) / DAY);
	say(h, "oldest root key replaced, days ago", root.oldest_over == 0 ? 0 : (now - root.oldest_over) / DAY);
	return true;
}

bool
op_health(struct keeper *k, struct act *a, struct err *e)
{
	DROP(health_wipe) struct health h = {0};

	TRY(act_read(a, e));
	TRY(health_people(k, a->now, &h, e));
	TRY(health_work(k, a->now, &h, e));
	TRY(health_tidy(k, a->now, &h, e));
	TRY(health_ledger(k, a->now, &h, e));
	say(&h, "clerk last asked, seconds ago", a->now - k->clerk_at);
	say(&h, "up, seconds", a->now - k->started);
	pack_u32(a->out, h.n);
	buf_add(a->out, h.rows.data, h.rows.len);
	return buf_ok(&h.rows, e);
}

/* ---- doctor ---- */

bool
op_doctor(struct keeper *k, struct act *a, struct err *e)
{
	struct err found = {0};
	int64_t orphans = 0;
	bool good;

	TRY(act_read(a, e));
	TRY(doctor_orphans(k, &orphans, e));
	good = doctor_look(k, &found);
	if (!good && found.kind != ERR_TAMPER && found.kind != ERR_CRYPTO && found.kind != ERR_ABSENT) {
		if (e != NULL)
			*e = found;
		return false;
	}
	pack_u8(a->out, good);
	pack_text(a->out, good ? "" : found.text);
	pack_i64(a->out, orphans);
	return keeper_record_site(k, PURPOSE_SITE,
	    good ? "doctor: all details and sealed rows agree" : "doctor: something does not agree",
	    a->now, NULL, e);
}

/* ---- small ones ---- */

bool
op_system_entry(struct keeper *k, struct act *a, struct err *e)
{
	char event[EVENT_TEXT], words[WORDS_TEXT - 2], object[DETAIL_OBJECT];
	int64_t number;

	unpack_text(&a->in, event, sizeof(event));
	unpack_text(&a->in, words, sizeof(words));
	TRY(act_read(a, e));
	snprintf(object, sizeof(object), "%s: %s", event, words);
	TRY(keeper_record_site(k, PURPOSE_SITE, object, a->now, &number, e));
	pack_i64(a->out, number);
	return true;
}

bool
op_mail_test(struct keeper *k, struct act *a, struct err *e)
{
	char typed[KEEPER_TEXT_MAX + 1], address[ADDRESS_MAX];
	struct mail_order m = { .kind = MAIL_TEST, .address = address, .lang = "en",
	    .purpose = PURPOSE_SITE };

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	TRY(address_normalise(typed, address, e));
	return mail_queue(k, &m, a->now, NULL, e);
}

bool
op_counts(struct keeper *k, struct act *a, struct err *e)
{
	int64_t counts[FIELD__COUNT];

	TRY(act_read(a, e));
	vault_counts(k->vault, counts);
	pack_u32(a->out, FIELD__COUNT - 1);
	for (uint32_t f = 1; f < FIELD__COUNT; f++) {
		pack_u32(a->out, f);
		pack_i64(a->out, counts[f]);
	}
	return true;
}
