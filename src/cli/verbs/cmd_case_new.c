#include "cli/verbs/cmd.h"

#include "base/clock.h"
#include "base/file.h"
#include "cli/connection.h"
#include "cli/dialogue/talk.h"
#include "cli/verbs/case_sender.h"
#include "codec/control_codec.h"
#include "formats/import.h"
#include "formats/written_value.h"

static const struct told_line added_lines[] = {
    {"case ", .text = "{label} begun: {case}"},
    {"",
     .text =
         "Its label is for you and your colleagues. Add what she tells you with: refex case edit {label} --file FILE"},
    {0}};

static const struct told_form added_form = {.answer = &control_case_added_contract,
                                            .beside = &control_imported_row_contract,
                                            .lines = added_lines,
                                            .json_only = "row" /* as of an import of one */};

/* --- without a file: who could help, without saying who is to be helped --- */

/* What may stand on a command line, which others of the machine see: it does not say who she is. */
static const struct {
    const char *option;
    const char *field;
} facts[] = {
    {"age-band", "ext_AgeBand"},
    {"adult-or-child", "ext_AdultOrChild"},
    {"gender", "ext_TriageGender"},
    {"language", "ext_TriageLanguages"},
    {"country", "ext_TriageCountry"},
    {"children", "ext_ChildrenAccompanied"},
    {"interpreter", "ext_InterpreterNeeded"},
    {"service", "ext_ServicesWanted"},
};

/* WRITTEN with commas between several, as in other options. */
static bool add_fact(const char *option, const char *written, const struct case_field *f, struct case_data *c,
                     struct error *err)
{
    struct bytes values = {0};
    struct bytes text = {0};
    const char *alias;
    bool ok;

    for (; *written != '\0'; written++)
        bytes_append_u8(&values, *written == ',' ? ';' : (uint8_t)*written);
    ok = written_value_read(f, bytes_view(&values), DATE_ORDER_UNKNOWN, &text, &alias, err) &&
         case_read_value(c, f, 0, bytes_view(&text), err);
    bytes_fini(&values);
    bytes_fini(&text);
    return ok || error_wrap(err, "--%s", option);
}

static bool read_facts(const struct command *c, struct case_data *out, struct error *err)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        const char *given = options_value(&c->options, facts[i].option);
        const struct case_field *f = case_field_find(view_of_text(facts[i].field));

        REQUIRE(f != NULL && (f->section == SECTION_TRIAGE || f->section == SECTION_PLAN));
        if (given != NULL && given[0] == '\0')
            return error_set(err, E_USE_04, "--%s says nothing", facts[i].option);
        if (given != NULL && !add_fact(facts[i].option, given, f, out, err))
            return false;
    }
    return out->count > 0 || error_set(err, E_USE_02, "--file FILE is missing, or a fact like --service SHELTER");
}

static bool send_facts(struct command *c, struct case_sender *im, struct error *err)
{
    struct arena arena = {.wiping = true};
    struct case_data data;
    bool ok;

    case_init(&data, &arena);
    ok = read_facts(c, &data, err) && connection_open(c, REFEX_NODE, err) && case_sender_add(im, 1, &data, err) &&
         case_sender_commit(im, 0, err);
    arena_fini(&arena);
    return ok;
}

/* --- from a file --- */

static bool send_file(struct command *c, const char *name, struct case_sender *im, struct error *err)
{
    struct import_options options = {.format = IMPORT_HTCDS_JSON, .today = clock_local_day(clock_now_ms(&clock_real))};
    struct import_sink sink = {.cookie = im, .on_finding = case_sender_note, .on_case = case_sender_add};
    struct bytes file = {.wiping = true};
    size_t cases = 0;
    bool ok = file_read(name, BOUND_IMPORT, &file, err) && connection_open(c, REFEX_NODE, err) &&
              import_cases(bytes_view(&file), &options, &sink, &cases, err);

    if (ok && cases != 1)
        ok = error_set(err, E_IMP_03, "the file has %zu cases: a new one is one (refex case import adds several)",
                       cases);
    ok = ok && case_sender_commit(im, file.size, err);
    bytes_fini(&file);
    return ok;
}

