#include <sodium.h>
#include "ledger/base/clock.h"
#include "portal/clerk/letters.h"
#include "privacy/message.h"
#include "privacy/purpose.h"

#define TEXT_WIDTH	72u	/* characters of a line, where words allow */
#define WORDS_IN_MAIL	8192u

struct row {
	const char *subject, *happened;	/* message ids */
	const char *link;		/* the path before the token, NULL: the kind has no link */
	const char *page;		/* instead of a link with a token: the path of a page */
	const char *link_says;		/* above the link or the page */
	bool may_lack;			/* the letter makes sense without its link */
	const char *before;		/* above the second message that it quotes */
	const char *why, *not_you;
};

static const char verify[] = "/verify/", reset[] = "/reset/", contact[] = "/contact/", erase[] = "/erase/",
    lost[] = "/lost/", lost_open[] = "/lost/open/";
static const char tell_us[] = MSG("If this was not you, sign in now, change your password, and end the other sessions under \"Where you are signed in\".");
static const char own_address[] = MSG("This address belongs to a member of {site}.");

static const struct row rows[MAIL_USE__COUNT] = {
	[MAIL_JOIN] = {
		.subject = MSG("Confirm your address to join {site}"),
		.happened = MSG("Welcome. Somebody, hopefully you, asked to join {site} with this e-mail address. One step is left: show that the address is yours."),
		.link = verify, .link_says = MSG("Open this page and press the button:"),
		.why = MSG("This address was typed into our form for joining."),
		.not_you = MSG("If you did not ask to join, do nothing. Without the button nothing happens, and within two days we forget that the form was filled in."),
	},
	[MAIL_KNOWN] = {
		.subject = MSG("You are a member of {site} already"),
		.happened = MSG("Somebody, perhaps you, asked to join {site} with this e-mail address. It belongs to a member already, so nothing was changed. On the page this looked the same as for a new address: nobody learns that you are a member. If you have forgotten your password, the sign-in page helps."),
		.why = MSG("This address was typed into our form for joining."),
		.not_you = MSG("If it was somebody else, there is nothing to do."),
	},
	[MAIL_ADDRESS] = {
		.subject = MSG("Confirm this address for {site}"),
		.happened = MSG("A member of {site} added this e-mail address. Before it is used for anything, show that it is yours."),
		.link = verify, .link_says = MSG("Open this page and press the button:"),
		.why = MSG("A member added this address to their list."),
		.not_you = MSG("If that was not you, do nothing: without the button the address is not used."),
	},
	[MAIL_ADDRESS_KNOWN] = {
		.subject = MSG("Somebody tried to add your address at {site}"),
		.happened = MSG("A member of {site} tried to add this e-mail address, which is already yours there. Nothing was changed, and they were not told."),
		.why = MSG("This address was typed into a form by another member."),
		.not_you = MSG("There is nothing to do. If you have two memberships by accident, the address stays with the first."),
	},
	[MAIL_RESET] = {
		.subject = MSG("Your way back into {site}"),
		.happened = MSG("Somebody, hopefully you, told {site} that the password for this address is forgotten. You will be asked three of your five questions and can then choose a new password."),
		.link = reset, .link_says = MSG("Open this page:"),
		.why = MSG("This address was typed into our form for a forgotten password."),
		.not_you = MSG("If it was somebody else, do nothing: without this link and your answers the password stays as it is."),
	},
	[MAIL_RESET_DONE] = {
		.subject = MSG("Your password for {site} was replaced"),
		.happened = MSG("With a link from a mail and answers to your questions a new password was chosen. All sessions were ended. For the next three days names in certificates, acts in a role, export, erasure and changes of address are barred."),
		.why = MSG("We tell every address of a member about this, because it may be somebody else's doing."),
		.not_you = MSG("If this was not you, somebody reads your mail and knows your answers: use \"I have forgotten my password\" now, replace your questions, and secure your mailbox."),
	},
	[MAIL_RESET_FAILED] = {
		.subject = MSG("Wrong answers to your questions at {site}"),
		.happened = MSG("Somebody followed a link for a forgotten password and answered your questions wrongly. Nothing was changed. Five tries are possible in thirty days."),
		.why = MSG("We tell you because somebody else may have tried."),
		.not_you = MSG("If this was not you, somebody may be able to read your mail: secure your mailbox, and replace your questions under \"My data\"."),
	},
	[MAIL_PASSWORD_CHANGED] = {
		.subject = MSG("Your password for {site} was changed"),
		.happened = MSG("Your password was changed, and all other sessions were ended."),
		.why = MSG("We tell you because it protects your account."),
		.not_you = MSG("If this was not you, use \"I have forgotten my password\" on the sign-in page at once: it ends all sessions."),
	},
	[MAIL_DOMAIN] = {
		.subject = MSG("May a member of {site} have certificates for {object}?"),
		.happened = MSG("A member of {site} says that {object} is theirs and asks to have certificates for it. This mail goes to an address that only somebody responsible for {object} reads."),
		.link = verify, .link_says = MSG("If that is right, open this page and press the button:"),
		.why = MSG("A member chose this address to prove the domain {object}."),
		.not_you = MSG("If you know nothing of this, do nothing: without the button no certificate can be issued on this proof."),
	},
	[MAIL_ADDRESS_REMOVED] = {
		.subject = MSG("An e-mail address was removed at {site}"),
		.happened = MSG("This e-mail address was removed from its member's list: {object}. Certificates that name it were revoked, and this is the last mail that goes there."),
		.why = MSG("We tell every address of the member, because it may be somebody else's doing."),
		.not_you = tell_us,
	},
	[MAIL_PRIMARY_CHANGED] = {
		.subject = MSG("Another address is your primary one at {site}"),
		.happened = MSG("Until now mail for you came to this address. From now on it goes to another one of your verified addresses."),
		.why = MSG("We tell the former address, because it may be somebody else's doing."),
		.not_you = tell_us,
	},
	[MAIL_ISSUED] = {
		.subject = MSG("A certificate was issued in your name at {site}"),
		.happened = MSG("A certificate was issued to you: {object}. You find it under \"Certificates\"."),
		.why = own_address,
		.not_you = MSG("If you did not ask for it, sign in now, revoke it there, and change your password."),
	},
	[MAIL_REVOKED] = {
		.subject = MSG("A certificate of yours was revoked at {site}"),
		.happened = MSG("This certificate was revoked and is no longer good: {object}. Within a minute everybody who asks is told so."),
		.why = own_address,
		.not_you = tell_us,
	},
	[MAIL_ISSUER_GONE] = {
		.subject = MSG("The issuer of a certificate of yours was revoked at {site}"),
		.happened = MSG("The issuer that signed this certificate of yours was revoked, and with it the certificate: {object}. It is no longer good, through no fault of yours. Ask for a new one under \"Certificates\", with a new key or the same."),
		.why = own_address,
		.not_you = MSG("Nobody got into your account, and nothing else in it was changed."),
	},
	[MAIL_EXPIRY] = {
		.subject = MSG("A certificate of yours ends soon"),
		.happened = MSG("This certificate ends on {until}: {object}. Renew it under \"Certificates\" before that, if you still need it."),
		.link = verify, .may_lack = true, .link_says = MSG("No more reminders for this certificate? Open this page and press the button:"),
		.why = MSG("You asked to be reminded of this certificate."),
		.not_you = MSG("If you no longer need the certificate, there is nothing to do."),
	},
	[MAIL_ROLE] = {
		.subject = MSG("Your role at {site} has changed"),
		.happened = MSG("A role of yours began or ended: {object}. All your sessions were ended, so please sign in again."),
		.why = own_address,
		.not_you = MSG("If you know nothing of this, please write to the privacy contact in our imprint."),
	},
	[MAIL_TEST] = {
		.subject = MSG("A test mail from {site}"),
		.happened = MSG("Mail from {site} arrives. That is all there is to say."),
		.why = MSG("An operator of {site} sent a test mail to this address."),
		.not_you = MSG("If you do not know {site}, its operator mistyped an address; please excuse us."),
	},
	[MAIL_ASSURED] = {
		.subject = MSG("Somebody vouched for you at {site}"),
		.happened = MSG("An assurer whom you met has vouched for you. Who it was, where and with how many points stands under \"My points\"."),
		.why = own_address,
		.not_you = MSG("If you did not meet that assurer, or something about it is wrong, object under \"My points\" within two weeks."),
	},
	[MAIL_ASSURANCE_WITHDRAWN] = {
		.subject = MSG("A vouching for you was taken back at {site}"),
		.happened = MSG("An assurer took back a vouching for you. The reason stands under \"My points\"."),
		.why = own_address,
		.not_you = MSG("If you think that is wrong, talk to the assurer, or write to the privacy contact in our imprint."),
	},
	[MAIL_OBJECTED] = {
		.subject = MSG("Somebody objects to a vouching of yours at {site}"),
		.happened = MSG("A member you vouched for says that it was wrong. Officers look into it; your vouching stands until they have decided. You find it under \"My points\", \"Whom you vouched for\"."),
		.why = own_address,
		.not_you = MSG("There is nothing to do. If officers have questions, they ask."),
	},
	[MAIL_DECIDED] = {
		.subject = MSG("Officers of {site} decided something that concerns you"),
		.happened = MSG("Two officers decided something that concerns you: {object}. What it means for you stands under \"My points\" and in your history."),
		.why = own_address,
		.not_you = MSG("If you think that is wrong, write to the privacy contact in our imprint."),
	},
	[MAIL_POINTS_FALL] = {
		.subject = MSG("Points of yours at {site} will fall away"),
		.happened = MSG("A vouching for you turned out to be wrong; that need not be your doing. Its points stand until {until}. Meet other assurers until then, and nothing changes. Certificates are not revoked by this; those that stand on the points are listed under \"My points\"."),
		.why = own_address,
		.not_you = MSG("If you have enough points without it, there is nothing to do."),
	},
	[MAIL_LINKED] = {
		.subject = MSG("Your name or birth date was replaced at {site}"),
		.happened = MSG("An assurer who saw the deed linked your old name or birth date to the new one. Vouchings carry over; the old one is no longer shown to anybody but you."),
		.why = MSG("We tell every address of the member, because it may be somebody else's doing."),
		.not_you = tell_us,
	},
	[MAIL_PARENT] = {
		.subject = MSG("A parent's consent at {site}"),
		.happened = MSG("A parent's consent to your name standing in certificates was noted or withdrawn. How it stands is shown under \"My points\"."),
		.why = own_address,
		.not_you = MSG("If you know nothing of this, please write to the privacy contact in our imprint."),
	},
	[MAIL_FOUNDER] = {
		.subject = MSG("The founders of {site}'s web of trust"),
		.happened = MSG("Two officers decided who the founders are, and you are one of them. Founders meet, look at each other's papers and vouch for each other first. Sign in, make a code under \"My points\", and meet the others."),
		.why = own_address,
		.not_you = MSG("If you know nothing of this, please write to the privacy contact in our imprint."),
	},
	[MAIL_CONTACT] = {
		.subject = MSG("A message for you by way of the directory of {site}"),
		.happened = MSG("Somebody found you in the directory of assurers and writes:"),
		.link = contact, .link_says = MSG("Neither of you sees the other's address yet. To answer, open this page; with your answer each of you learns the other's address:"),
		.why = MSG("You are listed in the directory of assurers."),
		.not_you = MSG("If you do not want to answer, do nothing. You can take your line down at any time under \"Directory\"."),
	},
	[MAIL_CONTACT_ANSWER] = {
		.subject = MSG("An answer from an assurer of {site}"),
		.happened = MSG("The assurer you wrote to has answered. From here on you can write to each other directly; their address is {object}. The answer:"),
		.before = MSG("You had written:"),
		.why = MSG("You wrote to an assurer by way of the directory."),
		.not_you = tell_us,
	},
	[MAIL_CONTACT_KNOWN] = {
		.subject = MSG("Whom you answered at {site}"),
		.happened = MSG("Your answer is on its way to {object}. From here on you can write to each other directly."),
		.why = MSG("You answered a message that came by way of the directory."),
		.not_you = MSG("If you did not answer, somebody else reads your mail: secure your mailbox."),
	},
	[MAIL_THIRD_PARTY] = {
		.subject = MSG("A check of your papers was noted at {site}"),
		.happened = MSG("A senior assurer noted that a trusted third party has checked your papers. It stands under \"My points\"."),
		.why = own_address,
		.not_you = MSG("If you sent no form to anybody, object under \"My points\" within two weeks."),
	},
	[MAIL_EVENT_OFF] = {
		.subject = MSG("An event you signed up for was called off"),
		.happened = MSG("This event will not take place: {object}. Your event pass is over. Who signed up is forgotten when the event would have ended."),
		.why = MSG("You signed up for this event."),
		.not_you = MSG("There is nothing to do. Other events stand under \"Events\"."),
	},
	[MAIL_PAPER] = {
		.subject = MSG("Paper forms in your keeping"),
		.happened = MSG("Once a year we ask: are the forms whose time is over destroyed? Please tick them under \"Paper register\", which stands below \"My points\"."),
		.why = MSG("You keep signed paper forms as an assurer."),
		.not_you = MSG("If you keep none, tick them as destroyed or say who has them now."),
	},
	[MAIL_ERASE_ASKED] = {
		.subject = MSG("Your account at {site} is to be erased"),
		.happened = MSG("Your account is to be erased: somebody who knows your password, hopefully you, asked for it, or your trusted contact did, or nobody used it for years. Until {until} nothing is erased, and nothing else is done with your data; then it begins by itself. This code leads to the receipt afterwards, so keep it: {object}"),
		.link = verify, .link_says = MSG("Changed your mind, or was it somebody else? Open this page and press the button to stop it:"),
		.why = MSG("We tell every address of a member about this, because it may be somebody else's doing."),
		.not_you = MSG("If this was not you, stop it, sign in, and change your password."),
	},
	[MAIL_ERASE_NOW] = {
		.subject = MSG("Erase your account at {site} at once"),
		.happened = MSG("You asked for a link that erases your account without waiting. After the button there is no way back."),
		.link = erase, .link_says = MSG("Open this page and press the button:"),
		.why = MSG("You asked for this link with your password."),
		.not_you = MSG("If this was not you, do not press the button. Stop the erasure by the link in the other message, sign in, and change your password."),
	},
	[MAIL_ERASE_STOPPED] = {
		.subject = MSG("Your account at {site} stays"),
		.happened = MSG("The erasure of your account was stopped. Codes to show, event passes and your line in the directory that ended with it are not brought back; certificates were not touched."),
		.why = MSG("We tell every address of a member about this, because it may be somebody else's doing."),
		.not_you = tell_us,
	},
	[MAIL_ERASE_BEGUN] = {
		.subject = MSG("Your account at {site} is being erased"),
		.happened = MSG("This is the last message from us. Your certificates are being revoked, then your keys are destroyed and with them everything we hold about you. In a few minutes you find the receipt, which anybody can check, on our page under \"Receipt of an erasure\" with this code: {object}"),
		.why = MSG("You asked for it, and the time to change your mind is over or you ended it."),
		.not_you = MSG("There is nothing to do. You can join again at any time, as somebody new."),
	},
	[MAIL_RESTRICTED] = {
		.subject = MSG("What is done with your data at {site}"),
		.happened = MSG("Under \"Your rights\" you restricted what is done with your data, or lifted that: {object}."),
		.why = MSG("We tell every address of a member about this, because it may be somebody else's doing."),
		.not_you = tell_us,
	},
	[MAIL_PAPER_OFFERED] = {
		.subject = MSG("Paper forms are offered to you at {site}"),
		.happened = MSG("An assurer asks you to take over signed paper forms. Accept or refuse them under \"Paper register\", which stands below \"My points\". Accept when you have the paper in your hands: from then on you keep it."),
		.why = MSG("An assurer named you as who should keep these forms."),
		.not_you = MSG("If you do not want them, refuse: they stay with who has them."),
	},
	[MAIL_CASE] = {
		.subject = MSG("Something new in a case of yours at {site}"),
		.happened = MSG("There is something new in a case of yours. What it is stands under \"My cases\" alone, not in this mail: sign in to read it."),
		.why = MSG("You opened a case."),
		.not_you = MSG("If you opened none, sign in and look under \"My cases\"; if it is not there, do nothing."),
	},
	[MAIL_CASE_FIELD] = {
		.subject = MSG("Support staff of {site} opened a field of yours"),
		.happened = MSG("Somebody of the support staff opened a field of yours for a case: {object}. Which case it was and the reason stand in your history. The field is shown to that one person for ten minutes."),
		.why = MSG("We tell you each time somebody of staff opens a field."),
		.not_you = MSG("If you know of no such case, or the reason is none, report it under \"My cases\": a report about staff goes to officers alone."),
	},
	[MAIL_FIELD_LATER] = {
		.subject = MSG("A field of yours was opened at {site}"),
		.happened = MSG("Whoever works on a report of a violation has opened a field of yours: {object}. Two officers had delayed telling you, which ended today. When it was opened, for which case and with which reason stands in your history, and for how long telling you was delayed."),
		.why = MSG("We tell you each time somebody of staff opens a field; of a report two officers can delay it by thirty days at most."),
		.not_you = MSG("If you know of no such case, or the reason is none, report it under \"My cases\": a report about staff goes to officers alone."),
	},
	[MAIL_CASE_ASKS] = {
		.subject = MSG("Support staff of {site} ask before they open a field of yours"),
		.happened = MSG("Whoever works on a case of yours would like to open a field. You want to be asked first: allow it or not under \"My cases\". Until then it stays closed."),
		.why = MSG("You switched on that staff ask you first."),
		.not_you = MSG("If you do not want it, do nothing: without your click no field is opened."),
	},
	[MAIL_DESK] = {
		.subject = MSG("A case waits at {site}"),
		.happened = MSG("A case waits for somebody to end it. Sign in and look at the support desk; this mail says nothing about it."),
		.why = MSG("You hold a seat at {site}."),
		.not_you = MSG("If you hold none, write to the privacy contact in our imprint."),
	},
	[MAIL_ROLE_ENDS] = {
		.subject = MSG("A term of yours at {site} ends soon"),
		.happened = MSG("Your term as {object} ends within thirty days, by itself. Two officers can give you another one."),
		.why = MSG("You hold a seat at {site}."),
		.not_you = MSG("If you want to leave it, there is nothing to do."),
	},
	[MAIL_HELD] = {
		.subject = MSG("Fields of yours at {site} are held"),
		.happened = MSG("Two officers decided that some fields of yours are not erased until {until}, because a named legal claim or a case of fraud needs them. Which fields they are stands under \"Your rights\". Nobody sees them by that. If you have your account erased, all else goes at once, and these fields by themselves on that day."),
		.why = MSG("We tell every address of a member about this."),
		.not_you = MSG("If you think that is wrong, object under \"My cases\", or complain to the data protection authority."),
	},
	[MAIL_EXCLUDED] = {
		.subject = MSG("You are excluded from {site}"),
		.happened = MSG("Two officers decided to exclude you from {site} until {until}. Your roles end, you vouch for nobody, and no new certificate is issued. You can still sign in, see, correct, take along and erase your data, and revoke your certificates. A hash of each address you had proved is kept until then, so that who was excluded does not simply join again."),
		.why = MSG("We tell every address of a member about this."),
		.not_you = MSG("If you think that is wrong, object under \"My cases\", or complain to the data protection authority."),
	},
	[MAIL_EXCLUDED_JOIN] = {
		.subject = MSG("You cannot join {site} for now"),
		.happened = MSG("Somebody, perhaps you, asked to join {site} with this e-mail address. Two officers excluded the member whose address this was, until {until}: until then nobody becomes a member with it. Nothing was changed by the form, and on the page this looked the same as for any other address."),
		.why = MSG("This address was typed into our form for joining."),
		.not_you = MSG("If you think that is wrong, object: on our pages, under \"Cases and reports\", no account is needed."),
	},
	[MAIL_EXCLUDED_ADD] = {
		.subject = MSG("This address cannot be added at {site} for now"),
		.happened = MSG("A member of {site} tried to add this e-mail address. Until {until} no member can have it: two officers excluded the member whose address it was. Nothing was changed, and the one who typed it was not told."),
		.why = MSG("This address was typed into a form by another member."),
		.not_you = MSG("If you think that is wrong, object: on our pages, under \"Cases and reports\", no account is needed."),
	},
	[MAIL_NOTICE] = {
		.subject = MSG("Seven days' notice of a decision at {site}"),
		.happened = MSG("An officer approved something, and no other officer is free to decide it with them. It stands when seven days have passed and no officer objects. What it is stands under \"Decisions\" alone, not in this mail."),
		.why = MSG("You are an officer of {site}."),
		.not_you = MSG("If you are none any more, do nothing."),
	},
	[MAIL_VOTE] = {
		.subject = MSG("A decision waits for your vote at {site}"),
		.happened = MSG("Somebody asked for something that officers decide together, and you may vote on it. What it is stands under \"Decisions\" alone, not in this mail."),
		.why = MSG("You are an officer of {site}."),
		.not_you = MSG("If you are none any more, do nothing."),
	},
	[MAIL_SECURITY] = {
		.subject = MSG("Security notice from {site}"),
		.happened = MSG("Something happened at {site} that you should know about. Those who run it write:"),
		.why = MSG("It concerns you, or all members. Such a notice goes out whatever your settings are."),
		.not_you = MSG("A line in your history says that we told you. Questions go to the privacy contact in our imprint."),
	},
	[MAIL_LIST] = {
		.subject = MSG("Confirm that you want mails of a list of {site}"),
		.happened = MSG("A member of {site}, hopefully you, asked for the mails of the list \"{object}\". They come only once you confirm it."),
		.link = verify, .link_says = MSG("Open this page and press the button:"),
		.why = MSG("This list was chosen on the page \"Mail from us\"."),
		.not_you = MSG("If that was not you, do nothing: without the button no mail of the list comes."),
	},
	[MAIL_LIST_NEWS] = {
		.subject = MSG("{site}: {object}"),
		.happened = MSG("Those who run {site} write to the list \"{object}\":"),
		.link = "/stop/", .link_says = MSG("No more mails of this list? Open this page and press the button; you need not sign in:"),
		.why = MSG("You asked for this list and confirmed it."),
		.not_you = MSG("Which lists you are on stands under \"Mail from us\"."),
	},
	[MAIL_CASE_TAKEN] = {
		.subject = MSG("Your case at {site} [{object}]"),
		.happened = MSG("Your mail opened a case. Support staff answer it within a month. Its number and its pass-phrase, which are told this once:"),
		.page = "/case", .link_says = MSG("With number and pass-phrase you read it here:"),
		.why = MSG("A mail from this address came to us. To add something, answer this mail and leave its subject as it is; what staff answer stands on the page alone."),
		.not_you = MSG("If you wrote no mail to us, somebody used your address: do nothing. One such mail a day is sent at most."),
	},
	[MAIL_CASE_NEWS] = {
		.subject = MSG("Something new in your case at {site} [{object}]"),
		.happened = MSG("There is something new in the case that your mail opened. What it is stands on its page alone, not in this mail."),
		.page = "/case", .link_says = MSG("With number and pass-phrase you read it here:"),
		.why = MSG("You opened a case by mail. The number and the pass-phrase of your case stand in our first answer."),
		.not_you = MSG("If you wrote no mail to us, somebody used your address: answer this mail and say so."),
	},
	[MAIL_DISCLOSED] = {
		.subject = MSG("{site} had to give data of yours to an authority"),
		.happened = MSG("Under law we gave data of yours to: {object}. Which fields, on which legal basis and when stands in your history. If we tell you later than that day, the law kept us from it until now."),
		.why = MSG("We name everybody who gets data of yours."),
		.not_you = MSG("If you think that it was not lawful, open a complaint under \"My cases\", or ask the authority or a lawyer."),
	},
	[MAIL_DISCLOSED_GUEST] = {
		.subject = MSG("{site} had to give data of yours to an authority"),
		.happened = MSG("Under law we gave data of yours to: {object}. Which fields, on which legal basis and when stands in your history. As too few of our officers were free, an officer of a partner community took part in the decision; of which one, your history says. If we tell you later than that day, the law kept us from it until now."),
		.why = MSG("We name everybody who gets data of yours."),
		.not_you = MSG("If you think that it was not lawful, open a complaint under \"My cases\", or ask the authority or a lawyer."),
	},
	[MAIL_GUEST] = {
		.subject = MSG("A guest officer's seat at {site}"),
		.happened = MSG("This is about a seat as a guest officer: {object}. What it is about stands on your home page alone, not in this mail."),
		.why = own_address,
		.not_you = MSG("If you are no officer of a partner community, do nothing: without your answer you hold no seat."),
	},
	[MAIL_LOST] = {
		.subject = MSG("A way back into your account at {site}"),
		.happened = MSG("Somebody, hopefully you, wrote to us that they lost the way into your account. How the way back stands: {object}."),
		.link = lost, .may_lack = true, .link_says = MSG("See how it stands, say that it is you, or stop it, on this page:"),
		.why = MSG("We tell every address of a member about this, because it may be somebody else's doing."),
		.not_you = MSG("If this was not you, stop it. Any of your addresses can, at each step."),
	},
	[MAIL_LOST_OPEN] = {
		.subject = MSG("Choose a new password at {site}"),
		.happened = MSG("You showed that this address is yours, the waiting time is over, and nobody has stopped the way back into your account. You can choose a new password now."),
		.link = lost_open, .link_says = MSG("Open this page:"),
		.why = MSG("A way back into a lost account ends at the address that was shown to be its owner's."),
		.not_you = MSG("If this was not you, somebody else reads your mail: secure your mailbox, and stop it by the link in the other message."),
	},
	[MAIL_TRUSTED_ASK] = {
		.subject = MSG("Would you be somebody's trusted contact at {site}?"),
		.happened = MSG("A member of {site} names you as their trusted contact: {object}. You could then ask that their account be closed when they cannot do it themselves any more; you could see and change nothing of it. Answer under \"Settings\", \"Trusted contacts\"."),
		.why = MSG("A member typed your address as that of somebody they trust."),
		.not_you = MSG("If you do not want that, or do not know them, do nothing, or say no."),
	},
	[MAIL_TRUSTED] = {
		.subject = MSG("Your trusted contact at {site}"),
		.happened = MSG("Something changed about a trusted contact of yours: {object}. How it stands is shown under \"Settings\", \"Trusted contacts\"."),
		.why = own_address,
		.not_you = tell_us,
	},
	[MAIL_CLOSING] = {
		.subject = MSG("Your trusted contact asks that your account at {site} be closed"),
		.happened = MSG("The member whom you named as your trusted contact asked that your account be closed. If you do not sign in and do not stop it until {until}, its erasure begins, which leaves you three more days."),
		.link = verify, .link_says = MSG("Are you there? Open this page and press the button to stop it:"),
		.why = MSG("You named a trusted contact, and we tell every address of yours."),
		.not_you = MSG("If you no longer trust this contact, sign in and end it under \"Settings\"."),
	},
	[MAIL_DORMANT] = {
		.subject = MSG("Do you still want your account at {site}?"),
		.happened = MSG("For years nobody has signed in to your account, got a certificate with it or followed a link of ours. We do not want to keep what nobody needs: if you do not sign in and do not open the page below until {until}, the account is erased."),
		.link = verify, .link_says = MSG("Do you want to keep it? Open this page and press the button:"),
		.why = MSG("Accounts that are quiet for years are erased, after two notices to every address."),
		.not_you = MSG("If you do not want the account any more, there is nothing to do."),
	},
};

