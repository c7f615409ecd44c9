/* Findings about referrals that wait for people, and about what is owed to other agencies. */
#include "refexd/findings/findings_inside.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/traffic/owed_list.h"
#include "store/message_store.h"

#define COMMAND (BOUND_ADDRESS + 80) /* of a row that was changed all of the address is the name */
#define WORDS   256

/* --- referrals --- */

#define OTHERS_SAID 2 /* that are named: the first two are there now, if any are */

/* Whom to phone in an emergency, and who else offers it. */
static void write_reach(const struct due_summary *d, struct bytes *out)
{
    if (d->reach.agency.text[0] == '\0')
        return;
    if (d->reach.phone.size == 0)
        bytes_append_text(out, ". No phone of it is known here");
    else
        bytes_printf(out, ". Phone %.*s%s", (int)d->reach.phone.size, (const char *)d->reach.phone.at,
                     d->reach.at_night ? " (its night phone)" : "");
    for (size_t i = 0; i < d->other_count && i < OTHERS_SAID; i++)
        bytes_printf(out, "%s%s%s%.*s", i == 0 ? "; also offered by " : ", ", d->others[i].agency.text,
                     d->others[i].phone.size != 0 ? " " : "", (int)d->others[i].phone.size,
                     (const char *)d->others[i].phone.at);
}

static void add_item(const struct due_summary *d, const char *what, struct finding_list *l)
{
    struct bytes reach = {0};

    write_reach(d, &reach);
    bytes_append_u8(&reach, 0);
    finding_add(l, &(struct finding_item){.agency = &d->peer,
                                          .id = &d->referral,
                                          .time_ms = d->due_ms,
                                          .since_ms = d->made_ms,
                                          .what = what,
                                          .then = (const char *)reach.at});
    bytes_fini(&reach);
}

static void add_sent(const struct finding_facts *f, enum due_what what, struct finding_list *l)
{
    for (size_t i = 0; i < f->due_count; i++) {
        const struct due_summary *d = &f->due[i];

        if (d->what != what)
            continue;
        add_item(d, d->arrival != ARRIVAL_SETTLED ? arrival_says(d->arrival) : "it has not left", l);
    }
}

/* "from" for one that came in, "to" for one that went out: who has to answer differs. */
static void add_unanswered(const struct finding_facts *f, enum due_what what, struct finding_list *l)
{
    for (size_t i = 0; i < f->due_count; i++) {
        const struct due_summary *d = &f->due[i];

        if (d->what == what)
            add_item(d, d->direction == DIRECTION_IN ? "from" : "to", l);
    }
}

void find_not_found(const struct finding_facts *f, struct finding_list *l)
{
    add_unanswered(f, DUE_NOT_FOUND, l);
}

void find_not_arrived(const struct finding_facts *f, struct finding_list *l)
{
    add_unanswered(f, DUE_NOT_ARRIVED, l);
}

void find_emergency_undelivered(const struct finding_facts *f, struct finding_list *l)
{
    add_sent(f, DUE_UNDELIVERED, l);
}

void find_emergency_unopened(const struct finding_facts *f, struct finding_list *l)
{
    add_unanswered(f, DUE_UNOPENED, l);
}

void find_emergency_unanswered(const struct finding_facts *f, struct finding_list *l)
{
    add_unanswered(f, DUE_UNANSWERED, l);
}

void find_overdue(const struct finding_facts *f, struct finding_list *l)
{
    add_unanswered(f, DUE_OVERDUE, l);
}

void find_answer_refused(const struct finding_facts *f, struct finding_list *l)
{
    add_unanswered(f, DUE_DOUBTED, l);
}

void find_silent(const struct finding_facts *f, struct finding_list *l)
{
    add_unanswered(f, DUE_SILENT, l);
}

void find_expired(const struct finding_facts *f, struct finding_list *l)
{
    add_sent(f, DUE_EXPIRED, l);
}

