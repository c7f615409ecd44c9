#include "ca/federation_home.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "ca/federation_home_root.h"
#include "codec/directory_codec.h"
#include "crypto/certify_pem.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"

#define PEM_MAX      8192 /* bytes of one certificate's file */
#define SEQUENCE_MAX 32

/* `serve` has the folder for one answer, and leaves it alone behind each for longer than this pause: a person's command
 * comes between. One that a person left open is waited for no longer than five seconds. */
#define LOCK_PAUSE_MS 20
#define LOCK_TRIES    250
#define LOCK_SAID     25 /* then a person is told what is waited for */

bool federation_home_path(const char *path, char out[static FEDERATION_HOME_PATH_MAX], struct error *err)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    if (n == 0 || n + 1 > FEDERATION_HOME_PATH_MAX)
        return error_set(err, E_USE_04, "--home is empty or longer than %d bytes", FEDERATION_HOME_PATH_MAX - 1);
    memcpy(out, path, n);
    out[n] = '\0';
    return true;
}

/* --- reading --- */

bool federation_home_file(const struct federation_home *h, const char *name, char out[static FILE_PATH_MAX],
                          struct error *err)
{
    return file_join_path(out, h->path, name, err);
}

bool federation_home_read_certificate(const struct federation_home *h, const char *name, struct bytes *der,
                                      struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes pem = {0};
    struct view text;
    struct error why = {0};
    bool ok = federation_home_file(h, name, path, &why) && file_read(path, PEM_MAX, &pem, &why);

    text = bytes_view(&pem);
    ok = ok && certify_next_pem("CERTIFICATE", &text, der);
    bytes_fini(&pem);
    return ok || error_set(err, E_FED_01, "%s/%s is missing or holds no certificate", h->path, name);
}

static bool read_root(struct federation_home *h, struct error *err)
{
    struct certificate root;
    struct certificate transport;
    struct error why;

    if (!federation_home_read_certificate(h, "certs/root.pem", &h->root, err) ||
        !federation_home_read_certificate(h, "certs/issuing.pem", &h->issuing, err) ||
        !federation_home_read_certificate(h, "certs/transport.pem", &h->transport_ca, err))
        return false;
    if (!certificate_read(bytes_view(&h->transport_ca), &transport, &why) || transport.use != CERTIFICATE_TRANSPORT_CA)
        return error_set(err, E_FED_01, "%s/certs/transport.pem is no transport CA's certificate", h->path);
    h->label = transport.label;
    if (!certificate_read(bytes_view(&h->root), &root, &why) || root.use != CERTIFICATE_ROOT)
        return error_set(err, E_FED_01, "%s/certs/root.pem is no root certificate", h->path);
    memcpy(h->federation.name, root.federation, sizeof h->federation.name);
    h->federation.fid = root.key_hash;
    return federation_home_read_later_roots(h, err);
}

static bool read_directory_keys(struct federation_home *h, struct error *err)
{
    for (unsigned i = 1; i <= FEDERATION_HOME_KEYS; i++) {
        char name[32];
        char path[FILE_PATH_MAX];
        struct certificate c;
        struct error why;

        (void)snprintf(name, sizeof name, "certs/directory-%u.pem", i);
        if (!federation_home_file(h, name, path, err))
            return false;
        if (!file_exists(path))
            break;
        if (!federation_home_read_certificate(h, name, &h->directory_keys[i - 1], err))
            return false;
        if (!certificate_read(bytes_view(&h->directory_keys[i - 1]), &c, &why) || c.use != CERTIFICATE_DIRECTORY ||
            c.directory_i != i || (i > 1 && c.directory_k != h->quorum))
            return error_set(err, E_FED_01, "%s/%s is not the certificate of directory key %u", h->path, name, i);
        h->quorum = c.directory_k;
        h->directory_key_count = i;
    }
    return h->directory_key_count > 0 || error_set(err, E_FED_01, "%s has no directory key", h->path);
}

static bool read_number_given(struct federation_home *h, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes text = {0};
    struct view line;
    bool ok;

    if (!federation_home_file(h, "sequence", path, err) || !file_read(path, SEQUENCE_MAX, &text, err))
        return error_set(err, E_FED_102, "%s/sequence cannot be read", h->path);
    line = bytes_view(&text);
    if (line.size > 0 && line.at[line.size - 1] == '\n')
        line.size--; /* a person may have written it */
    ok = text_read_u64(line, &h->sequence);
    bytes_fini(&text);
    return ok || error_set(err, E_FED_102, "%s/sequence holds no number", h->path);
}

