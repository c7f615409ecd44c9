#include "exchange/consent/merged_answers.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_merge.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/state.h"

struct answer {
    struct answer *next;
    struct consent_row row;
    bool is_ended;
    bool is_hidden; /* who asks does not see its case */
};

struct merged_answers {
    struct exchange *x;
    struct answer *first;
    uint64_t count; /* that are ended */
    bool hidden;    /* the case that is looked at */
};

static bool keep_answer(void *cookie, const struct consent_row *row, struct error *err)
{
    struct merged_answers *m = cookie;
    struct answer *a;

    (void)err;
    if (!consent_agreement_is_own(m->x, row) || (row->progress != CONSENT_STANDS && row->progress != CONSENT_SAID_NO))
        return true;
    a = arena_new(&m->x->tick_arena, sizeof *a);
    *a = (struct answer){.next = m->first, .row = *row, .is_hidden = m->hidden};
    m->first = a;
    return true;
}

static bool look_at_case(void *cookie, const struct case_row *row, struct error *err)
{
    struct merged_answers *m = cookie;
    bool shown;

    if (!holders_show_case(m->x, row, &shown, err))
        return false;
    m->hidden = !shown;
    return consent_book_walk_case(m->x, row->number, keep_answer, m, err);
}

static bool look_at_person(struct merged_answers *m, const struct case_row *row, struct error *err)
{
    return look_at_case(m, row, err) && case_merge_walk_from(m->x, row, look_at_case, case_merge_pass_over, m, err);
}

static bool ends(const struct answer *no, const struct answer *yes)
{
    return no->row.progress == CONSENT_SAID_NO && no->row.record_index > yes->row.record_index &&
           address_equal(&no->row.recipient, &yes->row.recipient);
}

bool merged_answers_find(struct exchange *x, const struct case_row *one, const struct case_row *other,
                         struct merged_answers **out, struct error *err)
{
    struct merged_answers *m = arena_new(&x->tick_arena, sizeof *m);

    *m = (struct merged_answers){.x = x};
    if (!look_at_person(m, one, err) || !look_at_person(m, other, err))
        return false;
    for (struct answer *yes = m->first; yes != NULL; yes = yes->next) {
        for (const struct answer *no = m->first; no != NULL; no = no->next)
            yes->is_ended = yes->is_ended || (yes->row.progress == CONSENT_STANDS && ends(no, yes));
        m->count += yes->is_ended;
    }
    *out = m;
    return true;
}

uint64_t merged_answers_count(const struct merged_answers *m)
{
    return m->count;
}

void merged_answers_tell(const struct merged_answers *m, struct control_case_moved *out)
{
    struct control_case_standing *named = arena_new(&m->x->tick_arena, BOUND_NAMED * sizeof *named);

    out->withdrawn = m->count;
    out->ended = named;
    for (const struct answer *a = m->first; a != NULL; a = a->next)
        if (a->is_ended && !a->is_hidden && out->ended_count < BOUND_NAMED)
            named[out->ended_count++] = (struct control_case_standing){
                .consent = a->row.id, .recipient = a->row.recipient, .until = a->row.until};
}

bool merged_answers_end(struct exchange *x, const struct merged_answers *m, struct error *err)
{
    for (const struct answer *a = m->first; a != NULL; a = a->next) {
        const struct control_consent_withdraw_ask ask = {.consent = a->row.id};
        struct consent_row stopped;

        if (a->is_ended && !withdrawal_record(x, &ask, &stopped, err))
            return false;
    }
    return true;
}
