#include "exchange/members/clock_doubt.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/cosigning.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"
#include "exchange/traffic/releasing.h"
#include "exchange/traffic/releasing_times.h"

#include <stdlib.h>

#define LATE_MS  10000  /* after the first answer, so that one that is quick does not decide before the others */
#define ALONE_MS 600000 /* of a doubt in which nobody answered: who can be reached answers within a minute or two */

/* What a peer's clock showed, and what our steady clock did then: so it is known what it shows later. */
struct said {
    int64_t peer;
    struct address agency;
    int64_t offset_ms;    /* its time, less the steady clock's */
    bool counts;          /* said in this doubt */
    uint32_t incarnation; /* of its log then, by the directory */
    int64_t told_ms;      /* by how much it is ahead, as it was last logged; 0: it was not */
    int64_t told_at;      /* then; steady */
};

struct clock_doubt {
    bool is_doubted; /* the record says so */
    int64_t since_ms;
    int64_t begun_at;    /* the same by the steady clock */
    int64_t answered_at; /* the first answer of this doubt, by the steady clock; 0: none yet */
    struct bytes said;   /* struct said each, one for each peer */
};

struct clock_doubt *clock_doubt_new(void)
{
    return xnew(sizeof(struct clock_doubt));
}

void clock_doubt_free(struct clock_doubt *d)
{
    if (d == NULL)
        return;
    bytes_fini(&d->said);
    free(d);
}

static struct said *all_said(const struct clock_doubt *d, size_t *count)
{
    REQUIRE(d->said.size % sizeof(struct said) == 0);
    *count = d->said.size / sizeof(struct said);
    return (struct said *)(void *)d->said.at;
}

static int64_t ahead_of_ours(const struct exchange *x, const struct said *s)
{
    return s->offset_ms + tick_steady_ms(x) - trusted_time_wall_ms(&x->time);
}

_Static_assert(BOUND_CLOCKS_MS < TRUSTED_TIME_AHEAD_MS,
               "who sees a clock in doubt, a peer or a person, sees it differ");

/* In whole seconds, as they are signed. */
static bool differs(int64_t ahead_ms)
{
    int64_t s = ahead_ms / 1000;

    return s > BOUND_CLOCKS_MS / 1000 || s < -BOUND_CLOCKS_MS / 1000;
}

/* --- what peers say --- */

/* Once, and when it is another, or a day has passed: `refex status` says it all the time. */
static void log_difference(struct exchange *x, const struct link *link, const struct said *before, struct said *now)
{
    const int64_t ahead = ahead_of_ours(x, now);

    if (!differs(ahead))
        return;
    if (before != NULL && before->told_ms != 0) {
        now->told_ms = before->told_ms;
        now->told_at = before->told_at;
        if (!differs(ahead - before->told_ms) && tick_steady_ms(x) - before->told_at < DAY_MS)
            return;
    }
    if (!meter_line(x, link->usage, LINE_CLOCK))
        return;
    log_line(LOG_WARNING, "event=clock.differs peer=%s by_s=%lld", link->agency.text, (long long)(ahead / 1000));
    now->told_ms = ahead;
    now->told_at = tick_steady_ms(x);
}

void clock_doubt_heard(struct exchange *x, const struct link *link, int64_t time_s)
{
    struct clock_doubt *d = x->doubt;
    struct said now = {.peer = link->peer,
                       .agency = link->agency,
                       .offset_ms = time_s * 1000 - tick_steady_ms(x),
                       .counts = d->is_doubted,
                       .incarnation = membership_incarnation(x->membership, address_view(&link->agency))};
    size_t n;
    struct said *s = all_said(d, &n);
    struct said *end = s + n;

    REQUIRE(time_s > 0 && time_s <= INT64_MAX / 1000); /* cosigning_take */
    while (s != end && s->peer != link->peer)
        s++;
    log_difference(x, link, s == end ? NULL : s, &now);
    if (s == end)
        bytes_append(&d->said, &now, sizeof now);
    else
        *s = now;
    if (d->is_doubted && d->answered_at == 0)
        d->answered_at = tick_steady_ms(x);
    tick_again(x);
}

void clock_doubt_follow(struct exchange *x)
{
    size_t n;
    struct said *s = all_said(x->doubt, &n);
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (s[i].incarnation == membership_incarnation(x->membership, address_view(&s[i].agency)))
            s[kept++] = s[i];
    x->doubt->said.size = kept * sizeof *s;
}

int64_t clock_doubt_ahead_of_ours(const struct exchange *x, int64_t peer)
{
    size_t n;
    const struct said *s = all_said(x->doubt, &n);

    for (size_t i = 0; i < n; i++)
        if (s[i].peer == peer && differs(ahead_of_ours(x, &s[i])))
            return ahead_of_ours(x, &s[i]);
    return 0;
}

/* --- whose word counts --- */

