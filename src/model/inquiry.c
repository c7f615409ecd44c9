#include "model/inquiry.h"

#include <stdio.h>
#include <string.h>

#include "base/bounds.h"
#include "base/text.h"

/* One person who speaks a language that few speak is somebody; so are the three of one family. */
#define COARSE 4

static uint32_t least(enum places_for whom, size_t languages)
{
    return languages != 0 || whom == PLACES_FOR_FAMILIES ? COARSE : 1;
}

uint32_t inquiry_places(uint32_t wanted, enum places_for whom, size_t languages)
{
    uint32_t places = least(whom, languages);

    if (wanted < 1 || wanted > BOUND_INQUIRY_PLACES)
        return 0;
    while (places < wanted)
        places *= 2;
    return places;
}

bool inquiry_is_coarse(uint32_t places, enum places_for whom, size_t languages)
{
    return inquiry_places(places, whom, languages) == places && places != 0;
}

uint32_t inquiry_month_of_day(uint32_t day)
{
    char text[11];

    text_write_date((int32_t)day, text);
    return (uint32_t)((text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0') - 1970) *
               12 +
           (uint32_t)((text[5] - '0') * 10 + (text[6] - '0') - 1);
}

bool inquiry_month_read(struct view text, uint32_t *month)
{
    char first[10]; /* of its days */
    int32_t day;

    if (text.size != 7)
        return false;
    memcpy(first, text.at, 7);
    memcpy(first + 7, "-01", 3);
    if (!text_read_date(view_of(first, sizeof first), &day) || day < 0)
        return false;
    *month = inquiry_month_of_day((uint32_t)day);
    return *month <= BOUND_MONTH;
}

void inquiry_month_write(uint32_t month, char out[static INQUIRY_MONTH])
{
    (void)snprintf(out, INQUIRY_MONTH, "%04u-%02u", (unsigned)(1970 + month / 12) % 10000, (unsigned)(month % 12) + 1);
}

bool inquiry_region_ok(struct view region)
{
    for (size_t i = 0; i < region.size; i++)
        if (!(region.at[i] >= 'A' && region.at[i] <= 'Z') && !(region.at[i] >= '0' && region.at[i] <= '9'))
            return false;
    return region.size <= 3;
}
