/* One part of a backup, or a rehearsal: asked of the process that writes it, with what that says noted. */
#include "refexd/backup/backups_inside.h"

#include <signal.h>

#include "base/log.h"
#include "base/program.h"
#include "crypto/digest_stream.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/backup/backup_places.h"
#include "exchange/backup/keys_source.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/stream.h"
#include "refexd/backup/backup_process.h"

#define HUNG_MS       (30 * MINUTE_MS) /* longer than a slow disk needs to verify the largest log */
#define KEYS_RETRY_MS 60000            /* behind one that could not be made, doubled up to RETRY_MS */

/* --- what came of it --- */

void backups_run_drop_keys(struct backups *b)
{
    keys_source_close(b->source);
    digest_stream_free(b->digest);
    b->source = NULL;
    b->digest = NULL;
    b->coming_waits = false;
    bytes_clear(&b->piece);
}

/* What was good before stays so. */
static void keep_before(struct control_backup_part *part, const struct control_backup_part *before, int64_t now_ms)
{
    const struct view code = part->code;
    const struct view failure = part->failure;

    *part = *before;
    part->code = code;
    part->failure = failure;
    part->tried_ms = now_ms;
    if (part->failing_since_ms == 0)
        part->failing_since_ms = now_ms;
}

/* What lay there is overwritten by now, or will be: that another wrote there stays known. */
static void keep_other(struct control_backup_part *part, int64_t found_ms, bool gone,
                       const struct control_backup_part *before)
{
    if (found_ms != 0)
        log_line(LOG_WARNING, "event=backup.other_found part=%s gone=%d code=E-BAK-24", backup_kind_name(part->part),
                 gone);
    part->other_found_ms = found_ms != 0 ? found_ms : before->other_found_ms;
    part->other_gone = found_ms != 0 ? gone : before->other_gone;
}

static void keep(struct backups *b, struct control_backup_part *part)
{
    const int64_t now_ms = clock_now_ms(&clock_real);
    const int64_t other_ms = part->other_found_ms;
    const bool other_gone = part->other_gone;
    const struct view place = view_of_text(part->part == BACKUP_DATA ? b->config->backup_data : b->config->backup_keys);
    struct control_backup_part before;
    struct error err = {0};
    bool failed = part->code.size != 0;

    log_line(failed ? LOG_WARNING : LOG_INFO, "event=backup.%s part=%s code=%.*s", failed ? "failed" : "made",
             backup_kind_name(part->part), failed ? (int)part->code.size : 1,
             failed ? (const char *)part->code.at : "-");
    if (!exchange_backup_part(b->exchange, part->part, &before, &err))
        before = (struct control_backup_part){.part = part->part, .place = place}; /* backups_was_apart */
    if (failed)
        keep_before(part, &before, now_ms);
    else
        part->tried_ms = now_ms;
    keep_other(part, other_ms, other_gone, &before);
    if (!failed)
        part->place = place;
    if (!exchange_backup_put_part(b->exchange, part, &err))
        log_line(LOG_WARNING, "event=backup.not_noted code=%s", error_row(err.code)->code);
    b->knows_data = false;
}

/* The process has nothing to do until it is asked again: it ends. */
static void end_process(struct backups *b)
{
    b->running = RUNS_NOTHING;
    if (b->stream != NULL)
        stream_close(b->stream);
    loop_wake(b->loop);
}

static void put_off_keys(struct backups *b)
{
    b->keys_pause_ms = b->keys_pause_ms == 0 ? KEYS_RETRY_MS : 2 * b->keys_pause_ms;
    if (b->keys_pause_ms > RETRY_MS)
        b->keys_pause_ms = RETRY_MS;
    b->keys_due_ms = clock_steady_ms(&clock_real) + b->keys_pause_ms;
}

