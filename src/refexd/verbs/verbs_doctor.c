/* Verbs of the doctor: what is wrong with this node, and with the way to another; that this node is paused, and
 * that its agency leaves. */
#include "refexd/verbs/verbs.h"

#include "base/clock.h"
#include "exchange/exchange_status.h"
#include "exchange/members/leaving.h"
#include "exchange/members/pause_calls.h"
#include "exchange/setup.h"
#include "exchange/traffic/link_calls.h"
#include "refexd/config.h"
#include "refexd/findings/checks.h"
#include "refexd/ping_path.h"

#define DOCTOR_STEP 64 /* as of STATUS */

CONTROL_ANSWER(doctor_line)
CONTROL_ANSWER(doctor_size)
CONTROL_ANSWER(leaving)
CONTROL_ANSWER(pause)
CONTROL_ANSWER(ping)
CONTROL_ANSWER(ping_step)

static void count_node(void *cookie, const struct address *agency, const struct ident *node, bool cut_off)
{
    uint64_t *count = cookie;

    (void)agency;
    (void)node;
    *count += cut_off ? 0 : 1;
}

static bool answer_checks(struct control_call *c, const struct status *s, struct error *err)
{
    const struct control_context *w = c->context;
    struct check_facts f = {.is_stopped = w->mode != CONTROL_NODE, .status = s, .is_managed = w->is_managed};
    struct staff_summary people;
    struct seam_state network;
    struct check_list list;
    struct config config;
    struct error why = {0};
    struct error keys;
    bool asks;

    /* as it is now: what a reload left out is in force with the next start; status finds where it cannot be used */
    f.config = config_read(w->home, &config, &why) ? &config : w->config;
    f.machine = machine_stamp_compare(w->home, MACHINE_ID);
    if (!exchange_look_at_keys(w->home, &keys))
        f.keys = &keys;
    f.storage_known = exchange_needs_passphrase(w->home, &asks, &why);
    f.storage_plain = f.storage_known && !asks;
    if (!f.is_stopped) {
        exchange_staff_summary(c->x, &people);
        f.people = &people;
        f.running_ms = clock_now_ms(w->clock) - w->started_ms;
        exchange_link_nodes(c->x, count_node, &f.others);
        f.dial_back = exchange_dial_back_said(c->x);
    }
    if (w->network != NULL) {
        w->network(w->cookie, &network);
        f.network = &network;
        if (f.config != NULL && f.config->listens && network.came == 0)
            exchange_ask_dial_back(c->x);
    }
    checks_make(&f, c->arena, &list);
    for (size_t i = 0; i < list.count; i++)
        if (!answer_doctor_line(c, &list.items[i], err))
            return false;
    return true;
}

bool verbs_doctor(struct control_call *c, struct error *err)
{
    struct status s;

    c->step->limit = DOCTOR_STEP;
    if (!control_empty_decode(c->message, err) || !exchange_status_prepare(c->x, c->step, err))
        return false;
    return c->step->more || (status_collect(c->context, c->arena, &s, err) && answer_checks(c, &s, err));
}

CONTROL_ONE(verbs_pause, pause_ask, exchange_pause, pause)

bool verbs_leave(struct control_call *c, struct error *err)
{
    struct control_leaving line;

    return control_empty_decode(c->message, err) && exchange_leave(c->x, &line, err) && answer_leaving(c, &line, err);
}

CONTROL_ONE(verbs_doctor_ping, ping_ask, exchange_ping_send, ping)

bool verbs_doctor_path(struct control_call *c, struct error *err)
{
    struct control_ping_step steps[PING_STEP_END];
    struct control_ping_path_ask ask;
    struct ping_progress progress;
    struct dial_said dial;
    size_t count;

    if (!control_ping_path_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_ping_progress(c->x, &ask, &progress, err))
        return false;
    dial = c->context->dial(c->context->cookie, &ask.agency);
    count = ping_path_make(&progress, &dial, c->arena, steps);
    for (size_t i = 0; i < count; i++)
        if (!answer_ping_step(c, &steps[i], err))
            return false;
    return true;
}

bool verbs_doctor_sizes(struct control_call *c, struct error *err)
{
    return control_empty_decode(c->message, err) && exchange_size_list(c->x, answer_doctor_size, c, err);
}
