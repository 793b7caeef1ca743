/*
 * portal/ca/views.h - what the pages about domains and certificates show.
 *
 * Filled by the handlers of this room, read by portal/pages/{domains,certs,
 * issue,status}.html.  Serials and digests are lower-case hex.
 */
#ifndef PORTAL_CA_VIEWS_H
#define PORTAL_CA_VIEWS_H
#include "portal/ca/issuers_now.h"
#include "portal/people/mailbox.h"
#include "portal/trust/lost_cert.h"
#include "portal/web/visit.h"
#include "privacy/facts/statement.h"
#include "privacy/facts/ticket.h"
#include "privacy/facts/vouch.h"

#define NAME_TEXT	256

struct domain_row {
	int64_t	id, proved_at, good_until;
	struct cert_serials certs;	/* in force, naming it or a name below it */
	int	method;			/* enum proof_method, 0 not proved */
	bool	wildcard, due;		/* due: prove again before the next certificate */
	char	id_text[24], name[NAME_TEXT], shown[NAME_TEXT];	/* shown: U-labels where harmless */
};
struct domains_view { struct domain_row *row; size_t n; };

struct domain_view {
	struct domain_row	d;
	char			dns_nonce[96], http_nonce[96], http_file[STATEMENT_FILE];
	bool			mail_sent;
	const char		*seen;	/* what the last look-up saw, as a message id; NULL: none yet */
	char			saw[256];
};

struct cert_row {
	char		serial[2 * TICKET_SERIAL + 1], label[NAME_TEXT], first_name[MAILBOX_TEXT];	/* in letters */
	char		person[NAME_TEXT];	/* its owner's name in it; "" none */
	unsigned	profile, state;
	int64_t		not_before, not_after;
	bool		reminder, old;	/* old: ended by time */
	const char	*state_name, *profile_name;	/* message ids */
};
struct certs_view { struct cert_row *row; size_t n; };

struct cert_view {
	struct cert_row	c;
	char		(*name)[NAME_TEXT];
	size_t		names;
	char		sha256[65];
	struct buf	pem;		/* leaf and issuer */
	bool		is_public, sign_in, tls;
	int64_t		changed_at;
	int64_t		issuer_revoked_at;	/* 0: it is not */
	const char	*reason;	/* message id, NULL */
};

struct preview_row { char name[NAME_TEXT]; bool kept; const char *why; };	/* why dropped: message id */
struct server_view {
	const char		*key;		/* "RSA 3072" */
	struct preview_row	*row;
	size_t			n, kept;
	const char		*request;	/* PEM as posted again */
	struct span		bound;		/* what the form is bound to: the key */
	bool			assured;	/* this level may be chosen */
	int64_t			points;
};
struct server_form_view {
	struct domain_row *domain;
	size_t	n;
	bool	assured;
	int64_t	points;
	const char *stopped, *saw;	/* the name whose CAA records do not allow us, and what the prover says of them; NULL: none */
};

struct mail_form_view {
	struct mail_choice { char id_text[24], address[NAME_TEXT], shown[MAILBOX_TEXT]; } *address;	/* shown: in letters */
	size_t	n;
	bool	unproved;		/* there are addresses that cannot stand in it yet */
	bool	signs_in;		/* it is to prove its owner to web sites, too */
	bool	assured;		/* this level may be chosen */
	int64_t	points;
	struct { char value[8], name[NAME_TEXT]; } name[VOUCH_NAMES];	/* value: index + 1 */
	size_t	names;
	const char *no_name;		/* why none may stand in it, as a message id; NULL: these may */
};

struct accept_view {
	struct issuers_now all;
	bool	good[ISSUERS_MOST];	/* of mail, and not revoked */
	struct buf files, lists;	/* "issuer-robot-mail.pem root.pem", "root robot-mail-0" as a shell reads it */
};

struct lists_view {
	struct issuers_now all;
	bool	many;				/* lists of each issuer */
	char	last[ISSUERS_MOST][ISSUER_NAME + 24];	/* "/crl/robot-mail-7.crl" */
};

struct status_view {
	bool		asked, found, has_content;
	char		serial[2 * TICKET_SERIAL + 1], sha256[65];
	const char	*state, *reason, *profile_name;	/* message ids */
	const char	*badge;		/* class */
	int64_t		not_before, not_after, changed_at;
	int64_t		issuer_revoked_at;	/* 0: it is not */
	struct buf	names;		/* with a blank between; a certificate may have a hundred */
	struct buf	text;		/* a mail certificate's PEM, when its owner opted in */
};
#endif
