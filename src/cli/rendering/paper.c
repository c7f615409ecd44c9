#include "cli/rendering/paper.h"

#include <string.h>

#include "base/text.h"
#include "formats/htcds_names.h"
#include "model/referral.h"
#include "output/render.h"

#define LABEL_COLUMNS 30 /* and a blank, before a value */
#define HEAD_LINES    3

/* --- lines --- */

static void pad(struct bytes *out, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        bytes_append_u8(out, ' ');
}

static void end_line(struct paper *p)
{
    bytes_append_u8(&p->lines, '\n');
    p->count++;
}

/* How many bytes of TEXT fit into so many columns: whole words where there are any. */
static size_t fit(struct view text, size_t columns)
{
    size_t space = 0;
    size_t n = 0;
    size_t at = 0;

    while (at < text.size && text.at[at] != '\n') {
        if ((text.at[at] & 0xC0) != 0x80 && n++ == columns)
            return space != 0 ? space : at;
        if (text.at[at] == ' ')
            space = at;
        at++;
    }
    return at;
}

void paper_add(struct paper *p, const char *label, struct view text)
{
    size_t room = (size_t)text_width(view_of_text(label));

    bytes_append_text(&p->lines, label);
    if (room > LABEL_COLUMNS) { /* a line of its own */
        end_line(p);
        room = 0;
    }
    do {
        size_t n = fit(text, PAPER_COLUMNS - LABEL_COLUMNS - 1);

        if (n > 0)
            pad(&p->lines, LABEL_COLUMNS + 1 - room);
        bytes_append(&p->lines, text.at, n);
        end_line(p);
        room = 0;
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a size is of a text */
        if (n < text.size && (text.at[n] == ' ' || text.at[n] == '\n'))
            n++;
        text = view_of(text.at + n, text.size - n);
    } while (text.size > 0);
}

void paper_add_text(struct paper *p, const char *label, const char *text)
{
    paper_add(p, label, view_of_text(text != NULL ? text : "-")); /* not known: what was asked is not read any more */
}

void paper_add_bytes(struct paper *p, const char *label, struct bytes *text)
{
    paper_add(p, label, bytes_view(text));
    bytes_fini(text);
}

void paper_add_title(struct paper *p, const char *title)
{
    end_line(p);
    bytes_append_text(&p->lines, title);
    end_line(p);
}

void paper_add_blank(struct paper *p, const char *label)
{
    paper_add_text(p, label, "_________________________________________");
}

void paper_add_time(struct paper *p, const char *label, int64_t ms)
{
    char at[RENDER_TIME];

    render_time(ms, at);
    paper_add_text(p, label, at);
}

void paper_add_sections(struct paper *p, const char *label, section_set sections)
{
    struct bytes names = {0};

    if (sections == 0)
        bytes_append_text(&names, "nothing");
    section_set_write(sections, &names);
    paper_add_bytes(p, label, &names);
}

void paper_add_services(struct paper *p, uint32_t services)
{
    paper_add_title(p, "SERVICES REQUESTED");
    for (uint32_t s = 1; s < SERVICE_END; s++)
        if ((services & (1U << s)) != 0)
            paper_add_text(p, "[x]", service_name((enum service)s));
}

/* --- what is in the sections of a case --- */

/* As it stands in files, but that whoever reads it knows no codes. */
static void write_value(const struct case_value *value, struct bytes *out)
{
    if (value->field->codes == NULL) {
        case_value_write(value, out);
        return;
    }
    for (size_t i = 0; i < value->count; i++)
        bytes_printf(out, "%s%s", i > 0 ? "; " : "", codes_label(value->field->codes, value->numbers[i]));
}

/* Lines stay lines. */
static void add_value(struct paper *p, const struct case_value *value)
{
    struct bytes label = {0};
    struct bytes text = {.wiping = true};
    struct bytes safe = {.wiping = true};

    bytes_append_text(&label, htcds_names_label(value->field));
    if (value->record > 0)
        bytes_printf(&label, " (%u)", (unsigned)value->record + 1);
    bytes_append_u8(&label, '\0');
    write_value(value, &text);
    for (size_t at = 0; at < text.size;) {
        const uint8_t *feed = memchr(text.at + at, '\n', text.size - at);
        size_t n = feed != NULL ? (size_t)(feed - (text.at + at)) : text.size - at;

        render_escaped(&safe, view_of(text.at + at, n));
        if (feed != NULL)
            bytes_append_u8(&safe, '\n');
        at += n + (feed != NULL);
    }
    paper_add(p, (const char *)label.at, bytes_view(&safe));
    bytes_fini(&label);
    bytes_fini(&text);
    bytes_fini(&safe);
}

void paper_add_values(struct paper *p, const char *title, const struct case_view *view, section_set set)
{
    bool any = false;

    for (size_t i = 0; i < view->data.count; i++) {
        const struct case_value *value = &view->data.values[i];

        if ((SECTION_BIT(value->field->section) & set) == 0)
            continue;
        if (!any)
            paper_add_title(p, title);
        any = true;
        add_value(p, value);
    }
}

/* --- the pages --- */

static void write_head(const char *title, const char *reference, size_t page, size_t pages, struct bytes *out)
{
    struct bytes right = {0};

    bytes_printf(&right, "page %zu of %zu", page, pages);
    bytes_append_text(out, title);
    pad(out, PAPER_COLUMNS - (size_t)text_width(view_of_text(title)) - right.size);
    bytes_append_view(out, bytes_view(&right));
    bytes_printf(out, "\n%s\n\n", reference);
    bytes_fini(&right);
}

void paper_end(struct paper *p, const char *title, const char *reference, struct bytes *out)
{
    const size_t room = PAPER_LINES - HEAD_LINES;
    size_t pages = (p->count + room - 1) / room;
    size_t at = 0;

    for (size_t page = 1; page <= pages; page++) {
        write_head(title, reference, page, pages, out);
        for (size_t i = 0; i < room && at < p->lines.size; i++) {
            const uint8_t *feed = memchr(p->lines.at + at, '\n', p->lines.size - at);
            size_t n = (size_t)(feed - (p->lines.at + at)) + 1;

            bytes_append(out, p->lines.at + at, n);
            at += n;
        }
        bytes_append_u8(out, '\f');
    }
    bytes_fini(&p->lines);
}
