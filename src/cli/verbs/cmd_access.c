#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/listed_id.h"
#include "cli/values.h"
#include "model/spoken_id.h"

/* --- words from a file, or asked --- */

/* As it stands in the file, without the end of its last line. */
static struct view text_of(const struct bytes *file)
{
    struct view v = bytes_view(file);

    while (v.size > 0 && (v.at[v.size - 1] == '\n' || v.at[v.size - 1] == '\r'))
        v.size--;
    return v;
}

static bool read_file(const struct command *c, const char *option, struct bytes *file, struct error *err)
{
    const char *path = options_value(&c->options, option);

    return path == NULL || file_read(path, BOUND_REASON, file, err);
}

static bool ask_reason(const struct command *c, struct bytes *out, struct error *err)
{
    char line[BOUND_REASON];

    if (!asking_has_terminal(c))
        return error_set(err, E_USE_02, "--reason-file is missing");
    (void)fputs("It is recorded, her colleague and the supervisors are told, and a supervisor reviews it.\n"
                "Why do you need this case now? ",
                stderr);
    if (fgets(line, sizeof line, stdin) != NULL)
        bytes_append_text(out, line);
    return true;
}

/* --- break-glass --- */

static void write_case(struct bytes *out, const struct told_shown *s)
{
    char label[BOUND_SPOKEN_ID];

    case_label_write(&((const struct control_case_access *)s->answer)->case_id, label);
    bytes_append_text(out, label);
}

static void write_opened(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_access *a = s->answer;
    char until[RENDER_TIME];

    render_time(a->until_ms, until);
    write_case(out, s);
    bytes_printf(out, " until %s, and change nothing of it.", until);
}

static const struct told_line opened_lines[] = {{"You read case ", .write = write_opened, .says = "case until"},
                                                {"", .text = "A supervisor reviews your reason.", .when = "!review"},
                                                {0}};

static const struct told_form opened_form = {
    .answer = &control_case_access_contract,
    .lines = opened_lines,
    .json_only = "access staff account since reviewed_by reason note" /* for who reviews it */};

/* By its whole id or its label: whoever does not see a case has no beginning of its id completed. */
static bool read_case(const char *word, struct control_break_glass_ask *ask, struct error *err)
{
    struct view typed = view_of_text(word);

    if (ident_read(typed, &ask->first) && !ident_is_zero(&ask->first)) {
        ask->last = ask->first;
        return true;
    }
    if (spoken_id_form(typed) == SPOKEN_ID_LABEL)
        return spoken_id_read(typed, &ask->first, &ask->last, err);
    return error_set(err, E_USE_04, "\"%.60s\" is neither the 32 digits of a case's id nor its label", word);
}

static bool run_break_glass(struct command *c, int *status, struct error *err)
{
    struct control_break_glass_ask ask = {0};
    struct bytes text = {.wiping = true};
    bool ok = read_case(c->options.words[0], &ask, err) && read_file(c, "reason-file", &text, err) &&
              (options_value(&c->options, "reason-file") != NULL || ask_reason(c, &text, err));

    (void)status;
    ask.reason = text_of(&text);
    if (ok && ask.reason.size == 0)
        ok = error_set(err, E_STF_17, "there is no reason");
    ok = ok && call_case_break_glass_as_lines(c, &ask, &opened_form, NULL, err);
    bytes_fini(&text);
    return ok;
}

const struct verb cmd_case_break_glass = {
    .usage = "--home DIR CASE [--reason-file FILE]",
    .summary = "Read a case that a colleague holds, in an emergency, for 12 hours.",
    .help = "CASE is its whole id or its label. It is recorded, its holder and the supervisors are told, and a\n"
            "supervisor reviews the reason, which lies sealed with the case. You change nothing of it: its holder\n"
            "does. A case that you are kept from stays shut.",
    .syntax.own = {OPTION_VALUE("reason-file", "FILE", "why; - is stdin; without it you are asked")},
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&opened_form},
    .run = run_break_glass,
};

