#include "formats/case_json.h"

static void write_list(const struct case_value *v, struct json_line *j)
{
    struct bytes word = {0};

    json_line_array(j, v->field->name);
    for (size_t i = 0; i < v->count; i++) {
        bytes_clear(&word);
        case_value_write_one(v, i, &word);
        json_line_view(j, NULL, bytes_view(&word));
    }
    json_line_close(j);
    bytes_fini(&word);
}

static void write_value(const struct case_value *v, struct json_line *j)
{
    const struct case_field *f = v->field;
    struct bytes word = {0};

    if (case_field_is_list(f)) {
        write_list(v, j);
        return;
    }
    case_value_write(v, &word);
    if (f->type == FIELD_YES_NO)
        json_line_bool(j, f->name, v->numbers[0] == 1);
    else if (f->type == FIELD_NUMBER || f->type == FIELD_LONGITUDE || f->type == FIELD_LATITUDE)
        json_line_raw(j, f->name, bytes_view(&word));
    else
        json_line_view(j, f->name, bytes_view(&word));
    bytes_fini(&word);
}

/* The records of the group of value I, as an array; returns the value behind the last. */
static size_t write_group(const struct case_data *c, size_t i, struct json_line *j)
{
    enum case_group g = c->values[i].field->group;
    uint32_t record = c->values[i].record;

    json_line_array(j, case_group_row(g)->name);
    json_line_object(j, NULL);
    for (; i < c->count && c->values[i].field->group == g; i++) {
        if (c->values[i].record != record) {
            json_line_close(j);
            json_line_object(j, NULL);
            record = c->values[i].record;
        }
        write_value(&c->values[i], j);
    }
    json_line_close(j);
    json_line_close(j);
    return i;
}

void case_json_members(const struct case_data *c, section_set sections, struct json_line *j)
{
    size_t i = 0;

    while (i < c->count) {
        const struct case_value *v = &c->values[i];

        if ((sections & SECTION_BIT(v->field->section)) == 0) {
            i++;
        } else if (v->field->group != GROUP_NONE && case_record_count(c, v->field->group) > 1) {
            i = write_group(c, i, j);
        } else {
            write_value(v, j);
            i++;
        }
    }
}
