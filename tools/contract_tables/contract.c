#include "contract.h"

#define REPEATED   3  /* label of a field in descriptor.proto */
#define WIRE_TYPES 64 /* where the types on the wire begin in FieldType */

/* The option of TYPE that OPTIONS have; empty where they have none. */
#define OPTION(options, name, type)                                                                                    \
    ((options) != NULL && (options)->name != NULL ? (options)->name : refex__##type##__unpack(NULL, 0, NULL))

static Refex__DescriptorSet *set;       /* read: of contracts alone */
static const Refex__File *options_file; /* options.proto: its first enum is FieldType, its second Meaning */

/* The message or enum that is called FULL, like ".refex.seam.Trust". */
static void *find(const char *full)
{
    for (size_t i = 0; i < set->n_file; i++) {
        for (size_t k = 0; k < set->file[i]->n_message; k++)
            if (is_same(set->file[i]->message[k]->full, full))
                return set->file[i]->message[k];
        for (size_t k = 0; k < set->file[i]->n_enum_type; k++)
            if (is_same(set->file[i]->enum_type[k]->full, full))
                return set->file[i]->enum_type[k];
    }
    errx(1, "%s is not among the contracts", full);
}

/* What options.proto says of type NUMBER, which FIELD has. */
static Refex__TypeTraits *find_traits(int32_t number, const char *field)
{
    const Refex__Enum *types = options_file->enum_type[0];

    for (size_t i = 0; i < types->n_value; i++)
        if (types->value[i]->number == number && types->value[i]->options != NULL)
            return types->value[i]->options->traits;
    errx(1, "%s: a type that no contract uses", field);
}

/* Of case.proto: the code is the name behind that of the enum. */
static void read_code(const Refex__Enum *e, int32_t place, Refex__Value *v)
{
    const char *prefix = format("%s_", e->name);

    demand(strncmp(v->name, prefix, strlen(prefix)) == 0, v->name, "does not begin with the name of its enum");
    v->code->word = v->name + strlen(prefix);
    v->code->says = either(v->code->label, v->code->word);
    demand(v->number == place && (place == 0) == is_same(v->code->word, "NotKnown"), v->name,
           "the numbers of codes leave none out, and 0 is NotKnown");
}

static void read_enum(const Refex__File *file, Refex__Enum *e)
{
    const char *zero = e->value[0]->name;
    const char *last = strrchr(zero, '_');
    bool is_of_codes = file->options->boundary->cases;

    demand(e->value[0]->number == 0 && last != NULL, e->name, "its first value is 0 and is called X_ABSENT");
    e->full = format(".%s.%s", file->package, e->name);
    e->in_c = snake_of(e->name);
    e->upper = upper_of(format("%.*s", (int)(last - zero), zero));
    e->form = OPTION(e->options, enum_form, enum_form);
    for (size_t i = 0; i < e->n_value; i++) {
        Refex__Value *v = e->value[i];

        v->code = OPTION(v->options, code, code_form);
        if (is_of_codes)
            read_code(e, (int32_t)i, v);
        v->name = upper_of(v->name);
        demand(i == 0 || v->number > e->value[i - 1]->number, v->name, "its number does not ascend");
        demand(i == 0 || (is_set(v->code->word) == is_set(e->value[1]->code->word) &&
                          is_set(v->code->says) == is_set(e->value[1]->code->says)),
               e->name, "some of its values have a word or a sentence, and some have none");
    }
    if (is_of_codes || is_same(last, "_ABSENT")) {
        e->value++;
        e->n_value--;
    }
}

/* What C calls it, and its bounds, where the options do not say so. */
static void bind_field(Refex__Field *f, Refex__FieldRule *rule)
{
    const char *of = f->enum_type != NULL ? f->enum_type->in_c : rule->table;
    const char *list = f->enum_type != NULL ? f->enum_type->upper : upper_of(rule->table);
    const char *most = f->held != NULL ? f->held->form->bound : f->traits->most;
    size_t n;

    rule->member = either(rule->member, format("%s%s", f->name, f->traits->suffix));
    n = strlen(rule->member);
    rule->count = either(rule->count, format("%.*s_count", (int)(n - (rule->member[n - 1] == 's')), rule->member));
    if (f->sub != NULL)
        rule->c_type = either(rule->c_type, format("struct %s", f->sub->struct_name));
    if (is_set(of) && rule->type == TYPE(PLAIN))
        rule->c_type = either(rule->c_type, format("enum %s", of));
    rule->c_type = either(rule->c_type, f->traits->c_type);
    f->words = either(rule->words, is_set(of) ? format("%s_name", of) : "");
    f->walk = f->traits->walk;
    rule->least = either(rule->always, either(rule->least, "1"));
    f->most = either(rule->always, either(rule->bound, is_set(list) ? format("%s_END - 1", list) : most));
    f->items = f->is_list ? rule->items : rule->type == TYPE(SET) ? f->most : "0";
    demand(is_set(f->walk), f->full, "a type of cases");
    demand(is_set(f->most), f->full, "has no bound");
    demand(is_set(f->items), f->full, "a list without a bound `items`");
    demand(f->is_list + is_set(rule->has) + (f->held != NULL) <= 1, f->full,
           "one alone of `has`, `into` and the length of a list may stand beside it");
}

/* As what it is told, and what JSON has for that. */
static void tell_field(Refex__Field *f, const Refex__FieldRule *rule)
{
    uint32_t number = rule->meaning != MEANS(IT_IS) ? rule->meaning : f->traits->meaning;
    const Refex__Value *meaning = options_file->enum_type[1]->value[number];
    const Refex__TypeTraits *as = number == MEANS(IT_IS) ? f->traits : meaning->options->traits;
    bool is_word = as == f->traits && is_same(as->json_type, "integer") && (is_set(f->words) || is_set(rule->by));

    f->meaning = meaning->name;
    f->told = f->object != NULL ? f->object : f->sub;
    f->json_type = f->object != NULL ? "object" : is_word ? "string" : as->json_type;
    f->json_form = is_word ? "" : as->json_form;
    demand(!rule->secret, f->full, "is secret, and told");
    demand(is_set(as->json_type), f->full, "a type that is not told");
    demand(rule->meaning == MEANS(IT_IS) || strstr(as->walk, f->walk) != NULL, f->full, "its type has no such meaning");
    demand(rule->meaning != MEANS(MEMBERS) || f->told != NULL, f->full, "members of what, without `object`");
    demand((rule->type != TYPE(SET) && rule->meaning != MEANS(WORDS)) || is_set(f->words), f->full,
           "without `words`, the function that names its numbers");
}

static void read_field(Refex__Message *m, Refex__Field *f)
{
    Refex__FieldRule *rule = f->rule;
    int32_t wire = WIRE_TYPES + f->type;

    f->sub = wire == TYPE(WIRE_MESSAGE) ? find(f->type_name) : NULL;
    f->enum_type = wire == TYPE(WIRE_ENUM) ? find(f->type_name) : NULL;
    if (f->enum_type != NULL && is_same(f->enum_type->name, "YesNo"))
        rule->type = TYPE(YES_NO);
    f->traits = find_traits(rule->type == TYPE(PLAIN) ? wire : (int32_t)rule->type, f->full);
    f->held = is_set(rule->holds) ? find(format("%s.%s", m->package, rule->holds)) : NULL;
    f->object = is_set(rule->object) ? find(format("%s.%s", m->package, rule->object)) : NULL;
    f->is_list = rule->type == TYPE(ITEMS) || (f->label == REPEATED && rule->type != TYPE(SET));
    f->is_flat = rule->flat || (f->sub != NULL && f->sub->n_field == 0);
    if (is_set(m->struct_name)) {
        bind_field(f, rule);
    } else {
        /* Walked alone. What is too long or has no meaning is no fault of spelling; packed codes may hold a 0. */
        f->walk = f->enum_type != NULL ? "CODE" : find_traits(wire, f->full)->walk;
        f->most = either(find_traits(wire, f->full)->most, "BOUND_SECTION");
        f->items = f->label == REPEATED ? "BOUND_FIELD_CODES" : "0";
        rule->least = "0";
        rule->omit_empty = true;
    }
    f->is_told = is_set(rule->json) || rule->meaning == MEANS(MEMBERS);
    m->is_told = m->is_told || f->is_told;
    if (f->is_told)
        tell_field(f, rule);
}

static void read_message(const Refex__File *file, Refex__Message *m)
{
    const char *own = strrchr(file->package, '.'); /* ".seam" of "refex.seam" */
    const char *snake = snake_of(m->name);

    m->form = OPTION(m->options, form, message_form);
    m->package = format(".%s", file->package);
    m->full = format("%s.%s", m->package, m->name);
    m->in_c = own == NULL ? format("%s", snake) : format("%s_%s", own + 1, snake);
    m->address = format("&%s_contract", m->in_c);
    m->descriptor = own == NULL ? format("refex__%s", snake) : format("refex__%s__%s", own + 1, snake);
    m->schema = either(file->options->boundary->cases ? m->in_c : "", snake);
    if (file->options->boundary->cases)
        m->form->part = true;
    else
        m->struct_name = either(m->form->struct_, m->in_c);
    for (size_t place = 0; place < m->n_field; place++) {
        Refex__Field *f = m->field[place];
        size_t i = place;

        f->place = (uint32_t)place;
        f->full = format("%s.%s", m->name, f->name);
        f->rule = OPTION(f->options, is, field_rule);
        for (; i > 0 && m->field[i - 1]->number > f->number; i--)
            m->field[i] = m->field[i - 1];
        m->field[i] = f;
    }
}

/* What is made of M, and whether it has a secret, goes through the messages within it. */
static void check_nesting(Refex__Message *m)
{
    demand(!m->is_open, m->name, "contains itself");
    m->is_open = true;
    for (size_t i = 0; i < m->n_field; i++) {
        Refex__Message *const within[] = {m->field[i]->sub, m->field[i]->held, m->field[i]->object};

        for (size_t k = 0; k < sizeof within / sizeof *within; k++)
            if (within[k] != NULL)
                check_nesting(within[k]);
    }
    m->is_open = false;
}

const Refex__File *contract_read(const char *path, const char *name)
{
    static uint8_t bytes[16 << 20];
    FILE *in = fopen(path, "r");
    size_t size = in == NULL ? sizeof bytes : fread(bytes, 1, sizeof bytes, in);
    size_t contracts = 0;
    Refex__File *own = NULL;

    set = size == sizeof bytes || fclose(in) != 0 ? NULL : refex__descriptor_set__unpack(NULL, size, bytes);
    demand(set != NULL, path, "cannot be read, or is no descriptor set");
    for (size_t i = 0; i < set->n_file; i++) {
        Refex__File *file = set->file[i];

        if (is_same(file->name, "options.proto"))
            options_file = file;
        if (file->options == NULL || file->options->boundary == NULL)
            continue;
        for (size_t k = 0; k < file->n_message; k++)
            read_message(file, file->message[k]);
        for (size_t k = 0; k < file->n_enum_type; k++)
            read_enum(file, file->enum_type[k]);
        set->file[contracts++] = file;
        own = is_same(file->name, name) ? file : own;
    }
    set->n_file = contracts;
    demand(own != NULL && options_file != NULL, name, "is not there, or has no option `boundary`");
    own->stem = format("%.*s", (int)strcspn(name, "."), name);
    for (size_t i = 0; i < set->n_file; i++) /* now: fields name messages and enums of other files */
        for (size_t k = 0; k < set->file[i]->n_message; k++)
            for (size_t n = 0; n < set->file[i]->message[k]->n_field; n++)
                read_field(set->file[i]->message[k], set->file[i]->message[k]->field[n]);
    for (size_t k = 0; k < own->n_message; k++)
        check_nesting(own->message[k]);
    return own;
}
