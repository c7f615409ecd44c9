#include "exchange/backup/backup_places.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/logs/acting.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"
#include "store/note_store.h"

#define NOTE_PLACES  "backup-places"
#define NOTE_PROGRAM "program"        /* that ran here last; empty: none did */
#define WAIT_MS      (10 * MINUTE_MS) /* a statement waits so long for the place to be overwritten: it takes seconds */

struct backup_places {
    bool is_set; /* there is a place of today */
    bool is_overwritten;
    uint64_t stamp; /* … since what was erased up to it */
};

struct backup_places *backup_places_new(void)
{
    return xnew(sizeof(struct backup_places));
}

/* --- the note --- */

/* Those that were noted before places had numbers get theirs, in their order. */
static void number_all(struct exchange *x, struct control_backup_places *p)
{
    struct control_backup_place *old = arena_new(&x->tick_arena, BOUND_BACKUP_PLACES * sizeof *old);

    for (size_t i = 0; i < p->old_count; i++) {
        old[i] = p->old[i];
        if (old[i].number == 0)
            old[i].number = ++p->numbered;
    }
    p->old = old;
}

static bool read_places(struct exchange *x, struct control_backup_places *out, struct error *err)
{
    struct bytes note = {0};
    uint64_t sequence;
    bool found;
    bool ok = note_store_get(x->db, NOTE_PLACES, (struct view){0}, &found, &sequence, &note, err);

    *out = (struct control_backup_places){.old_count = 0};
    if (ok && found &&
        !control_backup_places_decode(arena_copy(&x->tick_arena, bytes_view(&note)), &x->tick_arena, out, err))
        ok = error_set(err, E_STO_04, "what is stored of the places of the backup is damaged");
    bytes_fini(&note);
    if (ok)
        number_all(x, out);
    return ok;
}

static bool write_places(struct exchange *x, const struct control_backup_places *p, struct error *err)
{
    struct bytes note = {0};
    bool ok;

    control_backup_places_encode(p, &note);
    ok = tick_begin(x, err) && note_store_put(x->db, NOTE_PLACES, (struct view){0}, 0, bytes_view(&note), err);
    bytes_fini(&note);
    return ok;
}

/* Where the note of it is damaged one may be there. */
static bool has_keys_part(struct exchange *x, bool *has, struct error *err)
{
    struct control_backup_part part;
    const bool reads = exchange_backup_part(x, BACKUP_KEYS, &part, err);

    *has = !reads || part.made_ms != 0;
    return reads || err->code == E_STO_04;
}

static void add_place(struct exchange *x, struct control_backup_places *p, struct view name, struct view path,
                      bool copy)
{
    struct control_backup_place *old = arena_new(&x->tick_arena, BOUND_BACKUP_PLACES * sizeof *old);

    memcpy(old, p->old, p->old_count * sizeof *old);
    old[p->old_count] = (struct control_backup_place){
        .name = name, .path = path, .since_ms = tick_record_ms(x), .number = ++p->numbered, .copy = copy};
    p->old = old;
    p->old_count++;
}

size_t backup_places_with_keys(const struct control_backup_places *p)
{
    size_t count = 0;

    for (size_t i = 0; i < p->old_count; i++)
        count += !p->old[i].copy;
    return count;
}

static bool add_old(struct exchange *x, struct control_backup_places *p, struct error *err)
{
    if (backup_places_with_keys(p) >= BOUND_BACKUP_OLD_PLACES || p->old_count == BOUND_BACKUP_PLACES)
        return error_set(err, E_BAK_22, "%d old places of the keys part are not destroyed", BOUND_BACKUP_OLD_PLACES);
    add_place(x, p, p->name, p->path, false);
    return true;
}

/* --- the program: another one than before ran over a copy of this home --- */

/* One that is not destroyed yet stays as it is: there is one place for it. */
static bool add_copy(struct exchange *x, struct error *err)
{
    struct control_backup_places p;

    if (!read_places(x, &p, err))
        return false;
    if (backup_places_with_keys(&p) < p.old_count || p.old_count == BOUND_BACKUP_PLACES)
        return true;
    add_place(x, &p, view_of_text(BACKUP_COPY_NAME), view_of_text(BACKUP_COPY_PATH), true);
    return write_places(x, &p, err);
}

