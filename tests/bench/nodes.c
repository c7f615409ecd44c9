#include "nodes.h"

#include <errno.h>
#include <fcntl.h>
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

#include "base/log.h"
#include "codec/case_codec.h"
#include "model/case.h"
#include "model/case_triage.h"

#define SECTIONS                                                                                                       \
    (SECTION_BIT(SECTION_TRIAGE) | SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_STATUS) |                       \
     SECTION_BIT(SECTION_EXPLOITATION) | SECTION_BIT(SECTION_HEALTH) | SECTION_BIT(SECTION_NOTES))

static char bin[FILE_PATH_MAX];
char nodes_dir[FILE_PATH_MAX];
struct agency nodes_agencies[2] = {{.name = "ngo@bench.example", .kind = "SupportNGO"},
                                   {.name = "mission@bench.example", .kind = "InternationalOrganisation"}};
struct agency nodes_watcher;

void nodes_give_up(const char *what, const char *why)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, why);
    for (int i = 0; i < 2; i++)
        if (nodes_agencies[i].pid > 0)
            (void)kill(nodes_agencies[i].pid, SIGTERM);
    exit(1);
}

double nodes_now_s(void)
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

    (void)snprintf(log, sizeof log, "%.1000s/setup.log", nodes_dir);
    pid = spawn(argv, log);
    if (waitpid(pid, &status, 0) != pid || status != 0)
        nodes_give_up(argv[0], "failed; see setup.log");
}

static void free_port(char out[static 32])
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 || getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        nodes_give_up("port", strerror(errno));
    (void)snprintf(out, 32, "127.0.0.1:%d", ntohs(a.sin_port));
    (void)close(fd);
}

/* User and system seconds of a process so far. */
double nodes_cpu_of(uint32_t pid)
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

double nodes_computed_s(void)
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

/* Proportional set size in MB; 0 where the process does not allow reading it. */
double nodes_memory_of(uint32_t pid)
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

void nodes_check(bool ok, const struct refex_failure *why, const char *what)
{
    if (!ok)
        nodes_give_up(what, why->text);
}

bool nodes_on_answer(void *cookie, const void *message, size_t size, struct refex_failure *why)
{
    struct answer_copy *k = cookie;

    (void)why;
    bytes_clear(&k->bytes);
    bytes_append(&k->bytes, message, size);
    return true;
}

void nodes_ask(struct agency *a, uint16_t kind, struct view message, struct answer_copy *k, const char *what)
{
    struct refex_failure why;

    nodes_check(refex_client_ask(a->client, kind, message.at, message.size, nodes_on_answer, k, &why), &why, what);
}

struct control_status nodes_status(struct agency *a, struct arena *arena)
{
    static struct answer_copy k;
    struct control_status s;
    struct error err;

    arena_reset(arena);
    nodes_ask(a, CONTROL_STATUS, (struct view){0}, &k, "status");
    if (!control_status_decode(bytes_view(&k.bytes), arena, &s, &err))
        nodes_give_up("status", err.text);
    return s;
}

/* --- setting up --- */

static void name_home(struct agency *a)
{
    (void)snprintf(a->home, sizeof a->home, "%.900s/%.20s", nodes_dir, a->name);
}

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

    name_home(a);
    (void)snprintf(fed, sizeof fed, "%.1000s/fed", nodes_dir);
    (void)snprintf(request, sizeof request, "%.1000s/request.refex", a->home);
    (void)snprintf(membership, sizeof membership, "%.1000s/membership.refex", a->home);
    free_port(a->endpoint);
    nodes_check(refex_client_open(a->home, REFEX_TOOL, &tool, &why), &why, "tool");
    (void)address_read(view_of_text(a->name), &ask_init.agency);
    (void)agency_kind_find(view_of_text(a->kind), &ask_init.kind);
    ask_init.listen = view_of_text(a->endpoint);
    control_init_ask_encode(&ask_init, &message);
    nodes_check(refex_client_ask(tool, CONTROL_INIT, message.at, message.size, nodes_on_answer, &k, &why), &why,
                "init");
    refex_client_close(tool);
    if (!control_init_result_decode(bytes_view(&k.bytes), &arena, &made, &err))
        nodes_give_up("init", err.text);
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
    (void)snprintf(directory, sizeof directory, "%.1000s/directory.note", nodes_dir);
    if (!file_read(membership, 2000000, &file, &err) || !file_read(directory, 2000000, &note, &err))
        nodes_give_up("membership", err.text);
    nodes_check(refex_client_open(a->home, REFEX_TOOL, &tool, &why), &why, "tool");
    ask_enrol.membership = bytes_view(&file);
    ask_enrol.directory = bytes_view(&note);
    control_enrol_ask_encode(&ask_enrol, &message);
    nodes_check(refex_client_ask(tool, CONTROL_ENROL, message.at, message.size, nodes_on_answer, &k, &why), &why,
                "enrol");
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
    double until = nodes_now_s() + 10;

    (void)snprintf(log, sizeof log, "%.1000s/node.log", a->home);
    a->pid = spawn((const char *[]){"refexd", "--home", a->home, NULL}, log);
    while (!refex_client_open(a->home, REFEX_NODE, &a->client, &why)) {
        struct timespec t = {.tv_nsec = 20000000};

        if (nodes_now_s() > until)
            nodes_give_up(a->name, why.text);
        (void)nanosleep(&t, NULL);
    }
}

