#include "demo/demo_proof.h"

#include <stdio.h>
#include <string.h>

#include "demo/demo_folder.h"
#include "demo/demo_home.h"
#include "demo/demo_node.h"
#include "demo/demo_query.h"
#include "demo/demo_run.h"
#include "demo/demo_wait.h"

#define MINISTRY_FULL  "ministry@demo.example"
#define SIGNED_AT_ONCE 4 /* at most so many records share a checkpoint: the finding is this exact */

/* --- a consent is withdrawn --- */

struct erase_statement {
    char state[16];
    bool answered;
    size_t erased; /* sections that the recipient says it erased */
    size_t kept;
};

static bool read_statement(struct demo *d, enum demo_index at, struct erase_statement *out, struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *r;
    const char *state;
    bool ok = demo_run_checked(
        d, DEMO_WORDS("consent", "show", "--home", d->agencies[at].home, d->agencies[BRIDGE].consent, "--json"), &a,
        err);

    *out = (struct erase_statement){0};
    r = ok ? demo_answer_line(&a, 0) : NULL;
    if (r != NULL) {
        state = json_read_text(r, "state");
        (void)snprintf(out->state, sizeof out->state, "%s", state != NULL ? state : "?");
        out->answered = json_read_is_true(r, "answered");
        out->erased = json_read_count(r, "answered_erased");
        out->kept = json_read_count(r, "answered_kept");
    }
    json_read_free(r);
    demo_answer_fini(&a);
    return ok;
}

static bool wait_answered(struct demo *d, struct erase_statement *there, struct error *err)
{
    int64_t since_ms = printer_now_ms();

    printer_set_wait(&d->printer, "Bridge erases and answers");
    while (read_statement(d, LANTERN, there, err)) {
        if (there->answered)
            return true;
        if (!demo_wait_step(d, LANTERN, since_ms, "Bridge answers what it erased", err))
            return false;
    }
    return false;
}

static bool withdraw_consent(struct demo *d, struct error *err)
{
    struct demo_answer a = {0};
    bool ok = demo_run_shown(d,
                             DEMO_WORDS("consent", "withdraw", "--home", d->agencies[LANTERN].home,
                                        d->agencies[BRIDGE].consent, "--erase-now", "--seen-alone", "yes", "--json"),
                             &a, err);

    demo_answer_fini(&a);
    return ok;
}

/* Bridge tries to open what it could open before. */
static bool try_open_referral(struct demo *d, bool *refused, struct error *err)
{
    const struct demo_agency *bridge = &d->agencies[BRIDGE];
    const char *const *words =
        DEMO_WORDS("referral", "show", "--home", bridge->home, bridge->referral, "--data", "--json");
    struct demo_answer a = {0};
    struct json_read *why;
    const char *code;
    bool ok;

    printer_command(&d->printer, words);
    ok = demo_run_verb(d, words, &a, err);
    why = ok ? demo_answer_error(&a) : NULL;
    code = why != NULL ? json_read_text(why, "error") : NULL;
    *refused = ok && a.status == 77 && code != NULL && strcmp(code, "E-CON-05") == 0;
    json_read_free(why);
    demo_answer_fini(&a);
    return ok;
}

static bool check_withdrawal(struct demo *d, const struct bytes *before, const struct bytes *after, struct error *err)
{
    struct printer *t = &d->printer;
    struct erase_statement here;
    struct erase_statement there;
    size_t differ;
    size_t same;
    size_t erased;
    bool refused;

    demo_home_compare_slots(before, after, &differ, &same);
    if (!read_statement(d, LANTERN, &here, err) || !read_statement(d, BRIDGE, &there, err) ||
        !demo_query_records(d, BRIDGE, "ERASED", NULL, NULL, &erased, NULL, NULL, err) ||
        !try_open_referral(d, &refused, err))
        return false;
    printer_check(t, refused,
                  "Bridge can no longer open it: the consent under which it was shared was withdrawn (E-CON-05)");
    printer_check(
        t, strcmp(there.state, "erased") == 0 && erased == 1 && differ >= 2 && same > 0,
        "and not because it is forbidden: of the %zu data keys in Bridge's file %zu were overwritten, his and those of "
        "the words he was found by, so what lies in the database opens with nothing",
        differ + same, differ);
    printer_check(
        t, here.answered && here.erased == 3 && here.kept == 0,
        "Lantern holds Bridge's signed and logged statement: erased triage, contact and health, kept nothing");
    return true;
}

bool demo_proof_withdrawal(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    struct bytes before = {0};
    struct bytes after = {0};
    struct erase_statement s;
    bool ok;

    printer_scene(t, "He takes one consent back");
    printer_text(
        t, "Weeks later his eyes have been operated on and he sleeps again. He wants nothing of it to stay with the "
           "mission. "
           "The caseworker sees him alone, so that nobody makes him ask for it. Sharing and reading stop at once, "
           "here and there; then it is erased.");
    ok = demo_home_read_slots(d->agencies[BRIDGE].home, &before, err) && withdraw_consent(d, err) &&
         wait_answered(d, &s, err) && demo_home_read_slots(d->agencies[BRIDGE].home, &after, err) &&
         check_withdrawal(d, &before, &after, err);
    bytes_fini(&before);
    bytes_fini(&after);
    return ok;
}