struct poll {
    size_t known; /* peers that could be asked */
    size_t answered;
    size_t agree;
};

/* Members that are not revoked, and whose identity key is not held: it may be somebody else's. */
static bool may_say(struct exchange *x, const struct peer *p, bool *may, struct error *err)
{
    struct peer_row row;
    bool found;

    *may = false;
    if (p->revoked || p->identity == NULL || address_equal(&p->member->agency, membership_own(x->membership)))
        return true;
    if (!peers_find(x, &p->member->agency, &found, &row, err))
        return false;
    *may = !found || row.held_since_ms == 0;
    return true;
}

static bool ask_poll(struct exchange *x, struct poll *out, struct error *err)
{
    const struct directory *dir = membership_directory(x->membership);
    size_t n;
    const struct said *s = all_said(x->doubt, &n);

    *out = (struct poll){0};
    for (size_t i = 0; i < dir->member_count; i++) {
        struct peer p;
        bool may;

        membership_peer(x->membership, i, &p);
        if (!may_say(x, &p, &may, err))
            return false;
        if (!may) { /* who is suspended leaves the others no fewer that have to agree */
            out->known += membership_suspended_until(x->membership, &p.member->agency) != 0;
            continue;
        }
        out->known++;
        for (size_t k = 0; k < n; k++)
            if (s[k].counts && address_equal(&s[k].agency, &p.member->agency)) {
                out->answered++;
                out->agree += !differs(ahead_of_ours(x, &s[k]));
            }
    }
    return true;
}

/* Most of those that answered; of two peers and more, two at least. */
static bool peers_agree(struct exchange *x, bool *agree, struct error *err)
{
    struct clock_doubt *d = x->doubt;
    struct poll p;

    REQUIRE(d->is_doubted); /* answers to an earlier doubt do not count */
    *agree = false;
    if (d->answered_at == 0)
        return true;
    if (!ask_poll(x, &p, err))
        return false;
    if (p.answered >= p.known || tick_steady_ms(x) - d->answered_at >= LATE_MS)
        *agree = p.answered >= (p.known == 1 ? 1 : 2) && 2 * p.agree > p.answered;
    return true;
}

/* By most of those that ever said, two at least: one alone, who may be wrong himself, keeps nobody from it. */
static bool most_say_otherwise(const struct exchange *x)
{
    size_t n;
    const struct said *s = all_said(x->doubt, &n);
    size_t otherwise = 0;

    for (size_t i = 0; i < n; i++)
        otherwise += differs(ahead_of_ours(x, &s[i]));
    return otherwise >= 2 && 2 * otherwise > n;
}

bool clock_doubt_may_certify(const struct exchange *x)
{
    const struct clock_doubt *d = x->doubt;

    if (tick_clock_is_off(x))
        return d->is_doubted && d->answered_at == 0 && tick_steady_ms(x) - d->begun_at >= ALONE_MS &&
               trusted_time_may_tell(&x->time);
    return !most_say_otherwise(x);
}

/* --- beginning and end --- */

static bool record_event(struct exchange *x, enum clock_event event, int64_t trusted_ms, struct error *err)
{
    struct record r = {.kind = RECORD_CLOCK};

    r.clock =
        (struct record_clock){.event = event, .trusted_ms = trusted_ms, .clock_ms = trusted_time_wall_ms(&x->time)};
    log_line(event == CLOCK_DOUBTED ? LOG_ERROR : LOG_NOTICE, "event=clock.%s ahead_s=%lld", clock_event_name(event),
             (long long)((r.clock.clock_ms - trusted_ms) / 1000));
    tick_again(x);
    if (event == CLOCK_CONFIRMED && !acting_sign(x, &r, err))
        return false;
    return tick_begin(x, err) && audit_append(x->audit, &r, NULL, err);
}

/* What waited for the clock is looked at again; a link that came up while the directory had ended by it counts. */
static void end_doubt(struct exchange *x)
{
    x->doubt->is_doubted = false;
    links_admit(x);
    tick_members_changed(x); /* refex-link may have been given who is cut off by a clock that was ahead */
    tick_new_day(x);
    dialling_look(x);
    for (const struct link *l = x->links; l != NULL; l = l->next)
        releasing_from(l, 1);
}

static bool begin_doubt(struct exchange *x, struct error *err)
{
    struct clock_doubt *d = x->doubt;
    size_t n;
    struct said *s = all_said(d, &n);

    SOMETIMES(a_clock_was_in_doubt);
    REQUIRE(!d->is_doubted);
    d->is_doubted = true;
    d->since_ms = trusted_time_ms(&x->time);
    d->begun_at = tick_steady_ms(x);
    d->answered_at = 0;
    for (size_t i = 0; i < n; i++)
        s[i].counts = false; /* said before: it may be of any age */
    cosigning_begin_again(x);
    return record_event(x, CLOCK_DOUBTED, d->since_ms, err);
}

