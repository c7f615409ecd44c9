#include "exchange/logs/own_note.h"

#include "auditlog/checkpoint.h"
#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/note_store.h"

#define OWN_BEYOND "own-beyond" /* in note_store: the first such note, by who showed it; sequence is its size */

static bool find_beyond(void *cookie, struct view agency, uint64_t size, struct view note, struct error *err)
{
    struct exchange *x = cookie;

    (void)note;
    (void)err;
    x->signed_beyond = size;
    return address_read(agency, &x->signed_beyond_seen_by);
}

bool own_note_load(struct exchange *x, struct error *err)
{
    return note_store_walk(x->db, OWN_BEYOND, find_beyond, x, err);
}

bool own_note_may_sign(const struct exchange *x, struct error *err)
{
    return x->signed_beyond == 0 ||
           error_set(err, E_LOG_27, "%s holds a checkpoint of %llu records that this node signed and does not have",
                     x->signed_beyond_seen_by.text, (unsigned long long)x->signed_beyond);
}

static bool stop_signing(struct exchange *x, const struct address *agency, uint64_t size, struct view note,
                         struct error *err)
{
    if (x->signed_beyond != 0)
        return true;
    SOMETIMES(a_node_learnt_that_it_is_a_copy);
    log_line(LOG_ERROR, "event=log.signed_beyond peer=%s size=%llu code=E-LOG-27", agency->text,
             (unsigned long long)size);
    x->signed_beyond = size;
    x->signed_beyond_seen_by = *agency;
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
