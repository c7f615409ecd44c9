#include "exchange/consent/consent_missing.h"

#include "base/log.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_content.h"
#include "exchange/consent/consent_log.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "store/case_store.h"
#include "store/message_store.h"
#include "store/referral_store.h"

#include <search.h>
#include <string.h>

struct missing;

/* A message under one of them, by the log. */
struct sent {
    struct ident message;
    struct hash commitment; /* of its body */
    bool has_receipt;
    bool never_left;
    struct missing *of;
    struct sent *next; /* of the same consent */
};

struct missing {
    struct ident consent;
    struct consent_missing out;
    struct sent *sent;
    struct missing *next;
};

struct search {
    struct exchange *x;
    struct missing *first;
    struct missing **end;
    void *by_consent; /* struct missing */
    void *by_message; /* struct sent */
    struct arena kept;
    struct arena record; /* what one record is decoded into */
};

static void search_fini(struct search *s)
{
    tdestroy(s->by_consent, arena_keep);
    tdestroy(s->by_message, arena_keep);
    arena_fini(&s->kept);
    arena_fini(&s->record);
}

/* --- which --- */

/* Those of this tick have no row yet. */
static bool is_missing(struct exchange *x, const struct consent_fact *f, bool *out, struct error *err)
{
    const struct address *own = membership_own(x->membership);
    struct consent_row row;
    bool found = true;

    *out = false;
    if (!audit_is_durable(x->audit, f->record_index))
        return true;
    if (!consent_store_find(x->db, own, &f->consent, &found, &row, err))
        return false;
    *out = !found;
    return true;
}

static void add_missing(struct search *s, const struct consent_fact *f)
{
    struct missing *m = arena_new(&s->kept, sizeof *m);

    *m = (struct missing){.consent = f->consent};
    m->out.row = (struct consent_row){.id = f->consent,
                                      .agency = *membership_own(s->x->membership),
                                      .recipient = *membership_own(s->x->membership),
                                      .slot = VAULT_OWN_SLOT,
                                      .record_index = f->record_index,
                                      .until = f->until,
                                      .progress = CONSENT_STANDS,
                                      .changed_ms = tick_record_ms(s->x),
                                      .withdrawn_index = UINT64_MAX};
    consent_agreement_follow_log(s->x, &m->out.row);
    *s->end = m;
    s->end = &m->next;
    REQUIRE(tsearch(m, &s->by_consent, ident_order) != NULL);
}

/* --- what the records say --- */

static void note_sent(struct search *s, const struct record_disclosed *d)
{
    void *const *there = tfind(&d->consent, &s->by_consent, ident_order);
    struct missing *m = there != NULL ? *there : NULL;
    struct sent *sent;

    if (m == NULL)
        return;
    sent = arena_new(&s->kept, sizeof *sent);
    *sent = (struct sent){.message = d->message, .commitment = d->commitment, .of = m, .next = m->sent};
    if (m->sent == NULL)
        (void)address_read(d->recipient, &m->out.row.recipient);
    m->sent = sent;
    REQUIRE(tsearch(sent, &s->by_message, ident_order) != NULL);
}

static struct sent *find_sent(struct search *s, const struct ident *message)
{
    void *const *there = tfind(message, &s->by_message, ident_order);

    return there != NULL ? *there : NULL;
}

static bool read_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct search *s = cookie;
    struct sent *sent;
    struct record r;

    arena_reset(&s->record);
    if (!audit_read_row(row, &s->record, &r, err))
        return false;
    if (r.kind == RECORD_DISCLOSED && r.disclosed.has_consent)
        note_sent(s, &r.disclosed);
    if ((r.kind == RECORD_WITHHELD || r.kind == RECORD_EXPIRED) && r.withheld.left == LEFT_NEVER) {
        sent = find_sent(s, &r.withheld.message);
        if (sent != NULL)
            sent->never_left = true;
    }
    if (r.kind == RECORD_RECEIPTED) {
        sent = find_sent(s, &r.receipted.message);
        if (sent != NULL)
            sent->has_receipt = true;
    }
    return true;
}

/* --- what is left of it --- */

static bool find_row(struct exchange *x, const struct missing *m, const struct sent *sent, bool *found,
                     struct message_row *out, struct error *err)
{
    struct peer_row peer;

    if (!peers_find(x, &m->out.row.recipient, found, &peer, err))
        return false;
    return !*found || message_store_find(x->db, DIRECTION_OUT, peer.number, &sent->message, found, out, err);
}

/* The number that its messages have, if no other consent has it. */
static bool take_number(struct exchange *x, struct consent_row *row, int64_t number, struct error *err)
{
    struct consent_row other;
    bool taken;

    if (row->number != 0 || number <= 0)
        return true;
    if (!consent_store_get(x->db, number, &taken, &other, err))
        return false;
    if (!taken)
        row->number = number;
    return true;
}

/* The key that opens the body of a message is that of its consent, if the body is what the message's record commits
 * to. */
static bool take_slot(struct exchange *x, struct consent_row *row, const struct sent *sent, int64_t number,
                      struct error *err)
{
    struct stored_body body;
    struct hash commitment;
    struct error why = {0};
    bool readable;

    if (row->slot != VAULT_OWN_SLOT)
        return true;
    if (!stored_body_open(x, number, &readable, &body, &why, err))
        return false;
    if (!readable)
        return true;
    commit_body(body.salt, body.bytes, &commitment);
    if (hash_equal(&commitment, &sent->commitment))
        row->slot = body.slot;
    return true;
}

