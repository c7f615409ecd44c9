#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/demo_run.h"

#define BIT(s) SECTION_BIT(SECTION_##s)

#define LANTERN_FULL  "lantern@demo.example"
#define OAKFIELD_FULL "oakfield@demo.example"
#define POLICE_FULL   "police@demo.example"

/* An invented man in the terms of HTCDS 2.0. Pryklad and Zrazko mean "example" and "sample"; the number is one that is
 * given to nobody. */
static const char man[] =
    "[{\"prs_FirstName\":\"Pryklad\",\"prs_SecondName\":\"Zrazko\",\"prs_Birthdate\":\"1974-06-11\","
    "\"prs_Gender\":\"Masculine\",\"prs_MaritalStatus\":\"Single\",\"prs_PrimaryLanguage\":\"ukr\","
    "\"prs_Citizenship\":[\"UA\"],\"prs_IdentityNumber\":\"EX-000174\",\"prs_MobilePhone\":\"+12025550147\","
    "\"ext_SafeToCall\":true,\"ext_SafeToLeaveMessage\":false,\"ext_SafeHours\":\"after 18:00\","
    "\"ext_StaysAt\":\"Shelter\",\"ext_StayAddress\":\"7 Zrazkova Lane\","
    "\"vic_TraffickingStatus\":\"PossibleVictimOfTrafficking\",\"vic_TypeOfExploitation\":[\"ForcedLabour\"],"
    "\"vic_ForcedLabourIndustry\":\"A_AgricultureForestryAndFishing\","
    "\"vic_MethodsOfControl\":[\"WithholdsDocuments\",\"TakesEarnings\",\"PhysicalAbuse\"],"
    "\"ext_ExploitationDetails\":\"Sixteen years on the Zrazkove farm, unpaid; his papers were burnt.\","
    "\"per_RoleInProcess\":[\"Exploiter\"],\"per_RoleDetails\":\"owner of the Zrazkove farm\","
    "\"ext_HealthNeeds\":\"cataract in both eyes; an old fracture that healed badly\","
    "\"ext_MentalHealth\":\"sleeps badly, startles at dogs\",\"ext_UrgentCare\":false,"
    "\"ext_TracingWanted\":true,\"ext_TracingMayTell\":\"that he is alive and asks after her\","
    "\"ext_FamilyMembers\":[{\"ext_MemberName\":\"Olena Zrazko\",\"ext_MemberRelation\":\"Sibling\","
    "\"ext_MemberCity\":\"Pryklady\"}],"
    "\"cco_CaseComment\":\"Does not want the police to be told.\"}]\n";

static const char *const told_farm[] = {"Zrazkove", "ForcedLabour", "Sixteen years", "cataract", "startles"};

/* --- a man is taken in --- */

static bool import_man(struct demo *d, struct error *err)
{
    struct demo_answer a = {0};
    char path[FILE_PATH_MAX];
    bool ok =
        file_join_path(path, d->folder, "case.json", err) && file_create(path, view_of(man, sizeof man - 1), 0600, err) &&
        demo_show(d, DEMO_WORDS("case", "import", "--home", d->agencies[LANTERN].home, path, "--json"), &a, err) &&
        demo_text(&a, "case", d->case_id, sizeof d->case_id, err);

    (void)unlink(path);
    demo_answer_fini(&a);
    return ok;
}

static bool read_case(struct demo *d, struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *r;
    enum section s;
    bool ok =
        demo_ask(d, DEMO_WORDS("case", "show", "--home", d->agencies[LANTERN].home, d->case_id, "--json"), &a, err);

    r = ok ? demo_line(&a, 0) : NULL;
    for (size_t i = 0; r != NULL && i < json_read_count(r, "sections"); i++)
        if (section_find(view_of_text(json_read_name(r, "sections", i)), &s))
            d->case_sections |= SECTION_BIT(s);
    json_read_free(r);
    demo_answer_fini(&a);
    return ok;
}

bool demo_taken_in(struct demo *d, struct error *err)
{
    struct tell *t = &d->tell;
    char names[256];

    tell_scene(t, "Lantern takes a man in");
    tell_text(
        t, "He has worked on a farm for sixteen years, never paid, his papers burnt. (He is invented, like everybody "
           "here.) At Lantern he tells what he wants to tell; a caseworker writes it down and brings it into the "
           "node. There it lies sealed, cut into sections, so that he can say of each who may see it.");
    if (!import_man(d, err) || !read_case(d, err))
        return false;
    tell_held(t,
              d->case_sections == (BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT) | BIT(WHEREABOUTS) | BIT(STATUS) |
                                   BIT(FAMILY) | BIT(EXPLOITATION) | BIT(PERPETRATORS) | BIT(HEALTH) | BIT(NOTES)),
              "Lantern knows of him: %s", demo_sections(d->case_sections, names));
    tell_text(
        t, "The file that was read is deleted: the only copy is the sealed one. `triage` is what another agency needs "
           "to say whether it can help: an age band, a language, no name.");
    return true;
}