void find_unanswerable(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->due_count; i++) {
        const struct due_summary *d = &f->due[i];

        if (d->what == DUE_UNANSWERABLE)
            finding_add(l, &(struct finding_item){.agency = &d->peer,
                                                  .id = &d->referral,
                                                  .since_ms = d->made_ms,
                                                  .what = d->hold != HOLD_NONE
                                                              ? hold_sentence(d->hold)
                                                              : "its machine was replaced, and it is not known there"});
    }
}

void find_accepted_lost(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->due_count; i++) {
        const struct due_summary *d = &f->due[i];

        if (d->what == DUE_LOST)
            finding_add(l, &(struct finding_item){.agency = &d->peer, .id = &d->referral, .since_ms = d->made_ms});
    }
}

static void add_ending(const struct finding_facts *f, bool is_kept, struct finding_list *l)
{
    for (size_t i = 0; i < f->ending_count; i++) {
        const struct ending_case *e = &f->ending[i];
        char from[11];

        text_write_date((int32_t)e->from, from);
        if ((e->why != NULL) == is_kept)
            finding_add(l, &(struct finding_item){.id = &e->case_id, .what = from, .then = e->why});
    }
}

void find_case_kept(const struct finding_facts *f, struct finding_list *l)
{
    add_ending(f, true, l);
}

void find_case_ending(const struct finding_facts *f, struct finding_list *l)
{
    add_ending(f, false, l);
}

/* Of which kind it is stands in `refex work`, which an operator does not read. */
void find_date_past(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->past_count; i++) {
        char until[11];

        text_write_date((int32_t)f->past[i].until, until);
        finding_add(l, &(struct finding_item){.id = &f->past[i].case_id, .what = until});
    }
}

/* --- what is owed --- */

/* Each thing that is owed is of one row, or concerns nobody now. */
static enum found finding_of_owed(const struct finding_facts *f, const struct owed_summary *o)
{
    if (o->doubted)
        return FOUND_OWED_DOUBTED;
    if (o->lost)
        return FOUND_OWED_LOST;
    if (o->refused_at != 0)
        return FOUND_OWED_REFUSED;
    if (o->by_hand)
        return FOUND_OWED_BY_HAND;
    return f->node->closing_ms >= o->late_ms && f->node->stopped == OWN_SIGNS ? FOUND_OWED_LATE : FOUND_COUNT;
}

/* What a person tells an agency that refex cannot tell any more. SUBJECT: an id. */
static void write_to_tell(const struct owed_summary *o, const char *subject, char out[static WORDS])
{
    switch (o->what) {
    case OWED_WITHDRAWAL:
        (void)snprintf(out, WORDS, "consent %s was withdrawn: stop reading, and erase%s", subject,
                       o->step == CONSENT_ERASE ? " at once" : "");
        break;
    case OWED_STATEMENT:
        (void)snprintf(out, WORDS, "what came under consent %s is erased here", subject);
        break;
    case OWED_REPLY:
        (void)snprintf(out, WORDS, "referral %s was %s", subject, referral_state_name((enum referral_state)o->step));
        break;
    default:
        (void)snprintf(out, WORDS, "referral %s is cancelled", subject);
    }
}

/* Why a person tells it. */
static void write_why(const struct owed_summary *o, char out[static WORDS])
{
    char since[TEXT_MINUTE];

    text_write_minute(o->since_ms, since);
    out[0] = '\0';
    if (o->refused_at == STEP_ACTS)
        (void)snprintf(out, WORDS, " (%s)", refusal_reason_sentence(o->refused_why));
    else if (o->refused_at != 0)
        (void)snprintf(out, WORDS, " (%s)",
                       o->refused_at == STEP_RECORD ? "it does not accept the record" : "it cannot read it");
    else if (o->lost)
        (void)snprintf(out, WORDS, " (its machine was replaced, and the referral is not known there any more)");
    else if (o->by_hand && !o->doubted)
        (void)snprintf(out, WORDS, " (owed since %s; %s)", since,
                       o->cut_off ? "no agency talks to this node" : "it is no member now");
}

