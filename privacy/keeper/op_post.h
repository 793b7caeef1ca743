/*
 * privacy/keeper/op_post.h - operations of incoming mail, letters and lists: part of op.h, which includes it.
 *
 *	B	the postbox: it reads strangers' mail and can have it sealed, nothing else (portal/postbox)
 *	MAIL_CASE_TAKEN	answers a mail that opened a case: number, pass-phrase, and the code that lets a further mail be added
 *	MAIL_CASE_NEWS	something new in such a case; what, it does not say
 *	MAIL_LIST	confirms that mails of a list are wanted
 *	MAIL_LIST_NEWS	a mail of a list, with the address that stops it by one click
 */
#ifndef PRIVACY_KEEPER_OP_POST_H
#define PRIVACY_KEEPER_OP_POST_H

#define KEEPER_PEER_POST	8u

enum keeper_post_op {
	/*
	 * (B, none) [32] hash that is the same when this mail comes again, text envelope sender, text language ("" not said), text code as it
	 * stands in the subject ("" none), text its Message-ID without < and > ("" none), u8 signed, [16] serial and [32] SHA-256 of the certificate it is signed with (checked by the postbox, and here
	 * against the register's; zeros), [32] mark of the signature (taken into account once), u32 n (1..POST_TEXTS), n * text
	 * words -> u8 what became of it (enum post_fate).  ERR_DENIED with WHY_LIMIT: later, unless WHY_CASE_FULL
	 */
	KEEPER_POST_TAKE = 370,
	/*
	 * (C, none) u32 n, n * i64 id (<= POST_CARRIED): their rows stand in the site store -> u32 m, m * { i64 number of the case, TEXT TO KEEP }:
	 * texts that came by mail and wait for it
	 */
	KEEPER_POST_CARRY,
	KEEPER_POST_BOUNCE,	/* (B, none) text Message-ID of a mail of ours that came back for good -> nothing */
	/* (P, staff) i64 number, u8 kind (of a visitor's) -> BLOCK: what a case is that came by mail; a report goes to officers alone */
	KEEPER_DESK_SORT,
	/* (P, staff) u8 kind, text the day it came ("2026-11-28"), text words -> BLOCK, i64 number, TEXT TO KEEP: a letter on paper, typed in */
	KEEPER_DESK_LETTER,
	/* (P, session) -> BLOCK, u32 n, n * { text name, text says, text address outside ("" ours), i64 asked (0: not), i64 since (0: not confirmed) } */
	KEEPER_LISTS,
	/* (P, session) text name, u8 on -> BLOCK: a link is mailed that confirms it; or it is stopped */
	KEEPER_LIST_SET,
	/* (X, none) text name, text words (<= LIST_WORDS), i64 after (0: from the beginning) -> i64 after (0: all were written to), i64 written to */
	KEEPER_LIST_MAIL,
};
#define LIST_WORDS	1800	/* bytes */

#define POST_TEXTS	5	/* texts of a case that one mail becomes; the rest is cut off, and that is said */
#define POST_CARRIED	64	/* texts in one call */
enum post_fate { POST_OPENED = 1, POST_ADDED, POST_KNOWN };	/* a new case; added to the one whose code it bears; taken before */
#endif