/* --- what he agrees to --- */

static bool record(struct demo *d, enum demo_name agency, const char *const words[], struct error *err)
{
    struct demo_answer a = {0};
    struct demo_agency *to = &d->agencies[agency];
    bool ok = demo_show(d, words, &a, err) && demo_text(&a, "consent", to->consent, sizeof to->consent, err);

    demo_answer_fini(&a);
    return ok;
}

static bool record_yes(struct demo *d, enum demo_name agency, const char *sections, const char *purpose,
                       struct error *err)
{
    return record(d, agency,
                  DEMO_WORDS("consent", "record", "--home", d->agencies[LANTERN].home, "--case", d->case_id, "--to",
                             d->agencies[agency].name, "--section", sections, "--purpose", purpose, "--given-by",
                             "self", "--language", "uk", "--notice", "leaflet-3", "--interpreter", "independent",
                             "--seen-alone", "yes", "--json"),
                  err);
}

bool demo_agrees(struct demo *d, struct error *err)
{
    struct tell *t = &d->tell;
    struct demo_answer a = {0};
    size_t yes;
    size_t all = 0;
    struct json_read *line;
    bool ok;

    tell_scene(t, "He is asked, and decides");
    tell_text(
        t, "With an interpreter, alone with the caseworker, he decides for each agency what it may know, and for what. "
           "The mission may know his health and his telephone number, but not his name. The ministry may know "
           "his name and what happened, to decide on his status. Oakfield may look for his sister, and learns "
           "nothing of the farm; not even `triage`, which says \"labour\". To the police he says no.");
    ok = record_yes(d, BRIDGE, "triage,contact,health", "services", err) &&
         record_yes(d, MINISTRY, "identity,status,exploitation", "status-application", err) &&
         record_yes(d, OAKFIELD, "identity,family", "family-tracing", err) &&
         record(d, POLICE,
                DEMO_WORDS("consent", "record", "--home", d->agencies[LANTERN].home, "--case", d->case_id, "--to",
                           "police", "--refused", "--given-by", "self", "--language", "uk", "--notice", "leaflet-3",
                           "--seen-alone", "yes", "--json"),
                err) &&
         demo_records(d, LANTERN, "CONSENT", NULL, NULL, &yes, NULL, NULL, err) &&
         demo_ask(d, DEMO_WORDS("consent", "list", "--home", d->agencies[LANTERN].home, "--json"), &a, err);
    for (; ok && (line = demo_line(&a, all)) != NULL; all++)
        json_read_free(line);
    demo_answer_fini(&a);
    if (!ok)
        return false;
    tell_held(t, all == 4 && yes == 4,
              "four answers stand, one for each agency so that no two can compare them, and each is in Lantern's log");
    return true;
}

/* --- the mission --- */

/* Sends with the words behind the common ones; the referral's id goes to the agency. */
static bool refer(struct demo *d, enum demo_name agency, const char *kind, const char *services, const char *urgency,
                  struct error *err)
{
    struct demo_answer a = {0};
    struct demo_agency *to = &d->agencies[agency];
    bool ok = demo_show(d,
                        DEMO_WORDS("referral", "send", "--home", d->agencies[LANTERN].home, "--case", d->case_id,
                                   "--to", to->name, "--kind", kind, "--service", services, "--urgency", urgency,
                                   "--partial", "--json"),
                        &a, err) &&
              demo_text(&a, "referral", to->referral, sizeof to->referral, err) &&
              demo_until_state(d, LANTERN, to->referral, "delivered", err);

    demo_answer_fini(&a);
    return ok;
}

static bool accept(struct demo *d, enum demo_name agency, struct error *err)
{
    const struct demo_agency *by = &d->agencies[agency];
    struct demo_answer a = {0};
    bool ok = demo_show(d, DEMO_WORDS("referral", "accept", "--home", by->home, by->referral, "--json"), &a, err);

    demo_answer_fini(&a);
    return ok;
}

/* Offer, look, accept, look: what AGENCY could open before and what after. */
static bool before_and_after(struct demo *d, enum demo_name agency, section_set before, section_set after,
                             struct error *err)
{
    struct demo_seen seen;
    char names[256];

