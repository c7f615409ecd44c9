#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/connection.h"
#include "cli/verbs/case_sender.h"
#include "codec/control_codec.h"
#include "formats/csv_template.h"
#include "formats/import.h"

static const struct told_line added_lines[] = {{"", .text = "row {row}: case {case} added, {label}"}, {0}};

static const struct told_form added_form = {
    .answer = &control_case_added_contract, .beside = &control_imported_row_contract, .lines = added_lines};

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

static bool import_file(struct case_sender *im, struct view file, const struct import_options *options,
                        struct error *err)
{
    struct import_sink sink = {.cookie = im, .on_finding = case_sender_note, .on_case = case_sender_add};
    size_t cases = 0;
    bool ok = import_cases(file, options, &sink, &cases, err);

    case_sender_end_progress(im);
    return ok && case_sender_commit(im, file.size, err);
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
    struct case_sender_form form = {.command = c,
                                    .added = &added_form,
                                    .again = options_flag(&c->options, "again"),
                                    .json = c->json,
                                    .progress = !c->json && isatty(STDERR_FILENO) == 1};
    struct case_sender *im;
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
    form.file = strcmp(c->options.words[0], "-") == 0 ? "standard input" : c->options.words[0];
    im = case_sender_new(&form);
    ok = read_options(c, &options, err) && file_read(c->options.words[0], BOUND_IMPORT, &file, err) &&
         connection_open(c, REFEX_NODE, err) && import_file(im, bytes_view(&file), &options, err);
    bytes_fini(&file);
    case_sender_free(im);
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
    .forms = {&added_form, &case_sender_finding},
    .run = run_import,
};
