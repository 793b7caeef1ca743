#include <string.h>
#include "portal/people/object.h"
#include "portal/web/form.h"

#define VALUES	5	/* places in a frame */
#define DEEP	2	/* frames in frames: "{1}, serial {2}" around "{1} on" */

/* As the keeper writes them; the more particular first. */
static const char *const frames[] = {
	MSG("{1}, opened {2} UTC; two officers delayed telling, {3} to {4}: {5}"), MSG("found whom it concerns, on {1}"),
	MSG("form {1}: {2}"), MSG("all forms: {1}"),
	MSG("{1}, serial {2}"), MSG("yes: agreement {1}, statement {2}"),
	MSG("not passed, {1} of {2}"), MSG("passed, {1} of {2}"),
	MSG("no: agreement {1}, statement {2}"), MSG("agreement {1}, statement {2}"),
	MSG("exclusion {1} is over, hashes of addresses that went: {2}"),
	MSG("{1}, disclosure {2}: to {3}, by {4}"), MSG("disclosure {1}, person {2}: the recipient was told"), MSG("disclosure {1}, person {2}: to {3}"),
	MSG("founded by decision {1}: {2} founders"), MSG("officer codes: {1} made"), MSG("a mail to the list {1}"),
	MSG("case {1}: {2}"), MSG("case {1}"), MSG("disclosure {1}: an officer of {2} took part in the decision"), MSG("disclosure {1}: {2}"), MSG("{1}, another term"), MSG("{1} opened"),
	MSG("security notice {1} begins: all members"), MSG("security notice {1} begins: members whose {2} was opened in the role {3}"),
	MSG("security notice {1} is counted: all members"), MSG("security notice {1} is counted: members whose {2} was opened in the role {3}"),
	MSG("security notice {1}: sent; of {2} members it concerns {3}, {4} by mail"),
	MSG("security notice {1}: counted only; of {2} members it concerns {3}, {4} by mail"), MSG("security notice {1}"),
	MSG("a founder, by decision {1}"), MSG("decision {1}: {2}"), MSG("decision {1}"),
	MSG("{1}, from now"), MSG("{1}, until now"), MSG("{1}: on"), MSG("{1}: off"), MSG("{1} on"), MSG("{1} off"), MSG("signed, {1} points"),
};
static const char *const words[] = {
	MSG("signed and stored"), MSG("never signed, given up"), MSG("never changed, given up"),
	MSG("revoke"), MSG("suspend"), MSG("resume"), MSG("revoked"), MSG("suspended"), MSG("resumed"),
	MSG("revoked again after a restore"), MSG("suspended again after a restore"),
	MSG("note"), MSG("reminder"), MSG("shown to who knows its address"), MSG("no more reminders"),
	MSG("reminder of a certificate's end"), MSG("sign in by certificate"), MSG("reminders"),
	MSG("join"), MSG("somebody tried to join with your address"), MSG("prove an address"),
	MSG("somebody tried to add your address"), MSG("forgotten password"), MSG("the password was replaced"),
	MSG("wrong answers were given"), MSG("the password was changed"), MSG("prove a domain"),
	MSG("an address was removed"), MSG("another primary address"), MSG("a certificate was issued"),
	MSG("a certificate was revoked"), MSG("a certificate ends soon"), MSG("a role began or ended"),
	MSG("an address that was not verified"), MSG("questions shown"), MSG("wrong answers"),
	MSG("new password; signing in by certificate is off"), MSG("this session"), MSG("all sessions"),
	MSG("one session"), MSG("by certificate"), MSG("entered again"), MSG("changed"), MSG("unchanged"),
	MSG("erased"), MSG("identity document"), MSG("given name"), MSG("middle names"), MSG("family name"),
	MSG("suffix"), MSG("birth date"), MSG("nationality"), MSG("document kind"), MSG("document number"),
	MSG("somebody vouched for you"), MSG("a vouching was taken back"), MSG("somebody objected"),
	MSG("officers decided"), MSG("points will fall"), MSG("a name or birth date was linked"),
	MSG("a parent's consent"), MSG("founders"), MSG("a message by way of the directory"),
	MSG("an answer by way of the directory"), MSG("whom you answered"),
	MSG("a trusted third party's check"), MSG("paper forms"), MSG("paper forms are offered to you"),
	MSG("register"), MSG("destroyed"), MSG("the others are still there"), MSG("no longer offered"),
	MSG("offered to somebody else"), MSG("taken over"), MSG("declined"), MSG("asked once a year"),
	MSG("begun"), MSG("looked at"),
	MSG("on screen"), MSG("printed"), MSG("for a trusted third party"), MSG("for a top-up"), MSG("list") /* of lines written before it said: looked at */,
	MSG("withdrawn"), MSG("withdrawn by the member"), MSG("taken by an assurer"), MSG("taken"), MSG("ended by wrong codes"),
	MSG("compared with papers"), MSG("shown to an assurer"), MSG("shown"), MSG("left without vouching"), MSG("left"),
	MSG("noted, to be signed"), MSG("to be signed"), MSG("dropped, not signed"), MSG("an assurance that was not signed"),
	MSG("confirmed on screen"), MSG("taken back"), MSG("name"), MSG("a hand-over that was left alone"),
	MSG("a hand-over that was too old"), MSG("form with the code"), MSG("form with names"),
	MSG("form for a trusted third party"),
	MSG("directory"), MSG("listed"), MSG("taken down"), MSG("announced and never shown"),
	MSG("a message to a listed assurer"), MSG("a message that was not answered"),
	MSG("your message was answered: each of you knows the other's address now"),
	MSG("you answered: each of you knows the other's address now"),
	MSG("a name"), MSG("another name comes first"), MSG("what others keep of it"),
	MSG("announced"), MSG("an event was called off"), MSG("signed up, to be listed by name"),
	MSG("signed up, to be listed by initials"), MSG("left an event"), MSG("passes shown"),
	MSG("checked in as an assurer"), MSG("checked out as an assurer"), MSG("taken off the assurers of an event"),
	MSG("took somebody off the assurers of an event"), MSG("list of an event printed"), MSG("printed by name"),
	MSG("printed by initials"), MSG("an event that is over"), MSG("filled in"), MSG("brought along, and differs"),
	MSG("brought along, and agrees"), MSG("brought along and confirmed"), MSG("a slip that was too old"),
	MSG("ended: it differed too often"),
	MSG("founding asked for"), MSG("a suspension asked for"), MSG("the end of a suspension asked for"),
	MSG("a finding of fraud asked for"), MSG("a vote for it"), MSG("a vote against it"), MSG("agreed"), MSG("refused"), MSG("lapsed"),
	MSG("offered"), MSG("offer taken back"), MSG("offers"), MSG("founder"), MSG("an objection"), MSG("your objection was read"),
	MSG("an objection was upheld"), MSG("an objection was dismissed"), MSG("suspended as an assurer"),
	MSG("the suspension ended"), MSG("fraud was found"), MSG("standing looked at"),
	MSG("your standing as an assurer was looked at"),
	MSG("written in"), MSG("reopened"), MSG("answered"), MSG("a note"), MSG("extended"), MSG("closed"), MSG("read"),
	MSG("taken from who had it: it waited too long"), MSG("a deputy was named"), MSG("handed over to the deputy"), MSG("given back to the list"), MSG("list of cases"),
	MSG("taken by somebody with a tie to the member, who agreed: nobody else was free"),
	MSG("the member is asked, as nobody else is free"), MSG("the member is asked first"), MSG("staff may open fields"),
	MSG("staff may not open fields"), MSG("may be worked on by somebody you vouched for or who vouched for you"),
	MSG("not to be worked on by somebody you vouched for or who vouched for you"), MSG("waits"),
	MSG("its texts and keys go"), MSG("found whom it concerns"), MSG("found, and given back: a tie"),
	MSG("found, and given to officers"), MSG("telling later asked for"), MSG("telling later agreed"), MSG("telling later refused"),
	MSG("telling later ended"), MSG("list of reports told later"), MSG("a field of yours was opened for a report"),
	MSG("searched, nobody found"), MSG("a case that nobody has taken, or somebody else"), MSG("opened"),
	MSG("something new in a case"), MSG("a field of yours was opened for a case"), MSG("staff ask to open a field"),
	MSG("said what changed"), MSG("what changed was taken back"), MSG("two officers are asked to decide"),
	MSG("old and new value were seen"), MSG("a change of name or birth date asked for"), MSG("your name or birth date was replaced"),
	MSG("a change of name or birth date was refused"),
	MSG("an erasure hold asked for"), MSG("the end of an erasure hold asked for"), MSG("held"), MSG("no longer held"),
	MSG("all else was erased"), MSG("list of holds"), MSG("fields of yours are held"),
	MSG("an exclusion asked for"), MSG("the end of an exclusion asked for"), MSG("excluded"), MSG("no longer excluded"),
	MSG("list of exclusions"), MSG("you are excluded"), MSG("somebody who is excluded would join"), MSG("seven days' notice"),
	MSG("seven days' notice begins"), MSG("agreed after seven days' notice"), MSG("one officer was free: it stands after seven days' notice"),
	MSG("a disclosure asked for"), MSG("a guest officer asked for"), MSG("a guest officer's seat"), MSG("a guest officer's seat offered"),
	MSG("a guest officer's seat taken"), MSG("a guest officer's seat given up"), MSG("a guest officer's seat ended"), MSG("the document was fetched"),
	MSG("a case waits"), MSG("a role ends soon"), MSG("a seat asked for"), MSG("the end of a seat asked for"), MSG("seats"),
	MSG("under 18, or 18 or older"), MSG("ask me first"), MSG("address"), MSG("a security notice"),
	MSG("restricted"), MSG("lifted"), MSG("processing was restricted, or that was lifted"),
	MSG("a code to show was withdrawn"), MSG("checked out of an event"),
	MSG("a hand-over was withdrawn by the member"), MSG("a hand-over ended: the assurer left it"),
	MSG("asked for"), MSG("asked for again"), MSG("a link to erase at once"), MSG("stopped"), MSG("begins"),
	MSG("your account is to be erased"), MSG("a link that erases your account at once"),
	MSG("the erasure was stopped"), MSG("the erasure began"),
	MSG("a copy asked for"), MSG("a copy begun"), MSG("a copy composed"), MSG("a copy being fetched"),
	MSG("a copy fetched whole, and gone from here"), MSG("a copy taken back"), MSG("a copy thrown away"),
	MSG("a copy that was too old"), MSG("a copy that could not be composed"),
	MSG("assurer"), MSG("support"), MSG("officer"), MSG("auditor"),
	MSG("a way back into the account was set going"), MSG("a sheet was made"), MSG("a sheet for two assurers"),
	MSG("confirmed who asks for the way back"), MSG("confirmed who asks for a way back"),
	MSG("an address was shown to be theirs"), MSG("the waiting time is over"), MSG("a new password was chosen"),
	MSG("over: the case was closed"), MSG("over: the address is gone"), MSG("over: not used in time"),
	MSG("somebody was asked to be the trusted contact"), MSG("the trusted contact agreed"), MSG("agreed to be a trusted contact"),
	MSG("agreed again to be a trusted contact"), MSG("no trusted contact any more"), MSG("not, or no longer, a trusted contact"),
	MSG("asked that an account be closed"), MSG("asked again that an account be closed"),
	MSG("the trusted contact asks that the account be closed"), MSG("stopped: the account is used"),
	MSG("asked whether it is still wanted"), MSG("still wanted"), MSG("a mail to an address of yours came back"),
	MSG("a mail to who opened it"), MSG("opened by a mail signed with a certificate of yours"),
	MSG("a breach was entered in the register"), MSG("entered with a security notice"), MSG("register of breaches"),
	MSG("looked at the register's entry"), MSG("the register's entry was changed"), MSG("the authority was told of the breach"),
	MSG("compared with an entry that was made again"), MSG("an old entry of the register of breaches"),
	MSG("the file was fetched"), MSG("a guest officer is asked"), MSG("disclosures: list"),
	MSG("audit: seats, decisions, retention"), MSG("audit: lines about the site"), MSG("an objection to an assurance"),
};

