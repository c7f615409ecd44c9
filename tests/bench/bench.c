/* How many referrals per second two nodes on this machine pass, durable at both ends and receipted, how long a single
 * one takes, and what CPU and memory each process uses. Real programs, real TLS over loopback, real disk. Prints
 * figures and sets no limits.
 *
 *   bench [--dir DIR] [--seconds N] [--window N] [--alone N] [--json]
 *
 * A message counts when the sender's node has verified and stored its receipt.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/log.h"
#include "codec/case_codec.h"
#include "codec/control_codec.h"
#include "model/case.h"
#include "model/case_triage.h"
#include "refex/client.h"

#define SECTIONS                                                                                                       \
    (SECTION_BIT(SECTION_TRIAGE) | SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_STATUS) |                       \
     SECTION_BIT(SECTION_EXPLOITATION) | SECTION_BIT(SECTION_HEALTH) | SECTION_BIT(SECTION_NOTES))

struct agency {
    const char *name;
    const char *kind;
    char home[FILE_PATH_MAX];
    char endpoint[32];
    pid_t pid;
    struct refex_client *client;
    struct control_status status; /* only the process ids */
    double cpu_node;              /* seconds */
    double cpu_link;
};

static char bin[FILE_PATH_MAX];
static char dir[FILE_PATH_MAX];
static struct agency agencies[2] = {{.name = "ngo@bench.example", .kind = "SupportNGO"},
                                    {.name = "mission@bench.example", .kind = "InternationalOrganisation"}};
static struct agency watcher; /* a second connection to the first node, used only to ask how many referrals wait */

static void give_up(const char *what, const char *why)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, why);
    for (int i = 0; i < 2; i++)
        if (agencies[i].pid > 0)
            (void)kill(agencies[i].pid, SIGTERM);
    exit(1);
}

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- processes --- */

