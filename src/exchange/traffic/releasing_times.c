#include "exchange/traffic/releasing_times.h"

#include "base/sometimes.h"
#include "exchange/retry.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/owed_tries.h"
#include "exchange/traffic/releasing_inside.h"
#include "exchange/traffic/settling.h"

#include <stdlib.h>

#define RESEND_MS     60000 /* on a link: without a receipt by then, a message is sent again */
#define LOOK_AGAIN_MS 20    /* while something waits for room */
#define RETRIES_MS    10000 /* between two passes over what has a pause of its own */
#define TRIES_MAX     16    /* in one pass, of what counts in a share that is used up */

int64_t releasing_pause_ms(const struct message_row *row, uint32_t attempts)
{
    return retry_pause_ms(message_kind_has(row->kind, KIND_OWED) ? RETRY_OWED : RETRY_REFUSED, attempts);
}

bool releasing_try_now(struct exchange *x, const struct message_row *row, struct error *err)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (l->peer == row->peer) {
            owed_tries_wipe(l->releasing->owed_tries, row->number);
            releasing_from(l, row->number);
        }
    dialling_look(x);
    return tick_begin(x, err) && message_store_retry(x->db, row->number, 0, 0, HOLD_NONE, err);
}

static int64_t earlier(int64_t one, int64_t other)
{
    return one == 0 || (other != 0 && other < one) ? other : one;
}

void releasing_note_retry(const struct link *link, int64_t at_ms)
{
    struct link_releasing *r = link->releasing;

    r->retry_ms = earlier(r->retry_ms, at_ms > r->retry_from_ms ? at_ms : r->retry_from_ms);
}

void releasing_from(const struct link *link, int64_t number)
{
    struct link_releasing *r = link->releasing;

    if (number == 1) {
        r->is_whole = true;
        r->tried = 0;
        r->left_out_behind = false;
    }
    r->backlog = true;
    r->only_due = false;
    if (r->released_up_to >= number)
        r->released_up_to = number - 1;
}

void releasing_told_busy(struct exchange *x, const struct link *link)
{
    struct link_releasing *r = link->releasing;
    int64_t now = tick_steady_ms(x);

    r->share_used_up = true;
    if (now < r->busy_until_ms)
        return; /* said again of what was sent before it */
    r->busy_pause_ms = retry_longer_ms(RETRY_BUSY, r->busy_pause_ms);
    r->busy_until_ms = now + r->busy_pause_ms;
    r->again_ms = earlier(r->again_ms, r->busy_until_ms);
}

/* Whether ROW may be taken whatever the share is: it may answer something that is open there (PROTOCOL 15). */
static bool may_pass_share(const struct message_row *row)
{
    return releasing_has_own_pause(row) || message_kind_way(row->kind) == WAY_ANSWERS;
}

void releasing_told_ready(struct exchange *x, const struct link *link, const struct message_row *row)
{
    struct link_releasing *r = link->releasing;

    if (r->share_used_up && !may_pass_share(row)) {
        r->share_used_up = false;
        r->tried_up_to = 0;
        if (r->some_left_out && releasing_begin_again(x, link, PACE_SHARE))
            tick_again(x);
        r->some_left_out = false;
    }
    if (r->busy_pause_ms == 0)
        return;
    owed_tries_wipe(r->owed_tries, 0);
    releasing_note_retry(link, tick_steady_ms(x));
    r->busy_pause_ms = 0;
}

bool releasing_begin_again(struct exchange *x, const struct link *link, enum meter_pace pace)
{
    struct link_releasing *r = link->releasing;
    int64_t when_ms;

    if (!meter_pace(x, link->usage, pace, &when_ms)) {
        r->again_ms = earlier(r->again_ms, when_ms);
        return false;
    }
    releasing_from(link, 1);
    return true;
}

void releasing_link_up(struct exchange *x, struct link *link)
{
    struct link_releasing *r = link->releasing = xnew(sizeof *r);

    r->released_up_to = meter_released_up_to(link->usage);
    r->backlog = true;
    if (releasing_begin_again(x, link, PACE_LINK))
        settling_begin(link);
    obligations_due(x); /* it may not have been a member until now */
}

void releasing_link_down(const struct link *link)
{
    meter_set_released_up_to(link->usage, link->releasing->released_up_to);
}

void releasing_link_end(struct link *link)
{
    if (link->releasing != NULL)
        owed_tries_free(link->releasing->owed_tries);
    free(link->releasing);
}

void releasing_retry_all(const struct link *link)
{
    link->releasing->retry_all = true;
}

/* A message may be lost although the link stays up (the peer restarted its node, or was busy): after RESEND_MS all that
 * waits is sent again. A receiver that has it answers with the same receipt. What has a pause of its own goes when that
 * is over, and takes nothing else with it. */
