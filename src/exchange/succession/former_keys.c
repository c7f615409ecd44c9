#include "exchange/succession/former_keys.h"

#include "base/text.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/membership_succession.h"
#include "exchange/state.h"
#include "exchange/succession/succession_note.h"
#include "exchange/tick.h"
#include "store/note_store.h"

#define FORMER_KEY "former-key" /* its name in the store, by the key that took its place in hex */

static void write_name(const struct succession *s, char hex[static 2 * HASH_SIZE + 1])
{
    struct hash old;
    struct hash new;

    succession_hashes(s, &old, &new);
    text_write_hex(new.at, HASH_SIZE, hex);
}

bool former_keys_load(struct exchange *x, const struct succession *s, struct error *err)
{
    struct proof_change *change = membership_change_of_key(x->membership, s);
    char hex[2 * HASH_SIZE + 1];
    struct bytes note = {0};
    uint64_t size;
    bool found;
    bool ok;

    REQUIRE(change != NULL);
    write_name(s, hex);
    ok = note_store_get(x->db, FORMER_KEY, view_of_text(hex), &found, &size, &note, err) &&
         (!found || note.size == 4 || error_set(err, E_STO_04, "what is kept of a key of before does not read"));
    if (ok && found)
        *change = (struct proof_change){.incarnation = read_u32(note.at), .size = size};
    bytes_fini(&note);
    return ok;
}

struct storing {
    struct exchange *x;
    struct error *err;
    bool ok;
};

static void store_new(void *cookie, const struct succession *s, struct view note)
{
    struct storing *all = cookie;
    struct proof_change *change = membership_change_of_key(all->x->membership, s);
    char hex[2 * HASH_SIZE + 1];
    struct bytes log = {0};

    (void)note;
    if (!all->ok || !change->is_new)
        return;
    write_name(s, hex);
    bytes_append_u32(&log, change->incarnation);
    all->ok = tick_begin(all->x, all->err) &&
              note_store_put(all->x->db, FORMER_KEY, view_of_text(hex), change->size, bytes_view(&log), all->err);
    change->is_new = !all->ok;
    bytes_fini(&log);
}

bool former_keys_advance(struct exchange *x, struct error *err)
{
    struct storing all = {.x = x, .err = err, .ok = true};

    if (proofs_changed(x->proofs))
        membership_each_succession(x->membership, store_new, &all);
    return all.ok;
}
