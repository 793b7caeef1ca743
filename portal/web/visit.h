/*
 * portal/web/visit.h - one request being answered, as a handler sees it.
 *
 * The dispatcher fills it; a handler asks the keeper (at most once for a page
 * view), fills a view struct and calls one page function, or redirects.  When
 * a handler returns false the dispatcher turns *e into the page of that kind
 * with the sentence of e->why (portal/web/answer.c, portal/web/why.c).
 */
#ifndef PORTAL_WEB_VISIT_H
#define PORTAL_WEB_VISIT_H
#include "ledger/base/ipc.h"
#include "portal/web/route.h"

#define FORM_KEY	32		/* bytes */
#define VISIT_ASK_MS	20000		/* for an answer of the keeper: a password may wait for its turn in the queue */

struct trust_policy;			/* privacy/facts/trust_policy.h */

struct site {				/* what every page needs to know; read once at start */
	const char	*name, *base_https, *base_http;	/* "Troth", "https://localhost:8443", ... */
	const char	*base_cert;		/* whole address of signing in by certificate, "" when off */
	const char	*policy_arc;		/* OID prefix of the certificates' levels */
	const char	*caa_identity;		/* what stands in CAA records for us */
	bool		mail_caa;		/* also asked before e-mail certificates */
	const char	*association, *registration, *postal, *privacy_contact, *logo;
	const char	*static_version;	/* changes with the static files: ?v=... */
	bool		unwalled, outbox, mail_is_smtp;
	int64_t		clock_shift;		/* seconds; shown on every page when not 0 */
	char		root_sha256[65];	/* "" while it is not published */
	char		ledger_key[400];	/* vkey of the checkpoints; "" while it is not published */
	const struct trust_policy *trust;	/* the numbers of the web of trust */
	struct { int64_t tls_robot, tls_assured, mail_robot, mail_assured; } life;	/* of certificates, seconds */
	const struct published *root;		/* NULL while it is not published: portal/web/published.h */
	const struct atlas *atlas;		/* places for the directory; NULL: none */
	int64_t		directory_most;		/* lines one search shows */
	int64_t		domain_reprove;		/* seconds: the setting */
	struct { int64_t lost, trusted; } wait;	/* seconds: lost.wait and trusted.wait of the settings */
	int64_t		suspension;		/* seconds a certificate stays suspended before it is revoked */
	int64_t		disclosure_silence, disclosure_document;	/* seconds at most; bytes at most */
	unsigned char	form_key[FORM_KEY];	/* of public forms' tokens; random, made before the workers fork */
	const struct route_ahead *ahead;	/* pages whose question is asked before they are drawn */
	size_t		ahead_count;
	int64_t		crl_shards;		/* lists of each issuer */
	size_t		streams_most;		/* bodies in pieces that a worker hands out at a time */
};

struct session {			/* the SESSION BLOCK, unpacked */
	int64_t		member, bar_until, idle_until, ends_at, steps;
	unsigned	flags;
	uint32_t	roles;
};

/* What pages may load and do. */
#define VISIT_CSP "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " \
	"frame-ancestors 'none'; base-uri 'none'"
/* The page on which a code is scanned: a script of ours that sends nothing, and makes neither markup nor code of a text. */
#define VISIT_CSP_SCAN VISIT_CSP "; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
/* The key page: a script that sends the request as well. */
#define VISIT_CSP_KEYGEN VISIT_CSP_SCAN "; connect-src 'self'"

struct visit {
	const struct route	*route;
	const struct site	*site;
	const char		*path, *tail;	/* below /~TOKEN without it */
	const char		*query;		/* raw, "" when none; GET fields are in form too */
	const char		*lang;		/* "en", "de": by Accept-Language */
	struct drawn		*drawn;		/* the form a page is in the middle of: portal/web/draw.h */
	const struct words	*words;		/* its catalog; NULL: English, as written */
	char			root[40];	/* "/~TOKEN" or "": put before local links */
	unsigned char		token[TOKEN_BYTES];	/* zeros without a session */
	struct session		session;	/* after visit_ask on a session operation */
	bool			has_session;	/* below /~TOKEN; whether it lives the keeper says */
	bool			asked;		/* the keeper has answered for this session */
	struct form		form;
	struct span		body;		/* raw, for GUARD_MACHINE */
	struct span		source;		/* the peer's address as nginx saw it: for the brakes only, never stored */
	struct span		client_cert;	/* DER on the certificate port, else empty */
	struct ahead		*ahead;		/* what was asked already: taken by the first visit_ask(); NULL: nothing */
	struct ipc		*keeper, *signer, *prover;
	struct store		*store;		/* the site store: one connection a thread */
	int64_t			now;
	/* the answer */
	int			status;		/* 200 unless set */
	struct buf		page;		/* body */
	const char		*type;		/* "text/html; charset=utf-8" unless set; static */
	char			location[512];	/* non-empty: 303 */
	char			disposition[128];	/* attachment file name, our own characters only */
	const char		*cache;		/* Cache-Control; "no-store" unless set */
	int64_t			same_for;	/* seconds for which this answer is everybody's who reads this language; 0: one visitor's */
	int64_t			modified, expires;	/* Last-Modified and Expires; 0: not said */
	char			etag[24];	/* between its quotes; "": not said */
	const char		*csp;		/* NULL: the site's; the key page has its own */
	bool			camera;		/* this page may ask for the camera: no other one may */
	const char		*allow;		/* with 405: the methods there are */
	int			retry_after;	/* seconds; 0: not said */
	int			refresh;	/* seconds after which the page asks for itself again; 0: never */
	struct stream {			/* a body that comes in pieces, each in `page`; piece NULL: `page` is all */
		int64_t		length, next, pieces;
		unsigned char	once[TOKEN_BYTES];
		bool		placed;		/* by visit_stream() */
		/* The next one; an empty page after the last. */
		bool		(*piece)(struct visit *v, struct err *e);
		void		(*over)(struct visit *v);	/* all of it went out */
	} stream;
	bool			head;		/* HEAD: the header alone */
};

