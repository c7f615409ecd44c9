#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/case_codec.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "model/case.h"
#include "model/case_fields.h"
#include "model/case_triage.h"
#include "store/evidence_store.h"

static void set_field(struct case_data *c, const char *field, const char *written)
{
    struct error err;
    const struct case_field *f = case_field_find(view_of_text(field));

    if (f == NULL)
        abort();
    world_must(case_read_value(c, f, 0, view_of_text(written), &err), &err, field);
}

/* Fills the texts of a section until it is nearly full. */
static void fill_long_texts(struct case_data *c, struct arena *arena)
{
    size_t filled[SECTION_END] = {0};

    for (size_t i = 0; i < 4 * case_fields_count; i++) {
        const struct case_field *f = &case_fields[i % case_fields_count];
        uint32_t record = (uint32_t)(i / case_fields_count);
        char *text;
        struct error err;

        if ((f->group == GROUP_NONE && record != 0) || !case_field_is_text(f) || f->max < 1000 ||
            filled[f->section] + f->max + 4000 > BOUND_SECTION)
            continue;
        text = arena_new(arena, f->max + 1);
        memset(text, 'x', f->max);
        if (case_read_value(c, f, record, view_of(text, f->max), &err))
            filled[f->section] += f->max;
    }
}

static bool take_id(void *cookie, const struct control_case_added *i, struct error *err)
{
    (void)err;
    *(struct ident *)cookie = i->case_id;
    return true;
}

bool people_import(struct exchange *x, const struct case_import *ask, exchange_on_imported_fn *on_imported,
                   void *cookie, struct error *err)
{
    struct walk_step step = {.limit = UINT32_MAX};
    struct importing *m = NULL;
    bool ok = exchange_import_begin(x, ask, &m, err) && exchange_import_step(m, &step, on_imported, cookie, err);

    exchange_import_end(m);
    return ok;
}

static bool import_case(struct exchange *x, bool is_long, struct ident *id, struct error *err)
{
    struct case_sections sections = {0};
    /* the same person each time */
    struct case_import ask = {.cases = &sections, .commit = {.count = 1, .again = true}};
    struct bytes encoded[SECTION_END] = {{0}};
    struct arena arena = {0};
    struct case_data c;
    bool empty;
    bool ok;

    case_init(&c, &arena);
    set_field(&c, "prs_FirstName", "Example");
    set_field(&c, "prs_SecondName", "Person");
    set_field(&c, "prs_Gender", "Feminine");
    set_field(&c, "prs_Birthdate", "1990-01-02");
    set_field(&c, "prs_PrimaryLanguage", "ukr");
    set_field(&c, "prs_MobilePhone", "+48000000009");
    set_field(&c, "ext_SafeToCall", "no");
    set_field(&c, "ext_SafeToWrite", "yes");
    set_field(&c, "vic_TypeOfExploitation", "ForcedLabour");
    set_field(&c, "ext_Medication", "insulin");
    set_field(&c, "cco_CaseComment", "A note.");
    if (is_long)
        fill_long_texts(&c, &arena);
    case_derive_triage(&c, 20000);
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++) {
        world_must(case_section_encode(&c, (enum section)s, &encoded[s], &empty, err), err, "encode a section");
        sections.sections[s] = bytes_view(&encoded[s]);
    }
    ok = people_import(x, &ask, take_id, id, err);
    for (int s = 0; s < SECTION_END; s++)
        bytes_fini(&encoded[s]);
    arena_fini(&arena);
    return ok;
}

bool people_case_try(struct exchange *x, struct ident *id, struct error *err)
{
    return import_case(x, false, id, err);
}

struct ident people_long_case(struct exchange *x)
{
    struct ident id;
    struct error err = {0};

    world_must(import_case(x, true, &id, &err), &err, "import");
    return id;
}

struct ident people_case(struct exchange *x)
{
    struct ident id;
    struct error err = {0};

    world_must(people_case_try(x, &id, &err), &err, "import");
    return id;
}

static bool ignore_ended(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)cookie;
    (void)c;
    (void)err;
    return true;
}

bool people_record(struct exchange *x, const struct control_consent_record_ask *ask, struct ident *ids,
                   struct error *err)
{
    struct control_consent_recorded out[BOUND_RECIPIENTS];

    if (!exchange_consent_record(x, ask, ignore_ended, NULL, out, err))
        return false;
    for (size_t i = 0; i < ask->to_count; i++)
        ids[i] = out[i].consent;
    return true;
}

