#include "exchange/logs/own_note.h"

#include "auditlog/checkpoint.h"
#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/own_note_test.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/note_store.h"

struct own_note {
    uint64_t beyond; /* size of a checkpoint of ours that our log does not hold; 0: none is known */
    struct address seen_by;
};

#define OWN_BEYOND "own-beyond" /* in note_store: the first such note, by who showed it; sequence is its size */

static bool find_beyond(void *cookie, struct view agency, uint64_t size, struct view note, struct error *err)
{
    struct own_note *n = cookie;

    (void)note;
    (void)err;
    n->beyond = size;
    return address_read(agency, &n->seen_by);
}

bool own_note_load(struct exchange *x, struct error *err)
{
    x->own_note = xnew(sizeof *x->own_note);
    return note_store_walk(x->db, OWN_BEYOND, find_beyond, x->own_note, err);
}

uint64_t own_note_beyond(const struct exchange *x)
{
    return x->own_note->beyond;
}

const struct address *own_note_seen_by(const struct exchange *x)
{
    return &x->own_note->seen_by;
}

void own_note_set_beyond(struct exchange *x, uint64_t size)
{
    x->own_note->beyond = size;
}

bool own_note_may_sign(const struct exchange *x, struct error *err)
{
    return x->own_note->beyond == 0 ||
           error_set(err, E_LOG_27, "%s holds a checkpoint of %llu records that this node signed and does not have",
                     x->own_note->seen_by.text, (unsigned long long)x->own_note->beyond);
}

static bool stop_signing(struct exchange *x, const struct address *agency, uint64_t size, struct view note,
                         struct error *err)
{
    if (x->own_note->beyond != 0)
        return true;
    SOMETIMES(a_node_learnt_that_it_is_a_copy);
    log_line(LOG_ERROR, "event=log.signed_beyond peer=%s size=%llu code=E-LOG-27", agency->text,
             (unsigned long long)size);
    x->own_note->beyond = size;
    x->own_note->seen_by = *agency;
    return tick_begin(x, err) && note_store_put(x->db, OWN_BEYOND, address_view(agency), size, note, err);
}

bool own_note_check(struct exchange *x, const struct address *agency, struct view note, uint64_t *size,
                    struct error *err)
{
    struct checkpoint c;
    struct error why = {0};
    bool contained;

    *size = 0;
    if (note.size == 0 || !checkpoint_read(note, &c, &why) || !audit_is_own_origin(x->audit, c.origin) ||
        !checkpoint_verify(&c, membership_own_identity(x->membership), &why))
        return true; /* it says nothing about us */
    if (!audit_contains(x->audit, c.size, &c.root, &contained, err))
        return false;
    if (!contained)
        return stop_signing(x, agency, c.size, note, err);
    *size = c.size;
    return true;
}
