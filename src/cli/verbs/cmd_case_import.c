#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/connection.h"
#include "codec/case_codec.h"
#include "codec/control_codec.h"
#include "formats/case_likeness.h"
#include "formats/csv_template.h"
#include "formats/import.h"
#include "output/told_form.h"

#define PART_BYTES     900000 /* of data in one frame: with tags and lengths it stays below BOUND_FRAME */
#define PROGRESS_CASES 500

struct import_context {
    struct command *command;
    const char *file;
    bool json;
    uint32_t request; /* number of the request that all parts share; 0 before the first */
    uint32_t cases;
    uint32_t *rows; /* of the file, for each case */
    size_t row_room;
    struct control_case_piece pieces[BOUND_PIECES];
    size_t piece_count;
    size_t offsets[BOUND_PIECES]; /* of each piece in DATA */
    struct control_case_likeness likenesses[BOUND_PIECES];
    size_t likeness_count;
    size_t key_offsets[BOUND_PIECES]; /* of each likeness in DATA */
    struct bytes data;
    bool progress;
};

/* --- findings: on standard error --- */

static void write_finding(struct bytes *out, const struct told_shown *shown)
{
    const struct control_import_finding *f = shown->answer;

    bytes_append_text(out, f->field.size > 0 ? ", " : "");
    render_escaped(out, f->field);
    bytes_append_text(out, f->refused ? ": " : ": note: ");
    render_escaped(out, f->what);
}

static const struct told_line finding_lines[] = {{"", .text = "{file}, row {row}", write_finding, "field refused what"},
                                                 {0}};

static const struct told_form finding_form = {
    .answer = &control_import_finding_contract, .lines = finding_lines, .json_only = "case" /* the sentence says it */};

static void on_finding(void *cookie, const struct import_finding *found)
{
    const struct import_context *im = cookie;
    const struct control_import_finding f = {.file = view_of_text(im->file),
                                             .row = found->row,
                                             .field = view_of_text(found->field),
                                             .refused = found->refused,
                                             .what = view_of_text(found->sentence)};

    told_form_show(stderr, im->json, &finding_form, &(struct told_shown){.answer = &f});
}

/* --- the parts --- */

