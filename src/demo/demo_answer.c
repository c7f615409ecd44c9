#include "demo/demo_answer.h"

#include <stdio.h>
#include <string.h>

#include "demo/demo_run.h"

static struct json_read *nth_line(const struct bytes *b, size_t i)
{
    struct view rest = bytes_view(b);
    const uint8_t *end;

    for (; rest.size > 0; rest = view_of(end + 1, (size_t)(rest.at + rest.size - end - 1))) {
        end = memchr(rest.at, '\n', rest.size);
        if (end == NULL)
            return NULL;
        if (i-- == 0)
            return json_read_new(view_of(rest.at, (size_t)(end - rest.at)));
    }
    return NULL;
}

struct json_read *demo_answer_line(const struct demo_answer *a, size_t i)
{
    return nth_line(&a->out, i);
}

/* Warnings, which are no JSON, may come before it. */
struct json_read *demo_answer_error(const struct demo_answer *a)
{
    for (size_t i = 0; i < 16; i++) {
        struct json_read *r = nth_line(&a->err, i);

        if (r != NULL)
            return r;
    }
    return NULL;
}

bool demo_answer_text(const struct demo_answer *a, const char *path, char *out, size_t size, struct error *err)
{
    struct json_read *line = demo_answer_line(a, 0);
    const char *text = line != NULL ? json_read_text(line, path) : NULL;
    bool ok = text != NULL && strlen(text) < size;

    if (ok)
        (void)snprintf(out, size, "%s", text);
    else
        (void)error_set(err, E_DEM_02, "an answer of refex lacks %s", path);
    json_read_free(line);
    return ok;
}

void demo_answer_fini(struct demo_answer *a)
{
    bytes_fini(&a->out);
    bytes_fini(&a->err);
    *a = (struct demo_answer){0};
}
