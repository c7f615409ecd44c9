#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/values.h"
#include "model/case_fields.h"
#include "model/spoken_id.h"

/* --- merge --- */

/* What came; taken back (--part), what went out again. */
static void write_fields(struct bytes *out, const struct control_case_moved *m, bool is_taken_back)
{
    if (m->field_count == 0)
        return;
    bytes_append_text(out, is_taken_back ? "went out again " : "came ");
    for (size_t i = 0; i < m->field_count; i++)
        bytes_printf(out, "%s%s", i > 0 ? ", " : "", case_field_ref_name(m->fields[i]));
    bytes_append_text(out, is_taken_back ? "" : ": they leave under a consent that is recorded from now on");
}

static void write_merged_fields(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_merge_ask *ask = s->ask;

    write_fields(out, s->answer, ask->part);
}

static void write_moved_fields(struct bytes *out, const struct told_shown *s)
{
    write_fields(out, s->answer, false);
}

/* What was done. */
static void write_done(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_merge_ask *ask = s->ask;
    const struct control_case_moved *m = s->answer;
    char into[BOUND_SPOKEN_ID];
    char from[BOUND_SPOKEN_ID];

    case_label_write(&m->case_id, into);
    case_label_write(&m->from, from);
    if (ask->part)
        bytes_printf(out, "%s is a case of its own again, apart from %s", from, into);
    else
        bytes_printf(out, "%s is merged into %s: work with that one", from, into);
}

static void write_from(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_moved *m = s->answer;
    char label[BOUND_SPOKEN_ID];
    char id[IDENT_TEXT];

    case_label_write(&m->from, label);
    ident_write(&m->from, id);
    bytes_printf(out, "%s, %s, version %u", label, id, (unsigned)m->from_version);
}

#define BOTH_LINES                                                                                                     \
    {"case ", .text = "{label}, {case}, version {version}"},                                                           \
    {                                                                                                                  \
        "from ", .write = write_from, .says = "from from_version"                                                      \
    }
#define DIFFERING_LINE                                                                                                 \
    {                                                                                                                  \
        "both say something else ", .text = "{differing}: ask her", .when = "differing"                                \
    }

static void write_ended(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_moved *m = s->answer;

    for (size_t i = 0; i < m->ended_count; i++) {
        char id[IDENT_TEXT];

        ident_write(&m->ended[i].consent, id);
        bytes_printf(out, "\n  %s  %s", m->ended[i].recipient.text, id);
    }
}

#define ENDED_LINE                                                                                                     \
    {                                                                                                                  \
        "withdrawn: ", .text = "{consents_withdrawn:consents}, since she said no to the same agency later",            \
                       .write = write_ended, .says = "withdrawn", .when = "consents_withdrawn"                         \
    }

static const struct told_line merged_lines[] = {
    {"nothing is changed", .text = ", this is what would come:", .when = "dry_run"},
    {"", .write = write_done, .when = "!dry_run"},
    BOTH_LINES,
    {"", .write = write_merged_fields, .says = "fields"},
    DIFFERING_LINE,
    ENDED_LINE,
    {0}};
static const struct told_line moved_lines[] = {BOTH_LINES,
                                               {"", .write = write_moved_fields, .says = "fields"},
                                               {"note ", .text = "{note} there", .when = "note"},
                                               DIFFERING_LINE,
                                               {0}};

static const struct told_form merged_form = {.ask = &control_case_merge_ask_contract,
                                             .answer = &control_case_moved_contract,
                                             .lines = merged_lines,
                                             .json_only = "note" /* of a move */};

static const struct told_form moved_form = {.answer = &control_case_moved_contract,
                                            .lines = moved_lines,
                                            .json_only = "consents_withdrawn withdrawn" /* of a merge */};

static bool on_foreseen(void *cookie, const struct control_case_moved *m, struct error *err)
{
    const struct control_case_merge_ask foreseen = {.dry_run = true};

    (void)err;
    *(uint64_t *)cookie = m->withdrawn;
    if (m->withdrawn != 0)
        told_form_show(stderr, false, &merged_form, &(struct told_shown){.ask = &foreseen, .answer = m});
    return true;
}

/* That a consent is withdrawn cannot be undone, though a merge can: at a terminal it is asked about. */
static bool ask_about_ended(struct command *c, struct control_case_merge_ask *ask, bool *goes_on, struct error *err)
{
    struct control_case_merge_ask look = *ask;
    uint64_t withdrawn = 0;

    *goes_on = true;
    ask->withdraw = options_flag(&c->options, "yes");
    if (ask->part || ask->dry_run || ask->withdraw || !asking_has_terminal(c))
        return true;
    look.dry_run = true;
    if (!call_case_merge(c, &look, on_foreseen, &withdrawn, err))
        return false;
    if (withdrawn == 0)
        return true;
    *goes_on = ask->withdraw =
        asking_says_yes("What was exchanged under these is erased here and there. Is it one person?");
    if (!*goes_on)
        (void)fputs("Nothing was changed.\n", stderr);
    return true;
}

