/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and directories of them in, each once through the target: what libFuzzer found is
 * tried again in builds without it. */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz/target.h"
#include "support/memory_file.h"

static unsigned replayed;

static int replay_file(const char *path)
{
	size_t length = 0;
	uint8_t *bytes = memory_file_load(path, &length);

	if (!bytes) {
		fprintf(stderr, "%s: cannot be read\n", path);
		return 1;
	}
	LLVMFuzzerTestOneInput(bytes, length);
	replayed++;
	free(bytes);
	return 0;
}

static int replay(const char *path)
{
	struct dirent **names;
	struct stat stat_of_it;
	int n, failed = 0;

	if (stat(path, &stat_of_it) || !S_ISDIR(stat_of_it.st_mode))
		return replay_file(path);
	n = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		char inside[4096];

		snprintf(inside, sizeof(inside), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			failed |= replay(inside);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return failed || n < 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	printf("%u inputs\n", replayed);
	return failed || !replayed;
}
