#include "exchange/restored/own_note.h"

#include "auditlog/checkpoint.h"
#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/restored/own_note_test.h"
#include "exchange/setup.h"
#include "exchange/state.h"
#include "exchange/succession/known_keys.h"
#include "exchange/succession/succession.h"
#include "exchange/tick.h"
#include "store/note_store.h"
#include "store/number_store.h"

struct own_note {
    uint64_t beyond; /* size of a checkpoint of ours that our log does not hold; 0: none is known */
    struct address seen_by;
    int64_t restored_ms; /* see own_note_restored_ms */
    int64_t moved_ms;    /* see own_note_moved_ms */
    bool keys_wait;      /* see own_note_new_key */
    struct hash new_key;
};

#define OWN_BEYOND  "own-beyond"  /* in note_store: the first such note, by who showed it; sequence is its size */
#define RESTORED_MS "restored_ms" /* in number_store */
#define MOVED_MS    "moved_ms"    /* the same */

/* --- without a node --- */

struct shown {
    struct bytes *note; /* NULL: not asked for */
    uint64_t size;
    struct address by;
};

static bool take_largest(void *cookie, struct view agency, uint64_t size, struct view note, struct error *err)
{
    struct shown *s = cookie;

    if (size <= s->size)
        return true; /* 0: of a log that is over */
    s->size = size;
    if (s->note != NULL) {
        bytes_clear(s->note);
        bytes_append_view(s->note, note);
    }
    return address_read(agency, &s->by) || error_set(err, E_STO_04, "who showed more of our log does not read");
}

bool own_note_shown(struct db *db, struct bytes *note, uint64_t *size, struct address *by, struct error *err)
{
    struct shown s = {.note = note};

    if (!note_store_walk(db, OWN_BEYOND, take_largest, &s, err))
        return false;
    *size = s.size;
    *by = s.by;
    return true;
}

bool own_note_marked(struct db *db, int64_t *ms, struct error *err)
{
    bool found;

    if (!number_store_get(db, RESTORED_MS, &found, ms, err))
        return false;
    if (!found)
        *ms = 0;
    return true;
}

bool own_note_mark(struct db *db, int64_t now_ms, struct error *err)
{
    struct address by;
    uint64_t size = 0;

    if (now_ms != 0)
        return number_store_put(db, RESTORED_MS, now_ms, err);
    do /* one for each agency that showed any */
        if (!own_note_shown(db, NULL, &size, &by, err) ||
            (size != 0 && !note_store_put(db, OWN_BEYOND, address_view(&by), 0, view_of_text("-"), err)))
            return false;
    while (size != 0);
    return number_store_put(db, RESTORED_MS, 0, err) && number_store_put(db, MOVED_MS, 0, err);
}

/* --- of this node --- */

bool own_note_load(struct exchange *x, struct error *err)
{
    bool found;

    x->own_note = xnew(sizeof *x->own_note);
    if (!number_store_get(x->db, MOVED_MS, &found, &x->own_note->moved_ms, err))
        return false;
    if (!found)
        x->own_note->moved_ms = 0;
    return own_note_shown(x->db, NULL, &x->own_note->beyond, &x->own_note->seen_by, err) &&
           own_note_marked(x->db, &x->own_note->restored_ms, err) &&
           (x->own_note->restored_ms == 0 ||
            exchange_keys_wait(x->db, x->home, &x->own_note->keys_wait, &x->own_note->new_key, err));
}

uint64_t own_note_beyond(const struct exchange *x)
{
    return x->own_note->beyond;
}

const struct address *own_note_seen_by(const struct exchange *x)
{
    return &x->own_note->seen_by;
}

int64_t own_note_restored_ms(const struct exchange *x)
{
    return x->own_note->restored_ms;
}

const struct hash *own_note_new_key(const struct exchange *x)
{
    return x->own_note->keys_wait ? &x->own_note->new_key : NULL;
}

int64_t own_note_moved_ms(const struct exchange *x)
{
    return x->own_note->moved_ms;
}

