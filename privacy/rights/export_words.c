#include "privacy/rights/export_words.h"
#include "privacy/message.h"

const char *const page_phrases[PHRASE__COUNT] = {
	[PHRASE_TITLE] = MSG("My data: a copy"),
	[PHRASE_LEDE] = MSG("Everything that was held about this member when the copy was made. It is not sealed any more: keep it as you keep other papers of yours."),
	[PHRASE_SITE] = MSG("Site"),
	[PHRASE_MADE] = MSG("Made"),
	[PHRASE_SECTIONS] = MSG("What is in it"),
	[PHRASE_FILES] = MSG("The same stands in data.json, for programs; data.schema.json describes it. The certificates are in certificates.pem. Lines of the ledger carry the bytes by which each can be checked: in data.json."),
	[PHRASE_NOT_HERE] = MSG("What is not in it: your password and the answers to your five questions. They are kept as hashes that nobody can turn back, and a hash in a file could be tried out by whoever finds it. Links and one-use addresses are not in it either: they work for whoever has them."),
	[PHRASE_NOTHING] = MSG("Nothing is held."),
	[PHRASE_YES] = MSG("yes"),
	[PHRASE_NO] = MSG("no"),
};
