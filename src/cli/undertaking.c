/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals and lock around a transaction, and what the system log keeps of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/interrupt.h"
#include "cli/undertaking.h"
#include "io/power.h"
#include "io/trail.h"
#include "io/transaction.h"
#include "render/applied_report.h"
#include "render/clean.h"

#define WAIT_SECONDS 30 /* for the lock, unless --wait */
#define WAIT_MAX     86400

int undertaking_check(const struct cmd *cmd, const struct options *options)
{
	char *end = NULL;

	if (options->file)
		return complain(
			EXIT_USAGE,
			"%s: is about this machine, not about a capture (leave -F "
			"out; p2ptool plan works on captures)",
			cmd->name);
	/* Whoever agrees to what is written needs the names. */
	if (options->numeric && cmd != &cmd_status && !options->dry_run)
		return complain(EXIT_USAGE,
				"%s: --numeric is for commands that write nothing (leave "
				"-n out)",
				cmd->name);
	if (options->sysfs && !options->state)
		return complain(EXIT_USAGE,
				"--sysfs: another tree's journal must not be this "
				"machine's (say with --state where it is)");
	if (options->numeric && cmd != &cmd_status && !options->dry_run)
		return complain(EXIT_USAGE,
				"-n: %s writes, and whoever agrees to that needs the "
				"names (leave -n out)",
				cmd->name);
	if (options->wait && (strtoul(options->wait, &end, 10) > WAIT_MAX || *end ||
			      *options->wait < '0' || *options->wait > '9'))
		return complain(EXIT_USAGE,
				"--wait %s: is no number of seconds up to %u (--wait 30)",
				options->wait, WAIT_MAX);
	return EXIT_DONE;
}

static bool is_stopped(void *data)
{
	(void)data;
	return interrupt_came();
}

int undertaking_begin(const struct options *options, struct undertaking *ret_undertaking)
{
	struct p2p_lock_wait wait = { .seconds = WAIT_SECONDS, .stop = is_stopped };
	struct p2p_err err = { "" };
	int result;

	*ret_undertaking = (struct undertaking){ 0 };
	if (options->wait)
		wait.seconds = (unsigned)strtoul(options->wait, NULL, 10);
	interrupt_hold();
	result = p2p_registers_check(options->sysfs, &err);
	if (!result)
		result = p2p_journals_open(options->state, true,
					   &ret_undertaking->journals, &err);
	if (!result)
		result = p2p_lock_take(ret_undertaking->journals, &wait,
				       &ret_undertaking->lock, &err);
	if (!result)
		return EXIT_DONE;
	return complain(result == -EBUSY  ? EXIT_REFUSED :
			result == -EACCES ? EXIT_UNKNOWN :
					    EXIT_WRITE,
			"%s", err.text);
}

void undertaking_end(struct undertaking *undertaking)
{
	p2p_lock_give(undertaking->lock);
	p2p_journals_free(undertaking->journals);
}

/* What became of it; a restore that fails leaves what was applied. */
static const char *outcome(const struct p2p_apply *apply, bool is_restore)
{
	switch (apply->outcome) {
	case P2P_OUTCOME_DONE:
		return "done";
	case P2P_OUTCOME_REFUSED:
		return "refused";
	case P2P_OUTCOME_ROLLED_BACK:
		return is_restore ? "failed, all is as it was applied" :
				    "failed, all is as before";
	case P2P_OUTCOME_INCOMPLETE:
		return "failed, and not all could be put back";
	}
	return "";
}

static void leave_trail(const struct p2p_journal *journal, const struct options *options,
			bool is_restore)
{
	const char *allowed = options->allow ? options->allow : "none";
	char line[640], clean[640], user[24] = "unknown";

	if (journal->apply->outcome == P2P_OUTCOME_REFUSED)
		return;
	if (p2p_login_uid() >= 0)
		snprintf(user, sizeof(user), "%" PRId64, p2p_login_uid());
	snprintf(line, sizeof(line),
		 "%s %" PRIu32
		 ": %s; login uid %s, p2p domain %.200s, mode %.20s, %" PRIu32
		 " registers, allowed: %.160s",
		 is_restore ? "restore" : "apply", journal->id,
		 outcome(journal->apply, is_restore), user, journal->domain,
		 journal->mode, journal->apply->n_registers, allowed);
	p2p_trail(clean_text(line, false, clean, sizeof(clean)));
}