struct value { const char *at; size_t n; };

/* "{1}" to "{5}": its number, else 0. */
static size_t
place(const char *s)
{
	return s[0] == '{' && s[1] >= '1' && s[1] <= '0' + VALUES && s[2] == '}' ? (size_t)(s[1] - '0') : 0;
}

/* Does the object have this frame?  A place takes what stands before the next words of the frame. */
static bool
fits(const char *frame, const char *s, const char *end, struct value v[VALUES])
{
	while (*frame != '\0') {
		size_t at = place(frame), n = 0;
		const char *from = s;

		if (at == 0) {
			if (s == end || *s++ != *frame++)
				return false;
			continue;
		}
		frame += 3;
		while (frame[n] != '\0' && place(frame + n) == 0)
			n++;
		s = n == 0 ? end : memmem(s, (size_t)(end - s), frame, n);
		if (s == NULL || s == from)
			return false;
		v[at - 1] = (struct value){ from, (size_t)(s - from) };
	}
	return s == end;
}

static void say_part(const struct visit *v, struct value object, int deep, struct buf *into);

static bool
say_framed(const struct visit *v, struct value object, int deep, struct buf *into)
{
	static const char *const marks[VALUES] = { "{1}", "{2}", "{3}", "{4}", "{5}" };

	for (size_t i = 0; i < COUNT(frames); i++) {
		struct value value[VALUES] = {0};
		const char *run;
		size_t n = 0;

		if (!fits(frames[i], object.at, object.at + object.n, value))
			continue;
		while (n < VALUES && value[n].at != NULL)
			n++;
		run = say_run(v, frames[i], marks, n);
		for (; *run != '\0'; run++) {
			size_t at = place(run);

			if (at == 0) {
				buf_add(into, run, 1);
				continue;
			}
			say_part(v, value[at - 1], deep + 1, into);
			run += 2;
		}
		return true;
	}
	return false;
}

static void
say_part(const struct visit *v, struct value object, int deep, struct buf *into)
{
	for (size_t i = 0; i < COUNT(words); i++)
		if (strlen(words[i]) == object.n && memcmp(words[i], object.at, object.n) == 0) {
			buf_text(into, say(v, words[i]));
			return;
		}
	if (deep == DEEP || !say_framed(v, object, deep, into))
		buf_add(into, object.at, object.n);
}

void
object_say(const struct visit *v, const char *object, struct buf *into)
{
	say_part(v, (struct value){ object, strlen(object) }, 0, into);
}
