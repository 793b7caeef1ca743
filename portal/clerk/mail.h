/*
 * portal/clerk/mail.h - one finished mail on its way: by SMTP, or into a Maildir.
 *
 * SMTP is libcurl's: STARTTLS (or smtps), the server's certificate checked,
 * PLAIN or LOGIN; the connection is kept between mails.  Without a mail server the mail goes
 * to DIR/outbox as a Maildir delivers (tmp, fsync, rename into new); one that
 * lies there already under the same Message-ID is not written twice.
 *
 * Stands on privacy/settings.  Files are read in mailer_open(), before the jail.
 * Logs no address, no subject and nothing the server says.
 */
#ifndef PORTAL_CLERK_MAIL_H
#define PORTAL_CLERK_MAIL_H
#include "ledger/base/pack.h"
#include "privacy/settings.h"

enum mail_result {		/* the first three as KEEPER_MAIL_DONE wants them */
	MAIL_SENT = 0,
	MAIL_LATER = 1,		/* this one was put off */
	MAIL_REFUSED = 2,	/* this one, for good */
	MAIL_DOWN = 3		/* no mail gets through: server, TLS, credentials, sender, disk */
};

struct mailer;
/* Reads the password file and the roots.  Fails: ERR_INPUT, ERR_IO, ERR_MEMORY.  libcurl is ready. */
bool mailer_open(struct mailer **out, const struct settings *s, struct err *e) MUST;
/*
 * Hand over one mail (CR LF lines).  message_id names its Maildir file.  At most two
 * minutes; when *stop_ms becomes non-zero, until that clock_mono_ms() time.
 */
enum mail_result mailer_send(struct mailer *m, const char *to, const char *message_id,
    const struct buf *mail, const _Atomic int64_t *stop_ms);
void mailer_drop(struct mailer **m);
#endif
