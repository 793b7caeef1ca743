#include "privacy/purpose.h"
#include "privacy/message.h"

#define OWNER	(1u << ACTOR_OWNER)
#define SYSTEM	(1u << ACTOR_SYSTEM)
#define OFFICER	(1u << ACTOR_OFFICER)
#define OPERATOR (1u << ACTOR_OPERATOR)
#define ASSURER	(1u << ACTOR_ASSURER)
#define SUPPORT	(1u << ACTOR_SUPPORT)

#define B(f)	FIELD_BIT(FIELD_##f)
#define NAMES	(B(GIVEN) | B(MIDDLE) | B(FAMILY) | B(SUFFIX))
#define DOCUMENT (B(DOC_KIND) | B(DOC_NUMBER))
#define BEHIND_PASSWORD (B(BIRTH) | B(NATIONALITY) | DOCUMENT)
#define OWN_FIELDS (B(ADDRESS) | NAMES | BEHIND_PASSWORD)
#define CERT	(B(CERT_BODY) | B(CERT_LABEL))
#define MET	(B(MEETING) | B(SIGNER) | B(INITIALS))

static const char contract[] = MSG("contract"), consent[] = MSG("consent"),
    duty[] = MSG("legal duty"), interest[] = MSG("legitimate interest");
static const char as_account[] = MSG("As long as you are a member.");
static const char as_history[] = MSG("The line in your history stays as long as you are a member; what it says is erased with you.");

