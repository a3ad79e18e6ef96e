/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals are noted in a flag, which a transaction looks at before each write. */
#include <signal.h>
#include <stddef.h>

#include "cli/interrupt.h"

static volatile sig_atomic_t came;

static void note(int number)
{
	came = number;
}

void interrupt_hold(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction before;

		/* One that is ignored stays so, as nohup wants it. */
		if (!sigaction(numbers[i], NULL, &before) && before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}

bool interrupt_came(void)
{
	return came;
}
