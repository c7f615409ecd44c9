#include "exchange/backup/backup_notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "exchange/backup/backup_places.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "exchange/vault_rewrap.h"
#include "store/note_store.h"

/* Names in note_store. */
#define NOTE_WORDS     "backup-words"
#define NOTE_DATA      "backup-data"
#define NOTE_KEYS      "backup-keys"
#define NOTE_REHEARSAL "backup-rehearsal"
#define NOTE_COMING    "backup-keys-coming" /* a hash */

static const char *note_of(enum backup_kind kind)
{
    return kind == BACKUP_DATA ? NOTE_DATA : NOTE_KEYS;
}

/* *NOTE lies in ARENA. */
static bool find_in(struct db *db, struct arena *arena, const char *name, bool *found, struct view *note,
                    struct error *err)
{
    struct bytes b = {0};
    uint64_t sequence;
    bool ok = note_store_get(db, name, (struct view){0}, found, &sequence, &b, err);

    if (ok && *found)
        *note = arena_copy(arena, bytes_view(&b));
    bytes_fini(&b);
    return ok;
}

static bool find(struct exchange *x, const char *name, bool *found, struct view *note, struct error *err)
{
    return find_in(x->db, &x->tick_arena, name, found, note, err);
}

static bool put(struct exchange *x, const char *name, struct view note, enum house_what what, bool is_recorded,
                struct error *err)
{
    struct record r = {.kind = RECORD_BACKUP};

    r.house.what = what;
    return tick_begin(x, err) && note_store_put(x->db, name, (struct view){0}, 0, note, err) &&
           (!is_recorded || acting_append(x, &r, err));
}

/* --- the words --- */

bool exchange_backup_find_words(struct exchange *x, uint8_t key[static 32], bool *found, struct error *err)
{
    struct view note;

    if (!find(x, NOTE_WORDS, found, &note, err))
        return false;
    if (*found && note.size != 32)
        return error_set(err, E_STO_04, "the public key of the recovery words is damaged");
    if (*found)
        memcpy(key, note.at, 32);
    return true;
}

bool exchange_backup_set_words(struct exchange *x, const uint8_t key[static 32], bool *replaced, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    uint8_t before[32];
    bool found;
    bool ok = tick_has_room(x, err) && exchange_backup_find_words(x, before, &found, err) &&
              put(x, NOTE_WORDS, view_of(key, 32), HOUSE_BACKUP_WORDS, true, err);

    if (ok)
        *replaced = found && memcmp(before, key, 32) != 0;
    return tick_call_end(x, mark, ok, err);
}

/* --- the parts --- */

static bool find_part(struct db *db, struct arena *arena, enum backup_kind kind, struct control_backup_part *out,
                      struct error *err)
{
    struct view note;
    bool found;

    if (!find_in(db, arena, note_of(kind), &found, &note, err))
        return false;
    if (found && (!control_backup_part_decode(note, arena, out, err) || out->part != kind))
        return error_set(err, E_STO_04, "what is stored of a backup is damaged");
    if (!found)
        *out = (struct control_backup_part){.part = kind};
    return true;
}

bool exchange_backup_part(struct exchange *x, enum backup_kind kind, struct control_backup_part *out, struct error *err)
{
    return find_part(x->db, &x->tick_arena, kind, out, err);
}

bool exchange_backup_put_part(struct exchange *x, const struct control_backup_part *part, struct error *err)
{
    const bool is_failure = part->failing_since_ms != 0;
    uint64_t mark = tick_call_begin(x);
    struct control_backup_part before;
    struct bytes note = {0};
    struct error damaged = {0};
    bool ok;

    if (!exchange_backup_part(x, part->part, &before, &damaged))
        before = (struct control_backup_part){0}; /* this one takes its place */
    control_backup_part_encode(part, &note);
    ok = put(x, note_of(part->part), bytes_view(&note),
             is_failure                  ? HOUSE_BACKUP_FAILED
             : part->part == BACKUP_DATA ? HOUSE_BACKUP_DATA
                                         : HOUSE_BACKUP_KEYS,
             !is_failure || !view_equal(before.code, part->code), err);
    bytes_fini(&note);
    return tick_call_end(x, mark, ok, err);
}

bool exchange_backup_put_coming(struct exchange *x, const struct hash *hash, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    if (tick_waits(x) || !tick_has_room(x, err))
        return error_set(err, E_STO_03, "there is no room to note which keys part is put at its place");
    return tick_call_end(
        x, mark, tick_begin(x, err) && note_store_put(x->db, NOTE_COMING, (struct view){0}, 0, hash_view(hash), err),
        err);
}

