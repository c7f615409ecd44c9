#include "ca/directory_changes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "pki/certificate.h"

struct changes {
    const struct directory *before;
    const struct directory *after;
    struct arena *arena;
    struct directory_changes *out;
};

#define LINE_MAX_BYTES 512 /* two names, an endpoint, two fingerprints */

static void add(struct changes *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(struct changes *c, const char *fmt, ...)
{
    char line[LINE_MAX_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    c->out->lines[c->out->count++] = arena_copy(c->arena, view_of_text(line));
}

/* --- members --- */

static void fingerprint_of(struct view certificate, char out[static FINGERPRINT_TEXT])
{
    struct certificate c;
    struct error why;

    if (certificate_read(certificate, &c, &why))
        fingerprint_write(&c.key_hash, out);
    else
        (void)snprintf(out, FINGERPRINT_TEXT, "%s", "(a certificate that cannot be read)");
}

static const char *listing(const struct member *m)
{
    return m->unlisted ? "unlisted" : "listed";
}

static void add_member(struct changes *c, const struct member *m)
{
    char fingerprint[FINGERPRINT_TEXT];

    fingerprint_of(m->identity_certificate, fingerprint);
    add(c, "+ %s joins: %s, %s %.*s, key %s", m->agency.text, agency_kind_name(m->kind), listing(m),
        (int)m->endpoint.size, (const char *)m->endpoint.at, fingerprint);
}

static bool nodes_equal(const struct member *one, const struct member *other)
{
    return one->node_count == other->node_count &&
           memcmp(one->nodes, other->nodes, one->node_count * sizeof *one->nodes) == 0;
}

static void compare_member(struct changes *c, const struct member *was, const struct member *is)
{
    const char *name = is->agency.text;
    char before[FINGERPRINT_TEXT];
    char after[FINGERPRINT_TEXT];

    fingerprint_of(was->identity_certificate, before);
    fingerprint_of(is->identity_certificate, after);
    if (strcmp(before, after) != 0)
        add(c, "! %s has another key: %s, before %s", name, after, before);
    if (!nodes_equal(was, is))
        add(c, "! %s is on another machine", name);
    if (was->kind != is->kind)
        add(c, "! %s is of another kind: %s, before %s", name, agency_kind_name(is->kind), agency_kind_name(was->kind));
    if (was->unlisted != is->unlisted)
        add(c, "! %s is %s, before %s", name, listing(is), listing(was));
    if (!view_equal(was->endpoint, is->endpoint))
        add(c, "! %s has the endpoint %.*s, before %.*s", name, (int)is->endpoint.size, (const char *)is->endpoint.at,
            (int)was->endpoint.size, (const char *)was->endpoint.at);
    if (!view_equal(was->relay, is->relay))
        add(c, "! %s has the relay %.*s, before %.*s", name, (int)is->relay.size, (const char *)is->relay.at,
            (int)was->relay.size, (const char *)was->relay.at);
}

static void compare_members(struct changes *c)
{
    const size_t had = c->before == NULL ? 0 : c->before->member_count;
    size_t i = 0;
    size_t k = 0;

    while (i < had || k < c->after->member_count) {
        const struct member *was = i < had ? &c->before->members[i] : NULL;
        const struct member *is = k < c->after->member_count ? &c->after->members[k] : NULL;
        int order = was == NULL  ? 1
                    : is == NULL ? -1
                                 : view_compare(address_view(&was->agency), address_view(&is->agency));

        if (order < 0)
            add(c, "- %s is a member no more", was->agency.text);
        else if (is != NULL && order > 0)
            add_member(c, is);
        else
            compare_member(c, was, is);
        i += order <= 0;
        k += order >= 0;
    }
}

/* --- revocations --- */

/* One line for an agency, which has a revocation for each certificate, key and machine. */
static bool is_first_of_agency(const struct directory *d, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (address_equal(&d->revocations[i].agency, &d->revocations[at].agency) &&
            d->revocations[i].reason == d->revocations[at].reason)
            return false;
    return true;
}

static bool has_revocation(const struct directory *d, const struct revocation *r)
{
    for (size_t i = 0; d != NULL && i < d->revocation_count; i++)
        if (address_equal(&d->revocations[i].agency, &r->agency) && d->revocations[i].reason == r->reason)
            return true;
    return false;
}

static void compare_revocations(struct changes *c)
{
    for (size_t i = 0; i < c->after->revocation_count; i++) {
        const struct revocation *r = &c->after->revocations[i];

        if (is_first_of_agency(c->after, i) && !has_revocation(c->before, r))
            add(c, "! revoked: %s (%s)", r->agency.text[0] == '\0' ? "a key of the federation" : r->agency.text,
                revocation_reason_name(r->reason));
    }
    for (size_t i = 0; c->before != NULL && i < c->before->revocation_count; i++) {
        const struct revocation *r = &c->before->revocations[i];

        if (is_first_of_agency(c->before, i) && !has_revocation(c->after, r))
            add(c, "! revoked no more: %s (%s)", r->agency.text[0] == '\0' ? "a key of the federation" : r->agency.text,
                revocation_reason_name(r->reason));
    }
}

/* --- the federation itself --- */

static bool stands_in(const struct view *list, size_t count, struct view certificate)
{
    for (size_t i = 0; i < count; i++)
        if (view_equal(list[i], certificate))
            return true;
    return false;
}

/* The roots that took another one's place stand among the issuing CAs. */
static const char *authority_name_of(struct view certificate, const char *what)
{
    struct certificate c;
    struct error why;

    return certificate_read(certificate, &c, &why) && c.use == CERTIFICATE_ROOT ? "root" : what;
}

static void compare_certificates(struct changes *c, const char *what, const struct view *was, size_t had,
                                 const struct view *is, size_t has)
{
    char fingerprint[FINGERPRINT_TEXT];

    for (size_t i = 0; i < has; i++) {
        if (stands_in(was, had, is[i]))
            continue;
        fingerprint_of(is[i], fingerprint);
        add(c, "+ %s %s", authority_name_of(is[i], what), fingerprint);
    }
    for (size_t i = 0; i < had; i++) {
        if (stands_in(is, has, was[i]))
            continue;
        fingerprint_of(was[i], fingerprint);
        add(c, "- %s %s", authority_name_of(was[i], what), fingerprint);
    }
}

static bool bases_equal(const struct directory *one, const struct directory *other)
{
    bool same = one->basis_count == other->basis_count;

    for (size_t i = 0; same && i < one->basis_count; i++)
        same = view_equal(one->bases[i].code, other->bases[i].code) &&
               view_equal(one->bases[i].text, other->bases[i].text);
    return same;
}

static void compare_policy(struct changes *c)
{
    static const struct directory none;
    const struct directory *before = c->before == NULL ? &none : c->before;

    compare_certificates(c, "issuing CA", before->issuers, before->issuer_count, c->after->issuers,
                         c->after->issuer_count);
    compare_certificates(c, "transport CA", before->transports, before->transport_count, c->after->transports,
                         c->after->transport_count);
    compare_certificates(c, "directory key", before->keys, before->key_count, c->after->keys, c->after->key_count);
    if (c->before == NULL || before->erase_after_hours != c->after->erase_after_hours)
        add(c, "! between stop and erase lie %" PRIu32 " hours", c->after->erase_after_hours);
    if (!bases_equal(before, c->after))
        add(c, "! the policy names %zu legal bases, before %zu", c->after->basis_count, before->basis_count);
}

void directory_changes_find(const struct directory *before, const struct directory *after, struct arena *arena,
                            struct directory_changes *out)
{
    struct changes c = {before, after, arena, out};
    const size_t had = before == NULL ? 0
                                      : before->member_count + before->revocation_count + before->issuer_count +
                                            before->transport_count + before->key_count;
    /* Six of a member at most, one of all else. */
    const size_t most = 6 * (had + after->member_count + after->revocation_count + after->issuer_count +
                             after->transport_count + after->key_count) +
                        2;

    *out = (struct directory_changes){.lines = arena_new(arena, most * sizeof *out->lines)};
    compare_members(&c);
    compare_revocations(&c);
    compare_policy(&c);
    REQUIRE(out->count <= most);
}
