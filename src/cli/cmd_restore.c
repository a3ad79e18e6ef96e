/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore: takes back what apply wrote, the latest first. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/consent.h"
#include "cli/output.h"
#include "cli/target.h"
#include "cli/transactions.h"
#include "cli/undertaking.h"
#include "render/applied_report.h"

static int check(const struct cmd *cmd, const struct options *options, uint32_t *ret_only)
{
	const char *number = options->n_operands ? options->operands[0] : NULL;
	char *end = NULL;
	unsigned long id = number ? strtoul(number, &end, 10) : 0;

	if (number && (*end || *number < '0' || *number > '9' || !id || id > UINT32_MAX))
		return complain(EXIT_USAGE,
				"%s: is no number of a transaction (p2ptool status lists "
				"them)",
				number);
	if (options->allow && strcmp(options->allow, "changed"))
		return complain(EXIT_USAGE,
				"--allow=%s: restore knows only changed, for registers "
				"that are no longer what was applied",
				options->allow);
	*ret_only = (uint32_t)id;
	return undertaking_check(cmd, options);
}

/* Says what would be put back, unless @file is NULL. Returns how many registers. */
static uint32_t show(const struct transactions *transactions,
		     const struct p2p_machine *machine, FILE *file)
{
	uint32_t count = 0;

	for (uint32_t i = transactions->n; i-- > 0;) {
		struct p2p_apply *apply = transactions->journals[i]->apply;

		p2p_apply_look(apply, machine);
		for (uint32_t k = 0; k < apply->n_registers; k++) {
			const struct p2p_apply_register *reg = &apply->registers[k];
			char name[APPLIED_REGISTER_SIZE], now[APPLIED_VALUE_SIZE];
			char was[APPLIED_VALUE_SIZE];

			if (reg->place == P2P_PLACE_ORIGINAL)
				continue;
			count++;
			if (file)
				fprintf(file, "  %s  %s -> %s\n",
					applied_register(apply, k, name),
					reg->is_read ? applied_value(reg, reg->now, now) :
						       "?",
					applied_value(reg, reg->original, was));
		}
	}
	return count;
}

static int report(const struct cmd *cmd, const struct options *options,
		  const struct restored_report *restored, int code)
{
	bool closed = false;
	int told = EXIT_DONE;
	struct output *output = output_open(cmd, options, &told);

	if (output && !strcmp(output->format, "json"))
		restored_json(restored, &output->out);
	else if (output)
		restored_text(restored, &output->out);
	if (output)
		told = output_close(output, &closed);
	return undertaking_told(
		code, told,
		restored->n_journals ? "the registers are as before apply" : NULL);
}

/* Why a function is refused: by the first of its registers that tells. */
static const char *why_refused(const struct p2p_apply *apply, uint32_t function)
{
	for (uint32_t i = 0; i < apply->n_registers; i++) {
		const struct p2p_apply_register *reg = &apply->registers[i];

		if (reg->function != function)
			continue;
		switch (reg->place) {
		case P2P_PLACE_GONE:
			return "is not there any more, or reads all-ones (p2ptool "
			       "restore, when it is back)";
		case P2P_PLACE_OTHER:
			return "is another device than the one that was written, and "
			       "stays as it is";
		case P2P_PLACE_UNKNOWN:
			return "could not be read, and stays as it is (p2ptool status "
			       "tells more)";
		case P2P_PLACE_ORIGINAL:
		case P2P_PLACE_BETWEEN:
		case P2P_PLACE_APPLIED:
		case P2P_PLACE_CHANGED:
			break;
		}
	}
	return "is not as it was left, and stays as it is (p2ptool status tells more; "
	       "--allow=changed puts it back)";
}

/* A function that is refused stays as it is: that is no success. */
static int refused_code(const struct p2p_apply *apply)
{
	char address[P2P_BDF_SIZE];
	int code = EXIT_DONE;

	for (uint32_t i = 0; i < apply->n_functions; i++)
		if (apply->functions[i].is_refused)
			code = complain(EXIT_REFUSED, "%s: %s",
					p2p_bdf_format(apply->functions[i].bdf, address),
					why_refused(apply, i));
	return code;
}

/* What a later transaction found there is what this one left: the later one first. */
static int check_later(const struct p2p_journal *journal,
		       const struct transactions *written)
{
	for (uint32_t i = written->n; i-- > 0;) {
		const struct p2p_journal *later = written->journals[i];
		char name[APPLIED_REGISTER_SIZE];
		uint32_t reg = P2P_NONE;

		if (later->id > journal->id)
			reg = p2p_apply_covered(journal->apply, later->apply);
		if (reg != P2P_NONE)
			return complain(EXIT_REFUSED,
					"%s: transaction %" PRIu32
					" wrote it after transaction %" PRIu32
					", which stays as it is (restore %" PRIu32
					" first)",
					applied_register(journal->apply, reg, name),
					later->id, journal->id, later->id);
	}
	return EXIT_DONE;
}

static int take_back(const struct options *options, const struct undertaking *undertaking,
		     const struct p2p_machine *machine, struct p2p_journal *journal)
{
	struct p2p_err err = { "" };
	int result = undertaking_restore(undertaking, options, journal, machine, &err);
	int code = undertaking_code(journal->apply, true, result, &err);

	return code ? code : refused_code(journal->apply);
}

