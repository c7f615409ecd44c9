/* How long each request holds a node that has a big log and many consents: while one connection asks it, another asks
 * for the node's clock again and again, and the longest of these answers is how long the loop did nothing else. Beside
 * it stands what the node computed until then: on a machine that does other things, too, that says more. Prints figures
 * and sets no limits.
 *
 *   holds [--dir DIR] [--rows N] [--times N]
 *
 * N cases, N consents and N referrals; each request is asked that many times.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/case_codec.h"
#include "model/case.h"
#include "nodes.h"

#define WINDOW 256 /* requests under way while the rows are made */

static struct address to;

/* --- rows --- */

struct many {
    struct ident *ids;
    size_t count;
};

static void take_case(struct many *m, const struct refex_answer *answer)
{
    struct control_case_added added;
    struct arena arena = {0};
    struct error err;

    if (!control_case_added_decode(view_of(answer->message, answer->size), &arena, &added, &err))
        nodes_give_up("import", err.text);
    m->ids[m->count++] = added.case_id;
    arena_fini(&arena);
}

/* Sends N requests that MAKE writes, a window of them at a time. */
static void send_many(struct agency *a, size_t n, uint16_t kind,
                      void (*make)(void *cookie, size_t i, struct bytes *out), void *cookie)
{
    size_t sent = 0;
    size_t done = 0;

    while (done < n) {
        struct refex_failure why;
        struct refex_answer answer;
        struct bytes m = {0};
        bool got;

        while (sent < n && sent - done < WINDOW) {
            bytes_clear(&m);
            make(cookie, sent++, &m);
            (void)refex_client_send(a->client, kind, m.at, m.size);
        }
        bytes_fini(&m);
        nodes_check(refex_client_next(a->client, 10000, &answer, &got, &why), &why, "rows");
        if (got && answer.kind == REFEX_FAILED)
            nodes_give_up("rows", answer.failure.text);
        done += got && answer.kind == REFEX_DONE;
    }
}

static void encode_note(struct bytes *out)
{
    struct arena arena = {0};
    struct case_data c;
    struct error err;
    bool empty;

    case_init(&c, &arena);
    if (!case_read_value(&c, case_field_find(view_of_text("cco_CaseComment")), 0, view_of_text("A note."), &err) ||
        !case_section_encode(&c, SECTION_NOTES, out, &empty, &err))
        nodes_give_up("case", err.text);
    arena_fini(&arena);
}

/* One import of N cases of a short note. */
static uint32_t send_import(struct agency *a, size_t n)
{
    struct control_case_piece *pieces = xnew(BOUND_PIECES * sizeof *pieces);
    struct control_case_commit commit = {.count = (uint32_t)n, .again = true};
    struct control_case_part part = {.pieces = pieces};
    struct bytes note = {0};
    struct bytes m = {0};
    uint32_t number = 0;

    encode_note(&note);
    for (size_t at = 0; at < n; at += part.piece_count) {
        part.piece_count = n - at < BOUND_PIECES ? n - at : BOUND_PIECES;
        for (size_t i = 0; i < part.piece_count; i++)
            pieces[i] = (struct control_case_piece){
                .case_number = (uint32_t)(at + i), .section = SECTION_NOTES, .data = bytes_view(&note)};
        bytes_clear(&m);
        control_case_part_encode(&part, &m);
        if (number == 0)
            number = refex_client_send(a->client, CONTROL_CASE_PART, m.at, m.size);
        else
            refex_client_send_more(a->client, number, CONTROL_CASE_PART, m.at, m.size);
    }
    bytes_clear(&m);
    control_case_commit_encode(&commit, &m);
    refex_client_send_more(a->client, number, CONTROL_CASE_IMPORT, m.at, m.size);
    bytes_fini(&note);
    bytes_fini(&m);
    free(pieces);
    return number;
}

static void import_many(struct agency *a, struct many *m, size_t n)
{
    struct refex_answer answer = {0};

    (void)send_import(a, n);
    while (answer.kind != REFEX_DONE) {
        struct refex_failure why;
        bool got;

        nodes_check(refex_client_next(a->client, 60000, &answer, &got, &why), &why, "import");
        if (!got || answer.kind == REFEX_FAILED)
            nodes_give_up("import", got ? answer.failure.text : "no answer");
        if (answer.kind == REFEX_ITEM)
            take_case(m, &answer);
    }
}

