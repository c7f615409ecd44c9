#include "coordinator.h"

#include <stdio.h>

#include "base/bounds.h"
#include "base/file.h"
#include "base/folder.h"
#include "ca/federation_home_create.h"
#include "ca/founder_file.h"
#include "ca/founder_rollover.h"
#include "ca/issuing.h"
#include "ca/renewing.h"
#include "ca/rollover.h"
#include "ca/root_rollover.h"
#include "codec/peer_messages.h"
#include "crypto/sign.h"

#define REQUEST_FILE "%s/request.refex"

static void found(const char *path, int64_t now_ms)
{
    const struct federation_params f = {.name = "sim.example", .founders = 1, .quorum = 1, .erase_after_hours = 72};
    struct error err;

    world_must(federation_home_create(path, &f, now_ms, &err), &err, "found a federation");
}

static void open_home(const char *path, struct key_unlock *unlock, int64_t now_ms, struct federation_home *h)
{
    struct error err;

    world_must(federation_home_open(path, unlock, now_ms, h, &err), &err, "open the federation's folder");
}

static void issue(const char *path, struct view request, enum issues how, int64_t now_ms, struct bytes *membership)
{
    struct key_unlock unlock = {0};
    struct issuing s = {.now_ms = now_ms};
    bool replace = how == ISSUE_REPLACE || how == ISSUE_STOLEN;
    bool restored = how == ISSUE_RESTORED;
    char file[FILE_PATH_MAX];
    struct error err;

    (void)snprintf(file, sizeof file, REQUEST_FILE, path);
    open_home(path, &unlock, now_ms, &s.federation_home);
    world_must(file_write_named(file, request, 0644, &err) && issue_check_read(&s, file, &err) &&
                   issue_check_proofs(&s, &err) && (replace || restored || issue_check_succession(&s, &err)) &&
                   issue_check_relay(&s, &err) && issue_check_keys(&s, replace, restored, &err) &&
                   issue_check_revoked_keys(&s, &err) && issuing_make(&s, replace, restored, &err) &&
                   issuing_membership(&s, membership, &err),
               &err, "issue a membership");
    member_list_fini(&s.member_list);
    arena_fini(&s.arena);
    bytes_fini(&s.transport);
    bytes_fini(&s.identity);
    federation_home_close(&s.federation_home);
}

static void publish_next(struct federation_home *h, const struct address *suspended, int64_t now_ms)
{
    struct member_list next = {0};
    struct error err;

    world_must(
        member_list_init(h, now_ms, &next, &err) &&
            (suspended == NULL || member_list_revoke(&next, h, suspended, NULL, REVOKED_SUSPENDED, now_ms, &err)) &&
            member_list_publish(&next, h, now_ms, &err),
        &err, "publish");
    member_list_fini(&next);
}

static void publish(const char *path, int64_t now_ms, struct bytes *note)
{
    struct key_unlock unlock = {0};
    struct federation_home h;

    open_home(path, &unlock, now_ms, &h);
    publish_next(&h, NULL, now_ms);
    bytes_append_view(note, bytes_view(&h.note));
    federation_home_close(&h);
}

void coordinator_suspend(const char *path, const struct address *agency, int64_t now_ms)
{
    struct key_unlock unlock = {0};
    struct federation_home h;

    open_home(path, &unlock, now_ms, &h);
    publish_next(&h, agency, now_ms);
    federation_home_close(&h);
}

/* That of the root in use; the first one's lies where it is looked for. */
static const char *root_key_of(const struct federation_home *h, char out[static FILE_PATH_MAX])
{
    if (h->later_root_count == 0)
        return NULL;
    (void)snprintf(out, FILE_PATH_MAX, "%s/keys/root-%zu.key", h->path, h->later_root_count + 1);
    return out;
}

void coordinator_rollover(const char *path, enum certificate_use use, bool compromised, int64_t now_ms)
{
    struct key_unlock unlock = {0};
    struct federation_home h;
    struct rollover r = {.home = &h, .use = use, .now_ms = now_ms};
    char root[FILE_PATH_MAX];
    struct error err;

    open_home(path, &unlock, now_ms, &h);
    r.root_key = root_key_of(&h, root);
    world_must(use == CERTIFICATE_ROOT ? root_rollover_begin(&r, &err) : rollover_begin(&r, compromised, &err), &err,
               "roll over");
    federation_home_close(&h);
}

