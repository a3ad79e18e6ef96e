/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever is typed for a selector: functions in order, each once, or a sentence. */
#include <errno.h>
#include <string.h>

#include <p2ptool/select.h>

#include "fuzz/target.h"
#include "support/table.h"

static void select_by(const struct p2p_machine *machine, const char *text)
{
	struct p2p_selection selection = { 0 };
	struct p2p_err err = { "" };
	int result = p2p_select(machine, text, &selection, &err);

	PROMISE(!result || result == -EINVAL || result == -ENOENT);
	PROMISE(!result == !err.text[0]);
	PROMISE(!result || !selection.functions);
	PROMISE(result || selection.n_functions);
	for (uint32_t i = 1; i < selection.n_functions; i++)
		PROMISE(selection.functions[i - 1] < selection.functions[i]);
	p2p_selection_done(&selection);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct p2p_machine *machine;
	char *text = malloc(length + 1);

	if (!machine)
		machine = table_example();
	PROMISE(machine && text);
	memcpy(text, bytes, length);
	text[length] = '\0';
	select_by(machine, text);
	free(text);
	return 0;
}
