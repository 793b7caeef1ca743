/*
 * portal/control/command.h - what every command of `troth` is given.
 *
 * main.c reads the words of the command line by a table, loads the settings and
 * calls one of these.  Each prints its own result to stdout; when it fails it
 * fills *e, and main prints that one line and exits 1.
 */
#ifndef PORTAL_CONTROL_COMMAND_H
#define PORTAL_CONTROL_COMMAND_H
#include "privacy/settings.h"

#define COMMAND_WORDS	8
#define COMMAND_CRLS	16
#define COMMAND_PORT	32	/* bytes of "site.http_port=65535" */

struct command {
	const char		*bin;		/* where this program and troth-keeper and so on lie */
	const char		*root;		/* the folder above: nginx/ and portal/static/ below it */
	struct command_line	line;		/* state is never NULL here */
	const char		*word[COMMAND_WORDS];	/* what stands behind the command's name */
	size_t			word_count;
	bool			explain, check, users;	/* --explain, --check, --users */
	bool			now;			/* --now */
	bool			security, count;	/* --security, --count */
	const char		*field, *role;		/* --field, --role; NULL: not given */
	const char		*to, *from, *of, *need, *keys, *checkpoint, *journal;	/* --to and so on; NULL: not given */
	const char		*reason;	/* --reason */
	const char		*crl[COMMAND_CRLS];	/* --crl, as often as it was given */
	size_t			crl_count;
	struct settings		set;
	char			http[COMMAND_PORT], https[COMMAND_PORT];
};

bool command_run(struct command *c, struct err *e) MUST;	/* run.c */
bool command_ceremony(struct command *c, struct err *e) MUST;	/* run.c: keys and folders, nothing started */
bool command_nginx(struct command *c, struct err *e) MUST;	/* run.c: nginx alone, for systemd's unit */
bool command_config(struct command *c, struct err *e) MUST;	/* main.c */
bool command_doctor(struct command *c, struct err *e) MUST;	/* doctor.c */
bool command_role(struct command *c, struct err *e) MUST;	/* role.c */
bool command_mail(struct command *c, struct err *e) MUST;	/* mail.c */
bool command_notice(struct command *c, struct err *e) MUST;	/* notice.c */
bool command_outbox(struct command *c, struct err *e) MUST;	/* outbox.c: the responder `troth run` starts */
bool command_demo(struct command *c, struct err *e) MUST;	/* demo.c */
bool command_challenge(struct command *c, struct err *e) MUST;	/* challenge.c */
bool command_rotate(struct command *c, struct err *e) MUST;	/* rotate.c */
bool command_announce(struct command *c, struct err *e) MUST;	/* announce.c */
bool command_list(struct command *c, struct err *e) MUST;	/* list.c */
bool command_issuer(struct command *c, struct err *e) MUST;	/* issuer.c */
bool issuer_record(struct err *e) MUST;		/* issuer.c: what was revoked while the site stood still, to the ledger */
bool command_root_list(struct command *c, struct err *e) MUST;	/* root_list.c */
bool command_backup(struct command *c, struct err *e) MUST;	/* backup.c */
bool command_restore(struct command *c, struct err *e) MUST;	/* restore.c */
bool command_audit(struct command *c, struct err *e) MUST;	/* audit.c */
bool command_retention(struct command *c, struct err *e) MUST;	/* retention.c */
#endif
