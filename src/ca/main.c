/* refex-ca: the federation's home. Root, issuing CA, directory. It has no node and no network; `refex federation VERB
 * …` runs it as `refex-ca VERB …`. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "ca/cmd.h"
#include "ca/say.h"

static const struct verb *const verbs[] = {&cmd_init, &cmd_issue, &cmd_publish, &cmd_revoke, &cmd_show};

#define VERB_COUNT (sizeof verbs / sizeof *verbs)

static void help(void)
{
    (void)puts("refex federation VERB --home FED …\n\nThe federation: who is a member, with which certificates.\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        (void)printf("  %-8s  %s\n            refex federation %s %s\n", verbs[i]->name, verbs[i]->summary,
                     verbs[i]->name, verbs[i]->usage);
    (void)puts("\n`refex federation VERB --help` says more and shows examples.");
}

static const struct verb *find(const char *name, struct error *err)
{
    const char *names[VERB_COUNT];
    const char *near;

    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(verbs[i]->name, name) == 0)
            return verbs[i];
        names[i] = verbs[i]->name;
    }
    near = text_nearest(name, names, VERB_COUNT);
    error_set(err, E_USE_01, "federation has no verb '%.64s'%s%s%s", name, near != NULL ? "; did you mean " : "",
              near != NULL ? near : "", near != NULL ? "?" : "");
    return NULL;
}

int main(int argc, char **argv)
{
    const struct verb *verb;
    struct order order;
    struct error err = {0};
    bool wants_help = false;

    log_init("refex-ca", LOG_INFO);
    if (!secret_harden_process(&err))
        return say_error(&err);
    if (argc < 2) {
        error_set(&err, E_USE_02, "federation needs a verb: init, issue, publish, revoke or show");
        return say_error(&err);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        help();
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("refex-ca " REFEX_VERSION);
        return 0;
    }
    verb = find(argv[1], &err);
    if (verb == NULL || !order_read(verb, argc - 1, argv + 1, &order, &wants_help, &err))
        return say_error(&err);
    if (wants_help)
        order_help(verb);
    else if (!verb->run(&order, &err))
        return say_error(&err);
    if (fflush(stdout) != 0) {
        error_set(&err, E_FIL_03, "the answer could not be written");
        return say_error(&err);
    }
    return 0;
}