/* ---- filling in ---- */

static const char *
say(const struct letter_ask *a, const char *msgid)
{
	return a->words == NULL ? msgid : words_find(a->words, msgid);
}

/* "2026-11-24 09:30 UTC" */
static void
until_text(int64_t at, char into[32])
{
	char iso[21];

	clock_iso(at, iso);
	snprintf(into, 32, "%.10s %.5s UTC", iso, iso + 11);
}

/* What a mail is about, without the messages behind it. */
static void
object_add(struct buf *into, const struct letter_ask *a)
{
	size_t n = strcspn(a->object, MAIL_PART);

	if (a->object[n] != '\0')
		buf_add(into, a->object, n);
	else
		buf_text(into, say(a, a->object));	/* a role's name is a message, any other object is not */
}

static bool
value_add(struct buf *into, const struct letter_ask *a, const char *name, size_t n, const char *until)
{
	if (n == 6 && memcmp(name, "{site}", n) == 0)
		buf_text(into, a->site);
	else if (n == 8 && memcmp(name, "{object}", n) == 0)
		object_add(into, a);
	else if (n == 7 && memcmp(name, "{until}", n) == 0)
		buf_text(into, until);
	else
		return false;
	return true;
}

/* The message with its places filled; a translation's unknown place stays as it is. */
static void
fill(struct buf *into, const struct letter_ask *a, const char *msgid)
{
	char until[32];

	until_text(a->expires, until);
	for (const char *s = say(a, msgid); *s != '\0';) {
		const char *end = *s == '{' ? strchr(s, '}') : NULL;

		if (end != NULL && value_add(into, a, s, (size_t)(end - s) + 1, until))
			s = end + 1;
		else
			buf_add(into, s++, 1);
	}
}

