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

static bool add_likeness(struct case_parts *p, const struct control_case_likeness *l, struct error *err)
{
    if (p->likeness_count > 0 && l->case_number < p->likenesses[p->likeness_count - 1].case_number)
        return error_set(err, E_CTL_01, "what the cases may be like does not come in order");
    if (p->data.size + l->key.size > BOUND_IMPORT)
        return error_set(err, E_FIL_04, "the cases come to over %d bytes", BOUND_IMPORT);
    if (p->likeness_count == p->likeness_room) {
        p->likeness_room = p->likeness_room == 0 ? 64 : p->likeness_room * 2;
        p->likenesses = xrealloc(p->likenesses, p->likeness_room * sizeof *p->likenesses);
    }
    p->likenesses[p->likeness_count++] =
        (struct case_parts_likeness){l->case_number, l->likeness, p->data.size, l->key.size};
    p->data.wiping = true;
    bytes_append_view(&p->data, l->key);
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
    for (size_t i = 0; i < part->likeness_count; i++)
        if (!add_likeness(p, &part->likenesses[i], err)) {
            case_parts_wipe(p);
            return false;
        }
    return true;
}

bool case_parts_assemble(const struct case_parts *p, uint32_t number, uint32_t count, struct case_import *out,
                         struct error *err)
{
    struct case_sections *cases;
    struct case_likeness *likenesses;

    if (p->number != number || p->count == 0 || p->places[p->count - 1].case_number + 1 != count)
        return error_set(err, E_CTL_01, "there are not as many cases as are to be added");
    cases = xnew(count * sizeof *cases);
    for (size_t i = 0; i < p->count; i++)
        cases[p->places[i].case_number].sections[p->places[i].section] =
            view_of(p->data.at + p->places[i].at, p->places[i].size);
    likenesses = xnew((p->likeness_count + 1) * sizeof *likenesses);
    for (size_t i = 0; i < p->likeness_count; i++) {
        const struct case_parts_likeness *l = &p->likenesses[i];

        likenesses[i] = (struct case_likeness){l->case_number, l->likeness, view_of(p->data.at + l->at, l->size)};
    }
    *out = (struct case_import){
        .cases = cases, .count = count, .likenesses = likenesses, .likeness_count = p->likeness_count};
    return true;
}

void case_parts_release(struct case_import *i)
{
    free((void *)(uintptr_t)i->cases); /* made above, const for those who read */
    free((void *)(uintptr_t)i->likenesses);
    *i = (struct case_import){0};
}

void case_parts_wipe(struct case_parts *p)
{
    bytes_fini(&p->data);
    free(p->places);
    free(p->likenesses);
    memset(p, 0, sizeof *p);
}