static bool accept_clock(struct exchange *x, enum clock_event event, struct error *err)
{
    int64_t before = trusted_time_ms(&x->time);

    trusted_time_accept(&x->time);
    end_doubt(x);
    return record_event(x, event, before, err);
}

/* Where the clock is behind, the house log gets a record too, so that no newer record of it says the time that was
 * wrong. */
static bool lift_doubt(struct exchange *x, struct error *err)
{
    struct record house = {.kind = RECORD_CONFIGURED};
    bool is_lower = trusted_time_wall_ms(&x->time) < trusted_time_ms(&x->time);

    SOMETIMES(peers_ended_the_doubt_of_a_clock);
    house.house.what = HOUSE_CLOCK;
    return accept_clock(x, CLOCK_LIFTED_BY_PEERS, err) && (!is_lower || audit_append(x->audit, &house, NULL, err));
}

bool clock_doubt_advance(struct exchange *x, struct error *err)
{
    bool is_off = tick_clock_is_off(x);
    bool agree = false;

    if (is_off && !x->doubt->is_doubted)
        return begin_doubt(x, err);
    if (is_off && !peers_agree(x, &agree, err))
        return false;
    if (is_off)
        return !agree || lift_doubt(x, err);
    if (!x->doubt->is_doubted)
        return true;
    SOMETIMES(a_clock_in_doubt_was_set_right);
    end_doubt(x);
    return record_event(x, CLOCK_SET_RIGHT, trusted_time_ms(&x->time), err);
}

int64_t clock_doubt_wake_ms(const struct exchange *x)
{
    int64_t at = x->doubt->answered_at + LATE_MS;

    return x->doubt->is_doubted && x->doubt->answered_at != 0 && at > tick_steady_ms(x) ? at : 0;
}

/* --- people --- */

/* The house log too, so that no newer record of it says the time that was wrong. */
static bool confirm(struct exchange *x, struct error *err)
{
    struct record house = {.kind = RECORD_CONFIGURED};

    house.house.what = HOUSE_CLOCK;
    SOMETIMES(a_person_confirmed_a_clock);
    return tick_begin(x, err) && accept_clock(x, CLOCK_CONFIRMED, err) && acting_append(x, &house, err);
}

bool exchange_clock_confirm(struct exchange *x, bool *changed, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    int64_t ahead = trusted_time_wall_ms(&x->time) - trusted_time_ms(&x->time);

    *changed = differs(ahead);
    return !*changed || (own_note_may_sign(x, err) && tick_call_end(x, mark, confirm(x, err), err));
}

bool exchange_clock_show(struct exchange *x, struct control_clock *out, struct error *err)
{
    int64_t wall_ms = trusted_time_wall_ms(&x->time);
    int64_t trusted_ms = trusted_time_ms(&x->time);
    struct poll p;

    if (!ask_poll(x, &p, err))
        return false;
    *out = (struct control_clock){.in_doubt = tick_clock_in_doubt(x),
                                  .is_behind = trusted_ms - wall_ms > BOUND_CLOCKS_MS,
                                  .clock_ms = wall_ms,
                                  .trusted_ms = trusted_ms,
                                  .peers = p.known,
                                  .answered = p.answered,
                                  .agree = p.agree};
    if (out->in_doubt)
        out->since_ms = x->doubt->is_doubted ? x->doubt->since_ms : trusted_ms;
    return true;
}

/* Whether most of those that said what the time is, two at least, are off to one side of this machine's clock: then it
 * is this one that is wrong, and by so much at least: its distance from the next of them; 0: it is not so. */
static int64_t own_is_ahead(const struct exchange *x, size_t *count)
{
    size_t n;
    const struct said *s = all_said(x->doubt, &n);
    size_t sides[2] = {0}; /* that are ahead of ours, and behind it */
    int64_t nearest[2] = {0};

    for (size_t i = 0; i < n; i++) {
        const int64_t ahead = ahead_of_ours(x, &s[i]);
        const int side = ahead < 0;

        if (!differs(ahead))
            continue;
        if (sides[side]++ == 0 || (ahead < nearest[side]) != side)
            nearest[side] = ahead;
    }
    *count = sides[0] > sides[1] ? sides[0] : sides[1];
    return *count < 2 || 2 * *count <= n ? 0 : -nearest[sides[1] > sides[0]];
}

void clock_doubt_list(const struct exchange *x, struct node_status *out)
{
    size_t n;
    const struct said *s = all_said(x->doubt, &n);

    out->own_ahead_ms = own_is_ahead(x, &out->own_ahead_of);
    for (size_t i = 0; i < n; i++) {
        int64_t ahead = ahead_of_ours(x, &s[i]);

        if (!differs(ahead))
            continue;
        if (out->clock_count == BOUND_NAMED)
            out->clock_more++;
        else
            out->clocks[out->clock_count++] = (struct clock_differs){s[i].agency, ahead};
    }
}
