/* A sweep goes over the listed members from the one behind us on:
 *
 *   ring    while the directory counts: up to the first that is linked; then a rest
 *   all     where nobody dials this node: over all that are not linked, again and again; so does a coordinator's node,
 *           since who was off does not find it where it has moved, and has nobody else with whom to link when its
 *           certificate has ended
 *   ended   while the directory is past its last day: over all that are not linked, again and again
 *   doubt   the same while this machine's clock is off: two others, at least, are to say what the time is
 */
#include "exchange/members/seeking.h"

#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"

struct seeking {
    int64_t due_ms;         /* of the next dial; steady; 0: before the first tick */
    size_t step;            /* how many members behind us this sweep is */
    bool is_urgent;         /* the directory had ended, or the clock was off, when it began */
    int64_t alone_since_ms; /* no member is linked since then; steady; 0: one is */
};

struct seeking *seeking_new(void)
{
    return xnew(sizeof(struct seeking));
}

static bool directory_has_ended(const struct exchange *x)
{
    return tick_closing_ms(x) > membership_directory(x->membership)->hard_expiry_s * 1000;
}

/* Between two dials of a sweep, so that one over all members takes no longer than it may. */
static int64_t pause_ms(const struct exchange *x)
{
    int64_t sweep = membership_own_dials_only(x->membership) ? BOUND_DIAL_ONLY_MS : BOUND_SWEEP_MS;
    int64_t pause = sweep / (int64_t)(membership_directory(x->membership)->member_count + 1);

    return pause < BOUND_SEEK_MS ? pause : BOUND_SEEK_MS;
}

static size_t own_index(const struct exchange *x)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++)
        if (address_equal(&d->members[i].agency, membership_own(x->membership)))
            return i;
    return 0;
}

static bool may_be_dialled(struct exchange *x, size_t index, struct peer *p)
{
    membership_peer(x->membership, index, p);
    return !p->revoked && p->member->endpoint.size != 0 &&
           !address_equal(&p->member->agency, membership_own(x->membership));
}

/* The next of the sweep; false: it is over. */
static bool find_next(struct exchange *x, bool all, struct peer *out)
{
    size_t count = membership_directory(x->membership)->member_count;
    size_t own = own_index(x);

    for (size_t step = all ? x->seeking->step + 1 : 1; step <= count; step++) {
        if (!may_be_dialled(x, (own + step) % count, out))
            continue;
        if (links_find_agency(x, &out->member->agency) != NULL) {
            if (!all)
                return false;
        } else if (step > x->seeking->step) {
            x->seeking->step = step;
            return true;
        }
    }
    return false;
}

static void note_alone(struct exchange *x)
{
    if (!links_is_alone(x))
        x->seeking->alone_since_ms = 0;
    else if (x->seeking->alone_since_ms == 0)
        x->seeking->alone_since_ms = tick_steady_ms(x);
}

static bool has_others(struct exchange *x)
{
    size_t count = membership_directory(x->membership)->member_count;
    struct peer p;

    for (size_t i = 0; i < count; i++) {
        membership_peer(x->membership, i, &p);
        if (!p.revoked && !address_equal(&p.member->agency, membership_own(x->membership)) &&
            membership_can_link(x->membership, address_view(&p.member->agency)))
            return true;
    }
    return false;
}

int64_t seeking_alone_ms(struct exchange *x)
{
    return x->seeking->alone_since_ms == 0 || !links_is_alone(x) || !has_others(x)
               ? 0
               : tick_steady_ms(x) - x->seeking->alone_since_ms;
}

void seeking_advance(struct exchange *x)
{
    int64_t now = tick_steady_ms(x);
    bool urgent = directory_has_ended(x) || tick_clock_is_off(x);
    bool at_once = urgent || membership_own_dials_only(x->membership);
    bool all = at_once || x->post->renew != NULL;
    struct peer next;

    REQUIRE(x->committed);
    note_alone(x);
    if (!membership_own_may_dial(x->membership))
        return;
    if (x->seeking->due_ms == 0 && !at_once)
        x->seeking->due_ms = now + BOUND_SEEK_MS; /* a node that starts is dialled, or has mail that dials */
    if (now < x->seeking->due_ms && (!urgent || x->seeking->is_urgent))
        return;
    if (urgent != x->seeking->is_urgent)
        x->seeking->step = 0;
    x->seeking->is_urgent = urgent;
    if (find_next(x, all, &next)) {
        x->seeking->due_ms = now + pause_ms(x);
        x->post->dial(x->post, &next.member->agency, next.member->endpoint, false);
        return;
    }
    x->seeking->step = 0;
    x->seeking->due_ms = now + (all ? pause_ms(x) : BOUND_SEEK_REST_MS);
}

int64_t seeking_wake_ms(const struct exchange *x)
{
    int64_t end = tick_steady_at_closing(x, membership_directory(x->membership)->hard_expiry_s * 1000 + 1);

    if (!membership_own_may_dial(x->membership))
        return 0;
    return directory_has_ended(x) || x->seeking->due_ms < end ? x->seeking->due_ms : end;
}

void seeking_link_down(struct exchange *x)
{
    int64_t soon = tick_steady_ms(x) + pause_ms(x);

    if (x->seeking->step == 0 && x->seeking->due_ms > soon)
        x->seeking->due_ms = soon;
}

void seeking_begin_again(struct exchange *x)
{
    x->seeking->step = 0;
    seeking_link_down(x);
}
