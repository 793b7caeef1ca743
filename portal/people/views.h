/*
 * portal/people/views.h - what the pages about a member show.
 *
 * Filled by the handlers of this room from one keeper answer, read by
 * portal/pages/{join,sign,home,data,names,questions,history,addresses,sessions}.html.
 * Texts are borrowed from the handler's frame buffer or its arrays.
 */
#ifndef PORTAL_PEOPLE_VIEWS_H
#define PORTAL_PEOPLE_VIEWS_H
#include "portal/people/mailbox.h"
#include "portal/trust/lost_cert.h"
#include "portal/web/visit.h"
#include "privacy/facts/vouch.h"

#define SESSIONS_SHOWN	64
#define HISTORY_SHOWN	200
#define TEXT_SHOWN	1025
#define STRANDED_SHOWN	64
#define NAME_PART	260	/* 64 characters and a NUL */

struct join_view { const char *advice; };	/* how to make a weak password better; NULL: none given */

struct verify_view { const char *token; int kind; };	/* enum mail_use */

struct reset_view {
	const char	*token;
	size_t		n;			/* 0: the five questions were never set */
	struct { int slot; char text[TEXT_SHOWN]; const char *field; } question[3];
};

struct home_view {
	char	given[TEXT_SHOWN], address[MAILBOX_TEXT];	/* in letters */
	int64_t	addresses, verified, domains, certs, expiring, points, others, asked, unvoted;
	bool	has_names, has_birth, has_questions;
	struct { char disclosure[24]; bool sits; } guest[8];	/* seats as a guest officer, offered or held */
	size_t	guests;
};

struct data_row {
	unsigned	field;
	const char	*label, *why;		/* message ids */
	const char	*change;		/* path, NULL: not changed here */
	int64_t		since;
	bool		shown, held, erasable, vouched;
	char		value[TEXT_SHOWN];
};
#define DATA_ROWS	8	/* fields that the page of one's own data has: the view is cleared and wiped for each look */
struct name_shown { bool held; int64_t since; char part[4][NAME_PART], whole[4 * NAME_PART]; };
struct data_view {
	struct data_row	row[DATA_ROWS];
	size_t		n;
	unsigned	birth;			/* BIRTH_IS_* */
	bool		vouched;		/* somebody vouched for the name shown first */
	struct name_shown *further;		/* VOUCH_NAMES by index; NULL: who has one name has none of them */
	size_t		further_n;
	struct { int64_t since; bool shown; char value[32]; } proposed;	/* a new birth date that waits */
};

/* One name of a member's: as portal/pages/names.html shows it. */
struct own_name {
	unsigned	index, sort;
	char		index_text[8], part[4][NAME_PART], whole[4 * NAME_PART];
	bool		first, vouched, may;	/* may: stand in a certificate now */
	int64_t		points, since;
	const char	*sort_says;		/* message id */
};
/* The four parts with single spaces between. */
void name_joined(char part[4][NAME_PART], char whole[4 * NAME_PART]);
struct names_view {
	struct own_name	name[VOUCH_NAMES];
	size_t		n;
	int64_t		points;			/* of the member */
	unsigned	birth;			/* BIRTH_IS_* */
	bool		barred, vouched;	/* vouched: at least one of them is */
	struct lost_cert stranded[STRANDED_SHOWN];	/* live certificates that carry a name no longer held */
	size_t		stranded_n;
};

struct questions_view {
	struct { int64_t since; char text[TEXT_SHOWN]; const char *question, *answer; } slot[5];
	bool all;
};

struct history_row {
	int64_t		place, number, at, fields;
	char		place_text[24];
	unsigned	kind, role, purpose, times;	/* times: how often the same was done that day */
	bool		has_values, erased, own;
	char		object[TEXT_SHOWN];
	const char	*says;			/* message id */
};
struct history_view {
	struct history_row	*row;
	size_t			n, others;	/* rows by others stand first */
	int64_t			all, older;	/* older: where the next page begins, 0: none */
};
struct entry_view {
	struct history_row	row;
	char			was[TEXT_SHOWN], now[TEXT_SHOWN];
	char			leaf[209], commitment[65];
	const char		*kind_name, *role_name;
	const char		*field_label[32];
	size_t			field_n;
};

struct address_row {
	int64_t	id, since;
	bool	verified, primary;
	int64_t	failing;			/* since when mail to it comes back; 0 */
	struct cert_serials certs;		/* in force, naming it */
	char	id_text[24], address[MAILBOX_TEXT];	/* in letters */
};
struct addresses_view { struct address_row *row; size_t n; };
struct address_remove_view { struct address_row row; bool last; };

struct session_row { int64_t number, since, seen; unsigned flags; bool is_this; char number_text[24]; };
struct sessions_view { struct session_row row[SESSIONS_SHOWN]; size_t n; };

struct password_view { const char *next; };
struct wish_row { char name[24], says[TEXT_SHOWN], outside[TEXT_SHOWN]; int64_t asked, since; };
struct wishes_view { struct wish_row *row; size_t n; };
struct trusted_row { unsigned state; int64_t asked, agreed, closing, until; char member[24]; };	/* enum trusted_state */
struct trusted_view { struct trusted_row own, *of; size_t n; };
struct settings_view { bool cert_sign_in, reminders; };
#endif
