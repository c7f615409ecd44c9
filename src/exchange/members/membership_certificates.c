#include "exchange/members/membership_certificates.h"

#include <string.h>

#include "codec/directory_codec.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/membership_inside.h"
#include "exchange/members/membership_root.h"
#include "exchange/members/roots.h"

static bool refuse_certificate(const struct error *why, const char *which, struct error *err)
{
    return error_set(err, E_ENR_05, "the membership's %s certificate: %s", which, why->text);
}

static bool open_root(struct membership *m, struct error *err)
{
    struct certificate root;
    struct view der;
    struct error why;

    if (!certificate_read(bytes_view(&m->root), &root, &why))
        return refuse_certificate(&why, "root", err);
    if (root.use != CERTIFICATE_ROOT)
        return error_set(err, E_ENR_05, "the membership's root certificate is a certificate of another use");
    memcpy(m->federation.name, root.federation, sizeof m->federation.name);
    m->federation.fid = root.key_hash;
    der = bytes_view(&m->root);
    return anchors_new(&m->federation, &der, 1, &m->first, &why) || refuse_certificate(&why, "root", err);
}

/* Of the directory, and of one that is offered. */
struct listed_roots {
    struct view at[2 * BOUND_ISSUERS];
    size_t count;
};

/* Own certificates are checked as of their first day, and by the first root, too: the node must start with one that has
 * expired, or that a root issued whose place another took, and report it. */
static bool open_own(struct membership *m, const struct bytes *der, const struct listed_roots *roots,
                     enum certificate_use use, struct certificate *out, struct error *err)
{
    const struct bytes *ca = use == CERTIFICATE_TRANSPORT ? &m->transport_ca : &m->issuing;
    struct view above[1 + 2 * BOUND_ISSUERS] = {bytes_view(ca)};
    struct chain_params q = {.wanted = use, .intermediates = above};
    struct error why;

    if (!certificate_read(bytes_view(der), out, &why))
        return refuse_certificate(&why, certificate_use_name(use), err);
    memcpy(above + 1, roots->at, roots->count * sizeof *above);
    q.intermediate_count = 1 + roots->count;
    q.now_ms = out->not_before_ms;
    return chain_check(m->anchors, bytes_view(der), &q, out, &why) ||
           (m->anchors != m->first && chain_check(m->first, bytes_view(der), &q, out, &why)) ||
           refuse_certificate(&why, certificate_use_name(use), err);
}

/* NOTE is not checked yet: its roots count by who certified them. */
static void add_roots(const struct membership *m, struct view note, struct directory *d, struct arena *arena,
                      struct listed_roots *roots)
{
    struct view text;
    struct error why;

    if (!directory_note_text(note, &text, &why) || !directory_decode(text, arena, d, &why))
        *d = (struct directory){0}; /* it is refused when it is opened */
    roots->count += roots_listed(d, m->first, (struct view){0}, roots->at + roots->count);
}

bool membership_open_certificates(struct membership *m, const struct membership_files *files, struct error *err)
{
    struct arena arena = {.max = 2 * (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME};
    struct listed_roots roots = {.count = 0};
    struct directory d;
    struct directory offered;
    struct error why;
    bool ok = open_root(m, err);

    if (ok) {
        add_roots(m, files->directory, &d, &arena, &roots);
        membership_choose_root(m, &d);
        if (files->offered.size > 0)
            add_roots(m, files->offered, &offered, &arena, &roots);
    }
    ok = ok && open_own(m, &m->transport, &roots, CERTIFICATE_TRANSPORT, &m->own_transport, err) &&
         open_own(m, &m->identity, &roots, CERTIFICATE_IDENTITY, &m->own_identity, err);
    arena_fini(&arena);
    return ok &&
           (verify_key_new(m->own_identity.public_key, &m->own_key, &why) || refuse_certificate(&why, "identity", err));
}
