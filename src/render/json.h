/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON records: built one at a time with cJSON, printed, forgotten. Running out of memory
 * ends the program, see json_on_no_memory(). */
#ifndef P2PTOOL_RENDER_JSON_H
#define P2PTOOL_RENDER_JSON_H

#include <cjson/cJSON.h>

#include "render/memo.h"
#include "render/out.h"
#include "render/say.h"
#include "render/words.h"

/** What to call when there is no memory for a record; must not return. */
void json_on_no_memory(void (*leave)(void));

/** Prints @item on its own and frees it. */
void json_print(struct out *out, cJSON *item);

/** The same as an element of an array, on a line of its own; @any: there was one. */
void json_element(struct out *out, bool *any, cJSON *item);

/** Keeps the text of @item in @text and frees it; with @inner without its braces. */
void json_keep(struct memo_text *text, cJSON *item, bool inner);

/** Each adds a member; unknown is null. Keys must be literals. */
void json_item(cJSON *object, const char *key, cJSON *item);
void json_null(cJSON *object, const char *key);
void json_false(cJSON *object, const char *key);
void json_string(cJSON *object, const char *key, const char *text);
void json_number(cJSON *object, const char *key, double number);
void json_tri(cJSON *object, const char *key, enum p2p_tri tri);
void json_address(cJSON *object, const char *key, const struct p2p_machine *machine,
		  uint32_t function);

/** A string of the snapshot, cleaned; null when it was not told. */
void json_told(cJSON *object, const char *key, const struct p2p_machine *machine,
	       p2p_string string);

/** An entry of "missing": what is null, and why. */
void json_lack(cJSON *missing, const char *what, const char *why);

/** A cleaned string. */
cJSON *json_clean(const char *text);

/** An array of the addresses of functions. */
cJSON *json_addresses(const struct p2p_machine *machine, const uint32_t *functions,
		      uint32_t count);

/** `["RR","CR"]` */
cJSON *json_bits(uint32_t bits);

/** An array of those of @count words whose bit 1 << index is in @bits. */
cJSON *json_words(const struct word *words, unsigned count, unsigned bits);

/** The names of assumptions. */
cJSON *json_assumed(unsigned assumed);

#endif
