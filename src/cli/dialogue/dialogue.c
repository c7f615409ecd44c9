#include "cli/dialogue/dialogue.h"

#include <string.h>

#include "base/text.h"
#include "cli/dialogue/answer.h"
#include "cli/dialogue/lines.h"
#include "formats/loose_text.h"
#include "output/render.h"

enum typed {
    TYPED_ANSWER,
    TYPED_NOT_KNOWN,
    TYPED_LATER,
    TYPED_BACK,
    TYPED_HELP,
    TYPED_STOP,
};

/* Small letters alone, so that a name is no command. */
static enum typed read_command(struct view line)
{
    line = loose_text_trim(line);
    if (text_is(line, "?") || text_is(line, "help"))
        return TYPED_HELP;
    if (text_is(line, "back"))
        return TYPED_BACK;
    if (text_is(line, "later"))
        return TYPED_LATER;
    if (text_is(line, "not known") || text_is(line, "unknown"))
        return TYPED_NOT_KNOWN;
    return text_is(line, "stop") ? TYPED_STOP : TYPED_ANSWER;
}

/* --- one question --- */

static void print_choices(enum question q)
{
    for (uint32_t n = 1; answer_label(q, n) != NULL; n++)
        lines_print(2, "%u  %s", (unsigned)n, answer_label(q, n));
}

static void print_question(struct dialogue *d, enum question q)
{
    const struct question_row *row = &question_rows[q];

    if (row->step != d->step) {
        lines_print_empty();
        lines_print(0, "%s", question_step_title(row->step));
        d->step = row->step;
    }
    if (row->note[0] != '\0')
        lines_print(0, "%s", row->note);
    lines_print(0, "%s", row->text);
    print_choices(q);
    if (question_kind(q) == ANSWER_KIND_LINES)
        lines_print(2, "(several lines; an empty line ends them)");
}

static void print_help(enum question q)
{
    lines_print(2, "%s", question_rows[q].help);
    print_choices(q);
    lines_print(2, "Or: back, later, not known, stop. What was answered is kept at your node.");
}

/* The lines behind the first, to an empty one. */
static void read_more(struct bytes *typed)
{
    struct bytes line = {.wiping = true};
    bool ended = false;

    for (;;) {
        lines_read("| ", &line, &ended);
        if (ended || line.size == 0 || typed->size + line.size >= BOUND_FIELD_LONG)
            break;
        bytes_append_u8(typed, '\n');
        bytes_append_view(typed, bytes_view(&line));
    }
    bytes_fini(&line);
}

static bool read_answer(struct dialogue *d, enum question q, struct view typed, struct bytes *out, struct error *err)
{
    return question_kind(q) == ANSWER_KIND_AGENCY && d->read_agency != NULL ? d->read_agency(d->cookie, typed, out, err)
                                                                            : answer_read(q, typed, out, err);
}

/* What is typed, until it is an answer or a command that leaves the question. */
static enum typed ask(struct dialogue *d, enum question q, struct bytes *out)
{
    struct bytes line = {.wiping = true};
    struct error why;
    enum typed is = TYPED_HELP;
    bool ended = false;

    print_question(d, q);
    while (is == TYPED_HELP) {
        lines_read("> ", &line, &ended);
        is = ended ? TYPED_STOP : read_command(bytes_view(&line));
        if (is == TYPED_ANSWER && loose_text_trim(bytes_view(&line)).size == 0) {
            lines_print(2, "An answer, or: ? (help), back, later, not known, stop.");
            is = TYPED_HELP;
            continue;
        }
        if (is == TYPED_HELP)
            print_help(q);
        if (is != TYPED_ANSWER)
            continue;
        if (question_kind(q) == ANSWER_KIND_LINES)
            read_more(&line);
        bytes_clear(out);
        if (!read_answer(d, q, bytes_view(&line), out, &why)) {
            lines_print(2, "%s", why.text);
            is = TYPED_HELP;
        }
    }
    bytes_fini(&line);
    return is;
}

/* --- all of them --- */

void dialogue_print_kept(const struct dialogue *d)
{
    char id[IDENT_TEXT];

    ident_write(&d->sheet->draft, id);
    if (!ident_is_zero(&d->sheet->draft))
        lines_print(0, "It is kept at your node as a draft. Go on with it: refex %s --draft %.*s", d->verb,
                    BOUND_ID_DIGITS, id);
}

static bool keep(struct dialogue *d, enum question q, enum answer_is said, struct view text, struct error *err)
{
    bool is_first = ident_is_zero(&d->sheet->draft);

    sheet_put(d->sheet, q, said, text);
    d->passed[q] = said == ANSWER_LATER;
    if (d->answered != NULL)
        d->answered(d->cookie, q);
    if (!sheet_save(d->sheet, false, err))
        return false;
    if (is_first)
        dialogue_print_kept(d);
    return true;
}

