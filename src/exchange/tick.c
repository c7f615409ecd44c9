#include "exchange/tick.h"

#include "base/file.h"
#include "base/log.h"
#include "base/sometimes.h"
#include "codec/narrow.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/consent_taken.h"
#include "exchange/state.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/receipting.h"
#include "exchange/traffic/standing.h"

#include <stdio.h>
#include <string.h>

#define DISK_CHECK_MS 1000 /* between two looks at the free space of the disk */

/* A link to be closed after the commit. WHY is a constant. */
struct pending_hang_up {
    struct pending_hang_up *next;
    uint64_t link;
    const char *why;
};

/* A frame to be sent after the commit. PAYLOAD is in the tick's arena. */
struct pending_frame {
    struct pending_frame *next;
    uint64_t link;
    uint16_t kind;
    struct view payload;
};

/* An opened value; see tick_plain. */
struct plain {
    struct plain *next;
    struct bytes bytes;
};

bool tick_is_full(const struct exchange *x)
{
    int64_t left = x->full_until_ms - tick_steady_ms(x);

    return left > 0 && left <= x->full_pause_ms; /* else the clock was set back */
}

bool tick_waits(const struct exchange *x)
{
    return tick_is_full(x) || x->follow_due;
}

bool tick_begin(struct exchange *x, struct error *err)
{
    if (x->in_transaction)
        return true;
    if (x->read_only)
        return error_set(err, E_NOD_21, "a stopped node is only read");
    if (tick_waits(x)) {
        x->undo_due = true; /* the caller may have changed what is in memory */
        if (x->paused_by == E_KEY_21)
            return error_set(err, E_KEY_21, "the disk did not give a key; it is tried again in a moment");
        return error_set(err, E_STO_03, "the disk is full; it is tried again in a moment");
    }
    if (!db_begin(x->db, err))
        return false;
    x->in_transaction = true;
    return true;
}

uint64_t tick_call_begin(const struct exchange *x)
{
    return db_changes(x->db);
}

bool tick_call_end(struct exchange *x, uint64_t mark, bool ok, const struct error *err)
{
    if (!ok && error_fault(err) != FAULT_DENIED && db_changes(x->db) != mark)
        tick_fail(x, err);
    return ok;
}

/* --- the time --- */

int64_t tick_closing_ms(const struct exchange *x)
{
    return trusted_time_closing_ms(&x->time);
}

uint32_t tick_closing_day(const struct exchange *x)
{
    return day_of_ms(tick_closing_ms(x));
}

bool tick_destroying_day(const struct exchange *x, uint32_t *day)
{
    int64_t ms;

    if (!trusted_time_destroying_ms(&x->time, &ms))
        return false;
    *day = day_of_ms(ms);
    return true;
}

bool tick_both_days(const struct exchange *x, uint32_t *earlier, uint32_t *later)
{
    int64_t wall = trusted_time_wall_ms(&x->time);
    int64_t trusted = trusted_time_ms(&x->time);

    *earlier = day_of_ms(wall < trusted ? wall : trusted);
    *later = day_of_ms(wall < trusted ? trusted : wall);
    return wall - trusted <= DAY_MS && trusted - wall <= DAY_MS;
}

int64_t tick_record_ms(const struct exchange *x)
{
    return trusted_time_record_ms(&x->time);
}

uint32_t tick_record_day(const struct exchange *x)
{
    return day_of_ms(tick_record_ms(x));
}

int64_t tick_latest_ms(const struct exchange *x)
{
    int64_t latest = tick_record_ms(x) + BOUND_EXPIRY_DAYS * DAY_MS;

    return tick_closing_ms(x) < latest ? tick_closing_ms(x) : latest;
}

uint32_t tick_latest_day(const struct exchange *x)
{
    return day_of_ms(tick_latest_ms(x));
}

uint32_t tick_message_expiry(const struct exchange *x)
{
    return tick_latest_day(x) + BOUND_EXPIRY_DAYS;
}

uint32_t tick_envelope_expiry(const struct exchange *x)
{
    uint32_t day = tick_record_day(x) + BOUND_EXPIRY_DAYS;

    return day > tick_closing_day(x) ? day : tick_closing_day(x);
}

int64_t tick_steady_ms(const struct exchange *x)
{
    return trusted_time_steady_ms(&x->time);
}

int64_t tick_steady_at_closing(const struct exchange *x, int64_t ms)
{
    return tick_steady_ms(x) + (ms - tick_closing_ms(x));
}

int64_t tick_steady_at_trusted(const struct exchange *x, int64_t ms)
{
    return tick_steady_ms(x) + (ms - trusted_time_ms(&x->time));
}

int64_t tick_steady_at_record(const struct exchange *x, int64_t ms)
{
    return trusted_time_steady_at_record(&x->time, ms);
}

bool tick_clock_in_doubt(const struct exchange *x)
{
    return trusted_time_in_doubt(&x->time);
}

bool tick_clock_is_off(const struct exchange *x)
{
    return trusted_time_is_off(&x->time);
}

bool tick_pause_is_over(const struct exchange *x, int64_t until_ms, int64_t pause_ms)
{
    int64_t left = until_ms - tick_closing_ms(x);

    return left <= 0 || left > pause_ms;
}

/* --- what a tick holds --- */

void tick_read_again(struct exchange *x)
{
    SOMETIMES(a_key_was_not_read);
    x->unread_ms = tick_steady_ms(x);
    if (x->read_again_ms == 0)
        x->read_again_ms = x->unread_ms + READ_AGAIN_MS;
}

struct bytes *tick_plain(struct exchange *x)
{
    struct plain *p = arena_new(&x->tick_arena, sizeof *p);

    p->bytes.wiping = true;
    p->next = x->plains;
    x->plains = p;
    return &p->bytes;
}

