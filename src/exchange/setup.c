/* Makes a node (init) and lets it join its federation (enrol). Run by refexd --tool. */
#include "exchange/exchange.h"

#include "base/folder.h"
#include "base/text.h"
#include "codec/directory_codec.h"
#include "codec/endpoint.h"
#include "codec/membership_codec.h"
#include "crypto/certify.h"
#include "crypto/digest.h"
#include "crypto/keyfile.h"
#include "crypto/sign.h"
#include "exchange/logs/audit.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/note_store.h"
#include "store/number_store.h"

#include <stdio.h>
#include <string.h>

#define CONF_FILE    "node.conf"
#define DB_FILE      "refex.db"
#define REQUEST_FILE "request.refex"
#define NODE_FILE    "node.id" /* this machine's id: no secret, but its own for as long as the home lives */

/* --- init --- */

/* A node, or keys of one whose node.conf is gone: both stay as they are. */
static bool check_home(const char *home, struct error *err)
{
    static const struct {
        const char *name;
        enum error_code code;
    } ours[] = {{CONF_FILE, E_NOD_04},
                {DB_FILE, E_NOD_04},
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

    bytes_append_text(&conf, "# How this node is run. No secret belongs here. Read at start.\n");
    conf_line(&conf, "agency", address_view(&ask->agency));
    conf_line(&conf, "kind", view_of_text(agency_kind_name(ask->kind)));
    conf_line(&conf, "listen", ask->listen);
    conf_line(&conf, "endpoint", ask->endpoint);
    conf_line(&conf, "unlisted", view_of_text(ask->unlisted ? "yes" : "no"));
    conf_line(&conf, "relay", ask->relay);
    ok = file_join_path(path, home, CONF_FILE, err) && file_create(path, bytes_view(&conf), 0600, err);
    bytes_fini(&conf);
    return ok;
}

static bool make_node_id(const struct exchange_options *o, const char *draft, struct ident *node, struct error *err)
{
    char path[FILE_PATH_MAX];
    char text[IDENT_TEXT + 1];

    ident_random(o->random, node);
    ident_write(node, text);
    text[IDENT_TEXT - 1] = '\n';
    text[IDENT_TEXT] = '\0';
    return file_join_path(path, draft, NODE_FILE, err) && file_create(path, view_of_text(text), 0600, err);
}

static bool read_node_id(const char *home, struct ident *node, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes text = {0};
    bool ok = file_join_path(path, home, NODE_FILE, err) && file_read(path, IDENT_TEXT, &text, err);

    if (ok && (text.size != IDENT_TEXT || text.at[IDENT_TEXT - 1] != '\n' ||
               !ident_read(view_of(text.at, IDENT_TEXT - 1), node)))
        ok = error_set(err, E_NOD_06, "%s holds no node id", path);
    bytes_fini(&text);
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

/* WANTED with two new CSRs of the keys in HOME, as a file. */
static bool make_request(const char *home, const struct request *wanted, struct bytes *file, struct error *err)
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
    return make_request(home, &request, file, err);
}

/* All of a node, in DRAFT: a folder that nobody else knows. */
static bool make_node(const struct exchange_options *o, const char *draft, const struct control_init_ask *ask,
                      struct bytes *request_file, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct ident node;
    struct db *db;

    if (!vault_create(draft, ask->passphrase, err) || !file_join_path(path, draft, DB_FILE, err) ||
        !db_open(path, DB_WRITE, &db, err))
        return false;
    db_close(db);
    return make_node_id(o, draft, &node, err) && file_join_path(path, draft, RESERVE_FILE, err) &&
           file_allocate(path, BOUND_RESERVE, err) && make_first_request(draft, ask, &node, request_file, err) &&
           file_join_path(path, draft, REQUEST_FILE, err) && file_create(path, bytes_view(request_file), 0644, err) &&
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
    ok = make_node(o, draft, ask, request_file, err) && folder_move_entries(draft, home, CONF_FILE, err);
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

/* Whether an init came to its end here. */
static bool check_node(const char *home, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, home, CONF_FILE, err))
        return false;
    return file_exists(path) || error_set(err, E_NOD_01, "there is no node in %s", home);
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

    if (!check_node(home, err) || !file_join_path(path, home, VAULT_IDENTITY, err) || !sign_key_open(path, &key, err))
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

    if (!exchange_own_fingerprint(home, &own, err) || !read_node_id(home, &node, err))
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
        check_node(home, err) &&
        (endpoint_ok(endpoint) || error_set(err, E_USE_04, "--endpoint is host:port, like refex.example.org:7411")) &&
        file_join_path(path, home, REQUEST_FILE, err) && file_read(path, BOUND_REQUEST_FILE, &before, err) &&
        request_decode(bytes_view(&before), &arena, &request, err) && check_own_request(home, &request, err);

    if (ok && request.unlisted)
        ok = error_set(err, E_ENR_07, "%s is unlisted: the directory shows no endpoint of it", request.agency.text);
    if (ok) {
        request.endpoint = endpoint;
        ok = make_request(home, &request, request_file, err) && file_write(path, bytes_view(request_file), 0644, err);
    }
    arena_fini(&arena);
    bytes_fini(&before);
    return ok;
}

