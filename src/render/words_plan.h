/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of plans, each once. */
#ifndef P2PTOOL_RENDER_WORDS_PLAN_H
#define P2PTOOL_RENDER_WORDS_PLAN_H

#include <p2ptool/plan.h>

#include "render/words.h"

/** Indexed by the enum that each is named for. */
extern const struct word words_mode[P2P_PLAN_SET + 1];
extern const struct word words_scope[P2P_SCOPE_SWITCH + 1];
extern const struct word words_phase[P2P_PHASES + 1]; /* from 1 on */
extern const char *const words_refusal[P2P_REFUSALS];

/** Indexed by the number of the bit of enum p2p_plan_why. */
#define WORDS_PLAN_WHY 7
extern const struct word words_plan_why[WORDS_PLAN_WHY];

#endif
