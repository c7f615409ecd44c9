#include "contract_read.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_NUMBER   50001 /* of each of our options, but for */
#define LEFT_OUT_NUMBER 50002

_Noreturn void stop(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fputs("contract: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

void *room_of(size_t size)
{
    void *room = calloc(1, size);

    if (room == NULL)
        stop("no memory");
    return room;
}

void format(char out[static TEXT_MAX], const char *fmt, ...)
{
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(out, TEXT_MAX, fmt, args);
    va_end(args);
    if (n < 0 || n >= TEXT_MAX)
        stop("a name is too long: %s", fmt);
}

bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* LinkUp → link_up, as protobuf-c does it; FOOD_NFI → food_nfi. */
void write_snake(const char *camel, char out[static TEXT_MAX])
{
    size_t n = 0;
    bool was_upper = true;

    for (; *camel != '\0'; camel++) {
        bool upper = isupper((unsigned char)*camel) != 0;

        if (upper && !was_upper && out[n - 1] != '_')
            out[n++] = '_';
        if (n + 2 > TEXT_MAX)
            stop("a name is too long");
        out[n++] = (char)tolower((unsigned char)*camel);
        was_upper = upper;
    }
    out[n] = '\0';
}

void write_upper(const char *text, char out[static TEXT_MAX])
{
    size_t n = strlen(text);

    format(out, "%s", text);
    for (size_t i = 0; i < n; i++)
        out[i] = (char)toupper((unsigned char)out[i]);
}

/* --- reading the options --- */

/* The NTH, from 0, of an option of ours, which protobuf-c does not know; NULL where there is none. */
static const void *read_option(const ProtobufCMessage *options, uint32_t number, size_t nth,
                               const ProtobufCMessageDescriptor *d)
{
    for (unsigned i = 0; options != NULL && i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *f = &options->unknown_fields[i];
        size_t prefix = 0;

        if (f->tag != number || f->wire_type != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
            continue;
        if (nth-- > 0)
            continue;
        while (prefix < f->len && (f->data[prefix++] & 0x80) != 0)
            ;
        return protobuf_c_message_unpack(d, NULL, f->len - prefix, f->data + prefix);
    }
    return NULL;
}

static const ProtobufCMessage *base_of(const void *options)
{
    return options;
}

const Refex__FieldRule *read_rule(const field_descriptor *d)
{
    static const Refex__FieldRule none = REFEX__FIELD_RULE__INIT;
    const void *rule = read_option(base_of(d->options), OPTION_NUMBER, 0, &refex__field_rule__descriptor);

    return rule == NULL ? &none : rule;
}

const Refex__FieldRule *read_rule_of(const descriptor_set *set, const field_descriptor *d)
{
    const Refex__FieldRule *rule = read_rule(d);
    Refex__FieldRule *own;
    char end[TEXT_MAX];

    if (d->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM)
        return rule;
    own = room_of(sizeof *own);
    *own = *rule;
    if (rule->type != REFEX__FIELD_TYPE__SET) {
        own->as = room_of(TEXT_MAX);
        format(own->as, "enum %s", enum_name(d->type_name));
    }
    if (is_set(rule->bound))
        return own;
    write_enum_end(find_enum(set, d->type_name), end);
    own->bound = room_of(TEXT_MAX);
    format(own->bound, "%s - 1", end);
    return own;
}

const Refex__MessageForm *read_form(const message_descriptor *d)
{
    static const Refex__MessageForm none = REFEX__MESSAGE_FORM__INIT;
    const void *form = read_option(base_of(d->options), OPTION_NUMBER, 0, &refex__message_form__descriptor);

    return form == NULL ? &none : form;
}

const Refex__Boundary *read_boundary(const file_descriptor *file)
{
    return read_option(base_of(file->options), OPTION_NUMBER, 0, &refex__boundary__descriptor);
}

const Refex__EnumForm *read_list(const enum_descriptor *d)
{
    static const Refex__EnumForm none = REFEX__ENUM_FORM__INIT;
    const void *list = read_option(base_of(d->options), OPTION_NUMBER, 0, &refex__enum_form__descriptor);

    return list == NULL ? &none : list;
}

const Refex__CodeForm *read_code(const value_descriptor *d)
{
    static const Refex__CodeForm none = REFEX__CODE_FORM__INIT;
    const void *code = read_option(base_of(d->options), OPTION_NUMBER, 0, &refex__code_form__descriptor);

    return code == NULL ? &none : code;
}

const Refex__LeftOut *read_left_out(const file_descriptor *file, size_t nth)
{
    return read_option(base_of(file->options), LEFT_OUT_NUMBER, nth, &refex__left_out__descriptor);
}

/* --- enums --- */

const file_descriptor *find_file(const descriptor_set *set, const char *name)
{
    for (size_t i = 0; i < set->n_file; i++)
        if (strcmp(set->file[i]->name, name) == 0)
            return set->file[i];
    stop("%s is not there", name);
}

const enum_descriptor *find_enum(const descriptor_set *set, const char *type)
{
    for (size_t i = 0; i < set->n_file; i++)
        for (size_t k = 0; k < set->file[i]->n_enum_type; k++) {
            char full[TEXT_MAX];

            format(full, ".%s.%s", set->file[i]->package, set->file[i]->enum_type[k]->name);
            if (strcmp(full, type) == 0)
                return set->file[i]->enum_type[k];
        }
    stop("%s is no enum of the contracts", type);
}

const char *enum_name(const char *type)
{
    const char *dot = strrchr(type, '.');
    char *out = room_of(TEXT_MAX);

    write_snake(dot == NULL ? type : dot + 1, out);
    return out;
}

void write_enum_end(const enum_descriptor *e, char out[static TEXT_MAX])
{
    const char *zero = e->value[0]->name;
    const char *last = strrchr(zero, '_');

    if (e->value[0]->number != 0 || last == NULL)
        stop("%s: its first value is 0 and is called X_ABSENT", e->name);
    format(out, "%.*s_END", (int)(last - zero), zero);
}

/* --- files --- */

FILE *begin_file(const char *folder, const char *name)
{
    char path[4096];
    FILE *out;

    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        stop("a path is too long");
    out = fopen(path, "w");
    if (out == NULL)
        stop("%s cannot be written", path);
    return out;
}

void end_file(FILE *out)
{
    if (fclose(out) != 0)
        stop("a file cannot be written");
}

descriptor_set *read_set(const char *path)
{
    descriptor_set *set;
    size_t size = 0;
    size_t room = 16 << 20;
    uint8_t *bytes = room_of(room);
    FILE *in = fopen(path, "r");

    if (in == NULL)
        stop("%s cannot be read", path);
    size = fread(bytes, 1, room, in);
    if (ferror(in) || size == room || fclose(in) != 0)
        stop("%s cannot be read", path);
    set = google__protobuf__file_descriptor_set__unpack(NULL, size, bytes);
    if (set == NULL)
        stop("%s is no descriptor set", path);
    return set;
}
