#include <errno.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/control/birth.h"
#include "portal/control/root_file.h"
#include "portal/control/restore.h"
#include "portal/control/talk.h"
#include "portal/signer/ceremony.h"
#include "privacy/keeper/op.h"

#define TLS_KEY	"nginx/tls.key"
#define TLS_CRT	"nginx/tls.crt"
#define FIRST_DAY	INT64_C(1767225600)	/* 2026-01-01: no clock that is right stood earlier while this program was there */

/* ---- configuration ---- */

/* Every setting with its sentence, commented out: what is not set keeps following the program's default. */
static bool
write_conf(struct err *e)
{
	DROP(buf_wipe) struct buf all = {0}, file = {0};
	DROP(conf_drop) struct conf *keep = NULL;
	struct settings preset;
	const char *next;

	if (file_there("troth.conf"))
		return true;
	/* Not what this command line happens to say. */
	TRY(conf_load(&keep, setting_rows, setting_count, &preset, NULL, NULL, 0, e));
	conf_explain(&all, setting_rows, setting_count, &preset);
	TRY(buf_ok(&all, e));
	buf_text(&file, "# Configuration of this site.  Take away the \"#\" before a name to set it;\n"
	    "# `troth config --check` tells whether all is well, a restart makes it count.\n\n");
	for (const char *line = all.data; line != NULL && *line != '\0'; line = next) {
		const char *stop = strchr(line, '\n');
		size_t n = stop == NULL ? strlen(line) : (size_t)(stop - line);

		next = stop == NULL ? NULL : stop + 1;
		if (n > 0 && line[0] != '#')
			buf_text(&file, "#");
		buf_add(&file, line, n);
		buf_text(&file, "\n");
	}
	TRY(buf_ok(&file, e));
	return file_put("troth.conf", file.data, file.len, 0644, e);
}

/* ---- what is published ---- */

static bool
put(const char *path, const struct buf *b, struct err *e)
{
	DROP(buf_wipe) struct buf there = {0};

	TRY(buf_ok(b, e));
	if (file_get(path, &there, NULL) && there.len == b->len && memcmp(there.data, b->data, b->len) == 0)
		return true;
	if (there.len > 0)
		log_warn("%s differed from the signer's folder: it is written anew", path);
	return file_put(path, b->data, b->len, 0644, e);
}

static bool
put_pem(const char *path, const struct buf *der, struct err *e)
{
	DROP(buf_wipe) struct buf pem = {0};
	size_t size = sodium_base64_encoded_len(der->len, sodium_base64_VARIANT_ORIGINAL);
	char *text = malloc(size);

	if (text == NULL)
		return FAIL(e, ERR_MEMORY, "PEM");
	sodium_bin2base64(text, size, (const unsigned char *)der->data, der->len, sodium_base64_VARIANT_ORIGINAL);
	buf_text(&pem, "-----BEGIN CERTIFICATE-----\n");
	for (size_t i = 0; i + 1 < size; i += 64) {
		buf_add(&pem, text + i, size - 1 - i < 64 ? size - 1 - i : 64);
		buf_text(&pem, "\n");
	}
	buf_text(&pem, "-----END CERTIFICATE-----\n");
	wipe_free(text);
	return put(path, &pem, e);
}

/* By which anybody checks the ledger's checkpoints and receipts. */
static bool
put_key(const struct buf *vkey, struct err *e)
{
	DROP(buf_wipe) struct buf line = {0};

	buf_add(&line, vkey->data, vkey->len);
	buf_text(&line, "\n");
	return put("www/ledger.pub", &line, e);
}

/* Roots and issuers twice: by names people know, and where certificates say they are. */
static bool
publish(const struct ceremony *c, struct err *e)
{
	TRY(put_pem("www/root.pem", &c->root, e));
	TRY(put("www/root.der", &c->root, e));
	TRY(put("www" SIGNER_PATH_ROOT, &c->root, e));
	TRY(put("www" SIGNER_PATH_ROOT_CRL, &c->root_crl, e));
	TRY(put_key(&c->vkey, e));
	for (size_t i = 0; i < c->issuers.count; i++) {
		const struct issuer_facts *f = &c->issuers.one[i];
		DROP(buf_wipe) struct buf path = {0};
		char name[ISSUER_NAME], file[64];

		issuer_name(name, f->number);
		snprintf(file, sizeof(file), "www/issuer-%s.pem", name);
		TRY(put_pem(file, &f->der, e));
		snprintf(file, sizeof(file), "www/issuer-%s.der", name);
		TRY(put(file, &f->der, e));
		buf_text(&path, "www");
		issuer_path(&path, f->number);
		TRY(buf_ok(&path, e));
		TRY(put(path.data, &f->der, e));
	}
	return true;
}