/* Sends the collected pieces as one frame. */
static void send_part(struct import_context *im)
{
    struct control_case_part part = {im->pieces, im->piece_count, im->likenesses, im->likeness_count};
    struct bytes message = {.wiping = true};

    if (im->piece_count == 0 && im->likeness_count == 0)
        return;
    for (size_t i = 0; i < im->piece_count; i++)
        im->pieces[i].data.at = im->data.at + im->offsets[i];
    for (size_t i = 0; i < im->likeness_count; i++)
        im->likenesses[i].key.at = im->data.at + im->key_offsets[i];
    control_case_part_encode(&part, &message);
    if (im->request == 0)
        im->request = refex_client_send(im->command->client, CONTROL_CASE_PART, message.at, message.size);
    else
        refex_client_send_more(im->command->client, im->request, CONTROL_CASE_PART, message.at, message.size);
    bytes_fini(&message);
    bytes_clear(&im->data);
    im->piece_count = 0;
    im->likeness_count = 0;
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

static void add_likenesses(struct import_context *im, const struct case_data *c)
{
    struct case_likeness_key keys[CASE_LIKENESSES];
    size_t count = case_likeness_keys(c, keys);

    if (im->likeness_count + count > BOUND_PIECES || im->data.size + count * BOUND_LIKENESS > PART_BYTES)
        send_part(im);
    for (size_t i = 0; i < count; i++) {
        im->key_offsets[im->likeness_count] = im->data.size;
        im->likenesses[im->likeness_count++] =
            (struct control_case_likeness){im->cases, keys[i].likeness, view_of(NULL, keys[i].key.size)};
        bytes_append_view(&im->data, bytes_view(&keys[i].key));
        bytes_fini(&keys[i].key);
    }
}

static void keep_row(struct import_context *im, uint32_t row)
{
    if (im->cases == im->row_room) {
        im->row_room = im->row_room == 0 ? 64 : im->row_room * 2;
        im->rows = xrealloc(im->rows, im->row_room * sizeof *im->rows);
    }
    im->rows[im->cases] = row;
}

static bool on_case(void *cookie, uint32_t row, const struct case_data *c, struct error *err)
{
    struct import_context *im = cookie;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (!add_section(im, c, s, err))
            return error_wrap(err, "%s, row %u", im->file, row);
    add_likenesses(im, c);
    keep_row(im, row);
    im->cases++;
    if (im->progress && im->cases % PROGRESS_CASES == 0)
        (void)fprintf(stderr, "\r%u cases read …", im->cases);
    return true;
}

/* --- the answer --- */

struct import_answer {
    struct import_context *im;
    size_t alike; /* cases that seem to be here already: none was added */
};

static uint32_t row_of(const struct import_context *im, uint32_t case_number)
{
    return case_number < im->cases ? im->rows[case_number] : 0;
}

static const struct told_line added_lines[] = {{"", .text = "row {row}: case {case} added, {label}"}, {0}};

static const struct told_form added_form = {
    .answer = &control_case_added_contract, .beside = &control_imported_row_contract, .lines = added_lines};

/* A case that was not added, with the findings. */
static void report_alike(const struct import_context *im, const struct control_case_added *a)
{
    struct bytes sentence = {0};
    char text[IDENT_TEXT];
    struct control_import_finding f = {
        .file = view_of_text(im->file), .row = row_of(im, a->case_number), .refused = true, .case_id = a->case_id};

    ident_write(&a->case_id, text);
    if (ident_is_zero(&a->case_id))
        bytes_printf(&sentence, "seems to be the person of row %u", (unsigned)row_of(im, a->same_as));
    else
        bytes_printf(&sentence, "seems to be here already: case %s", text);
    bytes_printf(&sentence, " (%s)", likeness_says(a->likeness));
    f.what = bytes_view(&sentence);
    told_form_show(stderr, im->json, &finding_form, &(struct told_shown){.answer = &f});
    bytes_fini(&sentence);
}

static bool print_answer(struct import_answer *a, struct view message, struct error *err)
{
    struct arena arena = {0};
    struct control_case_added added;
    struct control_imported_row beside;
    bool ok = control_case_added_decode(message, &arena, &added, err);

    if (ok && added.likeness == LIKENESS_NONE) {
        beside.row = row_of(a->im, added.case_number);
        told_form_show(stdout, a->im->json, &added_form, &(struct told_shown){.answer = &added, .beside = &beside});
    } else if (ok) {
        report_alike(a->im, &added);
        a->alike++;
    }
    arena_fini(&arena);
    return ok;
}

static bool set_failure(const struct refex_failure *why, struct error *err)
{
    enum error_code code = error_code_find(why->code);

    return error_set(err, code != E_NONE ? code : E_CTL_02, "%s", why->text);
}

/* Sends the last pieces and the commit, and prints the answer. E-IMP-05 */
static bool commit_import(struct import_context *im, size_t text_size, struct error *err)
{
    struct refex_client *client = im->command->client;
    const char *request_id = options_value(&im->command->options, "request-id");
    struct control_case_commit ask = {.count = im->cases,
                                      .again = options_flag(&im->command->options, "again"),
                                      .request_id = view_of_text(request_id != NULL ? request_id : ""),
                                      .text_size = text_size};
    struct bytes message = {0};
    struct import_answer a = {.im = im};
    struct refex_answer answer;
    struct refex_failure why;
    bool got;
    bool ok = true;

    send_part(im);
    control_case_commit_encode(&ask, &message);
    refex_client_send_more(client, im->request, CONTROL_CASE_IMPORT, message.at, message.size);
    bytes_fini(&message);
    for (;;) {
        if (!refex_client_next(client, -1, &answer, &got, &why)) {
            ok = set_failure(&why, err);
            break;
        }
        if (answer.kind == REFEX_FAILED)
            ok = set_failure(&answer.failure, err);
        else if (answer.kind == REFEX_ITEM)
            ok = print_answer(&a, view_of(answer.message, answer.size), err);
        if (!ok || answer.kind == REFEX_DONE)
            break;
    }
    if (ok && a.alike != 0)
        return error_set(err, E_IMP_05, "%zu row%s of %s may be a person who is here already, or twice in the file",
                         a.alike, a.alike == 1 ? "" : "s", im->file);
    return ok;
}

/* --- options --- */

static bool read_format(const struct command *c, enum import_format *out, struct error *err)
{
    static const char *const names[] = {"htcds-json", "htcds-csv"};
    const char *given = options_value(&c->options, "format");

    return given == NULL || import_format_find(view_of_text(given), out) ||
           options_wrong_value(err, "format", given, names, 2);
}

static bool read_encoding(const struct command *c, enum encoding *out, struct error *err)
{
    const char *given = options_value(&c->options, "encoding");

    return given == NULL || encoding_find(view_of_text(given), out) ||
           options_wrong_value(err, "encoding", given, encoding_names, ENCODINGS);
}

static bool read_dates(const struct command *c, enum date_order *out, struct error *err)
{
    static const char *const names[] = {"dmy", "mdy"};
    const char *given = options_value(&c->options, "dates");

    if (given == NULL)
        return true;
    *out = strcmp(given, "dmy") == 0 ? DATE_ORDER_DMY : strcmp(given, "mdy") == 0 ? DATE_ORDER_MDY : *out;
    return *out != DATE_ORDER_UNKNOWN || options_wrong_value(err, "dates", given, names, 2);
}

/* What of them was not given stays as it is. */
static bool read_options(const struct command *c, struct import_options *out, struct error *err)
{
    const char *request_id = options_value(&c->options, "request-id");

    if (request_id != NULL && (request_id[0] == '\0' || strlen(request_id) > BOUND_REQUEST_ID))
        return error_set(err, E_USE_04, "--request-id has 1 to %d bytes", BOUND_REQUEST_ID);
    return read_format(c, &out->format, err) && read_encoding(c, &out->encoding, err) &&
           read_dates(c, &out->dates, err);
}

/* --- the file --- */

static bool import_file(struct import_context *im, struct view file, const struct import_options *options,
                        struct error *err)
{
    struct import_sink sink = {im, on_finding, on_case};
    size_t cases = 0;
    bool ok = import_cases(file, options, &sink, &cases, err);

    if (im->progress && im->cases >= PROGRESS_CASES)
        (void)fputs("\r                          \r", stderr);
    return ok && commit_import(im, file.size, err);
}

static void print_template(bool labels)
{
    struct bytes table = {0};

    csv_template_append(labels, &table);
    (void)fwrite(table.at, 1, table.size, stdout);
    bytes_fini(&table);
}

/* The template needs no file and no node, and takes no other option. */
static bool check_words(const struct command *c, struct error *err)
{
    bool template = options_flag(&c->options, "template");

    if (!options_not_both(&c->options, "template", "format", err) ||
        !options_not_both(&c->options, "template", "encoding", err) ||
        !options_not_both(&c->options, "template", "dates", err) ||
        !options_not_both(&c->options, "template", "again", err) ||
        !options_not_both(&c->options, "template", "request-id", err))
        return false;
    if (options_flag(&c->options, "labels") && !template)
        return error_set(err, E_USE_02, "--template is missing: --labels adds a row of labels to it");
    if (template && c->options.word_count != 0)
        return error_set(err, E_USE_01, "--template writes a header to standard output and takes no FILE");
    if (!template && c->options.word_count == 0)
        return error_set(err, E_USE_02, "FILE is missing (- for standard input)");
    return true;
}

static bool run_import(struct command *c, int *status, struct error *err)
{
    struct import_context *im;
    struct bytes file = {.wiping = true};
    /* Where the person is, who was born today is not of tomorrow. */
    struct import_options options = {.today = clock_local_day(clock_now_ms(&clock_real))};
    bool ok;

    (void)status;
    if (!check_words(c, err))
        return false;
    if (options_flag(&c->options, "template")) {
        print_template(options_flag(&c->options, "labels"));
        return true;
    }
    im = xnew(sizeof *im);
    im->command = c;
    im->data.wiping = true;
    im->file = strcmp(c->options.words[0], "-") == 0 ? "standard input" : c->options.words[0];
    im->json = c->json;
    im->progress = !c->json && isatty(STDERR_FILENO) == 1;
    ok = read_options(c, &options, err) && file_read(c->options.words[0], BOUND_IMPORT, &file, err) &&
         connection_open(c, REFEX_NODE, err) && import_file(im, bytes_view(&file), &options, err);
    bytes_fini(&file);
    bytes_fini(&im->data);
    free(im->rows);
    free(im);
    return ok;
}

const struct verb cmd_case_import = {
    .usage = "--home DIR FILE [--encoding ENCODING] [--dates dmy|mdy] [--again] [--request-id ID] | --template",
    .summary = "Add cases from a file in HTCDS form: all of them, or none.",
    .help = "Example\n"
            "  refex case import --home ~/refex cases.csv\n"
            "  refex case import --template --labels > cases.csv\n\n"
            "CSV has a header row of HTCDS field names or labels; columns are separated by commas, semicolons or tabs, "
            "several\n"
            "values of one field by ';'. Each value may be written as docs/FIELDS.md says. A spreadsheet (.xlsx, .ods) "
            "is saved\n"
            "as CSV UTF-8 first. FILE may be - for standard input. Every fault is named by row and column on standard "
            "error;\n"
            "nothing is half added. Persons who seem to be here already, or stand in the file twice, are named, and "
            "nothing is\n"
            "added unless --again says that it is meant.",
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("format", "FORMAT", "htcds-json or htcds-csv; otherwise by the first character"),
                   OPTION_VALUE("encoding", "ENCODING",
                                "utf-8, utf-16, cp1250, cp1251 or cp1254; otherwise by the file's mark, or utf-8"),
                   OPTION_VALUE("dates", "ORDER", "dmy or mdy: which stands first in 03/04/2001, the day or the month"),
                   OPTION_FLAG("again", "add persons who seem to be here already, too"),
                   OPTION_VALUE("request-id", "ID", "the caller's own id: asking again adds nothing"),
                   OPTION_FLAG("template", "print the header of an empty table with all fields, for a spreadsheet"),
                   OPTION_FLAG("labels", "with --template: under it a row of labels, which an import passes over")},
    .forms = {&added_form, &finding_form},
    .run = run_import,
};
