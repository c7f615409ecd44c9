/* A JSON Schema (2020-12) of a message that is told (option `json` of proto/options.proto): an answer as `--json`
 * prints it, or what an audit record says. A member may be null where its value may be absent, and what may be left
 * out is not required; more members may stand beside those named here.
 */
#include <stdio.h>
#include <string.h>

#include "contract.h"
#include "text.h"

struct object {
    const char *required;
    const char *members;
    const char *open; /* "a" while members "a.b" come, one behind the other: those of an object in it */
};

static const char *object_of(const Refex__Message *m, const char *indent);

static const char *words_of(const Refex__Enum *e, const char *or_null)
{
    const char *words = "";

    if (is_same(e->name, "YesNo")) /* of a case */
        return "\"type\": \"boolean\"";
    for (size_t i = 0; i < e->n_value; i++)
        if (is_set(e->value[i]->code->word))
            words = joined(words, ", ", quoted(e->value[i]->code->word));
    return format("\"enum\": [%s%s]", words, is_set(or_null) ? ", null" : "");
}

/* OR_NULL: , "null" where a value may be absent. */
static const char *type_of(const Refex__Field *f, const char *or_null, const char *indent)
{
    const char *form = f->told != NULL ? object_of(f->told, indent) : f->json_form;
    bool may_be_null = f->told != NULL || is_same(f->json_type, "string") || is_set(f->rule->by);

    if (is_same(f->json_type, "array"))
        return format("\"type\": \"array\", \"items\": {%s}",
                      f->enum_type != NULL ? words_of(f->enum_type, "") : "\"type\": \"string\"");
    if (f->enum_type != NULL && f->told == NULL && !is_set(f->rule->words) && !is_set(f->rule->by))
        return words_of(f->enum_type, or_null);
    return joined(format("\"type\": [\"%s\"%s]", f->json_type, may_be_null ? or_null : ""), is_set(form) ? ", " : "",
                  form);
}

static void close_object(struct object *o, const char *indent)
{
    if (is_set(o->open))
        o->members = format("%s\n%s}}", o->members, indent);
    o->open = "";
}

static void add_member(struct object *o, const Refex__Field *f, const char *indent)
{
    const char *dot = strchr(f->rule->json, '.');
    const char *object = dot == NULL ? "" : format("%.*s", (int)(dot - f->rule->json), f->rule->json);
    const char *inner = format("%s%s", indent, dot == NULL ? "" : "    ");
    bool is_there = f->is_list || f->rule->omit_empty || (f->rule->must && !is_set(f->rule->by));
    const char *type = type_of(f, is_there ? "" : ", \"null\"", format("%s    ", inner));

    if (f->is_list)
        type = format("\"type\": \"array\", \"items\": {%s}", type);
    type = format("%s\"%s\": {%s}", inner, dot == NULL ? f->rule->json : dot + 1, type);
    if (dot == NULL && !f->rule->omit_empty && !is_set(f->rule->when) && !is_set(f->rule->has))
        o->required = joined(o->required, ", ", quoted(f->rule->json));
    if (!is_same(object, o->open)) {
        close_object(o, indent);
        if (is_set(object))
            type = format("%s\"%s\": {\"type\": \"object\", \"properties\": {\n%s", indent, object, type);
        o->open = object;
    }
    o->members = joined(o->members, ",\n", type);
}

/* What M tells, in the order of the .proto, and what a message in it whose members stand among M's, as those of a group
 * of a case do where there is one record of it. */
static void add_members(struct object *o, const Refex__Message *m, const char *indent)
{
    for (size_t place = 0; place < m->n_field; place++)
        for (size_t i = 0; i < m->n_field; i++) {
            const Refex__Field *f = m->field[i];

            if (f->place == place && is_set(f->rule->json))
                add_member(o, f, indent);
            if (f->place == place && f->told != NULL && (!is_set(f->rule->json) || !is_set(m->struct_name)))
                add_members(o, f->told, indent);
        }
}

static const char *object_of(const Refex__Message *m, const char *indent)
{
    struct object o = {"", "", ""};
    const char *inner = format("%s    ", indent);

    add_members(&o, m, inner);
    close_object(&o, inner);
    return format("\"required\": [%s], \"properties\": {\n%s\n%s}", o.required, o.members, indent);
}

void write_schema(const Refex__Message *m)
{
    printf("{\n    \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
    printf("    \"$id\": \"urn:%s\",\n    \"title\": \"%s\",\n", m->full + 1, m->name);
    printf("    \"type\": \"object\", %s\n}\n", object_of(m, "    "));
}