bool people_foresee(struct exchange *x, const struct control_consent_record_ask *ask, exchange_on_consent_fn *on_ended,
                    void *cookie, struct control_consent_recorded *out, struct error *err)
{
    struct control_consent_record_ask dry = *ask;

    dry.dry_run = true;
    return exchange_consent_record(x, &dry, on_ended, cookie, out, err);
}

bool people_may_consent(struct exchange *x, const struct ident *case_id, const struct address *to,
                        const struct people_consent *c, struct ident *out, struct error *err)
{
    const uint32_t excluded = c->except != NULL ? case_field_ref_find(view_of_text(c->except)) : 0;
    struct control_consent_grant grant = {.sections = c->sections,
                                          .excluded = &excluded,
                                          .excluded_count = c->except != NULL ? 1 : 0,
                                          .purpose = c->purpose != 0 ? c->purpose : PURPOSE_SERVICES,
                                          .onward = ONWARD_NONE,
                                          .keep_until = c->keep_until};
    struct control_consent_record_ask ask = {.case_id = *case_id,
                                             .to = to,
                                             .to_count = 1,
                                             .grants = &grant,
                                             .grant_count = c->sections != 0 || !c->refused ? 1 : 0,
                                             .refused = c->refused,
                                             .until = c->until,
                                             .given_by = GIVEN_BY_SELF,
                                             .notice = view_of_text("notice-1"),
                                             .language = view_of_text("uk"),
                                             .seen_alone = SEEN_ALONE};

    return people_record(x, &ask, out, err);
}

struct ident people_consent(struct exchange *x, const struct ident *case_id, const struct address *to,
                            const struct people_consent *c)
{
    struct ident id;
    struct error err = {0};

    world_must(people_may_consent(x, case_id, to, c, &id, &err), &err, "consent");
    return id;
}

bool people_refer(struct exchange *x, const struct ident *case_id, const struct address *to,
                  const struct people_referral *r, struct control_referral_result *out, struct error *err)
{
    const uint32_t services[] = {r->service != 0 ? r->service : SERVICE_MEDICAL};
    struct control_refer_ask ask = {.case_id = *case_id,
                                    .to = *to,
                                    .kind = MESSAGE_REFERRAL,
                                    .services = services,
                                    .service_count = 1,
                                    .urgency = r->urgency != 0 ? r->urgency : URGENCY_NORMAL,
                                    .purpose = r->purpose != 0 ? r->purpose : PURPOSE_SERVICES,
                                    .require = r->require,
                                    .partial = true,
                                    .release_now = r->now,
                                    .request_id = view_of_text(r->request_id != NULL ? r->request_id : "")};

    return exchange_refer(x, &ask, out, err);
}

struct referral_match {
    const struct ident *id;
    unsigned count;
    enum referral_state state;
    enum arrival arrival;
    int64_t arrival_ms;
};

static bool on_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    struct referral_match *l = cookie;

    (void)err;
    if (ident_equal(&r->referral, l->id)) {
        l->count++;
        l->state = r->state;
        l->arrival = r->arrival;
        l->arrival_ms = r->arrival_ms;
    }
    return true;
}

static struct referral_match find_referral(struct exchange *x, const struct ident *id)
{
    struct referral_match l = {.id = id};
    struct error err = {0};

    world_must(exchange_referral_list(x, &(struct control_referral_list_ask){0}, NULL, on_referral, &l, &err), &err,
               "list referrals");
    return l;
}

enum referral_state people_state(struct exchange *x, const struct ident *id)
{
    return find_referral(x, id).state;
}

enum arrival people_arrival(struct exchange *x, const struct ident *id, int64_t *said_ms)
{
    struct referral_match l = find_referral(x, id);
    struct control_referral_detail d;
    struct error err = {0};

    world_must(exchange_referral_show(x, id, false, &d, &err), &err, "show a referral");
    REQUIRE(d.summary.arrival == l.arrival && d.timeline_count > 0 && d.timeline[0].arrival == l.arrival);
    *said_ms = l.arrival_ms;
    return l.arrival;
}

unsigned people_count(struct exchange *x, const struct ident *id)
{
    return find_referral(x, id).count;
}

struct view people_section(const struct control_referral_detail *d, enum section s)
{
    for (size_t i = 0; i < d->data_count; i++)
        if (d->data[i].section == s)
            return d->data[i].data;
    return (struct view){0};
}

section_set people_open_sections(struct exchange *x, const struct ident *id, struct error *err)
{
    struct control_referral_detail d;
    section_set opened = 0;

    error_clear(err);
    if (!exchange_referral_show(x, id, true, &d, err))
        return 0;
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (people_section(&d, s).size != 0)
            opened |= SECTION_BIT(s);
    return opened;
}

