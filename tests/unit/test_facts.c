/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the header and the PCI Express capability say, register by register. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/regs.h"
#include "support/said.h"

#define EXP(name) (BUILD_EXPRESS + REG_EXP_##name)

static int say_endpoint(struct said *said)
{
	return build_endpoint(said->b, build_host(said->b, 0, 0), P2P_TYPE_RCIEP,
			      BUILD_CLASS_GPU);
}

static int say_port(struct said *said)
{
	return build_port(said->b, build_host(said->b, 0, 0), P2P_TYPE_ROOT_PORT);
}

static void assert_reg(struct p2p_reg reg, uint32_t value, uint32_t known)
{
	assert_int_equal(reg.known, known);
	assert_int_equal(reg.value, value);
}

static void ids_and_class_come_from_the_header(void **state)
{
	int gpu = say_endpoint(*state);
	const struct p2p_facts *facts;

	build_ids(((struct said *)*state)->b, gpu, 0x10de, 0x2330);
	build_write(((struct said *)*state)->b, gpu, REG_SUBSYS_VENDOR, 2, 0x1043);
	facts = said_facts(*state, gpu);
	assert_int_equal(facts->vendor, 0x10de);
	assert_int_equal(facts->device, 0x2330);
	assert_int_equal(facts->class_code, BUILD_CLASS_GPU);
	assert_int_equal(facts->subsystem_vendor, 0x1043);
	assert_int_equal(facts->layout, 0);
	assert_int_equal(facts->dead, P2P_NO);
}

static void tell_ids(struct said *said, struct p2p_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		snapshot->functions[i].vendor = 0x15b3;
		snapshot->functions[i].device = 0x101e;
		snapshot->functions[i].class_code = 0x020700;
	}
}

static void tell_link(struct said *said, struct p2p_snapshot *snapshot)
{
	(void)said;
	snapshot->functions[0].link = (struct p2p_link){ 160, 8, 320, 16 };
}

static void a_link_out_of_reach_is_what_the_system_tells(void **state)
{
	struct said *said = *state;
	int port = build_port(said->b, build_host(said->b, 0, 0), P2P_TYPE_ROOT_PORT);
	struct p2p_link link;

	said->tell = tell_link;
	link = p2p_facts_link(said_facts(said, port));
	assert_int_equal(link.speed, 160);
	assert_int_equal(link.width, 16);
	build_readable(said->b, port, 64);
	link = p2p_facts_link(said_facts(said, port));
	assert_int_equal(link.speed, 160);
	assert_int_equal(link.width, 8);
	assert_int_equal(link.max_speed, 320);
	assert_int_equal(link.max_width, 16);
}

static void what_the_system_tells_goes_before_registers(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);
	const struct p2p_facts *facts;

	said->tell = tell_ids;
	facts = said_facts(said, gpu);
	assert_int_equal(facts->vendor, 0x15b3);
	assert_int_equal(facts->device, 0x101e);
	assert_int_equal(facts->class_code, 0x020700);
}

static void a_vf_that_reads_ffff_has_no_ids_but_lives(void **state)
{
	struct said *said = *state;
	int port = say_port(said);
	int pf = build_endpoint(said->b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);
	int vf = pf + 1;
	const struct p2p_facts *facts;

	build_vfs(said->b, pf, 1, 1, 1);
	facts = said_facts(said, vf);
	assert_int_equal(facts->vendor, P2P_NOT_TOLD);
	assert_int_equal(facts->device, P2P_NOT_TOLD);
	assert_int_equal(facts->dead, P2P_NO);
	assert_int_equal(facts->type, P2P_TYPE_ENDPOINT);
}

static void a_dead_device_has_no_capabilities(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);
	const struct p2p_facts *facts;

	for (unsigned at = 0; at < P2P_CFG_SIZE; at += 4)
		build_write(said->b, gpu, at, 4, UINT32_MAX);
	facts = said_facts(said, gpu);
	assert_int_equal(facts->dead, P2P_YES);
	assert_int_equal(facts->vendor, P2P_NOT_TOLD);
	assert_int_equal(facts->layout, P2P_NOT_TOLD);
	assert_int_equal(facts->type, P2P_TYPE_UNKNOWN);
	assert_int_equal(facts->acs.regs.present, P2P_UNKNOWN);
	assert_int_equal(p2p_facts_acs(facts, ACS_RR), P2P_UNKNOWN);
	assert_int_equal(facts->command.known, 0);
}

static void whether_a_function_that_was_not_read_is_dead_is_unknown(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	build_readable(said->b, gpu, 0);
	assert_int_equal(said_facts(said, gpu)->dead, P2P_UNKNOWN);
	assert_int_equal(said_facts(said, gpu)->readable, 0);
	build_ids(said->b, gpu, 0xffff, 0xffff);
	build_readable(said->b, gpu, 4);
	assert_int_equal(said_facts(said, gpu)->dead, P2P_UNKNOWN);
	build_readable(said->b, gpu, 8);
	assert_int_equal(said_facts(said, gpu)->dead, P2P_NO);
}

