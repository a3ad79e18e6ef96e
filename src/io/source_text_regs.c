/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers as a listing prints them: names with + or -, and numbers. A register begins
 * with its key and goes on over the lines that have none, however they are wrapped. */
#include "core/regs.h"
#include "io/source_text.h"

/* Registers that only a listing names */
#define REG_AER_STATUS 0x04
#define REG_SRIOV_INIT 0x0c
#define NUMBER_PORT    24
#define NUMBER_SLOT    19
#define PAYLOAD_CTL    5
#define REBAR_ENTRY    8
#define REBAR_MAX      6

struct bit_name {
	const char *name;
	uint32_t bit;
};

struct p2p_text_register {
	enum p2p_place place;
	const char *key;
	unsigned at, width; /* from the capability; width 0 tells nothing */
	const struct bit_name *bits;
	void (*read)(struct p2p_listing *listing, unsigned at, struct span line);
};

static const struct bit_name no_bits[] = { { NULL, 0 } };

static const struct bit_name command_bits[] = {
	{ "I/O", 0x001 },
	{ "Mem", COMMAND_MEMORY },
	{ "BusMaster", COMMAND_MASTER },
	{ "ParErr", 0x040 },
	{ "SERR", 0x100 },
	{ "FastB2B", 0x200 },
	{ "DisINTx", 0x400 },
	{ NULL, 0 },
};

static const struct bit_name status_bits[] = { { "Cap", STATUS_CAP_LIST }, { NULL, 0 } };

static const struct bit_name devctl_bits[] = {
	{ "CorrErr", 0x1 },          { "Correctable", 0x1 },
	{ "NonFatalErr", 0x2 },      { "Non-Fatal", 0x2 },
	{ "FatalErr", 0x4 },         { "Fatal", 0x4 },
	{ "UnsupReq", 0x8 },         { "Unsupported", 0x8 },
	{ "RlxdOrd", DEVCTL_RELAX }, { "ExtTag", 0x100 },
	{ "PhantFunc", 0x200 },      { "AuxPwr", 0x400 },
	{ "NoSnoop", 0x800 },        { NULL, 0 },
};

static const struct bit_name lnkcap_bits[] = { { "LLActRep", LNKCAP_ACTIVE_REP },
					       { NULL, 0 } };

static const struct bit_name lnksta_bits[] = { { "Train", 0x800 },
					       { "DLActive", LNKSTA_ACTIVE },
					       { NULL, 0 } };

static const struct bit_name sltcap_bits[] = { { "HotPlug", 0x40 }, { NULL, 0 } };

static const struct bit_name sltsta_bits[] = { { "PresDet", SLTSTA_PRESENCE },
					       { NULL, 0 } };

static const struct bit_name devcap2_bits[] = {
	{ "ARIFwd", DEVCAP2_ARI },
	{ "Routing", DEVCAP2_ATOMIC },
	{ "10BitTagComp", DEVCAP2_TAG10_CPL },
	{ "10BitTagReq", DEVCAP2_TAG10_REQ },
	{ NULL, 0 },
};

static const struct bit_name devctl2_bits[] = {
	{ "ARIFwd", DEVCTL2_ARI },        { "ReqEn", 0x40 }, { "EgressBlck", 0x80 },
	{ "10BitTagReq", DEVCTL2_TAG10 }, { NULL, 0 },
};

static const struct bit_name aer_bits[] = {
	{ "DLP", 0x10 },
	{ "SDES", 0x20 },
	{ "TLP", 0x1000 },
	{ "FCP", 0x2000 },
	{ "CmpltTO", 0x4000 },
	{ "CmpltAbrt", 0x8000 },
	{ "UnxCmplt", 0x10000 },
	{ "RxOF", 0x20000 },
	{ "MalfTLP", 0x40000 },
	{ "ECRC", 0x80000 },
	{ "UnsupReq", 0x100000 },
	{ "ACSViol", AER_ACS_VIOLATION },
	{ NULL, 0 },
};

static const struct bit_name acs_bits[] = {
	{ "SrcValid", ACS_SV },    { "TransBlk", ACS_TB },
	{ "ReqRedir", ACS_RR },    { "CmpltRedir", ACS_CR },
	{ "UpstreamFwd", ACS_UF }, { "EgressCtrl", ACS_EC },
	{ "DirectTrans", ACS_DT }, { NULL, 0 },
};