/* --- accesses --- */

static void write_who(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_access *a = s->answer;
    char id[IDENT_TEXT];

    ident_write(&a->staff, id);
    if (a->account.size != 0)
        render_escaped(out, a->account);
    else
        bytes_append_text(out, id);
}

static const struct told_line listed_lines[] = {{"ID", .text = "{access}"},
                                                {"CASE", .write = write_case, .says = "case"},
                                                {"OPENED BY", .write = write_who, .says = "staff account"},
                                                {"SINCE", .text = "{since}"},
                                                {"UNTIL", .text = "{until}"},
                                                {"REVIEW", .text = "{review}"},
                                                {"REASON", .text = "{reason}"},
                                                {"NOTE", .text = "{note}", .when = "note"},
                                                {0}};

static const struct told_form listed_form = {
    .answer = &control_case_access_contract, .lines = listed_lines, .json_only = "reviewed_by" /* the log has it */};

static bool run_accesses(struct command *c, int *status, struct error *err)
{
    const struct control_accesses_ask ask = {.all = options_flag(&c->options, "all")};

    (void)status;
    return call_staff_accesses_as_table(c, &ask, &listed_form, "Nothing waits for a review.", err);
}

const struct verb cmd_staff_accesses = {
    .usage = "--home DIR [--all]",
    .summary = "Cases that were opened by who does not hold them (case break-glass), and why.",
    .help = "To a supervisor those of all cases that he sees, to a caseworker those of what he holds, to an auditor "
            "those of\nsupervisors.",
    .syntax.own = {OPTION_FLAG("all", "those that were reviewed, too")},
    .forms = {&listed_form},
    .run = run_accesses,
};

/* --- review --- */

static const struct told_line reviewed_lines[] = {{"", .text = "{access} was reviewed: {review}."}, {0}};

static const struct told_form reviewed_form = {
    .answer = &control_case_access_contract,
    .lines = reviewed_lines,
    .json_only = "case staff account since until reviewed_by reason note" /* he has read it */};

static bool look_at(void *cookie, const struct control_case_access *a, struct error *err)
{
    (void)err;
    listed_id_look(cookie, &a->access);
    return true;
}

static bool read_access(struct command *c, struct ident *out, struct error *err)
{
    static const char list[] = "refex staff accesses";
    const struct control_accesses_ask any = {.all = true}; /* reviewed again, it says so */
    struct listed_id l;

    if (!listed_id_begin(&l, c->options.words[0], list, out, err))
        return err->code == E_NONE;
    return call_staff_accesses(c, &any, look_at, &l, err) && listed_id_end(&l, list, out, err);
}

static bool run_review(struct command *c, int *status, struct error *err)
{
    bool is_proper = options_flag(&c->options, "proper");
    struct control_review_ask ask = {.review = is_proper ? ACCESS_PROPER : ACCESS_NOT_PROPER};
    struct bytes note = {.wiping = true};
    bool ok;

    (void)status;
    if (is_proper == options_flag(&c->options, "not-proper"))
        return error_set(err, E_USE_02, "--proper or --not-proper");
    if (!read_access(c, &ask.access, err))
        return false;
    ok = read_file(c, "note-file", &note, err);
    ask.note = text_of(&note);
    ok = ok && call_staff_review_as_lines(c, &ask, &reviewed_form, NULL, err);
    bytes_fini(&note);
    return ok;
}

const struct verb cmd_staff_review = {
    .usage = "--home DIR ID --proper|--not-proper [--note-file FILE]",
    .summary = "Say whether it was proper that somebody opened a case that he does not hold.",
    .help = "Nobody reviews what he opened himself: that is another supervisor's, or the auditor's.",
    .syntax.own = {OPTION_FLAG("proper", "it was"), OPTION_FLAG("not-proper", "it was not"),
                   OPTION_VALUE("note-file", "FILE", "what else is to be said; it lies sealed with the case")},
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .forms = {&reviewed_form},
    .run = run_review,
};
