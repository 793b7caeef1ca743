#include "privacy/facts/name.h"

const char name_schema[] =
"CREATE TABLE person_name ("		/* which of a member's names there are; the parts are sealed */
" member INTEGER NOT NULL REFERENCES member (number),"
" idx INTEGER NOT NULL,"
" sort INTEGER NOT NULL,"		/* enum name_sort */
" since INTEGER NOT NULL,"
" PRIMARY KEY (member, idx)) STRICT, WITHOUT ROWID;"
"CREATE TABLE name_link ("		/* what was vouched for the one holds for the other */
" member INTEGER NOT NULL REFERENCES member (number),"
" what INTEGER NOT NULL,"		/* LINK_NAME: indexes; LINK_BIRTH: versions */
" from_one INTEGER NOT NULL,"
" to_one INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" PRIMARY KEY (member, what, from_one, to_one)) STRICT, WITHOUT ROWID;";
