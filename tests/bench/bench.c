/* How many referrals per second two nodes on this machine pass, durable at both ends and receipted, how long a single
 * one takes, and what CPU and memory each process uses. Real programs, real TLS over loopback, real disk. Prints
 * figures and sets no limits.
 *
 *   bench [--dir DIR] [--seconds N] [--window N] [--alone N] [--json]
 *
 * A message counts when the sender's node has verified and stored its receipt.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nodes.h"

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
    return nodes_status(a, arena).waiting;
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
        double begin = nodes_now_s();

        nodes_ask(a, CONTROL_REFERRAL_SEND, bytes_view(&refer_message), &k, "refer");
        while (waiting_of(a, &arena) != 0)
            if (nodes_now_s() - begin > 10)
                nodes_give_up("refer", "no receipt within 10 s");
        took[i] = nodes_now_s() - begin;
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
        uint32_t pids[2] = {nodes_agencies[i].status.process, nodes_agencies[i].status.link_process};

        for (int p = 0; p < 2; p++) {
            cpu[2 * i + p] = nodes_cpu_of(pids[p]);
            memory[2 * i + p] = nodes_memory_of(pids[p]);
        }
    }
}

/* Keeps WINDOW referrals sent and not yet receipted. The sender's status says how many have a receipt. */
static void measure_load(struct agency *a, double seconds, uint64_t window, struct figures *f)
{
    struct arena arena = {0};
    double cpu0[4] = {0};
    double cpu1[4];
    double begin = nodes_now_s() + 1; /* one second of warm-up */
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
            (void)refex_client_send(a->client, CONTROL_REFERRAL_SEND, refer_message.at, refer_message.size);
            sent++;
        }
        nodes_check(refex_client_next(a->client, sent - done < window ? 0 : 1, &answer, &got, &why), &why, "load");
        while (got) {
            if (answer.kind == REFEX_FAILED)
                nodes_give_up("refer", answer.failure.text);
            answered += answer.kind == REFEX_DONE;
            nodes_check(refex_client_next(a->client, 0, &answer, &got, &why), &why, "load");
        }
        now = nodes_now_s();
        if (now - looked > 0.004) {
            looked = now;
            waiting = waiting_of(&nodes_watcher, &arena);
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

        nodes_check(refex_client_next(a->client, 1000, &answer, &got, &why), &why, "load");
        answered += got && answer.kind == REFEX_DONE;
    }
    begin = nodes_now_s();
    while (waiting_of(a, &arena) != 0)
        if (nodes_now_s() - begin > 20)
            nodes_give_up("load", "referrals are left without a receipt");
    arena_fini(&arena);
}

/* --- the program --- */

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
    nodes_find_programs();
    (void)snprintf(nodes_dir, sizeof nodes_dir, "%.900s/refex-bench-XXXXXX", base);
    if (mkdtemp(nodes_dir) == NULL)
        nodes_give_up(base, strerror(errno));
    nodes_set_up();
    person = nodes_import_case(&nodes_agencies[0]);
    (void)address_read(view_of_text(nodes_agencies[1].name), &to);
    nodes_record_consent(&nodes_agencies[0], &person, &to);
    make_refer_message(&person, &to);
    measure_alone(&nodes_agencies[0], alone < 20 ? 20 : alone, &f);
    measure_processes(cpu, f.memory_idle_mb);
    measure_load(&nodes_agencies[0], seconds, window, &f);
    nodes_stop();
    (json ? print_json : print_text)(&f);
    if (answer_copy) {
        (void)printf("homes: %s\n", nodes_dir);
        return 0;
    }
    (void)snprintf(command, sizeof command, "rm -rf '%s'", nodes_dir);
    return system(command) == 0 ? 0 : 1;
}