const struct purpose_row purposes[PURPOSE__COUNT] = {
	[PURPOSE_NO_PERSONAL_DATA] = {
		.name = "no personal data", .kind = KIND_SYSTEM,
		.roles = OWNER | SYSTEM | OFFICER | OPERATOR, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("Nothing is kept."),
		.says = MSG("Pages that show nothing about you open nothing and write nothing."),
		.history = MSG("Nothing was opened."),
	},
	[PURPOSE_JOIN] = {
		.name = "join", .kind = KIND_OWN, .fields = B(ADDRESS) | B(CREDENTIAL),
		.roles = OWNER | SYSTEM, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("A join that is not confirmed by mail is forgotten after 48 hours, without a trace in the ledger."),
		.told = true,
		.says = MSG("To make you a member: your address to reach you, your password to know you again. We ask for nothing else to begin."),
		.history = MSG("You became a member."),
	},
	[PURPOSE_VERIFY_ADDRESS] = {
		.name = "verify address", .kind = KIND_OWN, .fields = B(ADDRESS) | B(CREDENTIAL),
		.roles = OWNER | SYSTEM, .facts = FACT_MAIL, .basis = contract, .goes_on = GOES_ON, .keeps = as_account,
		.says = MSG("To know that a mail address is yours before we rely on it."),
		.history = MSG("You showed that a mail address is yours."),
	},
	[PURPOSE_SIGN_IN] = {
		.name = "sign in", .kind = KIND_OWN, .fields = B(CREDENTIAL),
		.roles = OWNER | SYSTEM, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To let you in, and nobody else."),
		.history = MSG("You signed in."),
	},
	[PURPOSE_PASSWORD] = {
		.name = "password", .kind = KIND_OWN, .fields = B(CREDENTIAL) | B(ADDRESS),
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON, .keeps = as_account,
		.told = true,
		.says = MSG("To ask for your password again before the fields behind it are shown, and to change it. We keep only a hash, sealed; nobody can read it."),
		.history = MSG("You entered or changed your password."),
	},
	[PURPOSE_RECOVERY] = {
		.name = "recovery", .kind = KIND_OWN,
		.fields = B(ADDRESS) | B(CREDENTIAL) | B(QUESTION),
		.roles = OWNER | SYSTEM, .facts = FACT_MAIL, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.told = true,
		.says = MSG("To let you choose a new password when you forgot yours: a link in a mail, then three of your five questions. Every one of your verified addresses is told."),
		.history = MSG("Somebody used the way back in for a forgotten password."),
	},
	[PURPOSE_SESSIONS] = {
		.name = "sessions", .kind = KIND_OWN,
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("A session is forgotten when it ends: after 30 idle minutes, at the latest after 12 hours."),
		.says = MSG("To show you where you are signed in and to let you end it."),
		.history = MSG("You ended a session."),
	},
	[PURPOSE_HOME] = {
		.name = "home", .kind = KIND_OWN, .fields = B(GIVEN) | B(ADDRESS),
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To greet you and to show what waits for you."),
		.history = MSG("You opened your home page."),
	},
	[PURPOSE_OWN_VIEW] = {
		.name = "own view", .kind = KIND_OWN,
		.fields = OWN_FIELDS, .guarded = BEHIND_PASSWORD,
		.roles = OWNER, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To show you what we hold about you."),
		.history = MSG("You looked at your data."),
	},
	[PURPOSE_HISTORY] = {
		.name = "history", .kind = KIND_OWN,
		.fields = OWN_FIELDS | B(QUESTION) | B(DOMAIN) | CERT | B(MAIL_BODY),
		.guarded = BEHIND_PASSWORD | B(QUESTION),
		.roles = OWNER, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To show you every access to your data, every correction and every disclosure."),
		.history = MSG("You looked into an old value in your history."),
	},
	[PURPOSE_CORRECT] = {
		.name = "correct", .kind = KIND_OWN,
		.fields = OWN_FIELDS, .guarded = BEHIND_PASSWORD,
		.roles = OWNER, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("The new value as long as you are a member; the old one stays readable to you alone, in your history."),
		.says = MSG("To correct what is wrong."),
		.history = MSG("You corrected your data."),
	},
	[PURPOSE_ERASE_FIELD] = {
		.name = "erase field", .kind = KIND_OWN,
		.fields = OWN_FIELDS | B(QUESTION), .guarded = BEHIND_PASSWORD | B(QUESTION),
		.roles = OWNER, .facts = FACT_SESSION | FACT_NO_BAR, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("Nothing: the value is gone at once, and from backups when they are."),
		.says = MSG("To erase what you no longer want us to hold."),
		.history = MSG("You erased a part of your data."),
	},
	[PURPOSE_ENROL] = {
		.name = "enrol", .kind = KIND_OWN, .fields = NAMES | BEHIND_PASSWORD,
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("As long as you are a member; an identity document is erased by itself 30 days after its last use."),
		.says = MSG("To note your names, birth date, nationality and an identity document, each when you want what needs it: others can then vouch that you are you."),
		.history = MSG("You told us more about yourself."),
	},
	[PURPOSE_QUESTIONS] = {
		.name = "questions", .kind = KIND_OWN, .fields = B(QUESTION) | B(CREDENTIAL) | NAMES,
		.guarded = B(QUESTION), .roles = OWNER, .facts = FACT_SESSION | FACT_FRESH,
		.basis = contract, .goes_on = GOES_ON, .keeps = as_account,
		.says = MSG("To keep five questions whose answers only you know. You can read the questions again; nobody can read the answers, not even we. Your names are looked at once, so that no answer is one of them."),
		.history = MSG("You read or changed your questions."),
	},
	[PURPOSE_SETTINGS] = {
		.name = "settings", .kind = KIND_OWN,
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON, .keeps = as_account,
		.says = MSG("To do what you switched on, and no more."),
		.history = MSG("You changed a setting."),
	},
	[PURPOSE_POLICY] = {
		.name = "policy", .kind = KIND_POLICY,
		.roles = OWNER, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON, .keeps = as_account,
		.says = MSG("To know which agreement and which privacy statement you have accepted or declined."),
		.history = MSG("You answered a new agreement or privacy statement."),
	},
	[PURPOSE_ROLE] = {
		.name = "role", .kind = KIND_SYSTEM,
		.roles = OWNER | OFFICER | SYSTEM, .facts = FACT_SESSION | FACT_FRESH | FACT_NO_BAR | FACT_ADDRESS,
		.basis = interest, .goes_on = GOES_ON,
		.keeps = MSG("As long as the role, and so long afterwards as its acts can be asked about."),
		.told = true,
		.says = MSG("To give a role to a member or to end it, visibly."),
		.history = MSG("A role of yours began or ended."),
	},
	[PURPOSE_ADDRESSES] = {
		.name = "addresses", .kind = KIND_OWN, .fields = B(ADDRESS),
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To show you your mail addresses."),
		.history = MSG("You looked at your mail addresses."),
	},
	[PURPOSE_ADDRESS_CHANGE] = {
		.name = "address change", .kind = KIND_OWN, .fields = B(ADDRESS),
		.roles = OWNER, .facts = FACT_SESSION | FACT_NO_BAR, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("An address as long as you keep it; one that is never confirmed goes after 48 hours."),
		.told = true,
		.says = MSG("To add, choose and remove mail addresses. Removing one revokes the certificates that name it."),
		.history = MSG("You changed your mail addresses."),
	},
	[PURPOSE_DOMAINS] = {
		.name = "domains", .kind = KIND_OWN, .fields = B(DOMAIN),
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To show you your domains and how they were proved."),
		.history = MSG("You looked at your domains."),
	},
	[PURPOSE_DOMAIN_PROVE] = {
		.name = "domain proof", .kind = KIND_OWN, .fields = B(DOMAIN),
		.roles = OWNER, .facts = 0, .basis = contract, .goes_on = STOPS,
		.keeps = MSG("As long as you keep the domain on your list."),
		.says = MSG("To know that a domain is under your control before a certificate names it. The name is asked for in the DNS or at its web server, without a word about you."),
		.history = MSG("You added, proved or removed a domain."),
		.recipient = MSG("name servers, the domain's web server, or the mailbox you chose: they learn that somebody here proves this name"),
	},
	[PURPOSE_CERTS] = {
		.name = "certificates", .kind = KIND_OWN,
		.fields = CERT | B(DOMAIN) | B(ADDRESS) | NAMES,
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To show you your certificates, and what could stand in a new one."),
		.history = MSG("You looked at your certificates."),
	},
	[PURPOSE_ISSUE] = {
		.name = "issue", .kind = KIND_CERTIFICATE,
		.fields = CERT | B(DOMAIN) | B(ADDRESS) | NAMES,
		.roles = OWNER | SYSTEM, .facts = FACT_SESSION | FACT_ADDRESS, .basis = contract, .goes_on = STOPS,
		.keeps = MSG("That a certificate was issued stays for as long as it could matter to those who relied on it; who owns it goes with you."),
		.told = true,
		.says = MSG("To issue the certificate you asked for. What stands in it can be read by everybody you show it to; the names in a server certificate are public. Your own name stands in it only when you have the points and chose so."),
		.history = MSG("A certificate was issued for you."),
		.recipient = MSG("everybody the certificate is shown to"),
	},
	[PURPOSE_CERT_CHANGE] = {
		.name = "certificate change", .kind = KIND_CERTIFICATE, .fields = CERT | B(ADDRESS),
		.roles = OWNER | SYSTEM, .facts = 0, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("The state of a certificate stays as long as somebody may ask for it."),
		.told = true,
		.says = MSG("To suspend, resume or revoke a certificate, or to note what you call it."),
		.history = MSG("A certificate of yours was changed, suspended, resumed or revoked."),
		.recipient = MSG("everybody who asks for the state of this certificate: serial number, state, time and reason"),
	},
	[PURPOSE_CERT_DOWNLOAD] = {
		.name = "certificate download", .kind = KIND_OWN, .fields = B(CERT_BODY),
		.roles = OWNER, .facts = 0, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To give you your certificate as a file, by an address that works once and for a minute."),
		.history = MSG("You downloaded a certificate."),
	},
	[PURPOSE_CERT_SHOW] = {
		.name = "certificate shown", .kind = KIND_DISCLOSURE, .fields = B(CERT_BODY),
		.roles = SYSTEM, .facts = FACT_OPT_IN, .basis = consent, .goes_on = STOPS, .keeps = as_history,
		.says = MSG("To show a mail certificate to somebody who knows its serial number and the exact address, only if you switched this on for it."),
		.history = MSG("Somebody who knew its address and serial number was shown your certificate."),
		.recipient = MSG("whoever asked with the exact address and serial number"),
	},
	[PURPOSE_SEND_MAIL] = {
		.name = "send mail", .kind = KIND_OWN, .fields = B(ADDRESS) | B(MAIL_BODY) | B(DOMAIN),
		.roles = SYSTEM, .facts = 0, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("Address and text are erased when the mail is sent; that one was sent stays in your history."),
		.says = MSG("To send you a mail that you asked for or that your security needs. Never for anything else."),
		.history = MSG("A mail was sent for you."),
		.recipient = MSG("the mail servers between us and you"),
	},
	[PURPOSE_KEEP_TIDY] = {
		.name = "keep tidy", .kind = KIND_OWN,
		.roles = SYSTEM, .facts = 0, .basis = duty, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To erase by itself what is over: documents after 30 days, joins after two days, sessions, links."),
		.history = MSG("Something of yours that was over was tidied away."),
	},
	[PURPOSE_SITE] = {
		.name = "site", .kind = KIND_SYSTEM,
		.roles = OPERATOR | SYSTEM, .facts = 0, .basis = interest, .goes_on = GOES_ON,
		.keeps = MSG("For good; it holds nothing about people."),
		.says = MSG("To note what was done to the site itself: keys made, settings changed, started again."),
		.history = MSG("The site noted something about itself."),
	},
	[PURPOSE_NAMES] = {
		.name = "names", .kind = KIND_OWN, .fields = NAMES | B(CERT_BODY),
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("A name as long as you keep it. One that somebody vouched for is replaced only when somebody has seen the deed."),
		.says = MSG("To keep the names you go by: of birth, of marriage, in another script, of an artist."),
		.history = MSG("You looked at your names or changed them."),
	},
	[PURPOSE_POINTS] = {
		.name = "points", .kind = KIND_OWN, .fields = MET | B(MESSAGE) | B(CERT_BODY),
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To show you who vouched for you, what it adds up to and what is missing, and which of your certificates stand on points that are gone."),
		.history = MSG("You looked at your points."),
	},
	[PURPOSE_HANDOVER] = {
		.name = "hand-over", .kind = KIND_OWN, .fields = B(CODE) | B(SIGNER) | NAMES,
		.roles = OWNER | ASSURER, .facts = FACT_SESSION | FACT_ADDRESS, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("A code as long as it is good; who used it, until the month after its end."),
		.says = MSG("To hand the fields an assurer may see to one assurer, for one meeting, by a code that you show and can take back."),
		.history = MSG("You made a code for a meeting, or somebody began to use it."),
		.recipient = MSG("the assurer you show the code to"),
	},
	[PURPOSE_MATCH] = {
		.name = "match", .kind = KIND_ASSURANCE, .fields = NAMES | B(BIRTH) | DOCUMENT,
		.roles = ASSURER, .facts = FACT_SESSION | FACT_HANDOVER, .basis = consent, .goes_on = STOPS, .keeps = as_history,
		.says = MSG("To tell an assurer whom you gave your code whether what your papers say is what you told us: matches, differs in spelling, or differs. The fields themselves stay closed."),
		.history = MSG("An assurer compared your papers with what you told us."),
		.recipient = MSG("the assurer you gave the code"),
	},
	[PURPOSE_SHOW] = {
		.name = "shown to an assurer", .kind = KIND_ASSURANCE,
		.fields = NAMES | B(BIRTH) | B(NATIONALITY) | DOCUMENT,
		.roles = ASSURER, .facts = FACT_SESSION | FACT_HANDOVER | FACT_FRESH, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("The assurer sees it for that meeting and keeps none of it."),
		.says = MSG("To show an assurer whom you gave your code the names, birth date, nationality and document you told us, where comparing was not enough."),
		.history = MSG("An assurer was shown fields that you handed over."),
		.recipient = MSG("the assurer you gave the code"),
	},
	[PURPOSE_ASSURE] = {
		.name = "assurance", .kind = KIND_ASSURANCE, .fields = NAMES | MET | B(BIRTH),
		.roles = ASSURER | OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = STOPS,
		.keeps = MSG("That somebody vouched, when and with how many points, as long as the points count; place and documents as long as you are a member."),
		.told = true,
		.says = MSG("To note that one member vouched for another. The assurer keeps date, place, points and your initials; you keep the assurer's name."),
		.history = MSG("Somebody vouched for you, or you vouched for somebody."),
		.recipient = MSG("the other one of the two"),
	},
	[PURPOSE_ASSURANCES] = {
		.name = "assurances given", .kind = KIND_OWN, .fields = MET,
		.roles = OWNER | ASSURER, .facts = FACT_SESSION, .basis = contract, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To show an assurer whom they vouched for: date, place, points and initials."),
		.history = MSG("You looked at the list of those you vouched for."),
	},
	[PURPOSE_OBJECTION] = {
		.name = "objection", .kind = KIND_OWN, .fields = B(MESSAGE) | MET,
		.roles = OWNER, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("Your words until the objection is decided, and a year longer."),
		.told = true,
		.says = MSG("To look into a vouching that you say is wrong."),
		.history = MSG("You objected to a vouching, or it was decided."),
		.recipient = MSG("the officers who decide"),
	},
	[PURPOSE_NAME_LINK] = {
		.name = "name link", .kind = KIND_ASSURANCE, .fields = NAMES | B(BIRTH) | MET,
		.roles = ASSURER | OWNER, .facts = FACT_SESSION, .basis = duty, .goes_on = STOPS,
		.keeps = MSG("The new value as long as you are a member; the old one readable to you alone, in your history."),
		.told = true,
		.says = MSG("To replace a vouched name or birth date after an assurer has seen the deed; what others vouched for carries over."),
		.history = MSG("An assurer who saw the deed linked your old name or birth date to the new one."),
	},
	[PURPOSE_PARENT] = {
		.name = "parent's consent", .kind = KIND_ASSURANCE,
		.roles = ASSURER | OWNER, .facts = FACT_SESSION, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("That a parent agreed, until it is withdrawn or you are of age."),
		.told = true,
		.says = MSG("To put a young member's name into certificates only after a parent agreed to it before an assurer."),
		.history = MSG("A parent's consent was noted or withdrawn."),
	},
	[PURPOSE_CHALLENGE] = {
		.name = "challenge", .kind = KIND_OWN,
		.roles = OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = STOPS,
		.keeps = MSG("When you passed, as long as you are a member; the answers of your last try until the next."),
		.says = MSG("To see that whoever vouches for others knows how."),
		.history = MSG("You took the assurer challenge, or looked at your answers."),
	},
	[PURPOSE_EVENT] = {
		.name = "event", .kind = KIND_OWN, .fields = NAMES | B(SIGNER),
		.roles = OWNER | ASSURER, .facts = FACT_SESSION | FACT_NO_BAR, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("What you announce is public until a month after the event."),
		.says = MSG("To announce a meeting where people vouch for each other, and to take part in one as an assurer."),
		.history = MSG("You announced an event or took part in one as an assurer."),
		.recipient = MSG("everybody: place, time and your words, without your name; who announced an event: the names of the assurers who checked in"),
	},
	[PURPOSE_EVENT_VISIT] = {
		.name = "event visit", .kind = KIND_OWN, .fields = B(CODE) | NAMES,
		.roles = OWNER, .facts = FACT_SESSION | FACT_NO_BAR, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("That you come, sealed, until a week after the event."),
		.says = MSG("To sign you up for an event and to give you one code for the assurers there."),
		.history = MSG("You signed up for an event, or left it."),
		.recipient = MSG("who announced the event, and the assurers there: your initials, and your name only if you ticked so"),
	},
	[PURPOSE_EVENT_LIST] = {
		.name = "event list", .kind = KIND_ASSURANCE, .fields = NAMES,
		.roles = ASSURER, .facts = FACT_SESSION, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("The printed list is destroyed within a week after the event."),
		.says = MSG("To print the list of those who come, for an evening without a network. Your name stands on it only if you ticked so."),
		.history = MSG("Your name or your initials were printed on the list of an event."),
		.recipient = MSG("the assurers of the event"),
	},
	[PURPOSE_SLIP] = {
		.name = "slip", .kind = KIND_OWN, .fields = NAMES | B(BIRTH) | MET,
		.roles = OWNER | ASSURER, .facts = FACT_SESSION, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("What an assurer noted about a visitor can be opened with the visitor's code only, and goes after 60 days."),
		.says = MSG("To let somebody who was met before joining bring the assurer's word along."),
		.history = MSG("A slip was filled in, withdrawn or brought along."),
	},
	[PURPOSE_THIRD_PARTY] = {
		.name = "trusted third party", .kind = KIND_ASSURANCE, .fields = NAMES | B(BIRTH) | MET,
		.roles = ASSURER | OWNER, .facts = FACT_SESSION, .basis = contract, .goes_on = STOPS,
		.keeps = MSG("As an assurance."), .told = true,
		.says = MSG("To note that a notary or the like has seen your papers, where there is no assurer."),
		.history = MSG("A trusted third party's check of your papers was noted."),
		.recipient = MSG("the senior assurer who notes it"),
	},
	[PURPOSE_PAPER] = {
		.name = "paper", .kind = KIND_OWN, .fields = B(INITIALS),
		.roles = OWNER | SYSTEM, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("Which paper form lies with whom, until it is destroyed after seven years."),
		.says = MSG("To know which signed forms lie with which assurer and when they are to be destroyed."),
		.history = MSG("Something was noted about a paper form."),
	},
	[PURPOSE_DIRECTORY] = {
		.name = "directory", .kind = KIND_DISCLOSURE, .fields = NAMES,
		.roles = OWNER | SYSTEM, .facts = FACT_SESSION | FACT_NO_BAR | FACT_OPT_IN, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("Until you take it down: one click, at once."),
		.says = MSG("To list you in the directory of assurers, with what you chose to show."),
		.history = MSG("You were listed in the directory of assurers, or taken down."),
		.recipient = MSG("everybody"),
	},
	[PURPOSE_CONTACT] = {
		.name = "contact", .kind = KIND_DISCLOSURE, .fields = B(ADDRESS) | B(MESSAGE) | NAMES,
		.roles = OWNER | SYSTEM, .facts = 0, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("A message until it is answered, at most 30 days."),
		.says = MSG("To carry a message between a member and an assurer. Neither sees the other's address until the assurer answers."),
		.history = MSG("A message was carried between you and somebody else."),
		.recipient = MSG("the one you wrote to or answered"),
	},
	[PURPOSE_DECISION] = {
		.name = "decision", .kind = KIND_SYSTEM, .fields = B(MESSAGE),
		.roles = OFFICER | SYSTEM, .facts = FACT_SESSION, .basis = interest, .goes_on = GOES_ON,
		.keeps = MSG("For good: what was decided, when and by how many; the reasons are sealed."),
		.told = true,
		.says = MSG("To decide by two officers about objections, suspensions, found fraud, changed names, erasure holds, exclusions, seats, disclosures, telling later in a report and the founding of the web of trust. Where no other officer is free, one is enough after seven days' notice to all of them, unless one objects; a disclosure, and telling later, always take two."),
		.history = MSG("Officers looked into something to be decided, or decided it."),
	},
	[PURPOSE_FOUNDING] = {
		.name = "founding", .kind = KIND_ASSURANCE, .fields = NAMES | B(SIGNER),
		.roles = OWNER | OFFICER, .facts = FACT_SESSION, .basis = contract, .goes_on = STOPS,
		.keeps = MSG("The mark ends after twelve months; that there was one stays in your history."),
		.told = true,
		.says = MSG("To begin a web of trust with a few founders who vouch for each other first, visibly marked."),
		.history = MSG("You became a founder, or your mark ended."),
	},
	[PURPOSE_EXPORT] = {
		.name = "export", .kind = KIND_OWN,
		.fields = OWN_FIELDS | B(QUESTION) | B(DOMAIN) | CERT | B(MAIL_BODY) | MET | B(CODE) | B(MESSAGE),
		.guarded = BEHIND_PASSWORD | B(QUESTION),
		.roles = OWNER, .facts = FACT_SESSION | FACT_FRESH | FACT_NO_BAR, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("The copy until you have fetched it, at most a day, sealed with your key; the line in your history as long as you are a member."),
		.says = MSG("To give you a copy of everything we hold about you, to keep or to take elsewhere. A program puts it together that holds no key and keeps nothing."),
		.history = MSG("A copy of your data was asked for, made or fetched."),
	},
	[PURPOSE_RIGHTS] = {
		.name = "rights", .kind = KIND_OWN, .fields = B(CODE),
		.roles = OWNER, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To show you how your rights stand: what is restricted, and an erasure that runs."),
		.history = MSG("You looked at how your rights stand."),
	},
	[PURPOSE_RESTRICT] = {
		.name = "restriction", .kind = KIND_OWN,
		.roles = OWNER | SYSTEM, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("Until you lift it."),
		.says = MSG("To stop everything we do with your data but keeping it, at your word, until you lift that."),
		.history = MSG("You restricted what is done with your data, or lifted that."),
	},
	[PURPOSE_ERASE_ACCOUNT] = {
		.name = "erase account", .kind = KIND_OWN, .fields = B(ADDRESS) | B(CODE),
		.roles = OWNER | SYSTEM, .facts = FACT_SESSION | FACT_NO_BAR, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("Nothing about you. That somebody was erased, and when, stays in the ledger without a name or number of yours."),
		.told = true,
		.says = MSG("To erase you: your keys are destroyed, and with them everything we hold about you."),
		.history = MSG("Your account is to be erased, or you changed your mind."),
		.recipient = MSG("everybody who asks for the state of a certificate of yours: serial number, state, time and reason stay"),
	},
	[PURPOSE_ERASED] = {
		.name = "erased", .kind = KIND_SYSTEM,
		.roles = SYSTEM, .facts = 0, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("For good; it holds nothing about people."),
		.says = MSG("To note that an erasure was done, so that anybody can check it and no backup undoes it."),
		.history = MSG("An erasure was done."),
	},
	[PURPOSE_CASE] = {
		.name = "case", .kind = KIND_OWN,
		.roles = OWNER | SYSTEM, .facts = 0, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("What is written in a case goes a year after it was closed; that there was one, of which kind, for how long and how it ended, stays without you."),
		.told = true,
		.says = MSG("To take up what you ask, object to, complain about or report, and to answer it within a month. What you write is sealed; only who works on the case reads it."),
		.history = MSG("Something happened in a case of yours."),
		.recipient = MSG("whoever of the support staff works on the case; reports about staff: the officers"),
	},
	[PURPOSE_CASE_WORK] = {
		.name = "case work", .kind = KIND_SUPPORT,
		.roles = SUPPORT | OFFICER | SYSTEM, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("As the case."),
		.says = MSG("To read and answer the cases that staff have taken. They see what was written in the case, not who you are."),
		.history = MSG("Staff worked on a case."),
	},
	[PURPOSE_CASE_REQUEST] = {
		.name = "case request", .kind = KIND_SUPPORT, .fields = B(ADDRESS) | NAMES | B(BIRTH),
		.roles = SUPPORT, .facts = FACT_SESSION | FACT_CASE, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("An opened field is shown for ten minutes and kept nowhere else."), .told = true,
		.says = MSG("To open a single field when a request for access, correction, erasure or restriction, or an objection, cannot be answered without it. Your birth date only when you opened the case and ticked so."),
		.history = MSG("Staff opened a field of yours for a request of yours."),
		.recipient = MSG("the one member of staff who works on the case"),
	},
	[PURPOSE_CASE_IDENTITY] = {
		.name = "case identity", .kind = KIND_SUPPORT, .fields = B(ADDRESS) | NAMES | B(BIRTH),
		.roles = SUPPORT, .facts = FACT_SESSION | FACT_CASE, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("An opened field is shown for ten minutes and kept nowhere else."), .told = true,
		.says = MSG("To open a single field when a lost access or a changed name is looked into. Your birth date only when you opened the case and ticked so."),
		.history = MSG("Staff opened a field of yours to look into a lost access or a changed name."),
		.recipient = MSG("the one member of staff who works on the case"),
	},
	[PURPOSE_CASE_REACH] = {
		.name = "case reach", .kind = KIND_SUPPORT, .fields = B(ADDRESS) | NAMES,
		.roles = SUPPORT, .facts = FACT_SESSION | FACT_CASE, .basis = interest, .goes_on = GOES_ON,
		.keeps = MSG("An opened field is shown for ten minutes and kept nowhere else."), .told = true,
		.says = MSG("To reach whom a complaint, a certificate problem, a minor's or a deceased member's case concerns. An age is answered as under 18, or 18 or older."),
		.history = MSG("Staff opened a field of yours to reach you, or asked whether you are of age."),
		.recipient = MSG("the one member of staff who works on the case"),
	},
	[PURPOSE_CASE_FRAUD] = {
		.name = "case report", .kind = KIND_SUPPORT, .fields = B(ADDRESS) | NAMES,
		.roles = SUPPORT | OFFICER, .facts = FACT_SESSION | FACT_CASE, .basis = interest, .goes_on = GOES_ON,
		.keeps = MSG("An opened field is shown for ten minutes and kept nowhere else; that it was opened, for how long telling you was delayed, and its line in your history, as long as you are a member."), .told = true,
		.says = MSG("To open a single field, an address or a name, of whom a report of a violation concerns, when it cannot be looked into otherwise. It does not wait for your click even if you want to be asked first, for asking would warn whoever did it. You are told at once, unless two officers agreed to tell you later: by thirty days at most, once in a case, and the program ends it."),
		.history = MSG("Staff or an officer opened a field of yours to look into a report."),
		.recipient = MSG("the one member of staff, or the officer, who works on the case"),
	},
	[PURPOSE_CASE_FIND] = {
		.name = "case search", .kind = KIND_SUPPORT,
		.roles = SUPPORT | OFFICER, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("The line in your history stays as long as you are a member; which member a case concerns goes with its texts."),
		.says = MSG("To find the member whom a case concerns, by exact address, domain, serial or member number, and in no other way. Whom a report concerns is told with the first field that is opened, when the case ends, or after seven days."),
		.history = MSG("Staff found that a case concerns you."),
	},
	[PURPOSE_SEAT] = {
		.name = "seat", .kind = KIND_DISCLOSURE, .fields = NAMES,
		.roles = OWNER, .facts = FACT_SESSION | FACT_OPT_IN, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("Until you take your name down, or the seat is no longer yours."),
		.says = MSG("To show your name on the public list of seats, if you want that."),
		.history = MSG("Your name was put on the list of seats, or taken down."),
		.recipient = MSG("everybody"),
	},
	[PURPOSE_SECURITY] = {
		.name = "security notice", .kind = KIND_OWN, .fields = B(ADDRESS),
		.roles = OPERATOR | SYSTEM, .facts = 0, .basis = duty, .goes_on = GOES_ON, .keeps = as_history, .told = true,
		.says = MSG("To tell you at once when privacy or security was broken and it concerns you. No setting stops these, and nothing else may be sent as one."),
		.history = MSG("You were told about something that broke privacy or security."),
	},
	[PURPOSE_HOLD] = {
		.name = "erasure hold", .kind = KIND_SUPPORT,
		.roles = OFFICER | SYSTEM, .facts = FACT_SESSION, .basis = interest, .goes_on = GOES_ON,
		.keeps = MSG("At most 90 days; then an erasure you asked for goes on by itself."), .told = true,
		.says = MSG("To keep single fields of yours from being erased while a named legal claim or a case of fraud needs them, when two officers agree. Nobody sees them by that, and everything else is erased as you ask."),
		.history = MSG("Fields of yours were kept from being erased, or that ended."),
	},
	[PURPOSE_EXCLUDE] = {
		.name = "exclusion", .kind = KIND_SUPPORT,
		.roles = OFFICER | SYSTEM, .facts = FACT_SESSION, .basis = interest, .goes_on = GOES_ON,
		.keeps = MSG("A hash of each address you had proved, under a key of its own, for five years at most."), .told = true,
		.says = MSG("To exclude somebody who harmed others, when two officers agree: no role, no vouching, no new certificate. They still see, correct, take along and erase their data and revoke their certificates; who joins again with one of their addresses is told by mail why not."),
		.history = MSG("Two officers excluded you, or that ended."),
	},
	[PURPOSE_NAME_CHANGE] = {
		.name = "name change", .kind = KIND_SUPPORT, .fields = NAMES | B(BIRTH) | B(SIGNER) | B(INITIALS), .guarded = B(BIRTH),
		.roles = OFFICER | OWNER, .facts = FACT_SESSION | FACT_CASE, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("The new value as long as you are a member; the old one readable to you alone, in your history."),
		.told = true,
		.says = MSG("To let two officers decide about a vouched name or birth date that changed, in a case you opened. They see the old and the new value until it is decided, and nobody else does."),
		.history = MSG("Officers looked at your old and new name or birth date, or decided about it."),
		.recipient = MSG("the officers who decide"),
	},
	[PURPOSE_LIST] = {
		.name = "list", .kind = KIND_OWN, .fields = B(ADDRESS),
		.roles = OWNER | OPERATOR | SYSTEM, .facts = 0, .basis = consent, .goes_on = STOPS,
		.keeps = MSG("Until you stop the list, by one click in any of its mails or on the page \"Mail from us\"."),
		.says = MSG("To send you the mails of a list that you asked for and confirmed. Nobody is on a list by joining."),
		.history = MSG("You asked for the mails of a list, confirmed it, or stopped it."),
		.recipient = MSG("the mail servers between us and you"),
	},
	[PURPOSE_DISCLOSURE] = {
		.name = "disclosure", .kind = KIND_DISCLOSURE, .fields = OWN_FIELDS,
		.roles = OFFICER | SYSTEM, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("The file is made when it is fetched and kept nowhere. Who got which fields of yours, and on which legal basis, stays in your history as long as you are a member; the authority's document goes a year after you were told."),
		.told = true,
		.says = MSG("To give single fields to an authority where the law obliges us: two officers who did not ask agree, each with a reason, and you are told who got what. Only where the law forbids that, you are told on the day on which the ban ends, and it always has an end."),
		.history = MSG("Data of yours was given to an authority, under law."),
		.recipient = MSG("the authority, which is named to you"),
	},
	[PURPOSE_RECIPIENT] = {
		.name = "recipient told", .kind = KIND_DISCLOSURE,
		.roles = OFFICER | SYSTEM, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON, .keeps = as_history,
		.says = MSG("To tell an authority that got data of yours which of it was corrected, erased or restricted since. New values are not told."),
		.history = MSG("An authority was told that data of yours has changed."),
		.recipient = MSG("the authority that got it"),
	},
	[PURPOSE_GUEST] = {
		.name = "guest officer", .kind = KIND_SYSTEM,
		.roles = OWNER | OFFICER | SYSTEM, .facts = FACT_SESSION | FACT_ADDRESS, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("For good: that there was a guest, of which decision and when, without you once you are erased; which community, until the disclosure's texts go."),
		.told = true,
		.says = MSG("To let an officer of a partner community vote on one disclosure, where fewer than two of our own are free. The guest reads that disclosure and the authority's document, and nothing else; never the file. The member it concerns is told that a guest took part, and of which community."),
		.history = MSG("A guest officer's seat of yours was offered, taken, used or ended."),
		.recipient = MSG("the officers who decide"),
	},
	[PURPOSE_LOST_ACCESS] = {
		.name = "lost access", .kind = KIND_SUPPORT, .fields = B(ADDRESS),
		.roles = OWNER | SYSTEM | SUPPORT | ASSURER, .facts = 0, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("That there was one, until the case goes; a line in your history as long as you are a member."), .told = true,
		.says = MSG("To let you choose a new password when neither password nor answers are left: two assurers meet you and compare your name and birth date, or, where nobody vouched for you yet, one of your addresses is shown to be yours and a waiting time passes, two weeks if this site sets no other. Every one of your addresses is told at each step and can stop it."),
		.history = MSG("Somebody used the way back in for a lost account."),
	},
	[PURPOSE_LOST_MATCH] = {
		.name = "lost match", .kind = KIND_ASSURANCE, .fields = NAMES | B(BIRTH) | B(SIGNER),
		.roles = OWNER | ASSURER, .facts = FACT_SESSION | FACT_HANDOVER | FACT_NO_BAR, .basis = contract, .goes_on = GOES_ON,
		.keeps = MSG("The result of the comparison with the hand-over."),
		.says = MSG("To compare your name and birth date, which an assurer types from your papers, with what you entered, when you lost the way into your account. The assurer sees whether they agree, and never what is held."),
		.history = MSG("An assurer compared your papers with your data, because you lost the way into your account."),
		.recipient = MSG("the two assurers you meet: whether it agrees"),
	},
	[PURPOSE_TRUSTED] = {
		.name = "trusted contact", .kind = KIND_OWN, .fields = B(ADDRESS),
		.roles = OWNER | SYSTEM, .facts = FACT_SESSION | FACT_NO_BAR, .basis = consent, .goes_on = GOES_ON,
		.keeps = MSG("Until one of you ends it."), .told = true,
		.says = MSG("To let a member you trust ask that your account be closed when you cannot do it yourself any more. You are told at every address and have 30 days, if this site sets no other time, to stop it."),
		.history = MSG("A trusted contact was named, answered, ended, or asked that an account be closed."),
		.recipient = MSG("the member you named: your member number and primary address"),
	},
	[PURPOSE_BREACH] = {
		.name = "breach register", .kind = KIND_SYSTEM, .fields = B(MESSAGE),
		.roles = OFFICER | OPERATOR | SYSTEM, .facts = FACT_SESSION, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("For good: when a breach was known, how many it concerned and when the authority was told; what was written about it goes a year after its case was closed."),
		.says = MSG("To keep the register of breaches that the law asks for, and to tell the authority within 72 hours. It names nobody."),
		.history = MSG("An entry of the register of breaches was made, looked at or changed."),
	},
	[PURPOSE_DORMANT] = {
		.name = "dormant account", .kind = KIND_OWN, .fields = B(ADDRESS),
		.roles = SYSTEM | OWNER, .facts = 0, .basis = duty, .goes_on = GOES_ON,
		.keeps = MSG("The day of your last sign-in, certificate or followed link, as long as you are a member."), .told = true,
		.says = MSG("To ask whether an account that was quiet for years is still wanted, and to erase it if nobody answers."),
		.history = MSG("Your account was quiet for years, and you were asked whether it is still wanted."),
	},
};

