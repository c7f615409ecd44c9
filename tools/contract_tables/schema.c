/* A JSON Schema (2020-12) of a message that is told: an answer as `--json` prints it, or what an audit record says. A
 * member may be null where its value may be absent, and is not required where it may be left out; there may be more.
 */
#include <jansson.h>

#include "contract.h"

static json_t *object_of(const Refex__Message *m);

static json_t *words_of(const Refex__Enum *e)
{
    json_t *words = json_array();

    for (size_t i = 0; i < e->n_value; i++)
        if (is_set(e->value[i]->code->word))
            json_array_append_new(words, json_string(e->value[i]->code->word));
    return json_pack("{s:o}", "enum", words);
}

static json_t *type_of(const Refex__Field *f)
{
    json_t *words = f->enum_type != NULL ? words_of(f->enum_type) : json_pack("{s:s}", "type", "string");
    json_t *type = f->told != NULL ? object_of(f->told) : json_loads(format("{%s}", f->json_form), 0, NULL);

    if (is_same(f->json_type, "array"))
        return json_pack("{s:s, s:o}", "type", "array", "items", words);
    if (f->enum_type != NULL && is_same(f->json_type, "string") && !is_set(f->rule->words) && !is_set(f->rule->by))
        return words;
    json_object_set_new(type, "type", json_string(f->json_type));
    return type;
}

static void add_member(json_t *object, const Refex__Field *f)
{
    const char *name = f->rule->json;
    const char *dot = strchr(name, '.');
    bool is_there = f->is_list || f->rule->omit_empty || (f->rule->must && !is_set(f->rule->by));
    bool has_null = !is_same(f->json_type, "array") && (is_same(f->json_type, "string") || is_set(f->rule->by));
    json_t *type = type_of(f);
    json_t *members = json_object_get(object, "properties");

    if (!is_there && (has_null || f->told != NULL))
        type = json_pack("{s:[o, {s:s}]}", "anyOf", type, "type", "null");
    if (f->is_list)
        type = json_pack("{s:s, s:o}", "type", "array", "items", type);
    if (dot == NULL && !f->rule->omit_empty && !is_set(f->rule->when) && !is_set(f->rule->has))
        json_array_append_new(json_object_get(object, "required"), json_string(name));
    if (dot == NULL)
        json_object_set_new(members, name, type);
    else /* of an object in it */
        json_object_update_recursive(members, json_pack("{s%:{s:s, s:{s:o}}}", name, (size_t)(dot - name), "type",
                                                        "object", "properties", dot + 1, type));
}

/* What M tells goes into OBJECT, in the order of the .proto, and what a message in it whose members stand among M's, as
 * those of a group of a case do where there is one record of it. */
static void add_members(json_t *object, const Refex__Message *m)
{
    for (size_t place = 0; place < m->n_field; place++)
        for (size_t i = 0; i < m->n_field; i++) {
            const Refex__Field *f = m->field[i];

            if (f->place == place && is_set(f->rule->json))
                add_member(object, f);
            if (f->place == place && f->told != NULL && (!is_set(f->rule->json) || !is_set(m->struct_name)))
                add_members(object, f->told);
        }
}

static json_t *object_of(const Refex__Message *m)
{
    json_t *object = json_pack("{s:s, s:[], s:{}}", "type", "object", "required", "properties");

    add_members(object, m);
    return object;
}

void write_schema(const Refex__Message *m)
{
    json_t *schema = json_pack("{s:s, s:s, s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema", "$id",
                               format("urn:%s", m->full + 1), "title", m->name);

    json_object_update_new(schema, object_of(m));
    demand(json_dumpf(schema, stdout, JSON_INDENT(4)) == 0, m->name, "its schema cannot be written");
}
