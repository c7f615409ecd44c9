/* How long people wait for a page of a list, and for a search, at a node with many cases, consents and referrals: as a
 * supervisor, who sees all, and as a caseworker, who holds one in a hundred. Prints figures and sets no limits.
 *
 *   lists [--dir DIR] [--rows N] [--times N] [--only TEXT] [--keep DIR]
 *
 * Both are other Unix users, so it is to be run as root; else all is asked as whoever runs it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/staff_enums.h"
#include "rows.h"

enum { SUPERVISOR_UID = 61001, CASEWORKER_UID, COLLEAGUE_UID };

static struct rows cases;

/* --- who asks --- */

static void add_staff(struct agency *a, uint32_t uid, uint32_t roles)
{
    struct control_staff_add_ask ask = {.uid = uid, .account = view_of_text("bench"), .roles = roles};
    struct answer_copy k = {{0}};
    struct bytes m = {0};
    char account[16];

    (void)snprintf(account, sizeof account, "user%u", uid);
    ask.account = view_of_text(account);
    control_staff_add_ask_encode(&ask, &m);
    nodes_ask(a, CONTROL_STAFF_ADD, bytes_view(&m), &k, "staff");
    bytes_fini(&m);
    bytes_fini(&k.bytes);
}

/* A connection of another Unix user to the node of OF. */
static struct agency connect_as(const struct agency *of, uint32_t uid)
{
    struct agency a = {.name = of->name};
    struct refex_failure why;

    if (seteuid(uid) != 0)
        nodes_give_up("seteuid", strerror(errno));
    nodes_check(refex_client_open(of->home, REFEX_NODE, &a.client, &why), &why, "another user");
    if (seteuid(0) != 0)
        nodes_give_up("seteuid", strerror(errno));
    return a;
}

static void open_to_all(const struct agency *a)
{
    char path[FILE_PATH_MAX];

    (void)chmod(nodes_dir, 0711);
    (void)chmod(a->home, 0711);
    (void)snprintf(path, sizeof path, "%.1000s/run", a->home);
    (void)chmod(path, 0711);
    (void)snprintf(path, sizeof path, "%.1000s/run/control.sock", a->home);
    (void)chmod(path, 0666);
}

static void make_assign(void *rows, size_t i, struct bytes *out)
{
    const struct rows *r = rows;
    const struct control_assign_ask ask = {.object = r->ids[i], .uid = i % 100 == 0 ? CASEWORKER_UID : COLLEAGUE_UID};

    control_assign_ask_encode(&ask, out);
}

/* --- what is asked --- */

static void list_cases(struct control_list_choice *choice, struct bytes *out)
{
    const struct control_case_list_ask ask = {.choice = choice, .choice_count = choice->limit != 0};

    control_case_list_ask_encode(&ask, out);
}

static void list_referrals(struct control_list_choice *choice, struct bytes *out)
{
    const struct control_referral_list_ask ask = {.choice = choice, .choice_count = choice->limit != 0};

    control_referral_list_ask_encode(&ask, out);
}

static void list_consents(struct control_list_choice *choice, struct bytes *out)
{
    const struct control_consent_list_ask ask = {.choice = choice, .choice_count = choice->limit != 0};

    control_consent_list_ask_encode(&ask, out);
}

/* Referrals that are chosen by more than ListChoice says. */
#define LISTS_REFERRALS(name, ...)                                                                                     \
    static void list_##name(struct control_list_choice *choice, struct bytes *out)                                     \
    {                                                                                                                  \
        const struct control_referral_list_ask ask = {.choice = choice, .choice_count = 1, __VA_ARGS__};               \
                                                                                                                       \
        control_referral_list_ask_encode(&ask, out);                                                                   \
    }
LISTS_REFERRALS(mine, .mine = true)
LISTS_REFERRALS(unassigned, .unassigned = true)
LISTS_REFERRALS(overdue, .overdue = true)
LISTS_REFERRALS(medical, .service = SERVICE_MEDICAL)
LISTS_REFERRALS(interpreting, .service = SERVICE_INTERPRETATION)
LISTS_REFERRALS(emergencies, .urgency = URGENCY_EMERGENCY)

