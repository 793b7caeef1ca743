#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "portal/control/owners.h"

#define FOLDER	(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static void
folder_close(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static bool
fail_at(const char *path, struct err *e)
{
	return FAIL(e, ERR_IO, "%.100s: %s", path, strerror(errno));
}

/*
 * The folder itself, name by name: whoever may write in one of them may have put a link there.  At the top
 * only root may, and an operator's link to another disk is the operator's.
 */
static bool
folder_open(const char *path, int *into, struct err *e)
{
	DROP(fd_close) int at = open(".", FOLDER);
	int how = FOLDER & ~O_NOFOLLOW;

	while (at >= 0 && *path != '\0') {
		size_t n = strcspn(path, "/");
		char name[NAME_MAX + 1];
		int below;

		if (n >= sizeof(name))
			return FAIL(e, ERR_INPUT, "%.100s: path too long", path);
		memcpy(name, path, n);
		name[n] = '\0';
		below = openat(at, name, how);
		how = FOLDER;
		if (below < 0 && (errno == ELOOP || errno == ENOTDIR))
			return FAIL(e, ERR_TAMPER, "%.100s is a link, or no folder: look who put it there", name);
		fd_close(&at);
		at = below;
		path += n + (path[n] == '/');
	}
	*into = at;
	at = -1;
	return *into >= 0 || fail_at(path, e);
}

/* One of those that the site's processes run as? */
static bool
is_ours(uid_t uid)
{
	for (size_t i = 0; i < state_part_count; i++) {
		const struct passwd *pw = getpwnam(state_parts[i].user);

		if (uid != 0 && pw != NULL && pw->pw_uid == uid)
			return true;
	}
	return false;
}

static bool
give_one(int folder, const char *name, uid_t uid, gid_t gid, struct err *e)
{
	DROP(fd_close) int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return true;			/* gone meanwhile: a process tidied up */
	if (fd < 0 || fstat(fd, &st) != 0)
		return fail_at(name, e);
	if (S_ISSOCK(st.st_mode) && !is_ours(st.st_uid))
		return unlinkat(folder, name, 0) == 0 || errno == ENOENT || fail_at(name, e);
	if (!S_ISREG(st.st_mode))
		return true;
	if (st.st_nlink > 1)
		return FAIL(e, ERR_TAMPER, "%.100s has a second name: look who gave it that", name);
	return fchownat(fd, "", uid, gid, AT_EMPTY_PATH) == 0 || fail_at(name, e);
}

bool
owner_give(const char *path, mode_t mode, uid_t uid, gid_t gid, struct err *e)
{
	DROP(fd_close) int fd = -1;
	DROP(folder_close) DIR *d = NULL;
	const struct dirent *entry;
	int again;

	TRY(folder_open(path, &fd, e));
	if (fchown(fd, uid, gid) != 0 || fchmod(fd, mode) != 0)
		return fail_at(path, e);
	again = openat(fd, ".", FOLDER);
	d = again < 0 ? NULL : fdopendir(again);
	if (d == NULL)
		return fail_at(path, e);
	while ((entry = readdir(d)) != NULL)
		TRY(give_one(fd, entry->d_name, uid, gid, e));
	return true;
}

static bool
no_user(const struct state_part *p, bool user, struct err *e)
{
	return FAIL(e, ERR_ABSENT, "this system has no %s %s: install the sysusers file first", user ? "user" : "group",
	    user ? p->user : p->group);
}

bool
owners_known(struct err *e)
{
	for (size_t i = 0; i < state_part_count; i++) {
		const struct state_part *p = &state_parts[i];
		bool user = getpwnam(p->user) == NULL;

		if (user || getgrnam(p->group) == NULL)
			return no_user(p, user, e);
	}
	return true;
}

bool
owners_set(struct err *e)
{
	if (chmod(".", 0711) != 0)
		return fail_at("state folder", e);
	for (size_t i = 0; i < state_part_count; i++) {
		const struct state_part *p = &state_parts[i];
		const struct passwd *pw = getpwnam(p->user);
		uid_t uid = pw == NULL ? 0 : pw->pw_uid;
		const struct group *gr = getgrnam(p->group);

		if (!file_there(p->path))
			continue;
		if (pw == NULL || gr == NULL)
			return no_user(p, pw == NULL, e);
		TRY(owner_give(p->path, p->shared ? p->shared_mode : p->mode, uid, gr->gr_gid, e));
	}
	return true;
}

bool
owner_reads(const struct passwd *user, const char *path)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(initgroups(user->pw_name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0 ||
		    access(path, R_OK) != 0);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