/* ---- asking the keeper ---- */
/* Begin a request that a session bears: its token, bound to the certificate that the request shows, if any. */
void visit_ask_begin(struct visit *v, struct buf *in);
/*
 * Call the keeper; *answer (caller's span) is the body after the SESSION BLOCK,
 * which is unpacked into v->session.  `out` owns the bytes.
 */
bool visit_ask(struct visit *v, uint32_t op, const struct buf *in, struct buf *out,
    struct span *answer, struct err *e) MUST;
/* The same for operations without a session (no block). */
bool visit_ask_open(struct visit *v, uint32_t op, const struct buf *in, struct buf *out,
    struct span *answer, struct err *e) MUST;
/*
 * An operation that takes the session alone and answers nothing but its block.  KEEPER_WHO is
 * that of pages which show a form and nothing personal: they ask who is there.
 */
bool visit_tell(struct visit *v, uint32_t op, struct err *e) MUST;
/*
 * What would the mailed link do (*kind: enum mail_use) whose token this address ends in?
 * Nothing is consumed.  ERR_ABSENT, WHY_TOKEN: none that stands.
 */
bool visit_mailed(struct visit *v, unsigned char token[TOKEN_BYTES], int *kind, struct err *e) MUST;
/*
 * Zeroed room for the rows that follow in an answer, whose count n is read here; never NULL
 * for none.  The caller frees it, as few or as many as a member has.
 * NULL: ERR_IO (more rows than bytes are left), ERR_MEMORY.
 */
void *visit_rows(struct span *answer, size_t size, size_t *n, struct err *e) MUST;
/* The keeper gave a new token: from here on v->token, v->root and redirects carry it. */
void visit_new_token(struct visit *v, const unsigned char token[TOKEN_BYTES]);

/* ---- answering ---- */
/* 303 to a local path; own: below v->root.  The path is ours, arguments via buf_arg. */
bool visit_go(struct visit *v, bool own, const char *path, struct err *e) MUST;
/*
 * Before a body in pieces is begun: who reads slowly holds a thread, so there is room for some of them only.
 * ERR_BUSY.  The place is given back with the last piece, with a page that says what went wrong, or by dispatch_end().
 */
bool visit_stream(struct visit *v, struct err *e) MUST;
/*
 * Is there such a place?  Asked before the line of what is handed out is written, so that (but for those who ask in one
 * moment) none is written of what is not.  Takes none.  ERR_BUSY.
 */
bool visit_stream_room(const struct visit *v, struct err *e) MUST;
void visit_stream_end(struct visit *v);
/*
 * Keeper said why: when that sentence belongs to a field of this form, mark it
 * and return true (the handler shows its form again, status 422); else false, e untouched.
 */
bool visit_fault(struct visit *v, const struct err *e, const char *field);
/* Token text (base64url, 32 characters) to bytes and back. */
bool token_parse(const char *text, unsigned char into[TOKEN_BYTES]) MUST;
void token_text(const unsigned char token[TOKEN_BYTES], char into[33]);
/* The number that stands for "*" in the address, in digits alone.  ERR_ABSENT: none. */
bool tail_number(const struct visit *v, int64_t *number, struct err *e) MUST;
/* A number as pages write them: 1 to 18 digits and nothing else. */
bool number_read(const char *text, int64_t *number) MUST;
/* For a form_open_bound() form: checks the posted token against these bytes too. */
bool visit_bound(struct visit *v, struct span bound, struct err *e) MUST;

/* Does what stops under a restriction stop for this session?  The pages offer no form for it; the keeper refuses it. */
static inline bool
visit_barred(const struct visit *v)
{
	return (v->session.flags & SESSION_BARRED) != 0;
}

/* Is `next` (path and query, from a hidden field) a page of ours below the session's root? */
bool visit_next_ok(const char *next);
#endif
