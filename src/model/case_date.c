#include "model/case_date.h"

static const struct {
    const char *name;
    const char *says;
    const char *does;
    uint32_t at_least;
    uint32_t before;
} kinds[DATE_KIND_END] = {
#define DATE_ROW(number, NAME, word, at_least, before, means, does)                                                    \
    [number] = {word, means "; told from " #before " days before it on", does, at_least, before},
#include "model/case_dates.def"
};

const char *date_kind_name(enum date_kind k)
{
    return k < DATE_KIND_END ? kinds[k].name : NULL;
}

const char *date_kind_says(enum date_kind k)
{
    return k < DATE_KIND_END ? kinds[k].says : NULL;
}

const char *date_kind_does(enum date_kind k)
{
    return k < DATE_KIND_END ? kinds[k].does : NULL;
}

uint32_t date_kind_at_least(enum date_kind k)
{
    return k < DATE_KIND_END ? kinds[k].at_least : 0;
}

uint32_t date_kind_told_from(enum date_kind k, uint32_t until)
{
    uint32_t before = k < DATE_KIND_END ? kinds[k].before : 0;

    return until > before ? until - before : 1;
}
