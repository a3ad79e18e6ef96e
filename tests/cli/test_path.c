/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `explain` says of said machines: which port ends a request, where paths meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "render/explain.h"
#include "support/build.h"

#define ACS_PORT (ACS_SV | ACS_TB | ACS_RR | ACS_CR | ACS_UF | ACS_DT)

static const struct style plain = { .unicode = true };

static int send_to_file(void *to, const char *bytes, size_t length)
{
	return fwrite(bytes, 1, length, to) == length ? 0 : -1;
}

/* The text or the JSON of `explain A B`, for handles of @b. */
static char *explain(struct build *b, int a, int z, bool json)
{
	struct p2p_machine *machine = build_machine(b, "6.8", "other");
	struct p2p_verdict forward, backward;
	const struct p2p_verdict *const both[2] = { &forward, &backward };
	struct explanation explanation = { .machine = machine,
					   .verdicts = { &forward, &backward } };
	uint32_t from = build_index(b, a, machine->snapshot);
	uint32_t to = build_index(b, z, machine->snapshot);
	struct path path;
	struct out out;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	assert_int_equal(p2p_verdict_init(machine->judge, &forward), 0);
	assert_int_equal(p2p_verdict_init(machine->judge, &backward), 0);
	p2p_judge_pair(machine->judge, from, to, &forward);
	p2p_judge_pair(machine->judge, to, from, &backward);
	assert_int_equal(path_build(machine, both, &path), 0);
	explanation.path = &path;
	out_init(&out, send_to_file, file);
	if (json)
		explain_json(&explanation, &out);
	else
		explain_text(&explanation, &plain, &out);
	assert_int_equal(out_flush(&out), 0);
	fclose(file);
	path_done(&path);
	p2p_verdict_done(&forward);
	p2p_verdict_done(&backward);
	p2p_machine_free(machine);
	return text;
}

static void assert_says(char *text, const char *phrase)
{
	if (!strstr(text, phrase))
		fail_msg("no %s in\n%s", phrase, text);
	free(text);
}

/* Two endpoints below an inner switch whose ports redirect; the outer switch's port has
 * no ACS capability. */
struct nested {
	struct build *b;
	int outer, a, z;
};

static struct nested nested_switches(void)
{
	struct nested n = { .b = build_new() };
	int host = build_host(n.b, 0, 0);
	int root = build_port(n.b, host, P2P_TYPE_ROOT_PORT);
	int inner;

	build_acs(n.b, root, ACS_PORT, ACS_UF);
	n.outer = build_switch(n.b, root, 1) + 1;
	inner = build_switch(n.b, n.outer, 2);
	build_acs(n.b, inner + 1, ACS_PORT, ACS_RR | ACS_UF);
	build_acs(n.b, inner + 2, ACS_PORT, ACS_RR | ACS_UF);
	n.a = build_endpoint(n.b, inner + 1, P2P_TYPE_ENDPOINT, BUILD_CLASS_GPU);
	n.z = build_endpoint(n.b, inner + 2, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	return n;
}

static void the_port_that_ends_a_request_is_named(void **state)
{
	struct nested n = nested_switches();

	assert_says(explain(n.b, n.a, n.z, false),
		    "undefined: sent up to 0000:02:00.0, which does not forward it");
	assert_says(explain(n.b, n.a, n.z, false),
		    "no ACS: what came up is not sent on  <- decides");
	assert_says(explain(n.b, n.a, n.z, true), "\"decides\":[\"UF\"]}");
	build_acs(n.b, n.outer, ACS_PORT, 0);
	assert_says(explain(n.b, n.a, n.z, false),
		    "UF off: what came up is not sent on  <- decides");
	build_free(n.b);
}

static void a_redirected_path_goes_up_to_the_root_port(void **state)
{
	struct nested n = nested_switches();

	build_acs(n.b, n.outer, ACS_PORT, ACS_UF);
	assert_says(explain(n.b, n.a, n.z, false),
		    "0000:00:00.0  root port  [sv tb rr cr UF -- dt]  UF on: what");
	build_free(n.b);
}

static void where_paths_meet_is_not_said_when_a_bridge_is_missing(void **state)
{
	struct build *b = build_new();
	int host = build_host(b, 0, 0);
	int root = build_port(b, host, P2P_TYPE_ROOT_PORT);
	int up = build_switch(b, root, 2);
	int a = build_endpoint(b, up + 1, P2P_TYPE_ENDPOINT, BUILD_CLASS_GPU);
	int z = build_endpoint(b, up + 2, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	char *text;

	build_hide(b, up + 1);
	text = explain(b, a, z, false);
	assert_null(strstr(text, "root complex"));
	assert_says(text, "(not in the capture)     where the paths meet is not known");
	assert_says(explain(b, a, z, false), "unknown, distance unknown:");
	assert_says(explain(b, a, z, false),
		    "Where the paths meet is not known: capture the whole machine");
	assert_says(explain(b, a, z, true), "\"distance\":null");
	build_free(b);
}

static void a_device_that_may_loop_is_an_if(void **state)
{
	struct build *b = build_new();
	int host = build_host(b, 0, 0);
	int root = build_port(b, host, P2P_TYPE_ROOT_PORT);
	int a = build_endpoint(b, root, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	int z = build_sibling(b, a);

	assert_says(explain(b, a, z, false),
		    "Direct both ways, if the device loops requests itself.");
	assert_says(explain(b, a, z, false), "up to the port above,");
	build_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_that_ends_a_request_is_named),
		cmocka_unit_test(a_redirected_path_goes_up_to_the_root_port),
		cmocka_unit_test(where_paths_meet_is_not_said_when_a_bridge_is_missing),
		cmocka_unit_test(a_device_that_may_loop_is_an_if),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
