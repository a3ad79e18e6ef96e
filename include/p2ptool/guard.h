/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a plan may be carried out: what on this machine speaks against it, by fourteen
 * guards, each with its evidence. What nobody could learn is never taken for "nothing
 * speaks against it". */
#ifndef P2PTOOL_GUARD_H
#define P2PTOOL_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include <p2ptool/err.h>
#include <p2ptool/machine.h>
#include <p2ptool/plan.h>
#include <p2ptool/vfio.h>

enum p2p_guard {
	P2P_GUARD_VFIO,      /* VFIO, UIO or pci-stub has one, or is to have it */
	P2P_GUARD_GROUPS,    /* live IOMMU groups would reach each other */
	P2P_GUARD_APU,       /* an AMD APU's own GPU would lose redirect */
	P2P_GUARD_SVM,       /* PASID or PRI is on where redirect would be lost */
	P2P_GUARD_IN_USE,    /* a process has a member open */
	P2P_GUARD_BOOT_DISK, /* a disk in use would be cut off, or reached by strangers */
	P2P_GUARD_MPS,       /* payloads or tags that an end does not take */
	P2P_GUARD_ERRATA,    /* devices on which the control does harm */
	P2P_GUARD_CONTAINMENT, /* a violation would take a link down */
	P2P_GUARD_EXTERNAL,    /* devices that anybody can plug in */
	P2P_GUARD_ROOT_PORT,   /* a root port would be opened */
	P2P_GUARD_GUEST,       /* inside a virtual machine */
	P2P_GUARD_CONTAINER,   /* the journal would die with the container */
	P2P_GUARD_LOCKDOWN,    /* the kernel forbids writes to config space */
};
#define P2P_GUARDS (P2P_GUARD_LOCKDOWN + 1)

enum p2p_guard_verdict {
	P2P_GUARD_CANNOT_TELL, /* evidence is missing; what there is does not refuse */
	P2P_GUARD_PASS,
	P2P_GUARD_REFUSE,
	P2P_GUARD_ALLOWED, /* the caller allows what would refuse, or cannot be told */
};

/** Device files whose holders matter. */
enum p2p_held {
	P2P_HELD_NVIDIA,      /* /dev/nvidiaN */
	P2P_HELD_KFD,         /* /dev/kfd: any GPU of AMD */
	P2P_HELD_RENDER,      /* renderDN */
	P2P_HELD_UVERBS,      /* uverbsN */
	P2P_HELD_VFIO_GROUP,  /* /dev/vfio/N */
	P2P_HELD_VFIO_DEVICE, /* /dev/vfio/devices/vfioN: by iommufd */
	P2P_HELD_UIO,         /* /dev/uioN */
};

/** Room for names of processes (TASK_COMM_LEN of Linux), paths of device files, and other
 * texts; longer ones are cut. */
#define P2P_GUARD_NAME_SIZE 16
#define P2P_GUARD_PATH_SIZE 48
#define P2P_GUARD_TEXT_SIZE 128

/** A process that holds a device file. @function: P2P_NONE where @group tells it, or it
 * is not known. */
struct p2p_holder {
	uint32_t pid;
	enum p2p_held what;
	uint32_t function;
	int32_t group; /* of P2P_HELD_VFIO_GROUP; else -1 */
	char name[P2P_GUARD_NAME_SIZE], path[P2P_GUARD_PATH_SIZE];
};

/** What a disk is used for. */
enum p2p_disk_use {
	P2P_DISK_MOUNT,
	P2P_DISK_SWAP,
	P2P_DISK_DM,
	P2P_DISK_LVM,
	P2P_DISK_MD
};
#define P2P_DISK_USES (P2P_DISK_MD + 1)

/** A disk in use. @text: mount point, or the name of what is made of it. */
struct p2p_disk {
	uint32_t function;
	enum p2p_disk_use use;
	char name[P2P_GUARD_PATH_SIZE], text[P2P_GUARD_TEXT_SIZE];
};

/** Devices that vfio-pci or pci-stub is to take by their parameter `ids`. */
struct p2p_reservation {
	struct p2p_vfio_id id;
	char where[P2P_GUARD_TEXT_SIZE]; /* the file that says so */
};

/** A device that a virtual machine is to have; all of its functions when
 * @all_functions. */