const struct field_row fields[FIELD__COUNT] = {
	[FIELD_ADDRESS] = { "address", MSG("Mail address"),
		MSG("To reach you, to know you when you sign in, and to stand in certificates you ask for."), false },
	[FIELD_GIVEN] = { "given name", MSG("Given name"),
		MSG("To greet you, to be vouched for, and to stand in a certificate when you choose so."), false },
	[FIELD_MIDDLE] = { "middle names", MSG("Middle names"), MSG("Only if you use them; part of your name."), false },
	[FIELD_FAMILY] = { "family name", MSG("Family name"),
		MSG("To be vouched for, and to stand in a certificate when you choose so."), false },
	[FIELD_SUFFIX] = { "suffix", MSG("Name suffix"), MSG("Only if you use one; part of your name."), false },
	[FIELD_BIRTH] = { "birth date", MSG("Date of birth"),
		MSG("So that two people of one name are not taken for each other when somebody vouches for you."), true },
	[FIELD_NATIONALITY] = { "nationality", MSG("Nationality"),
		MSG("So that somebody who vouches for you can check your document."), true },
	[FIELD_DOC_KIND] = { "document kind", MSG("Kind of identity document"),
		MSG("So that somebody who vouches for you knows which document to look at."), true },
	[FIELD_DOC_NUMBER] = { "document number", MSG("Number of the identity document"),
		MSG("So that somebody who vouches for you sees that it is this document. Erased by itself after 30 days without use."), true },
	[FIELD_QUESTION] = { "question", MSG("Recovery questions"),
		MSG("To let you back in when you forgot your password. The answers can be read by nobody."), false },
	[FIELD_CREDENTIAL] = { "credential", MSG("Password and answers"),
		MSG("Kept only as sealed hashes, to compare with what you type. They never leave."), false },
	[FIELD_DOMAIN] = { "domain", MSG("Domain"), MSG("To stand in server certificates you ask for."), false },
	[FIELD_CERT_BODY] = { "certificate", MSG("Certificate"), MSG("To give it to you again, and to say whether it is valid."), false },
	[FIELD_CERT_LABEL] = { "certificate label", MSG("Your note on a certificate"), MSG("So that you know which is which."), false },
	[FIELD_MAIL_BODY] = { "mail", MSG("Mail waiting to be sent"), MSG("Erased when it is sent."), false },
	[FIELD_MEETING] = { "meeting", MSG("Meetings"),
		MSG("Where you met somebody who vouched for you or for whom you vouched, and which papers were seen."), false },
	[FIELD_SIGNER] = { "name shown", MSG("Your name as an assurer"),
		MSG("So that people you vouched for know who did."), false },
	[FIELD_INITIALS] = { "initials", MSG("Your initials"),
		MSG("So that an assurer knows again for whom they vouched."), false },
	[FIELD_CODE] = { "code", MSG("Codes to show"), MSG("So that you see your own code again while it is good."), false },
	[FIELD_MESSAGE] = { "message", MSG("Messages"), MSG("What you wrote to somebody, until it was answered or is too old."), false },
};