static const struct bit_name ari_bits[] = { { "MFVC", 0x1 },
					    { "ACS", ARI_CTL_ACS },
					    { NULL, 0 } };

static const struct bit_name ats_bits[] = { { "Enable", ATS_CTL_ENABLE }, { NULL, 0 } };

static const struct bit_name sriov_bits[] = {
	{ "Enable", SRIOV_CTL_ENABLE },
	{ "MSE", SRIOV_CTL_MEMORY },
	{ "ARIHierarchy", 0x10 },
	{ "10BitTagReq", SRIOV_CTL_TAG10 },
	{ NULL, 0 },
};

static const struct bit_name pri_bits[] = { { "Enable", PRI_CTL_ENABLE },
					    { "Reset", 0x2 },
					    { NULL, 0 } };

static const struct bit_name prista_bits[] = {
	{ "RF", 0x1 },       { "UPRGI", 0x2 }, { "Stopped", 0x100 },
	{ "PASID", 0x8000 }, { NULL, 0 },
};

static const struct bit_name pasid_bits[] = {
	{ "Enable", PASID_CTL_ENABLE },
	{ "Exec", 0x2 },
	{ "Priv", 0x4 },
	{ NULL, 0 },
};

static const struct bit_name dpc_bits[] = { { "Trigger", DPC_STA_TRIGGERED },
					    { NULL, 0 } };

/* The number after @word, as the field @mask of the register at @at. */
static void tell_number(struct p2p_listing *listing, unsigned at, uint32_t mask,
			struct span line, const char *word)
{
	unsigned shift = (unsigned)__builtin_ctz(mask);
	uint64_t value;

	if (span_told(line, word, 10, &value) && value <= mask >> shift)
		p2p_listing_tell(listing, at, 4, (uint32_t)value << shift, mask);
}

static void tell_hex(struct p2p_listing *listing, unsigned at, uint32_t mask,
		     struct span line, const char *word)
{
	unsigned shift = (unsigned)__builtin_ctz(mask);
	uint64_t value;

	if (span_told(line, word, 16, &value) && value <= mask >> shift)
		p2p_listing_tell(listing, at, 4, (uint32_t)value << shift, mask);
}

static void read_power(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_number(listing, at, PM_CTL_STATE, line, "Status: D");
}

/* 128 to 4096 bytes, as a power of two above 128. */
static void tell_payload(struct p2p_listing *listing, unsigned at, unsigned shift,
			 struct span line)
{
	uint64_t bytes;

	if (!span_told(line, "MaxPayload ", 10, &bytes))
		return;
	for (unsigned code = 0; code <= 5; code++)
		if (bytes == 128u << code)
			p2p_listing_tell(listing, at, 4, code << shift, 7u << shift);
}

static void read_devcap(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_payload(listing, at, 0, line);
}

static void read_devctl(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_payload(listing, at, PAYLOAD_CTL, line);
}