static bool run_merge(struct command *c, int *status, struct error *err)
{
    struct control_case_merge_ask ask = {.part = options_flag(&c->options, "part"),
                                         .dry_run = options_flag(&c->options, "dry-run")};
    const char *into;
    bool goes_on;

    if (!options_required_value(&c->options, "into", &into, err) ||
        !connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.from, err) ||
        !connection_ident(c, REFEX_NODE, CASE_ID, into, &ask.case_id, err) || !ask_about_ended(c, &ask, &goes_on, err))
        return false;
    *status = goes_on ? 0 : 1;
    return !goes_on || call_case_merge_as_lines(c, &ask, &merged_form, NULL, err);
}

const struct verb cmd_case_merge = {
    .usage = "--home DIR CASE --into OTHER [--part] [--yes | --dry-run]",
    .summary = "Two cases are of one person: OTHER gets what it lacks, and CASE stays as it is.",
    .help = "What both say and not the same stays in either and is named. CASE is found as OTHER; its consents and\n"
            "referrals stay with it, and nobody writes into it. What came leaves OTHER only under a consent that is\n"
            "recorded from then on. Who is kept from CASE is kept from OTHER. Where she said yes in the one, and\n"
            "later no to the same agency in the other, that yes is withdrawn: that is said before, and asked about or\n"
            "said with --yes. With --part it is taken back: what came and was not changed since goes out of OTHER\n"
            "again, and CASE is a case of its own; who is kept from OTHER stays so.",
    .syntax.own = {OPTION_VALUE("into", "OTHER", "the case that stays"),
                   OPTION_FLAG("part", "they are not of one person after all"),
                   OPTION_FLAG("yes", "what a later no ends is withdrawn"),
                   OPTION_FLAG("dry-run", "say what would come, and change nothing")},
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&merged_form},
    .run = run_merge,
};

/* --- move --- */

struct moving {
    uint32_t fields[CONSENT_FIELDS];
    size_t count;
};

static bool add_field(void *cookie, const char *part, struct error *err)
{
    struct moving *m = cookie;
    uint32_t ref = case_field_ref_find(view_of_text(part));
    size_t at = m->count;

    if (ref == 0)
        return error_set(err, E_USE_03, "--field %s: there is no such field (docs/FIELDS.md)", part);
    if (field_ref_is_among(ref, m->fields, m->count))
        return true;
    if (m->count == CONSENT_FIELDS)
        return error_set(err, E_USE_04, "--field names too many");
    for (; at > 0 && m->fields[at - 1] > ref; at--)
        m->fields[at] = m->fields[at - 1];
    m->fields[at] = ref;
    m->count++;
    return true;
}

static bool run_move(struct command *c, int *status, struct error *err)
{
    struct control_case_move_ask ask = {.note = options_number(&c->options, "note", 0)};
    struct moving m = {.count = 0};
    const char *to;

    (void)status;
    if (!options_required_value(&c->options, "to", &to, err) || !options_not_both(&c->options, "field", "note", err) ||
        !values_each_part(&c->options, "field", add_field, &m, err))
        return false;
    if (m.count == 0 && ask.note == 0)
        return error_set(err, E_USE_02, "--field or --note is missing: what is moved");
    ask.fields = m.fields;
    ask.field_count = m.count;
    return connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.from, err) &&
           connection_ident(c, REFEX_NODE, CASE_ID, to, &ask.case_id, err) &&
           call_case_move_as_lines(c, &ask, &moved_form, NULL, err);
}

const struct verb cmd_case_move = {
    .usage = "--home DIR CASE --to OTHER (--field NAME,… | --note N)",
    .summary = "Put what was written into the wrong case into the right one.",
    .help =
        "Either case keeps how it was, and that it was moved; a note keeps its time and who wrote it. A field that\n"
        "OTHER has already, and says otherwise, is not moved. Triage repeats an age: name ext_AgeBand and\n"
        "ext_AdultOrChild, too.\n"
        "What came leaves OTHER only under a consent that is recorded from then on. What was sent of CASE meanwhile\n"
        "is still with whoever got it: refex case who CASE says who.",
    .syntax.own = {OPTION_VALUE("to", "OTHER", "the right case"),
                   OPTION_LIST("field", "NAME,…", "fields by their names (docs/FIELDS.md); what repeats by its list"),
                   {.name = "note",
                    .argument = "N",
                    .help = "which note of CASE, as refex case notes says",
                    .min = 1,
                    .max = UINT32_MAX}},
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&moved_form},
    .run = run_move,
};
