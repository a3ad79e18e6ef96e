/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rdma-core's `rdma_topo dump`: a JSON list with an object for each function. Objects are
 * cut out of the list one by one, so that those before a damaged one are read. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "io/gzip.h"
#include "io/names.h"
#include "io/source_part.h"
#include "io/span.h"
#include "io/sysfs.h"

#define KIND       "rdma_topo dump"
#define DEPTH_MAX  16
#define OBJECT_MAX ((size_t)16 << 20)
#define PACKED_MAX 16384 /* of 4096 bytes that cannot be compressed, with much room */
#define NO_VENDOR  0xffff

struct dump {
	struct p2p_snapshot *snapshot;
	struct span text;
	size_t at, counted; /* lines are counted up to here */
	uint64_t lines;
	bool is_over;
};

static void damage(struct dump *dump, const char *name, const char *what)
{
	for (; dump->counted < dump->at; dump->counted++)
		dump->lines += dump->text.at[dump->counted] == '\n';
	p2p_snapshot_add_damage(dump->snapshot, dump->lines + 1, "%.64s%s%s", name,
				*name ? ": " : "", what);
}

/* Damage that nothing can be read behind. */
static void end(struct dump *dump, const char *what)
{
	damage(dump, "", what);
	dump->is_over = true;
}

/* The length of the object that begins the text; 0 if it does not end, or nests or goes
 * on beyond all measure. */
static size_t find_end(struct span text)
{
	bool is_string = false;
	unsigned depth = 0;

	for (size_t i = 0; i < text.length && i < OBJECT_MAX; i++) {
		char c = text.at[i];

		if (is_string && c == '\\')
			i++;
		else if (c == '"')
			is_string = !is_string;
		else if (is_string)
			continue;
		else if ((c == '{' || c == '[') && ++depth > DEPTH_MAX)
			return 0;
		else if ((c == '}' || c == ']') && !--depth)
			return i + 1;
	}
	return 0;
}

static const char *string_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static int32_t number_of(const cJSON *object, const char *key)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(number) || number->valuedouble < -1 ||
	    number->valuedouble > INT32_MAX)
		return P2P_NOT_TOLD;
	return (int32_t)number->valuedouble;
}

static int digit_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The number of bytes, -EBADMSG. */
static int decode_base64(const char *text, uint8_t *ret_bytes, size_t size)
{
	unsigned bits = 0, value = 0;
	size_t n = 0;

	for (; *text && *text != '='; text++) {
		int digit = digit_of(*text);

		if (digit < 0 || n == size)
			return -EBADMSG;
		value = value << 6 | (unsigned)digit;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			ret_bytes[n++] = (uint8_t)(value >> bits);
		}
	}
	return strspn(text, "=") == strlen(text) ? (int)n : -EBADMSG;
}

static int unpack_config(const char *text, uint8_t ret_config[P2P_CFG_SIZE])
{
	uint8_t packed[PACKED_MAX];
	int length = decode_base64(text, packed, sizeof(packed));

	return length < 0 ?
		       length :
		       p2p_zlib_unpack(packed, (size_t)length, ret_config, P2P_CFG_SIZE);
}

/* "pci:v000010DEd00002330sv000010DEsd000016C1bc03sc02i00" */
static void read_modalias(const char *text, struct p2p_function *function)
{
	unsigned vendor, device, class, subclass, interface;

	if (sscanf(text, "pci:v%8Xd%8Xsv%*8Xsd%*8Xbc%2Xsc%2Xi%2X", &vendor, &device,
		   &class, &subclass, &interface) != 5 ||
	    vendor > NO_VENDOR || device > 0xffff)
		return;
	function->vendor = (int32_t)vendor;
	function->device = (int32_t)device;
	function->class_code = (int32_t)(class << 16 | subclass << 8 | interface);
}

static int read_config(struct dump *dump, const cJSON *object, const char *name,
		       struct p2p_function *function)
{
	const char *config = string_of(object, "config");
	const char *modalias = string_of(object, "modalias");
	uint8_t bytes[P2P_CFG_SIZE];
	int length = config ? unpack_config(config, bytes) : 0;
	bool has_ids = length >= 4 && (bytes[0] | bytes[1] << 8) != NO_VENDOR;

