/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of members in, the folder of their machine out. Files in one folder are of one
 * machine if their names say only what printed them: lspci-xxxx and lspci-vvv, but not
 * node1.txt and node2.txt. */
#include "io/place.h"

/* What a machine's root has, or what a report has in its place. */
static const char *const roots[] = { "sos_commands", "pcie_files", "commands_txt_output",
				     "sys",          "proc",       "etc",
				     "boot" };

/* Words that name no machine. Options of lspci are words of these letters. */
static const char *const plain[] = { "lspci", "full", "dump", "output", "out",
				     "pci",   "pcie", "txt",  "log",    "gz",
				     "xz",    "bz2",  "zst",  "root",   "sudo" };
#define OPTION_LETTERS "nvxkDqmt"
#define BETWEEN_WORDS  "-_. "

struct p2p_place p2p_place_of(const char *name)
{
	const char *part = name, *slash;

	while ((slash = strchr(part, '/'))) {
		struct span word = { part, (size_t)(slash - part) };

		for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
			if (span_equals(word, roots[i]))
				return (struct p2p_place){
					.root = { name,
						  part > name ?
							  (size_t)(part - name) - 1 :
							  0 },
					.is_root = true,
				};
		part = slash + 1;
	}
	return (struct p2p_place){
		.root = { name, part > name ? (size_t)(part - name) - 1 : 0 },
		.last = span_of(part),
	};
}

struct p2p_place p2p_place_of_tree(const char *folder)
{
	struct p2p_place place = { .root = span_of(folder), .is_root = true };
	const char *slash = strrchr(folder, '/');

	if (!strcmp(slash ? slash + 1 : folder, "sys"))
		place.root.length = slash ? (size_t)(slash - folder) : 0;
	return place;
}

static bool is_in(struct span inner, struct span outer)
{
	if (!outer.length)
		return true;
	return inner.length >= outer.length &&
	       !memcmp(inner.at, outer.at, outer.length) &&
	       (inner.length == outer.length || inner.at[outer.length] == '/');
}

bool p2p_place_holds(struct p2p_place outer, struct p2p_place inner)
{
	return is_in(inner.root, outer.root);
}

bool p2p_place_is_beside(struct p2p_place one, struct p2p_place other)
{
	return one.root.length == other.root.length && is_in(one.root, other.root);
}

static bool is_plain(struct span word)
{
	size_t letters = 0;

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (span_equals(word, plain[i]))
			return true;
	while (letters < word.length && strchr(OPTION_LETTERS, word.at[letters]))
		letters++;
	return letters == word.length;
}

/* The next word that may name a machine; empty at the end. */
static struct span next_word(struct span *rest)
{
	while (rest->length) {
		struct span word = *rest;
		size_t n = 0;

		while (n < rest->length && !strchr(BETWEEN_WORDS, rest->at[n]))
			n++;
		word.length = n;
		*rest = span_skip(*rest, n + 1);
		if (n && !is_plain(word))
			return word;
	}
	return (struct span){ "", 0 };
}

static bool is_named_alike(struct span one, struct span other)
{
	struct span a, b;

	do {
		a = next_word(&one);
		b = next_word(&other);
		if (a.length != b.length || memcmp(a.at, b.at, a.length) != 0)
			return false;
	} while (a.length);
	return true;
}

bool p2p_place_is_same(struct p2p_place one, struct p2p_place other)
{
	if (one.is_root && other.is_root)
		return p2p_place_is_beside(one, other);
	if (one.is_root || other.is_root)
		return p2p_place_holds(one.is_root ? one : other,
				       one.is_root ? other : one);
	return p2p_place_is_beside(one, other) && is_named_alike(one.last, other.last);
}
