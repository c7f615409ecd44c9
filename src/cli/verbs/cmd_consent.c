#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/list_options.h"
#include "cli/rendering/consent_terms_view.h"
#include "cli/rendering/consent_view.h"
#include "cli/rendering/withdrawal_view.h"
#include "cli/values.h"
#include "cli/verbs/consent_options.h"
#include "codec/told_rules.h"

/* --- record --- */

struct recorded_output {
    const struct control_consent *terms; /* NULL while asking */
    bool json;
    bool refused;
    bool dry_run;
    bool asking; /* before it is recorded: only what it withdraws is shown, to the person at the terminal */
    size_t ended;
    uint32_t until; /* its last day, as it is or would be recorded */
    bool for_adult; /* a guardian alone gives it, and the case says that she is an adult */
};

static void write_recorded(struct bytes *out, const struct told_shown *shown)
{
    const struct control_recorded_consent *r = shown->answer;
    const char *what = r->refused ? "refusal" : "consent";
    char id[IDENT_TEXT];
    char until[11];

    ident_write(&r->consent, id);
    render_day(r->until, until);
    if (r->would_record)
        bytes_printf(out, "would be recorded: %s for ", what);
    else
        bytes_printf(out, "%s %s for ", what, id);
    if (r->outside.size != 0)
        render_escaped(out, r->outside);
    else
        bytes_append_text(out, r->recipient.text);
    bytes_printf(out, "%s%s", r->refused ? "" : " until ", r->refused ? "" : until);
}

static const struct told_line recorded_lines[] = {
    {"", .write = write_recorded, "consent recipient until would_record outside"}, {0}};

/* What makes it doubtful is said before it is recorded. */
static const struct told_form recorded_form = {
    .answer = &control_recorded_consent_contract, .lines = recorded_lines, .json_only = "warnings"};

static void show_recorded(const struct recorded_output *r, const struct control_consent_recorded *line)
{
    const struct control_recorded_consent recorded = {.consent = line->consent,
                                                      .recipient = line->recipient,
                                                      .until = r->refused ? 0 : line->until, /* a no does not end */
                                                      .would_record = r->dry_run,
                                                      .outside =
                                                          r->terms != NULL ? r->terms->outside : (struct view){0},
                                                      .refused = r->refused,
                                                      .warnings = told_warnings(r->terms)};

    told_form_show(stdout, r->json, &recorded_form, &(struct told_shown){.answer = &recorded});
}

/* A yes that this no withdraws. */
static void show_ended(struct recorded_output *r, const struct control_consent *yes)
{
    r->ended++;
    if (r->json || !(r->asking || r->dry_run))
        withdrawal_view_show_ended(r->json, yes);
    else
        told_form_show(r->asking ? stderr : stdout, false, &withdrawal_view_foretold,
                       &(struct told_shown){.answer = yes});
}

static bool on_recorded(void *cookie, const struct control_consent_recorded *line, struct error *err)
{
    struct recorded_output *r = cookie;

    (void)err;
    r->for_adult = r->for_adult || line->for_adult;
    r->until = line->until;
    if (line->ends_count != 0)
        show_ended(r, &line->ends[0]);
    else if (!r->asking)
        show_recorded(r, line);
    return true;
}

/* Shown before anything is recorded: which agencies a kind means today. */
static void print_members(const struct consent_options *o)
{
    (void)fprintf(stderr, "refex: that is today:");
    for (size_t i = 0; i < o->to_count; i++)
        (void)fprintf(stderr, "%s %s", i > 0 ? "," : "", o->to[i].text);
    (void)fputc('\n', stderr);
}

static bool ask_record(struct command *c, const struct consent_options *o, bool dry_run, struct recorded_output *r,
                       struct error *err)
{
    struct control_consent_record_ask ask = o->ask;

    ask.dry_run = dry_run;
    ask.request_id =
        view_of_text(options_value(&c->options, "request-id") != NULL ? options_value(&c->options, "request-id") : "");
    r->json = c->json;
    r->refused = ask.refused;
    return call_consent_record(c, &ask, on_recorded, r, err);
}

/* What it will say. */
static struct control_consent terms_of(const struct control_consent_record_ask *ask)
{
    return (struct control_consent){.progress = ask->refused ? CONSENT_SAID_NO : CONSENT_STANDS,
                                    .grants = ask->grants,
                                    .grant_count = ask->grant_count,
                                    .given_by = ask->given_by,
                                    .notice = ask->notice,
                                    .language = ask->language,
                                    .interpreter = ask->interpreter,
                                    .seen_alone = ask->seen_alone,
                                    .told_irreversible = ask->told_irreversible,
                                    .outside = ask->outside};
}

