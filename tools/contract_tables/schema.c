/* A JSON Schema (2020-12) of a message that is told (option `json` of proto/options.proto): an answer as `--json`
 * prints it, or what an audit record says. A member may be null where its value may be absent, and what may be left
 * out is not required; more members may stand beside those named here.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "contract.h"
#include "text.h"

#define MEMBERS_MAX 256

struct members {
    const Refex__Field *of[MEMBERS_MAX];
    size_t count;
};

static const char *object_of(const Refex__Message *m, const char *indent);

/* What M tells, in the order of the .proto, and what a message in it whose members stand among M's. */
static void gather(const Refex__Message *m, struct members *all)
{
    for (size_t place = 0; place < m->n_field; place++)
        for (size_t i = 0; i < m->n_field; i++) {
            const Refex__Field *f = m->field[i];

            if (f->place != place)
                continue;
            if (all->count == MEMBERS_MAX)
                errx(1, "%s tells too much", m->name);
            if (is_same(f->options->is->told, "members"))
                gather(f->sub, all);
            else if (is_set(f->options->is->json))
                all->of[all->count++] = f;
        }
}

static const char *words_of(const Refex__List *e, const char *or_null)
{
    const char *words = "";

    for (size_t i = 0; i < e->n_value; i++)
        if (is_set(e->value[i]->options->code->word))
            words = joined(words, ", ", quoted(e->value[i]->options->code->word));
    return format("\"enum\": [%s%s]", words, is_set(or_null) ? ", null" : "");
}

/* OR_NULL: , "null" where a value may be absent. */
static const char *type_of(const Refex__Field *f, const char *or_null, const char *indent)
{
    const Refex__FieldRule *rule = f->options->is;
    const char *json = f->kind->json;
    const char *form = f->kind->form;

    if (f->object != NULL || f->sub != NULL)
        return format("\"type\": [\"object\"%s], %s", or_null,
                      object_of(f->object != NULL ? f->object : f->sub, indent));
    if (is_same(json, "array") || is_same(rule->told, "words"))
        return format("\"type\": \"array\", \"items\": {%s}",
                      f->list != NULL ? words_of(f->list, "") : "\"type\": \"string\"");
    if (f->list != NULL && !is_set(rule->words) && !is_set(rule->by))
        return words_of(f->list, or_null);
    if (is_same(rule->told, "base64")) {
        json = "string";
        form = "\"contentEncoding\": \"base64\"";
    } else if (is_set(f->words) || (is_set(rule->by) && rule->type == TYPE(PLAIN) && !is_same(rule->told, "number") &&
                                    !is_same(json, "boolean"))) {
        json = "string";
        form = "";
    }
    return joined(format("\"type\": [\"%s\"%s]", json, is_same(json, "string") || is_set(rule->by) ? or_null : ""),
                  is_set(form) ? ", " : "", form);
}

static const char *member_of(const Refex__Field *f, const char *name, const char *indent)
{
    const Refex__FieldRule *rule = f->options->is;
    bool is_there = f->is_list || rule->omit_empty || (rule->must && !is_set(rule->by));
    const char *type = type_of(f, is_there ? "" : ", \"null\"", format("%s    ", indent));

    if (f->is_list)
        type = format("\"type\": \"array\", \"items\": {%s}", type);
    return format("%s\"%s\": {%s}", indent, name, type);
}

/* Members whose names begin alike, up to a dot, and stand one behind the other are those of an object. */
static const char *members_of(const struct members *all, const char *indent)
{
    const char *members = "";
    const char *object = "";
    const char *inner = "";

    for (size_t i = 0; i <= all->count; i++) {
        const char *json = i < all->count ? all->of[i]->options->is->json : "";
        const char *dot = strchr(json, '.');
        const char *own = dot == NULL ? "" : format("%.*s", (int)(dot - json), json);

        if (is_set(object) && !is_same(own, object)) {
            inner =
                format("%s\"%s\": {\"type\": \"object\", \"properties\": {\n%s\n%s}}", indent, object, inner, indent);
            members = joined(members, ",\n", inner);
            inner = "";
        }
        object = own;
        if (dot != NULL)
            inner = joined(inner, ",\n", member_of(all->of[i], dot + 1, format("%s    ", indent)));
        else if (i < all->count)
            members = joined(members, ",\n", member_of(all->of[i], json, indent));
    }
    return members;
}

static const char *object_of(const Refex__Message *m, const char *indent)
{
    struct members all = {.count = 0};
    const char *required = "";

    gather(m, &all);
    for (size_t i = 0; i < all.count; i++) {
        const Refex__FieldRule *rule = all.of[i]->options->is;

        if (!rule->omit_empty && !is_set(rule->when) && !is_set(rule->has) && strchr(rule->json, '.') == NULL)
            required = joined(required, ", ", quoted(rule->json));
    }
    return format("\"required\": [%s], \"properties\": {\n%s\n%s}", required,
                  members_of(&all, format("%s    ", indent)), indent);
}

void write_schema(const Refex__Message *m)
{
    printf("{\n    \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
    printf("    \"$id\": \"urn:%s\",\n    \"title\": \"%s\",\n", m->full + 1, m->name);
    printf("    \"type\": \"object\", %s\n}\n", object_of(m, "    "));
}
