/* The enums of a contract as those of C, and the functions that name and find their values (src/model/names.h). */
#include "contract.h"

/* Its values as rows: name, number, word, what people read, another word; and the words as help shows them. */
static void write_values(const Refex__Enum *e)
{
    const char *choices = "";

    printf("#define %s_VALUES(VALUE)", e->upper);
    for (size_t i = 0; i < e->n_value; i++) {
        const Refex__CodeForm *code = e->value[i]->code;

        printf(" \\\n    VALUE(%s, %d, %s, %s, %s)", e->value[i]->name, e->value[i]->number, quoted(code->word),
               quoted(code->says), quoted(code->also));
        if (e->value[i]->number != 0)
            choices = format("%s%s%s", choices, is_set(choices) ? "|" : "", code->word);
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
    printf("/* proto/%s.proto says what each value is. */\n#pragma once\n#include \"model/names.h\"\n", c->stem);
    for (size_t i = 0; i < c->n_enum_type; i++) {
        write_values(c->enum_type[i]);
        if (!c->options->boundary->cases || c->enum_type[i]->form->in_c)
            printf("ENUM(%s, %s);\n", c->enum_type[i]->in_c, c->enum_type[i]->upper);
    }
    write_functions(c, "DECLARE");
}

void write_words(const Refex__File *c)
{
    printf("#include \"model/%s_enums.h\"\n", c->stem);
    write_functions(c, "DEFINE");
}
