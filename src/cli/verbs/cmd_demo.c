#include "cli/verbs/cmd.h"

#include <inttypes.h>

#include "codec/control_messages.h"
#include "demo/demo.h"
#include "output/told_form.h"

static const struct told_line check_lines[] = {{"    [held] ", .text = "{check}", .when = "held"},
                                               {"    [DID NOT HOLD] ", .text = "{check}", .when = "!held"},
                                               {0}};

static const struct told_form check_form = {
    .answer = &control_demo_check_contract, .lines = check_lines, .json_only = "step" /* its title stands above */};

static void write_of_all(struct bytes *out, const struct told_shown *shown)
{
    const struct control_demo_summary *s = shown->answer;

    bytes_printf(out, "%" PRIu32 " things that were shown were checked and held, in %" PRIu64 ".%" PRIu64 " seconds.",
                 s->held + s->not_held, s->took_ms / 1000, s->took_ms % 1000 / 100);
}

static const struct told_line summary_lines[] = {
    {"", .text = "{held} of ", write_of_all, "held not_held milliseconds"},
    {"Everything is left in ",
     .text = "{kept}. Look around, for example:\n"
             "    refex audit list --home {kept}/lantern\n"
             "    refex node run --home {kept}/bridge",
     .when = "kept"},
    {"Its folder was removed; ", .text = "refex demo --keep DIR leaves it. To begin in earnest: docs/OPERATING.md.",
     .when = "!kept"},
    {0}};

static const struct told_form summary_form = {.answer = &control_demo_summary_contract, .lines = summary_lines};

static const struct told_line holdings_lines[] = {{"section", .text = "{agency}"}, {0}};

static const struct told_form holdings_form = {
    .answer = &control_demo_holdings_contract, .lines = holdings_lines, .cells = "sections knows erased"};

static void tell(bool json, const struct told_form *f, const void *answer, struct bytes *out)
{
    const struct told_shown shown = {.answer = answer};

    if (json)
        told_form_show(stdout, true, f, &shown);
    else
        told_form_write(f, &shown, out);
}

static void tell_check(bool json, const struct printer_check *c, struct bytes *out)
{
    tell(json, &check_form, &(struct control_demo_check){c->step, view_of_text(c->what), c->held}, out);
}

static void tell_summary(bool json, const struct printer_summary *s, struct bytes *out)
{
    const struct control_demo_summary summary = {.held = s->held,
                                                 .not_held = s->not_held,
                                                 .took_ms = (uint64_t)s->took_ms,
                                                 .kept = s->kept != NULL ? view_of_text(s->kept) : view_of(NULL, 0)};

    tell(json, &summary_form, &summary, out);
}

static struct control_demo_holdings holdings_of(const struct printer_holdings *h)
{
    return (struct control_demo_holdings){
        .agency = view_of_text(h->agency), .sections = h->sections, .knows = h->knows, .erased = h->erased};
}

static void tell_holdings(bool json, const struct printer_holdings *h, size_t count, struct bytes *out)
{
    struct control_demo_holdings told[DEMO_AGENCIES];
    struct told_shown shown[DEMO_AGENCIES];

    REQUIRE(count <= DEMO_AGENCIES);
    for (size_t i = 0; i < count; i++) {
        told[i] = holdings_of(&h[i]);
        shown[i] = (struct told_shown){.answer = &told[i]};
        if (json)
            tell(true, &holdings_form, &told[i], out);
    }
    if (!json)
        told_form_columns(&holdings_form, shown, count, "    ", out);
}

static const char *tell_holding(const struct printer_holdings *h, enum section s)
{
    const struct control_demo_holdings told = holdings_of(h);

    return told_form_cell(&holdings_form, &(struct told_shown){.answer = &told}, section_name(s));
}

static const struct printer_forms forms = {tell_check, tell_summary, tell_holdings, tell_holding};

static bool run_demo(struct command *c, int *status, struct error *err)
{
    const struct demo_options options = {.keep_path = options_value(&c->options, "keep"),
                                         .forms = &forms,
                                         .json = c->json,
                                         .slow = options_flag(&c->options, "slow")};
    bool all_held = true;
    bool ok = demo_play(&options, &all_held, err);

    *status = all_held ? 0 : 1;
    return ok;
}

const struct verb cmd_demo = {
    .usage = "[--keep DIR] [--slow]",
    .summary = "Five invented agencies on this machine play one case through, in a few seconds, and end by themselves.",
    .help = "Everything is real but the people: nodes, keys, certificates, sealed messages, audit logs. Nothing leaves "
            "127.0.0.1, and\n"
            "nothing is left running. 0: all that was shown held. 1: something did not, and it is named.\n\n"
            "Examples\n"
            "  refex demo\n"
            "  refex demo --slow               told in two minutes\n"
            "  refex demo --keep /tmp/five     leaves the agencies' folders to look at",
    .syntax.own = {OPTION_VALUE("keep", "DIR", "leave the agencies' folders in DIR, which is new or empty"),
                   OPTION_FLAG("slow", "with pauses for reading, about two minutes")},
    .forms = {&check_form, &holdings_form, &summary_form},
    .run = run_demo,
};