/* What a yes says, to be compared with what she said before it stands. */
static bool read_back(const struct control_consent_record_ask *ask, const struct control_consent *t, uint32_t last_day)
{
    char until[11];

    for (size_t i = 0; i < ask->to_count; i++)
        (void)fprintf(stderr, "%s%s\n", i == 0 ? "for         " : "            ", ask->to[i].text);
    if (ask->outside.size != 0) {
        struct bytes outside = {.wiping = true};

        render_escaped(&outside, ask->outside);
        (void)fprintf(stderr, "for         %.*s\n", (int)outside.size, (const char *)outside.at);
        bytes_fini(&outside);
    }
    render_day(last_day, until);
    (void)fprintf(stderr, "until       %s\n", until);
    told_form_show(stderr, false, &consent_terms_view, &(struct told_shown){.answer = t});
    return asking_says_yes("Is this what was agreed? It is recorded then.");
}

/* A no withdraws each yes to that agency. At a terminal a person reads which, and decides; a script reads it in the
 * answer: a no is the safe direction and is not held up. A yes is read back and asked about, at a terminal. What cannot
 * be recorded is refused before anybody is asked. */
static bool decide(struct command *c, const struct consent_options *o, struct control_consent *t, bool *confirmed,
                   struct error *err)
{
    struct recorded_output r = {.asking = true};

    if (!ask_record(c, o, true, &r, err))
        return false;
    t->for_adult = r.for_adult;
    if (!o->ask.refused) {
        *confirmed = read_back(&o->ask, t, r.until);
        return true;
    }
    if (r.ended == 0)
        return true;
    (void)fputs("A no is a no to that agency for everything, whatever section and purpose it names.\n", stderr);
    *confirmed = asking_says_yes("Record her no, and withdraw that?");
    return true;
}

/* Whether she is an adult stands in her case, which the node opens. */
static bool read_age(struct command *c, const struct consent_options *o, struct control_consent *t, struct error *err)
{
    struct recorded_output r = {.asking = true};

    if (o->ask.refused || o->ask.given_by != GIVEN_BY_GUARDIAN)
        return true;
    if (!ask_record(c, o, true, &r, err))
        return false;
    t->for_adult = r.for_adult;
    return true;
}

static bool record(struct command *c, const struct consent_options *o, int *status, struct error *err)
{
    struct recorded_output r = {.dry_run = options_flag(&c->options, "dry-run")};
    struct control_consent terms = terms_of(&o->ask);
    bool is_asked = !r.dry_run && !options_flag(&c->options, "confirm") && asking_has_terminal(c);
    bool confirmed = true;

    if (!(is_asked ? decide(c, o, &terms, &confirmed, err) : read_age(c, o, &terms, err)))
        return false;
    if (!is_asked && !o->ask.refused && !c->json)
        consent_terms_warn(&terms, stderr); /* else it is read back */
    r.terms = &terms;
    if (confirmed)
        return ask_record(c, o, r.dry_run, &r, err);
    (void)fputs("Nothing was recorded, and nothing was withdrawn.\n", stderr);
    *status = 1;
    return true;
}

static bool check_request_id(const struct command *c, struct error *err)
{
    const char *id = options_value(&c->options, "request-id");

    return id == NULL || (id[0] != '\0' && strlen(id) <= BOUND_REQUEST_ID) ||
           error_set(err, E_USE_04, "--request-id has 1 to %d bytes", BOUND_REQUEST_ID);
}

static bool run_record(struct command *c, int *status, struct error *err)
{
    struct consent_options *o = xnew(sizeof *o);
    bool ok;

    consent_options_init(o);
    /* Errors that need no node are reported without one. */
    ok = check_request_id(c, err) && consent_options_read(c, o, err) && connection_open(c, REFEX_NODE, err) &&
         consent_options_names(c, o, err);
    if (ok && o->to_kind)
        print_members(o);
    ok = ok && record(c, o, status, err);
    consent_options_fini(o);
    free(o);
    return ok;
}

