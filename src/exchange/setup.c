/* Makes a node (init), and what is asked of a stopped one. Run by refexd --tool. */
#include "exchange/setup.h"

#include "base/folder.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "codec/membership_codec.h"
#include "crypto/certify.h"
#include "crypto/data_keys.h"
#include "crypto/invite_words.h"
#include "crypto/keyfile.h"
#include "crypto/sign.h"
#include "exchange/home.h"
#include "exchange/logs/audit.h"
#include "exchange/members/invite.h"
#include "exchange/members/membership.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "model/endpoint.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A node, or keys of one whose node.conf is gone: both stay as they are. */
static bool check_home(const char *home, struct error *err)
{
    static const struct {
        const char *name;
        enum error_code code;
    } ours[] = {{HOME_CONF, E_NOD_04},
                {HOME_DATABASE, E_NOD_04},
                {VAULT_STORAGE_KEY, E_KEY_04},
                {VAULT_SLOTS, E_KEY_04},
                {VAULT_FOLDER, E_KEY_04}};
    char path[FILE_PATH_MAX];

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (!file_join_path(path, home, ours[i].name, err))
            return false;
        if (file_exists(path))
            return error_set(err, ours[i].code, "%s is there already", path);
    }
    return true;
}

static void conf_line(struct bytes *conf, const char *key, struct view value)
{
    if (value.size != 0)
        bytes_printf(conf, "%s = %.*s\n", key, (int)value.size, (const char *)value.at);
}

static bool write_conf(const char *home, const struct control_init_ask *ask, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes conf = {0};
    bool ok;

    bytes_append_text(&conf, "# How this node is run. No secret belongs here. Read at start; what may change while it "
                             "runs also with SIGHUP.\n");
    conf_line(&conf, "agency", address_view(&ask->agency));
    conf_line(&conf, "kind", view_of_text(agency_kind_name(ask->kind)));
    conf_line(&conf, "listen", ask->listen);
    conf_line(&conf, "endpoint", ask->endpoint);
    conf_line(&conf, "unlisted", view_of_text(ask->unlisted ? "yes" : "no"));
    conf_line(&conf, "relay", ask->relay);
    ok = file_join_path(path, home, HOME_CONF, err) && file_create(path, bytes_view(&conf), 0600, err);
    bytes_fini(&conf);
    return ok;
}

/* AGENCY is NULL for the transport key: its request names nobody. */
static bool make_csr(const char *home, const char *name, const struct address *agency, struct bytes *der,
                     struct error *err)
{
    char path[FILE_PATH_MAX];
    struct sign_key *key;
    bool ok;

    if (!file_join_path(path, home, name, err) || !sign_key_open(path, &key, err))
        return false;
    ok = certify_request(key, agency, der, err);
    sign_key_free(key);
    return ok;
}

bool exchange_request_make(const char *home, const struct request *wanted, struct bytes *file, struct error *err)
{
    struct request request = *wanted;
    struct bytes transport = {0};
    struct bytes identity = {0};
    bool ok = make_csr(home, VAULT_TRANSPORT, NULL, &transport, err) &&
              make_csr(home, VAULT_IDENTITY, &wanted->agency, &identity, err);

    request.transport = bytes_view(&transport);
    request.identity = bytes_view(&identity);
    ok = ok && request_encode(&request, file, err);
    bytes_fini(&transport);
    bytes_fini(&identity);
    return ok;
}

static bool make_first_request(const char *home, const struct control_init_ask *ask, const struct ident *node,
                               struct bytes *file, struct error *err)
{
    struct request request = {
        .agency = ask->agency, .kind = ask->kind, .unlisted = ask->unlisted, .relay = ask->relay, .node = *node};

    request.endpoint = ask->unlisted ? (struct view){0} : ask->endpoint.size != 0 ? ask->endpoint : ask->listen;
    return exchange_request_make(home, &request, file, err);
}

