#include "cli/dialogue/typed.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 40

static const struct verb_row *find_row(const char *verb)
{
    size_t i = 0;

    while (i < VERB_COUNT && strcmp(verb_rows[i].words, verb) != 0)
        i++;
    REQUIRE(i < VERB_COUNT);
    return &verb_rows[i];
}

bool typed_read(const struct command *c, const char *verb, const char *const *words, size_t count, struct command *out,
                struct error *err)
{
    char *argv[WORDS_MAX];

    REQUIRE(count <= WORDS_MAX);
    for (size_t i = 0; i < count; i++)
        argv[i] = (char *)(uintptr_t)words[i]; /* options are read, not changed */
    if (!command_read(find_row(verb), (int)count, argv, out, err))
        return false;
    out->home = c->home;
    out->json = c->json;
    out->client = c->client;
    memcpy(out->federation, c->federation, sizeof out->federation);
    return true;
}

bool typed_run(struct command *c, const char *verb, const char *const *words, size_t count, int *status,
               struct error *err)
{
    struct command *typed = xnew(sizeof *typed);
    bool ok = typed_read(c, verb, words, count, typed, err);

    *status = 0;
    if (ok) {
        ok = typed->verb->run(typed, status, err);
        c->client = typed->client;
        c->asking = typed->asking;
    }
    free(typed);
    return ok;
}
