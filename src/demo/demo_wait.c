#include "demo/demo_wait.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "demo/demo_run.h"

/* Returns when a file in HOME changes, as the database does with each commit, or when it is time to look again. */
static void wait_for_change(const char *home)
{
    struct pollfd changes = {.fd = inotify_init1(IN_CLOEXEC), .events = POLLIN};

    if (changes.fd >= 0 && inotify_add_watch(changes.fd, home, IN_MODIFY) < 0)
        changes.events = 0;
    (void)poll(&changes, 1, DEMO_POLL_MS);
    if (changes.fd >= 0)
        (void)close(changes.fd);
}

bool demo_wait_step(struct demo *d, enum demo_index agency, int64_t since_ms, const char *what, struct error *err)
{
    if (!demo_run_continues(err))
        return false;
    if (printer_now_ms() - since_ms > DEMO_TIMEOUT_MS)
        return error_set(err, E_DEM_02, "timed out waiting: %s", what);
    printer_progress(&d->printer);
    wait_for_change(d->agencies[agency].home);
    return true;
}

static bool text_matches(const struct json_read *r, const char *key, const char *wanted)
{
    const char *text = json_read_text(r, key);

    return text != NULL && strcmp(text, wanted) == 0;
}

static bool read_state_matches(struct demo *d, enum demo_index agency, const char *referral, const char *state,
                               bool *is, struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *line;
    bool ok =
        demo_run_checked(d, DEMO_WORDS("referral", "list", "--home", d->agencies[agency].home, "--json"), &a, err);

    *is = false;
    for (size_t i = 0; ok && (line = demo_answer_line(&a, i)) != NULL; i++) {
        *is = *is || (text_matches(line, "referral", referral) && text_matches(line, "state", state));
        json_read_free(line);
    }
    demo_answer_fini(&a);
    return ok;
}

bool demo_wait_state(struct demo *d, enum demo_index agency, const char *referral, const char *state, struct error *err)
{
    int64_t since_ms = printer_now_ms();
    char what[128];
    bool there;

    (void)snprintf(what, sizeof what, "a referral at %s becomes \"%s\"", d->agencies[agency].title, state);
    printer_set_wait(&d->printer, what);
    while (read_state_matches(d, agency, referral, state, &there, err) && !there)
        if (!demo_wait_step(d, agency, since_ms, what, err))
            return false;
    return there;
}

bool demo_wait_readable(struct demo *d, enum demo_index agency, section_set sections, struct demo_holdings *holdings,
                        struct error *err)
{
    int64_t since_ms = printer_now_ms();
    char names[256];
    char what[384];

    (void)snprintf(what, sizeof what, "%s holds: %s", d->agencies[agency].title, printer_sections(sections, names));
    printer_set_wait(&d->printer, what);
    while (demo_query_holdings(d, agency, holdings, NULL, err)) {
        if (holdings->readable == sections)
            return true;
        if (!demo_wait_step(d, agency, since_ms, what, err))
            return false;
    }
    return false;
}

bool demo_wait_idle(struct demo *d, enum demo_index agency, struct error *err)
{
    int64_t since_ms = printer_now_ms();
    struct demo_answer a = {0};
    bool ok = true;
    bool idle = false;

    printer_set_wait(&d->printer, "what waits is delivered");
    while (ok && !idle) {
        struct json_read *line;

        ok = demo_run_verb(d, DEMO_WORDS("status", "--home", d->agencies[agency].home, "--json"), &a, err);
        line = ok ? demo_answer_line(&a, 0) : NULL;
        idle = line != NULL && json_read_is_true(line, "running") && json_read_u64(line, "waiting") == 0;
        json_read_free(line);
        ok = ok && (idle || demo_wait_step(d, agency, since_ms, "what waits is delivered", err));
    }
    demo_answer_fini(&a);
    return ok;
}