/* All of a node, in DRAFT: a folder that nobody else knows. */
static bool make_node(const struct exchange_options *o, const char *draft, const struct control_init_ask *ask,
                      struct bytes *request_file, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct ident node;
    struct db *db;

    if (!vault_create(draft, ask->passphrase, err) || !file_join_path(path, draft, HOME_DATABASE, err) ||
        !db_open(path, DB_WRITE, &db, err))
        return false;
    db_close(db);
    ident_random(o->random, &node);
    return home_write_node(draft, &node, err) && file_join_path(path, draft, RESERVE_FILE, err) &&
           file_allocate(path, BOUND_RESERVE, err) && make_first_request(draft, ask, &node, request_file, err) &&
           file_join_path(path, draft, HOME_REQUEST, err) && file_create(path, bytes_view(request_file), 0644, err) &&
           write_conf(draft, ask, err);
}

/* node.conf is moved last: a home with it is whole. After a crash in between, init refuses what lies there. */
static bool make_home(const struct exchange_options *o, const struct control_init_ask *ask, struct bytes *request_file,
                      struct error *err)
{
    const char *home = o->home;
    char prefix[FILE_PATH_MAX];
    char draft[FILE_PATH_MAX];
    bool ok;

    if (!file_join_path(prefix, home, "init", err) || !folder_make_fresh(prefix, draft, err))
        return false;
    ok = make_node(o, draft, ask, request_file, err) && folder_move_entries(draft, home, HOME_CONF, err);
    folder_remove_made(draft);
    return ok;
}

bool exchange_init(const struct exchange_options *options, const struct control_init_ask *ask,
                   struct bytes *request_file, struct error *err)
{
    if (ask->kind <= 0 || ask->kind >= KIND_END)
        return error_set(err, E_USE_04, "the kind of agency is not one refex knows");
    if (ask->listen.size == 0 && !ask->unlisted)
        return error_set(err, E_USE_02, "a listed agency needs --listen, where others reach it");
    if (ask->unlisted && ask->relay.size == 0 && ask->listen.size != 0)
        return error_set(err, E_USE_02, "an unlisted agency without a relay dials only: it does not listen");
    return file_make_folder(options->home, err) && check_home(options->home, err) &&
           make_home(options, ask, request_file, err);
}

bool exchange_request_fingerprint(struct view request_file, struct hash *out, struct error *err)
{
    struct arena arena = {0};
    struct request request;
    struct address agency;
    uint8_t key[KEY_SIZE];
    bool ok = request_decode(request_file, &arena, &request, err) &&
              certify_request_check(request.identity, address_federation(&request.agency), &agency, key, err);

    arena_fini(&arena);
    if (ok)
        sign_public_hash(key, out);
    return ok;
}

bool exchange_own_fingerprint(const char *home, struct hash *out, struct error *err)
{
    char path[FILE_PATH_MAX];
    uint8_t public_key[KEY_SIZE];
    struct sign_key *key;

    if (!home_check(home, err) || !file_join_path(path, home, VAULT_IDENTITY, err) || !sign_key_open(path, &key, err))
        return false;
    sign_key_public(key, public_key);
    sign_key_free(key);
    sign_public_hash(public_key, out);
    return true;
}

/* Whether REQUEST is of this node's identity key and machine: what is taken from it is what we asked for before. */
static bool check_own_request(const char *home, const struct request *request, struct error *err)
{
    uint8_t public_key[KEY_SIZE];
    struct address agency;
    struct hash asked;
    struct hash own;
    struct ident node;
    struct error why;

    if (!exchange_own_fingerprint(home, &own, err) || !home_read_node(home, &node, err))
        return false;
    if (certify_request_check(request->identity, address_federation(&request->agency), &agency, public_key, &why))
        sign_public_hash(public_key, &asked);
    else
        memset(&asked, 0, sizeof asked);
    return (hash_equal(&asked, &own) && address_equal(&agency, &request->agency) &&
            ident_equal(&node, &request->node)) ||
           error_set(err, E_ENR_08, "the request.refex in %s is not of this node's keys and machine", home);
}

bool exchange_request_endpoint(const char *home, struct view endpoint, struct bytes *request_file, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct bytes before = {0};
    struct request request;
    bool ok =
        home_check(home, err) &&
        (endpoint_ok(endpoint) || error_set(err, E_USE_04, "--endpoint is host:port, like refex.example.org:7411")) &&
        file_join_path(path, home, HOME_REQUEST, err) && file_read(path, BOUND_REQUEST_FILE, &before, err) &&
        request_decode(bytes_view(&before), &arena, &request, err) && check_own_request(home, &request, err);

    if (ok && request.unlisted)
        ok = error_set(err, E_ENR_07, "%s is unlisted: the directory shows no endpoint of it", request.agency.text);
    if (ok) {
        request.endpoint = endpoint;
        request.binding = view_of(NULL, 0); /* it was of another request */
        ok = exchange_request_make(home, &request, request_file, err) &&
             file_write(path, bytes_view(request_file), 0644, err);
    }
    arena_fini(&arena);
    bytes_fini(&before);
    return ok;
}

