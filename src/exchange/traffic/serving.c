#include "exchange/traffic/serving.h"

#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/frames.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/serving_test.h"

#include <stdlib.h>

struct queued_frame {
    struct queued_frame *next;
    uint16_t kind;
    struct bytes payload;
};

struct link_serving {
    struct queued_frame *queue; /* what waits for its turn */
    struct queued_frame *queue_last;
    size_t queued;
    size_t queued_bytes;
    size_t taken;        /* frames handled as they came in this tick */
    size_t rounds_spent; /* that it sits out, for what it asked for cost more than its frame */
};

struct serving {
    size_t queued; /* on all links */
    size_t first;  /* who is first in a round that does not reach all */
};

struct serving *serving_new(void)
{
    return xnew(sizeof(struct serving));
}

bool serving_waits(const struct exchange *x)
{
    return x->serving->queued != 0;
}

/* --- what waits --- */

static void free_frame(struct queued_frame *f)
{
    bytes_fini(&f->payload);
    free(f);
}

static void append_frame(struct exchange *x, const struct link *link, uint16_t kind, struct view payload)
{
    struct link_serving *s = link->serving;
    struct queued_frame *f = xnew(sizeof *f);

    f->kind = kind;
    bytes_append_view(&f->payload, payload);
    if (s->queue_last != NULL)
        s->queue_last->next = f;
    else
        s->queue = f;
    s->queue_last = f;
    s->queued++;
    s->queued_bytes += payload.size;
    x->serving->queued++;
    tick_again(x);
}

/* F is no longer of the queue; BEFORE is the one before it, or NULL. */
static void unlink_frame(struct exchange *x, const struct link *link, struct queued_frame *before,
                         struct queued_frame *f)
{
    struct link_serving *s = link->serving;

    REQUIRE(s->queued > 0 && s->queued_bytes >= f->payload.size && x->serving->queued >= s->queued);
    if (before != NULL)
        before->next = f->next;
    else
        s->queue = f->next;
    if (f->next == NULL)
        s->queue_last = before;
    s->queued--;
    s->queued_bytes -= f->payload.size;
    x->serving->queued--;
}

void serving_put_back(struct exchange *x, const struct link *link, uint16_t kind, struct view payload)
{
    struct link_serving *s = link->serving;
    struct queued_frame *f = xnew(sizeof *f);

    f->kind = kind;
    bytes_append_view(&f->payload, payload);
    f->next = s->queue;
    s->queue = f;
    if (s->queue_last == NULL)
        s->queue_last = f;
    s->queued++;
    s->queued_bytes += payload.size;
    x->serving->queued++;
}

static struct queued_frame *take_first(struct exchange *x, const struct link *link)
{
    struct queued_frame *f = link->serving->queue;

    unlink_frame(x, link, NULL, f);
    return f;
}

void serving_link_up(struct link *link)
{
    link->serving = xnew(sizeof *link->serving);
}

void serving_link_end(struct exchange *x, struct link *link)
{
    while (link->serving->queue != NULL)
        free_frame(take_first(x, link));
    REQUIRE(link->serving->queued == 0 && link->serving->queued_bytes == 0);
    free(link->serving);
}

size_t serving_queued(const struct link *link)
{
    return link->serving->queued;
}

size_t serving_queued_bytes(const struct link *link)
{
    return link->serving->queued_bytes;
}

void serving_undone(const struct link *link)
{
    link->serving->taken = 0;
    link->serving->rounds_spent = 0;
}

/* --- as they come --- */

static bool is_queue_full(const struct link *link, size_t size)
{
    const struct link_serving *s = link->serving;

    return s->queued >= BOUND_WAITING || s->queued_bytes + size > BOUND_WAITING_BYTES;
}

/* So many wait that one must go: a frame drawn at random, so that each that comes has its chance however many others
 * come with it. Of very many, which came before the link was served last, the oldest: to draw takes a walk. */
