/* Letters to somebody outside the federation: referral print, referral answer-outside. */
#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/rendering/letter_paper.h"
#include "cli/values.h"
#include "model/case_fields.h"
#include "output/told_form.h"

/* --- what is in it --- */

static void write_outside(struct bytes *out, const struct told_shown *s)
{
    render_escaped(out, ((const struct control_letter *)s->answer)->outside);
}

static void write_held_back(struct bytes *out, const struct told_shown *s)
{
    const struct control_letter *l = s->answer;

    for (size_t i = 0; i < l->held_back_count; i++)
        bytes_printf(out, "%s%s: %s", i > 0 ? "\nheld back   " : "", section_name(l->held_back[i].section),
                     denial_says(l->held_back[i].why));
}

static void write_left_out(struct bytes *out, const struct told_shown *s)
{
    const struct control_letter *l = s->answer;

    for (size_t i = 0; i < l->left_out_count; i++) {
        bytes_printf(out, "%s%s:", i > 0 ? "\nleft out    " : "", section_name(l->left_out[i].section));
        for (size_t n = 0; n < l->left_out[i].field_count; n++)
            bytes_printf(out, "%s %s", n > 0 ? "," : "", case_field_ref_name(l->left_out[i].fields[n]));
    }
}

static const struct told_line contents[] = {
    {"for         ", .write = write_outside, .says = "outside"},
    {"consent     ", .text = "{consent} until {until}, for {purpose}"},
    {"asks for    ", .text = "{services}, {urgency}"},
    {"in it       ", .text = "{shared}"},
    {"left out    ", .write = write_left_out, .says = "left_out"},
    {"held back   ", .write = write_held_back, .says = "held_back"},
    {"Nothing was printed; this is what would be. ", .text = "", .when = "dry_run"},
    {0}};

static const struct told_form contents_form = {.answer = &control_letter_contract,
                                               .ask = &control_referral_print_ask_contract,
                                               .lines = contents,
                                               .json_only = "letter from printed"}; /* the paper says them */

/* --- print --- */

struct letter_output {
    const struct command *command;
    struct control_referral_print_ask ask;
    uint32_t services[BOUND_SERVICES];
    bool preview; /* it is shown on standard error before a person decides */
};

static bool add_service(void *cookie, const char *part, struct error *err)
{
    struct letter_output *o = cookie;
    size_t at = o->ask.service_count;
    uint32_t number;

    if (!values_find_number("service", part, values_service, SERVICE_END, &number, err))
        return false;
    for (size_t i = 0; i < o->ask.service_count; i++)
        if (o->services[i] == number)
            return true;
    if (at == BOUND_SERVICES)
        return error_set(err, E_USE_04, "--service names more than %d services", BOUND_SERVICES);
    for (; at > 0 && o->services[at - 1] > number; at--)
        o->services[at] = o->services[at - 1];
    o->services[at] = number;
    o->ask.service_count++;
    return true;
}

static bool print_pages(const struct control_letter *l, struct error *err)
{
    struct bytes text = {.wiping = true};
    struct case_view view;
    bool ok = true;

    case_view_init(&view);
    for (size_t i = 0; ok && i < l->data_count; i++)
        ok = case_view_add(&view, l->data[i].section, l->data[i].data, err);
    if (ok) {
        letter_paper_write(l, &view, &text);
        (void)fwrite(text.at, 1, text.size, stdout);
        render_warning("this is recorded as exported; paper cannot be recalled, whatever she says later");
    }
    bytes_fini(&text);
    case_view_fini(&view);
    return ok;
}

static bool on_letter(void *cookie, const struct control_letter *l, struct error *err)
{
    const struct letter_output *o = cookie;

    if (!o->ask.dry_run)
        return print_pages(l, err);
    told_form_show(o->preview ? stderr : stdout, o->command->json, &contents_form,
                   &(struct told_shown){.answer = l, .ask = &o->ask});
    return true;
}

static bool read_print(struct command *c, struct letter_output *o, struct error *err)
{
    uint32_t urgency;

    o->ask.services = o->services;
    o->ask.dry_run = options_flag(&c->options, "dry-run");
    if (!values_each_part(&c->options, "service", add_service, o, err) ||
        !values_name(&c->options, "urgency", values_urgency, URGENCY_END, URGENCY_NORMAL, &urgency, err))
        return false;
    o->ask.urgency = (enum urgency)urgency;
    if (o->ask.service_count == 0)
        return error_set(err, E_USE_02, "--service is missing: what is asked for, like SHELTER,MEDICAL");
    if (c->json && !o->ask.dry_run)
        return error_set(err, E_USE_03, "--json goes with --dry-run: a letter is paper");
    return connection_ident(c, REFEX_NODE, CONSENT_ID, c->options.words[0], &o->ask.consent, err);
}

