#include "disk_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "crypto/data_keys_layout.h"
#include "crypto/seal.h"
#include "crypto/sealfile.h"
#include "crypto/secretbox.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "people.h"
#include "store/consent_store.h"
#include "watcher.h"

static const char *const thing_names[] = {"a case", "a consent", "a referral", "an answer", "a withdrawal"};

void story_fail(const struct story *s, const char *format, ...)
{
    char text[300];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fail_msg("seed %llu, power cut %u, disk of node %zu: %s", (unsigned long long)s->seed, s->cuts, s->victim, text);
}

/* --- the victim's disk --- */

static void on_cut(void *cookie)
{
    struct story *s = cookie;

    world_lose_power(s->w, s->victim);
}

/* Sometimes right after the last one: while the node starts. */
static void arm(struct story *s)
{
    uint64_t span = fake_random_below(&s->random, 4) == 0 ? 40 : 300;

    if (s->cuts < s->cuts_wanted)
        disk_arm(s->disk, DISK_POWER_CUT, 1 + fake_random_below(&s->random, span));
}

static void remember_sealing_keys(struct story *s);

static struct watcher watcher; /* of the victim; large, and of one story at a time */

void story_begin(struct story *s, uint64_t seed, size_t nodes, unsigned cuts)
{
    *s = (struct story){.seed = seed, .cuts_wanted = cuts};
    fake_random_init(&s->random, seed);
    s->w = world_new(seed, nodes);
    for (size_t i = 1; i < nodes; i++)
        world_link(s->w, 0, i);
    assert_true(world_run_until_idle(s->w, HOURS));
    s->victim = (size_t)fake_random_below(&s->random, 2);
    s->disk = disk_new(world_home(s->w, s->victim), seed);
    disk_on_cut(s->disk, on_cut, s);
    remember_sealing_keys(s);
    watcher_begin(&watcher, STAFF_ROLES_ALL, "0-0");
    arm(s);
}

void story_end(struct story *s)
{
    disk_free(s->disk);
    world_free(s->w);
    for (size_t i = 0; i < 2; i++)
        bytes_fini(&s->key[i]);
    for (size_t i = 0; i < sizeof s->sealing_keys / sizeof *s->sealing_keys; i++)
        bytes_fini(&s->sealing_keys[i]);
}

bool story_is_up(const struct story *s, size_t i)
{
    return world_node(s->w, i) != NULL && !(i == s->victim && disk_is_off(s->disk));
}

/* --- what is there --- */

struct listed {
    const struct ident *id;
    unsigned count;
    enum referral_state state;
};

static bool on_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    if (ident_equal(&r->referral, l->id)) {
        l->count++;
        l->state = r->state;
    }
    return true;
}

static bool is_answered(enum referral_state state)
{
    return state == REFERRAL_ACCEPTED || state == REFERRAL_STOPPED || state == REFERRAL_ERASED;
}

/* "There is none" is an answer, too. */
static bool is_none(const struct error *err)
{
    return error_fault(err) == FAULT_ASKED || error_fault(err) == FAULT_DENIED;
}

bool story_look(struct story *s, size_t i, size_t k, enum thing what, bool *there, struct error *err)
{
    const struct story_person *p = &s->persons[k];
    struct exchange *x = world_node(s->w, i);
    struct listed l = {.id = &p->referral};
    struct case_sections opened;
    struct control_consent shown = {0};
    bool ok;

    if (what == IMPORTED)
        ok = exchange_case_show(x, &p->person, &opened, err);
    else if (what == CONSENTED || what == WITHDRAWN)
        ok = exchange_consent_show(x, &p->consent, &shown, err);
    else
        ok = exchange_referral_list(x, &(struct control_referral_list_ask){0}, NULL, on_referral, &l, err);
    *there =
        ok && (what == IMPORTED || what == CONSENTED || (what == REFERRED && l.count == 1) ||
               (what == ANSWERED && is_answered(l.state)) || (what == WITHDRAWN && shown.progress != CONSENT_STANDS));
    return ok || is_none(err);
}

static size_t asked_of(enum thing what)
{
    return what == ANSWERED ? MISSION : NGO;
}

/* What was asked and not acknowledged is there or not; what was acknowledged is. */
static void look_again(struct story *s)
{
    for (size_t k = 0; k < STORY_PERSONS; k++)
        for (int t = 0; t < THINGS; t++) {
            struct story_person *p = &s->persons[k];
            struct error err = {0};

            if (!p->there[t] || asked_of((enum thing)t) != s->victim)
                continue;
            world_must(story_look(s, s->victim, k, (enum thing)t, &p->there[t], &err), &err, "look");
            if (p->acknowledged[t] && !p->there[t])
                story_fail(s, "%s of person %zu was acknowledged and is gone", thing_names[t], k);
        }
}

