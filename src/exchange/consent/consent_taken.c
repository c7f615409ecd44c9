#include "exchange/consent/consent_taken.h"

#include "base/sometimes.h"
#include "base/text.h"
#include "codec/consent_messages.h"
#include "crypto/commit.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_age.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/consent_asked.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/consent/consent_commitment.h"
#include "exchange/consent/consent_missing.h"
#include "exchange/consent/consent_request.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#include <stdlib.h>
#include <string.h>

/* A consent recorded in this tick. Its row holds its proof, so it is written after the checkpoint was signed. */
struct pending_consent {
    struct pending_consent *next;
    struct consent_row row;
    struct consent_receipt receipt;
    uint8_t case_salt[COMMIT_SALT_SIZE];
};

static int compare_text(const void *a, const void *b)
{
    return view_compare(*(const struct view *)a, *(const struct view *)b);
}

static struct view grant_bytes(struct exchange *x, const struct control_consent_grant *ask, const struct address *to,
                               uint32_t until, struct grant *grant)
{
    struct bytes encoded = {.wiping = true};
    struct view *named = arena_new(&x->tick_arena, (ask->named_count + 1) * sizeof *named);
    struct view cached;

    for (size_t i = 0; i < ask->named_count; i++)
        named[i] = address_view(&ask->named[i]);
    qsort(named, ask->named_count, sizeof *named, compare_text);
    *grant = (struct grant){.sections = ask->sections,
                            .excluded = ask->excluded,
                            .excluded_count = ask->excluded_count,
                            .recipient = address_view(to),
                            .purpose = ask->purpose,
                            .onward = ask->onward,
                            .named = named,
                            .named_count = ask->named_count,
                            .keep_until = ask->keep_until != 0 ? ask->keep_until : until};
    grant_encode(grant, &encoded);
    cached = arena_copy(&x->tick_arena, bytes_view(&encoded));
    bytes_fini(&encoded);
    return cached;
}

/* Puts the places 1 to N in random order: a place must not show a recipient how many grants there are before it. */
static void shuffle_places(struct random_source *random, uint32_t *places, size_t n)
{
    for (size_t i = 0; i < n; i++)
        places[i] = (uint32_t)i + 1;
    for (size_t i = n; i > 1; i--) {
        uint32_t r;
        size_t j;
        uint32_t cached;

        random_fill(random, &r, sizeof r);
        j = r % i;
        cached = places[i - 1];
        places[i - 1] = places[j];
        places[j] = cached;
    }
}

static int compare_place(const void *a, const void *b)
{
    uint32_t pa = ((const struct shown_grant *)a)->place;
    uint32_t pb = ((const struct shown_grant *)b)->place;

    return pa < pb ? -1 : pa > pb;
}

static void make_grant(struct exchange *x, const struct control_consent_grant *ask, const struct address *to,
                       uint32_t until, uint32_t place, struct shown_grant *out)
{
    out->place = place;
    random_fill(x->random, out->salt, sizeof out->salt);
    out->bytes = grant_bytes(x, ask, to, until, &out->grant);
}

/* At place 0, unless she said no, that she may be referred. The others at random places among random fillers, of which
 * there are as many as make 8 (docs/PROTOCOL.md 5). */
static void make_grants(struct exchange *x, const struct control_consent_record_ask *ask, const struct address *to,
                        uint32_t until, struct consent_receipt *r)
{
    size_t made = consent_asked_count(ask);
    size_t n = BOUND_GRANTS - 1;
    uint8_t *g = arena_new(&x->tick_arena, n * HASH_SIZE);
    uint32_t *places = arena_new(&x->tick_arena, n * sizeof *places);
    struct shown_grant *shown = arena_new(&x->tick_arena, (made + 1) * sizeof *shown);
    size_t count = 0;
    size_t used = 0;

    random_fill(x->random, g, n * HASH_SIZE);
    shuffle_places(x->random, places, n);
    if (!ask->refused) {
        const struct control_consent_grant referred = {.purpose = ask->grants[0].purpose, .onward = ONWARD_NONE};

        make_grant(x, &referred, to, until, 0, &shown[count++]);
    }
    for (size_t i = 0; i < ask->grant_count; i++) {
        struct control_consent_grant parts[2];
        size_t n_parts = consent_asked_split(&ask->grants[i], parts);

        for (size_t k = 0; k < n_parts; k++, used++, count++) {
            struct hash commitment;

            make_grant(x, &parts[k], to, until, places[used], &shown[count]);
            commit_grant(shown[count].salt, shown[count].bytes, &commitment);
            memcpy(g + (places[used] - 1) * HASH_SIZE, commitment.at, HASH_SIZE);
        }
    }
    qsort(shown, count, sizeof *shown, compare_place);
    r->g = view_of(g, n * HASH_SIZE);
    r->shown = shown;
    r->shown_count = count;
}