	if (modalias && !has_ids)
		read_modalias(modalias, function);
	if (length == -ENOMEM)
		return length;
	if (length < 0)
		damage(dump, name, "its config space is not base64 of zlib data");
	if (length <= 0)
		return 0;
	if (length == 256 || length == P2P_CFG_SIZE)
		function->config_size = length;
	return p2p_snapshot_add_bytes(dump->snapshot, 0, bytes, (unsigned)length);
}

static int put_names(const cJSON *subsystems, struct p2p_bdf bdf, struct p2p_names *names)
{
	int result = 0;

	for (unsigned i = 0; !result && i < P2P_SUBSYSTEM_SLOT; i++) {
		enum p2p_subsystem subsystem = (enum p2p_subsystem)i;
		const cJSON *list = cJSON_GetObjectItemCaseSensitive(
			subsystems, p2p_names_subsystem(subsystem));
		const cJSON *name;

		cJSON_ArrayForEach(name, list)
			if (!result && cJSON_IsString(name))
				result = p2p_names_put(names, bdf, subsystem,
						       name->valuestring);
	}
	return result;
}

static int read_names(struct dump *dump, const cJSON *object,
		      struct p2p_function *function)
{
	struct p2p_names names = { 0 };
	int result = put_names(cJSON_GetObjectItemCaseSensitive(object, "subsystems"),
			       function->bdf, &names);

	p2p_names_sort(&names);
	if (!result)
		result = p2p_names_give(&names, dump->snapshot, function);
	p2p_names_done(&names);
	return result;
}

static int read_object(struct dump *dump, const cJSON *object)
{
	const char *path = string_of(object, "realpath");
	const char *name = path ? strrchr(path, '/') : NULL;
	struct p2p_function *function;
	char place[P2P_SYSFS_LINK_SIZE];
	struct p2p_bdf bdf;
	int result;

	name = name ? name + 1 : "";
	if (!path || !p2p_sysfs_is_address(name, &bdf) || strlen(path) >= sizeof(place)) {
		damage(dump, name,
		       "its realpath does not end in the address of a function");
		return 0;
	}
	function = p2p_snapshot_begin(dump->snapshot, bdf);
	if (!function)
		return dump->snapshot->n_functions >= P2P_FUNCTIONS_MAX ? -E2BIG :
									  -ENOMEM;
	strcpy(place, path);
	p2p_sysfs_fill_above(place, false, function);
	function->numa = number_of(object, "numa_node");
	function->group = number_of(object, "iommu_group");
	result = read_names(dump, object, function);
	return result ? result : read_config(dump, object, name, function);
}

static int read_next(struct dump *dump)
{
	struct span rest = span_skip(dump->text, dump->at);
	size_t length = find_end(rest);
	cJSON *object = length ? cJSON_ParseWithLength(rest.at, length) : NULL;
	int result = 0;

	if (object)
		result = read_object(dump, object);
	else if (length)
		damage(dump, "", "the object is no JSON");
	else
		end(dump, "the object is cut, or has no end that could be");
	cJSON_Delete(object);
	dump->at += length;
	return result;
}

/* Objects with commas and blanks between them, up to the bracket. */
static int read_list(struct dump *dump)
{
	int result = 0;

	dump->at = span_find(dump->text, "[");
	if (dump->at < dump->text.length)
		dump->at++;
	while (!result && !dump->is_over) {
		while (dump->at < dump->text.length &&
		       strchr(" \t\r\n,", dump->text.at[dump->at]))
			dump->at++;
		if (dump->at == dump->text.length)
			end(dump, "the list is cut");
		else if (dump->text.at[dump->at] == ']')
			return 0;
		else if (dump->text.at[dump->at] != '{')
			end(dump, "something else than an object is in the list");
		else
			result = read_next(dump);
	}
	return result;
}

int p2p_rdma_read(struct p2p_snapshot *snapshot, struct p2p_err *err)
{
	struct dump dump = { .snapshot = snapshot,
			     .text = { snapshot->text, snapshot->text_length } };
	int result = read_list(&dump);

	if (result == -E2BIG)
		return p2p_err_set(err, result, "more than %u functions",
				   P2P_FUNCTIONS_MAX);
	if (result)
		return p2p_err_set(err, result, "no memory for %u functions",
				   snapshot->n_functions + 1);
	snapshot->system.kind = p2p_snapshot_keep(snapshot, KIND, strlen(KIND));
	snapshot->system.extended = P2P_YES;
	return 0;
}