static void make_consent(void *cookie, size_t i, struct bytes *out)
{
    const struct many *m = cookie;
    struct control_consent_grant grant = {
        .sections = SECTION_BIT(SECTION_NOTES), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    struct control_consent_record_ask r = {.case_id = m->ids[i],
                                           .to = &to,
                                           .to_count = 1,
                                           .grants = &grant,
                                           .grant_count = 1,
                                           .given_by = GIVEN_BY_SELF,
                                           .notice = view_of_text("notice-1"),
                                           .language = view_of_text("ukr"),
                                           .seen_alone = SEEN_ALONE};

    control_consent_record_ask_encode(&r, out);
}

static void make_referral(void *cookie, size_t i, struct bytes *out)
{
    static const uint32_t services[] = {SERVICE_MEDICAL};
    const struct many *m = cookie;
    struct control_refer_ask r = {.case_id = m->ids[i],
                                  .to = to,
                                  .kind = MESSAGE_REFERRAL,
                                  .services = services,
                                  .service_count = 1,
                                  .urgency = URGENCY_NORMAL,
                                  .purpose = PURPOSE_SERVICES,
                                  .partial = true,
                                  .release_now = true};

    control_refer_ask_encode(&r, out);
}

/* --- holds --- */

static struct many cases;

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
    make_consent(&cases, cases.count / 2, out);
}

static void ask_refer(struct bytes *out)
{
    make_referral(&cases, cases.count / 2, out);
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

/* Seconds that the first node has computed so far. */
static double computed_s(void)
{
    struct bytes text = {0};
    struct error err;
    char path[64];
    double ns = 0;

    (void)snprintf(path, sizeof path, "/proc/%u/schedstat", nodes_agencies[0].status.process);
    if (file_read(path, 4096, &text, &err)) {
        bytes_append_u8(&text, 0);
        ns = strtod((const char *)text.at, NULL);
    }
    bytes_fini(&text);
    return ns * 1e-9;
}

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
        double computed = computed_s();
        double asked = nodes_now_s();
        double waited;
        bool got = true;

        nodes_ask(&nodes_watcher, CONTROL_NODE_CLOCK, (struct view){0}, &k, "clock");
        waited = nodes_now_s() - asked;
        keep_longest(&longest, waited, computed_s() - computed);
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
        (void)send_import(asked, rows);
    else
        (void)refex_client_send(asked->client, r->kind, m.at, m.size);
    nodes_check(refex_client_flush(asked->client, &why), &why, "send");
    held = longest_hold(asked, took);
    refex_client_close(reader.client);
    bytes_fini(&m);
    return held;
}

/* All is receipted: what follows is not measured beside it. */
static void wait_until_idle(struct agency *a)
{
    double begin = nodes_now_s();
    struct arena arena = {0};

    while (nodes_status(a, &arena).waiting != 0)
        if (nodes_now_s() - begin > 120)
            nodes_give_up("rows", "referrals are left without a receipt");
    arena_fini(&arena);
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

int main(int argc, char **argv)
{
    static const struct option options[] = {{"dir", required_argument, NULL, 'd'},
                                            {"rows", required_argument, NULL, 'r'},
                                            {"times", required_argument, NULL, 't'},
                                            {NULL, 0, NULL, 0}};
    char command[FILE_PATH_MAX + 16];
    const char *base = "/tmp";
    struct agency *a = &nodes_agencies[0];
    size_t rows = 10000;
    size_t times = 5;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            base = optarg;
        else if (c == 'r')
            rows = strtoull(optarg, NULL, 10);
        else if (c == 't')
            times = strtoull(optarg, NULL, 10);
        else
            return 64;
    }
    if (rows == 0 || times == 0)
        return 64;
    nodes_find_programs();
    (void)snprintf(nodes_dir, sizeof nodes_dir, "%.900s/refex-holds-XXXXXX", base);
    if (mkdtemp(nodes_dir) == NULL)
        nodes_give_up(base, strerror(errno));
    nodes_set_up();
    (void)address_read(view_of_text(nodes_agencies[1].name), &to);
    cases.ids = xnew(rows * sizeof *cases.ids);
    import_many(a, &cases, rows);
    send_many(a, rows, CONTROL_CONSENT_RECORD, make_consent, &cases);
    send_many(a, rows, CONTROL_REFERRAL_SEND, make_referral, &cases);
    wait_until_idle(a);
    (void)printf("a node with %zu cases, consents and referrals\n", rows);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        print_request(&requests[i], a, rows, times);
    nodes_stop();
    free(cases.ids);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", nodes_dir);
    return system(command) == 0 ? 0 : 1;
}
