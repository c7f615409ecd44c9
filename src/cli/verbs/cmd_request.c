#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "base/secret.h"
#include "cli/calls.h"
#include "cli/recovery_words.h"
#include "codec/mailed_file.h"
#include "output/told_form.h"

static void write_listen(struct bytes *out, const struct told_shown *s)
{
    const struct control_request_result *r = s->answer;
    const struct view home = ((const struct control_request_written *)s->beside)->home;

    if (r->listen.size > 0)
        bytes_printf(out,
                     "goes on listening on %.*s: where that is to be another address or port, change "
                     "`listen` in\n%.*s/node.conf and start the node again.",
                     (int)r->listen.size, (const char *)r->listen.at, (int)home.size, (const char *)home.at);
    else
        bytes_printf(out, "listens nowhere: put `listen = ADDRESS:PORT` into %.*s/node.conf and start it again.",
                     (int)home.size, (const char *)home.at);
}

static const struct told_line request_lines[] = {
    {"Fingerprint of this agency's identity key: ",
     .text = "{fingerprint}\n"
             "It is the same as before. The federation compares it with you over the telephone, and the endpoint.",
     .when = "endpoint"},
    {"Fingerprint of this agency's identity key: ", .text = "{fingerprint}", .when = "!endpoint"},
    {"",
     .text = "{agency}: the request in {request} is bound to the invitation by its words.\n"
             "Next: give it to the federation (refex federation issue), then `refex enrol` with what comes back.",
     .when = "!endpoint"},
    {"Federation fingerprint, ",
     .text = "as the words prove it: {federation_fingerprint}\n"
             "Compare it with the one on your agreement.",
     .when = "federation_fingerprint"},
    {"",
     .text = "{agency}: the request for the endpoint {endpoint} is in {request}.\n"
             "Next: give it to the federation (refex federation issue), then `refex enrol` with what comes back. "
             "Cases and links\nstay, and other agencies dial the new endpoint as soon as they have that directory.",
     .when = "endpoint"},
    {"This node ", .write = write_listen, .says = "listen", .when = "endpoint"},
    {0}};

static const struct told_form request_form = {.answer = &control_request_result_contract,
                                              .ask = &control_request_ask_contract,
                                              .beside = &control_request_written_contract,
                                              .lines = request_lines};

#define WORDS_PROMPT "The six words, as they were read to you by telephone: "

static bool read_words(struct command *c, struct secret *out, struct error *err)
{
    bool given;

    return recovery_words_read(c, out, &given, err) && (given || passphrase_prompt(WORDS_PROMPT, out, err)) &&
           (out->size > 0 || error_set(err, E_WRD_02, "no words were typed"));
}

static bool ask_request(struct command *c, const struct control_request_ask *ask, const char *home, struct error *err)
{
    struct control_request_written beside;
    struct error not_running = {0};
    char path[FILE_PATH_MAX];

    (void)snprintf(path, sizeof path, "%s/request.refex", home);
    beside = (struct control_request_written){view_of_text(home), view_of_text(path)};
    return (connection_open(c, REFEX_NODE, &not_running) || connection_open(c, REFEX_TOOL, err)) &&
           call_request_as_lines(c, ask, &request_form, &beside, err);
}

static bool bind_request(struct command *c, const char *home, const char *path, struct error *err)
{
    struct control_request_ask ask = {0};
    struct secret words = {0};
    struct bytes mailed = {0};
    struct bytes invite = {0};
    bool ok = file_read(path, BOUND_NOTE, &mailed, err) && read_words(c, &words, err);

    mailed_file_restore(bytes_view(&mailed), &invite);
    ask.invite = bytes_view(&invite);
    ask.words = secret_view(&words);
    ok = ok && ask_request(c, &ask, home, err);
    secret_fini(&words);
    bytes_fini(&mailed);
    bytes_fini(&invite);
    return ok;
}

static bool run_request(struct command *c, int *status, struct error *err)
{
    struct control_request_ask ask = {0};
    const char *endpoint;
    const char *home;

    (void)status;
    if (!connection_home(c, &home, err) || !options_not_both(&c->options, "endpoint", "invite", err))
        return false;
    if (options_value(&c->options, "invite") != NULL)
        return bind_request(c, home, options_value(&c->options, "invite"), err);
    if (!options_required_value(&c->options, "endpoint", &endpoint, err))
        return false;
    ask.endpoint = view_of_text(endpoint);
    if (ask.endpoint.size == 0 || ask.endpoint.size > BOUND_ENDPOINT)
        return error_set(err, E_USE_04, "--endpoint is host:port, like refex.example.org:7411");
    return ask_request(c, &ask, home, err);
}

const struct verb cmd_request = {
    .usage = "--home DIR --endpoint HOST:PORT | --invite FILE [--words-file FILE]",
    .summary = "Ask the federation for another endpoint, or bind the request to an invitation.",
    .help = "Example\n"
            "  refex request --home ~/refex --endpoint refex.mission.example.org:7411\n"
            "  refex request --home ~/refex --invite mission.refex-invite\n\n"
            "Writes request.refex in the node's folder anew. Keys, node id, name and kind stay: nothing but the "
            "endpoint changes,\nand cases, consents and links stay as they are. The node may run. Where it listens "
            "is `listen` in node.conf.",
    .syntax.own = {OPTION_VALUE("invite", "FILE", "the invitation; its six words are asked for at the terminal"),
                   OPTION_VALUE("words-file", "FILE", "the words: one line, readable by its owner only; - is stdin"),
                   OPTION_VALUE("endpoint", "HOST:PORT", "where other agencies reach this node from now on")},
    .forms = {&request_form},
    .run = run_request,
};