static pid_t spawn(const char *const argv[], const char *log)
{
    pid_t pid = fork();

    if (pid == 0) {
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        char path[FILE_PATH_MAX];

        (void)dup2(fd, STDOUT_FILENO);
        (void)dup2(fd, STDERR_FILENO);
        (void)snprintf(path, sizeof path, "%.900s/%s", bin, argv[0]);
        (void)execv(path, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    return pid;
}

static void run(const char *const argv[])
{
    char log[FILE_PATH_MAX];
    int status;
    pid_t pid;

    (void)snprintf(log, sizeof log, "%.1000s/setup.log", dir);
    pid = spawn(argv, log);
    if (waitpid(pid, &status, 0) != pid || status != 0)
        give_up(argv[0], "failed; see setup.log");
}

static void free_port(char out[static 32])
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 || getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        give_up("port", strerror(errno));
    (void)snprintf(out, 32, "127.0.0.1:%d", ntohs(a.sin_port));
    (void)close(fd);
}

/* User and system seconds of a process so far. */
static double cpu_of(uint32_t pid)
{
    char path[64];
    struct bytes text = {0};
    struct error err;
    unsigned long user;
    unsigned long sys;
    const char *end;

    (void)snprintf(path, sizeof path, "/proc/%u/stat", pid);
    if (!file_read(path, 65536, &text, &err))
        return 0;
    bytes_append_u8(&text, 0);
    end = strrchr((const char *)text.at, ')');
    if (end == NULL || sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys) != 2)
        user = sys = 0;
    bytes_fini(&text);
    return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

/* Proportional set size in MB; 0 where the process does not allow reading it. */
static double memory_of(uint32_t pid)
{
    char path[64];
    struct bytes text = {0};
    struct error err;
    const char *at;
    double kib = 0;

    (void)snprintf(path, sizeof path, "/proc/%u/smaps_rollup", pid);
    if (!file_read(path, 65536, &text, &err))
        return 0;
    bytes_append_u8(&text, 0);
    at = strstr((const char *)text.at, "\nPss:");
    if (at != NULL)
        kib = strtod(at + 5, NULL);
    bytes_fini(&text);
    return kib / 1024;
}

/* --- requests --- */

static void check(bool ok, const struct refex_failure *why, const char *what)
{
    if (!ok)
        give_up(what, why->text);
}

struct answer_copy {
    struct bytes bytes;
};

static bool on_answer(void *cookie, const void *message, size_t size, struct refex_failure *why)
{
    struct answer_copy *k = cookie;

    (void)why;
    bytes_clear(&k->bytes);
    bytes_append(&k->bytes, message, size);
    return true;
}

static void ask_node(struct agency *a, uint16_t kind, struct view message, struct answer_copy *k, const char *what)
{
    struct refex_failure why;

    check(refex_client_ask(a->client, kind, message.at, message.size, on_answer, k, &why), &why, what);
}

static struct control_status status_of(struct agency *a, struct arena *arena)
{
    static struct answer_copy k;
    struct control_status s;
    struct error err;

    arena_reset(arena);
    ask_node(a, CONTROL_STATUS, (struct view){0}, &k, "status");
    if (!control_status_decode(bytes_view(&k.bytes), arena, &s, &err))
        give_up("status", err.text);
    return s;
}

/* --- setting up --- */

static void make_agency(struct agency *a)
{
    char fed[FILE_PATH_MAX];
    char request[FILE_PATH_MAX];
    char membership[FILE_PATH_MAX];
    struct refex_failure why;
    struct refex_client *tool;
    struct bytes message = {0};
    struct control_init_ask ask_init = {0};
    struct answer_copy k = {{0}};
    struct arena arena = {0};
    struct control_init_result made;
    char fingerprint[FINGERPRINT_TEXT];
    struct error err;

    (void)snprintf(a->home, sizeof a->home, "%.900s/%.20s", dir, a->name);
    (void)snprintf(fed, sizeof fed, "%.1000s/fed", dir);
    (void)snprintf(request, sizeof request, "%.1000s/request.refex", a->home);
    (void)snprintf(membership, sizeof membership, "%.1000s/membership.refex", a->home);
    free_port(a->endpoint);
    check(refex_client_open(a->home, REFEX_TOOL, &tool, &why), &why, "tool");
    (void)address_read(view_of_text(a->name), &ask_init.agency);
    (void)agency_kind_find(view_of_text(a->kind), &ask_init.kind);
    ask_init.listen = view_of_text(a->endpoint);
    control_init_ask_encode(&ask_init, &message);
    check(refex_client_ask(tool, CONTROL_INIT, message.at, message.size, on_answer, &k, &why), &why, "init");
    refex_client_close(tool);
    if (!control_init_result_decode(bytes_view(&k.bytes), &arena, &made, &err))
        give_up("init", err.text);
    fingerprint_write(&made.fingerprint, fingerprint);
    run((const char *[]){"refex-ca", "issue", "--home", fed, request, "--fingerprint", fingerprint, "--out", membership,
                         NULL});
    arena_fini(&arena);
    bytes_fini(&message);
    bytes_fini(&k.bytes);
}

static void enrol_agency(struct agency *a)
{
    char membership[FILE_PATH_MAX];
    char directory[FILE_PATH_MAX];
    struct refex_failure why;
    struct refex_client *tool;
    struct bytes file = {0};
    struct bytes note = {0};
    struct bytes message = {0};
    struct control_enrol_ask ask_enrol = {0};
    struct answer_copy k = {{0}};
    struct error err;

    (void)snprintf(membership, sizeof membership, "%.1000s/membership.refex", a->home);
    (void)snprintf(directory, sizeof directory, "%.1000s/directory.note", dir);
    if (!file_read(membership, 2000000, &file, &err) || !file_read(directory, 2000000, &note, &err))
        give_up("membership", err.text);
    check(refex_client_open(a->home, REFEX_TOOL, &tool, &why), &why, "tool");
    ask_enrol.membership = bytes_view(&file);
    ask_enrol.directory = bytes_view(&note);
    control_enrol_ask_encode(&ask_enrol, &message);
    check(refex_client_ask(tool, CONTROL_ENROL, message.at, message.size, on_answer, &k, &why), &why, "enrol");
    refex_client_close(tool);
    bytes_fini(&file);
    bytes_fini(&note);
    bytes_fini(&message);
    bytes_fini(&k.bytes);
}

static void start_agency(struct agency *a)
{
    char log[FILE_PATH_MAX];
    struct refex_failure why;
    double until = now_s() + 10;

    (void)snprintf(log, sizeof log, "%.1000s/node.log", a->home);
    a->pid = spawn((const char *[]){"refexd", "--home", a->home, NULL}, log);
    while (!refex_client_open(a->home, REFEX_NODE, &a->client, &why)) {
        struct timespec t = {.tv_nsec = 20000000};

        if (now_s() > until)
            give_up(a->name, why.text);
        (void)nanosleep(&t, NULL);
    }
}

static void set_field(struct case_data *c, const char *field, const char *written)
{
    struct error err;

    if (!case_read_value(c, case_field_find(view_of_text(field)), 0, view_of_text(written), &err))
        give_up(field, err.text);
}

/* A case of about 2 KB in the sections that are shared. */
static struct ident import_case(struct agency *a)
{
    struct control_case_piece pieces[SECTION_END];
    struct bytes encoded[SECTION_END] = {{0}};
    struct control_case_part part = {.pieces = pieces};
    struct control_case_commit commit = {.count = 1, .again = true};
    struct control_case_added added;
    struct arena arena = {0};
    struct case_data c;
    struct bytes m = {0};
    struct answer_copy k = {{0}};
    struct refex_failure why;
    struct refex_answer answer;
    struct error err;
    char text[1200];
    uint32_t number;
    bool empty;
    bool got;

    case_init(&c, &arena);
    set_field(&c, "prs_FirstName", "Taras-Example");
    set_field(&c, "prs_SecondName", "Прикладенко");
    set_field(&c, "prs_Birthdate", "1974-06-11");
    set_field(&c, "prs_Gender", "Masculine");
    set_field(&c, "prs_PrimaryLanguage", "ukr");
    set_field(&c, "prs_Citizenship", "UA");
    set_field(&c, "vic_TraffickingStatus", "PossibleVictimOfTrafficking");
    set_field(&c, "vic_MethodsOfControl", "WithholdsDocuments;PhysicalAbuse;TakesEarnings");
    set_field(&c, "vic_TypeOfExploitation", "ForcedLabour");
    set_field(&c, "vic_ForcedLabourIndustry", "A_AgricultureForestryAndFishing");
    memset(text, 'x', sizeof text);
    text[700] = '\0';
    set_field(&c, "ext_HealthNeeds", text);
    text[700] = 'x';
    text[1100] = '\0';
    set_field(&c, "cco_CaseComment", text);
    case_derive_triage(&c, 20000);
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++) {
        if (!case_section_encode(&c, (enum section)s, &encoded[s], &empty, &err))
            give_up("case", err.text);
        if (!empty)
            pieces[part.piece_count++] =
                (struct control_case_piece){.section = (enum section)s, .data = bytes_view(&encoded[s])};
    }
    control_case_part_encode(&part, &m);
    number = refex_client_send(a->client, CONTROL_CASE_PART, m.at, m.size);
    bytes_clear(&m);
    control_case_commit_encode(&commit, &m);
    refex_client_send_more(a->client, number, CONTROL_CASE_COMMIT, m.at, m.size);
    do {
        check(refex_client_next(a->client, 10000, &answer, &got, &why), &why, "import");
        if (got && answer.kind == REFEX_ITEM)
            (void)on_answer(&k, answer.message, answer.size, &why);
        if (got && answer.kind == REFEX_FAILED)
            give_up("import", answer.failure.text);
    } while (got && answer.kind == REFEX_ITEM);
    if (!control_case_added_decode(bytes_view(&k.bytes), &arena, &added, &err))
        give_up("import", err.text);
    for (int s = 0; s < SECTION_END; s++)
        bytes_fini(&encoded[s]);
    bytes_fini(&m);
    bytes_fini(&k.bytes);
    arena_fini(&arena);
    return added.case_id;
}