static void note_overwritten(struct backups *b, const struct control_backup_part *part)
{
    struct error err = {0};

    exchange_backup_overwritten(b->exchange, b->stamp_begun);
    for (size_t i = 0; i < part->gone_count; i++)
        if (!exchange_backup_place_gone(b->exchange, part->gone[i], &err))
            log_line(LOG_WARNING, "event=backup.place_not_noted code=%s", error_row(err.code)->code);
    if (!exchange_backup_settled(b->exchange, &err))
        log_line(LOG_WARNING, "event=backup.place_not_noted code=%s", error_row(err.code)->code);
}

static void finish_part(struct backups *b, struct control_backup_part *part)
{
    bool failed = part->code.size != 0;

    keep(b, part);
    *(b->running == RUNS_KEYS ? &b->keys_good_ms : &b->data_good_ms) = failed ? 0 : clock_steady_ms(&clock_real);
    if (b->running == RUNS_KEYS) {
        b->keys_run = b->begun_run;
        if (failed) {
            put_off_keys(b);
        } else {
            b->stamp = b->stamp_begun;
            b->is_current = true;
            note_overwritten(b, part);
            b->keys_due_ms = b->keys_pause_ms = 0;
        }
        backups_run_drop_keys(b);
    } else {
        b->data_run = b->begun_run;
        b->data_gave_way = false;
        b->keys_is_asked = b->keys_is_asked || backups_has_keys_place(b); /* daily behind it */
    }
    end_process(b);
}

static void fail_part(struct backups *b, enum backup_kind kind, const struct error *why)
{
    struct control_backup_part part = {.part = kind};

    backup_part_failed(&part, why);
    finish_part(b, &part);
}

static void finish_rehearsal(struct backups *b, struct control_backup_rehearsal *r)
{
    struct control_backup_rehearsal before;
    struct error err = {0};

    r->at_ms = clock_now_ms(&clock_real);
    if (!exchange_backup_rehearsal(b->exchange, &before, &err))
        before = (struct control_backup_rehearsal){0};
    r->good_ms = r->code.size == 0 ? r->at_ms : before.good_ms;
    if (!exchange_backup_put_rehearsal(b->exchange, r, &err))
        log_line(LOG_WARNING, "event=backup.not_noted code=%s", error_row(err.code)->code);
    b->rehearsal_run = b->rehearsal_asked;
    end_process(b);
}

static void fail(struct backups *b, const struct error *why)
{
    struct control_backup_rehearsal r = {.code = view_of_text(error_row(why->code)->code),
                                         .failure = view_of_text(why->text)};

    if (b->running == RUNS_REHEARSAL)
        finish_rehearsal(b, &r);
    else if (b->running != RUNS_NOTHING)
        fail_part(b, b->running == RUNS_DATA ? BACKUP_DATA : BACKUP_KEYS, why);
}

/* --- what the process says --- */

/* The hash that was computed here goes behind the last piece: the process reads back what it wrote. */
static void send_hash(struct backups *b)
{
    b->coming_waits = false;
    bytes_append_view(stream_frame_begin(b->stream, BACKUP_END_KEYS), hash_view(&b->coming));
    stream_frame_end(b->stream);
}

/* Where there is no room to note it, the part is made all the same. */
static void note_coming(struct backups *b)
{
    struct error err = {0};

    b->coming_waits = true;
    b->coming_undone = exchange_undone(b->exchange);
    if (exchange_backup_put_coming(b->exchange, &b->coming, &err)) {
        loop_wake(b->loop);
    } else {
        log_line(LOG_DEBUG, "event=backup.coming_not_noted code=%s", error_row(err.code)->code);
        send_hash(b);
    }
}

void backups_run_end_keys(struct backups *b)
{
    if (!b->coming_waits)
        return;
    if (b->coming_undone == exchange_undone(b->exchange))
        send_hash(b);
    else
        note_coming(b);
}

