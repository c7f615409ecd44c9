/* The enums of a contract as those of C, and the functions that name and find their values. The macros are those of
 * src/model/names.h.
 */
#include <inttypes.h>
#include <stdio.h>

#include "contract.h"
#include "text.h"

/* Its values as rows: name, number, word, what people read, another word; and the words as help shows them. */
static void write_values(const Refex__Enum *e)
{
    const char *choices = "";

    printf("#define %s_VALUES(VALUE)", e->upper);
    for (size_t i = 0; i < e->n_value; i++) {
        const Refex__CodeForm *code = e->value[i]->code;

        printf(" \\\n    VALUE(%s, %" PRId32 ", %s, %s, %s)", e->value[i]->name, e->value[i]->number,
               quoted(code->word), quoted(code->says), quoted(code->also));
        if (e->value[i]->number != 0)
            choices = joined(choices, "|", code->word);
    }
    printf("\n#define %s_CHOICES \"%s\"\n", e->upper, choices);
}

/* DECLARE or DEFINE. Either all values but 0 have a word, or a sentence, or none (contract.c). */
static void write_functions(const Refex__File *c, const char *verb)
{
    for (size_t i = 0; !c->options->boundary->cases && i < c->n_enum_type; i++) {
        const Refex__Enum *e = c->enum_type[i];
        const Refex__CodeForm *last = e->value[e->n_value - 1]->code;

        if (is_set(last->word))
            printf("%s_NAME(%s, %s)\n", verb, e->in_c, e->upper);
        if (is_set(last->says))
            printf("%s_SAYS(%s, %s)\n", verb, e->in_c, e->upper);
        if (e->form->find)
            printf("%s_FIND(%s, %s)\n", verb, e->in_c, e->upper);
    }
}

void write_enums(const Refex__File *c)
{
    const char *upper = upper_of(c->stem);

    printf("/* Made from proto/%s.proto, which says what each value is. */\n", c->stem);
    printf("#ifndef MODEL_%s_ENUMS_H\n#define MODEL_%s_ENUMS_H\n\n#include \"model/names.h\"\n\n", upper, upper);
    for (size_t i = 0; i < c->n_enum_type; i++) {
        write_values(c->enum_type[i]);
        if (!c->options->boundary->cases || c->enum_type[i]->form->in_c)
            printf("ENUM(%s, %s);\n", c->enum_type[i]->in_c, c->enum_type[i]->upper);
        printf("\n");
    }
    write_functions(c, "DECLARE");
    printf("\n#endif\n");
}

void write_words(const Refex__File *c)
{
    printf("/* Made from proto/%s.proto. */\n#include \"model/%s_enums.h\"\n\n", c->stem, c->stem);
    write_functions(c, "DEFINE");
}
