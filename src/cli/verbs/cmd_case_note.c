#include "cli/verbs/cmd.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/calls.h"
#include "cli/rendering/holder_view.h"
#include "cli/values.h"
#include "formats/import.h"

static void write_staff(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_note *n = s->answer;

    holder_view_write(out, &n->staff, n->account);
}

static const struct told_line note_lines[] = {
    {"note ", "{note} of {label}, {time}, by ", write_staff, .says = "staff staff_account"},
    {"for a supervisor ", .text = "by {by}", .when = "by"},
    {"seen to ", .text = "{done}", .when = "done"},
    {"", .text = "{how} {other_case}", .when = "how"},
    {"", .text = "{text}", .when = "text"},
    {0}};

static const struct told_form note_form = {.answer = &control_case_note_contract,
                                           .lines = note_lines,
                                           .json_only = "case",
                                           .empty = "There is no note beside the case."};

/* --- note --- */

/* The text of FILE in one form, in ROOM. */
static bool read_text(const char *file, struct bytes *room, struct error *err)
{
    struct bytes raw = {.wiping = true};
    bool ok = file_read(file, BOUND_CASE_NOTE, &raw, err) && import_normalise(bytes_view(&raw), room, err);

    while (ok && room->size > 0 && (room->at[room->size - 1] == '\n' || room->at[room->size - 1] == ' '))
        room->size--;
    bytes_fini(&raw);
    return ok && (room->size > 0 || error_set(err, E_USE_04, "--file: the note is empty"));
}

static bool run_note(struct command *c, int *status, struct error *err)
{
    struct control_case_note_ask ask = {0};
    const char *by = options_value(&c->options, "by");
    struct bytes text = {.wiping = true};
    const char *file;
    bool ok = options_required_value(&c->options, "file", &file, err);

    (void)status;
    if (ok && options_flag(&c->options, "for-supervisor") != (by != NULL))
        ok = error_set(err, E_USE_02, "%s is missing: what a supervisor is to see to has a day",
                       by == NULL ? "--by DATE" : "--for-supervisor");
    ok = ok && (by == NULL || values_day(&c->options, "by", &ask.by, err)) && read_text(file, &text, err) &&
         connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err);
    ask.text = bytes_view(&text);
    ok = ok && call_case_note_as_lines(c, &ask, &note_form, NULL, err);
    bytes_fini(&text);
    return ok;
}

const struct verb cmd_case_note = {
    .usage = "--home DIR CASE --file FILE [--for-supervisor --by DATE]",
    .summary = "Write a note beside a case. It never leaves this agency.",
    .help =
        "FILE is text; - is standard input. With --for-supervisor a supervisor is to see to it by that day: refex case "
        "tasks\n"
        "lists what waits, refex case done ends it.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("file", "FILE", "the note, as text"),
                   OPTION_FLAG("for-supervisor", "a supervisor is to see to it"),
                   OPTION_VALUE("by", "DATE", "until when: YYYY-MM-DD")},
    .forms = {&note_form},
    .run = run_note,
};

/* --- notes --- */

static bool run_notes(struct command *c, int *status, struct error *err)
{
    struct control_case_notes_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) &&
           call_case_notes_as_lines(c, &ask, &note_form, NULL, err);
}

const struct verb cmd_case_notes = {
    .usage = "--home DIR CASE",
    .summary = "The notes beside a case, oldest first. The opening is logged in the house log.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&note_form},
    .run = run_notes,
};

/* --- done --- */

static bool run_done(struct command *c, int *status, struct error *err)
{
    struct control_case_done_ask ask = {.note = options_number(&c->options, "note", 0)};

    (void)status;
    return connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) &&
           call_case_done_as_lines(c, &ask, &note_form, NULL, err);
}

const struct verb cmd_case_done = {
    .usage = "--home DIR CASE --note N",
    .summary = "Say that a note for a supervisor was seen to.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .syntax.own = {{.name = "note",
                    .argument = "N",
                    .help = "which note of the case, as refex case tasks says",
                    .min = 1,
                    .max = UINT32_MAX,
                    .is_needed = true}},
    .forms = {&note_form},
    .run = run_done,
};

/* --- tasks --- */

static const struct told_line task_columns[] = {{"CASE", .text = "{case}"}, {"LABEL", .text = "{label}"},
                                                {"NOTE", .text = "{note}"}, {"BY", .text = "{by}"},
                                                {"LATE", .text = "{late}"}, {0}};

static const struct told_form task_form = {.answer = &control_case_task_contract, .lines = task_columns};

static bool run_tasks(struct command *c, int *status, struct error *err)
{
    (void)status;
    return call_case_tasks_as_table(c, NULL, &task_form, "Nothing waits for a supervisor.", err);
}

const struct verb cmd_case_tasks = {
    .usage = "--home DIR",
    .summary = "Notes that a supervisor is to see to, the most urgent first.",
    .forms = {&task_form},
    .run = run_tasks,
};