static void set_field(struct case_data *c, const char *field, const char *written)
{
    struct error err;

    if (!case_read_value(c, case_field_find(view_of_text(field)), 0, view_of_text(written), &err))
        nodes_give_up(field, err.text);
}

/* A case of about 2 KB in the sections that are shared. */
struct ident nodes_import_case(struct agency *a)
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
            nodes_give_up("case", err.text);
        if (!empty)
            pieces[part.piece_count++] =
                (struct control_case_piece){.section = (enum section)s, .data = bytes_view(&encoded[s])};
    }
    control_case_part_encode(&part, &m);
    number = refex_client_send(a->client, CONTROL_CASE_PART, m.at, m.size);
    bytes_clear(&m);
    control_case_commit_encode(&commit, &m);
    refex_client_send_more(a->client, number, CONTROL_CASE_IMPORT, m.at, m.size);
    do {
        nodes_check(refex_client_next(a->client, 10000, &answer, &got, &why), &why, "import");
        if (got && answer.kind == REFEX_ITEM)
            (void)nodes_on_answer(&k, answer.message, answer.size, &why);
        if (got && answer.kind == REFEX_FAILED)
            nodes_give_up("import", answer.failure.text);
    } while (got && answer.kind == REFEX_ITEM);
    if (!control_case_added_decode(bytes_view(&k.bytes), &arena, &added, &err))
        nodes_give_up("import", err.text);
    for (int s = 0; s < SECTION_END; s++)
        bytes_fini(&encoded[s]);
    bytes_fini(&m);
    bytes_fini(&k.bytes);
    arena_fini(&arena);
    return added.case_id;
}

void nodes_record_consent(struct agency *a, const struct ident *case_id, const struct address *to)
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
                                           .seen_alone = SEEN_ALONE};
    struct bytes m = {0};
    struct answer_copy k = {{0}};

    control_consent_record_ask_encode(&r, &m);
    nodes_ask(a, CONTROL_CONSENT_RECORD, bytes_view(&m), &k, "consent");
    bytes_fini(&m);
    bytes_fini(&k.bytes);
}

/* --- the whole --- */

void nodes_stop(void)
{
    for (int i = 0; i < 2; i++) {
        int status;

        refex_client_close(nodes_agencies[i].client);
        if (nodes_agencies[i].pid > 0) {
            (void)kill(nodes_agencies[i].pid, SIGTERM);
            (void)waitpid(nodes_agencies[i].pid, &status, 0);
        }
    }
    refex_client_close(nodes_watcher.client);
}

static void start_all(void)
{
    struct arena arena = {0};
    struct refex_failure why;

    for (int i = 0; i < 2; i++)
        start_agency(&nodes_agencies[i]);
    nodes_check(refex_client_open(nodes_agencies[0].home, REFEX_NODE, &nodes_watcher.client, &why), &why,
                "second connection");
    for (int i = 0; i < 2; i++)
        nodes_agencies[i].status = nodes_status(&nodes_agencies[i], &arena);
    arena_fini(&arena);
}

void nodes_start_again(void)
{
    for (int i = 0; i < 2; i++)
        name_home(&nodes_agencies[i]);
    start_all();
}

void nodes_set_up(void)
{
    char fed[FILE_PATH_MAX];
    char directory[FILE_PATH_MAX];

    (void)snprintf(fed, sizeof fed, "%.1000s/fed", nodes_dir);
    (void)snprintf(directory, sizeof directory, "%.1000s/directory.note", nodes_dir);
    run((const char *[]){"refex-ca", "init", "--home", fed, "--name", "bench.example", NULL});
    for (int i = 0; i < 2; i++)
        make_agency(&nodes_agencies[i]);
    run((const char *[]){"refex-ca", "publish", "--home", fed, "--out", directory, NULL});
    for (int i = 0; i < 2; i++)
        enrol_agency(&nodes_agencies[i]);
    start_all();
}

void nodes_find_programs(void)
{
    ssize_t n = readlink("/proc/self/exe", bin, sizeof bin - 1);
    char *slash;

    if (n <= 0)
        nodes_give_up("bench", "cannot tell where it is");
    bin[n] = '\0';
    slash = strrchr(bin, '/');
    *slash = '\0';
}