static void list_unassigned_cases(struct control_list_choice *choice, struct bytes *out)
{
    const struct control_case_list_ask ask = {.choice = choice, .choice_count = 1, .unassigned = true};

    control_case_list_ask_encode(&ask, out);
}

static void ask_work(struct control_list_choice *choice, struct bytes *out)
{
    const struct control_work_ask ask = {.consents = choice->limit != 0};

    control_work_ask_encode(&ask, out);
}

static void find(const char *words, struct bytes *out)
{
    const struct control_case_find_ask ask = {.words = view_of_text(words)};

    control_case_find_ask_encode(&ask, out);
}

static void find_a_person(struct control_list_choice *choice, struct bytes *out)
{
    char words[96];
    char first[32];
    char second[48];

    (void)choice;
    rows_name(cases.count / 2, first, second);
    (void)snprintf(words, sizeof words, "%s %s", first, second);
    find(words, out);
}

static void find_a_first_name(struct control_list_choice *choice, struct bytes *out)
{
    (void)choice;
    find("olena", out);
}

static void find_a_phone(struct control_list_choice *choice, struct bytes *out)
{
    (void)choice;
    find("0000123", out);
}

static void ask_nothing(struct control_list_choice *choice, struct bytes *out)
{
    (void)choice;
    (void)out;
}

static const struct question {
    const char *name;
    uint16_t kind;
    void (*write)(struct control_list_choice *choice, struct bytes *out);
    struct control_list_choice choice;
} questions[] = {
    {"nothing", CONTROL_AGENCY_LIST, ask_nothing, {0}},
    {"case list, newest 50", CONTROL_CASE_LIST, list_cases, {.newest = true, .limit = 51}},
    {"referral list, newest 50", CONTROL_REFERRAL_LIST, list_referrals, {.newest = true, .limit = 51}},
    {"referral list --state declined",
     CONTROL_REFERRAL_LIST,
     list_referrals,
     {.limit = 51, .state = REFERRAL_DECLINED}},
    {"referral list --state acknowledged",
     CONTROL_REFERRAL_LIST,
     list_referrals,
     {.limit = 51, .state = REFERRAL_ACKNOWLEDGED}},
    {"referral list --mine", CONTROL_REFERRAL_LIST, list_mine, {.newest = true, .limit = 51}},
    {"referral list --unassigned", CONTROL_REFERRAL_LIST, list_unassigned, {.limit = 51}},
    {"referral list --overdue", CONTROL_REFERRAL_LIST, list_overdue, {.limit = 51}},
    {"referral list --service, of all", CONTROL_REFERRAL_LIST, list_medical, {.limit = 51}},
    {"referral list --service, of none", CONTROL_REFERRAL_LIST, list_interpreting, {.limit = 51}},
    {"referral list --urgency, of none", CONTROL_REFERRAL_LIST, list_emergencies, {.limit = 51}},
    {"referral list --service --state", CONTROL_REFERRAL_LIST, list_medical, {.limit = 51, .state = REFERRAL_DECLINED}},
    {"referral list --sort due", CONTROL_REFERRAL_LIST, list_referrals, {.by_due = true, .limit = 51}},
    {"referral list --sort due --mine", CONTROL_REFERRAL_LIST, list_mine, {.by_due = true, .limit = 51}},
    {"referral list --sort due --unassigned", CONTROL_REFERRAL_LIST, list_unassigned, {.by_due = true, .limit = 51}},
    {"referral list --sort due --service", CONTROL_REFERRAL_LIST, list_interpreting, {.by_due = true, .limit = 51}},
    {"referral list --sort due --state",
     CONTROL_REFERRAL_LIST,
     list_referrals,
     {.by_due = true, .limit = 51, .state = REFERRAL_ACKNOWLEDGED}},
    {"case list --unassigned", CONTROL_CASE_LIST, list_unassigned_cases, {.limit = 51}},
    {"work, referrals (1,000)", CONTROL_WORK, ask_work, {0}},
    {"work, consents", CONTROL_WORK, ask_work, {.limit = 51}},
    {"consent list, newest 50", CONTROL_CONSENT_LIST, list_consents, {.newest = true, .limit = 51}},
    {"consent list --state stopped", CONTROL_CONSENT_LIST, list_consents, {.limit = 51, .state = CONSENT_STOPPED}},
    {"case find, a full name", CONTROL_CASE_FIND, find_a_person, {0}},
    {"case find, a first name", CONTROL_CASE_FIND, find_a_first_name, {0}},
    {"case find, a phone", CONTROL_CASE_FIND, find_a_phone, {0}},
    {"case list, whole", CONTROL_CASE_LIST, list_cases, {0}},
};