static void a_bridges_bus_numbers_are_read(void **state)
{
	struct said *said = *state;
	int port = say_port(said);
	int below = build_endpoint(said->b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_NIC);
	const struct p2p_facts *facts = said_facts(said, port);

	assert_int_equal(facts->layout, 1);
	assert_reg(facts->primary, 0, 0xff);
	assert_reg(facts->secondary, 1, 0xff);
	assert_reg(facts->subordinate, 1, 0xff);
	assert_reg(said_facts(said, below)->secondary, 0, 0);
}

static void an_odd_header_layout_is_none(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	build_write(said->b, gpu, REG_HEADER_TYPE, 1, 0x7f);
	assert_int_equal(said_facts(said, gpu)->layout, P2P_NOT_TOLD);
	assert_int_equal(said_facts(said, gpu)->multi, P2P_NO);
	build_write(said->b, gpu, REG_HEADER_TYPE, 1, 0x80);
	assert_int_equal(said_facts(said, gpu)->layout, 0);
	assert_int_equal(said_facts(said, gpu)->multi, P2P_YES);
}

static void command_bits_are_read(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	build_write(said->b, gpu, REG_COMMAND, 2, COMMAND_MASTER);
	assert_int_equal(p2p_reg_any(said_facts(said, gpu)->command, COMMAND_MASTER),
			 P2P_YES);
	assert_int_equal(p2p_reg_any(said_facts(said, gpu)->command, COMMAND_MEMORY),
			 P2P_NO);
}

static void every_pcie_type_is_what_its_nibble_says(void **state)
{
	static const enum p2p_pcie_type types[] = {
		P2P_TYPE_ENDPOINT,    P2P_TYPE_LEGACY_ENDPOINT, P2P_TYPE_ROOT_PORT,
		P2P_TYPE_SWITCH_UP,   P2P_TYPE_SWITCH_DOWN,     P2P_TYPE_PCIE_TO_PCI,
		P2P_TYPE_PCI_TO_PCIE, P2P_TYPE_RCIEP,           P2P_TYPE_RCEC,
	};
	struct said *said = *state;
	int gpu = say_endpoint(said);

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		build_write(said->b, gpu, EXP(FLAGS), 2,
			    0x3e02u | (unsigned)types[i] << 4);
		assert_int_equal(said_facts(said, gpu)->type, types[i]);
		assert_int_equal(said_facts(said, gpu)->express, BUILD_EXPRESS);
	}
}

static void without_the_capability_a_function_is_not_pcie(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	build_write(said->b, gpu, BUILD_EXPRESS, 1, CAP_PM);
	assert_int_equal(said_facts(said, gpu)->type, P2P_TYPE_NOT_PCIE);
	assert_int_equal(said_facts(said, gpu)->express, 0);
	build_readable(said->b, gpu, 64);
	assert_int_equal(said_facts(said, gpu)->type, P2P_TYPE_UNKNOWN);
}

static void a_link_is_its_speed_and_width_now_and_at_most(void **state)
{
	static const unsigned tenths[] = { 0, 25, 50, 80, 160, 320, 640, 1280, 0 };
	struct said *said = *state;
	int port = say_port(said);

	for (unsigned code = 0; code < 9; code++) {
		struct p2p_link link;

		build_write(said->b, port, EXP(LNKCAP), 4, code | 16u << 4);
		build_write(said->b, port, EXP(LNKSTA), 2, code | 8u << 4);
		link = p2p_facts_link(said_facts(said, port));
		assert_int_equal(link.max_speed, tenths[code]);
		assert_int_equal(link.speed, tenths[code]);
		assert_int_equal(link.max_width, 16);
		assert_int_equal(link.width, 8);
	}
	build_readable(said->b, port, EXP(LNKSTA));
	assert_int_equal(p2p_facts_link(said_facts(said, port)).width, 0);
	assert_int_equal(p2p_facts_link(said_facts(said, port)).max_width, 16);
}

static void the_port_number_is_the_top_byte_of_link_capabilities(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_port_number(said->b, port, 0);
	assert_int_equal(p2p_facts_port_number(said_facts(said, port)), 0);
	build_port_number(said->b, port, 255);
	assert_int_equal(p2p_facts_port_number(said_facts(said, port)), 255);
	build_readable(said->b, port, EXP(LNKCAP) + 3);
	assert_int_equal(p2p_facts_port_number(said_facts(said, port)), -1);
}

