#ifndef CLI_DESK_OPTIONS_H
#define CLI_DESK_OPTIONS_H
/* Options that say how to reach a service: --place, --phone, --bring. Of a desk, about nobody. And the codes of what is
 * asked for.
 *
 * Floor: cli.
 */

#include "cli/values.h"
#include "cli/verbs/cmd.h"
#include "model/referral_enums.h"

struct desk_options {
    enum desk_place place;
    struct view phone;
    uint32_t bring; /* bit n: enum to_bring n */
};

#define DESK_OPTIONS                                                                                                   \
    OPTION_VALUE("place", "PLACE", "where the service is to be had"),                                                  \
        OPTION_VALUE("phone", "NUMBER", "of your desk, like +48221234567"),                                            \
        OPTION_LIST("bring", "THING,…", "what whoever comes brings along")
#define DESK_PLACES                                                                                                    \
    {                                                                                                                  \
        "--place takes", desk_options_place, desk_options_place_says, DESK_PLACE_END                                   \
    }
#define DESK_THINGS                                                                                                    \
    {                                                                                                                  \
        "bring", desk_options_thing, TO_BRING_END                                                                      \
    }

MUST_USE bool desk_options_read(struct command *c, struct desk_options *out, struct error *err);
const char *desk_options_place(uint32_t number);
const char *desk_options_place_says(uint32_t number);
const char *desk_options_thing(uint32_t number);

const char *asked_for_word(uint32_t number);
const char *asked_for_meaning(uint32_t number);

#endif