bool
purposes_complete(struct err *e)
{
	for (unsigned p = PURPOSE_NO_PERSONAL_DATA; p < PURPOSE__COUNT; p++) {
		const struct purpose_row *r = &purposes[p];

		if (r->name == NULL || r->kind == 0 || r->roles == 0 || r->basis == NULL || r->keeps == NULL ||
		    r->says == NULL || r->history == NULL)
			return FAIL(e, ERR_INPUT, "purpose %u lacks a column", p);
		if (r->goes_on != GOES_ON && r->goes_on != STOPS)
			return FAIL(e, ERR_INPUT, "purpose %s does not say what becomes of it under restriction", r->name);
	}
	return true;
}

bool
purpose_allows(enum purpose p, enum entry_role role, uint64_t wanted, struct err *e)
{
	const struct purpose_row *row;
	unsigned f = 0;

	if ((unsigned)p == PURPOSE_UNSET || (unsigned)p >= PURPOSE__COUNT ||
	    purposes[p].name == NULL)
		return FAIL(e, ERR_DENIED, "purpose: %u does not exist", (unsigned)p);
	row = &purposes[p];
	if ((unsigned)role == 0 || (unsigned)role >= ACTOR__COUNT ||
	    (row->roles & 1u << (unsigned)role) == 0)
		return FAIL(e, ERR_DENIED, "purpose %s: not for role %u", row->name, (unsigned)role);
	wanted &= ~row->fields;
	if (wanted == 0)
		return true;
	while ((wanted >> f & 1) == 0)
		f++;
	return FAIL(e, ERR_DENIED, "purpose %s: field %u is not in it", row->name, f);
}
