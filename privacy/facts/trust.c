#include "privacy/facts/trust.h"

const char trust_schema[] =
"CREATE TABLE trust ("			/* members without a row have zeros everywhere */
" member INTEGER PRIMARY KEY REFERENCES member (number),"
" main_name INTEGER NOT NULL,"
" passed_at INTEGER NOT NULL,"
" founder_at INTEGER NOT NULL,"
" standing INTEGER NOT NULL,"		/* enum standing */
" standing_at INTEGER NOT NULL,"
" name_changed_at INTEGER NOT NULL,"
" next_at INTEGER NOT NULL) STRICT;"
"CREATE INDEX trust_next ON trust (next_at) WHERE next_at > 0;";
