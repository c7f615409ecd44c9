#include "pki/spiffe.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static bool skip_prefix(struct view *v, const char *with)
{
    size_t n = strlen(with);

    if (v->size < n || memcmp(v->at, with, n) != 0)
        return false;
    *v = view_of(v->at + n, v->size - n);
    return true;
}

static bool read_agency(struct view name, struct certificate *out)
{
    char text[BOUND_ADDRESS + 1];

    if (!agency_name_ok(name))
        return false;
    (void)snprintf(text, sizeof text, "%.*s@%s", (int)name.size, (const char *)name.at, out->federation);
    return address_read(view_of_text(text), &out->agency);
}

static bool read_directory(struct view numbers, struct certificate *out)
{
    struct view k;

    return text_split(&numbers, '/', &k) && numbers.at != NULL && text_read_u32(k, &out->directory_k) &&
           text_read_u32(numbers, &out->directory_i) && out->directory_k > 0 && out->directory_i > 0;
}

bool spiffe_read(struct view uri, struct certificate *out, enum spiffe_kind *kind)
{
    const uint8_t *slash;
    struct view federation;

    if (!skip_prefix(&uri, "spiffe://") || uri.size == 0)
        return false;
    slash = memchr(uri.at, '/', uri.size);
    federation = view_of(uri.at, slash == NULL ? uri.size : (size_t)(slash - uri.at));
    if (label_read(federation, &out->label)) {
        uri = view_of(uri.at + federation.size, uri.size - federation.size);
        *kind = uri.size == 0 ? SPIFFE_LABEL : SPIFFE_NODE;
        return uri.size == 0 || (skip_prefix(&uri, "/") && ident_read(uri, &out->node));
    }
    if (!federation_name_ok(federation))
        return false;
    memcpy(out->federation, federation.at, federation.size);
    out->federation[federation.size] = '\0';
    uri = view_of(uri.at + federation.size, uri.size - federation.size);
    *kind = SPIFFE_AUTHORITY;
    if (uri.size == 0)
        return true;
    *kind = SPIFFE_AGENCY;
    if (skip_prefix(&uri, "/agency/"))
        return read_agency(uri, out);
    *kind = SPIFFE_DIRECTORY;
    return skip_prefix(&uri, "/directory/") && read_directory(uri, out);
}