    if (!demo_look(d, agency, &seen, NULL, err))
        return false;
    tell_held(&d->tell, seen.knows == before && seen.referrals == 1, "before %s says yes it can open: %s",
              d->agencies[agency].title, demo_sections(seen.knows, names));
    if (!accept(d, agency, err) || !demo_until_knows(d, agency, after, &seen, err))
        return false;
    tell_held(&d->tell, seen.knows == after, "after its yes, which lets the rest follow by itself: %s",
              demo_sections(seen.knows, names));
    return true;
}

bool demo_mission(struct demo *d, struct error *err)
{
    struct tell *t = &d->tell;
    size_t receipts;

    tell_scene(t, "Clothes, a doctor, somebody to talk to");
    tell_text(t,
              "Lantern asks the Bridge mission for clothing, a doctor and psychological help. First go the request and "
              "`triage`; the rest follows by itself if Bridge accepts. What he did not agree to is held back, and "
              "Lantern is told what that was.");
    if (!refer(d, BRIDGE, "referral", "FOOD_NFI,MEDICAL,PSYCHOSOCIAL", "urgent", err) ||
        !before_and_after(d, BRIDGE, BIT(TRIAGE), BIT(TRIAGE) | BIT(CONTACT) | BIT(HEALTH), err) ||
        !demo_until_state(d, LANTERN, d->agencies[BRIDGE].referral, "accepted", err) ||
        !demo_until_idle(d, LANTERN, err) ||
        !demo_records(d, LANTERN, "RECEIPTED", "bridge@demo.example", NULL, &receipts, NULL, NULL, err))
        return false;
    tell_held(
        t, receipts == 2,
        "for both messages Lantern holds Bridge's receipt: a proof that they are on Bridge's disk and in its log");
    tell_text(t, "His number travels only with his rule for it: call after six, leave no message.");
    return true;
}

/* --- the ministry --- */

bool demo_status(struct demo *d, struct error *err)
{
    struct tell *t = &d->tell;
    struct demo_answer a = {0};
    struct json_read *why;
    const char *code;
    bool ok;

    tell_scene(t, "The ministry decides on his status");
    tell_text(
        t, "This is another agency, another purpose, another consent. For anything but the decision on his status the "
           "ministry gets nothing: that is tried first.");
    ok = demo_try(d,
                  DEMO_WORDS("referral", "send", "--home", d->agencies[LANTERN].home, "--case", d->case_id, "--to",
                             "ministry", "--service", "CASE_MANAGEMENT", "--urgency", "normal", "--purpose",
                             "statistics", "--partial", "--dry-run", "--json"),
                  &a, err);
    why = ok ? demo_why(&a) : NULL;
    code = why != NULL ? json_read_text(why, "error") : NULL;
    if (ok)
        tell_held(t, a.status == 77 && code != NULL && strcmp(code, "E-CON-01") == 0,
                  "asked for another purpose (statistics), the same data is refused (%s)", code != NULL ? code : "-");
    json_read_free(why);
    demo_answer_fini(&a);
    return ok && refer(d, MINISTRY, "status", "VICTIM_STATUS_APPLICATION", "normal", err) &&
           before_and_after(d, MINISTRY, 0, BIT(IDENTITY) | BIT(STATUS) | BIT(EXPLOITATION), err);
}

/* --- his sister, and a node that dies --- */

/* Lantern is stopped in its tracks, Oakfield's yes goes out to it, and it is killed with that in its hands. */
static bool yes_to_a_dying_node(struct demo *d, struct error *err)
{
    struct tell *t = &d->tell;
    struct demo_agency *lantern = &d->agencies[LANTERN];
    size_t sent;
    size_t receipts;

    demo_node_freeze(lantern);
    if (!accept(d, OAKFIELD, err) ||
        !demo_records(d, OAKFIELD, "DISCLOSED", LANTERN_FULL, "reply", &sent, NULL, NULL, err) ||
        !demo_records(d, OAKFIELD, "RECEIPTED", LANTERN_FULL, NULL, &receipts, NULL, NULL, err))
        return false;
    tell_line(t, "    $ kill -9 %d", (int)lantern->node);
    if (!demo_node_kill(d, lantern, err))
        return false;
    tell_held(t, sent == 1 && receipts == 0,
              "Oakfield's yes was under way to Lantern, without a receipt, when Lantern's node was killed; its network "
              "process ended with it");
    return true;
}

static bool start_again(struct demo *d, struct error *err)
{
    struct demo_agency *lantern = &d->agencies[LANTERN];
    int ready;

    tell_command(&d->tell, DEMO_WORDS("node", "run", "--home", lantern->home));
    tell_doing(&d->tell, "Lantern's node starts again");
    return demo_node_start(d, lantern, &ready, err) && demo_node_wait(d, lantern, ready, err);
}

