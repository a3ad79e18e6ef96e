/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard output, or a temporary file beside the one that is asked for. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "io/pack.h"

#define WIDTH_LEAST 20
#define WIDTH_MOST  10000

/* The file to remove when a signal ends the program half-way. */
static volatile sig_atomic_t has_temporary;
static char temporary_path[PATH_MAX];

void output_abandon(void)
{
	if (has_temporary)
		unlink(temporary_path);
}

static void leave(int number)
{
	output_abandon();
	signal(number, SIG_DFL);
	raise(number);
}

/* No signal may come between the file and the way to remove it. One that is ignored stays
 * so, as nohup wants it. */
static int create_temporary(const char *path)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	sigset_t caught, before;
	int fd;

	sigemptyset(&caught);
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&caught, numbers[i]);
	sigprocmask(SIG_BLOCK, &caught, &before);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd >= 0) {
		strcpy(temporary_path, path);
		has_temporary = 1;
		for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
			if (signal(numbers[i], leave) == SIG_IGN)
				signal(numbers[i], SIG_IGN);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return fd;
}

static int send_plain(void *to, const char *bytes, size_t length)
{
	const struct output *output = to;

	if (isatty(output->fd))
		progress_end();
	while (length) {
		ssize_t written = write(output->fd, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

static int send(void *to, const char *bytes, size_t length)
{
	struct output *output = to;

	return output->pack ? p2p_pack_add(output->pack, bytes, length) :
			      send_plain(output, bytes, length);
}

/* The format that a file's suffix names: .txt is text, .sh a script of setpci. NULL when
 * it names none. */
static const char *suffix_format(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	if (!dot || dot == name || !dot[1])
		return NULL;
	if (!strcmp(dot, ".sh"))
		return "setpci";
	return strcmp(dot, ".txt") ? dot + 1 : "text";
}

static int choose_format(const struct cmd *cmd, const struct options *options,
			 const char **ret_format)
{
	const char *wanted = options->output.format;
	char known[64] = "";

	if (!wanted && options->output.path && !cmd->any_suffix)
		wanted = suffix_format(options->output.path);
	for (int i = 0; cmd->formats[i]; i++) {
		if (!wanted || !strcmp(wanted, cmd->formats[i])) {
			*ret_format = cmd->formats[i];
			return EXIT_DONE;
		}
		strcat(strcat(known, i ? ", " : ""), cmd->formats[i]);
	}
	if (cmd->any_suffix)
		return complain(EXIT_USAGE,
				"-o %s: is no format of %s (for a file of that name: -o "
				"./%s)",
				wanted, cmd->name, wanted);
	return complain(EXIT_USAGE, "-o %s: %s does not print that format (it prints %s)",
			options->output.format ? wanted : options->output.path, cmd->name,
			known);
}

/* Only a plain file may be replaced: not a device, a directory, a symbolic link. */
static int refuse_special(const char *path)
{
	struct stat status;

	if (lstat(path, &status)) {
		if (errno == ENOENT)
			return EXIT_DONE;
		return complain(EXIT_WRITE, "%s: %s (name another file)", path,
				strerror(errno));
	}
	if (S_ISLNK(status.st_mode))
		return complain(
			EXIT_USAGE,
			"%s: is a symbolic link (name the file that it points to)", path);
	if (!S_ISREG(status.st_mode))
		return complain(EXIT_USAGE, "%s: is no plain file (use > %s)", path,
				path);
	return EXIT_DONE;
}

static int open_temporary(struct output *output)
{
	int length = snprintf(output->temporary, sizeof(output->temporary), "%s.%ld.new",
			      output->path, (long)getpid());

	if (length < 0 || (size_t)length >= sizeof(output->temporary))
		return complain(EXIT_USAGE, "%s: the name is too long (name another)",
				output->path);
	output->fd = create_temporary(output->temporary);
	if (output->fd < 0)
		return complain(EXIT_WRITE, "%s: %s (name another file)", output->path,
				strerror(errno));
	return EXIT_DONE;
}

static int open_pack(struct output *output)
{
	if (!p2p_pack_is_asked(output->path))
		return EXIT_DONE;
	output->pack = p2p_pack_new(output->path, send_plain, output);
	if (output->pack)
		return EXIT_DONE;
	close(output->fd);
	unlink(output->temporary);
	has_temporary = 0;
	return complain(EXIT_USAGE, "out of memory");
}

/* Where the file is to be put: found out before the work, not behind it. */
static int check_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int result = directory && access(directory, W_OK | X_OK) ? errno : 0;

	free(directory);
	if (result)
		return complain(EXIT_WRITE, "%s: %s (name another file)", path,
				strerror(result));
	return EXIT_DONE;
}

int output_check(const struct cmd *cmd, const struct options *options)
{
	const char *format;
	int code = choose_format(cmd, options, &format);

	if (!code && options->output.path)
		code = refuse_special(options->output.path);
	if (!code && options->output.path)
		code = check_directory(options->output.path);
	return code;
}

struct output *output_open(const struct cmd *cmd, const struct options *options,
			   int *ret_code)
{
	struct output *output = calloc(1, sizeof(*output));

	if (!output) {
		*ret_code = complain(EXIT_USAGE, "out of memory");
		return NULL;
	}
	out_init(&output->out, send, output);
	output->path = options->output.path;
	output->fd = STDOUT_FILENO;
	*ret_code = choose_format(cmd, options, &output->format);
	if (!*ret_code && output->path)
		*ret_code = open_temporary(output);
	if (!*ret_code && output->path && cmd->any_suffix)
		*ret_code = open_pack(output);
	if (*ret_code) {
		free(output);
		return NULL;
	}
	return output;
}

struct output *output_open_error(void)
{
	struct output *output = calloc(1, sizeof(*output));

	if (output) {
		out_init(&output->out, send, output);
		output->fd = STDERR_FILENO;
	}
	return output;
}

static int put_in_place(struct output *output)
{
	if (fsync(output->fd) && errno != EINVAL && errno != EROFS)
		return -errno;
	if (close(output->fd))
		return -errno;
	output->fd = -1;
	return rename(output->temporary, output->path) ? -errno : 0;
}

int output_close(struct output *output, bool *ret_closed)
{
	const char *name = output->path ? output->path : "standard output";
	int result = out_flush(&output->out), code = EXIT_DONE;
	int rest = output->pack ? p2p_pack_end(output->pack) : 0;

	if (!result)
		result = rest;
	*ret_closed = result == -EPIPE;
	if (!result && output->path)
		result = put_in_place(output);
	if (result && output->path) {
		if (output->fd >= 0)
			close(output->fd);
		unlink(output->temporary);
	}
	has_temporary = 0;
	if (result == -ENOMEM)
		code = complain(EXIT_USAGE, "out of memory");
	else if (result && !*ret_closed)
		code = complain(EXIT_WRITE, "%s: %s (make room, or name another file)",
				name, strerror(-result));
	free(output);
	return code;
}

/* COLUMNS, else the terminal's own; no limit where there is no terminal. */
static unsigned find_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width = columns ? strtol(columns, NULL, 10) : 0;

	if (width <= 0 && !ioctl(fd, TIOCGWINSZ, &size))
		width = size.ws_col;
	if (width <= 0)
		return 0;
	if (width < WIDTH_LEAST)
		return WIDTH_LEAST;
	return width > WIDTH_MOST ? WIDTH_MOST : (unsigned)width;
}

static bool wants_color(const struct output *output, const struct options *options)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (options->color != OPT_COLOR_AUTO)
		return options->color == OPT_COLOR_ALWAYS;
	if ((no_color && *no_color) || !term || !strcmp(term, "dumb"))
		return false;
	return !output->path && isatty(output->fd);
}

struct style output_style(const struct output *output, const struct options *options)
{
	return (struct style){ .width = find_width(output->fd),
			       .color = wants_color(output, options),
			       .unicode = speaks_utf8(),
			       .verbose = options->verbose,
			       .quiet = options->quiet };
}
