/* How long each request holds a node that has a big log and many consents: while one connection asks it, another asks
 * for the node's clock again and again, and the longest of these answers is how long the loop did nothing else. Beside
 * it stands what the node computed until then: on a machine that does other things, too, that says more. Prints figures
 * and sets no limits.
 *
 *   holds [--dir DIR] [--rows N] [--times N]
 *
 * N cases, N consents and N referrals; each request is asked that many times.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

/* --- holds --- */

static struct rows cases;

static void ask_nothing(struct bytes *out)
{
    (void)out;
}

static void ask_consent_list_of_case(struct bytes *out)
{
    struct control_consent_list_ask ask = {.case_id = cases.ids[cases.count / 2]};

    control_consent_list_ask_encode(&ask, out);
}

static void ask_case_show(struct bytes *out)
{
    struct control_case_show_ask ask = {.case_id = cases.ids[cases.count / 2]};

    control_case_show_ask_encode(&ask, out);
}

static void ask_consent_record(struct bytes *out)
{
    rows_make_consent(&cases, cases.count / 2, out);
}

static void ask_refer(struct bytes *out)
{
    rows_make_referral(&cases, cases.count / 2, out);
}

static void ask_audit_exchange(struct bytes *out)
{
    struct control_audit_list_ask ask = {.log = 1};

    control_audit_list_ask_encode(&ask, out);
}

static void ask_audit_house(struct bytes *out)
{
    struct control_audit_list_ask ask = {.log = 2};

    control_audit_list_ask_encode(&ask, out);
}

static void ask_audit_verify(struct bytes *out)
{
    struct control_audit_verify_ask ask = {1};

    control_audit_verify_ask_encode(&ask, out);
}

/* One part, as each is. */
static void ask_watch(struct bytes *out)
{
    struct control_watch_ask ask = {.since = view_of_text("0-0")};

    control_watch_ask_encode(&ask, out);
}

static const struct request {
    const char *name;
    uint16_t kind; /* 0: an import of as many cases */
    bool of_reader;
    bool after_change; /* of a consent, right before */
    void (*write)(struct bytes *out);
} requests[] = {
    {"nothing", CONTROL_NODE_CLOCK, false, false, ask_nothing},
    {"status", CONTROL_STATUS, false, false, ask_nothing},
    {"status after a consent", CONTROL_STATUS, false, true, ask_nothing},
    {"agency list", CONTROL_AGENCY_LIST, false, false, ask_nothing},
    {"case list", CONTROL_CASE_LIST, false, false, ask_nothing},
    {"case show", CONTROL_CASE_SHOW, false, false, ask_case_show},
    {"consent list", CONTROL_CONSENT_LIST, false, false, ask_nothing},
    {"consent list --case", CONTROL_CONSENT_LIST, false, false, ask_consent_list_of_case},
    {"consent record", CONTROL_CONSENT_RECORD, false, false, ask_consent_record},
    {"referral list", CONTROL_REFERRAL_LIST, false, false, ask_nothing},
    {"referral send", CONTROL_REFERRAL_SEND, false, false, ask_refer},
    {"audit list", CONTROL_AUDIT_LIST, false, false, ask_audit_exchange},
    {"audit list --log house", CONTROL_AUDIT_LIST, false, false, ask_audit_house},
    {"audit verify", CONTROL_AUDIT_VERIFY, true, false, ask_audit_verify},
    {"watch --since start", CONTROL_WATCH, false, false, ask_watch},
    {"case import", 0, false, false, ask_nothing},
};

/* Of one question, in seconds: until the answer, and what the node computed meanwhile. */
struct held {
    double waited;
    double computed;
};

static void keep_longest(struct held *longest, double waited, double computed)
{
    if (waited > longest->waited)
        longest->waited = waited;
    if (computed > longest->computed)
        longest->computed = computed;
}

/* The longest answer to a question that costs nothing, until the request on A has its end. *TOOK: of that. */
static struct held longest_hold(struct agency *a, double *took)
{
    struct refex_answer answer = {0};
    struct answer_copy k = {{0}};
    double begin = nodes_now_s();
    struct held longest = {0};

    while (answer.kind != REFEX_DONE) {
        struct refex_failure why;
        double computed = nodes_computed_s();
        double asked = nodes_now_s();
        double waited;
        bool got = true;

        nodes_ask(&nodes_watcher, CONTROL_NODE_CLOCK, (struct view){0}, &k, "clock");
        waited = nodes_now_s() - asked;
        keep_longest(&longest, waited, nodes_computed_s() - computed);
        while (got && answer.kind != REFEX_DONE) {
            nodes_check(refex_client_next(a->client, 0, &answer, &got, &why), &why, "request");
            if (got && answer.kind == REFEX_FAILED)
                nodes_give_up("request", answer.failure.text);
        }
    }
    *took = nodes_now_s() - begin;
    bytes_fini(&k.bytes);
    return longest;
}

static struct held measure(const struct request *r, struct agency *a, size_t rows, double *took)
{
    struct agency reader = {.name = "reader"};
    struct agency *asked = r->of_reader ? &reader : a;
    struct refex_failure why;
    struct bytes m = {0};
    struct answer_copy k = {{0}};
    struct held held;

    if (r->after_change) {
        ask_consent_record(&m);
        nodes_ask(a, CONTROL_CONSENT_RECORD, bytes_view(&m), &k, "consent");
        bytes_clear(&m);
        bytes_fini(&k.bytes);
    }
    if (r->of_reader)
        nodes_check(refex_client_open(a->home, REFEX_READER, &reader.client, &why), &why, "reader");
    r->write(&m);
    if (r->kind == 0)
        (void)rows_send_import(asked, rows);
    else
        (void)refex_client_send(asked->client, r->kind, m.at, m.size);
    nodes_check(refex_client_flush(asked->client, &why), &why, "send");
    held = longest_hold(asked, took);
    refex_client_close(reader.client);
    bytes_fini(&m);
    return held;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void print_request(const struct request *r, struct agency *a, size_t rows, size_t times)
{
    double *waited = xnew(times * sizeof *waited);
    double *computed = xnew(times * sizeof *computed);
    double took = 0;

    for (size_t i = 0; i < times; i++) {
        struct held held = measure(r, a, rows, &took);

        waited[i] = held.waited;
        computed[i] = held.computed;
    }
    qsort(waited, times, sizeof *waited, by_value);
    qsort(computed, times, sizeof *computed, by_value);
    (void)printf("%-24s holds the loop %7.1f ms, computing %7.1f (medians of %zu); the last was done in %.1f ms\n",
                 r->name, waited[times / 2] * 1e3, computed[times / 2] * 1e3, times, took * 1e3);
    free(waited);
    free(computed);
}

static void measure_all(struct agency *a, size_t times)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        print_request(&requests[i], a, cases.count, times);
}

int main(int argc, char **argv)
{
    return rows_main(argc, argv, &(struct rows_bench){"holds", 10000, 5, NULL, measure_all}, &cases);
}
