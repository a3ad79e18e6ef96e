/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seconds to a date and back, by the rules of the Gregorian calendar. Years are counted
 * from March, so that the day that comes and goes is the last one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/snapshot_time.h"

#define DAY          86400
#define DAYS_400     146097
#define DAYS_TO_1970 719468 /* from 1 March of the year 0 */
#define YEAR_MOST    9999

struct date {
	int64_t year;
	unsigned month, day, hour, minute, second;
};

static int64_t to_days(const struct date *date)
{
	int64_t year = date->month > 2 ? date->year : date->year - 1;
	unsigned month = (date->month + 9) % 12;

	return year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 +
	       date->day - 1 - DAYS_TO_1970;
}

static void from_days(int64_t days, struct date *ret_date)
{
	int64_t since = days + DAYS_TO_1970, era = since / DAYS_400;
	int64_t day = since % DAYS_400;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	unsigned in_year, month;

	in_year = (unsigned)(day - (365 * year + year / 4 - year / 100));
	month = (5 * in_year + 2) / 153;
	ret_date->day = in_year - (153 * month + 2) / 5 + 1;
	ret_date->month = month < 10 ? month + 3 : month - 9;
	ret_date->year = era * 400 + year + (ret_date->month <= 2);
}

char *p2p_time_format(int64_t time, char ret_text[TIME_ROOM])
{
	unsigned left = (unsigned)(time % DAY);
	struct date date;

	if (time <= 0 || time / DAY > (int64_t)366 * YEAR_MOST)
		return NULL;
	from_days(time / DAY, &date);
	if (date.year > YEAR_MOST)
		return NULL;
	snprintf(ret_text, TIME_ROOM, "%04d-%02u-%02uT%02u:%02u:%02uZ",
		 (int)date.year % (YEAR_MOST + 1), date.month % 100, date.day % 100,
		 left / 3600, left / 60 % 60, left % 60);
	return ret_text;
}

int p2p_time_parse(const char *text, int64_t *ret_time)
{
	struct date date = { 0 };
	unsigned *const parts[] = { &date.month, &date.day, &date.hour, &date.minute,
				    &date.second };
	static const char shape[] = "0000-00-00T00:00:00Z";
	char again[TIME_ROOM];
	unsigned part = 0;
	int64_t time;

	for (unsigned i = 0; i < sizeof(shape); i++) {
		bool is_digit = text[i] >= '0' && text[i] <= '9';

		if (shape[i] == '0' ? !is_digit : text[i] != shape[i])
			return -EINVAL;
		if (i < 4)
			date.year = date.year * 10 + text[i] - '0';
		else if (is_digit)
			*parts[part] = *parts[part] * 10 + (unsigned)(text[i] - '0');
		else
			part += i > 4;
	}
	time = to_days(&date) * DAY + (int64_t)date.hour * 3600 + date.minute * 60 +
	       date.second;
	/* a date that there is not comes back as another */
	if (!p2p_time_format(time, again) || strcmp(again, text) != 0)
		return -EINVAL;
	*ret_time = time;
	return 0;
}