bool own_note_move(struct exchange *x, struct error *err)
{
    x->own_note->moved_ms = tick_record_ms(x);
    return tick_begin(x, err) && number_store_put(x->db, MOVED_MS, x->own_note->moved_ms, err);
}

bool own_note_is_over(const struct exchange *x)
{
    return membership_own_incarnation(x->membership) > audit_incarnation(x->audit);
}

enum own_stop own_note_why(const struct exchange *x)
{
    if (x->own_note->restored_ms != 0)
        return x->own_note->keys_wait ? OWN_KEYS_WAIT : OWN_RESTORED;
    if (x->own_note->moved_ms != 0)
        return OWN_MOVED;
    if (own_note_is_over(x))
        return OWN_OVER;
    if (known_keys_is_succeeded(x))
        return OWN_SUCCEEDED;
    return x->own_note->beyond != 0 ? OWN_COPY : OWN_SIGNS;
}

bool own_note_stopped(const struct exchange *x)
{
    return own_note_why(x) != OWN_SIGNS;
}

void own_note_set_beyond(struct exchange *x, uint64_t size)
{
    x->own_note->beyond = size;
}

bool own_note_may_sign(const struct exchange *x, struct error *err)
{
    const char *own = membership_own(x->membership)->text;

    switch (own_note_why(x)) {
    case OWN_KEYS_WAIT:
        return error_set(err, E_RST_18, "this home has new keys, and no membership for them yet");
    case OWN_RESTORED:
        return error_set(err, E_RST_01, "this home was put back, and its logs have not begun anew");
    case OWN_MOVED:
        return error_set(err, E_RST_11, "this home was moved to another machine");
    case OWN_OVER:
        return error_set(err, E_RST_03, "directory %llu says that the log of %s began anew, and this home's did not",
                         (unsigned long long)membership_directory(x->membership)->sequence, own);
    case OWN_SUCCEEDED:
        return error_set(err, E_KEY_25, "directory %llu lists another identity key of %s, for which this home's signed",
                         (unsigned long long)membership_directory(x->membership)->sequence, own);
    case OWN_COPY:
        return error_set(err, E_LOG_27, "%s holds a checkpoint of %llu records that this node signed and does not have",
                         x->own_note->seen_by.text, (unsigned long long)x->own_note->beyond);
    case OWN_SIGNS:
        break;
    }
    return true;
}

static bool stop_signing(struct exchange *x, const struct address *agency, uint64_t size, struct view note,
                         struct error *err)
{
    if (size <= x->own_note->beyond)
        return true;
    if (x->own_note->beyond == 0) {
        SOMETIMES(a_node_learnt_that_it_is_a_copy);
        log_line(LOG_ERROR, "event=log.signed_beyond peer=%s size=%llu code=E-LOG-27", agency->text,
                 (unsigned long long)size);
    }
    x->own_note->beyond = size;
    x->own_note->seen_by = *agency;
    return tick_begin(x, err) && note_store_put(x->db, OWN_BEYOND, address_view(agency), size, note, err);
}

bool own_note_check(struct exchange *x, const struct address *agency, struct view note, uint64_t *size,
                    struct error *err)
{
    struct checkpoint c;
    struct error why = {0};
    struct proof_signer own;
    bool contained;

    succession_own_signer(x, &own);
    *size = 0;
    if (note.size == 0 || !checkpoint_read(note, &c, &why) || !audit_is_own_origin(x->audit, c.origin) ||
        !proof_signer_check(&own, &c, 0, &why))
        return true; /* it says nothing about us */
    if (!audit_contains(x->audit, c.size, &c.root, &contained, err))
        return false;
    /* What a key of before signed and this log has not, whoever kept a copy of that key signed. */
    if (!contained && !checkpoint_verify(&c, own.key, &why)) {
        log_line(LOG_WARNING, "event=log.of_former_key peer=%s size=%llu", agency->text, (unsigned long long)c.size);
        return true;
    }
    if (!contained)
        return stop_signing(x, agency, c.size, note, err);
    *size = c.size;
    return true;
}