bool people_can_read(struct exchange *x, const struct ident *id, const char *field)
{
    uint32_t refs[CASE_SECTION_FIELDS];
    uint32_t ref = case_field_ref_find(view_of_text(field));
    struct error err = {0};
    struct control_referral_detail d;
    struct view data;
    size_t count;

    world_must(exchange_referral_show(x, id, true, &d, &err), &err, "show a referral");
    data = people_section(&d, FIELD_REF_SECTION(ref));
    if (data.size == 0)
        return false;
    world_must(case_section_fields(FIELD_REF_SECTION(ref), data, refs, &count, &err), &err, "read a section");
    for (size_t i = 0; i < count; i++)
        if (refs[i] == ref)
            return true;
    return false;
}

static bool on_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    (void)e;
    (void)r;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

unsigned people_records(struct exchange *x, enum record_kind kind)
{
    struct control_audit_list_ask filter = {.log = record_kind_is_house(kind) ? LOG_HOUSE : LOG_EXCHANGE, .kind = kind};
    struct error err = {0};
    unsigned n = 0;

    world_must(exchange_audit_list(x, &filter, NULL, on_record, &n, &err), &err, "list records");
    return n;
}

struct decision {
    bool has_actor;
    uint32_t uid;
};

static bool on_decision(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct decision *d = cookie;

    (void)err;
    *d = (struct decision){r->has_actor, e->has_user ? e->user : PEOPLE_UNKNOWN};
    return true;
}

bool people_decided(struct exchange *x, enum record_kind kind, uint32_t *uid)
{
    struct control_audit_list_ask filter = {.log = record_kind_is_house(kind) ? LOG_HOUSE : LOG_EXCHANGE, .kind = kind};
    struct decision d = {0};
    struct error err = {0};

    world_must(exchange_audit_list(x, &filter, NULL, on_decision, &d, &err), &err, "list records");
    *uid = d.uid;
    return d.has_actor;
}

struct peer_row people_peer(struct world *w, size_t at, size_t of)
{
    struct peer_row row;
    struct error err = {0};
    bool found;

    world_must(peers_find(world_node(w, at), world_address(w, of), &found, &row, &err) && found, &err, "find a peer");
    return row;
}

uint64_t people_unlinked(struct world *w, size_t at, size_t of)
{
    struct error err = {0};
    uint64_t count;

    world_must(evidence_store_count_unlinked(world_node(w, at)->db, people_peer(w, at, of).number, &count, &err), &err,
               "count");
    return count;
}

struct held_named {
    unsigned count;
    enum hold hold;
};

static bool take_held(void *cookie, const struct held_summary *h, struct error *err)
{
    struct held_named *n = cookie;

    (void)err;
    n->count++;
    n->hold = h->hold;
    return true;
}

unsigned people_held(struct exchange *x, enum hold *hold)
{
    struct held_named n = {0};
    struct error err = {0};

    world_must(exchange_held_list(x, take_held, &n, &err), &err, "list what is held");
    *hold = n.hold;
    return n.count;
}

unsigned people_findings(struct exchange *x)
{
    return people_records(x, RECORD_FORK) + people_records(x, RECORD_UNLINKED);
}

static bool logs_are_good(struct exchange *x, enum error_code but)
{
    struct control_audit_verdict v;
    struct error err = {0};

    for (int log = LOG_EXCHANGE; log <= LOG_HOUSE; log++) {
        world_must(exchange_audit_verify(x, (enum log_id)log, &v, &err), &err, "verify");
        if (!v.good && !text_is(v.code, error_row(but)->code)) {
            (void)fprintf(stderr, "log %d: %.*s\n", log, (int)v.finding.size, (const char *)v.finding.at);
            return false;
        }
    }
    return true;
}

bool people_log_is_good(struct exchange *x)
{
    return logs_are_good(x, E_NONE);
}

bool people_forged_log_is_good(struct exchange *x)
{
    return logs_are_good(x, E_OWE_06);
}

bool exchange_referral_accept(struct exchange *x, const struct ident *id, struct view note,
                              struct control_referral *out, struct error *err)
{
    const struct reply_message reply = {.state = REFERRAL_ACCEPTED, .note = note};

    return exchange_referral_answer(x, id, &reply, out, err);
}

bool exchange_referral_decline(struct exchange *x, const struct ident *id, enum decline_reason reason, struct view note,
                               struct control_referral *out, struct error *err)
{
    const struct reply_message reply = {.state = REFERRAL_DECLINED, .reason = reason, .note = note};

    return exchange_referral_answer(x, id, &reply, out, err);
}
