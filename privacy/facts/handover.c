#include "privacy/facts/handover.h"

const char handover_schema[] =
"CREATE TABLE handover ("
" id INTEGER PRIMARY KEY,"
" member INTEGER NOT NULL REFERENCES member (number),"
" assurer INTEGER NOT NULL,"		/* 0: not taken yet */
" pass INTEGER NOT NULL,"
" event INTEGER NOT NULL,"
" kind INTEGER NOT NULL,"		/* enum handover_kind */
" state INTEGER NOT NULL,"		/* enum handover_state */
" finder TEXT,"				/* NULL when it cannot be taken (any more) */
" hash BLOB,"
" made_at INTEGER NOT NULL,"
" expires INTEGER NOT NULL,"
" taken_at INTEGER NOT NULL,"
" used_at INTEGER NOT NULL,"
" wrong INTEGER NOT NULL,"
" tried BLOB NOT NULL,"			/* counts and results, see handover_pack */
" shown INTEGER NOT NULL) STRICT;"
"CREATE UNIQUE INDEX handover_finder ON handover (finder) WHERE finder IS NOT NULL;"
"CREATE UNIQUE INDEX handover_pass ON handover (pass, assurer) WHERE pass > 0;"
"CREATE INDEX handover_member ON handover (member, made_at);"
"CREATE INDEX handover_ends ON handover (expires);"
"CREATE TABLE handover_use ("		/* who did what with it, for its owner's page */
" handover INTEGER NOT NULL REFERENCES handover (id) ON DELETE CASCADE,"
" number INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" act INTEGER NOT NULL,"		/* enum handover_act */
" fields INTEGER NOT NULL,"
" PRIMARY KEY (handover, number)) STRICT, WITHOUT ROWID;"
"CREATE TABLE code_wrong ("		/* wrong codes an assurer typed, for a day */
" assurer INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" times INTEGER NOT NULL,"
" PRIMARY KEY (assurer, at)) STRICT, WITHOUT ROWID;"
"CREATE INDEX code_wrong_at ON code_wrong (at);";
