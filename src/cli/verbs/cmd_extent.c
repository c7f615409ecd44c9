/* How far an incident reaches: what could be read here, and what was done with it since. */
#include "cli/verbs/cmd.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/calls.h"
#include "cli/extent.h"
#include "cli/values.h"
#include "codec/audit_messages.h"
#include "model/spoken_id.h"
#include "output/told_form.h"

#define PAGE 500 /* records of one request, as of `audit list` */

/* --- counting --- */

static bool on_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    (void)err;
    extent_add_case(cookie, &c->case_id);
    return true;
}

static bool on_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    (void)err;
    extent_add_referral(cookie, r);
    return true;
}

static bool on_consent(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)err;
    extent_add_consent(cookie, c);
    return true;
}

static bool on_draft(void *cookie, const struct control_draft *d, struct error *err)
{
    (void)err;
    extent_add_draft(cookie, d);
    return true;
}

static bool on_kept(void *cookie, const struct control_incident_kept *k, struct error *err)
{
    (void)err;
    ((struct extent *)cookie)->total.kept_cases = k->cases;
    return true;
}

struct log_reading {
    struct extent *extent;
    uint64_t next;
    uint32_t count;
};

static bool on_record(void *cookie, const struct control_audit_entry *e, struct error *err)
{
    struct log_reading *l = cookie;
    struct arena arena = {0};
    struct record r;
    bool ok = record_decode(e->record, &arena, &r, err);

    if (ok) {
        l->next = r.index + 1;
        l->count++;
        extent_take(l->extent, &r);
    }
    arena_fini(&arena);
    return ok;
}

static bool count_log(struct command *c, enum log_id log, struct extent *e, struct error *err)
{
    struct control_audit_list_ask ask = {.log = log, .since_ms = e->since_ms, .limit = PAGE};
    struct log_reading l = {.extent = e};

    do {
        l.count = 0;
        ask.from = l.next;
        if (!call_audit_list(c, &ask, on_record, &l, err))
            return false;
    } while (l.count == PAGE);
    return true;
}

static bool on_status(void *cookie, const struct control_status *s, struct error *err)
{
    (void)err;
    ((struct extent *)cookie)->total.storage_key_plain = s->storage_key_plain;
    return true;
}

static bool count_lists(struct command *c, struct extent *e, struct error *err)
{
    const struct control_case_list_ask cases = {.choice_count = 0};
    const struct control_referral_list_ask came = {.direction = DIRECTION_IN};
    const struct control_referral_list_ask sent = {.direction = DIRECTION_OUT};
    const struct control_consent_list_ask consents = {.choice_count = 0};

    return call_case_list(c, &cases, on_case, e, err) && call_referral_list(c, &came, on_referral, e, err) &&
           call_referral_list(c, &sent, on_referral, e, err) && call_consent_list(c, &consents, on_consent, e, err) &&
           call_draft_list(c, NULL, on_draft, e, err);
}

/* Who may list cases and read the logs is a supervisor: all others are refused by one of them. */
static bool count(struct command *c, struct extent *e, struct error *err)
{
    if (!count_lists(c, e, err) || !call_status(c, NULL, on_status, e, err))
        return false;
    extent_seal(e);
    if (!count_log(c, LOG_HOUSE, e, err) || !count_log(c, LOG_EXCHANGE, e, err) ||
        !call_incident_kept(c, NULL, on_kept, e, err))
        return false;
    extent_end(e);
    return true;
}

/* --- said --- */

static void write_label(struct bytes *out, const struct told_shown *s)
{
    const struct control_extent_subject *one = s->answer;
    char label[BOUND_SPOKEN_ID];

    if (ident_is_zero(&one->case_id))
        code_name_write(&one->referral, label);
    else
        case_label_write(&one->case_id, label);
    bytes_append_text(out, label);
}

static const struct told_line subject_columns[] = {{"CASE OR REFERRAL", .write = write_label, "case referral"},
                                                   {"OPENED", .text = "{opened}"},
                                                   {"TAKEN OUT", .text = "{taken_out}"},
                                                   {"SENT", .text = "{sent}"},
                                                   {"ERASED SINCE", .text = "{erased_since}"},
                                                   {"WITHHELD FROM YOU", .text = "{withheld}"},
                                                   {0}};

static const struct told_form subject_form = {.answer = &control_extent_subject_contract, .lines = subject_columns};

static void write_consequences(struct bytes *out, const struct told_shown *s)
{
    const struct control_extent *e = s->answer;

    if (e->storage_key_plain)
        bytes_append_text(out, "who has this disk, or a copy of the folder, reads all of it: its storage key is plain");
    else
        bytes_append_text(out, "who has this disk, or a copy of the folder, reads none of it without the passphrase");
}

