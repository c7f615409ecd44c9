#include "refexd/backup/backups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/backup/backup_places.h"
#include "exchange/logs/hook_calls.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "refexd/backup/backups_inside.h"

#define QUIET_FROM_MS HOUR_MS          /* of the day, UTC: night from Lisbon to Kyiv, with what chance adds */
#define QUIET_FOR_MS  (2 * HOUR_MS)    /* so that the nodes of a federation do not all copy at once */
#define APART_MS      (4 * HOUR_MS)    /* a copy is not made anew within these for the sake of the hour */
#define SETTLE_MS     500              /* behind an erasure: one keys part serves those that come together */
#define KEYS_APART_MS 5000             /* between two keys parts that are made for erasures */
#define LOOK_MS       60000            /* longest sleep */
#define FRESH_MS      (10 * MINUTE_MS) /* what was made within these can be made again */
#define PROGRAM_MAX   (256U << 20)     /* bytes of refexd */

static bool has_data_place(const struct backups *b)
{
    return b->config->backup && b->config->backup_data[0] != '\0';
}

bool backups_has_keys_place(const struct backups *b)
{
    return b->config->backup && b->config->backup_keys[0] != '\0';
}

static void on_time(void *cookie)
{
    struct backups *b = cookie;

    loop_wake(b->loop);
}

/* Another build of one version is another program: it came by an upgrade as well. */
static void find_program(char out[static BACKUPS_PROGRAM])
{
    struct bytes program = {0};
    struct hash hash;
    struct error err;
    struct view file;

    (void)snprintf(out, BACKUPS_PROGRAM, "%s", REFEX_VERSION);
    if (!file_read("/proc/self/exe", PROGRAM_MAX, &program, &err))
        return;
    file = bytes_view(&program);
    digest_parts(&file, 1, &hash);
    text_write_hex(hash.at, sizeof hash.at, out);
    bytes_fini(&program);
}

struct backups *backups_new(struct loop *l, const char *home, const struct config *config)
{
    struct backups *b = xnew(sizeof *b);
    uint32_t chance;

    random_fill(&random_real, &chance, sizeof chance);
    *b = (struct backups){.loop = l,
                          .home = home,
                          .config = config,
                          .timer = timer_new(l, on_time, b),
                          .jitter_ms = chance % QUIET_FOR_MS};
    find_program(b->program);
    return b;
}

/* A statement of erasure names the place of today until it is overwritten, and old ones until they are destroyed. */
static bool tell_place(struct backups *b, struct error *err)
{
    const bool has = backups_has_keys_place(b);
    const char *name = has ? b->config->backup_keys_name : "";
    const char *place = has ? b->config->backup_keys : "";
    const bool is_same = strcmp(b->told_name, name) == 0 && strcmp(b->told_place, place) == 0;

    if (b->is_place_told && is_same && b->told_undone == exchange_undone(b->exchange))
        return true;
    if (!exchange_backup_program(b->exchange, view_of_text(b->program), err) ||
        !exchange_backup_set_place(b->exchange, view_of_text(name), view_of_text(place), err)) {
        log_line(LOG_DEBUG, "event=backup.place_not_noted code=%s", error_row(err->code)->code);
        return false;
    }
    if (b->is_place_told && !is_same) {
        b->is_current = false; /* of the one before */
        b->keys_is_asked = b->keys_is_asked || has;
    }
    b->is_place_told = true;
    b->told_undone = exchange_undone(b->exchange);
    (void)snprintf(b->told_name, sizeof b->told_name, "%s", name);
    (void)snprintf(b->told_place, sizeof b->told_place, "%s", place);
    return true;
}

void backups_open(struct backups *b, struct exchange *x)
{
    struct error why;

    b->exchange = x;
    (void)!tell_place(b, &why);                                /* before a statement can leave */
    b->keys_due_ms = clock_steady_ms(&clock_real) + SETTLE_MS; /* who knows what was erased when the last one ended */
}

/* --- when --- */