struct p2p_guest_device {
	struct p2p_bdf bdf;
	bool all_functions;
	char where[P2P_GUARD_TEXT_SIZE]; /* the file that says so */
};

enum p2p_lockdown {
	P2P_LOCKDOWN_UNKNOWN = 0,
	P2P_LOCKDOWN_NONE,
	P2P_LOCKDOWN_INTEGRITY,
	P2P_LOCKDOWN_CONFIDENTIALITY,
};

/** What a running machine tells beside its snapshot. Zeroed, nothing is known. A list is
 * whole only when its @knows_ is set. */
struct p2p_guard_evidence {
	struct p2p_holder *holders;
	uint32_t n_holders;
	uint32_t n_unread; /* processes whose open files could not be read */
	struct p2p_disk *disks;
	uint32_t n_disks;
	struct p2p_reservation *reservations; /* beside those of the command line */
	uint32_t n_reservations;
	struct p2p_guest_device *guest_devices;
	uint32_t n_guest_devices;
	uint32_t *external; /* ports that firmware says are external-facing */
	uint32_t n_external;
	bool knows_holders, knows_disks, knows_reservations, knows_guest_devices;
	enum p2p_tri guest;     /* a virtual machine; no Xen dom0, no Hyper-V root */
	enum p2p_tri container; /* /run/p2ptool is not the host's */
	enum p2p_lockdown lockdown;
};

P2P_PUBLIC void p2p_guard_evidence_free(struct p2p_guard_evidence *evidence);

/** What speaks against a plan. From P2P_LACK_DRIVER on: what is not known. */
enum p2p_obstacle_kind {
	P2P_OBSTACLE_BOUND,     /* @function is bound to the driver @text */
	P2P_OBSTACLE_OVERRIDE,  /* ... may only be bound to @text */
	P2P_OBSTACLE_IDS,       /* ... is reserved by its ids in @text; NULL: the
				   * kernel's command line */
	P2P_OBSTACLE_HOSTDEV,   /* ... is a guest's by the file @text */
	P2P_OBSTACLE_OPEN,      /* ... is open: process @number @text holds @also */
	P2P_OBSTACLE_BRIDGED,   /* live groups @number and @limit, of @function and
				   * @other, become direct */
	P2P_OBSTACLE_APU,       /* @function, an APU's GPU, loses RR at @other */
	P2P_OBSTACLE_MAYBE_APU, /* ... which cannot be told from a card */
	P2P_OBSTACLE_PASID,     /* PASID is on at @function, @other loses @bits */
	P2P_OBSTACLE_PRI,       /* PRI is on */
	P2P_OBSTACLE_HELD,      /* process @number @text holds @also */
	P2P_OBSTACLE_P2PMEM,    /* @number bytes of p2pmem of @function are allocated */
	P2P_OBSTACLE_DISK_PORT, /* @other above disk @function gains @bits */
	P2P_OBSTACLE_DISK_FREE, /* @other, without driver, would reach disk @function */
	P2P_OBSTACLE_DISK_VFIO, /* @other, bound to @also, would */
	P2P_OBSTACLE_DISK_EXTERNAL, /* @other, external-facing, would */
	P2P_OBSTACLE_PAYLOAD,     /* @function sends @number bytes, @other takes @limit */
	P2P_OBSTACLE_TAGS,        /* @function uses 10-bit tags, @other has none */
	P2P_OBSTACLE_ERRATUM,     /* @bits on at @function: erratum @text */
	P2P_OBSTACLE_DPC,         /* DPC of @other takes a link down when @bits of
				   * @function are violated */
	P2P_OBSTACLE_FATAL,       /* such a violation is a fatal error at @function */
	P2P_OBSTACLE_EXTERNAL,    /* @other above @function is external-facing */
	P2P_OBSTACLE_THUNDERBOLT, /* ... is of a Thunderbolt controller */
	P2P_OBSTACLE_REMOVABLE,   /* @function is removable, and with it untrusted */
	P2P_OBSTACLE_ROOT_PORT,   /* @function, a root port, is opened by @bits */
	P2P_OBSTACLE_GUEST,
	P2P_OBSTACLE_CONTAINER,
	P2P_OBSTACLE_LOCKDOWN, /* its mode is @number, of enum p2p_lockdown */