/* Characters of UTF-8, near enough to columns. */
static size_t
columns(const char *s, size_t n)
{
	size_t c = 0;

	for (size_t i = 0; i < n; i++)
		c += ((unsigned char)s[i] & 0xc0) != 0x80;
	return c;
}

/* One line, broken between words; each line that comes of it begins with `sign`. */
static void
wrap(struct buf *into, const char *s, size_t len, const char *sign)
{
	size_t used = strlen(sign);
	bool begins = true;

	buf_text(into, sign);
	while (len > 0) {
		const char *blank = memchr(s, ' ', len);
		size_t n = blank == NULL ? len : (size_t)(blank - s), c = columns(s, n);

		if (!begins && used + 1 + c > TEXT_WIDTH) {
			buf_text(into, "\n");
			buf_text(into, sign);
			used = strlen(sign);
			begins = true;
		}
		if (!begins)
			buf_text(into, " ");
		buf_add(into, s, n);
		used += c + !begins;
		begins = false;
		s += n + (blank != NULL);
		len -= n + (blank != NULL);
	}
}

static void
paragraph(struct buf *into, const struct letter_ask *a, const char *msgid)
{
	DROP(buf_wipe) struct buf line = {0};

	fill(&line, a, msgid);
	if (line.failed) {
		into->failed = true;
		return;
	}
	wrap(into, line.data, line.len, "");
	buf_text(into, "\n\n");
}

