#include "cli/verbs/assign_options.h"

#include "cli/account.h"

bool assign_options_read(const struct options *o, struct control_assign_ask *ask, struct error *err)
{
    const char *to = options_value(o, "to");
    const char *desk = options_value(o, "desk");

    ask->no_desk = options_flag(o, "no-desk");
    if ((to != NULL) + (desk != NULL) + ask->no_desk != 1)
        return error_set(err, E_USE_02, "one of --to, --desk and --no-desk");
    if (desk != NULL)
        ask->desk = view_of_text(desk);
    return to == NULL || account_read_holder(to, &ask->uid, err);
}