static void make_header(struct exchange *x, const struct ident *id, uint32_t until, struct consent_receipt *r)
{
    struct bytes encoded = {.wiping = true};

    r->header =
        (struct consent_header){.consent = *id, .agency = address_view(membership_own(x->membership)), .until = until};
    consent_header_encode(&r->header, &encoded);
    r->header_bytes = arena_copy(&x->tick_arena, bytes_view(&encoded));
    bytes_fini(&encoded);
    random_fill(x->random, r->salt_h, sizeof r->salt_h);
}

static void make_given(struct exchange *x, const struct control_consent_record_ask *ask, struct consent_receipt *r)
{
    struct bytes encoded = {.wiping = true};

    r->given = (struct consent_given){.by = ask->given_by,
                                      .at_ms = tick_record_ms(x),
                                      .notice = arena_copy(&x->tick_arena, ask->notice),
                                      .language = arena_copy(&x->tick_arena, ask->language),
                                      .interpreter = ask->interpreter,
                                      .seen_alone = ask->seen_alone,
                                      .told_irreversible = ask->told_irreversible,
                                      .outside = arena_copy(&x->tick_arena, ask->outside)};
    consent_given_encode(&r->given, &encoded);
    r->given_bytes = arena_copy(&x->tick_arena, bytes_view(&encoded));
    bytes_fini(&encoded);
    random_fill(x->random, r->salt_w, sizeof r->salt_w);
    commit_consent_given(r->salt_w, r->given_bytes, &r->w);
}

static void bind_to_case(struct exchange *x, const struct ident *case_id, const struct address *to,
                         struct pending_consent *p)
{
    random_fill(x->random, p->case_salt, sizeof p->case_salt);
    commit_consent_case(p->case_salt, ident_view(case_id), address_view(to), &p->receipt.c);
}

static bool record_consent_for(struct exchange *x, const struct control_consent_record_ask *ask,
                               const struct case_row *row, const struct address *to, uint32_t until, struct ident *id,
                               struct error *err)
{
    struct pending_consent *p = arena_new(&x->tick_arena, sizeof *p);
    struct record record = {.kind = RECORD_CONSENT};

    ident_random(x->random, id);
    make_header(x, id, until, &p->receipt);
    make_given(x, ask, &p->receipt);
    bind_to_case(x, &row->id, to, p);
    make_grants(x, ask, to, until, &p->receipt);
    record.consent.consent = *id;
    record.consent.state = ask->refused ? CONSENT_REFUSED : CONSENT_GIVEN;
    record.consent.until = until;
    REQUIRE(consent_commitment_of(&p->receipt, &record.consent.commitment));
    p->row = (struct consent_row){.id = *id,
                                  .case_number = row->number,
                                  .agency = *membership_own(x->membership),
                                  .recipient = *to,
                                  .record_index = audit_size(x->audit, LOG_EXCHANGE),
                                  .until = until,
                                  .progress = ask->refused ? CONSENT_SAID_NO : CONSENT_STANDS,
                                  .changed_ms = tick_record_ms(x),
                                  .withdrawn_index = UINT64_MAX};
    if (!audit_append(x->audit, &record, NULL, err) || !acting_record(x, ACT_CONSENT, id, err))
        return false;
    REQUIRE(record.index == p->row.record_index);
    p->next = x->pending_consents;
    x->pending_consents = p;
    return true;
}

static bool is_pending_yes(const struct pending_consent *p, int64_t case_number, const struct address *to)
{
    return p->row.case_number == case_number && p->row.progress == CONSENT_STANDS &&
           address_equal(&p->row.recipient, to);
}

/* A yes of this very tick is not in the store yet: it is written as stopped. Nothing was sent under it. */
static bool stop_pending(struct exchange *x, int64_t case_number, const struct address *to, struct error *err)
{
    for (struct pending_consent *p = x->pending_consents; p != NULL; p = p->next) {
        struct record r = {.kind = RECORD_WITHDRAWN};

        if (!is_pending_yes(p, case_number, to))
            continue;
        r.consent = (struct record_consent){.consent = p->row.id, .state = CONSENT_STOP, .until = tick_record_day(x)};
        REQUIRE(consent_commitment_of(&p->receipt, &r.consent.commitment));
        p->row.progress = CONSENT_STOPPED;
        p->row.erase_from = r.consent.until;
        p->row.withdrawn_index = audit_size(x->audit, LOG_EXCHANGE);
        if (!audit_append(x->audit, &r, NULL, err) || !acting_record(x, ACT_WITHDRAWN, &p->row.id, err))
            return false;
        REQUIRE(r.index == p->row.withdrawn_index);
    }
    return true;
}