/* Below the last floor the file `reserve` is given up, so that what answers something open still finds room; it is
 * taken again when there is plenty. */
static void tend_reserve(struct exchange *x, uint64_t room)
{
    char path[FILE_PATH_MAX];
    struct error why = {0};

    if (x->home[0] == '\0' || !file_join_path(path, x->home, RESERVE_FILE, &why))
        return;
    if (room < BOUND_DISK_LAST) {
        if (remove(path) == 0) {
            SOMETIMES(the_reserve_of_the_disk_was_given_up);
            log_line(LOG_WARNING, "event=reserve.given_up room=%llu", (unsigned long long)room);
        }
    } else if (room >= (uint64_t)BOUND_DISK_FREE + BOUND_RESERVE && !file_exists(path)) {
        if (file_allocate(path, BOUND_RESERVE, &why))
            log_line(LOG_INFO, "event=reserve.taken");
    }
}

bool tick_has_room(struct exchange *x, struct error *err)
{
    int64_t now = tick_steady_ms(x);
    uint64_t room;

    if (x->disk_checked_ms == 0 || now - x->disk_checked_ms >= DISK_CHECK_MS) {
        if (!db_free_space(x->db, &room, err))
            return false;
        x->disk_checked_ms = now;
        x->disk_room = room;
        x->disk_full = room < BOUND_DISK_FREE;
        tend_reserve(x, room);
    }
    return !x->disk_full ||
           error_set(err, E_STO_03, "less than %d MiB are free on this disk", BOUND_DISK_FREE / 1048576);
}

/* A peer that sends what it may, day by day, comes to the end of any disk: not to that of this agency's own cases. */
bool tick_has_room_for_peers(struct exchange *x, struct error *err)
{
    return tick_has_room(x, err) &&
           (x->disk_room >= BOUND_DISK_PEERS ||
            error_set(err, E_STO_03, "less than %d MiB are free on this disk", BOUND_DISK_PEERS / 1048576));
}

void tick_fail(struct exchange *x, const struct error *why)
{
    if (x->failed_after_write.code == E_NONE)
        x->failed_after_write = *why;
}

void tick_new_day(struct exchange *x)
{
    x->today = 0;
}

void tick_members_changed(struct exchange *x)
{
    x->membership_changed = true;
}

struct bytes *tick_frame(struct exchange *x)
{
    bytes_clear(&x->frame);
    return &x->frame;
}

void tick_again(struct exchange *x)
{
    x->tick_wanted = true;
}

void tick_day_again(struct exchange *x)
{
    x->today = 0;
    tick_again(x);
}

/* Whether the link ID carries frames of KIND: parts that know nothing of narrow links send on them as on any. */
static bool count_sent(struct exchange *x, uint64_t id, uint16_t kind, size_t size)
{
    const struct link *link = links_find(x, id);

    if (link == NULL)
        return true;
    if (link->recall_only && !narrow_carries(LINK_CLASS_CUT_OFF, kind))
        return false;
    meter_add(x, link->usage, RESOURCE_BYTES_OUT, size);
    return true;
}

void tick_send(struct exchange *x, uint64_t link, uint16_t kind, struct view payload)
{
    struct pending_frame *f;

    REQUIRE(kind != 0 && payload.size < BOUND_FRAME);
    if (x->committed) {
        if (count_sent(x, link, kind, payload.size))
            x->post->send(x->post, link, kind, payload);
        return;
    }
    f = arena_new(&x->tick_arena, sizeof *f);
    *f = (struct pending_frame){.link = link, .kind = kind, .payload = arena_copy(&x->tick_arena, payload)};
    *x->pending_frames_end = f;
    x->pending_frames_end = &f->next;
}

void tick_hang_up(struct exchange *x, uint64_t link, const char *why)
{
    struct pending_hang_up *h = arena_new(&x->tick_arena, sizeof *h);

    *h = (struct pending_hang_up){.next = x->pending_hang_ups, .link = link, .why = why};
    x->pending_hang_ups = h;
}

void tick_save_hang_ups(const struct exchange *x, struct bytes *out)
{
    for (const struct pending_hang_up *h = x->pending_hang_ups; h != NULL; h = h->next)
        bytes_append(out, h, sizeof *h);
}

void tick_restore_hang_ups(struct exchange *x, struct view saved)
{
    for (size_t at = 0; at < saved.size; at += sizeof(struct pending_hang_up)) {
        struct pending_hang_up h;

        memcpy(&h, saved.at + at, sizeof h);
        tick_hang_up(x, h.link, h.why);
    }
}

void tick_send_pending(struct exchange *x)
{
    REQUIRE(x->committed);
    for (struct pending_hang_up *h = x->pending_hang_ups; h != NULL; h = h->next)
        x->post->hang_up(x->post, h->link, h->why);
    if (x->membership_changed)
        x->post->membership_changed(x->post);
    x->membership_changed = false;
    for (struct pending_frame *f = x->pending_frames; f != NULL; f = f->next)
        tick_send(x, f->link, f->kind, f->payload);
}

static void wipe_plains(struct exchange *x)
{
    for (struct plain *p = x->plains; p != NULL; p = p->next)
        bytes_fini(&p->bytes);
    x->plains = NULL;
}

void tick_end(struct exchange *x)
{
    REQUIRE(!x->committed);
    casebook_end_tick(x);
    consent_taken_end_tick(x);
    inbox_end_tick(x);
    outbox_end_tick(x);
    receipting_end_tick(x);
    standing_end_tick(x);
    x->people_wait = false;
    x->pending_hang_ups = NULL;
    x->pending_frames = NULL;
    x->pending_frames_end = &x->pending_frames;
    wipe_plains(x);
    arena_reset(&x->tick_arena);
}