/* --- measuring --- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Prints what it took and what the node computed for it: on a machine that does other things, too, that says more. */
static void measure(const struct question *q, struct agency *a, const char *who, size_t times)
{
    struct control_list_choice choice = q->choice;
    double *took = xnew(times * sizeof *took);
    double *computed = xnew(times * sizeof *computed);
    struct answer_copy k = {{0}};
    struct bytes m = {0};

    q->write(&choice, &m);
    for (size_t i = 0; i < times; i++) {
        double before = nodes_computed_s();
        double begin = nodes_now_s();

        nodes_ask(a, q->kind, bytes_view(&m), &k, q->name);
        took[i] = nodes_now_s() - begin;
        computed[i] = nodes_computed_s() - before;
    }
    qsort(took, times, sizeof *took, by_value);
    qsort(computed, times, sizeof *computed, by_value);
    (void)printf("%-10s %-37s p50 %6.2f ms, p99 %6.2f, longest %6.2f; computing p50 %6.2f, p99 %6.2f, longest %6.2f\n",
                 who, q->name, took[times / 2] * 1e3, took[times * 99 / 100] * 1e3, took[times - 1] * 1e3,
                 computed[times / 2] * 1e3, computed[times * 99 / 100] * 1e3, computed[times - 1] * 1e3);
    free(took);
    free(computed);
    bytes_fini(&m);
    bytes_fini(&k.bytes);
}

static void measure_all(struct agency *a, const char *who, size_t times)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        if (strstr(questions[i].name, rows_only) != NULL)
            measure(&questions[i], a, who, strstr(questions[i].name, "whole") ? 3 : times);
}

static bool asks_as_others(void)
{
    return geteuid() == 0;
}

static void give_cases_away(struct agency *a)
{
    struct agency supervisor;

    if (!asks_as_others())
        return;
    add_staff(a, SUPERVISOR_UID, UINT32_C(1) << STAFF_SUPERVISOR);
    open_to_all(a);
    supervisor = connect_as(a, SUPERVISOR_UID);
    add_staff(&supervisor, CASEWORKER_UID, UINT32_C(1) << STAFF_CASEWORKER);
    add_staff(&supervisor, COLLEAGUE_UID, UINT32_C(1) << STAFF_CASEWORKER);
    rows_ask_many(&supervisor, cases.count, CONTROL_CASE_ASSIGN, make_assign, &cases);
    refex_client_close(supervisor.client);
}

static void measure_as(const struct agency *a, uint32_t uid, const char *who, size_t times)
{
    struct agency other = connect_as(a, uid);

    measure_all(&other, who, times);
    refex_client_close(other.client);
}

static void measure_each(struct agency *a, size_t times)
{
    if (!asks_as_others()) {
        measure_all(a, "alone", times);
        return;
    }
    open_to_all(a);
    measure_as(a, SUPERVISOR_UID, "supervisor", times);
    measure_as(a, CASEWORKER_UID, "caseworker", times);
}

int main(int argc, char **argv)
{
    return rows_main(argc, argv, &(struct rows_bench){"lists", 100000, 200, give_cases_away, measure_each}, &cases);
}
