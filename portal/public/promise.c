#include "portal/public/promise.h"
#include "portal/web/form.h"
#include "privacy/purpose.h"

const struct promise promises[] = {
	{ "P1", "p1", MSG("Visitors leave nothing personal."),
	    MSG("No cookie is ever set and no browser storage used. Requests are not logged. Your network address is held in memory for a moment, to slow down floods, and is never written."),
	    KEPT_BY_PROGRAM },
	{ "P2", "p2", MSG("We ask only for what is needed, when it is needed, and use it for that alone."),
	    MSG("To join: an address and a password. Later, when you want what needs them: names, birth date, nationality, the kind and number of an identity document, five questions with answers. A line of the directory, an event or a message holds what you choose to write. There is no field for anything else, and a form that sends more is refused."),
	    KEPT_BY_PROGRAM },
	{ "P3", "p3", MSG("Your nationality and your document are for the people you hand them to, and your birth date is guarded with them."),
	    MSG("You hand them over by a code, to the one assurer who types it, for one meeting. First the keeper only compares: matches, differs in spelling, differs. It opens these fields for nobody else but you, after your password, and each step is in your history at once."),
	    KEPT_BY_PROGRAM },
	{ "P4", "p4", MSG("Your five answers serve your own way back in. Nobody can read them."),
	    MSG("They are kept as sealed hashes, like passwords. The keeper compares; it has no operation that gives them out."),
	    KEPT_BY_PROGRAM },
	{ "P5", "p5", MSG("We write to you only because of something you did or asked for, for your security, or for a list you joined."),
	    MSG("Only the keeper can start a mail to a member, from a fixed list of kinds, and each mail says why it was sent."),
	    KEPT_BY_PROGRAM },
	{ "P6", "p6", MSG("Your name stands in a certificate only when others have vouched for it and you chose so."),
	    MSG("The keeper puts a name on the signer's ticket only when enough assurers have vouched for that very name and you chose it, and the signer writes only what the ticket says. It reckons the points anew at that moment."),
	    KEPT_BY_PROGRAM },
	{ "P7", "p7", MSG("What a certificate request says beyond key and names is dropped and wiped."),
	    MSG("The signer builds every certificate anew from the ticket and copies nothing but the key from the request. The request is not stored."),
	    KEPT_BY_PROGRAM },
	{ "P8", "p8", MSG("Statistics are sums, and small counts of visits are not shown."),
	    MSG("The program counts answers since its start, and no more. No page shows statistics today."),
	    KEPT_BY_PROGRAM },
	{ "P9", "p9", MSG("Data leaves only where the law forces it, approved by two people, recorded, the recipient named."),
	    MSG("The program has no operation that hands out a member's data, so it can't be misused for that. Should a court order come before it has one, those who run the site keep this promise by hand."),
	    KEPT_BY_PEOPLE },
	{ "P10", "p10", MSG("You can see, correct, take with you, restrict and erase what is held about you, without asking anybody."),
	    MSG("Seeing, correcting and erasing single fields: on your own pages. A file with everything, a restriction, or the end of the whole account: by mail to the privacy contact, for now."),
	    KEPT_BY_BOTH },
	{ "P11", "p11", MSG("Anyone can ask whether a certificate is good, also after its end."),
	    MSG("By serial number, fingerprint or file, by lists of revoked certificates, and for server certificates by OCSP. Nobody notes who asked."),
	    KEPT_BY_PROGRAM },
	{ "P12", "p12", MSG("Private keys are made on your machine and never arrive here."),
	    MSG("The pages have no way to make or take one. If something that looks like a private key is sent all the same, it is refused and wiped, and you are told to make a new one."),
	    KEPT_BY_PROGRAM },
	{ "P13", "p13", MSG("A material change of policy is announced on the front page and on top of this statement, and you are asked again."),
	    MSG("After a new version your pages wait for your answer, and who declines keeps the right to a copy of their data, and to revoke, correct and erase. Writing the announcement is up to those who run the site."),
	    KEPT_BY_BOTH },
	{ "P14", "p14", MSG("Lists are for those who join them."),
	    MSG("There is no mailing list. In the directory and on the list of an event stands only who chose so, with what they chose to show, and one click takes it back. Nothing on any form is ticked before you tick it."),
	    KEPT_BY_PROGRAM },
	{ "P15", "p15", MSG("Programs can read our policy too."),
	    MSG("Security contact and our answer to Global Privacy Control are files under /.well-known/. A P3P policy is not published yet."),
	    KEPT_BY_BOTH },
	{ "P16", "p16", MSG("A report that a promise was broken is looked into within a month, and not by the accused."),
	    MSG("It goes to the privacy contact. If that is the one you complain about, go to the authority straight away."),
	    KEPT_BY_PEOPLE },
	{ "P17", "p17", MSG("When privacy or security is broken, those it concerns are told at once."),
	    MSG("By itself the program tells you of changes that could be somebody else's: a new password, a recovery, wrong answers to your questions, another primary address or a removed one, an issued or revoked certificate, a role, an assurance, points that will fall, a replaced name or birth date. Of a failure of ours, those who run the site tell you, by mail and on the front page: they write the words, and the keeper finds whom it concerns by the lines of the ledger, without telling them who that is."),
	    KEPT_BY_BOTH },
};
const size_t promise_count = COUNT(promises);