static void send_piece(struct backups *b)
{
    struct error err = {0};

    if (!b->has_more) {
        digest_stream_end(b->digest, &b->coming);
        b->digest = NULL;
        note_coming(b);
        return;
    }
    bytes_clear(&b->piece);
    if (!keys_source_next(b->source, &b->piece, &b->has_more, &err)) {
        fail(b, &err);
        return;
    }
    keys_source_progress(b->source, &b->done, &b->total);
    digest_stream_add(b->digest, bytes_view(&b->piece));
    bytes_append_view(stream_frame_begin(b->stream, BACKUP_PIECE), bytes_view(&b->piece));
    stream_frame_end(b->stream);
}

static bool take_part(struct backups *b, struct view payload)
{
    const enum backup_kind kind = b->running == RUNS_DATA ? BACKUP_DATA : BACKUP_KEYS;
    struct control_backup_part part;
    struct arena arena = {0};
    struct error err;
    bool ok = (b->running == RUNS_DATA || b->running == RUNS_KEYS) &&
              control_backup_part_decode(payload, &arena, &part, &err) && part.part == kind;

    if (ok)
        finish_part(b, &part);
    arena_fini(&arena);
    return ok;
}

static bool take_rehearsal(struct backups *b, struct view payload)
{
    struct control_backup_rehearsal r;
    struct arena arena = {0};
    struct error err;
    bool ok = b->running == RUNS_REHEARSAL && control_backup_rehearsal_decode(payload, &arena, &r, &err);

    if (ok)
        finish_rehearsal(b, &r);
    arena_fini(&arena);
    return ok;
}

static bool take(struct backups *b, uint16_t kind, struct view payload)
{
    switch (kind) {
    case BACKUP_PROGRESS:
        if (payload.size != 16)
            return false;
        b->done = read_u64(payload.at);
        b->total = read_u64(payload.at + 8);
        return true;
    case BACKUP_NEXT:
        if (b->running != RUNS_KEYS || b->digest == NULL)
            return false;
        send_piece(b);
        return true;
    case BACKUP_PART:
        return take_part(b, payload);
    case BACKUP_REHEARSAL:
        return take_rehearsal(b, payload);
    default:
        return false;
    }
}

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct backups *b = cookie;

    b->moved_ms = clock_steady_ms(&clock_real);
    if (b->exchange == NULL || !take(b, kind, payload))
        stream_close(b->stream);
}

/* Also where somebody killed it: what is at its place is whole. */
static void on_closed(void *cookie, const struct error *err)
{
    struct backups *b = cookie;
    struct error why = {0};

    (void)err;
    b->stream = NULL;
    loop_wake(b->loop);
    if (b->exchange == NULL || b->running == RUNS_NOTHING)
        return;
    (void)error_set(&why, E_BAK_04, "the process that writes the backup ended in the middle of it");
    fail(b, &why);
}

static void on_exit_of_child(void *cookie, int exit_status, int signal_number)
{
    struct backups *b = cookie;

    b->child = NULL;
    if (b->exchange != NULL)
        loop_wake(b->loop);
    log_line(exit_status == 0 && signal_number == 0 ? LOG_DEBUG : LOG_WARNING,
             "event=backup-process.ended status=%d signal=%d", exit_status, signal_number);
}

static const struct stream_events stream_events = {.on_frame = on_frame, .on_closed = on_closed};

/* --- beginning --- */

static bool start_process(struct backups *b, struct error *err)
{
    const char *const argv[] = {"refexd", "--backup", "--home", b->home, NULL};
    char path[FILE_PATH_MAX];
    int fd;

    if (!program_find("refexd", path, err) ||
        !child_start(b->loop, path, argv, on_exit_of_child, b, &b->child, &fd, err))
        return false;
    b->moved_ms = clock_steady_ms(&clock_real);
    b->stream = stream_open_fd(b->loop, fd, STREAM_FRAMED, &stream_events, b);
    stream_enable_wiping(b->stream);
    return true;
}

bool backups_was_apart(const struct control_backup_part *last, const char *place)
{
    return last == NULL || ((last->apart || !last->own_disk) && view_equal(last->place, view_of_text(place)));
}