/* --- keys that were destroyed --- */

static void read_file(struct story *s, size_t i, const char *name, struct bytes *out)
{
    char path[FILE_PATH_MAX];
    struct error err;

    REQUIRE(file_join_path(path, world_home(s->w, i), name, &err));
    world_must(file_read(path, SIZE_MAX / 2, out, &err), &err, name);
}

static void sealing_key_name(const struct ident *id, char out[static 128])
{
    char hex[IDENT_TEXT];

    ident_write(id, hex);
    (void)snprintf(out, 128, VAULT_FOLDER "/sealing-%s", hex);
}

static void remember_sealing_keys(struct story *s)
{
    char folder[FILE_PATH_MAX];
    struct bytes ids = {0};
    struct error err;

    REQUIRE(file_join_path(folder, world_home(s->w, s->victim), VAULT_FOLDER, &err));
    world_must(sealfile_list(folder, &ids, &err), &err, "list the sealing keys");
    for (size_t i = 0; i < sizeof s->sealing_keys / sizeof *s->sealing_keys && (i + 1) * IDENT_SIZE <= ids.size; i++) {
        struct ident id;
        char name[128];

        memcpy(id.at, ids.at + i * IDENT_SIZE, IDENT_SIZE);
        sealing_key_name(&id, name);
        read_file(s, s->victim, name, &s->sealing_keys[i]);
    }
    bytes_fini(&ids);
}

/* After five weeks two of them are over: their files are gone, and what lay in them is not on the disk. */
static void check_sealing_keys(struct story *s)
{
    unsigned destroyed = 0;

    for (size_t i = 0; i < sizeof s->sealing_keys / sizeof *s->sealing_keys; i++) {
        char path[FILE_PATH_MAX];
        struct ident id;
        struct error err;
        char name[128];

        seal_key_id(SEAL_SUITE, s->sealing_keys[i].at + 32, &id);
        sealing_key_name(&id, name);
        REQUIRE(file_join_path(path, world_home(s->w, s->victim), name, &err));
        if (file_exists(path))
            continue;
        destroyed++;
        if (disk_holds(s->disk, bytes_view(&s->sealing_keys[i])))
            story_fail(s, "a sealing key that was destroyed is on the disk");
    }
    if (destroyed == 0)
        story_fail(s, "no sealing key was destroyed in five weeks");
}

static bool find_consent(struct story *s, size_t i, struct consent_row *row)
{
    struct error err;
    bool found;

    world_must(consent_store_find(world_node(s->w, i)->db, world_address(s->w, NGO), &s->persons[1].consent, &found,
                                  row, &err),
               &err, "find a consent");
    return found;
}

/* The key of the second person's data, as it lies there before she withdraws. */
static void remember_key(struct story *s, size_t i)
{
    struct bytes keys = {0};
    struct consent_row row;

    if (s->key[i].size != 0 || !story_is_up(s, i) || !find_consent(s, i, &row))
        return;
    read_file(s, i, VAULT_SLOTS, &keys);
    bytes_append(&s->key[i], keys.at + data_keys_layout_offset(row.slot), SECRETBOX_WRAPPED_SIZE);
    bytes_fini(&keys);
}

/* Where the database says that it is erased, no disk has it. */
static void check_key(struct story *s, size_t i, bool must_be_erased)
{
    struct bytes keys = {0};
    struct consent_row row;

    if (s->key[i].size == 0 || !find_consent(s, i, &row) || (!must_be_erased && row.progress != CONSENT_ERASED))
        return;
    read_file(s, i, VAULT_SLOTS, &keys);
    if (row.progress != CONSENT_ERASED || memmem(keys.at, keys.size, s->key[i].at, s->key[i].size) != NULL ||
        (i == s->victim && !s->disk_lies && disk_holds(s->disk, bytes_view(&s->key[i]))))
        story_fail(s, "a key that node %zu says it destroyed is on its disk", i);
    bytes_fini(&keys);
}

/* --- what the nodes hold of each other --- */

#define RECORDS_MAX 512

struct seen {
    size_t count;
    struct hash own[RECORDS_MAX];  /* the record */
    struct hash leaf[RECORDS_MAX]; /* that of the other agency which it proves */
    struct ident message[RECORDS_MAX];
};

static bool on_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct seen *seen = cookie;
    size_t n = seen->count++;

    (void)err;
    REQUIRE(n < RECORDS_MAX);
    seen->own[n] = e->leaf;
    if (r->kind == RECORD_RECEIVED) {
        seen->leaf[n] = r->received.leaf;
        seen->message[n] = r->received.message;
    } else if (r->kind == RECORD_RECEIPTED) {
        seen->leaf[n] = r->receipted.leaf;
    }
    return true;
}