bool backups_data_is_due(const struct data_times *last, int64_t jitter_ms, int64_t now_ms)
{
    int64_t due = (last->made_ms / DAY_MS) * DAY_MS + QUIET_FROM_MS + jitter_ms;

    if (last->made_ms == 0 || last->made_ms > now_ms) /* the clock was ahead: it is made anew */
        due = 0;
    while (due != 0 && due < last->made_ms + APART_MS)
        due += DAY_MS;
    if (last->tried_ms <= now_ms && due < last->tried_ms + RETRY_MS)
        due = last->tried_ms + RETRY_MS;
    return now_ms >= due;
}

void backups_read_times(const struct control_backup_part *last, struct data_times *out)
{
    *out = (struct data_times){0};
    if (last->verified_ms != 0) /* else another home made it, whose place this one takes */
        out->made_ms = last->made_ms;
    if (last->failing_since_ms != 0)
        out->tried_ms = last->tried_ms;
}

static bool data_is_due(struct backups *b)
{
    struct control_backup_part last;
    struct error err = {0};

    if (!has_data_place(b))
        return false;
    if (b->data_is_asked)
        return true;
    if (!exchange_backup_may_write(b->exchange, &err))
        return false;
    if (!b->knows_data) {
        if (!exchange_backup_part(b->exchange, BACKUP_DATA, &last, &err))
            last = (struct control_backup_part){0};
        backups_read_times(&last, &b->data_times);
        b->knows_data = true;
    }
    return backups_data_is_due(&b->data_times, b->jitter_ms, clock_now_ms(&clock_real));
}

/* Its newest record says of when it is: that is on the disk before it is copied. Where none can be written, the part is
 * made all the same. */
static bool begin_data(struct backups *b)
{
    struct error err = {0};

    if (b->data_is_begun && b->begun_undone == exchange_undone(b->exchange)) {
        b->data_is_begun = false;
        return true;
    }
    b->data_is_begun = exchange_backup_begin_data(b->exchange, &err);
    b->begun_undone = exchange_undone(b->exchange);
    if (b->data_is_begun)
        loop_wake(b->loop);
    else
        log_line(LOG_DEBUG, "event=backup.begin_not_noted code=%s", error_row(err.code)->code);
    return !b->data_is_begun;
}

static bool has_words(struct backups *b)
{
    uint8_t key[32];
    struct error err;
    bool found = false;

    return exchange_backup_find_words(b->exchange, key, &found, &err) && found;
}

/* Whether the keys part is to be made now. An erasure makes it due, a moment later; one that was asked for without
 * words is not made, and no more waited for. */
static bool look_at_keys(struct backups *b)
{
    const int64_t now = clock_steady_ms(&clock_real);
    struct error err;

    if (!backups_has_keys_place(b) || (!b->keys_is_asked && !exchange_backup_may_write(b->exchange, &err)))
        return false;
    if (b->is_current && b->keys_due_ms == 0 && exchange_backup_stamp(b->exchange) != b->stamp) {
        b->keys_due_ms = now + SETTLE_MS;
        if (b->keys_due_ms < b->keys_begun_ms + KEYS_APART_MS)
            b->keys_due_ms = b->keys_begun_ms + KEYS_APART_MS;
    }
    if (!b->keys_is_asked && (b->keys_due_ms == 0 || now < b->keys_due_ms))
        return false;
    if (has_words(b))
        return true;
    b->keys_is_asked = false; /* status says that there are none */
    b->keys_due_ms = 0;
    b->keys_run = b->asked_run;
    return false;
}

static void arm(struct backups *b)
{
    int64_t delay = LOOK_MS;
    int64_t left = b->keys_due_ms - clock_steady_ms(&clock_real);

    if (b->keys_due_ms != 0 && left < delay)
        delay = left < 0 ? 0 : left;
    timer_start(b->timer, delay);
}

static void note_outdated(struct backups *b)
{
    if (!backups_has_keys_place(b) || (b->is_current && exchange_backup_stamp(b->exchange) == b->stamp))
        b->outdated_since_ms = 0;
    else if (b->outdated_since_ms == 0)
        b->outdated_since_ms = clock_now_ms(&clock_real);
}