/* All, the latest first; one that fails does not keep the others from being put back. */
static int take_all_back(const struct cmd *cmd, const struct options *options,
			 const struct undertaking *undertaking,
			 const struct p2p_machine *machine,
			 const struct transactions *transactions)
{
	struct restored_report restored = { transactions->journals, transactions->n };
	int code = EXIT_DONE;

	for (uint32_t i = transactions->n; i-- > 0;) {
		struct p2p_journal *journal = transactions->journals[i];
		int one = check_later(journal, transactions);

		if (one)
			journal->apply->outcome = P2P_OUTCOME_REFUSED;
		else
			one = take_back(options, undertaking, machine, journal);
		code = one > code ? one : code;
	}
	return report(cmd, options, &restored, code);
}

static int go_on(const struct cmd *cmd, const struct options *options,
		 const struct undertaking *undertaking,
		 const struct transactions *transactions)
{
	const struct restored_report nothing = { 0 };
	struct p2p_machine *machine;
	int code = EXIT_DONE;
	uint32_t count = 0;

	if (!transactions->n || !p2p_apply_is_open(transactions->journals[0]->apply))
		return report(cmd, options, &nothing, EXIT_DONE);
	machine = target_open(options, &code);
	if (!machine)
		return code;
	if (options->dry_run)
		count = show(transactions, machine, stdout);
	else
		code = consent_ask(cmd, options,
				   show(transactions, machine,
					options->yes ? NULL : stderr));
	if (options->dry_run)
		printf("%u register%s would be put back\n", count, count == 1 ? "" : "s");
	else if (!code)
		code = take_all_back(cmd, options, undertaking, machine, transactions);
	p2p_machine_free(machine);
	return code;
}

/* What was planned later found registers as this one left them. */
static void warn_of_later(const struct p2p_journal *journal,
			  const struct transactions *written)
{
	for (uint32_t i = 0; i < written->n; i++) {
		const struct p2p_journal *later = written->journals[i];

		if (later->id <= journal->id)
			continue;
		complain(0,
			 "transaction %" PRIu32 " was planned while %" PRIu32
			 " was applied, and may rest on it (p2ptool plan says what its "
			 "p2p domain then lacks)",
			 later->id, journal->id);
		return;
	}
}

/* Of one by number, the later ones have to be read too. One of them that cannot be read
 * may have written the same registers. */
static int check_all_later(const struct undertaking *undertaking,
			   const struct transactions *asked)
{
	struct transactions written = { 0 };
	int code = transactions_read(undertaking->journals, 0, &written);
	int later = check_later(asked->journals[0], &written);

	if (!later)
		warn_of_later(asked->journals[0], &written);
	transactions_done(&written);
	return later ? later : code;
}

static int find(const struct undertaking *undertaking, uint32_t only,
		struct transactions *ret_transactions)
{
	int code = transactions_read(undertaking->journals, only, ret_transactions);

	if (!code && only && !ret_transactions->n)
		return complain(EXIT_USAGE,
				"%" PRIu32 ": no transaction has that number (p2ptool "
				"status lists them)",
				only);
	return code || !only ? code : check_all_later(undertaking, ret_transactions);
}

static int run(const struct cmd *cmd, const struct options *options)
{
	struct undertaking undertaking = { 0 };
	struct transactions transactions = { 0 };
	uint32_t only = 0;
	int code = check(cmd, options, &only);

	if (!code && !options->dry_run && !consent_is_possible(options))
		code = consent_lacks(cmd);
	if (code)
		return code;
	code = undertaking_begin(options, &undertaking);
	if (!code)
		code = find(&undertaking, only, &transactions);
	/* A journal that cannot be read keeps no other from being taken back. */
	if (!code || (code == EXIT_DAMAGED && transactions.n)) {
		int one = go_on(cmd, options, &undertaking, &transactions);

		code = one > code ? one : code;
	}
	transactions_done(&transactions);
	undertaking_end(&undertaking);
	return code;
}

static const char *const formats[] = { "text", "json", NULL };

#define AT(member) offsetof(struct options, member)

static const struct opt own[] = {
	{ "yes", 'y', OPT_FLAG, AT(yes), NULL, "write without asking", NULL },
	{ "dry-run", 0, OPT_FLAG, AT(dry_run), NULL, "say what would be put back", NULL },
	{ "allow", 0, OPT_TEXT, AT(allow), "changed",
	  "put back registers too that are no longer what was applied", NULL },
	{ "wait", 0, OPT_TEXT, AT(wait), "SECONDS",
	  "wait so long for another run to end (30)", NULL },
	{ "state", 0, OPT_FOLDER, AT(state), "DIR",
	  "the journal is below DIR instead of /run/p2ptool", NULL },
	{ 0 },
};

const struct cmd cmd_restore = {
	.name = "restore",
	.operands = "[N]",
	.summary = "puts back what apply wrote: all of it, or the transaction N",
	.most = 1,
	.own = own,
	.formats = formats,
	.run = run,
};