/* KIND 0: of all. */
static bool collect(struct story *s, size_t i, enum record_kind kind, struct seen *out, struct error *err)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = kind};

    out->count = 0;
    return exchange_audit_list(world_node(s->w, i), &filter, NULL, on_record, out, err);
}

bool story_count_gone(struct story *s, size_t other, unsigned *gone, struct error *err)
{
    static const enum record_kind proving[] = {RECORD_RECEIVED, RECORD_RECEIPTED};
    static struct seen held;
    static struct seen log;

    *gone = 0;
    if (!collect(s, s->victim, (enum record_kind)0, &log, err))
        return false;
    for (size_t k = 0; k < sizeof proving / sizeof *proving; k++) {
        if (!collect(s, other, proving[k], &held, err))
            return false;
        for (size_t i = 0; i < held.count; i++) {
            bool found = false;

            for (size_t at = 0; at < log.count && !found; at++)
                found = hash_equal(&log.own[at], &held.leaf[i]);
            *gone += !found;
        }
    }
    return true;
}

static void check_taken_once(struct story *s, size_t i)
{
    static struct seen log;
    struct error err = {0};

    world_must(collect(s, i, RECORD_RECEIVED, &log, &err), &err, "list records");
    for (size_t k = 0; k < log.count; k++)
        for (size_t n = 0; n < k; n++)
            if (ident_equal(&log.message[k], &log.message[n]))
                story_fail(s, "node %zu took a message twice", i);
}

static void check_nodes(struct story *s)
{
    for (size_t i = 0; i < 2; i++) {
        struct node_status status;
        struct error err = {0};

        world_must(exchange_status(world_node(s->w, i), &status, &err), &err, "status");
        if (status.signed_beyond != 0 || status.consents_differ || status.differing_count != 0)
            story_fail(s, "node %zu says that its log or its consents are not as they were", i);
        if (people_findings(world_node(s->w, i)) != 0)
            story_fail(s, "node %zu found something about the log of the other", i);
        if (!people_log_is_good(world_node(s->w, i)))
            story_fail(s, "the log of node %zu does not verify", i);
        check_taken_once(s, i);
    }
}

/* --- what is told of the victim --- */

/* What was told before a power cut is what its log says after it. */
static void watch(struct story *s)
{
    struct error err = {0};
    bool ok = true;

    if (s->disk_lies)
        return;
    do {
        if (!story_is_up(s, s->victim))
            return;
        ok = watcher_ask(&watcher, world_node(s->w, s->victim), &err);
    } while (ok && watcher.more);
    if (!ok)
        story_fail(s, "who watches is not told: %s (%s)", err.text, error_row(err.code)->code);
}

/* --- after a power cut --- */

static void start(struct story *s, enum disk_kept kept)
{
    struct error err = {0};
    bool started;

    do {
        if (world_node(s->w, s->victim) != NULL)
            world_crash(s->w, s->victim);
        if (disk_is_off(s->disk)) {
            s->cuts++;
            disk_restore(s->disk, kept);
            arm(s);
        }
        disk_resume(s->disk);
        started = world_try_start(s->w, s->victim, &err);
    } while (disk_is_off(s->disk)); /* while it started */
    if (s->syncs_fail) {
        world_let_fail(s->w, s->victim);
        arm(s); /* and then the power goes */
    }
    if (!started)
        story_fail(s, "the node does not start: %s (%s)", err.text, error_row(err.code)->code);
}

static void restart(struct story *s, enum disk_kept kept)
{
    struct error err = {0};
    unsigned gone;

    start(s, kept);
    watch(s);
    look_again(s);
    check_key(s, s->victim, false);
    world_must(story_count_gone(s, 1 - s->victim, &gone, &err), &err, "compare the logs");
    if (gone != 0)
        story_fail(s, "%u records that the other node has the proof of are gone", gone);
}

/* Whether the power was cut, or a sync has failed: the node runs again. */
static bool recover(struct story *s)
{
    if (story_is_up(s, s->victim))
        return false;
    s->unsettled = true;
    restart(s, (enum disk_kept)fake_random_below(&s->random, 3));
    return true;
}

/* --- what people do --- */