void backups_advance(struct backups *b)
{
    struct error why;
    bool is_told;

    if (b->exchange == NULL)
        return;
    is_told = tell_place(b, &why);
    note_outdated(b);
    if (exchange_hook_waits(b->exchange))
        return;
    if (b->running == RUNS_DATA && !b->data_gave_way && is_told && look_at_keys(b))
        backups_run_give_way(b); /* keys that were destroyed do not wait for a disk of the other part */
    backups_run_look(b);
    backups_run_end_keys(b);
    if (b->running == RUNS_DATA && !b->data_gave_way)
        arm(b);
    else if (b->running != RUNS_NOTHING || b->stream != NULL || b->child != NULL)
        timer_start(b->timer, LOOK_MS);
    else if (b->words.at != NULL)
        backups_run_begin(b, RUNS_REHEARSAL);
    else if (is_told && look_at_keys(b)) /* else no statement would name where it lies */
        backups_run_begin(b, RUNS_KEYS);
    else if (data_is_due(b) && begin_data(b))
        backups_run_begin(b, RUNS_DATA);
    else if (has_data_place(b) || backups_has_keys_place(b))
        arm(b);
}

/* --- people --- */

bool backups_ask(struct backups *b, uint64_t *run, struct error *err)
{
    if (!has_data_place(b) || !backups_has_keys_place(b))
        return error_set(err, E_BAK_11, "node.conf names no place for the %s part of a backup",
                         has_data_place(b) ? "keys" : "data");
    if (!tell_place(b, err))
        return false;
    b->data_is_asked = true;
    *run = ++b->asked_run;
    return true;
}

bool backups_are_fresh(const struct backups *b, struct error *err)
{
    const int64_t from = clock_steady_ms(&clock_real) - FRESH_MS;
    struct control_backup_part data;

    if (!exchange_backup_part(b->exchange, BACKUP_DATA, &data, err))
        return false;
    return (view_equal(data.place, view_of_text(b->config->backup_data)) && b->data_good_ms != 0 &&
            b->data_good_ms >= from && b->keys_good_ms != 0 && b->keys_good_ms >= from && b->is_current &&
            exchange_backup_stamp(b->exchange) == b->stamp) ||
           error_set(err, E_BAK_20, "both parts of the backup were not made just now");
}

bool backups_rehearse(struct backups *b, struct view words, uint64_t *run, struct error *err)
{
    if (!has_data_place(b) || !backups_has_keys_place(b))
        return error_set(err, E_BAK_11, "node.conf names no place for the %s part of a backup",
                         has_data_place(b) ? "keys" : "data");
    if (b->words.at != NULL || b->running == RUNS_REHEARSAL)
        return error_set(err, E_BAK_12, "another rehearsal is under way");
    secret_copy(&b->words, words);
    *run = ++b->rehearsal_asked;
    return true;
}

void backups_words_changed(struct backups *b)
{
    b->is_current = false;
    b->keys_is_asked = backups_has_keys_place(b);
}

void backups_fill_part(const struct backups *b, const struct config *config, struct control_backup_part *part)
{
    const bool is_data = part->part == BACKUP_DATA;

    part->place = (struct view){0};
    if (config != NULL && config->backup)
        part->place = view_of_text(is_data ? config->backup_data : config->backup_keys);
    if (b == NULL)
        return;
    part->running = b->running == (is_data ? RUNS_DATA : RUNS_KEYS);
    part->done = part->running ? b->done : 0;
    part->total = part->running ? b->total : 0;
    part->run = is_data ? b->data_run : b->keys_run;
    part->outdated =
        !is_data && part->made_ms != 0 && (!b->is_current || exchange_backup_stamp(b->exchange) != b->stamp);
    part->outdated_since_ms = part->outdated ? b->outdated_since_ms : 0;
}

void backups_fill_rehearsal(const struct backups *b, struct control_backup_rehearsal *r)
{
    if (b == NULL)
        return;
    r->running = b->words.at != NULL || b->running == RUNS_REHEARSAL;
    r->run = b->rehearsal_run;
}

/* --- the end --- */

void backups_stop(struct backups *b)
{
    b->exchange = NULL;
    backups_run_drop_keys(b);
    secret_fini(&b->words);
    if (b->stream != NULL)
        stream_close(b->stream);
}

void backups_free(struct backups *b)
{
    if (b == NULL)
        return;
    backups_run_drop_keys(b);
    bytes_fini(&b->piece);
    secret_fini(&b->words);
    free(b);
}
