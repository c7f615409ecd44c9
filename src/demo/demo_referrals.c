#include "demo/demo_referrals.h"

#include <stdio.h>
#include <string.h>

#include "demo/demo_node.h"
#include "demo/demo_query.h"
#include "demo/demo_run.h"
#include "demo/demo_wait.h"

#define BIT(s) SECTION_BIT(SECTION_##s)

#define LANTERN_FULL  "lantern@demo.example"
#define OAKFIELD_FULL "oakfield@demo.example"
#define POLICE_FULL   "police@demo.example"

static const char *const farm_words[] = {"Zrazkove", "ForcedLabour", "Sixteen years", "cataract", "startles"};

/* --- the mission --- */

/* Sends a referral, waits until it is delivered, and keeps its id in the agency. */
static bool send_referral(struct demo *d, enum demo_index agency, const char *kind, const char *services,
                          const char *urgency, struct error *err)
{
    struct demo_answer a = {0};
    struct demo_agency *to = &d->agencies[agency];
    bool ok = demo_run_shown(d,
                             DEMO_WORDS("referral", "send", "--home", d->agencies[LANTERN].home, "--case", d->case_id,
                                        "--to", to->name, "--kind", kind, "--service", services, "--urgency", urgency,
                                        "--partial", "--json"),
                             &a, err) &&
              demo_answer_text(&a, "referral", to->referral, sizeof to->referral, err) &&
              demo_wait_state(d, LANTERN, to->referral, "delivered", err);

    demo_answer_fini(&a);
    return ok;
}

static bool accept_referral(struct demo *d, enum demo_index agency, struct error *err)
{
    const struct demo_agency *by = &d->agencies[agency];
    struct demo_answer a = {0};
    bool ok = demo_run_shown(d, DEMO_WORDS("referral", "accept", "--home", by->home, by->referral, "--json"), &a, err);

    demo_answer_fini(&a);
    return ok;
}

/* Checks what AGENCY can open before it accepts and after. */
static bool check_acceptance(struct demo *d, enum demo_index agency, section_set before, section_set after,
                             struct error *err)
{
    struct demo_holdings holdings;
    char names[256];

    if (!demo_query_holdings(d, agency, &holdings, NULL, err))
        return false;
    printer_check(&d->printer, holdings.readable == before && holdings.referrals == 1,
                  "before %s says yes it can open: %s", d->agencies[agency].title,
                  printer_sections(holdings.readable, names));
    if (!accept_referral(d, agency, err) || !demo_wait_readable(d, agency, after, &holdings, err))
        return false;
    printer_check(&d->printer, holdings.readable == after, "after its yes, which lets the rest follow by itself: %s",
                  printer_sections(holdings.readable, names));
    return true;
}

bool demo_referrals_mission(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    size_t receipts;

    printer_scene(t, "Clothes, a doctor, somebody to talk to");
    printer_text(
        t, "Lantern asks the Bridge mission for clothing, a doctor and psychological help. First go the request and "
           "`triage`; the rest follows by itself if Bridge accepts. What he did not agree to is held back, and "
           "Lantern is told what that was.");
    if (!send_referral(d, BRIDGE, "referral", "FOOD_NFI,MEDICAL,PSYCHOSOCIAL", "urgent", err) ||
        !check_acceptance(d, BRIDGE, BIT(TRIAGE), BIT(TRIAGE) | BIT(CONTACT) | BIT(HEALTH), err) ||
        !demo_wait_state(d, LANTERN, d->agencies[BRIDGE].referral, "accepted", err) ||
        !demo_wait_idle(d, LANTERN, err) ||
        !demo_query_records(d, LANTERN, "RECEIPTED", "bridge@demo.example", NULL, &receipts, NULL, NULL, err))
        return false;
    printer_check(
        t, receipts == 2,
        "for both messages Lantern holds Bridge's receipt: a proof that they are on Bridge's disk and in its log");
    printer_text(t, "His number travels only with his rule for it: call after six, leave no message.");
    return true;
}

/* --- the ministry --- */

