#include "model/regions.h"

#include "base/text.h"

static const struct region_row {
    const char *country;
    const char *codes;
} rows[] = {
#define REGIONS(country, codes) {country, codes},
#include "model/regions.def"
};

const char *regions_of(struct view country)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (view_equal(country, view_of_text(rows[i].country)))
            return rows[i].codes;
    return "";
}

bool region_is_of(struct view country, struct view region)
{
    struct view rest = view_of_text(regions_of(country));
    struct view code;

    while (text_split(&rest, ' ', &code))
        if (code.size != 0 && view_equal(code, region))
            return true;
    return false;
}
