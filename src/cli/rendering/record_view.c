#include "cli/rendering/record_view.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/referral.h"

/* --- notes, which are not told field by field --- */

/* The first line of a checkpoint note: federation/fid16/agency/incarnation; the second: the size; the third: the root.
 * In our own log they are as they came, and were checked then. */
struct note_lines {
    struct view line[3];
    struct view origin[4];
};

static size_t split(struct view text, char at, struct view *out, size_t max)
{
    size_t n = 0;
    size_t begin = 0;

    for (size_t i = 0; i <= text.size && n < max; i++)
        if (i == text.size || text.at[i] == (uint8_t)at) {
            out[n++] = view_of(text.at + begin, i - begin);
            begin = i + 1;
        }
    return n;
}

static bool read_note(struct view note, struct note_lines *out)
{
    return split(note, '\n', out->line, 3) == 3 && split(out->line[0], '/', out->origin, 4) == 4;
}

static void put_note(const struct told_view *w, const char *key, struct view note)
{
    struct note_lines lines;

    if (note.size == 0)
        return;
    if (w->json != NULL)
        json_line_view(w->json, key, note);
    else if (read_note(note, &lines)) {
        told_view_view(w, "size", lines.line[1]);
        told_view_view(w, "root", lines.line[2]);
    }
}

/* Whose log it is, and the sizes, are read off the notes. */
static void put_notes(const struct told_view *w, const struct record_notes *n)
{
    struct note_lines first;
    struct note_lines second;
    struct bytes agency = {0};

    if (read_note(n->first, &first)) {
        bytes_append_view(&agency, first.origin[2]);
        bytes_append_u8(&agency, '@');
        bytes_append_view(&agency, first.origin[0]);
        told_view_view(w, "agency", bytes_view(&agency));
        told_view_view(w, "incarnation", first.origin[3]);
        bytes_fini(&agency);
        if (w->json != NULL) {
            json_line_array(w->json, "sizes");
            json_line_view(w->json, NULL, first.line[1]);
            if (n->second.size != 0 && read_note(n->second, &second))
                json_line_view(w->json, NULL, second.line[1]);
            json_line_close(w->json);
        }
    }
    put_note(w, "first", n->first);
    put_note(w, "second", n->second);
}

static void put_fields(struct told_view *w, const struct record *r)
{
    const struct record_notes *notes = told_notes(r);

    if (notes != NULL)
        put_notes(w, notes);
    else
        told_record(r, told_view_put, w);
}

void record_view_write(const struct record *r, struct bytes *words)
{
    struct told_view w = {.words = words};

    put_fields(&w, r);
}

/* --- what the node knows beside it --- */

static void add_word(struct bytes *out, const char *key, const char *value)
{
    bytes_printf(out, "%s%s%s%s", out->size > 0 ? "; " : "", key, key[0] != '\0' ? " " : "", value);
}

static void add_ident(struct bytes *out, const struct bytes *said, const char *key, const struct ident *id)
{
    char text[IDENT_TEXT];

    ident_write(id, text);
    if (!ident_is_zero(id) && memmem(said->at, said->size, text, strlen(text)) == NULL)
        add_word(out, key, text);
}

/* Who decided: the Unix user, where the node that was asked knows it. */
static void add_actor(struct bytes *out, const struct control_audit_entry *e, const struct record *r)
{
    char text[IDENT_TEXT];

    if (e->has_user) {
        (void)snprintf(text, sizeof text, "%u", (unsigned)e->user);
        add_word(out, "by Unix user", text);
    } else if (r->has_actor) {
        ident_write(&r->actor, text);
        add_word(out, "by", text);
    }
}

/* Without what its words SAID. */
static void write_beside(const struct control_audit_entry *e, const struct record *r, const struct bytes *said,
                         struct bytes *out)
{
    if (e->message_kind != 0 && r->kind != RECORD_DISCLOSED)
        add_word(out, "", message_kind_name((enum message_kind)e->message_kind));
    if (e->answer != 0)
        add_word(out, "answer", referral_state_name((enum referral_state)e->answer));
    if (e->recipient.text[0] != '\0')
        add_word(out, "for", e->recipient.text);
    add_ident(out, said, "referral", &e->referral);
    add_ident(out, said, "consent", &e->consent);
    add_actor(out, e, r);
}

void record_view_print_title(void)
{
    (void)printf("%6s  %-19s  %-11s  %s\n", "RECORD", "TIME (UTC)", "KIND",
                 "SAYS [and what this node knows beside it]");
}

/* Beside an entry stands its record. */
static void write_line(struct bytes *out, const struct told_shown *s)
{
    const struct record *r = s->beside;
    struct bytes words = {0};
    struct bytes beside = {0};
    char at[25];

    text_write_time(r->time_ms, at);
    record_view_write(r, &words);
    write_beside(s->answer, r, &words, &beside);
    bytes_printf(out, "%6llu  %.10s %.8s  %-11s", (unsigned long long)r->index, at, at + 11, record_kind_name(r->kind));
    bytes_append_view(out, bytes_view(&words));
    if (beside.size > 0)
        bytes_printf(out, "  [%.*s]", (int)beside.size, (const char *)beside.at);
    bytes_fini(&words);
    bytes_fini(&beside);
}

static void put_record(struct json_line *j, const struct told_shown *s)
{
    const struct record *r = s->beside;
    struct told_view w = {.json = j};

    json_line_u64(j, "index", r->index);
    render_json_time(j, "time", r->time_ms);
    json_line_text(j, "kind", record_kind_name(r->kind));
    if (r->has_actor)
        render_json_ident(j, "actor", &r->actor);
    put_fields(&w, r);
}

static const struct told_line record_lines[] = {
    {"", .write = write_line,
     "beside.message_kind beside.referral beside.consent beside.recipient beside.answer beside.user"},
    {0}};

const struct told_form record_view = {.answer = &control_audit_entry_contract,
                                      .lines = record_lines,
                                      .json_only = "record leaf", /* bytes to be verified */
                                      .beside = put_record};