static bool read_signed(struct federation_home *h, int64_t now_ms, struct error *err)
{
    struct directory_trust trust = {.federation = &h->federation, .now_ms = now_ms};
    struct arena arena = {0};
    struct directory d = {0};
    char path[FILE_PATH_MAX];
    struct error why;

    if (!federation_home_file(h, FEDERATION_HOME_SIGNED, path, err) ||
        (file_exists(path) && !file_read(path, BOUND_DIRECTORY, &h->note, err)))
        return false;
    if (!federation_home_read_signed(h, &arena, &d, &why))
        d = (struct directory){0}; /* it is refused when it is opened */
    federation_home_choose_root(h, &d);
    arena_fini(&arena);
    trust.anchors = h->anchors;
    if (h->note.size == 0 || directory_note_open(bytes_view(&h->note), &trust, &h->arena, &h->directory, err))
        return true;
    if (err->code == E_FED_24)
        return error_set(err, E_FED_102, "%s/" FEDERATION_HOME_SIGNED " is no signed directory", h->path);
    trust.is_kept = err->code == E_FED_71; /* other keys take the place of those that have ended, in this folder */
    return (trust.is_kept && directory_note_open(bytes_view(&h->note), &trust, &h->arena, &h->directory, err)) ||
           error_wrap(err, "%s/" FEDERATION_HOME_SIGNED, h->path);
}

/* One that is not newer was left by a command that was cut short after it was signed. */
static bool read_waiting(struct federation_home *h, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes note = {0};
    struct arena arena = {0};
    struct directory d;
    struct view text;
    bool ok;

    if (!federation_home_file(h, FEDERATION_HOME_WAITING, path, err))
        return false;
    if (!file_exists(path))
        return true;
    ok = file_read(path, BOUND_DIRECTORY, &note, err) && directory_note_text(bytes_view(&note), &text, err) &&
         directory_decode(text, &arena, &d, err);
    if (ok && d.sequence > h->directory.sequence) {
        arena_fini(&h->arena);
        h->arena = arena;
        h->directory = d;
        h->waiting = note;
        return true;
    }
    arena_fini(&arena);
    bytes_fini(&note);
    return ok || error_wrap(err, "%s/" FEDERATION_HOME_WAITING, h->path);
}

static bool read_newest_directory(struct federation_home *h, int64_t now_ms, struct error *err)
{
    if (!read_number_given(h, err) || !read_signed(h, now_ms, err) || !read_waiting(h, err))
        return false;
    if (h->directory.sequence > h->sequence)
        return error_set(err, E_FED_102, "%s/sequence is %" PRIu64 ", below the directory's %" PRIu64, h->path,
                         h->sequence, h->directory.sequence);
    return true;
}

static bool was_founded(const struct federation_home *h)
{
    char path[FILE_PATH_MAX];
    struct error why;

    return (federation_home_file(h, FEDERATION_HOME_SIGNED, path, &why) && file_exists(path)) ||
           (federation_home_file(h, FEDERATION_HOME_WAITING, path, &why) && file_exists(path));
}

