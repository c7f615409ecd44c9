/* Cases that come in parts: the pieces of each in a buffer of its own, which never moves, and a list of them all. */
#include "refexd/case_parts.h"

#include "exchange/cases/case_calls.h"

#include <stdlib.h>
#include <string.h>

/* Keeps a copy of V in the newest buffer, which has room for it. */
static struct view keep(struct case_parts *p, struct view v)
{
    struct bytes *b = &p->buffers[p->buffer_count - 1];

    REQUIRE(v.size <= b->room - b->size); /* it never moves: views point into it */
    bytes_append_view(b, v);
    p->size += v.size;
    return view_of(b->at + b->size - v.size, v.size);
}

static bool has_room(const struct case_parts *p, struct view more, struct error *err)
{
    return p->size + more.size <= BOUND_IMPORT ||
           error_set(err, E_FIL_04, "the cases come to over %d bytes", BOUND_IMPORT);
}

static bool add_piece(struct case_parts *p, const struct control_case_piece *piece, struct error *err)
{
    const struct case_part_place *last = p->count > 0 ? &p->places[p->count - 1] : NULL;
    bool follows = last == NULL ? piece->case_number == 0
                                : piece->case_number == last->case_number + 1 ||
                                      (piece->case_number == last->case_number && piece->section > last->section);

    if (!follows)
        return error_set(err, E_CTL_01, "the pieces of the cases do not come in order");
    if (!has_room(p, piece->data, err))
        return false;
    if (p->count == p->room) {
        p->room = p->room == 0 ? 64 : p->room * 2;
        p->places = xrealloc(p->places, p->room * sizeof *p->places);
    }
    REQUIRE(p->places != NULL && p->count < p->room);
    p->places[p->count++] = (struct case_part_place){piece->case_number, piece->section, keep(p, piece->data)};
    return true;
}

static bool add_likeness(struct case_parts *p, const struct control_case_likeness *l, struct error *err)
{
    if (p->likeness_count > 0 && l->case_number < p->likenesses[p->likeness_count - 1].case_number)
        return error_set(err, E_CTL_01, "what the cases may be like does not come in order");
    if (!has_room(p, l->key, err))
        return false;
    if (p->likeness_count == p->likeness_room) {
        p->likeness_room = p->likeness_room == 0 ? 64 : p->likeness_room * 2;
        p->likenesses = xrealloc(p->likenesses, p->likeness_room * sizeof *p->likenesses);
    }
    p->likenesses[p->likeness_count++] = (struct control_case_likeness){l->case_number, l->likeness, keep(p, l->key)};
    return true;
}

static void add_buffer(struct case_parts *p, const struct control_case_part *part)
{
    size_t size = 0;

    for (size_t i = 0; i < part->piece_count; i++)
        size += part->pieces[i].data.size;
    for (size_t i = 0; i < part->likeness_count; i++)
        size += part->likenesses[i].key.size;
    p->buffers = xrealloc(p->buffers, (p->buffer_count + 1) * sizeof *p->buffers);
    p->buffers[p->buffer_count] = (struct bytes){.wiping = true};
    (void)bytes_reserve(&p->buffers[p->buffer_count++], size);
}

static bool add_part(struct case_parts *p, const struct control_case_part *part, struct error *err)
{
    add_buffer(p, part);
    for (size_t i = 0; i < part->piece_count; i++)
        if (!add_piece(p, &part->pieces[i], err))
            return false;
    for (size_t i = 0; i < part->likeness_count; i++)
        if (!add_likeness(p, &part->likenesses[i], err))
            return false;
    return true;
}

bool case_parts_add(struct case_parts *p, uint32_t number, const struct control_case_part *part, struct error *err)
{
    if (p->number != number)
        case_parts_wipe(p);
    p->number = number;
    if (add_part(p, part, err))
        return true;
    case_parts_wipe(p);
    return false;
}

bool case_parts_assemble(struct case_parts *p, uint32_t number, const struct control_case_commit *commit,
                         struct case_import *out, struct error *err)
{
    if (p->number != number || p->count == 0 || p->places[p->count - 1].case_number + 1 != commit->count)
        return error_set(err, E_CTL_01, "there are not as many cases as are to be added");
    p->cases = xnew(commit->count * sizeof *p->cases);
    for (size_t i = 0; i < p->count; i++) {
        REQUIRE(p->places[i].case_number < commit->count && p->places[i].section < SECTION_END); /* add_piece */
        p->cases[p->places[i].case_number].sections[p->places[i].section] = p->places[i].data;
    }
    *out = (struct case_import){
        .cases = p->cases, .likenesses = p->likenesses, .likeness_count = p->likeness_count, .commit = *commit};
    return true;
}

void case_parts_wipe_cases(struct case_parts *p)
{
    struct importing *importing = p->importing;

    for (size_t i = 0; i < p->buffer_count; i++)
        bytes_fini(&p->buffers[i]);
    free(p->buffers);
    free(p->places);
    free(p->likenesses);
    free(p->cases);
    memset(p, 0, sizeof *p);
    p->importing = importing;
}

void case_parts_wipe(struct case_parts *p)
{
    exchange_import_end(p->importing);
    p->importing = NULL;
    case_parts_wipe_cases(p);
}
