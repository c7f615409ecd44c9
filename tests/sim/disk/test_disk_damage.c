/* A node on a disk that lies about what it has synced, and on one that flips a bit: it holds what was acknowledged, or
 * says by name that something is wrong. It is never ended by a signal, and lets nothing out.
 *
 * sim_disk_damage [--lies N] [--bits N] [--seed N]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "disk_story.h"
#include "exchange/state.h"
#include "exchange/vault.h"

static uint64_t first_seed = 1;
static unsigned lies = 8;
static unsigned bits = 16;
static bool is_verbose;

/* What became of a node whose disk was damaged. */
struct verdict {
    enum error_code named; /* by what it refused to start, ended, or failed to do what was asked; the first */
    bool said;             /* it says in `status` or `audit verify` that something is not as it was */
    unsigned gone;         /* things that were acknowledged and are not there */
    unsigned proven;       /* records that another node has the proof of and that are not there */
    const char *how;
};

static void name(struct verdict *v, const char *how, const struct error *err)
{
    if (error_fault(err) != FAULT_LOCAL && err->code != E_STO_07)
        fail_msg("%s: %s (%s) is no name for a damaged disk", how, err->text, error_row(err->code)->code);
    if (v->named == E_NONE) {
        v->named = err->code;
        v->how = how;
    }
}

static bool start(struct story *s, struct verdict *v)
{
    struct error err = {0};

    if (!world_try_start(s->w, s->victim, &err)) {
        name(v, "start", &err);
        return false;
    }
    world_let_fail(s->w, s->victim);
    return true;
}

/* Runs until all is done, or the node has ended. */
static bool run(struct story *s, struct verdict *v)
{
    (void)world_run_until_idle(s->w, HOURS);
    if (world_node(s->w, s->victim) != NULL)
        return true;
    if (v->named == E_NONE) {
        v->named = world_failed_with(s->w, s->victim);
        v->how = "run";
    }
    return false;
}

static void look_at_status(struct story *s, struct verdict *v)
{
    struct exchange *x = world_node(s->w, s->victim);
    struct node_status status;
    struct control_audit_verdict log;
    struct error err = {0};

    if (!exchange_status(x, &status, &err))
        name(v, "status", &err);
    else
        v->said = v->said || status.signed_beyond != 0 || status.consents_differ || status.consents_read_again ||
                  status.differing_count != 0 || status.owed_mended != 0;
    for (int which = LOG_EXCHANGE; which <= LOG_HOUSE; which++) {
        if (!exchange_audit_verify(x, (enum log_id)which, &log, &err))
            name(v, "verify", &err);
        else
            v->said = v->said || !log.good;
    }
}

static void look_for_what_was_acknowledged(struct story *s, struct verdict *v)
{
    for (size_t k = 0; k < STORY_PERSONS; k++)
        for (int t = 0; t < THINGS; t++) {
            struct error err = {0};
            bool there;

            if (!s->persons[k].acknowledged[t] || (t == ANSWERED ? MISSION : NGO) != s->victim)
                continue;
            if (!story_look(s, s->victim, k, (enum thing)t, &there, &err))
                name(v, "look", &err);
            else
                v->gone += !there;
        }
}

static void count_proven(struct story *s, struct verdict *v)
{
    struct error err = {0};
    unsigned gone;

    if (story_count_gone(s, 1 - s->victim, &gone, &err))
        v->proven += gone;
    else
        name(v, "list", &err);
}

static void judge(struct story *s, struct verdict *v)
{
    *v = (struct verdict){.how = ""};
    if (!start(s, v))
        return;
    count_proven(s, v);
    look_for_what_was_acknowledged(s, v);
    world_link(s->w, s->victim, 1 - s->victim);
    if (!run(s, v))
        return;
    look_at_status(s, v);
}

static void print(const struct story *s, const struct verdict *v, const char *what)
{
    if (is_verbose)
        print_message("seed %llu node %zu %s: %s %s%s, gone %u, proven %u\n", (unsigned long long)s->seed, s->victim,
                      what, v->named == E_NONE ? "-" : error_row(v->named)->code, v->how, v->said ? ", said" : "",
                      v->gone, v->proven);
}

