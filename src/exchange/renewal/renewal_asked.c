#include "exchange/renewal/renewal_asked.h"

#include "base/log.h"
#include "codec/peer_messages.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/membership.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/renewal/renewal_waits.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/meter_paces.h"

static void send_no_certificate(struct exchange *x, uint64_t link, enum renewal_refusal why)
{
    struct bytes answer = {0};

    peer_renewed_encode(&(struct peer_renewed){.refusal = why}, &answer);
    tick_send(x, link, PEER_RENEWED, bytes_view(&answer));
    bytes_fini(&answer);
}

static bool is_its_own(const struct renewal_asker *by, const struct peer_renewal *r, struct error *err)
{
    return (address_equal(&r->agency, by->agency) && ident_equal(&r->node, by->node)) ||
           error_set(err, E_REN_03, "%s asked for a certificate of another agency or machine", by->agency->text);
}

bool renewal_asked(struct exchange *x, const struct renewal_asker *by, struct view payload, struct error *err)
{
    struct peer_renewal request;
    int64_t when_ms;

    if (!meter_pace(x, by->usage, PACE_RENEWAL, &when_ms))
        return true;
    if (!peer_renewal_decode(payload, &x->tick_arena, &request, err) || !is_its_own(by, &request, err))
        return false;
    renewal_waits_asked(x, by->link, by->agency); /* it may be answered at once */
    if (x->post->renew == NULL)
        send_no_certificate(x, by->link, RENEWAL_NOT_HERE);
    else if (!clock_doubt_may_certify(x) || !x->post->renew(x->post, by->link, payload))
        send_no_certificate(x, by->link, RENEWAL_BROKEN);
    return true;
}

void exchange_renewal_answer(struct exchange *x, uint64_t link, struct view answer)
{
    struct error why = {0};
    uint64_t mark;

    renewal_waits_answered(x, link, answer);
    if (link != RENEWAL_OWN) {
        tick_send(x, link, PEER_RENEWED, answer);
        return;
    }
    mark = tick_call_begin(x);
    if (!tick_call_end(x, mark, renewal_take(x, link, membership_own(x->membership), answer, &why), &why))
        log_line(LOG_WARNING, "event=renewal.not_taken code=%s text=\"%s\"", error_row(why.code)->code, why.text);
    tick_again(x);
}