bool exchange_backup_coming(struct exchange *x, struct hash *out, struct error *err)
{
    struct view note = {0};
    bool found;

    *out = (struct hash){{0}};
    if (!find(x, NOTE_COMING, &found, &note, err))
        return false;
    if (found && note.size == sizeof out->at)
        memcpy(out->at, note.at, sizeof out->at);
    return true;
}

/* When they were made stays: what lies at a place that is changed is an old one (backup_places.h). A note that is
 * damaged knows no part either, and ends with the next one. */
bool backup_notes_invalidate(struct db *db, struct arena *arena, struct error *err)
{
    static const struct hash none;
    bool ok =
        note_store_put(db, NOTE_COMING, (struct view){0}, 0, hash_view(&none), err) && backup_places_begin(db, err);

    for (int kind = BACKUP_DATA; ok && kind <= BACKUP_KEYS; kind++) {
        struct control_backup_part part;
        struct bytes note = {0};
        struct error why;

        if (!find_part(db, arena, (enum backup_kind)kind, &part, &why)) {
            ok = why.code == E_STO_04;
            if (!ok)
                *err = why;
            continue;
        }
        part.hash = none;
        part.verified_ms = 0;
        control_backup_part_encode(&part, &note);
        ok = note_store_put(db, note_of((enum backup_kind)kind), (struct view){0}, 0, bytes_view(&note), err);
        bytes_fini(&note);
    }
    return ok;
}

/* One that goes on failing is tried each hour: what it began today is said once. */
static bool was_begun_today(struct exchange *x, bool *out, struct error *err)
{
    struct control_backup_part last;
    struct bytes note = {0};
    uint64_t generation;
    uint64_t at_ms;
    bool found;
    bool ok = exchange_backup_part(x, BACKUP_DATA, &last, err) &&
              note_store_get(x->db, BACKUP_NOTE_BEGUN, (struct view){0}, &found, &generation, &note, err);

    *out = ok && found && last.failing_since_ms != 0 && generation == vault_generation(x->vault) &&
           text_read_u64(bytes_view(&note), &at_ms) && (uint64_t)tick_record_ms(x) - at_ms < DAY_MS;
    bytes_fini(&note);
    return ok;
}

/* Where nothing can be written the part is made all the same, and is of the day of the record before: a node that is
 * full is to have its backup. */
bool exchange_backup_begin_data(struct exchange *x, struct error *err)
{
    struct record r = {.kind = RECORD_BACKUP, .house.what = HOUSE_BACKUP_BEGUN};
    uint64_t mark = tick_call_begin(x);
    bool was_today = false;
    char now[24];

    if (tick_waits(x) || !tick_has_room(x, err))
        return error_set(err, E_STO_03, "there is no room to note that a backup is begun");
    if (!was_begun_today(x, &was_today, err) || was_today)
        return was_today;
    (void)snprintf(now, sizeof now, "%" PRId64, tick_record_ms(x));
    return tick_call_end(x, mark,
                         tick_begin(x, err) &&
                             note_store_put(x->db, BACKUP_NOTE_BEGUN, (struct view){0}, vault_generation(x->vault),
                                            view_of_text(now), err) &&
                             acting_append(x, &r, err),
                         err);
}

/* --- the rehearsal --- */

bool exchange_backup_rehearsal(struct exchange *x, struct control_backup_rehearsal *out, struct error *err)
{
    struct view note;
    bool found;

    if (!find(x, NOTE_REHEARSAL, &found, &note, err))
        return false;
    *out = (struct control_backup_rehearsal){0};
    return !found || control_backup_rehearsal_decode(note, &x->tick_arena, out, err) ||
           error_set(err, E_STO_04, "what is stored of a rehearsal is damaged");
}

bool exchange_backup_put_rehearsal(struct exchange *x, const struct control_backup_rehearsal *rehearsal,
                                   struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct bytes note = {0};
    bool ok;

    control_backup_rehearsal_encode(rehearsal, &note);
    ok = put(x, NOTE_REHEARSAL, bytes_view(&note),
             rehearsal->code.size == 0 ? HOUSE_BACKUP_REHEARSED : HOUSE_BACKUP_FAILED, true, err);
    bytes_fini(&note);
    return tick_call_end(x, mark, ok, err);
}

uint64_t exchange_backup_stamp(const struct exchange *x)
{
    return vault_erasures(x->vault) + vault_generation(x->vault);
}

bool exchange_backup_may_write(const struct exchange *x, struct error *err)
{
    return own_note_may_sign(x, err);
}
