#include "rows.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "codec/case_codec.h"
#include "model/case.h"

#define WINDOW 256 /* requests under way while the rows are made */

static struct address to;
const char *rows_only = "";

static void take_case(struct rows *m, const struct refex_answer *answer)
{
    struct control_case_added added;
    struct arena arena = {0};
    struct error err;

    if (!control_case_added_decode(view_of(answer->message, answer->size), &arena, &added, &err))
        nodes_give_up("import", err.text);
    m->ids[m->count++] = added.case_id;
    arena_fini(&arena);
}

void rows_ask_many(struct agency *a, size_t n, uint16_t kind, void (*make)(void *cookie, size_t i, struct bytes *out),
                   void *cookie)
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

static void set(struct case_data *c, const char *field, const char *written)
{
    struct error err;

    if (!case_read_value(c, case_field_find(view_of_text(field)), 0, view_of_text(written), &err))
        nodes_give_up(field, err.text);
}

void rows_name(size_t i, char first[static 32], char second[static 48])
{
    static const char *const firsts[2][8] = {
        {"Olena", "Marta", "Iryna", "Aisha", "Zofia", "Natalia", "Taras", "Lukasz"},
        {"Олена", "Марта", "Ірина", "Айше", "Зофія", "Наталя", "Тарас", "Лукаш"},
    };
    static const char *const parts[2][16] = {
        {"ko", "va", "len", "dri", "sha", "mar", "to", "bil", "ze", "gor", "pin", "ka", "ro", "sel", "vi", "tu"},
        {"ко", "ва", "лен", "дри", "ша", "мар", "то", "біл", "зе", "гор", "пін", "ка", "ро", "сел", "ві", "ту"}};
    const char *const *p = parts[i / 8 % 2];

    (void)snprintf(first, 32, "%s", firsts[i / 8 % 2][i % 8]);
    (void)snprintf(second, 48, "%s%s%s%s", p[i / 16 % 16], p[i / 256 % 16], p[i / 4096 % 16], p[i / 65536 % 16]);
}

static void encode(const struct case_data *c, enum section section, struct bytes *out)
{
    struct error err;
    bool empty;

    bytes_clear(out);
    if (!case_section_encode(c, section, out, &empty, &err) || empty)
        nodes_give_up("case", err.text);
}

/* The sections of case I. */
static const enum section filled[] = {SECTION_IDENTITY, SECTION_CONTACT, SECTION_NOTES};
#define FILLED (sizeof filled / sizeof filled[0])

static void encode_case(size_t i, struct bytes out[static FILLED])
{
    struct arena arena = {0};
    struct case_data c;
    char first[32];
    char second[48];
    char phone[32];

    rows_name(i, first, second);
    (void)snprintf(phone, sizeof phone, "+38050%07zu", i);
    case_init(&c, &arena);
    set(&c, "prs_FirstName", first);
    set(&c, "prs_SecondName", second);
    set(&c, "prs_MobilePhone", phone);
    set(&c, "cco_CaseComment", "A note.");
    for (size_t s = 0; s < FILLED; s++)
        encode(&c, filled[s], &out[s]);
    arena_fini(&arena);
}

