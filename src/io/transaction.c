/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls of a transaction, each to the file that does it. */
#include "io/power.h"
#include "io/transaction.h"

static int read_register(void *data, uint32_t function, uint16_t offset, uint8_t width,
			 uint32_t *ret_value, struct p2p_err *err)
{
	struct p2p_transaction *transaction = data;

	return p2p_registers_read(transaction->registers, function, offset, width,
				  ret_value, err);
}

static int write_register(void *data, uint32_t function, uint16_t offset, uint8_t width,
			  uint32_t value, struct p2p_err *err)
{
	struct p2p_transaction *transaction = data;

	return p2p_registers_write(transaction->registers, function, offset, width, value,
				   err);
}

static int note(void *data, const struct p2p_apply *apply, struct p2p_err *err)
{
	struct p2p_transaction *transaction = data;

	(void)apply;
	return p2p_journals_write(transaction->journals, transaction->journal, err);
}

static int hold(void *data, uint32_t function, bool is_held, struct p2p_err *err)
{
	struct p2p_transaction *transaction = data;

	return p2p_power_hold(transaction->registers, function, is_held, err);
}

static bool stop(void *data)
{
	struct p2p_transaction *transaction = data;

	return transaction->stop && transaction->stop(transaction->data);
}

struct p2p_apply_calls p2p_transaction_calls(struct p2p_transaction *transaction)
{
	return (struct p2p_apply_calls){ .read = read_register,
					 .write = write_register,
					 .note = note,
					 .hold = hold,
					 .stop = stop,
					 .data = transaction };
}