void releasing_resend_due(struct exchange *x, const struct link *link)
{
    struct link_releasing *r = link->releasing;
    int64_t now = tick_steady_ms(x);
    bool resend = r->released_ms != 0 && now - r->released_ms >= RESEND_MS;
    bool again = r->again_ms != 0 && now >= r->again_ms;
    bool retry = r->retry_ms != 0 && now >= r->retry_ms;

    if (r->backlog || (!resend && !again && !retry))
        return;
    if (resend)
        SOMETIMES(a_message_without_a_receipt_went_again);
    if (again || retry)
        settling_begin(link);
    releasing_from(link, 1);
    r->retry_ms = 0;
    if (resend || again) {
        r->released_ms = 0;
        r->again_ms = 0;
    } else {
        r->only_due = true;
        r->is_whole = false;
        r->retry_from_ms = now + RETRIES_MS;
    }
}

/* --- what keeps a message here for now --- */

bool releasing_takes_nothing(struct exchange *x, const struct link *link)
{
    return link->directory_only || meter_has_used(x, link->usage, RESOURCE_BYTES_OUT) || !links_has_room(x, link);
}

bool releasing_is_too_early(const struct exchange *x, const struct message_row *row)
{
    return row->attempts != 0 && !tick_pause_is_over(x, row->next_try_ms, releasing_pause_ms(row, row->attempts - 1));
}

/* When ROW may go again on LINK, by the steady clock; 0: at once. */
int64_t releasing_pause_end(struct exchange *x, const struct link *link, const struct message_row *row)
{
    int64_t owed_ms = owed_tries_next_ms(link->releasing->owed_tries, row->number);
    int64_t refused_ms = releasing_is_too_early(x, row) ? tick_steady_at_closing(x, row->next_try_ms) : 0;

    return owed_ms > refused_ms ? owed_ms : refused_ms;
}

bool releasing_has_own_pause(const struct message_row *row)
{
    return row->attempts != 0 || message_kind_has(row->kind, KIND_OWED);
}

void releasing_pass_ended(const struct link *link)
{
    struct link_releasing *r = link->releasing;

    if (r->is_whole && !r->left_out_behind)
        r->tried_up_to = 0; /* each was tried: the next one begins with the first */
    r->is_whole = false;
}

static bool counts_as_try(const struct link_releasing *r, const struct message_row *row, const struct disclosed *passed)
{
    return r->share_used_up && !passed->is_emergency && !may_pass_share(row);
}

bool releasing_leaves_out(struct exchange *x, const struct link *link, const struct message_row *row,
                          const struct disclosed *passed)
{
    struct link_releasing *r = link->releasing;

    if (!counts_as_try(r, row, passed) || (row->number > r->tried_up_to && r->tried < TRIES_MAX))
        return false;
    SOMETIMES(a_message_was_left_out_for_its_share_is_used_up);
    r->some_left_out = true;
    r->left_out_behind = r->left_out_behind || row->number > r->tried_up_to;
    releasing_look_again(x, link);
    return true;
}

void releasing_tries(const struct link *link, const struct message_row *row, const struct disclosed *passed)
{
    struct link_releasing *r = link->releasing;

    if (!counts_as_try(r, row, passed))
        return;
    r->tried++;
    r->tried_up_to = row->number;
}

int64_t releasing_next_ms(struct exchange *x, const struct link *link, const struct message_row *row)
{
    const struct link_releasing *r = link->releasing;
    int64_t resend = r->released_ms != 0 ? r->released_ms + RESEND_MS : 0;
    int64_t all = earlier(resend, r->again_ms);
    int64_t at = row == NULL || releasing_has_own_pause(row) ? earlier(all, r->retry_ms) : all;
    int64_t early = row != NULL ? releasing_pause_end(x, link, row) : 0;

    if (releasing_takes_nothing(x, link))
        return 0;
    if (r->backlog)
        at = tick_steady_ms(x);
    return at > early ? at : early;
}

/* Of what waits on LINK, held too: after RESEND_MS. */
void releasing_look_again(struct exchange *x, const struct link *link)
{
    struct link_releasing *r = link->releasing;

    if (r->released_ms == 0)
        r->released_ms = tick_steady_ms(x);
}

/* When LINK needs a tick; 0: no time is set. A pass that is begun goes on when there is room. */
static int64_t wake_of(const struct exchange *x, const struct link *link)
{
    const struct link_releasing *r = link->releasing;

    if (link->directory_only)
        return 0;
    if (r->backlog)
        return tick_steady_ms(x) + LOOK_AGAIN_MS;
    return earlier(r->released_ms != 0 ? r->released_ms + RESEND_MS : 0, earlier(r->retry_ms, r->again_ms));
}

int64_t releasing_wake_ms(const struct exchange *x)
{
    int64_t wake = dialling_wake_ms(x);

    for (const struct link *l = x->links; l != NULL; l = l->next)
        wake = earlier(wake, wake_of(x, l));
    return wake;
}