bool coordinator_finish_root(const char *path, int64_t now_ms)
{
    struct key_unlock unlock = {0};
    struct federation_home h;
    struct rollover r = {.home = &h, .use = CERTIFICATE_ROOT, .now_ms = now_ms};
    char root[FILE_PATH_MAX];
    struct error err;
    bool done;

    open_home(path, &unlock, now_ms, &h);
    r.root_key = root_key_of(&h, root);
    done = root_rollover_check(&r, &err);
    if (done)
        world_must(root_rollover_finish(&r, &err), &err, "finish a roll-over of the root");
    federation_home_close(&h);
    return done;
}

bool coordinator_finish(const char *path, enum certificate_use use, int64_t now_ms)
{
    struct key_unlock unlock = {0};
    struct federation_home h;
    struct rollover r = {.home = &h, .use = use, .now_ms = now_ms};
    struct arena arena = {0};
    const struct view *behind;
    size_t count;
    struct error err;
    bool done = false;

    open_home(path, &unlock, now_ms, &h);
    world_must(rollover_find_behind(&r, &arena, &behind, &count, &err), &err, "who has not renewed");
    if (rollover_count(&r) > 1 && count == 0) {
        world_must(rollover_finish(&r, &err), &err, "finish a roll-over");
        done = true;
    }
    arena_fini(&arena);
    federation_home_close(&h);
    return done;
}

static bool key_ends(const struct federation_home *h, int64_t now_ms)
{
    struct certificate c;
    struct error err;

    world_must(certificate_read(bytes_view(&h->directory_keys[0]), &c, &err), &err, "read the directory key");
    return c.not_after_ms - now_ms < BOUND_AUTHORITY_WARN_MS;
}

/* The founder makes it elsewhere; here it lies in the folder afterwards, and signs. */
static void replace_key(struct federation_home *h, int64_t now_ms)
{
    struct sign_key *key = sign_key_new();
    struct bytes file = {0};
    char founder[FILE_PATH_MAX];
    char there[FILE_PATH_MAX];
    char root[FILE_PATH_MAX];
    struct founder_rollover r = {
        .home = h, .root_key = root_key_of(h, root), .founder = founder, .number = 1, .now_ms = now_ms};
    struct error err;

    (void)snprintf(founder, sizeof founder, "%s/next.founder", h->path);
    (void)snprintf(there, sizeof there, "%s/keys/directory-1.key", h->path);
    world_must(founder_file_write(key, &file, &err) && file_write_named(founder, bytes_view(&file), 0644, &err) &&
                   founder_rollover_run(&r, &err) && sign_key_save(key, there, &err),
               &err, "put another directory key in the place of one that ends");
    publish_next(h, NULL, now_ms);
    bytes_fini(&file);
    sign_key_free(key);
}

bool coordinator_replace_key_that_ends(const char *path, int64_t now_ms)
{
    struct key_unlock unlock = {0};
    struct federation_home h;
    bool ends;

    open_home(path, &unlock, now_ms, &h);
    ends = key_ends(&h, now_ms);
    if (ends)
        replace_key(&h, now_ms);
    federation_home_close(&h);
    return ends;
}

static void renew(const char *path, struct view request, int64_t now_ms, struct bytes *answer)
{
    struct key_unlock unlock = {0};
    struct renewing_made made = {0};
    struct error err;

    world_must(
        renewing_answer(&(struct renewing_folder){.home = path, .unlock = &unlock}, request, now_ms, &made, &err), &err,
        "renew");
    peer_renewed_encode(&(struct peer_renewed){.refusal = made.refusal,
                                               .transport = bytes_view(&made.transport),
                                               .transport_ca = bytes_view(&made.transport_ca),
                                               .identity = bytes_view(&made.identity),
                                               .issuing = bytes_view(&made.issuing)},
                        answer);
    renewing_made_fini(&made);
}

const struct coordination coordinator = {.found = found, .issue = issue, .publish = publish, .renew = renew};