static void read_link(struct p2p_listing *listing, unsigned at, struct span line)
{
	static const char *const speeds[] = { "2.5G", "5G", "8G", "16G", "32G", "64G" };
	struct span speed = span_after(line, "Speed ");
	uint64_t width;

	for (unsigned i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (span_starts(speed, speeds[i]))
			p2p_listing_tell(listing, at, 2, i + 1, LNKSTA_SPEED);
	if (span_told(line, "Width x", 10, &width) && width <= LNKSTA_WIDTH >> 4)
		p2p_listing_tell(listing, at, 2, (uint32_t)width << 4, LNKSTA_WIDTH);
}

static void read_lnkcap(struct p2p_listing *listing, unsigned at, struct span line)
{
	read_link(listing, at, line);
	tell_number(listing, at, LNKCAP_PORT, line, "Port #");
}

static void read_sltcap(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_number(listing, at, SLTCAP_NUMBER, line, "Slot #");
}

static void read_aricap(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_number(listing, at, 0xff00, line, "Next Function: ");
}

static void read_arictl(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_number(listing, at, ARI_CTL_GROUP, line, "Function Group: ");
}

static void read_vf_count(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_number(listing, at, 0x0000ffff, line, "Initial VFs: ");
	tell_number(listing, at, 0xffff0000, line, "Total VFs: ");
	tell_number(listing, at + 4, 0x0000ffff, line, "Number of VFs: ");
}

static void read_vf_place(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_number(listing, at, 0x0000ffff, line, "VF offset: ");
	tell_number(listing, at, 0xffff0000, line, "stride: ");
	tell_hex(listing, at + 4, 0xffff0000, line, "Device ID: ");
}

static void read_pasidcap(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_hex(listing, at, 0x1f00, line, "Max PASID Width: ");
}

static void read_dpcctl(struct p2p_listing *listing, unsigned at, struct span line)
{
	tell_number(listing, at, DPC_CTL_TRIGGER, line, "Trigger:");
}

/* "64GB" as the power of two above 1 MB; -1 if it is none. */
static int rebar_size(struct span text)
{
	static const char units[] = "MGTPE";
	uint64_t size;
	size_t n = span_number(text, 10, &size);
	const char *unit = n && n < text.length ? strchr(units, text.at[n]) : NULL;

	if (!unit || !*unit || !size || size & (size - 1))
		return -1;
	return 10 * (int)(unit - units) + __builtin_ctzll(size);
}

/* One line a BAR: a pair of registers. The first tells sizes up to 128 TB. */
static void read_rebar(struct p2p_listing *listing, unsigned at, struct span line)
{
	struct span sizes = span_after(line, "supported:");
	uint32_t supported = 0;
	int size;
	uint64_t bar;

	if (!span_told(line, "BAR ", 10, &bar) || bar >= REBAR_MAX ||
	    listing->rebar >= REBAR_MAX)
		return;
	at += REBAR_ENTRY * listing->rebar++;
	size = rebar_size(span_after(line, "current size: "));
	if (size >= 0)
		p2p_listing_tell(listing, at + 4, 4, (uint32_t)bar | (uint32_t)size << 8,
				 REBAR_CTL_BAR | REBAR_CTL_SIZE);
	for (sizes = span_trim(sizes); sizes.length;
	     sizes = span_trim(span_after(sizes, " "))) {
		size = rebar_size(sizes);
		if (size >= 0 && size < 28)
			supported |= 1u << (size + 4);
	}
	if (supported)
		p2p_listing_tell(listing, at, 4, supported, REBAR_CAP_SIZES);
}

static const struct p2p_text_register registers[] = {
	{ P2P_IN_HEAD, "Control:", REG_COMMAND, 2, command_bits, NULL },
	{ P2P_IN_HEAD, "Status:", REG_STATUS, 2, status_bits, NULL },
	{ P2P_IN_POWER, "Status:", REG_PM_CTL, 2, no_bits, read_power },
	{ P2P_IN_EXPRESS, "DevCap:", REG_EXP_DEVCAP, 4, no_bits, read_devcap },
	{ P2P_IN_EXPRESS, "DevCtl:", REG_EXP_DEVCTL, 2, devctl_bits, read_devctl },
	{ P2P_IN_EXPRESS, "LnkCap:", REG_EXP_LNKCAP, 4, lnkcap_bits, read_lnkcap },
	{ P2P_IN_EXPRESS, "LnkSta:", REG_EXP_LNKSTA, 2, lnksta_bits, read_link },
	{ P2P_IN_EXPRESS, "SltCap:", REG_EXP_SLTCAP, 4, sltcap_bits, read_sltcap },
	{ P2P_IN_EXPRESS, "SltSta:", REG_EXP_SLTSTA, 2, sltsta_bits, NULL },
	{ P2P_IN_EXPRESS, "DevCap2:", REG_EXP_DEVCAP2, 4, devcap2_bits, NULL },
	{ P2P_IN_EXPRESS, "AtomicOpsCap:", REG_EXP_DEVCAP2, 4, devcap2_bits, NULL },
	{ P2P_IN_EXPRESS, "DevCtl2:", REG_EXP_DEVCTL2, 2, devctl2_bits, NULL },
	{ P2P_IN_EXPRESS, "AtomicOpsCtl:", REG_EXP_DEVCTL2, 2, devctl2_bits, NULL },
	{ P2P_IN_AER, "UESta:", REG_AER_STATUS, 4, aer_bits, NULL },
	{ P2P_IN_AER, "UEMsk:", REG_AER_MASK, 4, aer_bits, NULL },
	{ P2P_IN_AER, "UESvrt:", REG_AER_SEVERITY, 4, aer_bits, NULL },
	{ P2P_IN_ACS, "ACSCap:", REG_ACS_CAP, 2, acs_bits, NULL },
	{ P2P_IN_ACS, "ACSCtl:", REG_ACS_CTL, 2, acs_bits, NULL },
	{ P2P_IN_ARI, "ARICap:", REG_ARI_CAP, 2, ari_bits, read_aricap },
	{ P2P_IN_ARI, "ARICtl:", REG_ARI_CTL, 2, ari_bits, read_arictl },
	{ P2P_IN_ATS, "ATSCtl:", REG_ATS_CTL, 2, ats_bits, NULL },
	{ P2P_IN_SRIOV, "IOVCtl:", REG_SRIOV_CTL, 2, sriov_bits, NULL },
	{ P2P_IN_SRIOV, "Initial VFs:", REG_SRIOV_INIT, 4, no_bits, read_vf_count },
	{ P2P_IN_SRIOV, "VF offset:", REG_SRIOV_OFFSET, 4, no_bits, read_vf_place },
	{ P2P_IN_PRI, "PRICtl:", REG_PRI_CTL, 2, pri_bits, NULL },
	{ P2P_IN_PRI, "PRISta:", REG_PRI_STA, 2, prista_bits, NULL },
	{ P2P_IN_REBAR, "BAR ", REG_REBAR_CAP, 4, no_bits, read_rebar },
	{ P2P_IN_PASID, "PASIDCap:", REG_PASID_CAP, 2, pasid_bits, read_pasidcap },
	{ P2P_IN_PASID, "PASIDCtl:", REG_PASID_CTL, 2, pasid_bits, NULL },
	{ P2P_IN_DPC, "DpcCtl:", REG_DPC_CTL, 2, no_bits, read_dpcctl },
	{ P2P_IN_DPC, "DpcSta:", REG_DPC_STA, 2, dpc_bits, NULL },
};

bool p2p_text_is_key(struct span line)
{
	for (size_t i = 0; i < line.length; i++) {
		char c = line.at[i];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		bool inside = (c >= '0' && c <= '9') || c == ' ' || c == '-' || c == '/';

		if (c == ':')
			return i > 0;
		if (!letter && !(i && inside))
			return false;
	}
	return false;
}

static void tell_flag(struct p2p_listing *listing, const struct p2p_text_register *reg,
		      unsigned at, struct span word)
{
	bool on = word.at[word.length - 1] == '+';

	word.length--;
	for (const struct bit_name *bit = reg->bits; bit->name; bit++)
		if (span_equals(word, bit->name))
			p2p_listing_tell(listing, at, reg->width, on ? bit->bit : 0,
					 bit->bit);
}

static bool ends_word(char c)
{
	return is_blank(c) || c == ',' || c == ';' || c == '\xa0';
}

static void tell_flags(struct p2p_listing *listing, const struct p2p_text_register *reg,
		       unsigned at, struct span line)
{
	size_t end;

	for (; line.length; line = span_skip(line, end + 1)) {
		for (end = 0; end < line.length && !ends_word(line.at[end]);)
			end++;
		if (end > 1 && (line.at[end - 1] == '+' || line.at[end - 1] == '-'))
			tell_flag(listing, reg, at, span_cut(line, end));
	}
}

static const struct p2p_text_register *find_register(const struct p2p_listing *listing,
						     struct span line)
{
	for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++)
		if (registers[i].place == listing->place &&
		    span_starts(line, registers[i].key))
			return &registers[i];
	return NULL;
}

bool p2p_text_register(struct p2p_listing *listing, struct span line)
{
	const struct p2p_text_register *reg = find_register(listing, line);
	unsigned at;

	if (reg || p2p_text_is_key(line))
		listing->reg = reg;
	reg = listing->reg;
	if (!reg)
		return false;
	at = reg->at + (listing->place == P2P_IN_HEAD ? 0 : listing->at);
	tell_flags(listing, reg, at, line);
	if (reg->read)
		reg->read(listing, at, line);
	return true;
}