/* IS_DAMAGED: its directories may be away. */
static bool folder_lock(struct federation_home *h, bool is_damaged, struct error *err)
{
    h->folder_lock = open(h->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (h->folder_lock < 0 && (errno == EACCES || errno == EPERM))
        return error_set(err, E_FIL_01, "%s cannot be read: %s", h->path, strerror(errno));
    if (h->folder_lock < 0 || (!is_damaged && !was_founded(h)))
        return error_set(err, E_FED_01, "no federation was founded in %s", h->path);
    for (unsigned i = 0; flock(h->folder_lock, LOCK_EX | LOCK_NB) != 0; i++) {
        if (i == LOCK_TRIES)
            return error_set(err, E_FED_03, "%s is in use by another command", h->path);
        if (i == LOCK_SAID && isatty(STDERR_FILENO) == 1)
            (void)fprintf(stderr, "Waiting for another command, or refex-ca serve, that has %s ...\n", h->path);
        (void)poll(NULL, 0, LOCK_PAUSE_MS);
    }
    return true;
}

bool federation_home_lock(const char *path, struct federation_home *out, struct error *err)
{
    *out = (struct federation_home){.folder_lock = -1};
    if (federation_home_path(path, out->path, err) && folder_lock(out, false, err))
        return true;
    federation_home_close(out);
    return false;
}

bool federation_home_open(const char *path, struct key_unlock *unlock, int64_t now_ms, struct federation_home *out,
                          struct error *err)
{
    *out = (struct federation_home){
        .folder_lock = -1, .unlock = unlock, .issuing_key = "issuing", .transport_key = "transport"};
    if (federation_home_path(path, out->path, err) && folder_lock(out, false, err) && read_root(out, err) &&
        read_directory_keys(out, err) && read_newest_directory(out, now_ms, err))
        return true;
    federation_home_close(out);
    return false;
}

bool federation_home_open_damaged(const char *path, int64_t now_ms, struct federation_home *out, struct error *err)
{
    struct error why;

    *out = (struct federation_home){.folder_lock = -1, .issuing_key = "issuing", .transport_key = "transport"};
    if (!federation_home_path(path, out->path, err) || !folder_lock(out, true, err) || !read_root(out, err) ||
        !read_directory_keys(out, err)) {
        federation_home_close(out);
        return false;
    }
    if (!read_number_given(out, &why))
        out->sequence = 0;
    if (!read_signed(out, now_ms, &why)) {
        bytes_clear(&out->note);
        arena_fini(&out->arena);
        out->directory = (struct directory){0};
    }
    return true;
}

void federation_home_close(struct federation_home *h)
{
    anchors_free(h->anchors);
    bytes_fini(&h->root);
    for (size_t i = 0; i < FEDERATION_HOME_ROOTS; i++)
        bytes_fini(&h->later_roots[i]);
    bytes_fini(&h->issuing);
    bytes_fini(&h->transport_ca);
    for (size_t i = 0; i < FEDERATION_HOME_KEYS; i++)
        bytes_fini(&h->directory_keys[i]);
    bytes_fini(&h->note);
    bytes_fini(&h->waiting);
    arena_fini(&h->arena);
    if (h->folder_lock >= 0)
        (void)close(h->folder_lock);
    *h = (struct federation_home){.folder_lock = -1};
}

static bool key_path(const struct federation_home *h, const char *name, char out[static FILE_PATH_MAX],
                     struct error *err)
{
    char file[48];

    (void)snprintf(file, sizeof file, "keys/%s.key", name);
    return federation_home_file(h, file, out, err);
}

bool federation_home_open_key(const struct federation_home *h, const char *name, struct sign_key **out,
                              struct error *err)
{
    char path[FILE_PATH_MAX];

    REQUIRE(h->unlock != NULL);
    return key_path(h, name, path, err) && key_unlock_open(h->unlock, path, out, err);
}

static bool show_key(const struct federation_home *h, const char *name, federation_home_key_fn *on_key, void *cookie,
                     struct error *err)
{
    char path[FILE_PATH_MAX];

    return key_path(h, name, path, err) && (!file_exists(path) || on_key(cookie, path, err));
}

bool federation_home_each_key(const struct federation_home *h, federation_home_key_fn *on_key, void *cookie,
                              struct error *err)
{
    static const char *const names[] = {"root", "issuing", "issuing-next", "transport", "transport-next"};
    static const struct {
        const char *name; /* of keys that are numbered */
        unsigned from;
        unsigned to;
    } rows[] = {{"root", 2, FEDERATION_HOME_ROOTS + 1}, {"directory", 1, FEDERATION_HOME_KEYS}};
    char name[24];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!show_key(h, names[i], on_key, cookie, err))
            return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned n = rows[i].from; n <= rows[i].to; n++) {
            (void)snprintf(name, sizeof name, "%s-%u", rows[i].name, n);
            if (!show_key(h, name, on_key, cookie, err))
                return false;
        }
    return true;
}

/* --- issued certificates --- */

bool federation_home_issued_path(const struct federation_home *h, const struct address *agency,
                                 char out[static FILE_PATH_MAX], struct error *err)
{
    char name[16 + BOUND_AGENCY];
    struct view short_name = address_agency(agency);

    (void)snprintf(name, sizeof name, "members/%.*s.pem", (int)short_name.size, (const char *)short_name.at);
    return federation_home_file(h, name, out, err);
}

bool federation_home_read_issued(const struct federation_home *h, const struct address *agency, struct bytes *pem,
                                 struct error *err)
{
    char path[FILE_PATH_MAX];

    return federation_home_issued_path(h, agency, path, err) &&
           (!file_exists(path) || file_read(path, BOUND_ISSUED, pem, err));
}

bool federation_home_add_issued(const struct federation_home *h, const struct address *agency, struct view transport,
                                struct view identity, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes pem = {0};
    bool ok = federation_home_read_issued(h, agency, &pem, err) && federation_home_issued_path(h, agency, path, err);

    if (ok && (transport.size > 0 || identity.size > 0)) {
        if (transport.size > 0)
            certify_write_pem("CERTIFICATE", transport, &pem);
        if (identity.size > 0)
            certify_write_pem("CERTIFICATE", identity, &pem);
        ok = (pem.size <= BOUND_ISSUED ||
              error_set(err, E_FED_100, "the certificates of %s fill %d bytes", agency->text, BOUND_ISSUED)) &&
             file_write(path, bytes_view(&pem), 0644, err);
    }
    bytes_fini(&pem);
    return ok;
}
