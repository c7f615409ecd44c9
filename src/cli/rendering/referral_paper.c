#include "cli/rendering/referral_paper.h"

#include <string.h>

#include "cli/rendering/state_view.h"
#include "formats/htcds_names.h"
#include "model/referral.h"
#include "output/render.h"

#define LABEL_COLUMNS 30 /* and a blank, before a value */
#define HEAD_LINES    3

struct paper {
    struct bytes lines; /* wiped: each ends with a line feed */
    size_t count;
};

/* --- lines --- */

/* Columns of text that is UTF-8. */
static size_t columns_of(struct view text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.size; i++)
        n += (text.at[i] & 0xC0) != 0x80;
    return n;
}

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

/* LABEL, and TEXT beside it in as many lines as that takes. */
static void add(struct paper *p, const char *label, struct view text)
{
    size_t room = columns_of(view_of_text(label));

    bytes_append_text(&p->lines, label);
    if (room > LABEL_COLUMNS) { /* a line of its own */
        end_line(p);
        room = 0;
    }
    do {
        size_t n = fit(text, REFERRAL_PAPER_COLUMNS - LABEL_COLUMNS - 1);

        if (n > 0)
            pad(&p->lines, LABEL_COLUMNS + 1 - room);
        bytes_append(&p->lines, text.at, n);
        end_line(p);
        room = 0;
        if (n < text.size && (text.at[n] == ' ' || text.at[n] == '\n'))
            n++;
        text = view_of(text.at + n, text.size - n);
    } while (text.size > 0);
}

static void add_text(struct paper *p, const char *label, const char *text)
{
    add(p, label, view_of_text(text != NULL ? text : "-")); /* not known: what was asked is not read any more */
}

static void add_bytes(struct paper *p, const char *label, struct bytes *text)
{
    add(p, label, bytes_view(text));
    bytes_fini(text);
}

static void add_title(struct paper *p, const char *title)
{
    end_line(p);
    bytes_append_text(&p->lines, title);
    end_line(p);
}

/* For who writes by hand. */
static void add_blank(struct paper *p, const char *label)
{
    add_text(p, label, "_________________________________________");
}

/* --- what is known of the referral --- */

static void add_time(struct paper *p, const char *label, int64_t ms)
{
    char at[RENDER_TIME];

    render_time(ms, at);
    add_text(p, label, at);
}

static void add_agency(struct paper *p, const struct address *agency, const struct control_reach *reach)
{
    add_text(p, "Agency", agency->text);
    if (reach == NULL || reach->phone.size == 0)
        add_blank(p, "Phone");
    else
        add(p, reach->at_night ? "Phone (at night)" : "Phone", reach->phone);
    add_blank(p, "Contact person");
}

static void add_agencies(struct paper *p, const struct control_referral_detail *d, const struct address *own)
{
    bool out = d->summary.direction == DIRECTION_OUT;

    add_title(p, "REFERRING AGENCY");
    add_agency(p, out ? own : &d->summary.peer, out ? NULL : &d->reach);
    add_title(p, "RECEIVING AGENCY");
    add_agency(p, out ? &d->summary.peer : own, out ? &d->reach : NULL);
}

static void add_services(struct paper *p, const struct control_referral *r)
{
    add_title(p, "SERVICES REQUESTED");
    for (uint32_t s = 1; s < SERVICE_END; s++)
        if ((r->services & (1U << s)) != 0)
            add_text(p, "[x]", service_name((enum service)s));
}

static void add_sections(struct paper *p, const char *label, section_set sections)
{
    struct bytes names = {0};

    if (sections == 0)
        bytes_append_text(&names, "nothing");
    section_set_write(sections, &names);
    add_bytes(p, label, &names);
}

static void add_consent(struct paper *p, const struct control_referral *r)
{
    add_title(p, "CONSENT");
    add_sections(p, "She agreed to share", r->shared);
    add_sections(p, "On offer after acceptance", r->offered);
    add_text(p, "For the purpose", purpose_name(r->purpose));
}

/* --- what is in its sections --- */

