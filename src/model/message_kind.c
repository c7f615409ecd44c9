#include "model/message_kind.h"

#include <stddef.h>

/* The names of the flags in the rows. */
enum {
    BEGINS = KIND_BEGINS,
    PERMISSION = KIND_PERMISSION,
    SECTIONS = KIND_SECTIONS,
    OWED = KIND_OWED,
    CUT_OFF = KIND_PASSES_TO_CUT_OFF,
};

static const struct message_kind_row {
    const char *name;
    enum message_way way;
    unsigned flags;
} kinds[MESSAGE_KIND_END] = {
#define KIND(number, id, name, acts, way, flags) [MESSAGE_##id] = {name, WAY_##way, flags},
#include "model/message_kinds.def"
#undef KIND
};

/* A number without a row would have no name and no flag. */
enum {
    KIND_ROWS = 0
#define KIND(number, id, name, acts, way, flags) +1
#include "model/message_kinds.def"
#undef KIND
};
_Static_assert(KIND_ROWS + 1 == MESSAGE_KIND_END, "a row of message_kinds.def for each number from 1 on");

static const struct message_kind_row *row_of(enum message_kind k)
{
    return &kinds[k > 0 && k < MESSAGE_KIND_END ? k : 0];
}

const char *message_kind_name(enum message_kind k)
{
    const char *name = row_of(k)->name;

    return name != NULL ? name : "?";
}

bool message_kind_has(enum message_kind k, enum message_flag flag)
{
    return (row_of(k)->flags & flag) != 0;
}

enum message_way message_kind_way(enum message_kind k)
{
    return row_of(k)->way;
}

bool message_kind_needs_permission(enum message_kind k, bool has_sections)
{
    return has_sections || message_kind_has(k, KIND_PERMISSION);
}

bool message_kind_is_about_nobody(enum message_kind k)
{
    enum message_way way = message_kind_way(k);

    return way == WAY_ASKS || way == WAY_ANSWERS;
}

bool message_kind_is_of_referral(enum message_kind k)
{
    enum message_way way = message_kind_way(k);

    return way == WAY_FORTH || way == WAY_BACK;
}