static const struct told_line total_lines[] = {
    {"Since ", .text = "{since}, as a supervisory authority asks for it (GDPR Art. 33(3)):"},
    {"a  nature        ",
     .text =
         "opened {opened} times ({opened_cases} cases and referrals), taken out on paper {taken_out} times, sent to "
         "other agencies {sent} times"},
    {"                 ", .text = "{searches} searches, {refused} requests refused, logs read {logs_read} times"},
    {"   persons       ",
     .text = "could be read: {cases} cases, {referrals} referrals that came, {erased} that were erased since"},
    {"   records       ", .text = "{consents} consents, with what was exchanged under them; {drafts} drafts"},
    {"   not shown     ",
     .text = "{kept_cases} cases that you are kept from, with what belongs to them: another supervisor has to ask, too",
     .when = "kept_cases"},
    {"   not shown     ", .text = "{withheld_cases} cases that the logs name and no list of yours has",
     .when = "withheld_cases"},
    {"   not shown     ",
     .text = "{of_no_line} times that something was opened, taken out or sent are of no line of the table",
     .when = "of_no_line"},
    {"b  contact       ", .text = "who answers for it at this agency: refex entry show has its phone"},
    {"c  consequences  ", .write = write_consequences, .says = "storage_key_plain"},
    {"d  measures      ",
     .text = "what you do about it; docs/OPERATING.md, After a theft or an intrusion, has what refex can"},
    {0}};

static const struct told_form total_form = {.answer = &control_extent_contract, .lines = total_lines};

static void show_csv(const struct extent *e)
{
    (void)puts("case,referral,opened,taken_out,sent,erased_since,withheld");
    for (size_t i = 0; i < e->count; i++) {
        const struct control_extent_subject *s = &e->subjects[i];
        char id[IDENT_TEXT];

        ident_write(ident_is_zero(&s->case_id) ? &s->referral : &s->case_id, id);
        (void)printf("%s,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s,%s\n", ident_is_zero(&s->case_id) ? "" : id,
                     ident_is_zero(&s->case_id) ? id : "", s->opened, s->taken_out, s->sent, s->erased ? "yes" : "no",
                     s->withheld ? "yes" : "no");
    }
}

/* To people only what something was done with: the others are counted. */
static void show_subjects(const struct extent *e, bool json)
{
    struct render_table table;
    const char *titles[RENDER_COLUMNS_MAX];

    told_form_table(&subject_form, titles, &table);
    for (size_t i = 0; i < e->count; i++) {
        const struct control_extent_subject *s = &e->subjects[i];
        const struct told_shown shown = {.answer = s};

        if (json)
            told_form_show(stdout, true, &subject_form, &shown);
        else if (s->opened + s->taken_out + s->sent > 0 || s->erased || s->withheld)
            told_form_row(&subject_form, &shown, &table);
    }
    if (!json)
        render_table_end(&table, "The logs say of no case that anything was done with it since then.");
}

static bool run_extent(struct command *c, int *status, struct error *err)
{
    int64_t since = 0;
    struct extent e;
    const char *text;
    bool ok;

    (void)status;
    if (!options_required_value(&c->options, "since", &text, err) || !values_time(&c->options, "since", &since, err) ||
        !connection_open(c, REFEX_NODE, err))
        return false;
    if (c->json && options_flag(&c->options, "csv"))
        return error_set(err, E_USE_03, "--json and --csv contradict each other");
    if (since > clock_now_ms(&clock_real))
        return error_set(err, E_USE_04, "--since is a time that has not come: nothing could have been done since");
    extent_init(&e, since);
    ok = count(c, &e, err);
    if (ok && options_flag(&c->options, "csv")) {
        show_csv(&e);
    } else if (ok) {
        show_subjects(&e, c->json);
        told_form_show(stdout, c->json, &total_form, &(struct told_shown){.answer = &e.total});
    }
    extent_fini(&e);
    return ok;
}

const struct verb cmd_incident_extent = {
    .usage = "--home DIR --since TIME [--csv]",
    .summary = "After a theft or an intrusion: what could be read here, and what was done with it since, by case.",
    .help =
        "For a supervisor. What the logs say that was opened, taken out on paper and sent since then, by case, and\n"
        "all that could be read, as the authority's form asks for it. It says nothing of what somebody did who\n"
        "went round refex: with the keys of this node he reads all that could be read. Of cases that you are kept\n"
        "from it has how many, and by id those that the logs name. That the logs were read is recorded.",
    .syntax.own = {OPTION_VALUE("since", "TIME", "when it may have begun; a day or a time (UTC)"),
                   OPTION_FLAG("csv", "every case and referral, as a table for a spreadsheet")},
    .forms = {&subject_form, &total_form},
    .run = run_extent,
};
