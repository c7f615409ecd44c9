#include "cli/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/node.h"
#include "cli/render.h"
#include "cli/values.h"
#include "client/start.h"
#include "codec/control_codec.h"
#include "model/agency.h"

#define STOP_PATIENCE_MS 10000

/* --- init --- */

static bool fill_init(struct command *c, struct control_init_ask *ask, struct error *err)
{
    const char *agency;
    const char *kind;
    uint32_t number;
    struct address relay;

    if (!verb_need(c, "agency", &agency, err) || !verb_need(c, "kind", &kind, err) ||
        !values_find("kind", kind, values_agency_kind, KIND_END, &number, err) ||
        !verb_not_both(c, "listed", "unlisted", err) || !verb_not_both(c, "listed", "relay", err))
        return false;
    if (!address_read(view_of_text(agency), &ask->agency))
        return error_set(err, E_USE_04, "--agency must be a full name, like shelter@nrm.example");
    if (verb_value(c, "relay") != NULL && !address_read(view_of_text(verb_value(c, "relay")), &relay))
        return error_set(err, E_USE_04, "--relay must be a full name, like relay@nrm.example");
    ask->kind = (enum agency_kind)number;
    ask->unlisted = verb_flag(c, "unlisted") || (ask->kind == KIND_SHELTER && !verb_flag(c, "listed"));
    if (verb_value(c, "listen") != NULL)
        ask->listen = view_of_text(verb_value(c, "listen"));
    if (verb_value(c, "endpoint") != NULL)
        ask->endpoint = view_of_text(verb_value(c, "endpoint"));
    if (verb_value(c, "relay") != NULL)
        ask->relay = view_of_text(verb_value(c, "relay"));
    if (ask->listen.size > CONTROL_ENDPOINT_MAX || ask->endpoint.size > CONTROL_ENDPOINT_MAX)
        return error_set(err, E_USE_04, "--listen and --endpoint are host:port");
    return ask->listen.size > 0 || ask->unlisted ||
           error_set(err, E_USE_02, "--listen is missing: where other nodes reach this one, like 0.0.0.0:7411");
}

static void say_init(const struct command *c, const struct control_init_ask *ask, const char *home)
{
    struct bytes line = {0};
    struct json_line j;
    char path[FILE_PATH_MAX];

    (void)snprintf(path, sizeof path, "%s/request.refex", home);
    if (c->json) {
        render_json_begin(&j, &line);
        json_line_text(&j, "agency", ask->agency.text);
        json_line_text(&j, "request", path);
        json_line_bool(&j, "unlisted", ask->unlisted);
        render_json_end(&j);
    } else {
        (void)printf(
            "%s: keys made; the request to the federation is in %s.\n"
            "Next: give it to the federation (refex federation issue), then `refex enrol` with what comes back.\n",
            ask->agency.text, path);
    }
    bytes_fini(&line);
    if (ask->unlisted && ask->relay.size == 0)
        render_warning("unlisted, and no --relay: other agencies have no way to reach this node by themselves");
}

static bool run_init(struct command *c, int *status, struct error *err)
{
    struct control_init_ask ask = {0};
    struct bytes message = {0};
    const char *home;
    bool ok;

    (void)status;
    if (!node_home(c, &home, err) || !fill_init(c, &ask, err) || !node_open(c, REFEX_TOOL, err))
        return false;
    control_init_ask_encode(&ask, &message);
    ok = node_ask(c, CONTROL_INIT, &message, NULL, NULL, err);
    bytes_fini(&message);
    if (ok)
        say_init(c, &ask, home);
    return ok;
}

const struct verb cmd_init = {
    .name = "init",
    .usage = "--home DIR --agency AGENCY --kind KIND --listen HOST:PORT [--listed | --unlisted --relay AGENCY]",
    .summary = "Make a node: its keys, its database and the request to the federation.",
    .help = "Example\n"
            "  refex init --home ~/refex --agency mission@nrm.example --kind SupportNGO --listen 0.0.0.0:7411\n\n"
            "The storage key is kept in a plain file of the folder: good for trying refex out, not for real people's "
            "data.\n"
            "Shelters are unlisted unless --listed: the directory then shows no endpoint.",
    .options = {{"agency", "NAME@FEDERATION", "the full name of the agency", false},
                {"kind", "KIND", "Police, SupportNGO, Shelter, Ministry, SocialServices, …", false},
                {"listen", "ADDRESS:PORT", "where this node listens: a literal address of this machine", false},
                {"endpoint", "HOST:PORT", "what the directory shows, where it differs from --listen", false},
                {"listed", NULL, "show the endpoint in the directory (the default but for shelters)", false},
                {"unlisted", NULL, "no endpoint in the directory", false},
                {"relay", "AGENCY", "the agency that takes messages for an unlisted one", false}},
    .run = run_init,
};

