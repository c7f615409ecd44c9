#include "cli/listed_id.h"

#include <string.h>

bool listed_id_begin(struct listed_id *l, const char *text, const char *list, struct ident *out, struct error *err)
{
    struct view typed = view_of_text(text);

    *l = (struct listed_id){.text = text};
    err->code = E_NONE;
    if (ident_read(typed, out))
        return false;
    if (typed.size >= BOUND_ID_DIGITS && typed.size < IDENT_TEXT - 1 && ident_read_range(typed, &l->first, &l->last))
        return true;
    return error_set(err, E_USE_04, "ID is what `%s` shows: its 32 digits, or the first %d or more", list,
                     BOUND_ID_DIGITS);
}

void listed_id_look(struct listed_id *l, const struct ident *id)
{
    if (memcmp(id->at, l->first.at, IDENT_SIZE) < 0 || memcmp(id->at, l->last.at, IDENT_SIZE) > 0)
        return;
    l->found = *id;
    l->count++;
}

bool listed_id_end(const struct listed_id *l, const char *list, struct ident *out, struct error *err)
{
    *out = l->found;
    if (l->count == 1)
        return true;
    return l->count == 0 ? error_set(err, E_USE_05, "`%s` has none whose id begins with %s", list, l->text)
                         : error_set(err, E_USE_06, "`%s` has %zu whose ids begin with %s", list, l->count, l->text);
}
