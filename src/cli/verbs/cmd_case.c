#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/connection.h"
#include "cli/rendering/case_view.h"
#include "cli/rendering/render.h"
#include "codec/case_codec.h"
#include "codec/control_codec.h"
#include "formats/import.h"

#define PART_BYTES     900000 /* of data in one frame: with tags and lengths it stays below BOUND_FRAME */
#define PROGRESS_CASES 500

/* --- import --- */

struct import_context {
    struct command *command;
    const char *file;
    bool json;
    uint32_t request; /* number of the request that all parts share; 0 before the first */
    uint32_t cases;
    struct control_case_piece pieces[BOUND_PIECES];
    size_t piece_count;
    size_t offsets[BOUND_PIECES]; /* of each piece in DATA */
    struct bytes data;
    bool progress;
};

static void on_finding(void *cookie, const struct import_finding *f)
{
    struct import_context *im = cookie;
    struct bytes line = {0};
    struct json_line j;

    if (im->json) {
        json_line_begin(&j, &line);
        json_line_text(&j, "file", im->file);
        json_line_u64(&j, "row", f->row);
        json_line_text(&j, "field", f->field);
        json_line_bool(&j, "refused", f->refused);
        json_line_text(&j, "what", f->sentence);
        json_line_end(&j);
        (void)fwrite(line.at, 1, line.size, stderr);
    } else {
        (void)fprintf(stderr, "%s, row %u%s%s: %s%s\n", im->file, f->row, f->field[0] != '\0' ? ", " : "", f->field,
                      f->refused ? "" : "note: ", f->sentence);
    }
    bytes_fini(&line);
}

/* Sends the collected pieces as one frame. */
static void send_part(struct import_context *im)
{
    struct control_case_part part = {im->pieces, im->piece_count};
    struct bytes message = {0};

    if (im->piece_count == 0)
        return;
    for (size_t i = 0; i < im->piece_count; i++)
        im->pieces[i].data.at = im->data.at + im->offsets[i];
    control_case_part_encode(&part, &message);
    if (im->request == 0)
        im->request = refex_client_send(im->command->client, CONTROL_CASE_PART, message.at, message.size);
    else
        refex_client_send_more(im->command->client, im->request, CONTROL_CASE_PART, message.at, message.size);
    bytes_fini(&message);
    bytes_clear(&im->data);
    im->piece_count = 0;
}

static bool add_section(struct import_context *im, const struct case_data *c, enum section s, struct error *err)
{
    struct bytes one = {0};
    bool empty = false;
    bool ok = case_section_encode(c, s, &one, &empty, err);

    if (ok && !empty && one.size > 0) {
        if (im->piece_count == BOUND_PIECES || im->data.size + one.size > PART_BYTES)
            send_part(im);
        im->offsets[im->piece_count] = im->data.size;
        im->pieces[im->piece_count++] = (struct control_case_piece){im->cases, s, view_of(NULL, one.size)};
        bytes_append_view(&im->data, bytes_view(&one));
    }
    bytes_fini(&one);
    return ok;
}

static bool on_case(void *cookie, uint32_t row, const struct case_data *c, struct error *err)
{
    struct import_context *im = cookie;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (!add_section(im, c, s, err))
            return error_wrap(err, "%s, row %u", im->file, row);
    im->cases++;
    if (im->progress && im->cases % PROGRESS_CASES == 0)
        (void)fprintf(stderr, "\r%u cases read …", im->cases);
    return true;
}

struct added_output {
    bool json;
    struct bytes line;
};

static bool print_added(struct added_output *a, struct view message, struct error *err)
{
    struct arena arena = {0};
    struct control_case_added added;
    char text[IDENT_TEXT];
    struct json_line j;
    bool ok = control_case_added_decode(message, &arena, &added, err);

    if (ok && a->json) {
        render_json_begin(&j, &a->line);
        render_json_ident(&j, "case", &added.case_id);
        render_json_end(&j);
    } else if (ok) {
        ident_write(&added.case_id, text);
        (void)printf("case %s added\n", text);
    }
    arena_fini(&arena);
    return ok;
}

static bool set_failure(const struct refex_failure *why, struct error *err)
{
    enum error_code code = error_code_find(why->code);

    return error_set(err, code != E_NONE ? code : E_CTL_02, "%s", why->text);
}

/* Sends the last pieces and the commit, and prints the answer. */
static bool commit_import(struct import_context *im, struct error *err)
{
    struct refex_client *client = im->command->client;
    struct control_case_commit ask = {im->cases};
    struct bytes message = {0};
    struct added_output a = {.json = im->json};
    struct refex_answer answer;
    struct refex_failure why;
    bool got;
    bool ok = true;

    send_part(im);
    control_case_commit_encode(&ask, &message);
    refex_client_send_more(client, im->request, CONTROL_CASE_COMMIT, message.at, message.size);
    bytes_fini(&message);
    for (;;) {
        if (!refex_client_next(client, -1, &answer, &got, &why)) {
            ok = set_failure(&why, err);
            break;
        }
        if (answer.kind == REFEX_FAILED)
            ok = set_failure(&answer.failure, err);
        else if (answer.kind == REFEX_ITEM)
            ok = print_added(&a, view_of(answer.message, answer.size), err);
        if (!ok || answer.kind == REFEX_DONE)
            break;
    }
    bytes_fini(&a.line);
    return ok;
}

/* *OUT is left as it is when no format was given. */
static bool read_format(const struct command *c, enum import_format *out, struct error *err)
{
    static const char *const names[] = {"htcds-json", "htcds-csv"};
    const char *given = options_value(c, "format");

    return given == NULL || import_format_find(view_of_text(given), out) ||
           options_wrong_value(err, "format", given, names, 2);
}

