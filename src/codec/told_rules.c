#include "codec/told_rules.h"

#include "codec/control_messages.h"
#include "model/record.h"

/* Nothing where nothing waits. */
static void make_wait(struct told_field *t, enum hold hold, int64_t until_ms, int64_t next_try_ms)
{
    struct control_wait *w;

    if (hold == HOLD_NONE)
        return;
    w = told_make(t, sizeof *w);
    *w = (struct control_wait){hold, until_ms, view_of_text(hold_lifted_by(hold)), next_try_ms};
}

/* --- agencies --- */

void told_known_key(const void *agency, struct told_field *t)
{
    const struct control_agency *a = agency;

    if (a->self)
        t->bytes = hash_view(&a->fingerprint);
}

void told_agency_wait(const void *agency, struct told_field *t)
{
    const struct control_agency *a = agency;

    make_wait(t, a->hold, a->hold_until_ms, a->next_try_ms);
}

/* --- consents --- */

const char *told_consent_word(const struct control_consent *s)
{
    if (s->shut)
        return "shut";
    return s->nothing_held ? "nothing-held" : consent_progress_name(s->progress);
}

bool told_consent_is_erased(const struct control_consent *s)
{
    return s->progress == CONSENT_ERASED || s->progress == CONSENT_ERASING;
}

const char *told_consent_hidden(const struct control_consent *s)
{
    if (told_consent_is_erased(s))
        return s->nothing_held ? "never here" : "erased";
    if (s->sealed)
        return "sealed";
    return s->sections == 0 && s->purposes == 0 && s->progress != CONSENT_SAID_NO ? "unreadable" : NULL;
}

void told_consent_state(const void *consent, struct told_field *t)
{
    t->word = told_consent_word(consent);
}

void told_consent_until(const void *consent, struct told_field *t)
{
    const struct control_consent *s = consent;

    if (s->progress == CONSENT_SAID_NO)
        t->number = 0;
}

/* Of a withdrawal by the agency that took it: who only received is told what became of it, and tells nobody. */
void told_consent_told(const void *consent, struct told_field *t)
{
    const struct control_consent *s = consent;

    if (s->told != RECIPIENT_NOTHING ||
        (!ident_is_zero(&s->case_id) && s->progress >= CONSENT_STOPPED && s->progress <= CONSENT_ERASED))
        t->word = recipient_status_name(s->told);
}

void told_consent_wait(const void *consent, struct told_field *t)
{
    const struct control_consent *s = consent;

    if ((s->told == RECIPIENT_ASKED && s->receipt_ms == 0) || s->told == RECIPIENT_OWED)
        make_wait(t, (enum hold)s->hold, 0, s->next_try_ms);
}

void told_consent_given(const void *consent, struct told_field *t)
{
    const struct control_consent *s = consent;
    struct control_given *g;

    if (s->given_by == 0)
        return;
    g = told_make(t, sizeof *g);
    *g = (struct control_given){.by = s->given_by,
                                .notice = s->notice,
                                .language = s->language,
                                .interpreter = s->interpreter,
                                .seen_alone = s->seen_alone != SEEN_NOT_ALONE,
                                .told_irreversible = s->told_irreversible};
}

void told_consent_warnings(const void *consent, struct told_field *t)
{
    t->number = told_warnings(consent);
}

bool told_consent_is_kept(const void *consent)
{
    return !told_consent_is_erased(consent);
}

bool told_consent_is_read(const void *consent)
{
    return told_consent_hidden(consent) == NULL;
}

bool told_consent_is_shown(const void *consent)
{
    const struct control_consent *s = consent;

    return told_consent_is_read(s) && (s->given_by != 0 || s->grant_count != 0);
}

bool told_consent_is_given(const void *consent)
{
    const struct control_consent *s = consent;

    return told_consent_is_read(s) && s->given_by != 0;
}

bool told_recorded_is_yes(const void *recorded)
{
    return !((const struct control_recorded_consent *)recorded)->refused;
}

uint32_t told_warnings(const struct control_consent *s)
{
    if (s->progress == CONSENT_SAID_NO)
        return 0;
    return (s->seen_alone == SEEN_NOT_ALONE ? 1U << CONSENT_WARNING_NOT_ALONE : 0) |
           (s->interpreter == INTERPRETER_OTHER ? 1U << CONSENT_WARNING_INTERPRETER_NOT_INDEPENDENT : 0) |
           (s->interpreter == INTERPRETER_UNKNOWN ? 1U << CONSENT_WARNING_INTERPRETER_UNKNOWN : 0) |
           (s->for_adult ? 1U << CONSENT_WARNING_GUARDIAN_OF_ADULT : 0);
}

/* --- referrals --- */

bool told_referral_is_read(const void *referral)
{
    return ((const struct control_referral *)referral)->urgency != 0;
}

/* While the node is stopped it is not known. */
void told_referral_overdue(const void *referral, struct told_field *t)
{
    if (((const struct control_referral *)referral)->sealed)
        t->type = TOLD_NULL;
}

void told_referral_wait(const void *referral, struct told_field *t)
{
    const struct control_referral *r = referral;

    make_wait(t, r->hold, r->hold_until_ms, r->next_try_ms);
}

void told_result_wait(const void *result, struct told_field *t)
{
    const struct control_referral_result *r = result;

    make_wait(t, r->hold, r->hold_until_ms, 0);
}

static void make_arrival(struct told_field *t, enum arrival known, int64_t said_ms)
{
    struct control_arrival_said *a;

    if (known == ARRIVAL_SETTLED)
        return;
    a = told_make(t, sizeof *a);
    *a = (struct control_arrival_said){known, said_ms};
}

void told_referral_arrival(const void *referral, struct told_field *t)
{
    const struct control_referral *r = referral;

    make_arrival(t, r->arrival, r->arrival_ms);
}

void told_timeline_arrival(const void *entry, struct told_field *t)
{
    const struct control_timeline_entry *e = entry;

    make_arrival(t, e->arrival, e->arrival_ms);
}

/* 0: there is none. */
void told_timeline_index(const void *entry, struct told_field *t)
{
    if (((const struct control_timeline_entry *)entry)->index == 0)
        t->type = TOLD_NULL;
}

/* --- logs --- */

void told_settled_step(const void *settled, struct told_field *t)
{
    const struct record_settled *s = settled;

    t->type = TOLD_WORD;
    t->word = owed_is_about_consent(s->what) ? consent_state_name((enum consent_state)s->step)
                                             : referral_state_name((enum referral_state)s->step);
}

void told_settled_subject(const void *settled, struct told_field *t)
{
    if (!owed_is_about_consent(((const struct record_settled *)settled)->what))
        t->name = "referral";
}

bool told_log_is_bad(const void *verdict)
{
    return !((const struct control_audit_verdict *)verdict)->good;
}

void told_entry_user(const void *entry, struct told_field *t)
{
    if (!((const struct control_audit_entry *)entry)->has_user)
        t->type = TOLD_NULL;
}