/* What cannot be undone is said before; a script reads it with --dry-run. */
static bool decide(struct command *c, struct letter_output *o, bool *confirmed, struct error *err)
{
    if (o->ask.dry_run || options_flag(&c->options, "confirm") || !asking_has_terminal(c))
        return true;
    o->ask.dry_run = o->preview = true;
    if (!call_referral_print(c, &o->ask, on_letter, o, err))
        return false;
    o->ask.dry_run = o->preview = false;
    *confirmed = asking_says_yes("Print it? Paper cannot be recalled.");
    return true;
}

static bool run_print(struct command *c, int *status, struct error *err)
{
    struct letter_output o = {.command = c};
    bool confirmed = true;

    if (!read_print(c, &o, err) || !connection_open(c, REFEX_NODE, err) || !decide(c, &o, &confirmed, err))
        return false;
    if (confirmed)
        return call_referral_print(c, &o.ask, on_letter, &o, err);
    (void)fputs("Nothing was printed.\n", stderr);
    *status = 1;
    return true;
}

const struct verb cmd_referral_print = {
    .usage = "--home DIR CONSENT --service SERVICE,… [--urgency " URGENCY_CHOICES "] [--confirm | --dry-run]",
    .summary = "A letter to somebody outside the federation: what the consent that names them covers, and no more.",
    .help = "Example\n"
            "  refex referral print 4f3a9c02 --service MEDICAL --urgency urgent | lp\n\n"
            "CONSENT is one that was recorded for somebody outside (refex consent record --to outside:). What is "
            "printed cannot be\n"
            "recalled; it is recorded as exported, and consent show lists it. At a terminal it says first what would "
            "be in it, and\n"
            "asks. What they answer is entered with refex referral answer-outside.",
    .syntax.needs = {"CONSENT"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_LIST("service", "SERVICE,…", "what is asked for: SHELTER, MEDICAL, …: all of them below"),
                   OPTION_VALUE("urgency", "URGENCY", "emergency, urgent or normal"),
                   OPTION_FLAG("confirm", "do not ask, at a terminal either"),
                   OPTION_FLAG("dry-run", "say what would be in it, and print nothing")},
    .lists = {{"service", values_service, SERVICE_END}},
    .forms = {&contents_form},
    .run = run_print,
};

/* --- the answer --- */

static const struct told_line answered[] = {
    {"letter ", .text = "{letter}, printed {printed}, {urgency}: {services}; in it {sections}"},
    {"answered ", .text = "{answered}: {answer}", .when = "answer"},
    {0}};

static const struct told_form answered_form = {.answer = &control_consent_letter_contract, .lines = answered};

static const char *answer_word(uint32_t n)
{
    return letter_answer_name((enum letter_answer)n);
}

static bool run_answer(struct command *c, int *status, struct error *err)
{
    struct control_referral_answer_outside_ask ask = {.letter = options_number(&c->options, "letter", 0)};
    uint32_t answer;

    (void)status;
    if (!values_name(&c->options, "answer", answer_word, LETTER_ANSWER_END, 0, &answer, err))
        return false;
    ask.answer = (enum letter_answer)answer;
    return connection_ident(c, REFEX_NODE, CONSENT_ID, c->options.words[0], &ask.consent, err) &&
           call_referral_answer_outside_as_lines(c, &ask, &answered_form, NULL, err);
}

const struct verb cmd_referral_answer_outside = {
    .usage = "--home DIR CONSENT --answer accepted|waitlisted|declined [--letter N]",
    .summary = "Enter what somebody outside the federation said to a letter.",
    .help = "The newest letter under the consent, unless --letter says which (refex consent show lists them). The "
            "newest answer\n"
            "counts. What else they said: refex case note.",
    .syntax.needs = {"CONSENT"},
    .syntax.max_words = 1,
    .syntax
        .own = {{.name = "answer", .argument = "ANSWER", .help = "accepted, waitlisted or declined", .is_needed = true},
                {.name = "letter",
                 .argument = "N",
                 .help = "which letter under that consent",
                 .min = 1,
                 .max = BOUND_LETTERS}},
    .forms = {&answered_form},
    .run = run_answer,
};
