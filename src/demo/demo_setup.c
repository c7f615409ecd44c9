#include "demo/demo_setup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "demo/demo_node.h"
#include "demo/demo_run.h"

#define FEDERATION "demo.example"

/* The path of NAME in the demo's folder. */
static bool path_in_folder(const struct demo *d, const char *name, char out[static FILE_PATH_MAX], struct error *err)
{
    return file_join_path(out, d->folder, name, err);
}

static bool create_federation(struct demo *d, struct error *err)
{
    struct demo_answer a = {0};
    char fed[FILE_PATH_MAX];
    bool ok = path_in_folder(d, "federation", fed, err) &&
              demo_run_shown(
                  d, DEMO_WORDS("federation", "init", "--home", fed, "--name", FEDERATION, "--plain-key", "--json"), &a,
                  err) &&
              demo_answer_text(&a, "fingerprint", d->fingerprint, sizeof d->fingerprint, err);

    demo_answer_fini(&a);
    return ok;
}

/* On a kernel without Landlock a node starts only with allow_unconfined in its node.conf. */
static bool kernel_has_landlock(void)
{
#ifdef SYS_landlock_create_ruleset
    return syscall(SYS_landlock_create_ruleset, NULL, 0, 1U) >= 1;
#else
    return false;
#endif
}

static bool allow_unconfined(const struct demo_agency *agency, struct error *err)
{
    struct bytes conf = {0};
    char path[FILE_PATH_MAX];
    bool ok = file_join_path(path, agency->home, "node.conf", err) && file_read(path, 65536, &conf, err);

    bytes_append_text(&conf, "\nallow_unconfined = yes\n");
    ok = ok && file_write(path, bytes_view(&conf), 0600, err);
    bytes_fini(&conf);
    return ok;
}

/* A socket bound to a free port of 127.0.0.1, without listening: while it is open nobody else is given the port, and
 * the node can listen on it (SO_REUSEADDR). */
