/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of JSON records. */
#include <stdlib.h>
#include <string.h>

#include "render/clean.h"
#include "render/json.h"
#include "render/words.h"

#define CLEAN_SIZE 1024

static void (*leave_program)(void);

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		leave_program();
	return memory;
}

void json_on_no_memory(void (*leave)(void))
{
	cJSON_Hooks hooks = { .malloc_fn = allocate, .free_fn = free };

	leave_program = leave;
	cJSON_InitHooks(&hooks);
}

void json_print(struct out *out, cJSON *item)
{
	char *text = cJSON_PrintUnformatted(item);

	out_text(out, text);
	cJSON_free(text);
	cJSON_Delete(item);
}

void json_element(struct out *out, bool *any, cJSON *item)
{
	out_text(out, *any ? ",\n" : "\n");
	*any = true;
	json_print(out, item);
}

void json_keep(struct memo_text *text, cJSON *item, bool inner)
{
	text->text = cJSON_PrintUnformatted(item);
	text->length = strlen(text->text);
	cJSON_Delete(item);
	if (inner) {
		text->length -= 2;
		memmove(text->text, text->text + 1, text->length);
		text->text[text->length] = '\0';
	}
}

void json_item(cJSON *object, const char *key, cJSON *item)
{
	cJSON_AddItemToObjectCS(object, key, item);
}

void json_null(cJSON *object, const char *key)
{
	json_item(object, key, cJSON_CreateNull());
}

void json_false(cJSON *object, const char *key)
{
	json_item(object, key, cJSON_CreateFalse());
}

void json_string(cJSON *object, const char *key, const char *text)
{
	json_item(object, key, cJSON_CreateString(text));
}

void json_number(cJSON *object, const char *key, double number)
{
	json_item(object, key, cJSON_CreateNumber(number));
}

void json_tri(cJSON *object, const char *key, enum p2p_tri tri)
{
	json_item(object, key,
		  tri == P2P_UNKNOWN ? cJSON_CreateNull() :
				       cJSON_CreateBool(tri == P2P_YES));
}

void json_address(cJSON *object, const char *key, const struct p2p_machine *machine,
		  uint32_t function)
{
	char address[P2P_BDF_SIZE];

	if (function == P2P_NONE)
		json_null(object, key);
	else
		json_string(object, key, say_address(machine, function, address));
}

void json_lack(cJSON *missing, const char *what, const char *why)
{
	cJSON *entry = cJSON_CreateObject();

	json_string(entry, "what", what);
	json_string(entry, "why", why);
	cJSON_AddItemToArray(missing, entry);
}

cJSON *json_clean(const char *text)
{
	char clean[CLEAN_SIZE];

	return cJSON_CreateString(clean_text(text, true, clean, sizeof(clean)));
}

void json_told(cJSON *object, const char *key, const struct p2p_machine *machine,
	       p2p_string string)
{
	if (string)
		json_item(object, key,
			  json_clean(p2p_snapshot_string(machine->snapshot, string)));
	else
		json_null(object, key);
}

cJSON *json_addresses(const struct p2p_machine *machine, const uint32_t *functions,
		      uint32_t count)
{
	cJSON *array = cJSON_CreateArray();
	char address[P2P_BDF_SIZE];

	for (uint32_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(say_address(
						    machine, functions[i], address)));
	return array;
}

cJSON *json_bits(uint32_t bits)
{
	cJSON *array = cJSON_CreateArray();

	for (int i = 0; i < WORDS_ACS_BITS; i++)
		if (bits & words_acs[i].bit)
			cJSON_AddItemToArray(
				array, cJSON_CreateStringReference(words_acs[i].on));
	return array;
}

cJSON *json_words(const struct word *words, unsigned count, unsigned bits)
{
	cJSON *array = cJSON_CreateArray();

	for (unsigned i = 0; i < count; i++)
		if (bits & 1u << i)
			cJSON_AddItemToArray(array,
					     cJSON_CreateStringReference(words[i].word));
	return array;
}

cJSON *json_assumed(unsigned assumed)
{
	return json_words(words_assumption, WORDS_ASSUMPTIONS, assumed);
}
