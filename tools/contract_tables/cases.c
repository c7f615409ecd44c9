/* Rows of what a case is, for src/model/case_rows.def. */
#include "contract.h"

/* How files call it. */
static const char *names_of(const char *name, const char *label, const char *also)
{
    demand(is_set(name) && is_set(label), either(name, label), "has no name in JSON, or no label");
    return format("\"%s\", \"%s\", %s", name, label, quoted(also));
}

static void write_field(const char *section, const char *group, const Refex__Field *f)
{
    const Refex__FieldRule *rule = f->rule;
    const char *type = f->is_list ? f->traits->fields : f->traits->field;
    bool has_codes = f->enum_type != NULL && rule->type == TYPE(PLAIN);

    demand(is_set(type), f->full, "a type that no field of a case has, or of which there are no lists");
    demand(is_set(rule->bound) ? f->traits->is_bounded || is_set(f->traits->max) : !f->traits->is_bounded, f->full,
           "has no bound, or one that nobody asks");
    printf("FIELD_ROW(%s, %s, %d, %s, %s, %s, %s, %d, %d, %d)\n", section, group, f->number,
           names_of(rule->json, rule->label, rule->also), type,
           has_codes ? format("&codes_%s", f->enum_type->in_c) : "NULL",
           either(rule->bound, either(f->traits->max, "0")), rule->reaches, rule->reach_rule, rule->safety_page);
}

/* The fields of M, which is a section or a group in it. */
static void write_fields(const char *section, const char *group, const Refex__Message *m)
{
    for (size_t i = 0; i < m->n_field; i++) {
        const Refex__Field *f = m->field[i];

        if (f->sub == NULL) {
            write_field(section, group, f);
            continue;
        }
        demand(is_set(f->rule->json), f->full, "has no name in JSON");
        printf("GROUP_ROW(%s, %s, %d, \"%s\")\n", upper_of(f->sub->name), section, f->number, f->rule->json);
        write_fields(section, upper_of(f->sub->name), f->sub);
    }
}

void write_case(const Refex__File *c)
{
    uint32_t number = 0;

    for (size_t i = 0; i < c->options->n_left_out; i++) {
        const Refex__LeftOut *row = c->options->left_out[i];

        printf("LEFT_OUT_ROW(%s, \"%s\")\n", names_of(row->name, row->label, row->also), row->why);
    }
    for (size_t i = 0; i < c->n_message; i++) {
        const Refex__Message *m = c->message[i];

        if (m->form->section == 0)
            continue;
        demand(m->form->section == ++number, m->name, "numbers of sections begin with 1, ascend and leave none out");
        printf("SECTION_ROW(%u, %s, \"%s\", %d, %s, %zu)\n", number, upper_of(m->name), spelled(m->name, '-', tolower),
               m->form->by_name, m->in_c, m->n_field);
        write_fields(upper_of(m->name), "NONE", m);
    }
    for (size_t i = 0; i < c->n_enum_type; i++)
        if (!is_same(c->enum_type[i]->name, "YesNo"))
            printf("LIST_ROW(%s, %s, \"%s\", %zu)\n", c->enum_type[i]->in_c, c->enum_type[i]->upper,
                   c->enum_type[i]->name, c->enum_type[i]->n_value);
}
