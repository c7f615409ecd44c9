#include "exchange/cases/case_who.h"

#include "codec/audit_messages.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/consent/consent_summary.h"
#include "exchange/kinds/kind_referral_erased.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/letters.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/log_store.h"

/* What left of one section under one consent. */
struct went {
    bool any; /* it left, or waits to */
    int64_t sent_ms;
    int64_t again_ms;
    int64_t receipt_ms;
    int64_t referral;  /* number of the newest with which it went; 0: with none */
    int64_t erased_ms; /* when it was erased there, for they declined a referral with which it went … */
    bool may_be_there; /* … and it went otherwise, too, or is to */
};

struct who {
    struct exchange *x;
    exchange_on_share_fn *on_share;
    void *cookie;
    struct went went[SECTION_END]; /* under the consent that is looked at */
};

/* --- what left under a consent --- */

/* The sections that the record of a message names, and its time. */
static bool read_disclosed(struct exchange *x, const struct message_row *m, section_set *sections, int64_t *time_ms,
                           struct error *err)
{
    struct bytes stored = {0};
    struct record r = {0};
    bool found;
    bool ok = log_store_record(x->db, LOG_EXCHANGE, m->record_index, &found, &stored, err) &&
              (!found || audit_read_row(&(struct record_row){.index = m->record_index, .bytes = bytes_view(&stored)},
                                        &x->tick_arena, &r, err));

    bytes_fini(&stored);
    *sections = r.kind == RECORD_DISCLOSED ? r.disclosed.sections : 0;
    *time_ms = r.time_ms;
    return ok;
}

/* When they had it, by the record that their receipt brought; 0: they did not say so. */
static bool read_receipt(struct exchange *x, const struct message_row *m, int64_t *time_ms, struct error *err)
{
    struct bytes record = {0};
    struct bytes path = {0};
    struct bytes note = {0};
    struct record r;
    bool found;
    bool ok;

    *time_ms = 0;
    if (m->state != MESSAGE_RECEIPTED)
        return true;
    ok = message_store_receipt(x->db, m->number, &found, &record, &path, &note, err) &&
         (!found || record_decode(bytes_view(&record), &x->tick_arena, &r, err));
    if (ok && found)
        *time_ms = r.time_ms;
    bytes_fini(&record);
    bytes_fini(&path);
    bytes_fini(&note);
    return ok;
}

struct erased_search {
    struct exchange *x;
    struct ident referral;
    struct address agency;
    int64_t ms; /* 0: they did not say so */
};

static bool look_for_statement(void *cookie, const struct message_row *m, struct error *err)
{
    struct erased_search *s = cookie;

    return kind_referral_erased_time(s->x, &s->agency, &s->referral, m, &s->ms, err);
}

/* When they erased what went with it, which they declined; 0: they did not say so, or it is not known now. */
static bool read_erased(struct exchange *x, int64_t referral, int64_t *ms, struct error *err)
{
    struct erased_search s = {.x = x};
    struct referral_row row;
    struct peer_row peer;
    bool found = false;

    *ms = 0;
    if (referral != 0 && !referral_store_get(x->db, referral, &found, &row, err))
        return false;
    if (found && !peers_get(x, row.peer, &found, &peer, err))
        return false;
    if (!found)
        return true;
    s.referral = row.id;
    s.agency = peer.agency;
    if (!message_store_walk_referral(x->db, referral, look_for_statement, &s, err))
        return err->code == E_KEY_21;
    *ms = s.ms;
    return true;
}

static void note_went(struct went *l, const struct message_row *m, int64_t sent_ms, int64_t receipt_ms,
                      int64_t erased_ms)
{
    l->any = true;
    if (erased_ms == 0)
        l->may_be_there = true;
    else if (l->erased_ms < erased_ms)
        l->erased_ms = erased_ms;
    if (m->referral != 0)
        l->referral = m->referral;
    if (l->receipt_ms == 0)
        l->receipt_ms = receipt_ms;
    if (!m->may_have_left)
        return;
    if (l->sent_ms == 0)
        l->sent_ms = sent_ms;
    else
        l->again_ms = sent_ms;
}

/* Oldest first. What was withheld before it could leave is nowhere. */
static bool look_at_share(void *cookie, const struct message_row *m, struct error *err)
{
    struct who *w = cookie;
    section_set sections;
    int64_t sent_ms;
    int64_t receipt_ms;
    int64_t erased_ms;

    if (m->direction != DIRECTION_OUT || (!m->may_have_left && m->state != MESSAGE_WAITING))
        return true;
    if (!read_disclosed(w->x, m, &sections, &sent_ms, err) || !read_receipt(w->x, m, &receipt_ms, err) ||
        (sections != 0 && !read_erased(w->x, m->referral, &erased_ms, err)))
        return false;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((sections & SECTION_BIT(s)) != 0)
            note_went(&w->went[s], m, sent_ms, receipt_ms, erased_ms);
    return true;
}

