#include "formats/intake.h"

#include "base/bounds.h"
#include "base/text.h"
#include "formats/loose_text.h"
#include "formats/written_value.h"
#include "model/case_triage.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DAY_OF_1970 25568 /* of dates in a case: day 1 is 1900-01-01 */

static void PRINTF_LIKE(5, 0)
    report_finding(struct intake *in, uint32_t row, const char *field, bool refused, const char *fmt, va_list ap)
{
    char sentence[ERROR_TEXT_MAX];
    struct import_finding f = {.row = row, .field = field, .refused = refused, .sentence = sentence};

    if (refused) {
        in->refusals++;
        in->row_refused = true;
    }
    if (in->second_pass || in->sink->on_finding == NULL)
        return;
    (void)vsnprintf(sentence, sizeof sentence, fmt, ap);
    in->sink->on_finding(in->sink->cookie, &f);
}

void intake_refuse(struct intake *in, uint32_t row, const char *field, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    report_finding(in, row, field, true, fmt, ap);
    va_end(ap);
}

void intake_note(struct intake *in, uint32_t row, const char *field, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    report_finding(in, row, field, false, fmt, ap);
    va_end(ap);
}

/* NAME is one of our constants: noted once for the whole file. */
static bool is_noted(struct intake *in, const char *name)
{
    for (size_t i = 0; i < in->noted_count; i++)
        if (in->noted[i] == name)
            return true;
    if (in->noted_count < INTAKE_NOTED)
        in->noted[in->noted_count++] = name;
    return false;
}

static void refuse_name(struct intake *in, uint32_t row, const char *where, struct view name)
{
    const char *near = htcds_names_nearest(name);
    char shown[65] = "";

    if (htcds_names_is_wellformed(name)) {
        REQUIRE(name.size < sizeof shown);
        memcpy(shown, name.at, name.size);
    }
    intake_refuse(in, row, shown, "%s has %s%s%s%s%s", where,
                  shown[0] != '\0' ? "the unknown name " : "a name that is none of a field", shown,
                  near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
}

static void refuse_shared(struct intake *in, uint32_t row, const char *where, struct view label)
{
    struct bytes names = {0};

    htcds_names_sharing(label, &names);
    bytes_append_u8(&names, 0);
    intake_refuse(in, row, "", "%s has the label of %s: write the name of the one that is meant", where,
                  (const char *)names.at);
    bytes_fini(&names);
}

const struct case_field *intake_find_field(struct intake *in, uint32_t row, const char *where, struct view heading,
                                           const struct htcds_column **column)
{
    enum htcds_heading is = htcds_names_find(heading, column);
    const struct case_field *f;

    if (is == HEADING_UNKNOWN) {
        if (!htcds_names_is_metadata(heading))
            refuse_name(in, row, where, heading);
        return NULL;
    }
    if (is == HEADING_SHARED) {
        refuse_shared(in, row, where, heading);
        return NULL;
    }
    f = case_field_find(view_of_text((*column)->name));
    if (is == HEADING_OTHER && !is_noted(in, (*column)->name))
        intake_note(in, row, (*column)->name, "written as %s: accepted", (*column)->other);
    if (f == NULL && !is_noted(in, (*column)->label)) {
        const struct case_left_out *left = case_left_out_find(view_of_text((*column)->name));

        REQUIRE(left != NULL); /* a column is that of a field, or one of those */
        intake_note(in, row, (*column)->name, "left out: %s", left->why);
    }
    return f;
}

void intake_begin(struct intake *in, uint32_t row)
{
    arena_reset(&in->arena);
    case_init(&in->c, &in->arena);
    in->row = row;
    in->row_refused = false;
    in->row_replaces = false;
}

static void replace(struct intake *in, const struct case_field *f, enum case_group g)
{
    if (!in->options->is_change)
        return;
    in->row_replaces = true;
    if (in->second_pass)
        in->sink->on_replaced(in->sink->cookie, f, g);
}

void intake_clear_field(struct intake *in, const struct case_field *f)
{
    if (in->options->is_change && f->group != GROUP_NONE)
        intake_refuse(in, in->row, f->name, "is one of a group: write %s as it is to be, [] for none",
                      case_group_row(f->group)->name);
    else
        replace(in, f, GROUP_NONE);
}

void intake_replace_group(struct intake *in, enum case_group g)
{
    replace(in, NULL, g);
}

/* WRITTEN as its field takes it, in ->scratch. */
static bool read_written(struct intake *in, const struct case_field *f, struct view written)
{
    const char *alias = NULL;
    struct error err;
    bool ok;

    bytes_clear(&in->scratch);
    if (f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_EMAIL) {
        ok = import_normalise(written, &in->scratch, &err);
        if (!ok)
            (void)error_set(&err, E_CAS_02, "not UTF-8, or with a NUL");
    } else {
        ok = written_value_read(f, written, in->options->dates, &in->scratch, &alias, &err);
    }
    if (!ok)
        intake_refuse(in, in->row, f->name, "%s", err.text);
    if (alias != NULL && !is_noted(in, alias))
        intake_note(in, in->row, f->name, "code is spelled %s in the standard: accepted as alias", alias);
    return ok;
}

/* A date that may not lie in the future. */
static bool is_birthdate(const struct case_field *f)
{
    return strcmp(f->name, "prs_Birthdate") == 0 || strcmp(f->name, "ext_MemberBirthdate") == 0;
}

void intake_add_value(struct intake *in, const struct case_field *f, uint32_t record, struct view written)
{
    const struct case_value *v;
    struct error err;

    written = loose_text_trim(written);
    if (written.size == 0)
        return; /* not known */
    if (!read_written(in, f, written))
        return;
    if (!case_read_value(&in->c, f, record, bytes_view(&in->scratch), &err)) {
        intake_refuse(in, in->row, f->name, "%s", err.text);
        return;
    }
    v = is_birthdate(f) ? case_get_value(&in->c, f, record) : NULL;
    if (v != NULL && v->numbers[0] > in->options->today + DAY_OF_1970)
        intake_refuse(in, in->row, f->name, "date lies in the future");
}

/* Notes when a case has a way to reach the person but no rule how to do so safely. */
static void note_contact(struct intake *in)
{
    uint32_t refs[CASE_SECTION_FIELDS];
    size_t count = 0;

    for (size_t i = 0; i < in->c.count; i++)
        if (in->c.values[i].field->section == SECTION_CONTACT) {
            REQUIRE(count < CASE_SECTION_FIELDS); /* the section has no groups: each field is there once */
            refs[count++] = case_field_ref(in->c.values[i].field);
        }
    if (!case_fields_have_safe_contact(refs, count))
        intake_note(in, in->row, "ext_SafeToCall",
                    "says how to reach the person, not how safely: contact is not sent before it does");
}

bool intake_end(struct intake *in, struct error *err)
{
    if (in->c.count == 0 && !in->row_refused && !in->row_replaces)
        intake_refuse(in, in->row, "", "row has no values");
    if (in->cases == BOUND_IMPORT_ROWS)
        return error_set(err, E_IMP_03, "the file has more than %d cases", BOUND_IMPORT_ROWS);
    in->cases++;
    if (in->row_refused)
        return true;
    if (!in->options->is_change)
        note_contact(in);
    if (!in->second_pass)
        return true;
    if (!in->options->is_change)
        case_derive_triage(&in->c, in->options->today);
    return in->sink->on_case(in->sink->cookie, in->row, &in->c, err);
}

void intake_fini(struct intake *in)
{
    arena_fini(&in->arena);
    bytes_fini(&in->scratch);
}
