#include "privacy/facts/assurance.h"

const char assurance_schema[] =
"CREATE TABLE assurance ("
" id INTEGER PRIMARY KEY,"
" giver INTEGER NOT NULL REFERENCES member (number),"
" member INTEGER NOT NULL REFERENCES member (number),"
" third_party INTEGER NOT NULL,"
" points INTEGER NOT NULL,"
" met_day INTEGER NOT NULL,"
" noted_at INTEGER NOT NULL,"
" made_at INTEGER NOT NULL,"		/* 0: a draft */
" withdrawn_at INTEGER NOT NULL,"
" falls_at INTEGER NOT NULL,"
" confirmed_at INTEGER NOT NULL,"
" objected_at INTEGER NOT NULL,"
" birth INTEGER NOT NULL,"		/* version of the birth date it vouches for */
" event INTEGER NOT NULL,"
" names INTEGER NOT NULL,"		/* bits of indexes */
" method INTEGER NOT NULL,"		/* enum vouch_method */
" founding INTEGER NOT NULL,"
" parent INTEGER NOT NULL,"
" paper INTEGER NOT NULL,"
" link INTEGER NOT NULL,"
" link_from INTEGER NOT NULL,"
" link_to INTEGER NOT NULL) STRICT;"
"CREATE INDEX assurance_member ON assurance (member, made_at);"
"CREATE INDEX assurance_giver ON assurance (giver, id);"
"CREATE INDEX assurance_draft ON assurance (noted_at) WHERE made_at = 0;";