/* --- the logs --- */

/* Verifies both logs of HOME. *GOOD: both are good; else *BAD_AT is the index of the first bad record and FINDING the
 * reason. */
static bool verify_logs(struct demo *d, const char *home, bool *good, uint64_t *bad_at, char finding[static 256],
                        struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *r;
    size_t logs = 0;
    bool ok = demo_run_verb(d, DEMO_WORDS("audit", "verify", "--home", home, "--json"), &a, err);

    *good = ok && a.status == 0;
    *bad_at = 0;
    finding[0] = '\0';
    for (; ok && (r = demo_answer_line(&a, logs)) != NULL; logs++) {
        const char *text = json_read_text(r, "finding");

        *good = *good && json_read_is_true(r, "good");
        if (!json_read_is_true(r, "good") && finding[0] == '\0') {
            *bad_at = json_read_u64(r, "first_bad");
            (void)snprintf(finding, 256, "%s", text != NULL ? text : "?");
        }
        json_read_free(r);
    }
    ok = ok && (logs == 2 || error_set(err, E_DEM_02, "`refex audit verify` gave no verdict"));
    demo_answer_fini(&a);
    return ok;
}

static bool verify_all_logs(struct demo *d, int *good, struct error *err)
{
    char finding[256];
    uint64_t at;
    bool is_good;

    *good = 0;
    printer_set_wait(&d->printer, "ten logs are rebuilt from their first record");
    for (int i = 0; i < DEMO_AGENCIES; i++) {
        if (!verify_logs(d, d->agencies[i].home, &is_good, &at, finding, err))
            return false;
        *good += is_good;
    }
    return true;
}

/* Verifies a copy of Lantern's stopped home, changes one letter in it, and verifies it again. */
static bool falsify_copy(struct demo *d, const char *copy, const char *message, uint64_t index, struct error *err)
{
    struct printer *t = &d->printer;
    char finding[256];
    size_t changed;
    uint64_t at;
    bool good;

    if (!demo_folder_copy(d->agencies[LANTERN].home, copy, err) || !verify_logs(d, copy, &good, &at, finding, err))
        return false;
    printer_check(t, good, "the untouched copy is good");
    if (!demo_home_falsify_record(copy, message, MINISTRY_FULL, &changed, err))
        return false;
    printer_command(t, DEMO_WORDS("audit", "verify", "--home", copy));
    if (!verify_logs(d, copy, &good, &at, finding, err))
        return false;
    printer_check(t, changed == 1 && !good && at <= index && index < at + SIGNED_AT_ONCE,
                  "one changed letter is found, and where: %s", finding);
    return true;
}

bool demo_proof_logs(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    char copy[FILE_PATH_MAX];
    char message[IDENT_TEXT];
    uint64_t index = 0;
    size_t releases;
    int good;

    printer_scene(t, "Somebody wants another past");
    printer_text(
        t, "Each node logs what it shares before it shares it, and signs its log after each step; the others keep "
           "those signatures. No name stands in a log. An auditor can rebuild each from its first record:");
    if (!verify_all_logs(d, &good, err) ||
        !demo_query_records(d, LANTERN, "DISCLOSED", MINISTRY_FULL, "release", &releases, &index, message, err))
        return false;
    printer_check(t, good == DEMO_AGENCIES, "both logs of all five agencies verify");
    printer_text(
        t,
        "Now somebody with Lantern's disk in his hands would like it to look as if his story had never gone to the "
        "ministry. He takes a copy of the stopped node and changes one letter in record %llu, past every "
        "lock of the database, byte by byte.",
        (unsigned long long)index);
    if (!demo_node_stop(d, &d->agencies[LANTERN], err) || !file_join_path(copy, d->folder, "lantern-copy", err))
        return false;
    return releases == 1 ? falsify_copy(d, copy, message, index, err)
                         : error_set(err, E_DEM_02, "the log does not hold one release to the ministry");
}

/* --- the end --- */

void demo_proof_limits(struct demo *d)
{
    struct printer *t = &d->printer;

    printer_scene(t, "What this does not protect");
    printer_text(
        t,
        "A recipient who lies: Bridge's node erased, but a person there may have read it aloud, copied it by hand or "
        "photographed the screen. Its statement can be held against it; it cannot be enforced.");
    printer_text(
        t, "Screens and memories: what somebody has read, she knows. What is told to police or courts cannot be taken "
           "back, which is why he must be told so before.");
    printer_text(
        t,
        "This demo's keys: they are plain files here, so whoever takes the disk can read everything. Real nodes keep "
        "the storage key under a passphrase, in a TPM or on a token.");
    printer_text(
        t, "That agencies talk: contents are sealed and padded, but who exchanges messages with whom, when and about "
           "how many can be seen on the network.");
    printer_text(t, "A caseworker under pressure, or one who writes down what he did not say: no program sees that.");
}
