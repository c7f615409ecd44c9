#include "exchange/members/authorities_end.h"

#include "exchange/members/roots.h"
#include "pki/certificate.h"

/* Ends that are known, the latest first. */
#define ENDS 16

struct ends {
    int64_t at[ENDS];
    size_t count;
};

static void add_end(struct ends *e, int64_t end_ms)
{
    size_t i;

    if (e->count < ENDS)
        e->count++;
    else if (e->at[ENDS - 1] >= end_ms)
        return;
    for (i = e->count - 1; i > 0 && e->at[i - 1] < end_ms; i--)
        e->at[i] = e->at[i - 1];
    e->at[i] = end_ms;
}

/* Adds those of LIST that are for USE and not revoked; *QUORUM is of the last of the directory's keys. */
static void add_listed(const struct directory *d, const struct view *list, size_t count, enum certificate_use use,
                       struct ends *e, uint32_t *quorum)
{
    for (size_t i = 0; i < count; i++) {
        struct certificate c;
        struct error why;

        if (!certificate_read(list[i], &c, &why) || c.use != use || roots_revokes(d, &c))
            continue;
        add_end(e, c.not_after_ms);
        *quorum = use == CERTIFICATE_DIRECTORY ? c.directory_k : 1;
    }
}

/* When fewer than NEEDED are left. */
static void take_earlier(const char *which, const struct ends *e, uint32_t needed, struct authorities_end *out)
{
    int64_t ends_ms = needed == 0 || e->count < needed ? 0 : e->at[needed - 1];

    if (out->which == NULL || ends_ms < out->ends_ms)
        *out = (struct authorities_end){which, ends_ms};
}

void authorities_end(struct view root, const struct directory *d, struct authorities_end *out)
{
    struct ends roots = {.count = 0};
    struct ends issuing = {.count = 0};
    struct ends transport = {.count = 0};
    struct ends keys = {.count = 0};
    uint32_t one = 1;
    uint32_t quorum = 1;

    *out = (struct authorities_end){0};
    add_listed(d, &root, 1, CERTIFICATE_ROOT, &roots, &one);
    add_listed(d, d->issuers, d->issuer_count, CERTIFICATE_ROOT, &roots, &one);
    add_listed(d, d->issuers, d->issuer_count, CERTIFICATE_ISSUING, &issuing, &one);
    add_listed(d, d->transports, d->transport_count, CERTIFICATE_TRANSPORT_CA, &transport, &one);
    add_listed(d, d->keys, d->key_count, CERTIFICATE_DIRECTORY, &keys, &quorum);
    take_earlier("root", &roots, 1, out);
    take_earlier("issuing CA", &issuing, 1, out);
    take_earlier("transport CA", &transport, 1, out);
    take_earlier("directory keys", &keys, quorum, out);
}
