#include "exchange/kinds/kind_corrected.h"

#include "exchange/referrals/referral_summary.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/recorded.h"
#include "exchange/traffic/stored_body.h"

#include <string.h>

struct corrections {
    struct exchange *x;
    struct control_correction_shown *all;
    size_t count;
};

/* What a stored message says; what does not open says nothing: her consent is erased. */
static bool read_body(struct exchange *x, const struct message_row *m, struct body *body, bool *there,
                      struct error *err)
{
    struct stored_body stored;
    struct error gone = {0};

    return stored_body_open(x, m->number, there, &stored, &gone, err) &&
           (!*there || stored_body_decode(x, &stored, m->kind, body, err));
}

/* Its time is that of the record here: what another agency writes into an id puts nothing off. */
static bool note_answer(struct corrections *c, const struct message_row *m, const struct correction_answer_message *a,
                        struct error *err)
{
    struct record r;
    bool found;

    if (!recorded_find(c->x, m, &found, &r, err))
        return false;
    for (size_t i = 0; i < c->count; i++)
        if (ident_equal(&c->all[i].message, &a->in_reply_to)) {
            c->all[i].answer = a->answer;
            c->all[i].answered_ms = found ? r.time_ms : 0;
        }
    return true;
}

static void note_correction(struct corrections *c, const struct message_row *m, const struct body *body)
{
    struct control_correction_shown *one;

    if (c->count == BOUND_TIMELINE) /* the newest are shown */
        memmove(c->all, c->all + 1, --c->count * sizeof *c->all);
    one = &c->all[c->count++];
    *one = (struct control_correction_shown){.time_ms = ident_message_ms(&m->id), .message = m->id};
    for (size_t i = 0; i < body->section_count; i++)
        one->sections |= SECTION_BIT(body->sections[i].section);
}

static bool look_at(void *cookie, const struct message_row *m, struct error *err)
{
    struct corrections *c = cookie;
    struct body body;
    bool there;

    if ((m->kind != MESSAGE_CORRECTION && m->kind != MESSAGE_CORRECTION_ANSWER) || m->state == MESSAGE_REFUSED ||
        m->state == MESSAGE_WITHHELD || m->state == MESSAGE_EXPIRED)
        return true;
    if (!read_body(c->x, m, &body, &there, err))
        return false;
    if (there && m->kind == MESSAGE_CORRECTION)
        note_correction(c, m, &body);
    return !there || m->kind != MESSAGE_CORRECTION_ANSWER || note_answer(c, m, &body.corrected, err);
}

bool kind_corrected_list(struct exchange *x, const struct referral_row *row, struct control_correction_shown *out,
                         size_t *count, struct error *err)
{
    struct corrections c = {.x = x, .all = out};

    *count = 0;
    if (x->read_only || row->state == REFERRAL_ERASED)
        return true;
    if (!message_store_walk_referral(x->db, row->number, look_at, &c, err))
        return false;
    *count = c.count;
    return true;
}

bool kind_corrected_unanswered(struct exchange *x, const struct referral_row *row, section_set *out, size_t *opened,
                               struct error *err)
{
    struct control_correction_shown all[BOUND_TIMELINE];

    *out = 0;
    if (!kind_corrected_list(x, row, all, opened, err))
        return false;
    for (size_t i = 0; i < *opened; i++)
        *out |= all[i].answer == 0 ? all[i].sections : 0;
    return true;
}

bool kind_corrected_stands(struct exchange *x, const struct referral_row *row, section_set *asked,
                           section_set *contested, int64_t *since_ms, struct error *err)
{
    struct control_correction_shown all[BOUND_TIMELINE];
    section_set newer = 0;
    size_t count;

    *asked = *contested = 0;
    *since_ms = 0;
    if (!kind_corrected_list(x, row, all, &count, err))
        return false;
    for (size_t i = count; i-- > 0; newer |= all[i].sections) {
        const section_set newest = all[i].sections & ~newer;

        *asked |= all[i].answer == 0 ? newest : 0;
        if (all[i].answer != CORRECTION_ANSWER_CONTESTED || newest == 0)
            continue;
        *contested |= newest;
        *since_ms = all[i].answered_ms > *since_ms ? all[i].answered_ms : *since_ms;
    }
    return true;
}

