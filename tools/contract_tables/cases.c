/* Rows of what a case is: sections, groups of fields that repeat, fields, lists of codes, and what is left out. Who
 * includes them defines the macros of the rows that it wants.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "contract.h"
#include "text.h"

#define HELP_COLUMNS 115

/* How files call it. */
static void write_names(const char *name, const char *label, const char *also)
{
    demand(is_set(name) && is_set(label), either(name, label), "has no name in JSON, or no label");
    printf("\"%s\", \"%s\", %s", name, label, quoted(also));
}

static bool is_yes_no(const Refex__Enum *e)
{
    return e != NULL && is_same(e->name, "YesNo");
}

static void write_field(const char *section, const char *group, const Refex__Field *f)
{
    const char *type = is_yes_no(f->enum_type) ? "YES_NO" : f->is_list ? f->traits->fields : f->traits->field;

    demand(is_set(type) && !(is_yes_no(f->enum_type) && f->is_list), f->full,
           "a type that no field of a case has, or of which there are no lists");
    demand(is_set(f->rule->bound) ? f->traits->is_bounded || is_set(f->traits->max) : !f->traits->is_bounded, f->full,
           "has no bound, or one that nobody asks");
    printf("FIELD_ROW(%s, %s, %" PRId32 ", ", section, group, f->number);
    write_names(f->rule->json, f->rule->label, f->rule->also);
    printf(", %s, %s, ", type,
           f->enum_type == NULL || is_yes_no(f->enum_type) ? "NULL" : format("&codes_%s", f->enum_type->in_c));
    printf("%s, %d, %d)\n", either(f->rule->bound, either(f->traits->max, "0")), f->rule->reaches, f->rule->reach_rule);
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
        printf("GROUP_ROW(%s, %s, %" PRId32 ", \"%s\")\n", upper_of(f->sub->name), section, f->number, f->rule->json);
        write_fields(section, upper_of(f->sub->name), f->sub);
    }
}

/* The sections, and what help says of them: in a line that begins with "Sections: ", and of those by name alone. */
static void write_sections(const Refex__File *c)
{
    size_t column = strlen("Sections: ");
    const char *words = "";
    const char *by_name = "";
    const char *last;
    uint32_t number = 0;

    for (size_t i = 0; i < c->n_message; i++) {
        const Refex__Message *m = c->message[i];
        const char *word = spelled(m->name, '-', tolower);

        if (m->form->section == 0)
            continue;
        demand(m->form->section == ++number, m->name, "numbers of sections begin with 1, ascend and leave none out");
        printf("SECTION_ROW(%" PRIu32 ", %s, \"%s\", %d, %s, %zu)\n", number, upper_of(m->name), word, m->form->by_name,
               m->in_c, m->n_field);
        write_fields(upper_of(m->name), "NONE", m);
        column += 1 + strlen(word);
        words = joined(words, column > HELP_COLUMNS ? "\\n" : " ", word);
        column = column > HELP_COLUMNS ? 1 + strlen(word) : column;
        if (m->form->by_name)
            by_name = joined(by_name, ", ", word);
    }
    last = strrchr(by_name, ',');
    if (last != NULL)
        by_name = format("%.*s and%s", (int)(last - by_name), by_name, last + 1);
    printf("#define SECTION_WORDS \"%s\"\n#define SECTION_BY_NAME_WORDS \"%s\"\n", words, by_name);
}

void write_case(const Refex__File *c)
{
    static const char *const rows[] = {"SECTION_ROW", "GROUP_ROW", "FIELD_ROW", "LEFT_OUT_ROW", "LIST_ROW"};

    printf("/* Made from proto/%s.proto; its codes are in model/%s_enums.h. */\n", c->stem, c->stem);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf("#ifndef %s\n#define %s(...)\n#endif\n", rows[i], rows[i]);
    for (size_t i = 0; i < c->options->n_left_out; i++) {
        const Refex__LeftOut *row = c->options->left_out[i];

        printf("LEFT_OUT_ROW(");
        write_names(row->name, row->label, row->also);
        printf(", \"%s\")\n", row->why);
    }
    write_sections(c);
    for (size_t i = 0; i < c->n_enum_type; i++)
        if (!is_yes_no(c->enum_type[i]))
            printf("LIST_ROW(%s, %s, \"%s\", %zu)\n", c->enum_type[i]->in_c, c->enum_type[i]->upper,
                   c->enum_type[i]->name, c->enum_type[i]->n_value);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf("#undef %s\n", rows[i]);
}