static bool check_nothing_lost(struct demo *d, struct error *err)
{
    struct demo_seen seen;
    struct bytes all = {0};
    size_t yes;
    size_t receipts;
    size_t releases;
    size_t words = 0;
    char names[256];
    bool ok = demo_until_knows(d, OAKFIELD, BIT(IDENTITY) | BIT(FAMILY), &seen, err) &&
              demo_until_idle(d, OAKFIELD, err) && demo_until_idle(d, LANTERN, err) &&
              demo_records(d, LANTERN, "RECEIVED", OAKFIELD_FULL, NULL, &yes, NULL, NULL, err) &&
              demo_records(d, OAKFIELD, "RECEIPTED", LANTERN_FULL, NULL, &receipts, NULL, NULL, err) &&
              demo_records(d, LANTERN, "DISCLOSED", OAKFIELD_FULL, "release", &releases, NULL, NULL, err) &&
              demo_look(d, OAKFIELD, &seen, &all, err);

    bytes_append_u8(&all, 0);
    for (size_t i = 0; ok && i < sizeof told_farm / sizeof told_farm[0]; i++)
        words += strstr((const char *)all.at, told_farm[i]) != NULL;
    if (ok) {
        tell_held(&d->tell, yes == 1 && receipts == 1,
                  "nothing was lost and nothing came twice: one yes in Lantern's log, one receipt at Oakfield");
        tell_held(&d->tell, seen.referrals == 1 && releases == 1, "Oakfield now holds, once: %s",
                  demo_sections(seen.knows, names));
        tell_held(&d->tell, words == 0 && strstr((const char *)all.at, "Olena") != NULL,
                  "in all that Oakfield can open there is his sister's name and no word of the farm or of his health");
    }
    bytes_fini(&all);
    return ok;
}

bool demo_tracing(struct demo *d, struct error *err)
{
    struct tell *t = &d->tell;
    struct demo_seen seen;

    tell_scene(t, "His sister is looked for, and a node dies in the middle of it");
    tell_text(
        t, "Oakfield, the social service of the place he comes from, is asked to find his sister. First it learns only "
           "that somebody is to be traced. And machines fail: just as Oakfield's yes is on its way, Lantern's "
           "node is killed without warning.");
    if (!refer(d, OAKFIELD, "tracing", "FAMILY_TRACING", "normal", err) || !demo_look(d, OAKFIELD, &seen, NULL, err))
        return false;
    tell_held(t, seen.referrals == 1 && seen.knows == 0, "before Oakfield says yes it can open: nothing");
    if (!yes_to_a_dying_node(d, err) || !start_again(d, err))
        return false;
    tell_text(t, "What is not on Lantern's disk was never acknowledged, so Oakfield sends it again.");
    return check_nothing_lost(d, err);
}

/* --- the police --- */

static bool try_police(struct demo *d, bool *refused, size_t *held_back, struct error *err)
{
    const char *const *words = DEMO_WORDS("referral", "send", "--home", d->agencies[LANTERN].home, "--case", d->case_id,
                                          "--to", "police", "--service", "POLICE_PROTECTION", "--urgency", "normal",
                                          "--purpose", "criminal-proceedings", "--partial", "--json");
    struct demo_answer a = {0};
    struct json_read *why;
    const char *code;
    bool ok;

    tell_command(&d->tell, words);
    ok = demo_try(d, words, &a, err);
    why = ok ? demo_why(&a) : NULL;
    code = why != NULL ? json_read_text(why, "error") : NULL;
    *refused = ok && a.status == 77 && code != NULL && strcmp(code, "E-CON-01") == 0;
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

bool demo_police(struct demo *d, struct error *err)
{
    struct tell *t = &d->tell;
    struct demo_seen seen;
    bool refused;
    size_t held_back;
    size_t denied;
    size_t received;

    tell_scene(t, "Somebody tries to tell the police");
    tell_text(t,
              "A colleague means well and refers him to the police all the same. He said no. There is one gate through "
              "which everything leaves, and it does not open; help does not depend on testifying.");
    if (!try_police(d, &refused, &held_back, err) || !demo_look(d, POLICE, &seen, NULL, err) ||
        !demo_records(d, LANTERN, "DENIED", POLICE_FULL, NULL, &denied, NULL, NULL, err) ||
        !demo_records(d, POLICE, "RECEIVED", NULL, NULL, &received, NULL, NULL, err))
        return false;
    tell_held(t, refused && held_back == 10, "the node refuses it: the person said no to this agency (E-CON-01)");
    tell_held(t, denied == 1, "the attempt stands in Lantern's audit log");
    tell_held(t, seen.referrals == 0 && received == 0,
              "the police hold nothing: no referral, and no record of any message; they do not know that he exists");
    return true;
}