/* One import of N cases of a short note. */
uint32_t rows_send_import(struct agency *a, size_t n)
{
    const size_t at_once = BOUND_PIECES / FILLED / 8;
    struct bytes(*sections)[FILLED] = xnew(at_once * sizeof *sections);
    struct control_case_piece *pieces = xnew(at_once * FILLED * sizeof *pieces);
    struct control_case_commit commit = {.count = (uint32_t)n, .again = true};
    struct control_case_part part = {.pieces = pieces};
    struct bytes m = {0};
    uint32_t number = 0;

    for (size_t at = 0; at < n; at += part.piece_count / FILLED) {
        part.piece_count = 0;
        for (size_t i = 0; i < at_once && at + i < n; i++) {
            encode_case(at + i, sections[i]);
            for (size_t s = 0; s < FILLED; s++)
                pieces[part.piece_count++] = (struct control_case_piece){
                    .case_number = (uint32_t)(at + i), .section = filled[s], .data = bytes_view(&sections[i][s])};
        }
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
    for (size_t i = 0; i < at_once; i++)
        for (size_t s = 0; s < FILLED; s++)
            bytes_fini(&sections[i][s]);
    bytes_fini(&m);
    free(sections);
    free(pieces);
    return number;
}

static void import_many(struct agency *a, struct rows *m, size_t n)
{
    struct refex_answer answer = {0};

    (void)rows_send_import(a, n);
    while (answer.kind != REFEX_DONE) {
        struct refex_failure why;
        bool got;

        nodes_check(refex_client_next(a->client, 600000, &answer, &got, &why), &why, "import");
        if (!got || answer.kind == REFEX_FAILED)
            nodes_give_up("import", got ? answer.failure.text : "no answer");
        if (answer.kind == REFEX_ITEM)
            take_case(m, &answer);
    }
}

void rows_make_consent(void *rows, size_t i, struct bytes *out)
{
    const struct rows *m = rows;
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

void rows_make_referral(void *cookie, size_t i, struct bytes *out)
{
    static const uint32_t services[] = {SERVICE_MEDICAL};
    const struct rows *m = cookie;
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

/* What follows is not measured beside it. More than an agency's share of a day waits for the next one. */
static void wait_until_idle(struct agency *a)
{
    struct timespec second = {.tv_sec = 1};
    struct arena arena = {0};
    uint64_t before = UINT64_MAX;
    uint64_t now = nodes_status(a, &arena).waiting;

    while (now != 0 && now < before) {
        (void)nanosleep(&second, NULL);
        before = now;
        now = nodes_status(a, &arena).waiting;
    }
    arena_fini(&arena);
}

void rows_make(struct agency *a, struct rows *out, size_t n)
{
    (void)address_read(view_of_text(nodes_agencies[1].name), &to);
    out->ids = xnew(n * sizeof *out->ids);
    out->count = 0;
    while (out->count < n)
        import_many(a, out, n - out->count < BOUND_IMPORT_ROWS ? n - out->count : BOUND_IMPORT_ROWS);
    rows_ask_many(a, n, CONTROL_CONSENT_RECORD, rows_make_consent, out);
    rows_ask_many(a, n, CONTROL_REFERRAL_SEND, rows_make_referral, out);
    wait_until_idle(a);
}

struct typed {
    const char *base;
    const char *kept; /* folder of nodes that stay */
    size_t rows;
    size_t times;
};

static bool read_typed(int argc, char **argv, struct typed *t)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},   {"rows", required_argument, NULL, 'r'},
        {"times", required_argument, NULL, 't'}, {"only", required_argument, NULL, 'o'},
        {"keep", required_argument, NULL, 'k'},  {NULL, 0, NULL, 0}};
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            t->base = optarg;
        else if (c == 'r')
            t->rows = strtoull(optarg, NULL, 10);
        else if (c == 't')
            t->times = strtoull(optarg, NULL, 10);
        else if (c == 'o')
            rows_only = optarg;
        else if (c == 'k')
            t->kept = optarg;
        else
            return false;
    }
    return t->rows != 0 && t->times != 0;
}

/* Returns whether the nodes are new. */
static bool make_folder(const struct typed *t, const char *name)
{
    if (t->kept != NULL) {
        (void)snprintf(nodes_dir, sizeof nodes_dir, "%.900s", t->kept);
        if (mkdir(nodes_dir, 0700) == 0)
            return true;
        if (errno != EEXIST)
            nodes_give_up(t->kept, strerror(errno));
        return false;
    }
    (void)snprintf(nodes_dir, sizeof nodes_dir, "%.900s/refex-%s-XXXXXX", t->base, name);
    if (mkdtemp(nodes_dir) == NULL)
        nodes_give_up(t->base, strerror(errno));
    return true;
}

static void make_all(const struct rows_bench *bench, struct rows *cases, size_t n)
{
    struct agency *a = &nodes_agencies[0];

    nodes_set_up();
    rows_make(a, cases, n);
    if (bench->prepare != NULL)
        bench->prepare(a);
}

int rows_main(int argc, char **argv, const struct rows_bench *bench, struct rows *cases)
{
    struct typed t = {.base = "/tmp", .rows = bench->rows, .times = bench->times};
    char command[FILE_PATH_MAX + 16];

    if (!read_typed(argc, argv, &t))
        return 64;
    nodes_find_programs();
    if (make_folder(&t, bench->name)) {
        make_all(bench, cases, t.rows);
    } else {
        cases->count = t.rows;
        nodes_start_again();
    }
    (void)printf("a node with %zu cases, consents and referrals\n", t.rows);
    bench->measure(&nodes_agencies[0], t.times);
    nodes_stop();
    free(cases->ids);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", nodes_dir);
    return t.kept != NULL || system(command) == 0 ? 0 : 1;
}
