/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every enum to its word and what it means in a line, once. The words are those of the
 * output, the JSON keys and the manual. */
#ifndef P2PTOOL_RENDER_WORDS_H
#define P2PTOOL_RENDER_WORDS_H

#include <p2ptool/diff.h>
#include <p2ptool/finding.h>
#include <p2ptool/machine.h>

struct word {
	const char *word;
	const char *meaning;
};

/** Indexed by the enum that each is named for. */
extern const struct word words_route[P2P_ROUTE_UNKNOWN + 1];
extern const char *const words_code[P2P_ROUTE_UNKNOWN + 1]; /* X MF SW ... */
extern const char *const words_tlp[P2P_TLPS];
extern const struct word words_way[P2P_WAY_UNKNOWN + 1];
extern const struct word words_map[P2P_MAP_UNKNOWN + 1];
extern const struct word words_smi[P2P_SMI_UNKNOWN + 1];
extern const struct word words_evidence[P2P_EVIDENCE_TYPE + 1];
extern const struct word words_now[P2P_NOW_WINDOW + 1];
extern const char *const words_cpu[P2P_CPU_OTHER + 1];
extern const char *const words_iommu[P2P_IOMMU_MIXED + 1];
extern const char *const words_finding[P2P_FINDINGS];
extern const char *const words_severity[P2P_INFO + 1];
extern const char *const words_certainty[P2P_UNCERTAIN + 1]; /* enum p2p_certainty */

extern const struct word words_change[P2P_CHANGES];
extern const char *const words_group_rule[P2P_RULE_STRICT + 1];
extern const struct word words_tie[P2P_TIE_QUIRK + 1];
extern const struct word words_cause[P2P_CAUSES]; /* of a difference to live groups */

/** Indexed by the number of the bit of enum p2p_boot_remark. */
#define WORDS_REMARKS 8
extern const struct word words_remark[WORDS_REMARKS];

/** Indexed by the number of the bit of enum p2p_assumption. */
#define WORDS_ASSUMPTIONS 17
extern const struct word words_assumption[WORDS_ASSUMPTIONS];

/** The JSON word and what the tree calls it. */
extern const struct word words_kind[P2P_KIND_UNKNOWN + 1];

/** `true`, `false`, and @unknown for what is not known. */
const char *words_tri(enum p2p_tri tri, const char *unknown);

/** ACS bits in register order. */
#define WORDS_ACS_BITS 7
struct word_acs {
	const char *on, *off; /* RR, rr */
	const char *lspci;    /* ReqRedir */
	const char *meaning;
	uint32_t bit;
};
extern const struct word_acs words_acs[WORDS_ACS_BITS];

/** `[SV tb RR CR UF ec dt]`, with the Enhanced controls that are on, or all when
 * @enhanced; `no ACS` for a function without the capability. */
#define WORDS_ACS_SIZE 80
char *words_acs_text(const struct p2p_acs *acs, bool enhanced,
		     char ret_text[WORDS_ACS_SIZE]);

/** `direct`, `block`, `redirect` or `reserved`: a two-bit Enhanced access control. */
const char *words_access(unsigned value);

/** `RR CR` for the bits of struct p2p_by. */
#define WORDS_BITS_SIZE 32
char *words_bits(uint32_t bits, char ret_text[WORDS_BITS_SIZE]);

/** `6.8` */
#define WORDS_KERNEL_SIZE 16
char *words_kernel(uint32_t kernel, char ret_text[WORDS_KERNEL_SIZE]);

#endif
