#include "cli/dialogue/draft_id.h"

#include <string.h>

#include "cli/calls.h"

struct draft_search {
    struct ident first;
    struct ident last;
    struct ident found;
    size_t count;
};

static bool on_draft(void *cookie, const struct control_draft *d, struct error *err)
{
    struct draft_search *s = cookie;

    (void)err;
    if (memcmp(d->draft.at, s->first.at, sizeof s->first.at) >= 0 &&
        memcmp(d->draft.at, s->last.at, sizeof s->last.at) <= 0) {
        s->found = d->draft;
        s->count++;
    }
    return true;
}

bool draft_id_find(struct command *c, const char *text, struct ident *out, struct error *err)
{
    struct view typed = view_of_text(text);
    struct draft_search s = {.count = 0};

    if (ident_read(typed, out) && !ident_is_zero(out))
        return true;
    if (typed.size < BOUND_ID_DIGITS || typed.size >= IDENT_TEXT || !ident_read_range(typed, &s.first, &s.last))
        return error_set(err, E_USE_04,
                         "\"%.60s\" is not the id of a draft: its first %d digits or more, as `refex "
                         "draft list` shows them",
                         text, BOUND_ID_DIGITS);
    if (!call_draft_list(c, NULL, on_draft, &s, err))
        return false;
    if (s.count == 0)
        return error_set(err, E_DRF_01, "no draft here has an id that begins with %s", text);
    if (s.count > 1)
        return error_set(err, E_USE_06, "%zu ids of drafts begin with %s", s.count, text);
    *out = s.found;
    return true;
}
