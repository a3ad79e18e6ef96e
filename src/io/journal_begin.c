/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A new journal: its number, when it begins, in which boot, and who asks for it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/journal_file.h"
#include "io/sysfs.h"
#include "io/trail.h"

static char *boot_id(void)
{
	char text[64];

	p2p_sysfs_text(AT_FDCWD, "/proc/sys/kernel/random/boot_id", text, sizeof(text));
	return strdup(text);
}

int p2p_journals_begin(const struct p2p_journals *journals, struct p2p_apply *apply,
		       struct p2p_journal **ret_journal, struct p2p_err *err)
{
	struct p2p_journal *journal;
	uint32_t id;
	int result = p2p_journals_next(journals, &id, err);

	if (result)
		return result;
	journal = calloc(1, sizeof(*journal));
	if (!journal)
		return p2p_err_set(err, -ENOMEM, "no memory for a journal");
	journal->id = id;
	journal->time = time(NULL);
	journal->user = p2p_login_uid();
	journal->boot_id = boot_id();
	if (!journal->boot_id) {
		free(journal);
		return p2p_err_set(err, -ENOMEM, "no memory for a journal");
	}
	journal->apply = apply;
	*ret_journal = journal;
	return 0;
}
