#include "contract.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define SET_ROOM   (16 << 20) /* bytes of a descriptor set */
#define REPEATED   3          /* label of a field in descriptor.proto */
#define WIRE_TYPES 64         /* where the types on the wire begin in FieldType */

static Refex__DescriptorSet *set;
static Refex__List *types; /* of fields: FieldType in options.proto */

/* --- what is read by its full name --- */

/* What is not there becomes empty, to be filled in. */
static void *fill(void *given, const ProtobufCMessageDescriptor *type)
{
    return given != NULL ? given : protobuf_c_message_unpack(type, NULL, 0, NULL);
}

/* The message or enum that is called FULL, like ".refex.seam.Trust". */
static void *find(const char *full)
{
    for (size_t i = 0; i < set->n_file; i++) {
        for (size_t k = 0; k < set->file[i]->n_message; k++)
            if (is_same(set->file[i]->message[k]->full, full))
                return set->file[i]->message[k];
        for (size_t k = 0; k < set->file[i]->n_list; k++)
            if (is_same(set->file[i]->list[k]->full, full))
                return set->file[i]->list[k];
    }
    errx(1, "%s is not among the contracts", full);
}

/* What options.proto says of type NUMBER, which FIELD has. */
static Refex__Kind *find_kind(int32_t number, const char *field)
{
    for (size_t i = 0; i < types->n_value; i++)
        if (types->value[i]->number == number && types->value[i]->options != NULL)
            return types->value[i]->options->kind;
    errx(1, "%s: a type that no contract uses", field);
}

/* --- enums --- */

static void read_code(const Refex__List *e, int32_t place, Refex__Value *v)
{
    Refex__CodeForm *form = v->options->code;
    size_t n = strlen(e->name);

    if (strncmp(v->name, e->name, n) != 0 || v->name[n] != '_')
        errx(1, "%s: begins with the name of its enum", v->name);
    form->word = v->name + n + 1;
    form->says = either(form->label, form->word);
    if (v->number != place || (place == 0) != is_same(form->word, "NotKnown"))
        errx(1, "%s: the numbers of codes leave none out, and 0 is NotKnown", v->name);
}

static void read_list(const Refex__File *file, Refex__List *e)
{
    const char *zero = e->value[0]->name;
    const char *last = strrchr(zero, '_');
    bool is_of_codes = file->options->boundary->cases;

    if (e->value[0]->number != 0 || last == NULL)
        errx(1, "%s: its first value is 0 and is called X_ABSENT", e->name);
    e->full = format(".%s.%s", file->package, e->name);
    e->in_c = snake_of(e->name);
    e->upper = upper_of(format("%.*s", (int)(last - zero), zero));
    e->options = fill(e->options, &refex__list_options__descriptor);
    e->options->list = fill(e->options->list, &refex__enum_form__descriptor);
    for (size_t i = 0; i < e->n_value; i++) {
        Refex__Value *v = e->value[i];

        v->options = fill(v->options, &refex__value_options__descriptor);
        v->options->code = fill(v->options->code, &refex__code_form__descriptor);
        if (is_of_codes)
            read_code(e, (int32_t)i, v);
        if (i > 0 && v->number <= e->value[i - 1]->number)
            errx(1, "%s: its number does not ascend", v->name);
        if (i > 0 && (is_set(v->options->code->word) != is_set(e->value[1]->options->code->word) ||
                      is_set(v->options->code->says) != is_set(e->value[1]->options->code->says)))
            errx(1, "%s: some of its values have a word or a sentence, and some have none", e->name);
        v->name = upper_of(v->name);
    }
    if (is_of_codes || is_same(last, "_ABSENT")) {
        e->value++;
        e->n_value--;
    }
}

/* --- fields --- */

/* "x" of "enum x"; "": TYPE is no enum. */
static const char *enum_of(const char *type)
{
    return strncmp(type, "enum ", 5) == 0 ? type + 5 : "";
}

/* What C calls it, where the options do not say so. */
static void name_field(Refex__Field *f, Refex__FieldRule *rule)
{
    const char *type = f->kind->member;
    const char *words = rule->type == TYPE(SET) ? "section_name" : "";
    size_t n;

    rule->member = either(rule->member, format("%s%s", f->name, f->kind->suffix));
    n = strlen(rule->member);
    n -= rule->member[n - 1] == 's';
    rule->count = either(rule->count, format("%.*s_count", (int)n, rule->member));
    if (f->sub != NULL)
        type = format("struct %s", f->sub->struct_name);
    if (f->list != NULL && rule->type == TYPE(PLAIN))
        type = format("enum %s", f->list->in_c);
    rule->as = either(rule->as, type);
    if (f->list != NULL || is_set(enum_of(rule->as)))
        words = format("%s_name", f->list != NULL ? f->list->in_c : enum_of(rule->as));
    f->words = either(rule->words, words);
}

static void bound_field(const Refex__Message *m, Refex__Field *f, Refex__FieldRule *rule)
{
    const char *list = f->list != NULL ? f->list->upper : upper_of(enum_of(rule->as));
    const char *most = f->held != NULL ? f->held->options->form->bound : f->kind->most;

    if (rule->secret && f->is_told)
        errx(1, "%s.%s is secret, and told", m->name, f->name);
    f->walk = f->kind->walk;
    rule->least = either(rule->always, either(rule->least, "1"));
    f->most = either(rule->always, either(rule->bound, is_set(list) ? format("%s_END - 1", list) : most));
    f->items = f->is_list ? rule->items : rule->type == TYPE(SET) ? f->most : "0";
    if (!is_set(f->walk))
        errx(1, "%s.%s: a type of cases", m->name, f->name);
    if (!is_set(f->most))
        errx(1, "%s.%s has no bound", m->name, f->name);
    if (!is_set(f->items))
        errx(1, "%s.%s: a list without a bound `items`", m->name, f->name);
}

