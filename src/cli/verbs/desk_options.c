#include "cli/verbs/desk_options.h"

#include <string.h>

const char *desk_options_place(uint32_t number)
{
    return desk_place_name((enum desk_place)number);
}

const char *desk_options_place_says(uint32_t number)
{
    return desk_place_says((enum desk_place)number);
}

const char *desk_options_thing(uint32_t number)
{
    return to_bring_name((enum to_bring)number);
}

const char *asked_for_word(uint32_t number)
{
    return asked_for_name((enum asked_for)number);
}

const char *asked_for_meaning(uint32_t number)
{
    return asked_for_says((enum asked_for)number);
}

bool desk_options_read(struct command *c, struct desk_options *out, struct error *err)
{
    const char *phone = options_value(&c->options, "phone");
    uint32_t place;

    *out = (struct desk_options){0};
    if (!values_name(&c->options, "place", desk_options_place, DESK_PLACE_END, 0, &place, err) ||
        !values_codes(&c->options, "bring", desk_options_thing, TO_BRING_END, &out->bring, err))
        return false;
    out->place = (enum desk_place)place;
    if (phone != NULL && strlen(phone) > BOUND_PHONE)
        return error_set(err, E_USE_04, "--phone is a plus and digits, at most %d characters", BOUND_PHONE);
    out->phone = view_of_text(phone != NULL ? phone : "");
    return true;
}
