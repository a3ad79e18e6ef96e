/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The public words in the order in which data flows. */
#ifndef P2PTOOL_H
#define P2PTOOL_H

#include <p2ptool/err.h>
#include <p2ptool/tri.h>
#include <p2ptool/bdf.h>
#include <p2ptool/cfg.h>
#include <p2ptool/snapshot.h>
#include <p2ptool/vfio.h>
#include <p2ptool/facts.h>
#include <p2ptool/topo.h>
#include <p2ptool/rules.h>
#include <p2ptool/role.h>
#include <p2ptool/verdict.h>
#include <p2ptool/island.h>
#include <p2ptool/boot.h>
#include <p2ptool/group.h>
#include <p2ptool/finding.h>
#include <p2ptool/machine.h>
#include <p2ptool/diff.h>
#include <p2ptool/select.h>
#include <p2ptool/plan.h>
#include <p2ptool/guard.h>
#include <p2ptool/apply.h>
#include <p2ptool/journal.h>
#include <p2ptool/source.h>
#include <p2ptool/evidence.h>

#endif