/* Whether the request in the file PATH is of the transport key in HOME; else it is made anew. */
static bool follow_key(const char *home, const char *path, struct error *err)
{
    struct arena arena = {0};
    struct bytes before = {0};
    struct bytes own = {0};
    struct bytes file = {0};
    struct request request;
    bool ok = file_read(path, BOUND_REQUEST_FILE, &before, err) &&
              request_decode(bytes_view(&before), &arena, &request, err) && check_own_request(home, &request, err) &&
              make_csr(home, VAULT_TRANSPORT, NULL, &own, err); /* Ed25519 signs one text in one way */

    if (ok && !view_equal(request.transport, bytes_view(&own))) {
        request.binding = view_of(NULL, 0);
        ok = exchange_request_make(home, &request, &file, err) && file_write(path, bytes_view(&file), 0644, err);
    }
    arena_fini(&arena);
    bytes_fini(&before);
    bytes_fini(&own);
    bytes_fini(&file);
    return ok;
}

void exchange_request_follow(const char *home)
{
    char path[FILE_PATH_MAX];
    struct error why;

    if (!file_join_path(path, home, HOME_REQUEST, &why) || (file_exists(path) && !follow_key(home, path, &why)))
        log_line(LOG_WARNING, "event=request.not_written code=%s text=\"%s\"", error_row(why.code)->code, why.text);
}

/* --- another identity key --- */

bool exchange_request_rekey(const char *home, const struct sign_key *next, struct view succession, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct bytes before = {0};
    struct bytes transport = {0};
    struct bytes identity = {0};
    struct bytes file = {0};
    struct request request;
    bool ok = file_join_path(path, home, HOME_REQUEST, err) && file_read(path, BOUND_REQUEST_FILE, &before, err) &&
              request_decode(bytes_view(&before), &arena, &request, err) && check_own_request(home, &request, err) &&
              make_csr(home, VAULT_TRANSPORT, NULL, &transport, err) &&
              certify_request(next, &request.agency, &identity, err);

    request.transport = bytes_view(&transport);
    request.identity = bytes_view(&identity);
    request.bundle = request.binding = view_of(NULL, 0); /* these are of the key before */
    request.succeeds = succession;
    ok = ok && request_encode(&request, &file, err) && file_join_path(path, home, SETUP_REKEY, err) &&
         file_write(path, bytes_view(&file), 0644, err);
    arena_fini(&arena);
    bytes_fini(&before);
    bytes_fini(&transport);
    bytes_fini(&identity);
    bytes_fini(&file);
    return ok;
}

static bool write_rekeyed(const char *home, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct bytes before = {0};
    struct bytes file = {0};
    struct request request;
    bool ok = file_join_path(path, home, HOME_REQUEST, err) && file_read(path, BOUND_REQUEST_FILE, &before, err) &&
              request_decode(bytes_view(&before), &arena, &request, err);

    if (ok) {
        request.bundle = request.binding = view_of(NULL, 0);
        ok = exchange_request_make(home, &request, &file, err) && file_write(path, bytes_view(&file), 0644, err);
    }
    arena_fini(&arena);
    bytes_fini(&before);
    bytes_fini(&file);
    return ok && file_join_path(path, home, SETUP_REKEY, err) &&
           (unlink(path) == 0 || !file_exists(path) || error_set(err, E_FIL_02, "%s cannot be removed", path));
}

void exchange_request_rekeyed(const char *home)
{
    struct error why = {0};

    if (!write_rekeyed(home, &why))
        log_line(LOG_WARNING, "event=request.not_written code=%s text=\"%s\"", error_row(why.code)->code, why.text);
}

