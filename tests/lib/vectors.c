#include "vectors.h"

#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(const char *what, const char *why)
{
    (void)fprintf(stderr, "test vectors: %s: %s\n", what, why);
    exit(99);
}

struct vectors *vectors_open(const char *path)
{
    json_error_t e;
    json_t *root = json_load_file(path, 0, &e);

    if (root == NULL)
        give_up(path, e.text);
    return (struct vectors *)root;
}

void vectors_close(struct vectors *v)
{
    json_decref((json_t *)v);
}

/* "vectors.3.key": keys and indexes, separated by dots. */
static json_t *find_value(const struct vectors *v, const char *path)
{
    json_t *at = (json_t *)v;
    char copy[256];
    char *rest = NULL;

    (void)snprintf(copy, sizeof copy, "%s", path);
    for (char *key = strtok_r(copy, ".", &rest); key != NULL; key = strtok_r(NULL, ".", &rest)) {
        at = json_is_array(at) ? json_array_get(at, (size_t)strtoul(key, NULL, 10)) : json_object_get(at, key);
        if (at == NULL)
            give_up(path, "is not there");
    }
    return at;
}

const char *vectors_text(const struct vectors *v, const char *path)
{
    const char *text = json_string_value(find_value(v, path));

    if (text == NULL)
        give_up(path, "is no string");
    return text;
}

void vectors_hex(const struct vectors *v, const char *path, struct bytes *out)
{
    const char *text = vectors_text(v, path);
    size_t size = strlen(text) / 2;

    if (!text_read_hex(view_of_text(text), bytes_reserve(out, size), size))
        give_up(path, "is no hex");
    out->size += size;
}

int64_t vectors_number(const struct vectors *v, const char *path)
{
    json_t *n = find_value(v, path);

    if (!json_is_integer(n))
        give_up(path, "is no number");
    return json_integer_value(n);
}

size_t vectors_count(const struct vectors *v, const char *path)
{
    return json_array_size(find_value(v, path));
}