static bool was_apart(struct backups *b, enum backup_kind kind, const char *place)
{
    struct control_backup_part last;
    struct error err = {0};

    return backups_was_apart(exchange_backup_part(b->exchange, kind, &last, &err) ? &last : NULL, place);
}

/* Where keys parts lie that are to be destroyed. */
static void add_old(struct backups *b, struct view paths[static BOUND_BACKUP_PLACES], struct control_backup_task *task)
{
    struct control_backup_places old;
    struct error err = {0};

    if (!exchange_backup_old_places(b->exchange, &old, &err))
        return; /* with the next one */
    task->old = paths;
    for (size_t i = 0; i < old.old_count; i++)
        if (!old.old[i].copy)
            paths[task->old_count++] = old.old[i].path;
}

/* By which hash the node knows what it wrote at the place of today. */
static void add_own(struct backups *b, struct control_backup_task *task)
{
    struct control_backup_part last;
    struct error err = {0};

    if (exchange_backup_part(b->exchange, BACKUP_KEYS, &last, &err) && view_equal(last.place, task->keys) &&
        exchange_backup_coming(b->exchange, &task->keys_coming, &err))
        task->keys_hash = last.hash;
}

static void send_task(struct backups *b, enum backup_frame kind)
{
    struct view old[BOUND_BACKUP_PLACES];
    struct control_backup_task task = {.data = view_of_text(b->config->backup_data),
                                       .keys = view_of_text(b->config->backup_keys),
                                       .generations = b->config->backup_generations,
                                       .words = secret_view(&b->words)};
    struct bytes payload = {.wiping = true};

    task.data_apart = was_apart(b, BACKUP_DATA, b->config->backup_data);
    task.keys_apart = was_apart(b, BACKUP_KEYS, b->config->backup_keys);
    if (kind == BACKUP_BEGIN_KEYS)
        add_old(b, old, &task);
    if (kind != BACKUP_MAKE_DATA)
        add_own(b, &task);
    control_backup_task_encode(&task, &payload);
    bytes_append_view(stream_frame_begin(b->stream, (uint16_t)kind), bytes_view(&payload));
    stream_frame_end(b->stream);
    bytes_fini(&payload);
    secret_fini(&b->words);
}

static bool begin_keys(struct backups *b, struct error *err)
{
    b->keys_begun_ms = clock_steady_ms(&clock_real);
    b->stamp_begun = exchange_backup_stamp(b->exchange);
    if (!keys_source_open(b->exchange, &b->source, err))
        return false;
    b->digest = digest_stream_new();
    b->has_more = true;
    return true;
}

void backups_run_begin(struct backups *b, enum running what)
{
    static const enum backup_frame frames[] = {
        [RUNS_DATA] = BACKUP_MAKE_DATA, [RUNS_KEYS] = BACKUP_BEGIN_KEYS, [RUNS_REHEARSAL] = BACKUP_REHEARSE};
    struct error err = {0};

    b->running = what;
    b->done = b->total = 0;
    b->begun_run = b->asked_run;
    if (what == RUNS_DATA)
        b->data_is_asked = false;
    else if (what == RUNS_KEYS)
        b->keys_is_asked = false;
    if ((what == RUNS_KEYS && !begin_keys(b, &err)) || !start_process(b, &err))
        fail(b, &err);
    else
        send_task(b, frames[what]);
}

/* --- ending it --- */

void backups_run_look(struct backups *b)
{
    struct error why = {0};

    if (b->running == RUNS_NOTHING || b->child == NULL || clock_steady_ms(&clock_real) - b->moved_ms < HUNG_MS)
        return;
    (void)error_set(&why, E_BAK_04,
                    "the process that writes it said nothing for %d minutes, and was ended: its disk hangs",
                    (int)(HUNG_MS / MINUTE_MS));
    child_signal(b->child, SIGKILL);
    fail(b, &why);
}

void backups_run_give_way(struct backups *b)
{
    b->data_is_asked = true;
    b->data_gave_way = true;
    if (b->child != NULL)
        child_signal(b->child, SIGKILL);
    end_process(b);
}