/*
 * Somebody's message, word for word: each line bears a sign, so that nobody takes
 * their words for ours.
 */
static void
quote(struct buf *into, const char *s, size_t len)
{
	for (size_t n; len > 0; s += n, len -= n) {
		const char *end = memchr(s, '\n', len);
		size_t line = end == NULL ? len : (size_t)(end - s);

		n = line + (end != NULL);
		wrap(into, s, line, line > 0 ? "> " : ">");
		buf_text(into, "\n");
	}
	buf_text(into, "\n");
}

/* The messages behind the object, each but the first below its words. */
static void
quotes_add(struct buf *into, const struct letter_ask *a, const struct row *r)
{
	const char *s = a->object + strcspn(a->object, MAIL_PART);

	for (bool first = true; *s != '\0'; first = false) {
		size_t n = strcspn(++s, MAIL_PART);

		if (!first && r->before != NULL)
			paragraph(into, a, r->before);
		quote(into, s, n);
		s += n;
	}
}

static void
link_add(struct buf *into, const struct letter_ask *a, const struct row *r)
{
	char token[TOKEN_BYTES * 2];

	sodium_bin2base64(token, sizeof(token), a->token, TOKEN_BYTES,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	paragraph(into, a, r->link_says);
	/* On a line of its own, never wrapped: programs find it there. */
	buf_fmt(into, "%.300s%s%s\n\n", a->base, r->link, token);
	sodium_memzero(token, sizeof(token));
	if (a->expires > 0)
		paragraph(into, a, MSG("The link works once, until {until}."));
}

static void
page_add(struct buf *into, const struct letter_ask *a, const struct row *r)
{
	paragraph(into, a, r->link_says);
	buf_fmt(into, "%.300s%s\n\n", a->base, r->page);
}

static void
purpose_add(struct buf *into, const struct letter_ask *a)
{
	DROP(buf_wipe) struct buf line = {0};

	if (a->purpose == PURPOSE_UNSET || a->purpose >= PURPOSE__COUNT)
		return;
	buf_text(&line, say(a, MSG("What for, in the words of our privacy statement:")));
	buf_text(&line, " ");
	buf_text(&line, say(a, purposes[a->purpose].says));
	into->failed = into->failed || line.failed;
	if (!into->failed)
		wrap(into, line.data, line.len, "");
	buf_text(into, "\n\n");
}

bool
letters_write(struct buf *subject, struct buf *text, const struct letter_ask *a, struct err *e)
{
	const struct row *r = a->kind < MAIL_USE__COUNT ? &rows[a->kind] : NULL;

	if (r == NULL || r->subject == NULL)
		return FAIL(e, ERR_INPUT, "letter of kind %u", a->kind);
	if (r->link != NULL && a->token == NULL && !r->may_lack)
		return FAIL(e, ERR_INPUT, "letter of kind %u without a token", a->kind);
	fill(subject, a, r->subject);
	paragraph(text, a, r->happened);
	quotes_add(text, a, r);
	if (r->link != NULL && a->token != NULL)
		link_add(text, a, r);
	if (r->page != NULL)
		page_add(text, a, r);
	paragraph(text, a, MSG("Why you get this mail:"));
	text->len -= text->len > 0;	/* one line with what follows */
	paragraph(text, a, r->why);
	purpose_add(text, a);
	paragraph(text, a, r->not_you);
	buf_text(text, "-- \n");
	buf_text(text, a->site);
	buf_text(text, "\n");
	buf_text(text, a->base);
	buf_text(text, "/\n");
	if (text->len > WORDS_IN_MAIL)
		return FAIL(e, ERR_INPUT, "letter of %zu bytes", text->len);
	return buf_ok(subject, e) && buf_ok(text, e);
}