bool exchange_change_passphrase(const char *home, struct view old_passphrase, struct view new_passphrase,
                                struct error *err)
{
    char path[FILE_PATH_MAX];

    return check_node(home, err) && file_join_path(path, home, VAULT_STORAGE_KEY, err) &&
           keyfile_change_passphrase(path, old_passphrase, new_passphrase, err);
}

bool exchange_try_passphrase(const char *home, struct view passphrase, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct keyfile *k;

    if (!check_node(home, err) || !file_join_path(path, home, VAULT_STORAGE_KEY, err) ||
        !keyfile_open(path, passphrase, &k, err))
        return false;
    keyfile_close(k);
    return true;
}

bool exchange_needs_passphrase(const char *home, bool *out, struct error *err)
{
    char path[FILE_PATH_MAX];
    bool plain;

    if (!check_node(home, err) || !file_join_path(path, home, VAULT_STORAGE_KEY, err))
        return false;
    if (!keyfile_is_plain(path, &plain, err))
        return false;
    *out = !plain;
    return true;
}

/* --- enrol --- */

struct enrolling {
    const struct exchange_options *options;
    struct vault *vault;
    struct db *db;
    struct membership *membership;
    struct audit *audit;
    struct trusted_time time;
    struct membership_files files;
    struct bytes kept; /* the directory that the node has; empty: none yet */
    struct control_enrol_result result;
    bool in_transaction;
};

/* The directory that the node has stays where the membership brings none that is newer: an older one would admit again
 * whom the federation has revoked since. */
static bool open_membership(struct enrolling *e, struct error *err)
{
    struct membership_files files = e->files;

    files.is_kept = e->kept.size != 0;
    if (files.is_kept)
        files.directory = bytes_view(&e->kept);
    if (membership_open(&files, trusted_time_record_ms(&e->time), &e->membership, err))
        return true;
    return files.is_kept && err->code == E_FED_21
               ? error_set(err, E_ENR_01, "the node is a member of another federation than that of this membership")
               : false;
}

static bool take_directory(struct enrolling *e, struct view note, struct error *err)
{
    enum directory_result what;
    struct directory_head head;
    struct view text;

    if (note.size == 0)
        return true;
    if (!directory_note_peek(note, &text, &head, err) ||
        !membership_take_directory(e->membership, note, trusted_time_record_ms(&e->time),
                                   trusted_time_closing_ms(&e->time), &what, err))
        return false;
    if (head.sequence > e->result.offered_sequence)
        e->result.offered_sequence = head.sequence;
    return true;
}

static bool check_membership(struct enrolling *e, struct view directory, struct view fingerprint, struct error *err)
{
    uint8_t transport[KEY_SIZE];
    uint8_t identity[KEY_SIZE];
    struct ident node;

    sign_key_public(vault_transport(e->vault), transport);
    sign_key_public(vault_identity(e->vault), identity);
    if (!open_membership(e, err))
        return false;
    if (fingerprint.size != 0 && !membership_check_fingerprint(e->membership, fingerprint, err))
        return false;
    if (!read_node_id(e->options->home, &node, err) ||
        !membership_check_keys(e->membership, transport, identity, &node, err))
        return false;
    /* The newer first: a membership file that lay for long must not be refused for its directory. */
    return take_directory(e, directory, err) && take_directory(e, e->files.directory, err);
}

