#include "exchange/members/issuers_known.h"

#include "exchange/members/membership_admits.h"
#include "store/note_store.h"

/* Their names in the store: u16 size ‖ DER each. */
static const struct {
    const char *name;
    enum certificate_use use;
} rows[] = {
    {"issuers-known", CERTIFICATE_ISSUING},
    {"transports-known", CERTIFICATE_TRANSPORT_CA},
};

#define ROWS (sizeof rows / sizeof rows[0])

static const struct view no_agency = {(const uint8_t *)"", 0};

static bool load(struct db *db, size_t which, struct membership *membership, struct error *err)
{
    struct view at[BOUND_ISSUERS];
    struct bytes row = {0};
    uint64_t sequence;
    size_t count = 0;
    bool found;
    bool ok = note_store_get(db, rows[which].name, no_agency, &found, &sequence, &row, err);

    for (size_t i = 0; ok && i + 2 <= row.size && count < BOUND_ISSUERS; count++) {
        size_t size = read_u16(row.at + i);

        if (size > row.size - i - 2) /* a row that is cut counts for what is whole */
            break;
        at[count] = view_of(row.at + i + 2, size);
        i += 2 + size;
    }
    membership_keep_issuers(membership, rows[which].use, at, count);
    bytes_fini(&row);
    return ok;
}

bool issuers_known_load(struct db *db, struct membership *membership, struct error *err)
{
    for (size_t i = 0; i < ROWS; i++)
        if (!load(db, i, membership, err))
            return false;
    return true;
}

static bool store(struct db *db, size_t which, const struct membership *membership, struct error *err)
{
    struct view at[BOUND_ISSUERS];
    size_t count = membership_former_issuers(membership, rows[which].use, at);
    struct bytes row = {0};
    bool ok;

    for (size_t i = 0; i < count; i++) {
        bytes_append_u16(&row, (uint16_t)at[i].size);
        bytes_append_view(&row, at[i]);
    }
    ok = note_store_put(db, rows[which].name, no_agency, membership_directory(membership)->sequence, bytes_view(&row),
                        err);
    bytes_fini(&row);
    return ok;
}

bool issuers_known_store(struct db *db, const struct membership *membership, struct error *err)
{
    for (size_t i = 0; i < ROWS; i++)
        if (!store(db, i, membership, err))
            return false;
    return true;
}