static void a_slot_has_a_number_if_it_is_implemented(void **state)
{
	struct said *said = *state;
	int port = say_port(said);

	build_write(said->b, port, EXP(SLTCAP), 4, 0x1abcu << 19);
	assert_int_equal(said_facts(said, port)->slot, P2P_NO);
	assert_int_equal(p2p_facts_slot_number(said_facts(said, port)), -1);
	build_write(said->b, port, EXP(FLAGS), 2, 0x0142);
	build_write(said->b, port, EXP(SLTSTA), 2, SLTSTA_PRESENCE);
	assert_int_equal(said_facts(said, port)->slot, P2P_YES);
	assert_int_equal(p2p_facts_slot_number(said_facts(said, port)), 0x1abc);
	assert_int_equal(p2p_reg_any(said_facts(said, port)->sltsta, SLTSTA_PRESENCE),
			 P2P_YES);
	build_readable(said->b, port, EXP(FLAGS));
	assert_int_equal(said_facts(said, port)->slot, P2P_UNKNOWN);
	assert_int_equal(p2p_facts_slot_number(said_facts(said, port)), -1);
}

static void payload_sizes_are_in_bytes(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	build_write(said->b, gpu, EXP(DEVCAP), 4, 5);
	build_write(said->b, gpu, EXP(DEVCTL), 2, 1u << 5);
	assert_int_equal(p2p_facts_payload(said_facts(said, gpu)), 256);
	assert_int_equal(p2p_facts_payload_max(said_facts(said, gpu)), 4096);
	build_readable(said->b, gpu, EXP(DEVCAP));
	assert_int_equal(p2p_facts_payload(said_facts(said, gpu)), 0);
	assert_int_equal(p2p_facts_payload_max(said_facts(said, gpu)), 0);
}

static void relaxed_ordering_atomics_and_ari_forwarding_are_bits(void **state)
{
	struct said *said = *state;
	int port = say_port(said);
	const struct p2p_facts *facts;

	build_ari_forwarding(said->b, port);
	build_write(said->b, port, EXP(DEVCTL), 2, DEVCTL_RELAX);
	build_write(said->b, port, EXP(DEVCAP2), 4, DEVCAP2_ATOMIC | DEVCAP2_ARI);
	facts = said_facts(said, port);
	assert_int_equal(p2p_reg_any(facts->devctl, DEVCTL_RELAX), P2P_YES);
	assert_int_equal(p2p_reg_any(facts->devcap2, DEVCAP2_ATOMIC), P2P_YES);
	assert_int_equal(p2p_reg_any(facts->devcap2, DEVCAP2_ARI), P2P_YES);
	assert_int_equal(p2p_reg_any(facts->devctl2, DEVCTL2_ARI), P2P_YES);
}

static void where_there_are_no_second_registers_all_is_off(void **state)
{
	struct said *said = *state;
	int port = say_port(said);
	const struct p2p_facts *facts;

	build_ari_forwarding(said->b, port);
	build_write(said->b, port, EXP(FLAGS), 2, 0x0041);
	facts = said_facts(said, port);
	assert_int_equal(p2p_reg_any(facts->devctl2, DEVCTL2_ARI), P2P_NO);
	assert_int_equal(p2p_reg_any(facts->devcap2, UINT32_MAX), P2P_NO);
}

static void the_power_state_is_in_the_management_capability(void **state)
{
	struct said *said = *state;
	int gpu = say_endpoint(said);

	assert_int_equal(said_facts(said, gpu)->power_state.known, 0);
	build_capability(said->b, gpu, CAP_PM, 0xc0);
	build_write(said->b, gpu, 0xc0 + REG_PM_CTL, 2, 3);
	assert_reg(said_facts(said, gpu)->power_state, 3, 0xffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAID(ids_and_class_come_from_the_header),
		SAID(a_link_out_of_reach_is_what_the_system_tells),
		SAID(what_the_system_tells_goes_before_registers),
		SAID(a_vf_that_reads_ffff_has_no_ids_but_lives),
		SAID(a_dead_device_has_no_capabilities),
		SAID(whether_a_function_that_was_not_read_is_dead_is_unknown),
		SAID(a_bridges_bus_numbers_are_read),
		SAID(an_odd_header_layout_is_none),
		SAID(command_bits_are_read),
		SAID(every_pcie_type_is_what_its_nibble_says),
		SAID(without_the_capability_a_function_is_not_pcie),
		SAID(a_link_is_its_speed_and_width_now_and_at_most),
		SAID(the_port_number_is_the_top_byte_of_link_capabilities),
		SAID(a_slot_has_a_number_if_it_is_implemented),
		SAID(payload_sizes_are_in_bytes),
		SAID(relaxed_ordering_atomics_and_ari_forwarding_are_bits),
		SAID(where_there_are_no_second_registers_all_is_off),
		SAID(the_power_state_is_in_the_management_capability),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