/* The binding of REQUEST to the invitation I. */
static bool make_binding(const struct invite *i, struct view typed, const struct request *request,
                         uint8_t out[static IDENT_SIZE + HASH_SIZE], struct error *err)
{
    struct secret key = {0};
    struct hash proof;
    bool ok = invite_words_key(typed, &i->id, &key, err) && invite_check(i, &key, err) &&
              invite_bind(&i->federation, &i->id, &key, request, &proof, err);

    secret_fini(&key);
    if (!ok)
        return false;
    memcpy(out, i->id.at, IDENT_SIZE);
    memcpy(out + IDENT_SIZE, proof.at, HASH_SIZE);
    return true;
}

/* There is no log yet: what the words prove is recorded when the node is enrolled. */
static bool write_invited(const char *home, const struct hash *fid, struct error *err)
{
    char hex[2 * HASH_SIZE + 1];
    char path[FILE_PATH_MAX];

    text_write_hex(fid->at, HASH_SIZE, hex);
    return file_join_path(path, home, HOME_INVITED, err) && file_write(path, view_of_text(hex), 0600, err);
}

static bool check_invite(const struct invite *i, const struct request *request, int64_t now_ms, struct error *err)
{
    char until[TEXT_MINUTE];

    if (!address_equal(&i->agency, &request->agency))
        return error_set(err, E_ENR_26, "the invitation is for %s, this node is of %s", i->agency.text,
                         request->agency.text);
    text_write_minute(i->until_s * 1000, until);
    return now_ms / 1000 < i->until_s || error_set(err, E_ENR_22, "the invitation ended at %s", until);
}

bool exchange_request_bind(const char *home, struct view invite, struct view typed, int64_t now_ms,
                           struct bytes *request_file, struct federation *f, struct error *err)
{
    uint8_t binding[IDENT_SIZE + HASH_SIZE];
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct bytes before = {0};
    struct request request;
    struct invite i;
    bool ok = home_check(home, err) && invite_read(invite, &i, err) && file_join_path(path, home, HOME_REQUEST, err) &&
              file_read(path, BOUND_REQUEST_FILE, &before, err) &&
              request_decode(bytes_view(&before), &arena, &request, err) && check_own_request(home, &request, err) &&
              check_invite(&i, &request, now_ms, err) && make_binding(&i, typed, &request, binding, err);

    if (ok) {
        request.binding = view_of(binding, sizeof binding);
        *f = i.federation;
        ok = request_encode(&request, request_file, err) && file_write(path, bytes_view(request_file), 0644, err) &&
             write_invited(home, &i.federation.fid, err);
    }
    arena_fini(&arena);
    bytes_fini(&before);
    return ok;
}

bool exchange_change_passphrase(const char *home, struct view old_passphrase, struct view new_passphrase,
                                struct error *err)
{
    char path[FILE_PATH_MAX];

    return home_check(home, err) && file_join_path(path, home, VAULT_STORAGE_KEY, err) &&
           keyfile_change_passphrase(path, old_passphrase, new_passphrase, err);
}

bool exchange_try_passphrase(const char *home, struct view passphrase, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct keyfile *k;

    if (!home_check(home, err) || !file_join_path(path, home, VAULT_STORAGE_KEY, err) ||
        !keyfile_open(path, passphrase, &k, err))
        return false;
    keyfile_close(k);
    return true;
}

static bool look_at_key(const char *home, const char *name, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct sign_key *key;

    if (!file_join_path(path, home, name, err) || !sign_key_open(path, &key, err))
        return false;
    sign_key_free(key);
    return true;
}

bool exchange_look_at_keys(const char *home, struct error *err)
{
    char path[FILE_PATH_MAX];
    uint64_t generation;
    bool plain;

    return home_check(home, err) && file_join_path(path, home, VAULT_STORAGE_KEY, err) &&
           keyfile_is_plain(path, &plain, err) && file_join_path(path, home, VAULT_SLOTS, err) &&
           data_keys_read_generation(path, &generation, err) && look_at_key(home, VAULT_IDENTITY, err) &&
           look_at_key(home, VAULT_TRANSPORT, err);
}

bool exchange_needs_passphrase(const char *home, bool *out, struct error *err)
{
    char path[FILE_PATH_MAX];
    bool plain;

    if (!home_check(home, err) || !file_join_path(path, home, VAULT_STORAGE_KEY, err))
        return false;
    if (!keyfile_is_plain(path, &plain, err))
        return false;
    *out = !plain;
    return true;
}