/* --- by a talk --- */

/* Nothing is said of her beforehand. */
static bool is_talk(const struct command *c)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (options_value(&c->options, facts[i].option) != NULL)
            return false;
    return options_value(&c->options, "file") == NULL && talk_is_answered(c);
}

static bool check_options(const struct command *c, struct error *err)
{
    bool ok = options_not_both(&c->options, "file", "draft", err) &&
              options_not_both(&c->options, "file", "answers-file", err);

    for (size_t i = 0; ok && i < sizeof facts / sizeof facts[0]; i++)
        ok = options_not_both(&c->options, "file", facts[i].option, err) &&
             options_not_both(&c->options, "draft", facts[i].option, err) &&
             options_not_both(&c->options, "answers-file", facts[i].option, err);
    return ok;
}

static bool run_new(struct command *c, int *status, struct error *err)
{
    const char *name = options_value(&c->options, "file");
    const struct ident nobody = {0};
    struct case_sender *im;
    bool ok;

    if (!check_options(c, err))
        return false;
    if (is_talk(c))
        return talk_run(c, DRAFT_FOR_CASE, &nobody, status, err);
    im = case_sender_new(&(struct case_sender_form){
        .command = c,
        .file = name != NULL ? name : "the command line",
        .added = &added_form,
        .again = options_flag(&c->options, "again") || name == NULL /* such facts alone are like many a person's */,
        .json = c->json});
    ok = name != NULL ? send_file(c, name, im, err) : send_facts(c, im, err);
    case_sender_free(im);
    return ok;
}

const struct verb cmd_case_new = {
    .usage =
        "--home DIR --file FILE | [--service SERVICE,…] [--language LANGUAGE,…] [--gender CODE] [--age-band CODE] …",
    .summary = "Begin the case of one person, with no name where none is needed.",
    .help =
        "Example\n"
        "  refex case new --service SHELTER\n"
        "  refex case new --language ukr --adult-or-child Adult --interpreter yes\n\n"
        "What is typed here says who could help, and not who she is; other users of this machine could read it, so "
        "facts\n"
        "about her come from a file: an object in HTCDS JSON, as refex case import takes it (docs/FIELDS.md). The "
        "answer is\n"
        "the case's label, which stands wherever an id is asked. A person who seems to be here already is named, and "
        "nothing\n"
        "is added unless --again says that it is meant.\n"
        "At a terminal, with nothing said of her, it is a talk: see refex refer --help.",
    .syntax.own = {OPTION_VALUE("file", "FILE", "what is known, as JSON; - is standard input"),
                   OPTION_VALUE("service", "SERVICE,…", "that she wants: SHELTER, MEDICAL, …"),
                   OPTION_VALUE("language", "LANGUAGE,…", "that she speaks: ukr, rus, …"),
                   OPTION_VALUE("gender", "CODE", "Feminine, Masculine, …"),
                   OPTION_VALUE("adult-or-child", "CODE", "Adult, Child or NotSure"),
                   OPTION_VALUE("age-band", "CODE", "like From21To23"),
                   OPTION_VALUE("country", "CODE", "where help is needed: PL, UA, …"),
                   OPTION_VALUE("children", "N", "who come along"),
                   OPTION_VALUE("interpreter", "yes|no", "whether one is needed"),
                   OPTION_FLAG("again", "add a person who seems to be here already, too"), TALK_DRAFT, TALK_CHANGE,
                   TALK_ANSWERS, OPTION_VALUE("request-id", "ID", "the caller's own id: asking again adds nothing")},
    .forms = {&added_form, &case_sender_finding},
    .run = run_new,
};