/* --- enrol --- */

static bool say_enrolled(void *cookie, struct view message, struct error *err)
{
    const struct command *c = cookie;
    struct arena arena = {0};
    struct control_enrol_result r;
    struct bytes line = {0};
    struct json_line j;
    char fingerprint[FINGERPRINT_TEXT];
    bool ok = control_enrol_result_decode(message, &arena, &r, err);

    if (ok) {
        fingerprint_write(&r.federation_id, fingerprint);
        if (c->json) {
            render_json_begin(&j, &line);
            json_line_text(&j, "agency", r.agency.text);
            json_line_view(&j, "federation", r.federation);
            json_line_text(&j, "fingerprint", fingerprint);
            json_line_u64(&j, "directory", r.directory_sequence);
            render_json_end(&j);
        } else {
            (void)printf("%s is a member of %.*s (directory %llu).\nFederation fingerprint  %s\n%s"
                         "Next: refex node run\n",
                         r.agency.text, (int)r.federation.size, (const char *)r.federation.at,
                         (unsigned long long)r.directory_sequence, fingerprint,
                         verb_value(c, "federation") == NULL
                             ? "Compare it with the one on your agreement: it was not checked.\n"
                             : "");
        }
    }
    bytes_fini(&line);
    arena_fini(&arena);
    return ok;
}

/* A node that runs takes the newer directory at once: revocations must not wait until somebody stops it. */
static bool say_taken(void *cookie, struct view message, struct error *err)
{
    const struct command *c = cookie;
    struct arena arena = {0};
    struct control_directory_taken taken;
    struct bytes line = {0};
    struct json_line j;
    bool ok = control_directory_taken_decode(message, &arena, &taken, err);

    if (ok && c->json) {
        render_json_begin(&j, &line);
        json_line_u64(&j, "directory", taken.sequence);
        render_json_end(&j);
    } else if (ok) {
        (void)printf(
            "The running node has directory %llu. New certificates it takes when it is stopped: enrol again then.\n",
            (unsigned long long)taken.sequence);
    }
    bytes_fini(&line);
    arena_fini(&arena);
    return ok;
}

static bool is_federation(void *cookie, struct view message, struct error *err)
{
    const struct hash *fid = cookie;
    struct arena arena = {0};
    struct control_status s;
    bool ok = control_status_decode(message, &arena, &s, err);

    if (ok && !hash_equal(&s.federation_id, fid))
        ok = error_set(err, E_ENR_01, "the node is a member of another federation than the one of this fingerprint");
    arena_fini(&arena);
    return ok;
}

static bool ask_take(struct command *c, const struct hash *fid, struct view directory, struct error *err)
{
    struct control_take_directory_ask ask = {directory};
    struct bytes message = {0};
    bool ok = fid == NULL || node_ask(c, CONTROL_STATUS, NULL, is_federation, (void *)(uintptr_t)fid, err);

    control_take_directory_ask_encode(&ask, &message);
    ok = ok && node_ask(c, CONTROL_TAKE_DIRECTORY, &message, say_taken, c, err);
    bytes_fini(&message);
    return ok;
}

static bool ask_enrol(struct command *c, const struct bytes *membership, const struct bytes *directory,
                      struct error *err)
{
    const char *fingerprint = verb_value(c, "federation");
    struct control_enrol_ask ask = {.membership = bytes_view(membership), .directory = bytes_view(directory)};
    struct bytes message = {0};
    struct error not_running = {0};
    struct hash fid;
    bool ok;

