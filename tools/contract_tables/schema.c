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

static void write_object(const Refex__Message *m, int indent);

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

bool schema_is_told(const Refex__Message *m)
{
    struct members all = {.count = 0};

    gather(m, &all);
    return all.count > 0;
}

static void write_enum(const Refex__List *e, const char *or_null)
{
    const char *between = "";

    printf("\"enum\": [");
    for (size_t i = 0; i < e->n_value; i++) {
        const char *word = e->value[i]->options->code->word;

        if (is_set(word))
            printf("%s\"%s\"", between, word);
        between = is_set(word) ? ", " : between;
    }
    printf("%s]", is_set(or_null) ? ", null" : "");
}

/* OR_NULL: , "null" where a value may be absent. */
static void write_type(const Refex__Field *f, const char *or_null, int indent)
{
    const Refex__FieldRule *rule = f->options->is;
    const char *json = f->kind->json;
    const char *form = f->kind->form;

    if (f->object != NULL || f->sub != NULL) {
        printf("\"type\": [\"object\"%s], ", or_null);
        write_object(f->object != NULL ? f->object : f->sub, indent);
        return;
    }
    if (is_same(json, "array") || is_same(rule->told, "words")) {
        printf("\"type\": \"array\", \"items\": {");
        if (f->list != NULL)
            write_enum(f->list, "");
        printf("%s}", f->list == NULL ? "\"type\": \"string\"" : "");
        return;
    }
    if (f->list != NULL && !is_set(rule->words) && !is_set(rule->by)) {
        write_enum(f->list, or_null);
        return;
    }
    if (is_same(rule->told, "base64")) {
        json = "string";
        form = "\"contentEncoding\": \"base64\"";
    } else if (is_set(f->words) || (is_set(rule->by) && rule->type == TYPE(PLAIN) && !is_same(json, "boolean"))) {
        json = "string";
        form = "";
    }
    printf("\"type\": [\"%s\"%s]", json, is_same(json, "string") || is_set(rule->by) ? or_null : "");
    printf("%s%s", is_set(form) ? ", " : "", form);
}

static void write_member(const Refex__Field *f, const char *name, int indent)
{
    const Refex__FieldRule *rule = f->options->is;
    bool is_there = f->is_list || rule->omit_empty || (rule->must && !is_set(rule->by));

    printf("%*s\"%s\": {%s", indent, "", name, f->is_list ? "\"type\": \"array\", \"items\": {" : "");
    write_type(f, is_there ? "" : ", \"null\"", indent + 4);
    printf("}%s", f->is_list ? "}" : "");
}

/* Members whose names begin alike, up to a dot, and stand one behind the other are those of an object. */
static void write_members(const struct members *all, int indent)
{
    const char *object = "";
    const char *between = "\n";

    for (size_t i = 0; i < all->count; i++) {
        const char *name = all->of[i]->options->is->json;
        const char *dot = strchr(name, '.');
        const char *own = dot == NULL ? "" : format("%.*s", (int)(dot - name), name);

        if (!is_same(own, object) && is_set(object))
            printf("\n%*s}}", indent, "");
        if (!is_same(own, object) && is_set(own)) {
            printf("%s%*s\"%s\": {\"type\": \"object\", \"properties\": {", between, indent, "", own);
            between = "\n";
        }
        printf("%s", between);
        write_member(all->of[i], dot == NULL ? name : dot + 1, dot == NULL ? indent : indent + 4);
        between = ",\n";
        object = own;
    }
    if (is_set(object))
        printf("\n%*s}}", indent, "");
}

static void write_object(const Refex__Message *m, int indent)
{
    struct members all = {.count = 0};
    const char *between = "";

    gather(m, &all);
    printf("\"required\": [");
    for (size_t i = 0; i < all.count; i++) {
        const Refex__FieldRule *rule = all.of[i]->options->is;

        if (rule->omit_empty || is_set(rule->when) || is_set(rule->has) || strchr(rule->json, '.') != NULL)
            continue;
        printf("%s\"%s\"", between, rule->json);
        between = ", ";
    }
    printf("], \"properties\": {");
    write_members(&all, indent + 4);
    printf("\n%*s}", indent, "");
}

void write_schema(const Refex__Message *m)
{
    printf("{\n    \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
    printf("    \"$id\": \"urn:%s\",\n    \"title\": \"%s\",\n    \"type\": \"object\", ", m->full + 1, m->name);
    write_object(m, 4);
    printf("\n}\n");
}