static bool import_file(struct import_context *im, struct view file, enum import_format format, struct error *err)
{
    struct import_sink sink = {im, on_finding, on_case};
    size_t cases = 0;
    bool ok = import_cases(file, format != 0 ? format : import_format_detect(file),
                           day_of_ms(clock_now_ms(&clock_real)), &sink, &cases, err);

    if (im->progress && im->cases >= PROGRESS_CASES)
        (void)fputs("\r                          \r", stderr);
    if (!ok)
        return false;
    return cases > 0 ? commit_import(im, err) : error_set(err, E_IMP_02, "%s holds no case", im->file);
}

static bool run_import(struct command *c, int *status, struct error *err)
{
    struct import_context *im = xnew(sizeof *im);
    struct bytes file = {0};
    enum import_format format = 0; /* 0: detected from the first character */
    bool ok;

    (void)status;
    im->command = c;
    im->file = strcmp(c->words[0], "-") == 0 ? "standard input" : c->words[0];
    im->json = c->json;
    im->progress = !c->json && isatty(STDERR_FILENO) == 1;
    ok = read_format(c, &format, err) && file_read(c->words[0], BOUND_IMPORT, &file, err) &&
         connection_open(c, REFEX_NODE, err) && import_file(im, bytes_view(&file), format, err);
    bytes_fini(&file);
    bytes_fini(&im->data);
    free(im);
    return ok;
}

const struct verb cmd_case_import = {
    .noun = "case",
    .name = "import",
    .usage = "--home DIR FILE [--format htcds-json|htcds-csv]",
    .summary = "Add cases from a file in HTCDS form: all of them, or none.",
    .help = "Example\n"
            "  refex case import --home ~/refex cases.csv\n\n"
            "CSV has a header row of HTCDS field names; several values of one field are separated by ';'. FILE may be "
            "- for\n"
            "standard input. Every fault is named by row and field on standard error; nothing is half added.",
    .min_words = 1,
    .max_words = 1,
    .options = {{"format", "FORMAT", "htcds-json or htcds-csv; otherwise by the first character", false}},
    .run = run_import,
};

/* --- list --- */

struct case_output {
    bool json;
    struct render_table table;
    struct bytes line;
};

static bool on_case_summary(void *cookie, struct view message, struct error *err)
{
    struct case_output *l = cookie;
    struct arena arena = {0};
    struct control_case_summary s;
    char id[IDENT_TEXT];
    char opened[RENDER_TIME];
    struct json_line j;
    bool ok = control_case_summary_decode(message, &arena, &s, err);

    if (ok && l->json) {
        render_json_begin(&j, &l->line);
        render_json_ident(&j, "case", &s.case_id);
        render_json_time(&j, "opened", s.opened_ms);
        render_json_sections(&j, "sections", s.sections);
        render_json_end(&j);
    } else if (ok) {
        ident_write(&s.case_id, id);
        render_time(s.opened_ms, opened);
        render_cell(&l->table, id);
        render_cell(&l->table, opened);
        render_cell_sections(&l->table, s.sections);
    }
    arena_fini(&arena);
    return ok;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    static const char *const titles[] = {"CASE", "OPENED", "SECTIONS"};
    struct case_output l = {.json = c->json, .table = {.columns = 3, .titles = titles}};
    bool ok = connection_open(c, REFEX_NODE_OR_READER, err) &&
              connection_ask(c, CONTROL_CASE_LIST, NULL, on_case_summary, &l, err);

    (void)status;
    if (ok && !c->json)
        render_table_end(&l.table, "There are no cases here.");
    bytes_fini(&l.table.cells);
    bytes_fini(&l.line);
    return ok;
}

const struct verb cmd_case_list = {
    .noun = "case",
    .name = "list",
    .usage = "--home DIR",
    .summary = "The cases of this node: ids and which sections each has, nothing of what is in them.",
    .run = run_list,
};

/* --- show --- */

static bool on_section(void *cookie, struct view message, struct error *err)
{
    struct case_view *view = cookie;
    struct arena arena = {0};
    struct control_case_section s;
    bool ok = control_case_section_decode(message, &arena, &s, err) && case_view_add(view, s.section, s.data, err);

    arena_fini(&arena);
    return ok;
}

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct control_case_show_ask ask;
    struct bytes message = {0};
    struct bytes line = {0};
    struct case_view view;
    struct json_line j;
    bool ok;

    (void)status;
    if (!connection_ident("case", c->words[0], &ask.case_id, err) || !connection_open(c, REFEX_NODE, err))
        return false;
    case_view_init(&view);
    control_case_show_ask_encode(&ask, &message);
    ok = connection_ask(c, CONTROL_CASE_SHOW, &message, on_section, &view, err);
    if (ok && c->json) {
        render_json_begin(&j, &line);
        render_json_ident(&j, "case", &ask.case_id);
        case_view_json(&view, &j);
        render_json_end(&j);
    } else if (ok) {
        (void)printf("case %s\n", c->words[0]);
        case_view_print(&view);
    }
    case_view_fini(&view);
    bytes_fini(&line);
    bytes_fini(&message);
    return ok;
}

const struct verb cmd_case_show = {
    .noun = "case",
    .name = "show",
    .usage = "--home DIR CASE",
    .summary = "What is known of one person, by section. The opening is logged in the house log.",
    .min_words = 1,
    .max_words = 1,
    .run = run_show,
};