const struct adversary adversaries[] = {
	{ MSG("A visitor"), MSG("Nothing.") },
	{ MSG("Somebody who listens on the network"), MSG("How much was sent, and when.") },
	{ MSG("Who gets hold of the address of a session"),
	    MSG("That one member's session until it ends, and nothing that lies behind the password.") },
	{ MSG("Who takes over the program that serves the pages"),
	    MSG("What passes through it while that lasts, and what the sessions of its visitors allow; also the own pages of members who switched signing in by certificate on. Each opening is recorded all the same. Not the data of other members, and no signature against the rules.") },
	{ MSG("Who takes over the mail clerk"), MSG("The mails it is sending at that moment.") },
	{ MSG("A thief of the stores, or of a backup of them"),
	    MSG("Encrypted bytes, counts, and what members made public: names in server certificates, lines of the directory, events.") },
	{ MSG("A thief of the whole disk"),
	    MSG("What is on it, because the keeper's keys lie there too, in a folder of their own. Against this one the operator encrypts the disk.") },
	{ MSG("An operator who is not root on the machine"), MSG("No personal data.") },
	{ MSG("Who is root on the machine"),
	    MSG("Everything on it from then on. A changed past shows wherever somebody kept an older head of the ledger.") },
};
const size_t adversary_count = COUNT(adversaries);

const struct bit_words fact_words[] = {
	{ FACT_SESSION, MSG("that you are signed in") },
	{ FACT_FRESH, MSG("your password, typed within the last ten minutes") },
	{ FACT_MAIL, MSG("a link from a mail to you") },
	{ FACT_NO_BAR, MSG("no recovery of your password within the last 72 hours") },
	{ FACT_OPT_IN, MSG("that you switched it on") },
	{ FACT_ADDRESS, MSG("a mail address you proved") },
	{ FACT_HANDOVER, MSG("a code of yours that you gave this assurer, not used up and not withdrawn") },
};
const size_t fact_word_count = COUNT(fact_words);

const struct bit_words actor_words[] = {
	{ 1u << ACTOR_OWNER, MSG("you") },
	{ 1u << ACTOR_SYSTEM, MSG("the program by itself") },
	{ 1u << ACTOR_ASSURER, MSG("assurers") },
	{ 1u << ACTOR_SUPPORT, MSG("support staff") },
	{ 1u << ACTOR_OFFICER, MSG("officers") },
	{ 1u << ACTOR_AUDITOR, MSG("auditors") },
	{ 1u << ACTOR_OPERATOR, MSG("operators") },
};
const size_t actor_word_count = COUNT(actor_words);