bool demo_referrals_ministry(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    struct demo_answer a = {0};
    struct json_read *why;
    const char *code;
    bool ok;

    printer_scene(t, "The ministry decides on his status");
    printer_text(
        t, "This is another agency, another purpose, another consent. For anything but the decision on his status the "
           "ministry gets nothing: that is tried first.");
    ok = demo_run_verb(d,
                       DEMO_WORDS("referral", "send", "--home", d->agencies[LANTERN].home, "--case", d->case_id, "--to",
                                  "ministry", "--service", "CASE_MANAGEMENT", "--urgency", "normal", "--purpose",
                                  "statistics", "--partial", "--dry-run", "--json"),
                       &a, err);
    why = ok ? demo_answer_error(&a) : NULL;
    code = why != NULL ? json_read_text(why, "error") : NULL;
    if (ok)
        printer_check(t, a.status == 77 && code != NULL && strcmp(code, "E-CON-01") == 0,
                      "asked for another purpose (statistics), the same data is refused (%s)",
                      code != NULL ? code : "-");
    json_read_free(why);
    demo_answer_fini(&a);
    return ok && send_referral(d, MINISTRY, "status", "VICTIM_STATUS_APPLICATION", "normal", err) &&
           check_acceptance(d, MINISTRY, 0, BIT(IDENTITY) | BIT(STATUS) | BIT(EXPLOITATION), err);
}

/* --- his sister, and a node that dies --- */

/* Freezes Lantern, lets Oakfield send its acceptance, and kills Lantern before it can acknowledge it. */
static bool kill_during_accept(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    struct demo_agency *lantern = &d->agencies[LANTERN];
    size_t sent;
    size_t receipts;

    demo_node_freeze(lantern);
    if (!accept_referral(d, OAKFIELD, err) ||
        !demo_query_records(d, OAKFIELD, "DISCLOSED", LANTERN_FULL, "reply", &sent, NULL, NULL, err) ||
        !demo_query_records(d, OAKFIELD, "RECEIPTED", LANTERN_FULL, NULL, &receipts, NULL, NULL, err))
        return false;
    printer_line(t, "    $ kill -9 %d", (int)lantern->node_pid);
    if (!demo_node_kill(lantern, err))
        return false;
    printer_check(
        t, sent == 1 && receipts == 0,
        "Oakfield's yes was under way to Lantern, without a receipt, when Lantern's node was killed; its network "
        "process ended with it");
    return true;
}

static bool restart_node(struct demo *d, struct error *err)
{
    struct demo_agency *lantern = &d->agencies[LANTERN];
    int ready;

    printer_command(&d->printer, DEMO_WORDS("node", "run", "--home", lantern->home));
    printer_set_wait(&d->printer, "Lantern's node starts again");
    return demo_node_start(lantern, &ready, err) && demo_node_wait(d, lantern, ready, err);
}

static bool check_nothing_lost(struct demo *d, struct error *err)
{
    struct demo_holdings holdings;
    struct bytes all = {0};
    size_t yes;
    size_t receipts;
    size_t releases;
    size_t words = 0;
    char names[256];
    bool ok = demo_wait_readable(d, OAKFIELD, BIT(IDENTITY) | BIT(FAMILY), &holdings, err) &&
              demo_wait_idle(d, OAKFIELD, err) && demo_wait_idle(d, LANTERN, err) &&
              demo_query_records(d, LANTERN, "RECEIVED", OAKFIELD_FULL, NULL, &yes, NULL, NULL, err) &&
              demo_query_records(d, OAKFIELD, "RECEIPTED", LANTERN_FULL, NULL, &receipts, NULL, NULL, err) &&
              demo_query_records(d, LANTERN, "DISCLOSED", OAKFIELD_FULL, "release", &releases, NULL, NULL, err) &&
              demo_query_holdings(d, OAKFIELD, &holdings, &all, err);

    bytes_append_u8(&all, 0);
    for (size_t i = 0; ok && i < sizeof farm_words / sizeof farm_words[0]; i++)
        words += strstr((const char *)all.at, farm_words[i]) != NULL;
    if (ok) {
        printer_check(&d->printer, yes == 1 && receipts == 1,
                      "nothing was lost and nothing came twice: one yes in Lantern's log, one receipt at Oakfield");
        printer_check(&d->printer, holdings.referrals == 1 && releases == 1, "Oakfield now holds, once: %s",
                      printer_sections(holdings.readable, names));
        printer_check(
            &d->printer, words == 0 && strstr((const char *)all.at, "Olena") != NULL,
            "in all that Oakfield can open there is his sister's name and no word of the farm or of his health");
    }
    bytes_fini(&all);
    return ok;
}

