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

/* --- what is read by its full name --- */

/* What is not there becomes empty, to be filled in. */
static void *fill(void *given, const ProtobufCMessageDescriptor *type)
{
    return given != NULL ? given : protobuf_c_message_unpack(type, NULL, 0, NULL);
}

static Refex__Message *find_message(const char *full)
{
    for (size_t i = 0; i < set->n_file; i++)
        for (size_t k = 0; k < set->file[i]->n_message; k++)
            if (is_same(set->file[i]->message[k]->full, full))
                return set->file[i]->message[k];
    errx(1, "%s is not among the contracts", full);
}

static Refex__List *find_list(const char *full)
{
    for (size_t i = 0; i < set->n_file; i++)
        for (size_t k = 0; k < set->file[i]->n_list; k++)
            if (is_same(set->file[i]->list[k]->full, full))
                return set->file[i]->list[k];
    errx(1, "%s is no enum of the contracts", full);
}

/* What options.proto says of type NUMBER. */
static Refex__Kind *find_kind(int32_t number)
{
    const Refex__List *types = find_list(".refex.FieldType");

    for (size_t i = 0; i < types->n_value; i++)
        if (types->value[i]->number == number && types->value[i]->options->kind != NULL)
            return types->value[i]->options->kind;
    errx(1, "a type %d that no contract has", (int)number);
}

/* --- enums --- */

static void read_code(const Refex__List *e, int32_t place, Refex__Value *v)
{
    Refex__CodeForm *form = v->options->code;
    size_t n = strlen(e->name);

    if (strncmp(v->name, e->name, n) != 0 || v->name[n] != '_')
        errx(1, "%s: begins with the name of its enum", v->name);
    form->word = v->name + n + 1;
    form->says = is_set(form->label) ? form->label : form->word;
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
    size_t n;

    if (!is_set(rule->member))
        rule->member = format("%s%s", f->name, f->kind->suffix);
    n = strlen(rule->member);
    if (!is_set(rule->count))
        rule->count = format("%.*s_count", (int)(rule->member[n - 1] == 's' ? n - 1 : n), rule->member);
    if (!is_set(rule->as))
        rule->as = f->sub != NULL                                 ? format("struct %s", f->sub->struct_name)
                   : f->list != NULL && rule->type == TYPE(PLAIN) ? format("enum %s", f->list->in_c)
                                                                  : f->kind->member;
    f->words = is_set(rule->words)         ? rule->words
               : f->list != NULL           ? format("%s_name", f->list->in_c)
               : is_set(enum_of(rule->as)) ? format("%s_name", enum_of(rule->as))
               : rule->type == TYPE(SET)   ? "section_name"
                                           : "";
}

static void bound_field(const Refex__Message *m, Refex__Field *f, Refex__FieldRule *rule)
{
    const char *list = f->list != NULL ? f->list->upper : upper_of(enum_of(rule->as));

    f->walk = f->kind->walk;
    if (is_set(rule->always))
        rule->least = rule->bound = rule->always;
    if (!is_set(rule->least))
        rule->least = "1";
    f->most = is_set(rule->bound)     ? rule->bound
              : is_set(list)          ? format("%s_END - 1", list)
              : is_set(f->kind->most) ? f->kind->most
              : f->held != NULL       ? f->held->options->form->bound
                                      : "";
    f->items = f->is_list ? rule->items : rule->type == TYPE(SET) ? f->most : "0";
    if (!is_set(f->walk))
        errx(1, "%s.%s: a type of cases", m->name, f->name);
    if (!is_set(f->most))
        errx(1, "%s.%s has no bound", m->name, f->name);
    if (!is_set(f->items))
        errx(1, "%s.%s: a list without a bound `items`", m->name, f->name);
}

/* For the walk alone. What is too long or has no meaning is no fault of spelling there; packed codes may hold a 0. */
static void bound_walked_field(const Refex__Kind *wire, Refex__Field *f, Refex__FieldRule *rule)
{
    f->walk = f->list != NULL ? "CODE" : wire->walk;
    f->most = is_set(wire->most) ? wire->most : "BOUND_SECTION";
    f->items = f->label == REPEATED ? "BOUND_FIELD_CODES" : "0";
    rule->least = "0";
}