/* With @machine it is taken back. */
static int carry(const struct undertaking *undertaking, const struct options *options,
		 struct p2p_journal *journal, const struct p2p_machine *machine,
		 struct p2p_err *err)
{
	struct p2p_registers *registers = NULL;
	struct p2p_transaction transaction = { .journals = undertaking->journals,
					       .journal = journal,
					       .stop = is_stopped };
	struct p2p_apply_calls calls;
	int result = p2p_registers_new(options->sysfs, journal->apply, &registers, err);

	if (result) {
		journal->apply->outcome = P2P_OUTCOME_REFUSED;
		return result;
	}
	transaction.registers = registers;
	calls = p2p_transaction_calls(&transaction);
	if (machine) {
		result = p2p_apply_restore(journal->apply, machine,
					   options->allow != NULL, &calls, err);
	} else {
		p2p_power_read(registers, journal->apply);
		result = p2p_apply_run(journal->apply, &calls, err);
	}
	p2p_registers_free(registers);
	leave_trail(journal, options, machine != NULL);
	return result;
}

int undertaking_apply(const struct undertaking *undertaking,
		      const struct options *options, struct p2p_journal *journal,
		      struct p2p_err *err)
{
	return carry(undertaking, options, journal, NULL, err);
}

int undertaking_restore(const struct undertaking *undertaking,
			const struct options *options, struct p2p_journal *journal,
			const struct p2p_machine *machine, struct p2p_err *err)
{
	return carry(undertaking, options, journal, machine, err);
}

/* What moved is refused; what failed is a write. */
static int refused_code(int result)
{
	return result == -ESTALE || result == -EXDEV || result == -ENODEV ? EXIT_REFUSED :
									    EXIT_WRITE;
}

static int complain_left(const struct p2p_apply *apply)
{
	char name[APPLIED_REGISTER_SIZE], now[APPLIED_VALUE_SIZE];
	char was[APPLIED_VALUE_SIZE];

	for (uint32_t i = 0; i < apply->n_registers; i++) {
		const struct p2p_apply_register *reg = &apply->registers[i];

		if (!reg->is_left)
			continue;
		applied_register(apply, i, name);
		applied_value(reg, reg->original, was);
		if (reg->is_read)
			complain(0,
				 "%s: reads %s and could not be put back to %s (p2ptool "
				 "restore tries again)",
				 name, applied_value(reg, reg->now, now), was);
		else
			complain(
				0,
				"%s: cannot be read any more, it was %s (p2ptool restore "
				"tries again)",
				name, was);
	}
	return EXIT_INCOMPLETE;
}

int undertaking_code(const struct p2p_apply *apply, bool is_restore, int result,
		     const struct p2p_err *err)
{
	switch (apply->outcome) {
	case P2P_OUTCOME_DONE:
		return result ? complain(EXIT_WRITE, "%s", err->text) : EXIT_DONE;
	case P2P_OUTCOME_REFUSED:
		return complain(refused_code(result), "%s: nothing was written",
				err->text);
	case P2P_OUTCOME_ROLLED_BACK:
		return complain(EXIT_WRITE, "%s: all registers are as %s", err->text,
				is_restore ? "they were applied" : "before");
	case P2P_OUTCOME_INCOMPLETE:
		complain(0, "%s", err->text);
		return complain_left(apply);
	}
	return EXIT_WRITE;
}

int undertaking_told(int code, int told, const char *written)
{
	if (!told || code)
		return code;
	return written ?
		       complain(EXIT_DONE, "only the report is lost: %s (p2ptool status)",
				written) :
		       told;
}