bool demo_referrals_tracing(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    struct demo_holdings holdings;

    printer_scene(t, "His sister is looked for, and a node dies in the middle of it");
    printer_text(
        t, "Oakfield, the social service of the place he comes from, is asked to find his sister. First it learns only "
           "that somebody is to be traced. And machines fail: just as Oakfield's yes is on its way, Lantern's "
           "node is killed without warning.");
    if (!send_referral(d, OAKFIELD, "tracing", "FAMILY_TRACING", "normal", err) ||
        !demo_query_holdings(d, OAKFIELD, &holdings, NULL, err))
        return false;
    printer_check(t, holdings.referrals == 1 && holdings.readable == 0,
                  "before Oakfield says yes it can open: nothing");
    if (!kill_during_accept(d, err) || !restart_node(d, err))
        return false;
    printer_text(t, "What is not on Lantern's disk was never acknowledged, so Oakfield sends it again.");
    return check_nothing_lost(d, err);
}

/* --- the police --- */

static bool try_refer_to_police(struct demo *d, bool *refused, size_t *held_back, struct error *err)
{
    const char *const *words = DEMO_WORDS("referral", "send", "--home", d->agencies[LANTERN].home, "--case", d->case_id,
                                          "--to", "police", "--service", "POLICE_PROTECTION", "--urgency", "normal",
                                          "--purpose", "criminal-proceedings", "--partial", "--json");
    struct demo_answer a = {0};
    struct json_read *why;
    const char *code;
    bool ok;

    printer_command(&d->printer, words);
    ok = demo_run_verb(d, words, &a, err);
    why = ok ? demo_answer_error(&a) : NULL;
    code = why != NULL ? json_read_text(why, "error") : NULL;
    *refused = ok && a.status == 77 && code != NULL && strcmp(code, "E-CON-25") == 0;
    *held_back = 0;
    for (size_t i = 0; why != NULL && i < json_read_count(why, "held_back"); i++) {
        char path[48];
        const char *reason;

        (void)snprintf(path, sizeof path, "held_back.%zu.why", i);
        reason = json_read_text(why, path);
        *held_back += reason != NULL && strcmp(reason, "refused") == 0;
    }
    json_read_free(why);
    demo_answer_fini(&a);
    return ok;
}

bool demo_referrals_police(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    struct demo_holdings holdings;
    bool refused;
    size_t held_back;
    size_t denied;
    size_t received;

    printer_scene(t, "Somebody tries to tell the police");
    printer_text(
        t, "A colleague means well and refers him to the police all the same. He said no. There is one gate through "
           "which everything leaves, and it does not open; help does not depend on testifying.");
    if (!try_refer_to_police(d, &refused, &held_back, err) || !demo_query_holdings(d, POLICE, &holdings, NULL, err) ||
        !demo_query_records(d, LANTERN, "DENIED", POLICE_FULL, NULL, &denied, NULL, NULL, err) ||
        !demo_query_records(d, POLICE, "RECEIVED", NULL, NULL, &received, NULL, NULL, err))
        return false;
    printer_check(t, refused && held_back == 10, "the node refuses it: the person said no to this agency (E-CON-25)");
    printer_check(t, denied == 1, "the attempt stands in Lantern's audit log");
    printer_check(
        t, holdings.referrals == 0 && received == 0,
        "the police hold nothing: no referral, and no record of any message; they do not know that he exists");
    return true;
}
