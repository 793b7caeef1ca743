#include "portal/prover/host.h"
#include <string.h>

#define LABEL_MOST	63u

static bool
letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
alnum(char c)
{
	return letter(c) || (c >= '0' && c <= '9');
}

static bool
label_ok(const char *label, size_t n)
{
	if (n == 0 || n > LABEL_MOST || !alnum(label[0]) || !alnum(label[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!alnum(label[i]) && label[i] != '-')
			return false;
	return true;
}

bool
host_ok(const char *name)
{
	size_t labels = 0;
	bool has_letter = false;

	if (strlen(name) > HOST_MOST)
		return false;
	for (const char *at = name;; labels++) {
		size_t n = strcspn(at, ".");

		if (!label_ok(at, n))
			return false;
		has_letter = false;
		for (size_t i = 0; i < n; i++)
			has_letter = has_letter || letter(at[i]);
		if (at[n] == '\0')
			break;
		at += n + 1;
	}
	return labels >= 1 && has_letter;
}

const char *
host_parent(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot == NULL || dot[1] == '\0' ? NULL : dot + 1;
}