/* The command that closes what O says, by the short name, and why. */
static void write_command(const struct owed_summary *o, const char *subject, char out[static COMMAND + WORDS])
{
    char why[WORDS];
    int size;

    write_why(o, why);
    size = snprintf(out, COMMAND + WORDS, "refex agency told %.*s %s --reason %s%s", (int)strcspn(o->agency.text, "@"),
                    o->agency.text, subject, closing_name(o->doubted ? CLOSING_EXPLAINED : CLOSING_TOLD), why);
    REQUIRE(size > 0 && size < COMMAND + WORDS); /* people copy it */
}

/* What makes it less strange that an agency holds nothing of what it had signed for. */
static const char *doubted_words(const struct owed_summary *o)
{
    return o->replaced ? " on a machine that was replaced since" : "";
}

static void add_told_by_hand(const struct finding_facts *f, enum found row, struct finding_list *l)
{
    for (size_t i = 0; i < f->owed_count; i++) {
        const struct owed_summary *o = &f->owed[i];
        char subject[IDENT_TEXT];
        char tell[WORDS];
        char command[COMMAND + WORDS];

        if (finding_of_owed(f, o) != row)
            continue;
        ident_write(&o->subject, subject);
        write_to_tell(o, subject, tell);
        write_command(o, subject, command);
        finding_add(l, &(struct finding_item){.agency = &o->agency,
                                              .id = &o->subject,
                                              .since_ms = o->refused_at != 0 ? o->refused_ms : o->since_ms,
                                              .what = o->doubted ? doubted_words(o) : tell,
                                              .then = command});
    }
}

void find_owed_by_hand(const struct finding_facts *f, struct finding_list *l)
{
    add_told_by_hand(f, FOUND_OWED_BY_HAND, l);
}

void find_owed_refused(const struct finding_facts *f, struct finding_list *l)
{
    add_told_by_hand(f, FOUND_OWED_REFUSED, l);
}

void find_owed_lost(const struct finding_facts *f, struct finding_list *l)
{
    add_told_by_hand(f, FOUND_OWED_LOST, l);
}

void find_owed_doubted(const struct finding_facts *f, struct finding_list *l)
{
    add_told_by_hand(f, FOUND_OWED_DOUBTED, l);
}

/* A withdrawal without a receipt: the agency may still read. With one it has stopped, and its answer is late. */
static void write_late(const struct owed_summary *o, char out[static WORDS])
{
    char since[TEXT_MINUTE];
    char receipt[TEXT_MINUTE];

    text_write_minute(o->since_ms, since);
    text_write_minute(o->receipt_ms, receipt);
    if (o->what == OWED_WITHDRAWAL && o->receipt_ms != 0)
        (void)snprintf(out, WORDS, "receipted it %s, and has not confirmed that it erased", receipt);
    else
        (void)snprintf(out, WORDS, "is asked since %s and has given no receipt: %s%s", since, hold_sentence(o->hold),
                       o->what == OWED_WITHDRAWAL ? ". Until then it may read on: tell it outside refex" : "");
}

void find_owed_late(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->owed_count; i++) {
        const struct owed_summary *o = &f->owed[i];
        char late[WORDS];

        if (finding_of_owed(f, o) != FOUND_OWED_LATE)
            continue;
        write_late(o, late);
        finding_add(l, &(struct finding_item){.agency = &o->agency,
                                              .id = &o->subject,
                                              .since_ms = o->since_ms,
                                              .what = owed_name(o->what),
                                              .then = late});
    }
}

/* On a copy: withdrawals that the newer log may not know of. */
void find_untold(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->untold_count; i++)
        finding_add(l, &(struct finding_item){.agency = &f->untold[i].agency, .id = &f->untold[i].subject});
}