typedef bool on_yes_fn(void *cookie, const struct ident *yes, bool hidden, struct error *err);

struct yes_walk {
    struct exchange *x;
    int64_t case_number;
    bool hidden; /* who asks does not see the case */
    const struct address *to;
    on_yes_fn *on_yes;
    void *cookie;
};

static bool take_yes(void *cookie, const struct consent_row *row, struct error *err)
{
    const struct yes_walk *w = cookie;

    return row->progress != CONSENT_STANDS || !address_equal(&row->recipient, w->to) ||
           w->on_yes(w->cookie, &row->id, w->hidden, err);
}

/* One whose row is gone: whose it was is known by its content or its referrals. One of which that is not known stays
 * shut by this no, should it be put back (consent_refusals.h). */
static bool take_missing_yes(void *cookie, const struct consent_missing *m, struct error *err)
{
    const struct yes_walk *w = cookie;

    return m->row.case_number != w->case_number || take_yes(cookie, &m->row, err);
}

static bool walk_yes_of(void *cookie, const struct case_row *row, struct error *err)
{
    struct yes_walk *w = cookie;
    bool shown;

    if (!holders_show_case(w->x, row, &shown, err))
        return false;
    w->case_number = row->number;
    w->hidden = !shown;
    return consent_book_walk_case(w->x, row->number, take_yes, w, err) &&
           consent_missing_walk(w->x, CONSENT_MISSING_STANDING, take_missing_yes, w, err);
}

/* Her no also withdraws each yes to it that stands, of any case that is known to be hers now (consent_refusals.h). */
static bool walk_each_yes(struct exchange *x, const struct case_row *row, const struct address *to, on_yes_fn *on_yes,
                          void *cookie, struct error *err)
{
    struct yes_walk w = {.x = x, .to = to, .on_yes = on_yes, .cookie = cookie};

    return walk_yes_of(&w, row, err) && case_merge_walk_from(x, row, walk_yes_of, case_merge_pass_over, &w, err);
}

static bool stop_yes(void *cookie, const struct ident *yes, bool hidden, struct error *err)
{
    const struct control_consent_withdraw_ask ask = {.consent = *yes};
    struct consent_row stopped;

    (void)hidden;
    SOMETIMES(a_no_ended_a_yes);
    return withdrawal_record(cookie, &ask, &stopped, err);
}

static bool stop_each_yes(struct exchange *x, const struct case_row *row, const struct address *to, struct error *err)
{
    return stop_pending(x, row->number, to, err) && walk_each_yes(x, row, to, stop_yes, x, err);
}

/* A refusal needs no notice and no language; what was not given is recorded as unknown. Of a language the code that
 * travels. */
static struct control_consent_record_ask with_manner(const struct control_consent_record_ask *said)
{
    struct control_consent_record_ask ask = *said;
    const char *language = language_code(said->language);

    if (language != NULL)
        ask.language = view_of_text(language);
    if (!ask.refused)
        return ask;
    if (ask.notice.size == 0)
        ask.notice = view_of_text("none");
    if (ask.language.size == 0)
        ask.language = view_of_text("und"); /* ISO 639-2: undetermined */
    if (ask.seen_alone == 0)
        ask.seen_alone = SEEN_NOT_ALONE;
    return ask;
}

/* --- what it would do --- */

struct foreseeing {
    struct exchange *x;
    exchange_on_consent_fn *on_ended;
    void *cookie;
};

static bool foresee_yes(void *cookie, const struct ident *yes, bool hidden, struct error *err)
{
    const struct foreseeing *f = cookie;
    const struct control_consent_withdraw_ask ask = {.consent = *yes, .dry_run = true};
    struct control_consent out;

    return hidden || (exchange_consent_withdraw(f->x, &ask, &out, err) && f->on_ended(f->cookie, &out, err));
}

