// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcireplay: one captured machine for the PCI core to enumerate, from insmod to rmmod.
 *   image=PATH     what the script image.py made of a capture
 *   request_acs=1  as with an IOMMU on: the kernel sets ACS SV, RR, CR and UF.
 *                  It cannot be taken back before the next boot.
 * The answers are in debugfs, pcireplay/, and the groups in /sys/kernel/iommu_groups.
 */
#include <linux/kprobes.h>
#include <linux/module.h>

#include "pcireplay.h"

static char *image;
module_param(image, charp, 0444);
MODULE_PARM_DESC(image, "path of the machine's image");
static bool request_acs;
module_param(request_acs, bool, 0444);
MODULE_PARM_DESC(request_acs, "call pci_request_acs() before the scan");

static struct replay replay;

/* The kernel does not export it, but tells its address to whoever probes it. */
static int call_pci_request_acs(void)
{
	struct kprobe probe = { .symbol_name = "pci_request_acs" };
	void (*request)(void);
	int err = register_kprobe(&probe);

	if (err) {
		pr_err("pci_request_acs is not in this kernel (%d)\n", err);
		return err;
	}
	request = (void *)probe.addr;
	unregister_kprobe(&probe);
	request();
	return 0;
}

/* The kernel gives devices time: a second to a PF whose VFs go. Bytes need none. */
static int sleep_no_longer(struct kprobe *probe, struct pt_regs *regs)
{
	regs->di = 0;
	return 0;
}

static struct kprobe hurry = { .symbol_name = "msleep", .pre_handler = sleep_no_longer };

static int start(void)
{
	int err = image ? replay_load(&replay, image) : -EINVAL;

	if (!err && request_acs)
		err = call_pci_request_acs();
	if (err)
		return err;
	replay_publish(&replay);
	err = replay_start(&replay);
	if (!err)
		err = replay_make_groups();
	return err;
}

static void stop(void)
{
	replay_drop_groups();
	replay_stop(&replay);
	replay_free(&replay);
}

static int __init replay_init(void)
{
	int err = register_kprobe(&hurry);

	if (err)
		return err;
	err = start();
	if (err) {
		stop();
		unregister_kprobe(&hurry);
		return err;
	}
	replay_answers_init();
	return 0;
}

static void __exit replay_exit(void)
{
	replay_answers_done();
	stop();
	unregister_kprobe(&hurry);
}

module_init(replay_init);
module_exit(replay_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A captured machine's PCI functions, replayed");
