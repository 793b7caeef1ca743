/*
 * privacy/rights/export_words.h - what data.html says beside sections, columns and values.
 *
 * Message ids: whoever asks for the copy hands over their translations
 * (export_phrase() in export_table.h), since catalogs are the portal's.
 */
#ifndef PRIVACY_RIGHTS_EXPORT_WORDS_H
#define PRIVACY_RIGHTS_EXPORT_WORDS_H

enum page_phrase {
	PHRASE_TITLE, PHRASE_LEDE, PHRASE_SITE, PHRASE_MADE, PHRASE_SECTIONS, PHRASE_FILES, PHRASE_NOT_HERE,
	PHRASE_NOTHING, PHRASE_YES, PHRASE_NO, PHRASE__COUNT
};
extern const char *const page_phrases[PHRASE__COUNT];
#endif