static void record_consent(struct agency *a, const struct ident *case_id, const struct address *to)
{
    struct control_consent_grant grant = {.sections = SECTIONS, .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    struct control_consent_record_ask r = {.case_id = *case_id,
                                           .to = to,
                                           .to_count = 1,
                                           .grants = &grant,
                                           .grant_count = 1,
                                           .given_by = GIVEN_BY_SELF,
                                           .notice = view_of_text("notice-1"),
                                           .language = view_of_text("uk"),
                                           .seen_alone = 1};
    struct bytes m = {0};
    struct answer_copy k = {{0}};

    control_consent_record_ask_encode(&r, &m);
    ask_node(a, CONTROL_CONSENT_RECORD, bytes_view(&m), &k, "consent");
    bytes_fini(&m);
    bytes_fini(&k.bytes);
}

/* --- measuring --- */

struct figures {
    double per_second;
    double cpu_us[4]; /* per referral: node and link of sender, of receiver */
    double cpu_us_client;
    double p50_ms;
    double p99_ms;
    double memory_idle_mb[4];
    double memory_load_mb[4];
    uint64_t referrals;
};

static struct bytes refer_message;

static void make_refer_message(const struct ident *case_id, const struct address *to)
{
    static const uint32_t services[] = {SERVICE_MEDICAL};
    struct control_refer_ask r = {.case_id = *case_id,
                                  .to = *to,
                                  .kind = MESSAGE_REFERRAL,
                                  .services = services,
                                  .service_count = 1,
                                  .urgency = URGENCY_NORMAL,
                                  .purpose = PURPOSE_SERVICES,
                                  .partial = true,
                                  .release_now = true};

    control_refer_ask_encode(&r, &refer_message);
}

static uint64_t waiting_of(struct agency *a, struct arena *arena)
{
    return status_of(a, arena).waiting;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* One at a time, 5 ms apart: time from the request to the receipt verified at the sender. */
static void measure_alone(struct agency *a, size_t count, struct figures *f)
{
    double *took = xnew(count * sizeof *took);
    struct arena arena = {0};
    struct answer_copy k = {{0}};
    size_t skip = count / 10;

    for (size_t i = 0; i < count; i++) {
        struct timespec pause = {.tv_nsec = 5000000};
        double begin = now_s();

        ask_node(a, CONTROL_REFER, bytes_view(&refer_message), &k, "refer");
        while (waiting_of(a, &arena) != 0)
            if (now_s() - begin > 10)
                give_up("refer", "no receipt within 10 s");
        took[i] = now_s() - begin;
        (void)nanosleep(&pause, NULL);
    }
    qsort(took + skip, count - skip, sizeof *took, by_value);
    f->p50_ms = took[skip + (count - skip) / 2] * 1e3;
    f->p99_ms = took[skip + (count - skip) * 99 / 100] * 1e3;
    free(took);
    arena_fini(&arena);
    bytes_fini(&k.bytes);
}

static void measure_processes(double cpu[4], double memory[4])
{
    for (int i = 0; i < 2; i++) {
        uint32_t pids[2] = {agencies[i].status.process, agencies[i].status.link_process};

        for (int p = 0; p < 2; p++) {
            cpu[2 * i + p] = cpu_of(pids[p]);
            memory[2 * i + p] = memory_of(pids[p]);
        }
    }
}

/* Keeps WINDOW referrals sent and not yet receipted. The sender's status says how many have a receipt. */
static void measure_load(struct agency *a, double seconds, uint64_t window, struct figures *f)
{
    struct arena arena = {0};
    double cpu0[4] = {0};
    double cpu1[4];
    double begin = now_s() + 1; /* one second of warm-up */
    double client0 = 0;
    double looked = 0;
    double end = 0;
    uint64_t sent = 0;
    uint64_t answered = 0;
    uint64_t done = 0;
    uint64_t done0 = 0;
    uint64_t waiting = 0;

    for (;;) {
        struct refex_failure why;
        struct refex_answer answer;
        double now;
        bool got = true;
        int burst = 0;

        while (sent - done < window && burst++ < 64) {
            (void)refex_client_send(a->client, CONTROL_REFER, refer_message.at, refer_message.size);
            sent++;
        }
        check(refex_client_next(a->client, sent - done < window ? 0 : 1, &answer, &got, &why), &why, "load");
        while (got) {
            if (answer.kind == REFEX_FAILED)
                give_up("refer", answer.failure.text);
            answered += answer.kind == REFEX_DONE;
            check(refex_client_next(a->client, 0, &answer, &got, &why), &why, "load");
        }
        now = now_s();
        if (now - looked > 0.004) {
            looked = now;
            waiting = waiting_of(&watcher, &arena);
            done = answered > waiting ? answered - waiting : done;
        }
        if (done0 == 0 && now >= begin) {
            begin = now;
            done0 = done;
            measure_processes(cpu0, f->memory_load_mb);
            client0 = (double)clock() / CLOCKS_PER_SEC;
        }
        if (done0 != 0 && now >= begin + seconds) {
            end = now;
            break;
        }
    }
    measure_processes(cpu1, f->memory_load_mb);
    f->referrals = done - done0;
    f->per_second = (double)f->referrals / (end - begin);
    for (int i = 0; i < 4; i++)
        f->cpu_us[i] = (cpu1[i] - cpu0[i]) * 1e6 / (double)f->referrals;
    f->cpu_us_client = ((double)clock() / CLOCKS_PER_SEC - client0) * 1e6 / (double)f->referrals;
    while (answered < sent) { /* wait for the answers that are still outstanding */
        struct refex_failure why;
        struct refex_answer answer;
        bool got;

        check(refex_client_next(a->client, 1000, &answer, &got, &why), &why, "load");
        answered += got && answer.kind == REFEX_DONE;
    }
    begin = now_s();
    while (waiting_of(a, &arena) != 0)
        if (now_s() - begin > 20)
            give_up("load", "referrals are left without a receipt");
    arena_fini(&arena);
}

/* --- the program --- */

static void stop(void)
{
    for (int i = 0; i < 2; i++) {
        int status;

        refex_client_close(agencies[i].client);
        if (agencies[i].pid > 0) {
            (void)kill(agencies[i].pid, SIGTERM);
            (void)waitpid(agencies[i].pid, &status, 0);
        }
    }
    refex_client_close(watcher.client);
}

static void set_up(void)
{
    char fed[FILE_PATH_MAX];
    char directory[FILE_PATH_MAX];
    struct arena arena = {0};
    struct refex_failure why;
    double cpu[4];

    (void)snprintf(fed, sizeof fed, "%.1000s/fed", dir);
    (void)snprintf(directory, sizeof directory, "%.1000s/directory.note", dir);
    run((const char *[]){"refex-ca", "init", "--home", fed, "--name", "bench.example", NULL});
    for (int i = 0; i < 2; i++)
        make_agency(&agencies[i]);
    run((const char *[]){"refex-ca", "publish", "--home", fed, "--out", directory, NULL});
    for (int i = 0; i < 2; i++) {
        enrol_agency(&agencies[i]);
        start_agency(&agencies[i]);
    }
    check(refex_client_open(agencies[0].home, REFEX_NODE, &watcher.client, &why), &why, "second connection");
    for (int i = 0; i < 2; i++)
        agencies[i].status = status_of(&agencies[i], &arena);
    measure_processes(cpu, (double[4]){0});
    arena_fini(&arena);
}

static void print_text(const struct figures *f)
{
    static const char *const names[4] = {"sender refexd", "sender refex-link", "receiver refexd",
                                         "receiver refex-link"};
    double all = 0;

    (void)printf("durable and receipted    %10.0f referrals/s (%llu in the window)\n", f->per_second,
                 (unsigned long long)f->referrals);
    (void)printf("alone, request to receipt  p50 %.2f ms   p99 %.2f ms\n", f->p50_ms, f->p99_ms);
    for (int i = 0; i < 4; i++) {
        (void)printf("%-22s %8.1f us CPU a referral   %6.1f MB idle  %6.1f MB loaded\n", names[i], f->cpu_us[i],
                     f->memory_idle_mb[i], f->memory_load_mb[i]);
        all += f->cpu_us[i];
    }
    (void)printf("%-22s %8.1f us CPU a referral   (the client that asks: %.1f us)\n", "all four", all,
                 f->cpu_us_client);
}

static void print_json(const struct figures *f)
{
    (void)printf(
        "{\"referrals_per_second\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_us\":[%.1f,%.1f,%.1f,%.1f],"
        "\"cpu_us_client\":%.1f,\"memory_idle_mb\":[%.1f,%.1f,%.1f,%.1f],\"memory_load_mb\":[%.1f,%.1f,%.1f,%.1f]}\n",
        f->per_second, f->p50_ms, f->p99_ms, f->cpu_us[0], f->cpu_us[1], f->cpu_us[2], f->cpu_us[3], f->cpu_us_client,
        f->memory_idle_mb[0], f->memory_idle_mb[1], f->memory_idle_mb[2], f->memory_idle_mb[3], f->memory_load_mb[0],
        f->memory_load_mb[1], f->memory_load_mb[2], f->memory_load_mb[3]);
}

static void find_programs(void)
{
    ssize_t n = readlink("/proc/self/exe", bin, sizeof bin - 1);
    char *slash;

    if (n <= 0)
        give_up("bench", "cannot tell where it is");
    bin[n] = '\0';
    slash = strrchr(bin, '/');
    *slash = '\0';
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"dir", required_argument, NULL, 'd'},
                                            {"seconds", required_argument, NULL, 's'},
                                            {"window", required_argument, NULL, 'w'},
                                            {"alone", required_argument, NULL, 'a'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"keep", no_argument, NULL, 'k'},
                                            {NULL, 0, NULL, 0}};
    char command[FILE_PATH_MAX + 16];
    const char *base = "/tmp";
    struct figures f = {0};
    double seconds = 6;
    uint64_t window = 512;
    size_t alone = 200;
    double cpu[4];
    struct ident person;
    struct address to;
    bool json = false;
    bool answer_copy = false;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'd':
            base = optarg;
            break;
        case 's':
            seconds = strtod(optarg, NULL);
            break;
        case 'w':
            window = strtoull(optarg, NULL, 10);
            break;
        case 'a':
            alone = strtoull(optarg, NULL, 10);
            break;
        case 'j':
            json = true;
            break;
        case 'k':
            answer_copy = true;
            break;
        default:
            return 64;
        }
    }
    find_programs();
    (void)snprintf(dir, sizeof dir, "%.900s/refex-bench-XXXXXX", base);
    if (mkdtemp(dir) == NULL)
        give_up(base, strerror(errno));
    set_up();
    person = import_case(&agencies[0]);
    (void)address_read(view_of_text(agencies[1].name), &to);
    record_consent(&agencies[0], &person, &to);
    make_refer_message(&person, &to);
    measure_alone(&agencies[0], alone < 20 ? 20 : alone, &f);
    measure_processes(cpu, f.memory_idle_mb);
    measure_load(&agencies[0], seconds, window, &f);
    stop();
    (json ? print_json : print_text)(&f);
    if (answer_copy) {
        (void)printf("homes: %s\n", dir);
        return 0;
    }
    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command) == 0 ? 0 : 1;
}