static bool reserve_port(int *fd, uint16_t *port, struct error *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int yes = 1;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (s < 0 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(s, (const struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(s, (struct sockaddr *)&address, &size) != 0) {
        (void)error_set(err, E_DEM_02, "no free port on 127.0.0.1: %s", strerror(errno));
        if (s >= 0)
            (void)close(s);
        return false;
    }
    *fd = s;
    *port = ntohs(address.sin_port);
    return true;
}

static bool make_agency(struct demo *d, struct demo_agency *agency, struct error *err)
{
    struct demo_answer a = {0};
    char full[64];
    char fed[FILE_PATH_MAX];
    char request[FILE_PATH_MAX];
    char membership[FILE_PATH_MAX];
    char name[64];
    char fingerprint[FINGERPRINT_TEXT];
    uint16_t port;
    bool ok;

    (void)snprintf(full, sizeof full, "%s@" FEDERATION, agency->name);
    (void)snprintf(name, sizeof name, "%s.membership", agency->name);
    ok = reserve_port(&agency->port_fd, &port, err) && path_in_folder(d, agency->name, agency->home, err) &&
         path_in_folder(d, "federation", fed, err) && path_in_folder(d, name, membership, err) &&
         file_join_path(request, agency->home, "request.refex", err);
    if (!ok)
        return false;
    (void)snprintf(agency->endpoint, sizeof agency->endpoint, "127.0.0.1:%u", (unsigned)port);
    ok = demo_run_checked(d,
                          DEMO_WORDS("init", "--home", agency->home, "--agency", full, "--kind", agency->kind,
                                     "--listen", agency->endpoint, "--listed", "--json"),
                          &a, err) &&
         demo_answer_text(&a, "fingerprint", fingerprint, sizeof fingerprint, err) &&
         (kernel_has_landlock() || allow_unconfined(agency, err)) &&
         demo_run_checked(d,
                          DEMO_WORDS("federation", "issue", "--home", fed, request, "--fingerprint", fingerprint,
                                     "--out", membership, "--json"),
                          &a, err);
    demo_answer_fini(&a);
    return ok;
}

static bool enrol_agency(struct demo *d, struct demo_agency *agency, struct error *err)
{
    struct demo_answer a = {0};
    char membership[FILE_PATH_MAX];
    char directory[FILE_PATH_MAX];
    char name[64];
    bool ok;

    (void)snprintf(name, sizeof name, "%s.membership", agency->name);
    ok = path_in_folder(d, name, membership, err) && path_in_folder(d, "directory.refex", directory, err) &&
         demo_run_checked(d,
                          DEMO_WORDS("enrol", "--home", agency->home, membership, directory, "--federation",
                                     d->fingerprint, "--no-backup", "--json"),
                          &a, err);
    demo_answer_fini(&a);
    return ok;
}

static bool publish_directory(struct demo *d, struct error *err)
{
    struct demo_answer a = {0};
    char fed[FILE_PATH_MAX];
    char directory[FILE_PATH_MAX];
    bool ok =
        path_in_folder(d, "federation", fed, err) && path_in_folder(d, "directory.refex", directory, err) &&
        demo_run_checked(d, DEMO_WORDS("federation", "publish", "--home", fed, "--out", directory, "--json"), &a, err);

    demo_answer_fini(&a);
    return ok;
}

static bool start_nodes(struct demo *d, struct error *err)
{
    int ready[DEMO_AGENCIES];
    int started = 0;
    bool ok = true;

    printer_set_wait(&d->printer, "five nodes start");
    while (ok && started < DEMO_AGENCIES) {
        ok = demo_node_start(&d->agencies[started], &ready[started], err);
        started += ok ? 1 : 0;
    }
    for (int i = 0; i < started; i++) {
        if (ok)
            ok = demo_node_wait(d, &d->agencies[i], ready[i], err);
        else
            (void)close(ready[i]);
    }
    return ok;
}

/* How many nodes report a confined network process, and how many a plain storage key. */
static bool count_status(struct demo *d, int *confined, int *plain, struct error *err)
{
    struct demo_answer a = {0};
    bool ok = true;

    *confined = *plain = 0;
    for (int i = 0; ok && i < DEMO_AGENCIES; i++) {
        struct json_read *line;

        ok = demo_run_verb(d, DEMO_WORDS("status", "--home", d->agencies[i].home, "--json"), &a, err);
        line = ok ? demo_answer_line(&a, 0) : NULL;
        if (line != NULL) {
            *confined += json_read_u64(line, "link.landlock") > 0 && json_read_is_true(line, "link.seccomp");
            *plain += json_read_is_true(line, "storage_key_plain");
        }
        json_read_free(line);
    }
    demo_answer_fini(&a);
    return ok;
}

static void print_agencies(struct demo *d)
{
    printer_blank_line(&d->printer);
    printer_line(&d->printer, "    %-10s%-44s%-18s%s", "agency", "what it is", "listens on", "processes");
    for (int i = 0; i < DEMO_AGENCIES; i++) {
        const struct demo_agency *a = &d->agencies[i];

        printer_line(&d->printer, "    %-10s%-44s%-18s%d %d", a->name, a->what, a->endpoint, (int)a->node_pid,
                     (int)a->link_pid);
    }
    printer_blank_line(&d->printer);
}

bool demo_setup_federation(struct demo *d, struct error *err)
{
    struct printer *t = &d->printer;
    int confined;
    int plain;
    bool ok;

    printer_scene(t, "Five agencies found a federation");
    printer_text(t,
                 "Agencies that help people out of trafficking agree to work together: they found a federation, and it "
                 "gives each of them certificates. Each runs its own node, with its own keys and its own database; "
                 "there is no centre that sees everything.");
    printer_set_wait(t, "keys are made for five agencies");
    ok = create_federation(d, err);
    for (int i = 0; ok && i < DEMO_AGENCIES; i++)
        ok = make_agency(d, &d->agencies[i], err);
    ok = ok && publish_directory(d, err);
    for (int i = 0; ok && i < DEMO_AGENCIES; i++)
        ok = enrol_agency(d, &d->agencies[i], err);
    if (!ok || !start_nodes(d, err) || !count_status(d, &confined, &plain, err))
        return false;
    print_agencies(d);
    printer_text(t,
                 "Of a node's two processes, the first holds keys and data and never touches the network; the second "
                 "speaks with the network and holds nothing: it could not read a message if it wanted to.");
    printer_check(t, confined == DEMO_AGENCIES || !kernel_has_landlock(),
                  kernel_has_landlock()
                      ? "all five network processes run confined: no files, no other programs"
                      : "this kernel has no Landlock, so the network processes are not fully confined, and "
                        "`refex status` says so");
    printer_check(t, plain == DEMO_AGENCIES,
                  "`refex status` warns at all five that the storage key is a plain file: right for a demo, wrong for "
                  "real people's data");
    return true;
}