static bool foresee_pending(const struct foreseeing *f, const struct case_row *row, const struct address *to,
                            struct error *err)
{
    for (const struct pending_consent *p = f->x->pending_consents; p != NULL; p = p->next) {
        struct control_consent out = {.consent = p->row.id,
                                      .case_id = row->id,
                                      .agency = p->row.agency,
                                      .recipient = p->row.recipient,
                                      .until = p->row.until,
                                      .progress = CONSENT_STANDS,
                                      .given_at_ms = p->receipt.given.at_ms,
                                      .erase_from = tick_record_day(f->x),
                                      .would_change = true};

        if (!is_pending_yes(p, row->number, to))
            continue;
        for (size_t i = 0; i < p->receipt.shown_count; i++) {
            out.sections |= p->receipt.shown[i].grant.sections;
            out.purposes |= UINT32_C(1) << p->receipt.shown[i].grant.purpose;
        }
        if (!f->on_ended(f->cookie, &out, err))
            return false;
    }
    return true;
}

/* Calls ON_ENDED for each yes that ASK, a no, withdraws. */
static bool foresee(struct exchange *x, const struct control_consent_record_ask *ask, const struct case_row *row,
                    exchange_on_consent_fn *on_ended, void *cookie, struct error *err)
{
    struct foreseeing f = {x, on_ended, cookie};

    for (size_t i = 0; ask->refused && i < ask->to_count; i++)
        if (!foresee_pending(&f, row, &ask->to[i], err) || !walk_each_yes(x, row, &ask->to[i], foresee_yes, &f, err))
            return false;
    return true;
}

/* --- recording --- */

static bool find_for_adult(struct exchange *x, const struct control_consent_record_ask *ask, const struct case_row *row,
                           bool *out, struct error *err)
{
    *out = false;
    return ask->refused || ask->given_by != GIVEN_BY_GUARDIAN || case_age_is_adult(x, row, out, err);
}

bool consent_taken_record(struct exchange *x, const struct control_consent_record_ask *said,
                          exchange_on_consent_fn *on_ended, void *cookie, struct control_consent_recorded *out,
                          struct error *err)
{
    const struct control_consent_record_ask whole = with_manner(said);
    const struct control_consent_record_ask *ask = &whole;
    struct case_row row;
    uint32_t until = 0;
    bool for_adult;

    if (!casebook_find(x, &ask->case_id, &row, err) || !case_merge_check(x, &row, err) ||
        !consent_asked_check(x, ask, &until, err) || !tick_has_room(x, err) ||
        !foresee(x, ask, &row, on_ended, cookie, err) || !find_for_adult(x, ask, &row, &for_adult, err))
        return false;
    for (size_t i = 0; i < ask->to_count; i++)
        out[i] = (struct control_consent_recorded){.recipient = ask->to[i], .until = until, .for_adult = for_adult};
    if (ask->dry_run)
        return true;
    if (!vault_has_unused_slot(x->vault, x->db, err) ||
        (ask->request_id.size != 0 && !vault_slot_is_read(x->vault, row.slot, err)) || !tick_begin(x, err))
        return false;
    for (size_t i = 0; i < ask->to_count; i++)
        if ((ask->refused && !stop_each_yes(x, &row, &ask->to[i], err)) ||
            !record_consent_for(x, ask, &row, &ask->to[i], until, &out[i].consent, err))
            return false;
    return consent_request_put(x, said, out, err);
}

/* --- its row --- */

static bool write_pending(struct exchange *x, struct pending_consent *p, struct error *err)
{
    struct bytes *content = tick_plain(x);
    struct audit_proof proof;

    if (!audit_prove(x->audit, p->row.record_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
        return false;
    p->receipt.record_bytes = proof.record;
    p->receipt.path = proof.path;
    p->receipt.checkpoint = proof.checkpoint;
    bytes_append(content, p->case_salt, sizeof p->case_salt);
    consent_receipt_encode(&p->receipt, content);
    if (p->row.progress == CONSENT_SAID_NO)
        consent_book_invalidate_all(x);
    return consent_book_add_row(x, &p->row, bytes_view(content), err);
}

bool consent_taken_write_rows(struct exchange *x, struct error *err)
{
    struct pending_consent *in_order = NULL;

    while (x->pending_consents != NULL) { /* the list is newest first; rows are written oldest first */
        struct pending_consent *p = x->pending_consents;

        x->pending_consents = p->next;
        p->next = in_order;
        in_order = p;
    }
    for (; in_order != NULL; in_order = in_order->next)
        if (!write_pending(x, in_order, err))
            return error_wrap(err, "record a consent");
    return true;
}

void consent_taken_end_tick(struct exchange *x)
{
    x->pending_consents = NULL;
}
