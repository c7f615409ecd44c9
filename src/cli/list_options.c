#include "cli/list_options.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/values.h"

#define TERMINAL_ROWS 50 /* of a page where nothing is said: two screens */

static bool read_limit(const struct command *c, bool at_terminal, uint32_t *out, struct error *err)
{
    *out = at_terminal ? TERMINAL_ROWS : 0;
    if (options_value(&c->options, "limit") == NULL)
        return true;
    return values_u32(&c->options, "limit", out, err) &&
           ((*out > 0 && *out < BOUND_LIST) || error_set(err, E_USE_04, "--limit is from 1 to %d", BOUND_LIST - 1));
}

/* HAS_DUE: what is listed has a due time. */
static bool read_sort(const struct command *c, bool at_terminal, bool has_due, struct control_list_choice *choice,
                      struct error *err)
{
    static const char *const words[] = {"newest", "oldest", "due"};
    const char *word = options_value(&c->options, "sort");

    choice->newest = word == NULL ? at_terminal : strcmp(word, words[0]) == 0;
    choice->by_due = has_due && word != NULL && strcmp(word, words[2]) == 0;
    return word == NULL || choice->newest || choice->by_due || strcmp(word, words[1]) == 0 ||
           options_wrong_value(err, "sort", word, words, has_due ? 3 : 2);
}

bool list_options_read(struct command *c, uint32_t of, const char *id, struct control_list_choice *choice,
                       struct error *err)
{
    const bool at_terminal = !c->json && isatty(STDOUT_FILENO) != 0;
    const char *after = options_value(&c->options, "after");

    *choice = (struct control_list_choice){0};
    c->page.id = id;
    if (!read_limit(c, at_terminal, &c->page.limit, err) || !read_sort(c, at_terminal, of == REFERRAL_ID, choice, err))
        return false;
    choice->limit = c->page.limit == 0 ? 0 : c->page.limit + 1;
    return after == NULL || connection_ident(c, REFEX_NODE_OR_READER, of, after, &choice->after, err);
}

bool list_options_read_span(struct command *c, struct control_list_choice *choice, struct error *err)
{
    return values_time(&c->options, "since", &choice->since_ms, err) &&
           values_before(&c->options, "until", &choice->until_ms, err);
}

bool list_options_read_with(struct command *c, const char *(*name)(uint32_t number), uint32_t end,
                            struct control_list_choice *choice, struct error *err)
{
    const char *agency = options_value(&c->options, "agency");

    return values_name(&c->options, "state", name, end, 0, &choice->state, err) &&
           (agency == NULL || connection_address(c, "agency", agency, &choice->agency, err));
}

size_t list_options_count(const struct control_list_choice *choice)
{
    return choice->newest || choice->by_due || !ident_is_zero(&choice->after) || choice->limit != 0 ||
           choice->since_ms != 0 || choice->until_ms != 0 || choice->agency.text[0] != '\0' || choice->state != 0 ||
           choice->direction != 0;
}
