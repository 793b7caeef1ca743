/*
 * privacy/facts/answer.h - what makes two answers the same, and one too easy.
 *
 * People write "São Paulo", "sao paulo" and "SAO-PAULO" for one thing.  Before
 * hashing (and comparing) an answer is brought to compatibility form and folded
 * case (Unicode NFKC_Casefold), its accents are stripped, and everything but
 * letters and digits is dropped.
 *
 * Stands on libunistring.  Keeps nothing.
 */
#ifndef PRIVACY_FACTS_ANSWER_H
#define PRIVACY_FACTS_ANSWER_H
#include "ledger/base/buf.h"

/* Append the normal form of text to *into ("" when nothing is left).  ERR_INPUT: not UTF-8; ERR_MEMORY. */
bool answer_normal(const char *text, struct buf *into, struct err *e) MUST;
/*
 * Is this normal form too easy: under three letters (two, in scripts that
 * write words with them), one character repeated, or a word anybody would try?
 */
bool answer_trivial(const char *normal) MUST;
#endif
