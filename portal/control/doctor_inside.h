/*
 * portal/control/doctor_inside.h - the doctor as its own files see it: the machine, the folder and the processes
 * (doctor.c), certificates and lists (doctor_certificates.c).
 */
#ifndef PORTAL_CONTROL_DOCTOR_INSIDE_H
#define PORTAL_CONTROL_DOCTOR_INSIDE_H
#include <dirent.h>
#include "portal/control/command.h"
#include "portal/control/state.h"
#include "portal/signer/issuers.h"

struct doctor {
	struct command	*c;
	struct state	state;
	bool		running;
	unsigned	todo;
	unsigned	fine;		/* of the group at hand: certificates or lists that are all right */
	int64_t		first_end;	/* when the first of them ends */
	struct issuers	issuers;	/* none: they cannot be read */
};

/* A line each: fine; to be known; to be done, which makes the exit status 1. */
void doctor_good(struct doctor *d, const char *fmt, ...) LIKE_PRINTF(2, 3);
void doctor_note(struct doctor *d, const char *fmt, ...) LIKE_PRINTF(2, 3);
void doctor_todo(struct doctor *d, const char *fmt, ...) LIKE_PRINTF(2, 3);
/* NULL: it is not there, or cannot be read, and then that is said: nothing in it was looked at. */
DIR *doctor_folder(struct doctor *d, const char *folder);
void doctor_certificates(struct doctor *d);	/* doctor_certificates.c */
#endif