static bool is_open(const struct dialogue *d, enum question q)
{
    enum answer_is said = sheet_said(d->sheet, q);

    return (said == SHEET_OPEN || said == ANSWER_LATER) && !d->passed[q] && d->applies(d->cookie, q);
}

/* The one that was asked before Q is asked again. */
static enum question go_back(struct dialogue *d, enum question q)
{
    for (int before = (int)q - 1; before > QUESTION_NONE; before--) {
        if ((sheet_said(d->sheet, (enum question)before) == SHEET_OPEN && !d->passed[before]) ||
            !d->applies(d->cookie, (enum question)before))
            continue;
        sheet_wipe(d->sheet, (enum question)before);
        d->passed[before] = false;
        return (enum question)before;
    }
    lines_print(2, "This is the first question.");
    return q;
}

static bool ask_all(struct dialogue *d, enum dialogue_end *end, struct error *err)
{
    struct bytes answer = {.wiping = true};
    bool ok = true;

    *end = DIALOGUE_THROUGH;
    for (int q = QUESTION_NONE + 1; ok && *end == DIALOGUE_THROUGH && q < QUESTION_END; q++) {
        enum question now = (enum question)q;

        if (!is_open(d, now))
            continue;
        if (d->before != NULL && !d->before(d->cookie, now, err)) {
            ok = false;
            break;
        }
        switch (ask(d, now, &answer)) {
        case TYPED_BACK:
            q = (int)go_back(d, now) - 1;
            break;
        case TYPED_STOP:
            *end = DIALOGUE_STOPPED;
            break;
        case TYPED_LATER:
            ok = keep(d, now, ANSWER_LATER, (struct view){0}, err);
            break;
        case TYPED_NOT_KNOWN:
            ok = keep(d, now, ANSWER_NOT_KNOWN, (struct view){0}, err);
            break;
        default:
            ok = keep(d, now, ANSWER_GIVEN, bytes_view(&answer), err);
        }
    }
    bytes_fini(&answer);
    return ok;
}

static bool take_from_file(struct dialogue *d, enum question q, struct error *err)
{
    unsigned line;
    struct view typed = answers_file_get(d->file, q, &line);
    enum typed is = typed.size == 0 ? TYPED_LATER : read_command(typed);
    struct bytes answer = {.wiping = true};
    struct error why;
    bool ok = is != TYPED_BACK && is != TYPED_HELP && is != TYPED_STOP;

    if (!ok)
        (void)error_set(&why, E_USE_04, "nobody types here");
    ok = ok && (is != TYPED_ANSWER || read_answer(d, q, typed, &answer, &why));
    if (ok)
        sheet_put(d->sheet, q,
                  is == TYPED_ANSWER      ? ANSWER_GIVEN
                  : is == TYPED_NOT_KNOWN ? ANSWER_NOT_KNOWN
                                          : ANSWER_LATER,
                  bytes_view(&answer));
    else
        (void)error_set(err, E_DRF_05, "line %u of the answers, %s: %s", line, question_rows[q].id, why.text);
    bytes_fini(&answer);
    return ok;
}

/* What the file answers and nobody would have asked. */
static void print_unused(const struct dialogue *d)
{
    struct bytes list = {0};
    unsigned line;

    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++)
        if (answers_file_get(d->file, (enum question)q, &line).size > 0 &&
            sheet_said(d->sheet, (enum question)q) == SHEET_OPEN) {
            bytes_append_text(&list, list.size > 0 ? ", " : "");
            bytes_append_text(&list, question_rows[q].id);
        }
    if (list.size > 0)
        lines_print(0, "Not asked as things stand, and not kept: %.*s.", (int)list.size, (const char *)list.at);
    bytes_fini(&list);
}

bool dialogue_run(struct dialogue *d, enum dialogue_end *end, struct error *err)
{
    if (d->file == NULL)
        return ask_all(d, end, err);
    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++)
        if (is_open(d, (enum question)q) && !take_from_file(d, (enum question)q, err))
            return false;
    print_unused(d);
    *end = DIALOGUE_THROUGH;
    return sheet_save(d->sheet, false, err);
}

bool dialogue_confirms(const struct dialogue *d, const char *question)
{
    struct bytes line = {.wiping = true};
    bool ended = false;
    bool yes;

    if (d->file != NULL)
        return answers_file_sends(d->file);
    do {
        lines_print(0, "%s", question);
        lines_read("yes or no > ", &line, &ended);
    } while (!ended && line.size == 0);
    yes = !ended && answer_is_yes(bytes_view(&line));
    bytes_fini(&line);
    return yes;
}