static void test_who_lost_what_others_can_prove_says_so(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed; seed < first_seed + lies; seed++) {
        struct story s;
        struct verdict v;

        story_begin(&s, seed, 2, 0);
        s.disk_lies = true;
        disk_arm(s.disk, DISK_SYNC_LOST, 1 + fake_random_below(&s.random, 400));
        (void)story_tell(&s);
        disk_cut(s.disk);
        world_crash(s.w, s.victim);
        disk_restore(s.disk, (enum disk_kept)fake_random_below(&s.random, 3));
        judge(&s, &v);
        print(&s, &v, "lie");
        if (v.proven != 0 && v.named == E_NONE && !v.said)
            story_fail(&s, "records that others have the proof of are gone, and the node says nothing");
        story_end(&s);
    }
}

/* --- a key that is not the certificate's --- */

static void test_a_node_does_not_start_with_a_key_that_is_not_its_certificates(void **state)
{
    static const char *const files[] = {VAULT_IDENTITY, VAULT_TRANSPORT};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct world *w = world_new(3, 2);
        struct bytes key = {0};
        struct error err = {0};
        char path[FILE_PATH_MAX];

        world_crash(w, NGO);
        assert_true(file_join_path(path, world_home(w, MISSION), files[i], &err));
        assert_true(file_read(path, 4096, &key, &err));
        assert_true(file_join_path(path, world_home(w, NGO), files[i], &err));
        assert_true(file_write(path, bytes_view(&key), 0600, &err));
        assert_false(world_try_start(w, NGO, &err));
        assert_int_equal(err.code, E_KEY_19);
        bytes_fini(&key);
        world_free(w);
    }
}

/* --- flipped bits --- */

/* What the other agencies hold of it is what she agreed to. */
static void check_nothing_leaked(struct story *s)
{
    struct error err;

    for (size_t k = 0; k < STORY_PERSONS; k++)
        if (world_node(s->w, MISSION) != NULL && s->persons[k].there[REFERRED] && s->victim != MISSION &&
            (people_open_sections(world_node(s->w, MISSION), &s->persons[k].referral, &err) & ~STORY_SECTIONS) != 0)
            story_fail(s, "the mission opens what she did not agree to");
    if (people_records(world_node(s->w, SHELTER), RECORD_RECEIVED) != 0)
        story_fail(s, "the shelter was sent something that is not for it");
}

/* People go on: each thing is done, or it is named why not. */
static void go_on(struct story *s, struct verdict *v)
{
    for (int t = IMPORTED; t <= ANSWERED; t++) {
        struct error err = {0};
        bool done = story_ask(s, 2, (enum thing)t, &err);

        if (!done && error_fault(&err) == FAULT_LOCAL)
            name(v, "ask", &err);
        if (!done || world_node(s->w, s->victim) == NULL)
            return;
        s->persons[2].there[t] = true;
        if (!run(s, v))
            return;
    }
}

static void test_a_flipped_bit_is_harmless_or_named(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed; seed < first_seed + bits; seed++) {
        struct story s;
        struct verdict v;
        char path[256];
        char what[300];
        uint64_t bit;

        story_begin(&s, seed, 3, 0);
        for (size_t k = 0; k < 2; k++)
            for (int t = IMPORTED; t <= ANSWERED; t++)
                (void)story_do(&s, k, (enum thing)t);
        (void)story_do(&s, 1, WITHDRAWN);
        if (fake_random_below(&s.random, 2) == 0)
            disk_cut(s.disk); /* else it is stopped in good order, and has no WAL */
        world_crash(s.w, s.victim);
        bit = disk_flip(s.disk, fake_random_below(&s.random, 2) == 0 ? "refex.db" : NULL, path);
        (void)snprintf(what, sizeof what, "bit %llu of %s", (unsigned long long)bit, strrchr(path, '/') + 1);
        judge(&s, &v);
        if (world_node(s.w, s.victim) != NULL)
            go_on(&s, &v);
        check_nothing_leaked(&s);
        print(&s, &v, what);
        if ((v.gone != 0 || v.proven != 0) && v.named == E_NONE && !v.said)
            story_fail(&s, "after %s something that was acknowledged is gone, and the node says nothing", what);
        story_end(&s);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_lost_what_others_can_prove_says_so),
        cmocka_unit_test(test_a_node_does_not_start_with_a_key_that_is_not_its_certificates),
        cmocka_unit_test(test_a_flipped_bit_is_harmless_or_named),
    };

    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--lies") == 0)
            lies = (unsigned)strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--bits") == 0)
            bits = (unsigned)strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--seed") == 0)
            first_seed = strtoull(argv[i + 1], NULL, 10);
    }
    is_verbose = argc > 2;
    disk_install();
    log_init("sim", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
