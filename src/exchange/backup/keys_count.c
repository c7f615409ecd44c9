#include "exchange/backup/keys_count.h"

#include "exchange/backup/backup_notes.h"
#include "store/note_store.h"
#include "store/slot_store.h"

struct counting {
    struct keys_count *c;
    uint64_t generation; /* of the node's storage key when the data part was begun; 0: it does not say */
};

/* Slots that nobody used yet get other keys when all are wrapped anew: what lies there in an older file opens, and
 * opens nothing of the data part. */
static bool on_slot(void *cookie, uint64_t slot, struct error *err)
{
    const struct counting *w = cookie;
    struct keys_count *c = w->c;
    const bool opens = c->opens(c->cookie, slot);

    (void)err;
    if (slot >= c->used && (!opens || w->generation > c->generation))
        c->newer++;
    else if (opens)
        c->open++;
    return true;
}

bool keys_count_walk(struct db *db, struct keys_count *c, struct error *err)
{
    struct counting w = {.c = c};
    struct bytes note = {0};
    bool found;
    bool ok = note_store_get(db, BACKUP_NOTE_BEGUN, (struct view){0}, &found, &w.generation, &note, err);

    bytes_fini(&note);
    c->open = c->newer = 0;
    return ok && slot_store_walk(db, SLOT_USED, on_slot, &w, err);
}
