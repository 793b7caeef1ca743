#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "portal/signer/crl.h"
#include "portal/signer/key_file.h"
#include "portal/signer/root_list.h"

#define SERIAL	20			/* bytes, at most: RFC 5280 */

static bool
sign(struct buf *into, struct crl *list, struct ca_key *root, int64_t life, struct err *e)
{
	list->next_update = list->this_update + life;
	return crl_build(into, list, root, e);
}

bool
root_list_first(struct buf *into, struct ca_key *root, int64_t life, struct err *e)
{
	struct crl list = { .number = clock_now(), .this_update = clock_now() };

	return sign(into, &list, root, life, e);
}

/* ---- what stands on the one before ---- */

static void list_free(X509_CRL **c) { X509_CRL_free(*c); }

static bool
list_read(X509_CRL **into, const char *path, EVP_PKEY *root, struct err *e)
{
	FILE *f = fopen(path, "re");

	*into = f == NULL ? NULL : d2i_X509_CRL_fp(f, NULL);
	if (f != NULL)
		fclose(f);
	if (*into == NULL)
		return FAIL(e, ERR_IO, "%.200s cannot be read as a list", path);
	return X509_CRL_verify(*into, root) == 1 || FAIL(e, ERR_CRYPTO, "%.200s was not signed by this root", path);
}

static bool
number_of(X509_CRL *c, int64_t *number, struct err *e)
{
	ASN1_INTEGER *n = X509_CRL_get_ext_d2i(c, NID_crl_number, NULL, NULL);
	bool good = n != NULL && ASN1_INTEGER_get_int64(number, n) == 1;

	ASN1_INTEGER_free(n);
	return good || FAIL(e, ERR_INPUT, "the list before has no number");
}

/* Of RFC 5280's reasons 7 is none, and 8 is for delta lists alone. */
static bool
reason_ok(long why)
{
	return why >= 0 && why <= 10 && why != 7 && why != 8;
}

static bool
entry_keep(struct crl *list, const X509_REVOKED *r, struct err *e)
{
	unsigned char serial[SERIAL];
	BIGNUM *n = ASN1_INTEGER_to_BN(X509_REVOKED_get0_serialNumber(r), NULL);
	int len = n == NULL || BN_num_bytes(n) > SERIAL ? 0 : BN_bn2bin(n, serial);
	ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(r, NID_crl_reason, NULL, NULL);
	long why = reason == NULL ? 0 : ASN1_ENUMERATED_get(reason);
	struct tm at;
	bool good = len > 0 && reason_ok(why) && ASN1_TIME_to_tm(X509_REVOKED_get0_revocationDate(r), &at) == 1;

	BN_free(n);
	ASN1_ENUMERATED_free(reason);
	if (!good)
		return FAIL(e, ERR_INPUT, "an entry of the list before makes no sense");
	crl_entry_add(list, serial, (size_t)len, timegm(&at), (uint8_t)why);
	return true;
}

static bool
entries_keep(struct crl *list, X509_CRL *was, const struct root_list_entry *more, struct err *e)
{
	STACK_OF(X509_REVOKED) *all = X509_CRL_get_REVOKED(was);
	bool there = more == NULL;

	for (int i = 0; i < sk_X509_REVOKED_num(all); i++) {
		const X509_REVOKED *r = sk_X509_REVOKED_value(all, i);
		const ASN1_INTEGER *serial = X509_REVOKED_get0_serialNumber(r);

		TRY(entry_keep(list, r, e));
		there = there || (ASN1_STRING_length(serial) == TICKET_SERIAL &&
		    memcmp(ASN1_STRING_get0_data(serial), more->serial, TICKET_SERIAL) == 0);
	}
	if (!there)
		crl_entry_add(list, more->serial, TICKET_SERIAL, list->this_update, more->reason);
	return buf_ok(&list->entries, e);
}

bool
root_list_next(struct buf *into, const char *dir, const char *key_path, const char *passphrase, int64_t life,
    const struct root_list_entry *more, struct err *e)
{
	DROP(ca_key_wipe) struct ca_key root = {0};
	DROP(list_free) X509_CRL *was = NULL;
	DROP(crl_wipe) struct crl list = { .this_update = clock_now() };
	char crt[512], crl[512];

	snprintf(crt, sizeof(crt), "%s/root.crt", dir);
	snprintf(crl, sizeof(crl), "%s/root.crl", dir);
	TRY(ca_key_open(&root, key_path, passphrase, crt, e));
	TRY(list_read(&was, crl, root.key, e));
	TRY(number_of(was, &list.number, e));
	list.number = list.number >= clock_now() ? list.number + 1 : clock_now();
	TRY(entries_keep(&list, was, more, e));
	return sign(into, &list, &root, life, e);
}

static void x509_free(X509 **x) { X509_free(*x); }

static bool
root_read(X509 **into, const char *dir, struct err *e)
{
	char crt[512];
	FILE *f;

	snprintf(crt, sizeof(crt), "%s/root.crt", dir);
	f = fopen(crt, "re");
	*into = NULL;
	if (f == NULL)
		return FAIL(e, ERR_IO, "%s: %s", crt, strerror(errno));
	*into = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	return *into != NULL || FAIL(e, ERR_IO, "no certificate in %s", crt);
}

bool
root_list_take(const char *dir, struct span der, bool *taken, struct err *e)
{
	const unsigned char *at = der.p;
	DROP(x509_free) X509 *root = NULL;
	DROP(list_free) X509_CRL *theirs = d2i_X509_CRL(NULL, &at, (long)der.len);
	DROP(list_free) X509_CRL *ours = NULL;
	int64_t number, was;
	char crl[512];

	*taken = false;
	TRY(root_read(&root, dir, e));
	if (theirs == NULL || X509_CRL_verify(theirs, X509_get0_pubkey(root)) != 1)
		return FAIL(e, ERR_CRYPTO, "that list was not signed by this root");
	TRY(number_of(theirs, &number, e));
	snprintf(crl, sizeof(crl), "%s/root.crl", dir);
	/* In place of one that is missing or damaged any of the root's is better than none. */
	if (list_read(&ours, crl, X509_get0_pubkey(root), NULL) && number_of(ours, &was, NULL) && was >= number)
		return true;
	*taken = true;
	return key_file_put(crl, 0644, der, e);
}