const struct verb cmd_consent_record = {
    .usage =
        "--home DIR --case CASE --section SECTION,… --to AGENCY,… --purpose PURPOSE --given-by WHO --language LANG "
        "--notice ID … | FILE.json",
    .summary =
        "Record what a person agreed to: which sections, for whom, for what, until when. One consent for each agency.",
    .help =
        "Example\n"
        "  refex consent record --case 4f… --section identity,contact --to shelter --purpose services --until "
        "2027-01-31 \\\n"
        "      --given-by self --language uk --notice leaflet-3 --seen-alone yes\n\n"
        "--to takes a kind of agency too, like Hospital: its members of today, which are shown, not those who come "
        "later;\n"
        "not for "
#define BY_NAME_0(word)
#define BY_NAME_1(word)                                           word ", "
#define SECTION_ROW(number, NAME, word, by_name, message, fields) BY_NAME_##by_name(word)
#include "model/case_rows.def"
        "which are granted by name.\n"
        "Each consent says that she may be referred; with --section none that is all it says.\n"
        "A no is recorded with --refused: it opens nothing. It is a no to that agency for everything, whatever section "
        "and\n"
        "purpose it names: each yes to it that stands is withdrawn with it, and later erased here and there. At a "
        "terminal\n"
        "it says first which, and asks; not with --confirm, nor in a script, which reads it in the answer. --dry-run "
        "only\n"
        "says it. To keep what she still agrees to, record that as a new consent after the no.\n"
        "A yes is read back at a terminal and asked about before it stands.\n"
        "Where what is told cannot be taken back (police, courts), record with --told-irreversible that she was told "
        "so.\n"
        "--to outside: is for somebody who is no member of the federation: it asks who, so that no name stands in a "
        "command;\nthen refex referral print.\n"
        "The same fields may stand in FILE.json (- for standard input).",
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("case", "CASE", "whose consent"),
                   OPTION_LIST("section", "SECTION,…|none", "sections she agreed to share; none: she may be referred"),
                   OPTION_LIST("except", "FIELD,…", "fields of them that she did not, by HTCDS name"),
                   OPTION_LIST("to", "AGENCY|KIND,…|outside:", "with whom"),
                   OPTION_VALUE("purpose", "PURPOSE", "services, case-management, protection, …"),
                   OPTION_VALUE("until", "DATE", "last day (90 days from now unless said, 12 months at most)"),
                   OPTION_LIST("onward", "none|ask-first|named:AGENCY", "whether they may pass it on, and to whom"),
                   OPTION_VALUE("keep-until", "DATE", "how long they may keep it (otherwise as --until)"),
                   OPTION_VALUE("given-by", GIVEN_BY_CHOICES, "who gave it"),
                   OPTION_VALUE("language", "LANG",
                                "in which it was explained: a code of docs/FIELDS.md, like uk or ukr"),
                   OPTION_VALUE("notice", "ID", "the information sheet that was used, with its version"),
                   OPTION_VALUE("seen-alone", "yes|no", "whether she was seen alone"),
                   OPTION_VALUE("interpreter", INTERPRETER_CHOICES, "who interpreted"),
                   OPTION_FLAG("told-irreversible", "she was told that it cannot be taken back"),
                   OPTION_FLAG("refused", "she said no to these agencies, for everything"),
                   OPTION_FLAG("confirm", "do not ask, at a terminal either"),
                   OPTION_VALUE("request-id", "ID", "the caller's own id: asking again records nothing"),
                   OPTION_FLAG("dry-run", "say what would be recorded and withdrawn; nothing is")},
    .forms = {&recorded_form, &withdrawal_view_ended},
    .lists = {{"section", values_section, SECTION_END},
              {"purpose", values_purpose, PURPOSE_END},
              {"given-by", values_given_by, GIVEN_BY_END}},
    .run = run_record,
};

/* --- list, show --- */

static const char *state_name(uint32_t n)
{
    return consent_progress_name((enum consent_progress)n);
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    struct control_list_choice choice;
    struct control_consent_list_ask ask = {.choice = &choice};
    const char *of = options_value(&c->options, "case");

    (void)status;
    if (!options_not_both(&c->options, "in", "own", err) ||
        (of != NULL && !connection_ident(c, REFEX_NODE_OR_READER, CASE_ID, of, &ask.case_id, err)) ||
        !list_options_read(c, CONSENT_ID, "consent", &choice, err) || !list_options_read_span(c, &choice, err) ||
        !list_options_read_with(c, state_name, CONSENT_PROGRESS_END, &choice, err))
        return false;
    if (of != NULL)
        c->page.limit = 0; /* of one case all are shown */
    choice.direction = options_flag(&c->options, "own")  ? DIRECTION_OUT
                       : options_flag(&c->options, "in") ? DIRECTION_IN
                                                         : 0;
    ask.choice_count = list_options_count(&choice);
    return call_consent_list_as_table(c, &ask, &consent_view_listed, "There are no consents here.", err);
}

const struct verb cmd_consent_list = {
    .usage = "--home DIR [--case CASE | [--in | --own] [--state STATE] [--agency AGENCY] [--since TIME] [--until TIME] "
             "[--sort newest|oldest] [--limit N] [--after ID]]",
    .summary = "The consents this node recorded or came to hold, and where each stands.",
    .syntax.own =
        {
#define LIST_OPTION LIST_CONSENTS
#include "cli/list_options.def"
        },
    .lists = {{"state", state_name, CONSENT_PROGRESS_END}},
    .forms = {&consent_view_listed},
    .run = run_list,
};

static bool on_shown(void *cookie, const struct control_consent *s, struct error *err)
{
    (void)err;
    consent_view_show(((const struct command *)cookie)->json, s);
    return true;
}

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct control_consent_show_ask ask;

    (void)status;
    return connection_ident(c, REFEX_NODE_OR_READER, CONSENT_ID, c->options.words[0], &ask.consent, err) &&
           call_consent_show(c, &ask, on_shown, c, err);
}

const struct verb cmd_consent_show = {
    .usage = "--home DIR CONSENT",
    .summary = "One consent: for whom, for what, until when, and what became of it.",
    .syntax.needs = {"CONSENT"},
    .syntax.max_words = 1,
    .forms = {&consent_view_shown},
    .run = run_show,
};
