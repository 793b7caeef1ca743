#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "portal/base/installed.h"

bool
installed_root(char *into, size_t size, struct err *e)
{
	ssize_t n = readlink("/proc/self/exe", into, size);
	char *slash;

	if (n <= 0)
		return FAIL(e, ERR_IO, "/proc/self/exe: %s", strerror(errno));
	if ((size_t)n >= size)
		return FAIL(e, ERR_IO, "this program lies too deep");
	into[n] = '\0';
	for (int up = 0; up < 2; up++) {
		if ((slash = strrchr(into, '/')) == NULL)
			return FAIL(e, ERR_IO, "cannot tell where this program lies");
		*slash = '\0';
	}
	return true;
}
