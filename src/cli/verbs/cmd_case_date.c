#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/rendering/holder_view.h"
#include "cli/values.h"
#include "model/case_date.h"

static const char *kind_word(uint32_t number)
{
    return date_kind_name((enum date_kind)number);
}

static const char *kind_meaning(uint32_t number)
{
    return date_kind_says((enum date_kind)number);
}

static void write_staff(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_date *d = s->answer;

    holder_view_write(out, &d->staff, d->account);
}

static void write_until(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_date *d = s->answer;
    char until[11];

    render_day(d->until, until);
    bytes_append_text(out, d->until != 0 ? until : "ended");
}

static void write_counts(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_date *d = s->answer;
    char from[11];

    if (!d->counts)
        return;
    render_day(d->told_from, from);
    bytes_printf(out, "from %s", from);
    if (d->at_least != 0)
        bytes_printf(out, "; the law gives at least %u days: did it begin before it was said here?", d->at_least);
}

static const struct told_line date_columns[] = {
    {"SAID", .text = "{time}"},
    {"KIND", .text = "{kind}"},
    {"UNTIL", .write = write_until, .says = "until"},
    {"TOLD", .write = write_counts, .says = "counts told_from at_least_days"},
    {"BY", .write = write_staff, .says = "staff staff_account"},
    {0}};

static const struct told_form date_form = {
    .answer = &control_case_date_contract, .lines = date_columns, .json_only = "case label"};

static bool run_date(struct command *c, int *status, struct error *err)
{
    struct control_case_date_ask ask = {.ended = options_flag(&c->options, "ended")};

    (void)status;
    if (!values_name(&c->options, "kind", kind_word, DATE_KIND_END, 0, &ask.date, err) ||
        !values_day(&c->options, "until", &ask.until, err) ||
        !connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err))
        return false;
    return call_case_date_as_table(c, &ask, &date_form, "No day is kept of the case.", err);
}

const struct verb cmd_case_date = {
    .usage = "--home DIR CASE [--kind CODE (--until DATE | --ended)]",
    .summary = "Keep a day by which something ends for her, and be told before it comes; without: those of the case.",
    .help = "By who holds the case, or a supervisor. The newest of a kind counts, how it was stays. refex work and\n"
            "refex watch tell it to who holds the case, before it and when it is past, refex status what is past,\n"
            "until the next day is said, or --ended. Kind and day lie sealed with the case, and no log says them. Of\n"
            "a case that is closed nothing is told.",
    .syntax.own = {OPTION_VALUE("kind", "CODE", "what ends then"),
                   OPTION_VALUE("until", "DATE", "its last day: YYYY-MM-DD"),
                   OPTION_FLAG("ended", "there is no such day any more")},
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .terms = {{"--kind takes", kind_word, kind_meaning, DATE_KIND_END}},
    .forms = {&date_form},
    .run = run_date,
};