/* A value as it stands in files, but that lines stay lines. */
static void add_value(struct paper *p, const struct case_value *value)
{
    struct bytes label = {0};
    struct bytes text = {.wiping = true};
    struct bytes safe = {.wiping = true};

    bytes_append_text(&label, htcds_names_label(value->field));
    if (value->record > 0)
        bytes_printf(&label, " (%u)", (unsigned)value->record + 1);
    bytes_append_u8(&label, '\0');
    case_value_write(value, &text);
    for (size_t at = 0; at < text.size;) {
        const uint8_t *feed = memchr(text.at + at, '\n', text.size - at);
        size_t n = feed != NULL ? (size_t)(feed - (text.at + at)) : text.size - at;

        render_escaped(&safe, view_of(text.at + at, n));
        if (feed != NULL)
            bytes_append_u8(&safe, '\n');
        at += n + (feed != NULL);
    }
    add(p, (const char *)label.at, bytes_view(&safe));
    bytes_fini(&label);
    bytes_fini(&text);
    bytes_fini(&safe);
}

/* Those of the sections of SET, under a title, if there are any. */
static void add_values(struct paper *p, const char *title, const struct case_view *view, section_set set)
{
    bool any = false;

    for (size_t i = 0; i < view->data.count; i++) {
        const struct case_value *value = &view->data.values[i];

        if ((SECTION_BIT(value->field->section) & set) == 0)
            continue;
        if (!any)
            add_title(p, title);
        any = true;
        add_value(p, value);
    }
}

/* --- the pages --- */

static void add_form(struct paper *p, const struct control_referral_detail *d, const struct case_view *view,
                     const struct address *own)
{
    const section_set client = SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_CONTACT);
    const section_set caregiver = SECTION_BIT(SECTION_CHILD);
    struct bytes stands = {0};

    add_text(p, "Priority", urgency_name(d->summary.urgency));
    add_time(p, "Date of referral", d->summary.made_ms);
    add_agencies(p, d, own);
    add_values(p, "CLIENT INFORMATION", view, client);
    add_values(p, "IF THE CLIENT IS A MINOR", view, caregiver);
    add_values(p, "BACKGROUND INFORMATION, REASON FOR REFERRAL", view, SECTION_ALL & ~client & ~caregiver);
    add_services(p, &d->summary);
    add_consent(p, &d->summary);
    add_title(p, "DETAILS OF REFERRAL");
    add_time(p, "Answer expected by", d->summary.due_ms);
    state_view_write(&stands, d->summary.state, d->summary.direction);
    add_bytes(p, "Where it stands", &stands);
    add_blank(p, "Received by");
    add_blank(p, "Date, signature");
}

static void write_head(const struct control_referral *r, size_t page, size_t pages, struct bytes *out)
{
    struct bytes right = {0};
    struct bytes left = {0};
    char id[IDENT_TEXT];

    ident_write(&r->referral, id);
    bytes_append_text(&left, "INTER-AGENCY REFERRAL, CONFIDENTIAL");
    bytes_printf(&right, "page %zu of %zu", page, pages);
    bytes_append_view(out, bytes_view(&left));
    pad(out, REFERRAL_PAPER_COLUMNS - left.size - right.size);
    bytes_append_view(out, bytes_view(&right));
    bytes_printf(out, "\n%s\n\n", id);
    bytes_fini(&left);
    bytes_fini(&right);
}

void referral_paper_write(const struct control_referral_detail *d, const struct case_view *view,
                          const struct address *own, struct bytes *out)
{
    const size_t room = REFERRAL_PAPER_LINES - HEAD_LINES;
    struct paper p = {.lines.wiping = true};
    size_t pages;
    size_t at = 0;

    add_form(&p, d, view, own);
    pages = (p.count + room - 1) / room;
    for (size_t page = 1; page <= pages; page++) {
        write_head(&d->summary, page, pages, out);
        for (size_t i = 0; i < room && at < p.lines.size; i++) {
            const uint8_t *feed = memchr(p.lines.at + at, '\n', p.lines.size - at);
            size_t n = (size_t)(feed - (p.lines.at + at)) + 1;

            bytes_append(out, p.lines.at + at, n);
            at += n;
        }
        bytes_append_u8(out, '\f');
    }
    bytes_fini(&p.lines);
}
