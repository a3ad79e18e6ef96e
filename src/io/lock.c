/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock of the file `lock` beside the journals, held by the open file (F_OFD_SETLK).
 * What stands in the file is only for those who wait. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/snapshot_time.h"
#include "io/lock.h"
#include "io/sysfs.h"

#define NAME        "lock"
#define OPEN_LOCK   (O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
#define HOLDER_SIZE 384
#define STEP_NS     50000000L /* between two tries */

struct p2p_lock {
	int file;
};

/* Our command line as a text, arguments apart by blanks. */
static void find_command(char *ret_text, size_t size)
{
	int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = file < 0 ? -1 : read(file, ret_text, size - 1);

	if (file >= 0)
		close(file);
	n = n < 0 ? 0 : n;
	while (n && !ret_text[n - 1])
		n--;
	ret_text[n] = '\0';
	for (ssize_t i = 0; i < n; i++)
		if ((unsigned char)ret_text[i] < ' ')
			ret_text[i] = ' ';
}

/* A lock without a name is a lock as well: a full disk is no reason to give it back. */
static void sign(int file)
{
	char command[128], since[TIME_ROOM], text[HOLDER_SIZE];
	const char *told = p2p_time_format(time(NULL), since);
	int length;

	find_command(command, sizeof(command));
	length = snprintf(text, sizeof(text), "pid %ld (%s) since %s", (long)getpid(),
			  command, told ? told : "an unknown time");
	if (!ftruncate(file, 0) && pwrite(file, text, (size_t)length, 0) != length)
		(void)!ftruncate(file, 0);
}

static int try_lock(int file)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(file, F_OFD_SETLK, &lock))
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

static bool is_over(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > end->tv_sec ||
	       (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

static int wait_for(int file, const struct p2p_lock_wait *wait)
{
	const struct timespec step = { .tv_nsec = STEP_NS };
	struct timespec end;
	int result;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += (time_t)wait->seconds;
	for (;;) {
		result = try_lock(file);
		if (result != -EAGAIN)
			return result;
		if (wait->stop && wait->stop(wait->data))
			return -EINTR;
		if (is_over(&end))
			return -EBUSY;
		nanosleep(&step, NULL);
	}
}

static int say_held(const struct p2p_journals *journals, struct p2p_err *err)
{
	char holder[HOLDER_SIZE];

	if (p2p_sysfs_text(journals->directory, NAME, holder, sizeof(holder)) <= 0)
		return p2p_err_set(err, -EBUSY,
				   "another run has just begun (wait for "
				   "it, or longer: --wait SECONDS)");
	return p2p_err_set(err, -EBUSY,
			   "another run holds the lock: %s (wait for it, or longer: "
			   "--wait SECONDS)",
			   holder);
}

static int say(const struct p2p_journals *journals, int result, struct p2p_err *err)
{
	if (result == -EBUSY)
		return say_held(journals, err);
	if (result == -EINTR)
		return p2p_err_set(err, result, "stopped while it waited for the lock");
	if (result == -EISDIR || result == -ELOOP || result == -ENXIO)
		return p2p_err_set(err, result,
				   "%s/" NAME ": is no plain file, so it locks nothing "
				   "(remove it)",
				   journals->path);
	if (result == -EROFS)
		return p2p_err_set(err, result,
				   "%s/" NAME ": is on a file system that is read-only "
				   "here (without a journal nothing is written)",
				   journals->path);
	return p2p_err_set(err, result, "%s/" NAME ": %s", journals->path,
			   strerror(-result));
}

int p2p_lock_take(const struct p2p_journals *journals, const struct p2p_lock_wait *wait,
		  struct p2p_lock **ret_lock, struct p2p_err *err)
{
	struct p2p_lock *lock = malloc(sizeof(*lock));
	int result;

	if (!lock)
		return say(journals, -ENOMEM, err);
	lock->file = openat(journals->directory, NAME, OPEN_LOCK, 0600);
	result = lock->file < 0 ? -errno : wait_for(lock->file, wait);
	if (result) {
		if (lock->file >= 0)
			close(lock->file);
		free(lock);
		return say(journals, result, err);
	}
	sign(lock->file);
	*ret_lock = lock;
	return 0;
}

void p2p_lock_give(struct p2p_lock *lock)
{
	if (!lock)
		return;
	(void)!ftruncate(lock->file, 0);
	close(lock->file);
	free(lock);
}