    if (fingerprint != NULL && !fingerprint_read(view_of_text(fingerprint), &fid))
        return error_set(err, E_USE_04, "--federation must be a fingerprint: 14 groups of 4 letters and digits");
    if (ask.membership.size == 0)
        return error_set(err, E_ENR_02, "%s is empty", c->words[0]);
    if (ask.directory.size > 0 && node_open(c, REFEX_NODE, &not_running))
        return ask_take(c, fingerprint != NULL ? &fid : NULL, ask.directory, err);
    if (fingerprint != NULL)
        ask.fingerprint = view_of_text(fingerprint);
    control_enrol_ask_encode(&ask, &message);
    if (message.size > BOUND_FRAME - CONTROL_NUMBER_SIZE)
        ok = error_set(err, E_FIL_04, "membership and directory together are over %d bytes", BOUND_FRAME);
    else
        ok = node_open(c, REFEX_TOOL, err) && node_ask(c, CONTROL_ENROL, &message, say_enrolled, c, err);
    bytes_fini(&message);
    return ok;
}

static bool run_enrol(struct command *c, int *status, struct error *err)
{
    struct bytes membership = {0};
    struct bytes directory = {0};
    const char *home;
    bool ok;

    (void)status;
    ok = node_home(c, &home, err) && file_read(c->words[0], BOUND_FRAME - 4096, &membership, err) &&
         (c->word_count < 2 || file_read(c->words[1], BOUND_DIRECTORY, &directory, err)) &&
         ask_enrol(c, &membership, &directory, err);
    bytes_fini(&membership);
    bytes_fini(&directory);
    return ok;
}

const struct verb cmd_enrol = {
    .name = "enrol",
    .usage = "--home DIR MEMBERSHIP [DIRECTORY] [--federation FINGERPRINT]",
    .summary = "Check what the federation sent back and take it into use.",
    .help = "Example\n"
            "  refex enrol --home ~/refex mission.membership --federation 7F3A-QK2M-…\n\n"
            "The fingerprint is on the agreement with the federation. Without it nothing tells the true federation "
            "from a false one. A node that runs takes a newer DIRECTORY at once; it is stopped for new certificates.",
    .least_words = 1,
    .most_words = 2,
    .options = {{"federation", "FINGERPRINT", "what the federation's fingerprint must be", false}},
    .run = run_enrol,
};

/* --- node run, node stop --- */

static bool run_node(struct command *c, int *status, struct error *err)
{
    char path[FILE_PATH_MAX];
    const char *home;
    const char *fd = verb_value(c, "ready-fd");
    const char *argv[6] = {"refexd", "--home"};

    (void)status;
    if (!node_home(c, &home, err) || !start_find("refexd", path, err))
        return false;
    argv[2] = home;
    if (fd != NULL) {
        argv[3] = "--ready-fd";
        argv[4] = fd;
    }
    (void)execvp(path, (char *const *)(uintptr_t)argv);
    return error_set(err, E_LNK_18, "%s cannot be started: %s", path, strerror(errno));
}

const struct verb cmd_node_run = {
    .noun = "node",
    .name = "run",
    .usage = "--home DIR",
    .summary = "Run the node in the foreground until it is stopped (refex node stop, Ctrl-C or SIGTERM).",
    .help = "It says `refexd: ready agency=… listen=…` on standard error when others can reach it. For a service, see "
            "docs.",
    .options = {{"ready-fd", "N", "write one byte to this descriptor when ready", false}},
    .run = run_node,
};

/* Waits until the node has let go of its folder. */
static bool wait_for_end(const char *home, struct error *err)
{
    const struct timespec nap = {.tv_nsec = 20000000};
    char path[FILE_PATH_MAX];
    int fd;
    int64_t waited_ms = 0;

    if (!file_path(path, home, "lock", err))
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (waited_ms > STOP_PATIENCE_MS) {
            (void)close(fd);
            return error_set(err, E_NOD_03, "the node in %s is still ending", home);
        }
        (void)nanosleep(&nap, NULL);
        waited_ms += 20;
    }
    if (fd >= 0)
        (void)close(fd);
    return true;
}

static bool run_stop(struct command *c, int *status, struct error *err)
{
    const char *home;

    (void)status;
    if (!node_home(c, &home, err) || !node_open(c, REFEX_NODE, err) ||
        !node_ask(c, CONTROL_STOP, NULL, NULL, NULL, err) || !wait_for_end(home, err))
        return false;
    (void)puts(c->json ? "{\"stopped\":true}" : "The node has stopped.");
    return true;
}

const struct verb cmd_node_stop = {
    .noun = "node",
    .name = "stop",
    .usage = "--home DIR",
    .summary = "Stop the node: it finishes what it is doing, commits, and ends. What waits is kept.",
    .run = run_stop,
};
