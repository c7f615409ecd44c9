/* Cases that come in parts: all pieces in one buffer, and a list of where each begins. */
#include "refexd/case_parts.h"

#include <stdlib.h>
#include <string.h>

static bool add_piece(struct case_parts *p, const struct control_case_piece *piece, struct error *err)
{
    const struct case_part_place *last = p->count > 0 ? &p->places[p->count - 1] : NULL;
    struct case_part_place place = {piece->case_number, piece->section, p->data.size, piece->data.size};
    bool follows = last == NULL ? piece->case_number == 0
                                : piece->case_number == last->case_number + 1 ||
                                      (piece->case_number == last->case_number && piece->section > last->section);

    if (!follows)
        return error_set(err, E_CTL_01, "the pieces of the cases do not come in order");
    if (p->data.size + piece->data.size > BOUND_IMPORT)
        return error_set(err, E_FIL_04, "the cases come to over %d bytes", BOUND_IMPORT);
    if (p->count == p->room) {
        p->room = p->room == 0 ? 64 : p->room * 2;
        p->places = xrealloc(p->places, p->room * sizeof *p->places);
    }
    p->data.wiping = true;
    bytes_append_view(&p->data, piece->data);
    p->places[p->count++] = place;
    return true;
}

bool case_parts_add(struct case_parts *p, uint32_t number, const struct control_case_part *part, struct error *err)
{
    if (p->number != number)
        case_parts_wipe(p);
    p->number = number;
    for (size_t i = 0; i < part->piece_count; i++)
        if (!add_piece(p, &part->pieces[i], err)) {
            case_parts_wipe(p);
            return false;
        }
    return true;
}

bool case_parts_assemble(const struct case_parts *p, uint32_t number, uint32_t count, struct case_sections **out,
                         struct error *err)
{
    struct case_sections *cases;

    if (p->number != number || p->count == 0 || p->places[p->count - 1].case_number + 1 != count)
        return error_set(err, E_CTL_01, "there are not as many cases as are to be added");
    cases = xnew(count * sizeof *cases);
    for (size_t i = 0; i < p->count; i++)
        cases[p->places[i].case_number].sections[p->places[i].section] =
            view_of(p->data.at + p->places[i].at, p->places[i].size);
    *out = cases;
    return true;
}

void case_parts_wipe(struct case_parts *p)
{
    bytes_fini(&p->data);
    free(p->places);
    memset(p, 0, sizeof *p);
}
