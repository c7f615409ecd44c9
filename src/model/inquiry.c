#include "model/inquiry.h"

#include "base/bounds.h"

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