/* Of one for somebody outside: what was printed. */
static void look_at_letters(struct who *w, const struct control_consent *c)
{
    for (size_t i = 0; i < c->letter_count; i++)
        for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
            struct went *l = &w->went[s];

            if ((c->letters[i].sections & SECTION_BIT(s)) == 0)
                continue;
            l->again_ms = l->any ? c->letters[i].time_ms : 0;
            l->sent_ms = l->any ? l->sent_ms : c->letters[i].time_ms;
            l->any = true;
        }
}

/* --- told --- */

/* Its referral, as it stands. */
static bool fill_answer(struct who *w, int64_t number, struct control_case_share *out, struct error *err)
{
    struct control_referral summary;
    struct referral_row row;
    struct peer_row peer;
    bool found;

    if (number == 0)
        return true;
    if (!referrals_get(w->x, number, &found, &row, err))
        return false;
    if (!found)
        return true;
    if (!peers_get(w->x, row.peer, &found, &peer, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the agency of a referral is missing");
    if (!referral_summary_fill(w->x, &row, &peer, &summary, err))
        return false;
    out->referral = summary.referral;
    out->state = summary.state;
    out->opened_ms = summary.opened_ms;
    return true;
}

/* When they erased all of SECTION, though nobody withdrew the consent; 0: some may be there. */
static int64_t erased_there(const struct control_consent *c, const struct went *l, enum section section)
{
    const section_set erased = c->answered_erased & ~c->answered_kept;

    if (c->progress == CONSENT_STANDS && c->answered && (erased & SECTION_BIT(section)) != 0)
        return c->answered_time_ms; /* its last day is over */
    return l->may_be_there ? 0 : l->erased_ms;
}

static bool tell_section(struct who *w, enum section section, const struct control_consent *c,
                         const struct control_case_share *of_consent, struct error *err)
{
    const struct went *l = &w->went[section];
    struct control_case_share line = *of_consent;

    line.section = section;
    line.sent_ms = l->sent_ms;
    line.again_ms = l->again_ms;
    line.receipt_ms = l->receipt_ms;
    line.erased_there_ms = erased_there(c, l, section);
    return fill_answer(w, l->referral, &line, err) && w->on_share(w->cookie, &line, err);
}

static bool tell_consent_shares(void *cookie, const struct consent_row *row, struct error *err)
{
    struct who *w = cookie;
    struct control_consent c;
    struct control_case_share line;
    bool any = false;

    for (enum section s = 0; s < SECTION_END; s++)
        w->went[s] = (struct went){0};
    if (!consent_summary_fill(w->x, row, &c, err) || !letters_fill(w->x, row, &c, err) ||
        !message_store_walk_consent(w->x->db, row->number, look_at_share, w, err))
        return false;
    look_at_letters(w, &c);
    line = (struct control_case_share){.recipient = c.recipient,
                                       .outside = c.outside,
                                       .consent = c.consent,
                                       .progress = c.progress,
                                       .shut = c.shut,
                                       .until = c.progress == CONSENT_SAID_NO ? 0 : c.until, /* a no does not end */
                                       .told = c.told,
                                       .missing = (uint32_t)c.letters_missing_count};
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (w->went[s].any) {
            any = true;
            if (!tell_section(w, s, &c, &line, err))
                return false;
        }
    return any || w->on_share(w->cookie, &line, err);
}

/* What was sent of it is of the same person. */
static bool tell_merged(void *cookie, const struct case_row *from, struct error *err)
{
    struct who *w = cookie;
    bool shown;

    return holders_show_case(w->x, from, &shown, err) &&
           (!shown || consent_book_walk_case(w->x, from->number, tell_consent_shares, w, err));
}

/* What was sent of it may be of the same person. */
static bool tell_not_read(void *cookie, const struct case_row *unread, struct error *err)
{
    struct who *w = cookie;
    const struct control_case_share line = {.unread = unread->id};
    bool shown;

    return holders_show_case(w->x, unread, &shown, err) && (!shown || w->on_share(w->cookie, &line, err));
}

bool exchange_case_who(struct exchange *x, const struct ident *id, exchange_on_share_fn *on_share, void *cookie,
                       struct error *err)
{
    struct who *w = arena_new(&x->tick_arena, sizeof *w);
    struct case_row row;

    *w = (struct who){.x = x, .on_share = on_share, .cookie = cookie};
    return consent_snapshot_need(x, err) && casebook_find(x, id, &row, err) && casebook_record_opened(x, &row, err) &&
           consent_book_walk_case(x, row.number, tell_consent_shares, w, err) &&
           case_merge_walk_from(x, &row, tell_merged, tell_not_read, w, err);
}