static bool take_case(struct exchange *x, struct consent_row *row, int64_t number, struct error *err)
{
    struct referral_row referral;
    struct case_row c;
    bool found = false;

    if (row->case_number != 0 || number == 0)
        return true;
    if (!referral_store_get(x->db, number, &found, &referral, err))
        return false;
    if (!found || referral.direction != DIRECTION_OUT)
        return true;
    if (!case_store_get(x->db, referral.case_number, &found, &c, err))
        return false;
    if (found)
        row->case_number = c.number;
    return true;
}

static bool look_at_message(struct exchange *x, struct missing *m, const struct sent *sent, struct error *err)
{
    struct consent_row *row = &m->out.row;
    struct message_row message;
    bool waits = false;
    bool found;

    if (!find_row(x, m, sent, &found, &message, err))
        return false;
    if (found) {
        if (!take_number(x, row, message.consent, err) || !take_slot(x, row, sent, message.number, err) ||
            !take_case(x, row, message.referral, err))
            return false;
        waits = message.state == MESSAGE_WAITING && !message.may_have_left && !sent->has_receipt;
    }
    m->out.may_have_left = m->out.may_have_left || (!sent->never_left && !waits);
    return true;
}

struct numbers {
    struct arena *arena;
    struct number {
        int64_t number;
        struct number *next;
    } * first;
};

static bool list_number(void *cookie, int64_t number, struct error *err)
{
    struct numbers *l = cookie;
    struct number *n = arena_new(l->arena, sizeof *n);

    (void)err;
    *n = (struct number){number, l->first};
    l->first = n;
    return true;
}

/* Its content, if it is there, says more than its messages, and is what its record commits to. */
static bool look_for_content(struct search *s, struct missing *m, struct error *err)
{
    struct numbers alone = {.arena = &s->kept};
    struct consent_row row = m->out.row;
    bool known = false;

    if (row.number != 0 && !consent_content_recognise(s->x, &row, &known, err))
        return false;
    if (!known && !consent_store_walk_contents_alone(s->x->db, list_number, &alone, err))
        return false;
    for (const struct number *n = alone.first; n != NULL && !known; n = n->next) {
        row.number = n->number;
        if (!consent_content_recognise(s->x, &row, &known, err))
            return false;
    }
    if (known)
        m->out.row = row;
    return true;
}

static bool look_at(struct search *s, struct error *err)
{
    const struct record_filter all = {0};

    if (s->first == NULL)
        return true;
    if (!log_store_walk(s->x->db, LOG_EXCHANGE, &all, read_record, s, err))
        return false;
    for (struct missing *m = s->first; m != NULL; m = m->next) {
        for (const struct sent *sent = m->sent; sent != NULL; sent = sent->next)
            if (!look_at_message(s->x, m, sent, err))
                return false;
        if (!look_for_content(s, m, err))
            return false;
    }
    return true;
}

bool consent_missing_find(struct exchange *x, const struct ident *id, bool *found, struct consent_missing *out,
                          struct error *err)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, membership_own(x->membership), id);
    struct search s = {.x = x, .end = &s.first};
    bool ok;

    *found = false;
    if (f == NULL)
        return true;
    if (!is_missing(x, f, found, err))
        return false;
    if (!*found)
        return true;
    add_missing(&s, f);
    ok = look_at(&s, err);
    *out = s.first->out;
    search_fini(&s);
    return ok;
}

static bool is_looked_for(struct exchange *x, enum consent_missing_which which, const struct consent_fact *f)
{
    const struct address *own = membership_own(x->membership);

    if (!view_equal(consent_log_agency(x->consent_log, f), address_view(own)))
        return false;
    if (which == CONSENT_MISSING_STANDING)
        return !consent_agreement_is_over(x, own, &f->consent);
    return !f->erased && (f->state == CONSENT_STOP || f->state == CONSENT_ERASE);
}

bool consent_missing_walk(struct exchange *x, enum consent_missing_which which, consent_missing_fn *on_missing,
                          void *cookie, struct error *err)
{
    struct search s = {.x = x, .end = &s.first};
    size_t count = consent_log_count(x->consent_log);
    bool ok = true;

    for (size_t i = 0; ok && i < count; i++) {
        const struct consent_fact *f = consent_log_at(x->consent_log, i);
        bool missing = false;

        if (!is_looked_for(x, which, f))
            continue;
        ok = is_missing(x, f, &missing, err);
        if (ok && missing)
            add_missing(&s, f);
    }
    ok = ok && look_at(&s, err);
    for (const struct missing *m = s.first; ok && m != NULL; m = m->next)
        ok = on_missing(cookie, &m->out, err);
    search_fini(&s);
    return ok;
}

bool consent_missing_restore(struct exchange *x, struct consent_missing *m, struct error *err)
{
    struct bytes sealed = {0};
    bool found = false;
    struct consent_row other;
    bool taken = false; /* by another one that was made again: messages of both name it */
    bool ok = m->row.number == 0 || consent_store_get(x->db, m->row.number, &taken, &other, err);

    if (ok && (m->row.number == 0 || taken))
        m->row.number = consent_store_next_number(x->db);
    else
        ok = ok && consent_store_content(x->db, m->row.number, &found, &sealed, err);
    ok = ok && consent_store_add(x->db, &m->row, bytes_view(&sealed), err);
    bytes_fini(&sealed);
    consent_book_changed(x);
    log_line(LOG_WARNING, "event=consent.row_made_again key_known=%d", m->row.slot != VAULT_OWN_SLOT);
    return ok;
}
