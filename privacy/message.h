/*
 * privacy/message.h - marks a sentence that is shown or mailed to people: its text is the id in the catalogue.
 *
 * xgettext finds it by this word (-kMSG); whoever draws a page or writes a mail translates it.  Pages need no mark.
 */
#ifndef PRIVACY_MESSAGE_H
#define PRIVACY_MESSAGE_H
#define MSG(text)	text
#endif
