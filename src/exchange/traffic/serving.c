#include "exchange/traffic/serving.h"

#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"

#include <stdlib.h>

struct queued_frame {
    struct queued_frame *next;
    uint16_t kind;
    struct bytes payload;
};

/* --- what waits --- */

static void free_frame(struct queued_frame *f)
{
    bytes_fini(&f->payload);
    free(f);
}

static void append_frame(struct exchange *x, struct link *link, uint16_t kind, struct view payload)
{
    struct queued_frame *f = xnew(sizeof *f);

    f->kind = kind;
    bytes_append_view(&f->payload, payload);
    if (link->queue_last != NULL)
        link->queue_last->next = f;
    else
        link->queue = f;
    link->queue_last = f;
    link->queued++;
    link->queued_bytes += payload.size;
    x->queued++;
    tick_again(x);
}

/* F is no longer of the queue; BEFORE is the one before it, or NULL. */
static void unlink_frame(struct exchange *x, struct link *link, struct queued_frame *before, struct queued_frame *f)
{
    if (before != NULL)
        before->next = f->next;
    else
        link->queue = f->next;
    if (f->next == NULL)
        link->queue_last = before;
    link->queued--;
    link->queued_bytes -= f->payload.size;
    x->queued--;
}

void serving_put_back(struct exchange *x, struct link *link, uint16_t kind, struct view payload)
{
    struct queued_frame *f = xnew(sizeof *f);

    f->kind = kind;
    bytes_append_view(&f->payload, payload);
    f->next = link->queue;
    link->queue = f;
    if (link->queue_last == NULL)
        link->queue_last = f;
    link->queued++;
    link->queued_bytes += payload.size;
    x->queued++;
}

static struct queued_frame *take_first(struct exchange *x, struct link *link)
{
    struct queued_frame *f = link->queue;

    unlink_frame(x, link, NULL, f);
    return f;
}

void serving_drop(struct exchange *x, struct link *link)
{
    while (link->queue != NULL)
        free_frame(take_first(x, link));
}

/* --- as they come --- */

static bool is_queue_full(const struct link *link, size_t size)
{
    return link->queued >= BOUND_WAITING || link->queued_bytes + size > BOUND_WAITING_BYTES;
}

/* So many wait that one must go: a frame drawn at random, so that each that comes has its chance however many others
 * come with it. Of very many, which came before the link was served last, the oldest: to draw takes a walk. */
static void drop_one(struct exchange *x, struct link *link)
{
    struct queued_frame *before = NULL;
    struct queued_frame *f = link->queue;
    uint32_t place;

    random_fill(x->random, &place, sizeof place);
    place %= (uint32_t)link->queued;
    for (place = link->queued > 2 * (size_t)BOUND_QUEUED ? 0 : place; place > 0; place--) {
        before = f;
        f = f->next;
    }
    unlink_frame(x, link, before, f);
    free_frame(f);
    meter_count(x, link->usage, COUNTED_BUSY);
}

static void queue_frame(struct exchange *x, struct link *link, bool last, uint16_t kind, struct view payload)
{
    if (is_queue_full(link, payload.size)) {
        meter_count(x, link->usage, COUNTED_BUSY);
        return;
    }
    append_frame(x, link, kind, payload);
    while (last && (link->queued > BOUND_QUEUED || link->queued_bytes > BOUND_QUEUED_BYTES))
        drop_one(x, link);
}

void serving_wait(struct exchange *x, struct link *link, uint16_t kind, struct view payload)
{
    queue_frame(x, link, meter_is_last(x, link->usage), kind, payload);
}

bool serving_take(struct exchange *x, struct link *link, uint16_t kind, struct view payload, struct error *err)
{
    bool last = meter_is_last(x, link->usage);

    if (!last && link->queue == NULL && link->taken < BOUND_ROUND) {
        link->taken++;
        return links_handle(x, link, kind, payload, err);
    }
    queue_frame(x, link, last, kind, payload);
    return true;
}

/* --- in turn --- */

void serving_spend(struct link *link, size_t rounds)
{
    link->taken += rounds;
    link->rounds_spent += rounds;
}

/* One frame of the link with this id. It may close any link. */
static void serve_one(struct exchange *x, uint64_t id)
{
    struct link *link = links_find(x, id);
    struct queued_frame *f;
    struct error why = {0};

    if (link == NULL || link->queue == NULL)
        return;
    f = take_first(x, link);
    if (!links_handle(x, link, f->kind, bytes_view(&f->payload), &why)) {
        tick_hang_up(x, id, error_row(why.code)->code);
        exchange_link_down(x, id);
    }
    free_frame(f);
}

/* Whether LINK has had this turn before. */
static bool sits_out(struct link *link)
{
    if (link->rounds_spent == 0)
        return false;
    link->rounds_spent--;
    return true;
}

/* One turn of each link that is served LAST, or of each that is not; at most LEFT. Returns how many. */
static unsigned serve_round(struct exchange *x, bool last, unsigned left)
{
    uint64_t *ids;
    size_t count = 0;
    unsigned sat_out = 0;
    unsigned served = 0;

    for (const struct link *l = x->links; l != NULL; l = l->next)
        count += l->queue != NULL;
    if (count == 0)
        return 0;
    ids = arena_new(&x->tick_arena, count * sizeof *ids);
    count = 0;
    for (struct link *l = x->links; l != NULL; l = l->next) {
        if (l->queue == NULL || meter_is_last(x, l->usage) != last)
            continue;
        if (sat_out < left && sits_out(l))
            sat_out++;
        else
            ids[count++] = l->id;
    }
    left -= sat_out;
    /* Where not all can be served, the others are first next time. */
    for (size_t i = 0; i < count && served < left; i++, served++)
        serve_one(x, ids[(i + x->serve_first) % count]);
    if (served < count)
        x->serve_first += served;
    return sat_out + served;
}

static void serve(struct exchange *x, bool last, unsigned left)
{
    unsigned served;

    do {
        served = serve_round(x, last, left);
        left -= served;
    } while (served != 0 && left != 0 && x->queued != 0);
}

void serving_run(struct exchange *x)
{
    if (x->queued != 0)
        serve(x, false, BOUND_BATCH);
    if (x->queued != 0)
        serve(x, true, BOUND_ROUND_LAST);
    for (struct link *l = x->links; l != NULL; l = l->next) {
        l->taken = 0; /* in the next tick */
        if (l->queue == NULL)
            l->rounds_spent = 0; /* nobody waited for them */
    }
    if (x->queued != 0)
        tick_again(x);
}