static void drop_one(struct exchange *x, const struct link *link)
{
    const struct link_serving *s = link->serving;
    struct queued_frame *before = NULL;
    struct queued_frame *f = s->queue;
    uint32_t place;

    random_fill(x->random, &place, sizeof place);
    place %= (uint32_t)s->queued;
    for (place = s->queued > 2 * (size_t)BOUND_QUEUED ? 0 : place; place > 0; place--) {
        before = f;
        f = f->next;
    }
    unlink_frame(x, link, before, f);
    free_frame(f);
    meter_count(x, link->usage, COUNTED_BUSY);
}

static void queue_frame(struct exchange *x, const struct link *link, bool last, uint16_t kind, struct view payload)
{
    const struct link_serving *s = link->serving;

    if (is_queue_full(link, payload.size)) {
        meter_count(x, link->usage, COUNTED_BUSY);
        return;
    }
    append_frame(x, link, kind, payload);
    while (last && (s->queued > BOUND_QUEUED || s->queued_bytes > BOUND_QUEUED_BYTES))
        drop_one(x, link);
}

void serving_wait(struct exchange *x, const struct link *link, uint16_t kind, struct view payload)
{
    queue_frame(x, link, meter_is_last(x, link->usage), kind, payload);
}

bool serving_take(struct exchange *x, const struct link *link, uint16_t kind, struct view payload, struct error *err)
{
    struct link_serving *s = link->serving;
    bool last = meter_is_last(x, link->usage);

    if (!last && s->queue == NULL && s->taken < BOUND_ROUND) {
        s->taken++;
        return frames_handle(x, link, kind, payload, err);
    }
    queue_frame(x, link, last, kind, payload);
    return true;
}

/* --- in turn --- */

void serving_spend(const struct link *link, size_t rounds)
{
    struct link_serving *s = link->serving;

    s->taken += rounds;
    s->rounds_spent += rounds;
}

/* One frame of the link with this id. It may close any link. */
static void serve_one(struct exchange *x, uint64_t id)
{
    const struct link *link = links_find(x, id);
    struct queued_frame *f;
    struct error why = {0};

    if (link == NULL || link->serving->queue == NULL)
        return;
    f = take_first(x, link);
    if (!frames_handle(x, link, f->kind, bytes_view(&f->payload), &why)) {
        tick_hang_up(x, id, error_row(why.code)->code);
        exchange_link_down(x, id);
    }
    free_frame(f);
}

/* Whether LINK has had this turn before. */
static bool sits_out(const struct link *link)
{
    struct link_serving *s = link->serving;

    if (s->rounds_spent == 0)
        return false;
    s->rounds_spent--;
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
        count += l->serving->queue != NULL;
    if (count == 0)
        return 0;
    ids = arena_new(&x->tick_arena, count * sizeof *ids);
    count = 0;
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        if (l->serving->queue == NULL || meter_is_last(x, l->usage) != last)
            continue;
        if (sat_out < left && sits_out(l))
            sat_out++;
        else
            ids[count++] = l->id;
    }
    left -= sat_out;
    /* Where not all can be served, the others are first next time. */
    for (size_t i = 0; i < count && served < left; i++, served++)
        serve_one(x, ids[(i + x->serving->first) % count]);
    if (served < count)
        x->serving->first += served;
    return sat_out + served;
}

static void serve(struct exchange *x, bool last, unsigned left)
{
    unsigned served;

    do {
        served = serve_round(x, last, left);
        left -= served;
    } while (served != 0 && left != 0 && x->serving->queued != 0);
}

void serving_run(struct exchange *x)
{
    if (x->serving->queued != 0)
        serve(x, false, BOUND_BATCH);
    if (x->serving->queued != 0)
        serve(x, true, BOUND_ROUND_LAST);
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        l->serving->taken = 0; /* in the next tick */
        if (l->serving->queue == NULL)
            l->serving->rounds_spent = 0; /* nobody waited for them */
    }
    if (x->serving->queued != 0)
        tick_again(x);
}
