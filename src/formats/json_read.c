#include "formats/json_read.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct json_read {
    json_t *root;
};

struct json_read *json_read_new(struct view line)
{
    json_t *root = json_loadb((const char *)line.at, line.size, JSON_REJECT_DUPLICATES, NULL);
    struct json_read *r;

    if (!json_is_object(root)) {
        json_decref(root);
        return NULL;
    }
    r = xnew(sizeof *r);
    r->root = root;
    return r;
}

void json_read_free(struct json_read *r)
{
    if (r == NULL)
        return;
    json_decref(r->root);
    free(r);
}

static const json_t *step_into(const json_t *at, struct view name)
{
    char key[128];
    uint32_t place;

    if (json_is_array(at))
        return text_read_u32(name, &place) ? json_array_get(at, place) : NULL;
    if (name.size >= sizeof key)
        return NULL;
    memcpy(key, name.at, name.size);
    key[name.size] = '\0';
    return json_object_get(at, key);
}

static const json_t *find_value(const struct json_read *r, const char *path)
{
    struct view rest = view_of_text(path);
    const json_t *at = r->root;
    struct view name;

    while (at != NULL && text_split(&rest, '.', &name))
        at = step_into(at, name);
    return at;
}

const char *json_read_text(const struct json_read *r, const char *path)
{
    return json_string_value(find_value(r, path));
}

uint64_t json_read_u64(const struct json_read *r, const char *path)
{
    json_int_t n = json_integer_value(find_value(r, path));

    return n > 0 ? (uint64_t)n : 0;
}

bool json_read_is_true(const struct json_read *r, const char *path)
{
    return json_is_true(find_value(r, path));
}

size_t json_read_count(const struct json_read *r, const char *path)
{
    const json_t *at = find_value(r, path);

    return json_is_array(at) ? json_array_size(at) : json_object_size(at);
}

const char *json_read_name(const struct json_read *r, const char *path, size_t i)
{
    json_t *at = (json_t *)(uintptr_t)find_value(r, path); /* jansson's iterators take no const, and change nothing */
    void *member;

    if (json_is_array(at))
        return json_string_value(json_array_get(at, i));
    member = json_object_iter(at);
    while (member != NULL && i-- > 0)
        member = json_object_iter_next(at, member);
    return member != NULL ? json_object_iter_key(member) : NULL;
}