/* That of M's package which is called NAME. */
static Refex__Message *find_beside(const Refex__Message *m, const char *name)
{
    return find(format("%.*s.%s", (int)(strrchr(m->full, '.') - m->full), m->full, name));
}

static void read_field(Refex__Message *m, Refex__Field *f)
{
    Refex__FieldRule *rule = f->options->is;
    int32_t wire = WIRE_TYPES + f->type;

    f->kind = find_kind(rule->type == TYPE(PLAIN) ? wire : (int32_t)rule->type, f->name);
    f->sub = wire == TYPE(WIRE_MESSAGE) ? find(f->type_name) : NULL;
    f->list = wire == TYPE(WIRE_ENUM) ? find(f->type_name) : NULL;
    f->held = is_set(rule->holds) ? find_beside(m, rule->holds) : NULL;
    f->object = rule->told[0] >= 'A' && rule->told[0] <= 'Z' ? find_beside(m, rule->told) : NULL;
    f->is_list = rule->type == TYPE(ITEMS) || (f->label == REPEATED && rule->type != TYPE(SET));
    f->is_flat = rule->flat || (f->sub != NULL && f->sub->n_field == 0);
    if (is_set(m->struct_name)) {
        f->is_told = is_set(rule->json) || is_same(rule->told, "members");
        m->is_told = m->is_told || f->is_told;
        name_field(f, rule);
        bound_field(m, f, rule);
        return;
    }
    /* Walked alone. What is too long or has no meaning is no fault of spelling; packed codes may hold a 0. */
    f->walk = f->list != NULL ? "CODE" : find_kind(wire, f->name)->walk;
    f->most = either(find_kind(wire, f->name)->most, "BOUND_SECTION");
    f->items = f->label == REPEATED ? "BOUND_FIELD_CODES" : "0";
    rule->least = "0";
}

/* --- messages and files --- */

static int order_by_number(const void *a, const void *b)
{
    const Refex__Field *f = *(Refex__Field *const *)a;
    const Refex__Field *g = *(Refex__Field *const *)b;

    return f->number < g->number ? -1 : f->number > g->number;
}

static void read_message(const Refex__File *file, Refex__Message *m)
{
    const char *own = strrchr(file->package, '.'); /* ".seam" of "refex.seam" */
    char *snake = snake_of(m->name);

    m->options = fill(m->options, &refex__message_options__descriptor);
    m->options->form = fill(m->options->form, &refex__message_form__descriptor);
    m->full = format(".%s.%s", file->package, m->name);
    m->in_c = own == NULL ? snake : format("%s_%s", own + 1, snake);
    m->descriptor = own == NULL ? format("refex__%s", snake) : format("refex__%s__%s", own + 1, snake);
    if (file->options->boundary->cases)
        m->options->form->part = true;
    else
        m->struct_name = either(m->options->form->struct_, m->in_c);
    for (size_t i = 0; i < m->n_field; i++) {
        Refex__Field *f = m->field[i];

        f->place = (uint32_t)i;
        f->options = fill(f->options, &refex__field_options__descriptor);
        f->options->is = fill(f->options->is, &refex__field_rule__descriptor);
    }
    qsort(m->field, m->n_field, sizeof *m->field, order_by_number);
}

static void read_set(const char *path)
{
    static uint8_t bytes[SET_ROOM];
    FILE *in = fopen(path, "r");
    size_t size = in == NULL ? SET_ROOM : fread(bytes, 1, SET_ROOM, in);

    if (size < SET_ROOM && fclose(in) == 0)
        set = refex__descriptor_set__unpack(NULL, size, bytes);
    if (set == NULL)
        errx(1, "%s cannot be read, or is no descriptor set", path);
}

static bool is_contract(const Refex__File *file)
{
    return file->options != NULL && file->options->boundary != NULL;
}

static void read_file(Refex__File *file)
{
    for (size_t i = 0; i < file->n_message; i++)
        read_message(file, file->message[i]);
    for (size_t i = 0; i < file->n_list; i++)
        read_list(file, file->list[i]);
}

/* When all files are read: fields name messages and enums of others. */
static void read_fields(const Refex__File *file)
{
    for (size_t i = 0; i < file->n_message; i++)
        for (size_t k = 0; k < file->message[i]->n_field; k++)
            read_field(file->message[i], file->message[i]->field[k]);
}

const Refex__File *contract_read(const char *path, const char *name)
{
    Refex__File *own = NULL;

    read_set(path);
    for (size_t i = 0; i < set->n_file; i++) {
        if (is_same(set->file[i]->name, "options.proto"))
            types = set->file[i]->list[0];
        if (is_contract(set->file[i]))
            read_file(set->file[i]);
        if (is_contract(set->file[i]) && is_same(set->file[i]->name, name))
            own = set->file[i];
    }
    if (own == NULL || types == NULL)
        errx(1, "%s is not there, or has no option `boundary`", name);
    own->stem = format("%.*s", (int)strcspn(name, "."), name);
    for (size_t i = 0; i < set->n_file; i++)
        if (is_contract(set->file[i]))
            read_fields(set->file[i]);
    return own;
}