/* Corrections of a referral, and answers to them, that count. */
struct spoken {
    size_t corrections;
    size_t answers;
};

static bool count_spoken(void *cookie, const struct message_row *m, struct error *err)
{
    struct spoken *s = cookie;

    (void)err;
    if (m->state == MESSAGE_REFUSED || m->state == MESSAGE_WITHHELD || m->state == MESSAGE_EXPIRED)
        return true;
    s->corrections += m->kind == MESSAGE_CORRECTION;
    s->answers += m->kind == MESSAGE_CORRECTION_ANSWER;
    return true;
}

/* *MAY: there are fewer answers than may be. Who lists them opens all. */
static bool may_be_answered(struct exchange *x, int64_t referral, bool *may, struct error *err)
{
    struct spoken s = {0};

    if (!message_store_walk_referral(x->db, referral, count_spoken, &s, err))
        return false;
    *may = s.answers < BOUND_CORRECTION_ANSWERS * s.corrections;
    return true;
}

/* --- answering --- */

static bool answer_one(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                       const struct control_correction_shown *c, enum correction_answer answer, struct error *err)
{
    struct body body = {.kind = MESSAGE_CORRECTION_ANSWER,
                        .has_referral = true,
                        .referral = row->id,
                        .corrected = {.in_reply_to = c->message, .answer = answer}};
    bool may;

    if (!may_be_answered(x, row->number, &may, err))
        return false;
    if (!may)
        return error_set(err, E_REF_10, "of its corrections %u times as much was said", BOUND_CORRECTION_ANSWERS);
    return outbox_put_plain(x, &peer->agency, &body, row->number, row->consent, err);
}

static bool answer_all(struct exchange *x, const struct control_referral_corrected_ask *ask,
                       const struct referral_row *row, const struct peer_row *peer,
                       const struct control_correction_shown *all, size_t count, struct error *err)
{
    if (!tick_begin(x, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if ((ask->sections == 0 || (all[i].sections & ask->sections) != 0) && all[i].answer != ask->answer &&
            !answer_one(x, row, peer, &all[i], ask->answer, err))
            return false;
    return true;
}

static bool has_any(const struct control_referral_corrected_ask *ask, const struct control_correction_shown *all,
                    size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (ask->sections == 0 || (all[i].sections & ask->sections) != 0)
            return true;
    return error_set(err, E_COR_01, "no correction of that came with this referral");
}

bool exchange_referral_corrected(struct exchange *x, const struct control_referral_corrected_ask *ask,
                                 struct control_referral *out, struct error *err)
{
    struct control_correction_shown *all = arena_new(&x->tick_arena, BOUND_TIMELINE * sizeof *all);
    struct referral_row row;
    struct peer_row peer;
    uint64_t mark;
    size_t count;

    if (!own_note_may_sign(x, err) || !referral_summary_find(x, &ask->referral, &row, &peer, err))
        return false;
    if (row.direction != DIRECTION_IN)
        return error_set(err, E_REF_02, "this agency sent the referral: %s says what it makes of corrections",
                         peer.agency.text);
    if (!kind_corrected_list(x, &row, all, &count, err) || !has_any(ask, all, count, err) || !tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(
        x, mark, answer_all(x, ask, &row, &peer, all, count, err) && referral_summary_fill(x, &row, &peer, out, err),
        err);
}

/* --- one that came --- */

/* It names a correction of ours, of that referral. */
static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    struct message_row m;
    struct referral_row row;
    bool found;
    bool may;

    if (!kind_check_referral(x, b, why, err) || *why != 0)
        return *why != 0;
    if (!kind_referral_of(x, b, &found, &row, err) ||
        !message_store_find(x->db, DIRECTION_OUT, b->peer, &b->body->corrected.in_reply_to, &found, &m, err))
        return false;
    if (!found || m.kind != MESSAGE_CORRECTION || m.referral != row.number) {
        *why = REFUSAL_OF_ANOTHER;
        return true;
    }
    if (!may_be_answered(x, row.number, &may, err))
        return false;
    *why = may ? 0 : REFUSAL_NO_STEP;
    return true;
}

const struct kind_actions kind_corrected = {.check = check, .find = kind_find_referral};
