#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "cli/calls.h"
#include "cli/rendering/render.h"

struct request_output {
    const struct command *command;
    const char *home;
    const char *endpoint;
};

static void print_request(const struct request_output *o, const struct control_request_result *r)
{
    char key[FINGERPRINT_TEXT];

    fingerprint_write(&r->fingerprint, key);
    (void)printf("Fingerprint of this agency's identity key: %s\n"
                 "It is the same as before. The federation compares it with you over the telephone, and the endpoint.\n"
                 "%s: the request for the endpoint %s is in %s/request.refex.\n"
                 "Next: give it to the federation (refex federation issue), then `refex enrol` with what comes back. "
                 "Cases and links\nstay, and other agencies dial the new endpoint as soon as they have that "
                 "directory.\n",
                 key, r->agency.text, o->endpoint, o->home);
    if (r->listen.size > 0)
        (void)printf("This node goes on listening on %.*s: where that is to be another address or port, change "
                     "`listen` in\n%s/node.conf and start the node again.\n",
                     (int)r->listen.size, (const char *)r->listen.at, o->home);
    else
        (void)printf("This node listens nowhere: put `listen = ADDRESS:PORT` into %s/node.conf and start it again.\n",
                     o->home);
}

static void print_request_json(const struct request_output *o, const struct control_request_result *r)
{
    struct bytes line = {0};
    struct json_line j;
    char path[FILE_PATH_MAX];
    char key[FINGERPRINT_TEXT];

    fingerprint_write(&r->fingerprint, key);
    (void)snprintf(path, sizeof path, "%s/request.refex", o->home);
    render_json_begin(&j, &line);
    json_line_text(&j, "agency", r->agency.text);
    json_line_text(&j, "request", path);
    json_line_text(&j, "fingerprint", key);
    json_line_text(&j, "endpoint", o->endpoint);
    if (r->listen.size > 0)
        json_line_view(&j, "listen", r->listen);
    else
        json_line_null(&j, "listen");
    render_json_end(&j);
    bytes_fini(&line);
}

static bool on_request(void *cookie, const struct control_request_result *r, struct error *err)
{
    const struct request_output *o = cookie;

    (void)err;
    if (o->command->json)
        print_request_json(o, r);
    else
        print_request(o, r);
    return true;
}

static bool run_request(struct command *c, int *status, struct error *err)
{
    struct request_output o = {.command = c};
    struct control_request_ask ask;
    struct error not_running = {0};

    (void)status;
    if (!connection_home(c, &o.home, err) || !options_required_value(&c->options, "endpoint", &o.endpoint, err))
        return false;
    ask.endpoint = view_of_text(o.endpoint);
    if (ask.endpoint.size == 0 || ask.endpoint.size > BOUND_ENDPOINT)
        return error_set(err, E_USE_04, "--endpoint is host:port, like refex.example.org:7411");
    return (connection_open(c, REFEX_NODE, &not_running) || connection_open(c, REFEX_TOOL, err)) &&
           call_request(c, &ask, on_request, &o, err);
}

const struct verb cmd_request = {
    .usage = "--home DIR --endpoint HOST:PORT",
    .summary = "Ask the federation for another endpoint, under the same keys.",
    .help = "Example\n"
            "  refex request --home ~/refex --endpoint refex.mission.example.org:7411\n\n"
            "Writes request.refex in the node's folder anew. Keys, node id, name and kind stay: nothing but the "
            "endpoint changes,\nand cases, consents and links stay as they are. The node may run. Where it listens "
            "is `listen` in node.conf.",
    .syntax.own = {OPTION_VALUE("endpoint", "HOST:PORT", "where other agencies reach this node from now on")},
    .run = run_request,
};
