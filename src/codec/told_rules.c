#include "codec/told_rules.h"

#include "codec/audit_messages.h"
#include "codec/control_messages.h"
#include "model/record.h"
#include "model/spoken_id.h"

/* Nothing where nothing waits. */
static void make_wait(struct told_field *t, enum hold hold, int64_t until_ms, int64_t next_try_ms)
{
    if (hold != HOLD_NONE)
        *(struct control_wait *)told_make(t, sizeof(struct control_wait)) =
            (struct control_wait){hold, until_ms, view_of_text(hold_lifted_by(hold)), next_try_ms};
}

void told_known_key(const struct control_agency *a, struct told_field *t)
{
    if (a->self)
        t->bytes = hash_view(&a->fingerprint);
}

/* Of a withdrawal by the agency that took it: who only received is told what became of it, and tells nobody. */
static bool told_consent_is_owed(const struct control_consent *s)
{
    return s->told != RECIPIENT_NOTHING ||
           (!ident_is_zero(&s->case_id) && s->progress >= CONSENT_STOPPED && s->progress <= CONSENT_ERASED);
}

/* Its recipient was asked, or is to be, and has not receipted it. */
static bool told_consent_waits(const struct control_consent *s)
{
    return (s->told == RECIPIENT_ASKED && s->receipt_ms == 0) || s->told == RECIPIENT_OWED;
}

/* The state of a consent in a word. */
static const char *told_consent_word(const struct control_consent *s)
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

void told_consent_given(const struct control_consent *s, struct told_field *t)
{
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

uint32_t told_warnings(const struct control_consent *s)
{
    if (s->progress == CONSENT_SAID_NO)
        return 0;
    return (s->seen_alone == SEEN_NOT_ALONE ? 1U << CONSENT_WARNING_NOT_ALONE : 0) |
           (s->interpreter == INTERPRETER_OTHER ? 1U << CONSENT_WARNING_INTERPRETER_NOT_INDEPENDENT : 0) |
           (s->interpreter == INTERPRETER_UNKNOWN ? 1U << CONSENT_WARNING_INTERPRETER_UNKNOWN : 0) |
           (s->for_adult ? 1U << CONSENT_WARNING_GUARDIAN_OF_ADULT : 0);
}

/* Which of the five words is said of STATE; "": it is none. */
static const char *told_word_of(enum referral_state state)
{
    enum referral_word word = referral_state_word(state);

    return word != WORD_NONE ? referral_word_name(word) : "";
}

static void make_spoken(struct told_field *t, const struct ident *id,
                        void (*write)(const struct ident *id, char out[static BOUND_SPOKEN_ID]))
{
    char *text = (char *)t->made;

    _Static_assert(BOUND_SPOKEN_ID <= TOLD_MADE_MAX, "there is room for it");
    if (ident_is_zero(id))
        return;
    write(id, text);
    t->bytes = view_of_text(text);
}

void told_received_code_name(const struct control_case_received *s, struct told_field *t)
{
    make_spoken(t, &s->referral, code_name_write);
}

void told_referral_code_name(const struct control_referral *s, struct told_field *t)
{
    make_spoken(t, &s->referral, code_name_write);
}

void told_result_code_name(const struct control_referral_result *s, struct told_field *t)
{
    if (!ident_is_zero(&s->referral))
        make_spoken(t, &s->referral, code_name_write);
}

void told_share_code_name(const struct control_case_share *s, struct told_field *t)
{
    make_spoken(t, &s->referral, code_name_write);
}

static void make_arrival(struct told_field *t, enum arrival known, int64_t said_ms)
{
    if (known != ARRIVAL_SETTLED)
        *(struct control_arrival_said *)told_make(t, sizeof(struct control_arrival_said)) =
            (struct control_arrival_said){known, said_ms};
}

void told_settled_step(const struct record_settled *s, struct told_field *t)
{
    t->type = TOLD_WORD;
    t->word = owed_is_about_consent(s->what) ? consent_state_name((enum consent_state)s->step)
                                             : referral_state_name((enum referral_state)s->step);
}

void told_settled_subject(const struct record_settled *s, struct told_field *t)
{
    struct settled_subject *subject = told_make(t, sizeof *subject);

    *(owed_is_about_consent(s->what) ? &subject->consent : &subject->referral) = s->subject;
}

void told_notes(const struct record_notes *n, struct told_field *t)
{
    record_notes_read(n, told_make(t, sizeof(struct record_notes_said)));
}

#define RULE_WHEN(name, message, condition)                                                                            \
    bool name(const struct control_##message *s)                                                                       \
    {                                                                                                                  \
        return condition;                                                                                              \
    }
#define RULE_BY(name, message, statement)                                                                              \
    void name(const struct control_##message *s, struct told_field *t)                                                 \
    {                                                                                                                  \
        statement;                                                                                                     \
    }
#define RULE_NULL(name, message, condition)        RULE_BY(name, message, t->type = (condition) ? TOLD_NULL : t->type)
#define RULE_WORD(name, message, what)             RULE_BY(name, message, t->word = what)
#define RULE_TEXT(name, message, what)             RULE_BY(name, message, t->bytes = view_of_text(what))
#define RULE_NUMBER(name, message, what)           RULE_BY(name, message, t->number = what)
#define RULE_LABEL(name, message, id)              RULE_BY(name, message, make_spoken(t, id, case_label_write))
#define RULE_WAIT(name, message, why, until, next) RULE_BY(name, message, make_wait(t, (enum hold)(why), until, next))
#define RULE_ARRIVAL(name, message, arrival, said) RULE_BY(name, message, make_arrival(t, arrival, said))
#include "codec/told_rules.def"
#undef RULE_BY