bool story_ask(struct story *s, size_t k, enum thing what, struct error *err)
{
    struct exchange *x = world_node(s->w, asked_of(what));
    struct story_person *p = &s->persons[k];
    struct control_referral_result sent;
    struct control_referral answered;
    struct control_consent withdrawn;
    struct control_consent_withdraw_ask withdrawal = {
        .consent = p->consent, .erase_now = true, .seen_alone = SEEN_ALONE};
    char request[24];

    switch (what) {
    case IMPORTED:
        return people_case_try(x, &p->person, err);
    case CONSENTED:
        return people_may_consent(x, &p->person, world_address(s->w, MISSION),
                                  &(struct people_consent){.sections = STORY_SECTIONS}, &p->consent, err);
    case REFERRED:
        (void)snprintf(request, sizeof request, "request-%zu", k);
        if (!people_refer(x, &p->person, world_address(s->w, MISSION),
                          &(struct people_referral){.now = true, .request_id = request}, &sent, err))
            return false;
        p->referral = sent.referral;
        return true;
    case ANSWERED:
        return exchange_referral_accept(x, &p->referral, (struct view){0}, &answered, err);
    case WITHDRAWN:
        return exchange_consent_withdraw(x, &withdrawal, &withdrawn, err);
    case THINGS:
        break;
    }
    return false;
}

static bool run_to_idle(struct story *s)
{
    bool idle = world_run_until_idle(s->w, HOURS);

    if (recover(s))
        return false;
    if (!idle)
        story_fail(s, "the nodes do not come to rest");
    s->unsettled = false;
    return true;
}

bool story_do(struct story *s, size_t k, enum thing what)
{
    struct story_person *p = &s->persons[k];
    size_t i = asked_of(what);
    uint64_t committed = world_committed(s->w, i);
    struct error err;

    if (p->there[what])
        return true;
    if (!story_ask(s, k, what, &err)) {
        if (recover(s))
            return false;
        story_fail(s, "%s of person %zu is refused: %s", thing_names[what], k, err.text);
    }
    p->there[what] = true; /* or may be */
    if (world_node(s->w, i) != NULL)
        world_tick(s->w, i);
    p->acknowledged[what] = world_committed(s->w, i) > committed;
    watch(s);
    if (recover(s) || !run_to_idle(s))
        return false;
    watch(s);
    return true;
}

/* Stopped and started as people do it. */
static bool stop_and_start(struct story *s)
{
    struct error err;

    if (s->stopped)
        return true;
    if (!exchange_stop(world_node(s->w, s->victim), &err)) {
        if (recover(s))
            return false;
        world_must(false, &err, "stop");
    }
    world_crash(s->w, s->victim); /* which ends it */
    s->stopped = !disk_is_off(s->disk);
    restart(s, DISK_KEEPS_NONE);
    return s->stopped;
}

/* Its person looks at the clock: after a power cut a week counts as a doubt. */
static void confirm_clock(struct story *s, size_t i)
{
    struct error err;
    bool changed;

    if (story_is_up(s, i) && !exchange_clock_confirm(world_node(s->w, i), &changed, &err) && story_is_up(s, i))
        world_must(false, &err, "confirm the clock");
}

/* Sealing keys are made and destroyed. */
static bool pass_weeks(struct story *s)
{
    if (s->weeks_passed)
        return true;
    for (int week = 0; week < 5; week++) {
        world_advance(s->w, 7 * DAY_MS);
        world_publish(s->w);
        for (size_t i = 0; i < 2; i++)
            confirm_clock(s, i);
        world_run_ms(s->w, 10 * MINUTES);
        if (recover(s))
            return false;
    }
    s->weeks_passed = true;
    return true;
}

static bool tell_person(struct story *s, size_t k)
{
    for (int t = IMPORTED; t <= ANSWERED; t++)
        if (!story_do(s, k, (enum thing)t))
            return false;
    return true;
}

bool story_tell_first(struct story *s)
{
    if ((s->unsettled && !run_to_idle(s)) || !tell_person(s, 0) || !tell_person(s, 1))
        return false;
    for (size_t i = 0; i < 2; i++)
        remember_key(s, i);
    return true;
}

bool story_tell(struct story *s)
{
    return story_tell_first(s) && story_do(s, 1, WITHDRAWN) && stop_and_start(s) && pass_weeks(s) && tell_person(s, 2);
}

void story_finish(struct story *s)
{
    bool there;

    s->cuts_wanted = 0;
    disk_disarm(s->disk);
    disk_cut(s->disk);
    restart(s, DISK_KEEPS_NONE);
    if (!run_to_idle(s))
        story_fail(s, "the node ended");
    for (size_t k = 0; k < STORY_PERSONS; k++)
        for (size_t i = 0; i < 2; i++) {
            struct error err = {0};

            world_must(story_look(s, i, k, ANSWERED, &there, &err), &err, "look");
            if (!there)
                story_fail(s, "node %zu does not know the answer about person %zu", i, k);
        }
    for (size_t i = 0; i < 2; i++)
        check_key(s, i, true);
    check_sealing_keys(s);
    if (!s->disk_lies)
        watcher_check(&watcher, world_node(s->w, s->victim));
    check_nodes(s);
}