/* What is missing or was damaged is made anew from the signer's folder; of the root's list the newest stays. */
bool
birth_publish(struct err *e)
{
	DROP(ceremony_wipe) struct ceremony c = {0};

	TRY(root_file_newest(e));
	TRY(ceremony_read(&c, "signer", e));
	return publish(&c, e);
}

/* ---- the ceremony ---- */

static bool
print_passphrase(const struct ceremony *c, const struct state *s, struct err *e)
{
	printf("The keys of this CA were made. The root's key lies encrypted in\n"
	    "  %s/offline\n"
	    "Carry that folder away from this machine (two copies, two places) and write down its\n"
	    "pass-phrase, which is shown this once:\n  %s\n\n", s->dir, c->passphrase);
	return fflush(stdout) == 0 || FAIL(e, ERR_IO, "the pass-phrase could not be shown");
}

static bool
hold(const struct signer_settings *set, struct state *s, struct err *e)
{
	static const char *const channels[] = { "ticket.key", "keeper.pub", NULL }, *const none[] = { NULL };
	DROP(ceremony_wipe) struct ceremony c = {0};

	/*
	 * A ceremony whose pass-phrase nobody has seen is worth nothing, and at this
	 * stage nothing was signed with its keys but the development site's own name:
	 * it is held again from the beginning.
	 */
	TRY(folder_clear("signer", channels, e));
	TRY(folder_clear("offline", none, e));
	TRY(ceremony_hold(&c, "signer", "offline", set, e));
	TRY(publish(&c, e));
	TRY(print_passphrase(&c, s, e));
	return state_stage_set(s, STATE_KEYED, e);
}

/* For trying things out the CA vouches for its own machine's name; anywhere else somebody else must. */
static bool
site_certificate(const struct command *c, const struct signer_settings *set, struct err *e)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "::1" };

	if (settings_public(&c->set) || c->set.tls_certificate_file[0] != '\0' ||
	    !site_certificate_due("signer", TLS_KEY, TLS_CRT))
		return true;
	return ceremony_site("signer", set, names, COUNT(names), TLS_KEY, TLS_CRT, e);
}

bool
birth(const struct command *c, struct state *s, struct err *e)
{
	struct signer_settings set;

	TRY(signer_settings(&set, &c->set, e));
	if (s->stage == STATE_NEW && clock_now() < FIRST_DAY)
		return FAIL(e, ERR_DENIED, "this machine's clock stands before 2026: set it right first, or the CA's certificates would have ended long ago");
	TRY(state_folders(s, e));
	TRY(state_secrets(s, e));
	if (s->stage == STATE_NEW) {
		TRY(write_conf(e));
		TRY(hold(&set, s, e));
	} else if (!ceremony_held("signer"))
		return FAIL(e, ERR_ABSENT, "%.60s/signer/root.crt is missing: put the signer's folder back "
		    "from the ceremony's copy", s->dir);
	TRY(birth_publish(e));
	return site_certificate(c, &set, e);
}

bool
birth_record(struct state *s, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	char hex[65], words[128];

	TRY(restore_record(e));
	TRY(issuer_record(e));
	if (s->stage != STATE_KEYED)
		return true;
	TRY(birth_fingerprint(hex, e));
	snprintf(words, sizeof(words), "root certificate SHA-256 %s", hex);
	pack_text(&in, "ceremony");
	pack_text(&in, words);
	TRY(talk("keeper", KEEPER_SYSTEM_ENTRY, &in, NULL, TALK_WAIT_MS, e));
	return state_stage_set(s, STATE_WHOLE, e);
}

bool
birth_fingerprint(char into[65], struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	unsigned char hash[SHA256_DIGEST_LENGTH];

	TRY(file_get("www/root.der", &der, e));
	SHA256((const unsigned char *)der.data, der.len, hash);
	sodium_bin2hex(into, 65, hash, sizeof(hash));
	return true;
}
