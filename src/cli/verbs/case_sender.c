#include "cli/verbs/case_sender.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/connection.h"
#include "codec/case_codec.h"
#include "codec/control_codec.h"
#include "formats/case_likeness.h"
#include "model/spoken_id.h"

#define PART_BYTES     900000 /* of data in one frame: with tags and lengths it stays below BOUND_FRAME */
#define PROGRESS_CASES 500

struct case_sender {
    struct case_sender_form form;
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

const struct told_form case_sender_finding = {
    .answer = &control_import_finding_contract, .lines = finding_lines, .json_only = "case" /* the sentence says it */};

void case_sender_tell(const char *file, bool json, const struct import_finding *found)
{
    const struct control_import_finding f = {.file = view_of_text(file),
                                             .row = found->row,
                                             .field = view_of_text(found->field),
                                             .refused = found->refused,
                                             .what = view_of_text(found->sentence)};

    told_form_show(stderr, json, &case_sender_finding, &(struct told_shown){.answer = &f});
}

void case_sender_note(void *sender, const struct import_finding *found)
{
    const struct case_sender *im = sender;

    case_sender_tell(im->form.file, im->form.json, found);
}

/* --- the parts --- */

/* Sends the collected pieces as one frame. */
static void send_part(struct case_sender *im)
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
        im->request = refex_client_send(im->form.command->client, CONTROL_CASE_PART, message.at, message.size);
    else
        refex_client_send_more(im->form.command->client, im->request, CONTROL_CASE_PART, message.at, message.size);
    bytes_fini(&message);
    bytes_clear(&im->data);
    im->piece_count = 0;
    im->likeness_count = 0;
}

static bool add_section(struct case_sender *im, const struct case_data *c, enum section s, struct error *err)
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

static void add_likenesses(struct case_sender *im, const struct case_data *c)
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

static void keep_row(struct case_sender *im, uint32_t row)
{
    if (im->cases == im->row_room) {
        im->row_room = im->row_room == 0 ? 64 : im->row_room * 2;
        im->rows = xrealloc(im->rows, im->row_room * sizeof *im->rows);
    }
    im->rows[im->cases] = row;
}

bool case_sender_add(void *cookie, uint32_t row, const struct case_data *c, struct error *err)
{
    struct case_sender *im = cookie;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (!add_section(im, c, s, err))
            return error_wrap(err, "%s, row %u", im->form.file, row);
    add_likenesses(im, c);
    keep_row(im, row);
    im->cases++;
    if (im->form.progress && im->cases % PROGRESS_CASES == 0)
        (void)fprintf(stderr, "\r%u cases read …", im->cases);
    return true;
}

/* --- the answer --- */

struct import_answer {
    struct case_sender *im;
    size_t alike; /* cases that seem to be here already: none was added */
};

static uint32_t row_of(const struct case_sender *im, uint32_t case_number)
{
    return case_number < im->cases ? im->rows[case_number] : 0;
}

/* A case that was not added, with the findings. */
static void report_alike(const struct case_sender *im, const struct control_case_added *a)
{
    struct bytes sentence = {0};
    char label[BOUND_SPOKEN_ID];
    struct control_import_finding f = {
        .file = view_of_text(im->form.file), .row = row_of(im, a->case_number), .refused = true, .case_id = a->case_id};

    case_label_write(&a->case_id, label);
    if (ident_is_zero(&a->case_id))
        bytes_printf(&sentence, "seems to be the person of row %u", (unsigned)row_of(im, a->same_as));
    else
        bytes_printf(&sentence, "seems to be here already: case %s", label);
    bytes_printf(&sentence, " (%s)", likeness_says(a->likeness));
    f.what = bytes_view(&sentence);
    told_form_show(stderr, im->form.json, &case_sender_finding, &(struct told_shown){.answer = &f});
    bytes_fini(&sentence);
}

static bool print_answer(struct import_answer *a, struct view message, struct error *err)
{
    struct arena arena = {0};
    struct control_case_added added;
    struct control_imported_row beside;
    bool ok = control_case_added_decode(message, &arena, &added, err);

    if (ok && added.likeness == LIKENESS_NONE) {
        if (a->im->form.added_case != NULL)
            *a->im->form.added_case = added.case_id;
        beside.row = row_of(a->im, added.case_number);
        told_form_show(stdout, a->im->form.json, a->im->form.added,
                       &(struct told_shown){.answer = &added, .beside = &beside});
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
bool case_sender_commit(struct case_sender *im, size_t text_size, struct error *err)
{
    struct refex_client *client = im->form.command->client;
    const char *request_id = options_value(&im->form.command->options, "request-id");
    struct control_case_commit ask = {.count = im->cases,
                                      .again = im->form.again,
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
                         a.alike, a.alike == 1 ? "" : "s", im->form.file);
    return ok;
}

/* --- begin and end --- */

struct case_sender *case_sender_new(const struct case_sender_form *form)
{
    struct case_sender *im = xnew(sizeof *im);

    im->form = *form;
    im->data.wiping = true;
    return im;
}

void case_sender_end_progress(const struct case_sender *im)
{
    if (im->form.progress && im->cases >= PROGRESS_CASES)
        (void)fputs("\r                          \r", stderr);
}

void case_sender_free(struct case_sender *im)
{
    bytes_fini(&im->data);
    free(im->rows);
    free(im);
}