static bool log_membership(struct enrolling *e, struct error *err)
{
    struct record own = {.kind = RECORD_CERTIFICATE};
    struct record directory = {.kind = RECORD_DIRECTORY};
    struct record house = {.kind = RECORD_CONFIGURED};

    own.notes.first = e->files.identity;
    digest_sha256(membership_note(e->membership), &directory.note_hash.note);
    directory.note_hash.sequence = membership_directory(e->membership)->sequence;
    house.house.what = HOUSE_ENROLLED;
    return audit_append(e->audit, &own, NULL, err) &&
           (view_equal(membership_note(e->membership), bytes_view(&e->kept)) ||
            audit_append(e->audit, &directory, NULL, err)) &&
           audit_append(e->audit, &house, NULL, err);
}

static bool open_log(struct enrolling *e, struct error *err)
{
    struct audit_options options = {.db = e->db,
                                    .time = &e->time,
                                    .random = e->options->random,
                                    .federation = membership_federation(e->membership),
                                    .agency = membership_own(e->membership),
                                    .incarnation = membership_own_incarnation(e->membership),
                                    .key = vault_identity(e->vault)};

    return audit_open(&options, &e->audit, err);
}

static bool alloc_own_slot(struct enrolling *e, struct error *err)
{
    uint64_t slot;
    int64_t ignored;
    bool there;

    if (!number_store_get(e->db, "own_slot", &there, &ignored, err))
        return false;
    if (there)
        return true;
    if (!vault_alloc_slot(e->vault, e->db, &slot, err))
        return false;
    REQUIRE(slot == VAULT_OWN_SLOT);
    return number_store_put(e->db, "own_slot", (int64_t)slot, err);
}

static bool open_store(struct enrolling *e, struct error *err)
{
    char path[FILE_PATH_MAX];
    uint64_t sequence;
    bool found;

    if (e->options->database == NULL && !file_join_path(path, e->options->home, DB_FILE, err))
        return false;
    if (!db_open(e->options->database != NULL ? e->options->database : path, DB_WRITE, &e->db, err) ||
        !db_begin(e->db, err))
        return false;
    e->in_transaction = true;
    return trusted_time_begin(&e->time, e->options->clock, e->db, err) &&
           note_store_get(e->db, "directory", view_of_text(""), &found, &sequence, &e->kept, err);
}

static bool save_membership(struct enrolling *e, struct error *err)
{
    e->files.directory = membership_note(e->membership);
    if (!federation_save(e->db, &e->files, membership_directory(e->membership)->sequence, err) ||
        !alloc_own_slot(e, err) || !open_log(e, err) || !log_membership(e, err) || !audit_sign(e->audit, err) ||
        !db_commit(e->db, err))
        return false;
    e->in_transaction = false;
    return true;
}

static void fill_result(struct enrolling *e, struct arena *arena)
{
    const struct federation *f = membership_federation(e->membership);

    e->result.agency = *membership_own(e->membership);
    e->result.federation = arena_copy(arena, view_of_text(f->name));
    e->result.federation_id = f->fid;
    e->result.directory_sequence = membership_directory(e->membership)->sequence;
}

bool exchange_enrol(const struct exchange_options *options, const struct control_enrol_ask *ask, struct arena *arena,
                    struct control_enrol_result *out, struct error *err)
{
    struct enrolling e = {.options = options};
    struct membership_file file;
    bool ok;

    if (!check_node(options->home, err))
        return false;
    ok = membership_file_decode(ask->membership, arena, &file, err);
    if (ok)
        e.files = (struct membership_files){.root = file.root,
                                            .issuing = file.issuing,
                                            .transport_ca = file.transport_ca,
                                            .transport = file.transport,
                                            .identity = file.identity,
                                            .directory = file.directory};
    ok = ok && vault_open(options->home, ask->passphrase, &e.vault, err) && open_store(&e, err) &&
         check_membership(&e, ask->directory, ask->fingerprint, err) && save_membership(&e, err);
    if (ok) {
        fill_result(&e, arena);
        *out = e.result;
    }
    if (e.in_transaction)
        db_rollback(e.db);
    audit_close(e.audit);
    db_close(e.db);
    membership_free(e.membership);
    vault_close(e.vault);
    bytes_fini(&e.kept);
    return ok;
}