static bool follow_program(struct exchange *x, struct view program, struct error *err)
{
    struct bytes before = {0};
    uint64_t sequence;
    bool found;
    bool ok = note_store_get(x->db, NOTE_PROGRAM, (struct view){0}, &found, &sequence, &before, err);

    if (ok && !(found && view_equal(bytes_view(&before), program)))
        ok = ((found && before.size == 0) || add_copy(x, err)) && tick_begin(x, err) &&
             note_store_put(x->db, NOTE_PROGRAM, (struct view){0}, 0, program, err);
    bytes_fini(&before);
    return ok;
}

bool exchange_backup_program(struct exchange *x, struct view program, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, follow_program(x, program, err), err);
}

bool backup_places_begin(struct db *db, struct error *err)
{
    return note_store_put(db, NOTE_PROGRAM, (struct view){0}, 0, (struct view){0}, err);
}

/* The one that node.conf names again is that of today, and no old one. */
static void drop_path(struct control_backup_places *p, struct view path, struct control_backup_place *kept)
{
    size_t count = 0;

    for (size_t i = 0; i < p->old_count; i++)
        if (p->old[i].copy || !view_equal(p->old[i].path, path))
            kept[count++] = p->old[i];
    p->old = kept;
    p->old_count = count;
}

static bool change_place(struct exchange *x, struct control_backup_places *p, struct view name, struct view path,
                         struct error *err)
{
    struct control_backup_place *kept = arena_new(&x->tick_arena, BOUND_BACKUP_PLACES * sizeof *kept);
    bool has = false;

    if (p->path.size > 0 && !view_equal(p->path, path) && !has_keys_part(x, &has, err))
        return false;
    drop_path(p, path, kept);
    if (has && !add_old(x, p, err))
        return false;
    p->name = name;
    p->path = path;
    return write_places(x, p, err);
}

bool exchange_backup_set_place(struct exchange *x, struct view name, struct view path, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct control_backup_places p;
    bool ok = read_places(x, &p, err);
    const bool changes = ok && (!view_equal(p.path, path) || !view_equal(p.name, name));

    if (changes)
        ok = change_place(x, &p, name, path, err);
    /* Where it is refused that of before stays, and nothing is written there any more. */
    x->backup_places->is_set = (ok ? path.size : p.path.size) > 0;
    if (changes)
        x->backup_places->is_overwritten = false;
    return tick_call_end(x, mark, ok, err);
}

void exchange_backup_overwritten(struct exchange *x, uint64_t stamp)
{
    x->backup_places->is_overwritten = true;
    x->backup_places->stamp = stamp;
    obligations_due(x); /* statements waited for it */
}

bool exchange_backup_old_places(struct exchange *x, struct control_backup_places *out, struct error *err)
{
    return read_places(x, out, err);
}

static bool is_overwritten(const struct exchange *x)
{
    const struct backup_places *b = x->backup_places;

    return !b->is_set || (b->is_overwritten && b->stamp == exchange_backup_stamp(x));
}

/* What those agencies were not told is so no more: nothing of the keys lies anywhere. */
static void settle_untold(const struct exchange *x, struct control_backup_places *p)
{
    if (p->old_count == 0 && is_overwritten(x)) {
        p->untold_count = 0;
        p->untold_more = false;
    }
}

static bool settle(struct exchange *x, struct error *err)
{
    struct control_backup_places p;
    size_t before;

    if (!read_places(x, &p, err))
        return false;
    before = p.untold_count;
    settle_untold(x, &p);
    return p.untold_count == before || write_places(x, &p, err);
}

bool exchange_backup_settled(struct exchange *x, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, settle(x, err), err);
}