/* That of M's package which is called NAME. */
static Refex__Message *find_beside(const Refex__Message *m, const char *name)
{
    return find_message(format("%.*s.%s", (int)(strrchr(m->full, '.') - m->full), m->full, name));
}

static void read_field(const Refex__Message *m, Refex__Field *f)
{
    Refex__FieldRule *rule = f->options->is;
    int32_t wire = WIRE_TYPES + f->type;

    f->kind = find_kind(rule->type == TYPE(PLAIN) ? wire : (int32_t)rule->type);
    f->sub = wire == TYPE(WIRE_MESSAGE) ? find_message(f->type_name) : NULL;
    f->list = wire == TYPE(WIRE_ENUM) ? find_list(f->type_name) : NULL;
    f->held = is_set(rule->holds) ? find_beside(m, rule->holds) : NULL;
    f->object = rule->told[0] >= 'A' && rule->told[0] <= 'Z' ? find_beside(m, rule->told) : NULL;
    f->is_list = rule->type == TYPE(ITEMS) || (f->label == REPEATED && rule->type != TYPE(SET));
    f->is_flat = rule->flat || (f->sub != NULL && f->sub->n_field == 0);
    if (is_set(m->struct_name)) {
        f->is_told = is_set(rule->json) || is_same(rule->told, "members");
        name_field(f, rule);
        bound_field(m, f, rule);
    } else {
        bound_walked_field(find_kind(wire), f, rule);
    }
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
    m->in_c = own == NULL ? snake : format("%s_%s", own + 1, snake);
    m->descriptor = own == NULL ? format("refex__%s", snake) : format("refex__%s__%s", own + 1, snake);
    if (!file->options->boundary->cases)
        m->struct_name = is_set(m->options->form->struct_) ? m->options->form->struct_ : m->in_c;
    for (size_t i = 0; i < m->n_field; i++) {
        Refex__Field *f = m->field[i];

        f->place = (uint32_t)i;
        f->options = fill(f->options, &refex__field_options__descriptor);
        f->options->is = fill(f->options->is, &refex__field_rule__descriptor);
    }
    qsort(m->field, m->n_field, sizeof *m->field, order_by_number);
}

static bool is_contract(const Refex__File *file)
{
    return file->options != NULL && file->options->boundary != NULL;
}

static void read_file(Refex__File *file)
{
    file->stem = format("%.*s", (int)strcspn(file->name, "."), file->name);
    for (size_t i = 0; i < file->n_message; i++)
        file->message[i]->full = format(".%s.%s", file->package, file->message[i]->name);
    for (size_t i = 0; i < file->n_list; i++)
        file->list[i]->full = format(".%s.%s", file->package, file->list[i]->name);
    for (size_t i = 0; is_contract(file) && i < file->n_message; i++)
        read_message(file, file->message[i]);
    for (size_t i = 0; is_contract(file) && i < file->n_list; i++)
        read_list(file, file->list[i]);
}

static void read_set(const char *path)
{
    uint8_t *bytes = room_of(SET_ROOM);
    FILE *in = fopen(path, "r");
    size_t size = in == NULL ? SET_ROOM : fread(bytes, 1, SET_ROOM, in);

    if (size < SET_ROOM && fclose(in) == 0)
        set = refex__descriptor_set__unpack(NULL, size, bytes);
    if (set == NULL)
        errx(1, "%s cannot be read, or is no descriptor set", path);
}

const Refex__File *contract_read(const char *path, const char *name)
{
    const Refex__File *own = NULL;

    read_set(path);
    for (size_t i = 0; i < set->n_file; i++)
        read_file(set->file[i]);
    for (size_t i = 0; i < set->n_file; i++) {
        if (is_same(set->file[i]->name, name) && is_contract(set->file[i]))
            own = set->file[i];
        for (size_t k = 0; is_contract(set->file[i]) && k < set->file[i]->n_message; k++)
            for (size_t n = 0; n < set->file[i]->message[k]->n_field; n++)
                read_field(set->file[i]->message[k], set->file[i]->message[k]->field[n]);
    }
    if (own == NULL)
        errx(1, "%s is not there, or has no option `boundary`", name);
    return own;
}
