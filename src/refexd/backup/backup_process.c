#include "refexd/backup/backup_process.h"

#include "base/file.h"
#include "base/text.h"
#include "codec/frame.h"
#include "io/child_serve.h"

/* --- what the parts share --- */

/* An empty folder where a disk is mounted at other times takes what is written like any other. */
bool backup_check_mounted(const struct backup_work *w, struct view folder, bool apart, struct error *err)
{
    char path[FILE_PATH_MAX];

    return !apart || (backup_place_path(folder, "", path, err) &&
                      (!backup_same_file_system(path, w->home) ||
                       error_set(err, E_BAK_19, "its disk is not mounted: the folder is on the node's own")));
}

void backup_part_failed(struct control_backup_part *out, const struct error *why)
{
    out->code = view_of_text(error_row(why->code)->code);
    out->failure = view_of_text(why->text);
}

/* --- frames --- */

static bool send_frame(enum backup_frame kind, struct view payload)
{
    struct bytes frame = {0};
    bool ok;

    frame_append(&frame, (uint16_t)kind, payload);
    ok = child_send(bytes_view(&frame));
    bytes_fini(&frame);
    return ok;
}

void backup_send_progress(uint64_t done, uint64_t total)
{
    uint8_t payload[16];

    write_u64(payload, done);
    write_u64(payload + 8, total);
    (void)!send_frame(BACKUP_PROGRESS, view_of(payload, sizeof payload)); /* a node that is gone is noticed later */
}

static bool send_part(const struct backup_work *w, struct control_backup_part *part)
{
    struct bytes payload = {0};
    bool ok;

    part->other_found_ms = w->other_ms;
    part->other_gone = w->other_gone;
    control_backup_part_encode(part, &payload);
    ok = send_frame(BACKUP_PART, bytes_view(&payload));
    bytes_fini(&payload);
    return ok;
}

/* --- what is asked --- */

static bool read_task(struct backup_work *w, struct view payload, struct error *err)
{
    arena_reset(&w->arena);
    backup_drop_keys(w);
    w->other_ms = 0;
    w->other_gone = false;
    return control_backup_task_decode(payload, &w->arena, &w->task, err);
}

static bool make_data(struct backup_work *w, struct view payload, struct error *err)
{
    struct control_backup_part part = {.part = BACKUP_DATA};
    struct error why = {0};

    if (!read_task(w, payload, err))
        return false;
    if (!backup_make_data(w, &part, &why))
        backup_part_failed(&part, &why);
    return send_part(w, &part);
}

/* Asks for more of the keys part, or says why not. */
static bool go_on_with_keys(struct backup_work *w, bool done, const struct error *why)
{
    struct control_backup_part part = {.part = BACKUP_KEYS};

    if (done)
        return send_frame(BACKUP_NEXT, (struct view){0});
    backup_drop_keys(w);
    backup_part_failed(&part, why);
    return send_part(w, &part);
}

static bool end_keys(struct backup_work *w, struct view hash)
{
    struct control_backup_part part = {.part = BACKUP_KEYS};
    struct error why = {0};

    if (!backup_end_keys(w, hash, &part, &why))
        backup_part_failed(&part, &why);
    return send_part(w, &part);
}

static bool rehearse(struct backup_work *w, struct view payload, struct error *err)
{
    struct control_backup_rehearsal r = {0};
    struct bytes answer = {0};
    struct error why = {0};
    bool ok;

    if (!read_task(w, payload, err))
        return false;
    if (!backup_rehearse(w, &r, &why)) {
        r.code = view_of_text(error_row(why.code)->code);
        r.failure = view_of_text(why.text);
    }
    arena_reset(&w->arena); /* the words */
    control_backup_rehearsal_encode(&r, &answer);
    ok = send_frame(BACKUP_REHEARSAL, bytes_view(&answer));
    bytes_fini(&answer);
    return ok;
}

static bool refuse(uint16_t kind, struct error *err)
{
    return error_set(err, E_BAK_28, "the node asked what is not asked of this process now: %u", (unsigned)kind);
}

/* It may also end because nobody reads what it says: then the node has gone. */
static bool on_frame(void *cookie, uint16_t kind, struct view payload, struct error *err)
{
    struct backup_work *w = cookie;
    struct error why = {0};

    switch (kind) {
    case BACKUP_MAKE_DATA:
        return make_data(w, payload, err);
    case BACKUP_BEGIN_KEYS:
        return read_task(w, payload, err) && go_on_with_keys(w, backup_begin_keys(w, &why), &why);
    case BACKUP_PIECE:
        return w->writing != NULL ? go_on_with_keys(w, backup_write_keys(w, payload, &why), &why) : refuse(kind, err);
    case BACKUP_END_KEYS:
        return w->writing != NULL ? end_keys(w, payload) : refuse(kind, err);
    case BACKUP_REHEARSE:
        return rehearse(w, payload, err);
    default:
        return refuse(kind, err);
    }
}

bool backup_process_serve(const char *home, struct error *err)
{
    struct backup_work w = {.home = home, .arena = {.wiping = true}};
    struct error why = {0};
    bool ok = child_serve(BOUND_FRAME, E_BAK_28, on_frame, &w, &why);

    backup_drop_keys(&w);
    arena_fini(&w.arena);
    return ok || error_set(err, E_BAK_28, "%s", why.text);
}
