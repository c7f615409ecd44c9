#include "demo/demo_intake.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "demo/demo_query.h"
#include "demo/demo_run.h"

#define BIT(s) SECTION_BIT(SECTION_##s)

/* An invented man in the terms of HTCDS 2.0. Pryklad and Zrazko mean "example" and "sample"; the number is one that is
 * given to nobody. */
static const char case_json[] =
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

/* --- a man is taken in --- */

static bool import_case(struct demo *d, struct error *err)
{
    struct demo_answer a = {0};
    char path[FILE_PATH_MAX];
    bool ok =
        file_join_path(path, d->folder, "case.json", err) &&
        file_create(path, view_of(case_json, sizeof case_json - 1), 0600, err) &&
        demo_run_shown(d, DEMO_WORDS("case", "import", "--home", d->agencies[LANTERN].home, path, "--json"), &a, err) &&
        demo_answer_text(&a, "case", d->case_id, sizeof d->case_id, err);

    (void)unlink(path);
    demo_answer_fini(&a);
    return ok;
}

bool demo_intake_case(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    char names[256];

    printer_scene(t, "Lantern takes a man in");
    printer_text(
        t, "He has worked on a farm for sixteen years, never paid, his papers burnt. (He is invented, like everybody "
           "here.) At Lantern he tells what he wants to tell; a caseworker writes it down and brings it into the "
           "node. There it lies sealed, cut into sections, so that he can say of each who may see it.");
    if (!import_case(d, err) || !demo_query_case(d, &d->case_sections, err))
        return false;
    printer_check(t,
                  d->case_sections == (BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT) | BIT(WHEREABOUTS) | BIT(STATUS) |
                                       BIT(FAMILY) | BIT(EXPLOITATION) | BIT(PERPETRATORS) | BIT(HEALTH) | BIT(NOTES)),
                  "Lantern knows of him: %s", printer_sections(d->case_sections, names));
    printer_text(
        t, "The file that was read is deleted: the only copy is the sealed one. `triage` is what another agency needs "
           "to say whether it can help: an age band, a language, no name.");
    return true;
}

/* --- what he agrees to --- */

static bool record_answer(struct demo *d, enum demo_index agency, const char *const words[], struct error *err)
{
    struct demo_answer a = {0};
    struct demo_agency *to = &d->agencies[agency];
    bool ok =
        demo_run_shown(d, words, &a, err) && demo_answer_text(&a, "consent", to->consent, sizeof to->consent, err);

    demo_answer_fini(&a);
    return ok;
}

static bool record_agreement(struct demo *d, enum demo_index agency, const char *sections, const char *purpose,
                             struct error *err)
{
    return record_answer(d, agency,
                         DEMO_WORDS("consent", "record", "--home", d->agencies[LANTERN].home, "--case", d->case_id,
                                    "--to", d->agencies[agency].name, "--section", sections, "--purpose", purpose,
                                    "--given-by", "self", "--language", "uk", "--notice", "leaflet-3", "--interpreter",
                                    "independent", "--seen-alone", "yes", "--json"),
                         err);
}

bool demo_intake_consents(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    struct demo_answer a = {0};
    size_t yes;
    size_t all = 0;
    struct json_read *line;
    bool ok;

    printer_scene(t, "He is asked, and decides");
    printer_text(
        t, "With an interpreter, alone with the caseworker, he decides for each agency what it may know, and for what. "
           "The mission may know his health and his telephone number, but not his name. The ministry may know "
           "his name and what happened, to decide on his status. Oakfield may look for his sister, and learns "
           "nothing of the farm; not even `triage`, which says \"labour\". To the police he says no.");
    ok = record_agreement(d, BRIDGE, "triage,contact,health", "services", err) &&
         record_agreement(d, MINISTRY, "identity,status,exploitation", "status-application", err) &&
         record_agreement(d, OAKFIELD, "identity,family", "family-tracing", err) &&
         record_answer(d, POLICE,
                       DEMO_WORDS("consent", "record", "--home", d->agencies[LANTERN].home, "--case", d->case_id,
                                  "--to", "police", "--refused", "--given-by", "self", "--language", "uk", "--notice",
                                  "leaflet-3", "--seen-alone", "yes", "--json"),
                       err) &&
         demo_query_records(d, LANTERN, "CONSENT", NULL, NULL, &yes, NULL, NULL, err) &&
         demo_run_checked(d, DEMO_WORDS("consent", "list", "--home", d->agencies[LANTERN].home, "--json"), &a, err);
    for (; ok && (line = demo_answer_line(&a, all)) != NULL; all++)
        json_read_free(line);
    demo_answer_fini(&a);
    if (!ok)
        return false;
    printer_check(
        t, all == 4 && yes == 4,
        "four answers stand, one for each agency so that no two can compare them, and each is in Lantern's log");
    return true;
}