/* Without that of index I, with a record. */
static bool drop(struct exchange *x, struct control_backup_places *p, size_t i, struct error *err)
{
    struct record r = {.kind = RECORD_BACKUP, .house.what = HOUSE_BACKUP_DESTROYED};
    struct control_backup_place *kept = arena_new(&x->tick_arena, BOUND_BACKUP_PLACES * sizeof *kept);

    memcpy(kept, p->old, i * sizeof *kept);
    memcpy(kept + i, p->old + i + 1, (p->old_count - i - 1) * sizeof *kept);
    p->old = kept;
    p->old_count--;
    settle_untold(x, p);
    return write_places(x, p, err) && acting_append(x, &r, err);
}

static bool drop_gone(struct exchange *x, struct view path, struct error *err)
{
    struct control_backup_places p;

    if (!read_places(x, &p, err))
        return false;
    for (size_t i = 0; i < p.old_count; i++)
        if (!p.old[i].copy && view_equal(p.old[i].path, path))
            return drop(x, &p, i, err);
    return true;
}

bool exchange_backup_place_gone(struct exchange *x, struct view path, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, drop_gone(x, path, err), err);
}

/* Those that fit, by number and last day, for a person to say which. */
static bool which_of(const struct control_backup_places *p, struct view name, struct error *err)
{
    char list[ERROR_TEXT_MAX] = "";
    char date[TEXT_MINUTE];
    size_t used = 0;

    for (size_t i = 0; i < p->old_count && used < sizeof list; i++) {
        if (!view_equal(p->old[i].name, name))
            continue;
        text_write_minute(p->old[i].since_ms, date);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s number %u, left %s", used == 0 ? "" : ";",
                                 (unsigned)p->old[i].number, date);
    }
    return error_set(err, E_BAK_21, "several old places are called so:%s", list);
}

static bool drop_named(struct exchange *x, const struct control_backup_destroyed_ask *ask,
                       struct control_backup_destroyed *out, struct error *err)
{
    struct control_backup_places p;
    size_t found = 0;
    size_t at = 0;

    if (!read_places(x, &p, err))
        return false;
    for (size_t i = 0; i < p.old_count; i++) {
        if (!view_equal(p.old[i].name, ask->name) || (ask->number != 0 && p.old[i].number != ask->number))
            continue;
        found++;
        at = i;
    }
    if (found == 0)
        return error_set(err, E_BAK_18, "no old place of the backup is called so");
    if (found > 1)
        return which_of(&p, ask->name, err);
    *out = (struct control_backup_destroyed){
        .name = ask->name, .number = p.old[at].number, .path = p.old[at].path, .left = (uint32_t)p.old_count - 1};
    return drop(x, &p, at, err);
}

bool exchange_backup_destroyed(struct exchange *x, const struct control_backup_destroyed_ask *ask,
                               struct control_backup_destroyed *out, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, tick_has_room(x, err) && drop_named(x, ask, out, err), err);
}

/* --- statements --- */

bool backup_places_wait(const struct exchange *x, int64_t since_ms, int64_t *until_ms)
{
    *until_ms = since_ms + WAIT_MS;
    return !is_overwritten(x) && tick_closing_ms(x) < *until_ms;
}

bool backup_places_name(struct exchange *x, struct view *names, size_t *count, struct error *err)
{
    struct control_backup_places p;

    if (!read_places(x, &p, err))
        return false;
    *count = 0;
    for (size_t i = 0; i < p.old_count; i++)
        names[(*count)++] = p.old[i].name;
    if (!is_overwritten(x) && *count < BOUND_BACKUP_PLACES)
        names[(*count)++] = p.name;
    return true;
}

bool backup_places_untold(struct exchange *x, const struct address *agency, struct error *err)
{
    struct view *untold = arena_new(&x->tick_arena, BOUND_BACKUP_UNTOLD * sizeof *untold);
    struct control_backup_places p;

    if (!read_places(x, &p, err))
        return false;
    for (size_t i = 0; i < p.untold_count; i++) {
        if (view_equal(p.untold[i], address_view(agency)))
            return true;
        untold[i] = p.untold[i];
    }
    p.untold_more = p.untold_count == BOUND_BACKUP_UNTOLD;
    if (!p.untold_more)
        untold[p.untold_count++] = address_view(agency);
    p.untold = untold;
    return write_places(x, &p, err);
}