	P2P_LACK_DRIVER,    /* which driver @function is bound to */
	P2P_LACK_IDS,       /* which ids are reserved */
	P2P_LACK_HOSTDEVS,  /* which devices guests are to have */
	P2P_LACK_HOLDERS,   /* who holds device files; @limit processes are closed */
	P2P_LACK_GROUP,     /* the live group of @function, or its type */
	P2P_LACK_IOMMU,     /* whether the IOMMU is off */
	P2P_LACK_IDENTITY,  /* what @function is */
	P2P_LACK_PASID,     /* whether PASID or PRI is on at @function */
	P2P_LACK_P2PMEM,    /* whether p2pmem of @function is allocated */
	P2P_LACK_DISKS,     /* which disks are in use */
	P2P_LACK_PAYLOAD,   /* which payloads @function sends or takes */
	P2P_LACK_TAGS,      /* whether @function has 10-bit tags */
	P2P_LACK_ERRORS,    /* what a violation at @function leads to */
	P2P_LACK_REMOVABLE, /* whether @function hangs on an external-facing port */
	P2P_LACK_GUEST,
	P2P_LACK_CONTAINER,
	P2P_LACK_LOCKDOWN,
};
#define P2P_OBSTACLE_KINDS (P2P_LACK_LOCKDOWN + 1)

static inline bool p2p_obstacle_is_lack(enum p2p_obstacle_kind kind)
{
	return kind >= P2P_LACK_DRIVER;
}

/** One of them. Functions are P2P_NONE where there is none. Of a lack there is one a
 * kind, with the first function; @number is above 1 if others lack it too.
 * Texts are borrowed from the machine and the evidence. */
struct p2p_obstacle {
	enum p2p_obstacle_kind kind;
	uint32_t function, other;
	uint32_t bits; /* of ACS Control */
	uint64_t number, limit;
	enum p2p_disk_use use;   /* of P2P_OBSTACLE_DISK_ */
	const char *text, *also; /* NULL where there is none */
};

/** What one guard says. With P2P_GUARD_PASS there may be obstacles that only warn. */
struct p2p_guard_result {
	enum p2p_guard_verdict verdict;
	uint32_t first_obstacle, n_obstacles; /* those kept */
	uint64_t n_seen;                      /* all */
};

/** Most obstacles kept of one guard. */
#define P2P_OBSTACLES_MAX 1000u

struct p2p_guards {
	struct p2p_guard_result results[P2P_GUARDS];
	struct p2p_obstacle *obstacles;
	uint32_t n_obstacles;
};

/** Asks all guards about @plan, one of @machine. @evidence may be NULL: nothing is known
 * but what the snapshot tells. @allowed: a bit 1 << enum p2p_guard for each that shall
 * not stop it; P2P_GUARD_LOCKDOWN has no effect there. A plan that writes nothing passes
 * them all. Borrows from its inputs, which must outlive it. 0 or -ENOMEM. */
P2P_PUBLIC int p2p_guards_new(const struct p2p_machine *machine,
			      const struct p2p_plan *plan,
			      const struct p2p_guard_evidence *evidence, unsigned allowed,
			      struct p2p_guards **ret_guards, struct p2p_err *err);
P2P_PUBLIC void p2p_guards_free(struct p2p_guards *guards);

/** A bit 1 << enum p2p_guard for each that says @verdict. */
P2P_PUBLIC unsigned p2p_guards_that(const struct p2p_guards *guards,
				    enum p2p_guard_verdict verdict);

/** Whether some guard refuses; whether some guard cannot tell. */
P2P_PUBLIC bool p2p_guards_refuse(const struct p2p_guards *guards);
P2P_PUBLIC bool p2p_guards_cannot_tell(const struct p2p_guards *guards);

/** A guard's name: "boot-disk". Never NULL. */
P2P_PUBLIC const char *p2p_guard_word(enum p2p_guard guard);

/** Reads `in-use,mps` into bits as p2p_guards_new() takes them. -EINVAL for an unknown
 * name and for one that cannot be allowed; there is no word for all. */
P2P_PUBLIC int p2p_guard_parse(const char *text, unsigned *ret_allowed,
			       struct p2p_err *err);

#endif
