#include "codec/seam.h"

/* --- reasons --- */

static const struct {
    const char *name;
    enum error_code code;
} reasons[LINK_REASON_END] = {
    [LINK_REASON_NONE] = {"?", E_LNK_16},
#define LINK_REASON(id, name, code) [id] = {name, code},
#include "codec/link_reasons.def"
#undef LINK_REASON
};

const char *link_reason_name(enum link_reason r)
{
    return r > LINK_REASON_NONE && r < LINK_REASON_END ? reasons[r].name : reasons[LINK_REASON_NONE].name;
}

enum error_code link_reason_code(enum link_reason r)
{
    REQUIRE(r > LINK_REASON_NONE && r < LINK_REASON_END);
    return reasons[r].code;
}

enum link_reason link_reason_of(enum error_code code)
{
    for (int r = LINK_UNREACHABLE; r < LINK_REASON_END; r++)
        if (reasons[r].code == code)
            return (enum link_reason)r;
    return LINK_CUT;
}

/* --- what may come, and when --- */

enum { TO_LINK = 1 << SEAM_TO_LINK, FROM_LINK = 1 << SEAM_FROM_LINK };
enum { TO_RESOLVER = 1 << SEAM_TO_RESOLVER, FROM_RESOLVER = 1 << SEAM_FROM_RESOLVER };
enum { TO_CA = 1 << SEAM_TO_CA, FROM_CA = 1 << SEAM_FROM_CA };
enum { FROM_ANY = FROM_LINK | FROM_RESOLVER | FROM_CA };
enum { OFTEN, ONCE };

/* Each door asks it before it reads a payload. */
static const struct {
    const char *name;
    unsigned routes; /* 1 << enum seam_route */
    enum seam_phase phase;
    uint16_t kind;
    bool once;
} rows[] = {
#define SEAM_KIND(number, ID, name, ROUTES, PHASE, TIMES) {name, ROUTES, SEAM_##PHASE, number, (TIMES) == ONCE},
#include "codec/seam_kinds.def"
#undef SEAM_KIND
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

_Static_assert(ROW_COUNT <= 32, "a bit of *USED for each row");
_Static_assert(BOUND_ENVELOPE + SEAM_SEND_OVERHEAD <= BOUND_FRAME, "a message crosses the seam in one frame");
_Static_assert(BOUND_DIRECTORY + SEAM_SEND_OVERHEAD <= BOUND_FRAME, "and a directory");

static const char *const speakers[] = {
    [SEAM_TO_LINK] = "refexd",     [SEAM_FROM_LINK] = "refex-link",
    [SEAM_TO_RESOLVER] = "refexd", [SEAM_FROM_RESOLVER] = "the resolver",
    [SEAM_TO_CA] = "refexd",       [SEAM_FROM_CA] = "refex-ca",
};

static const char *kind_name(uint16_t kind)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].kind == kind)
            return rows[i].name;
    return "?";
}

bool seam_permit(enum seam_route route, enum seam_phase phase, uint32_t *used, uint16_t kind, struct error *err)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        uint32_t bit = UINT32_C(1) << i;

        if (rows[i].kind != kind || (rows[i].routes & 1U << route) == 0 || rows[i].phase != phase)
            continue;
        if (rows[i].once && (*used & bit) != 0)
            return error_set(err, E_LNK_13, "%s says %s (%u) a second time", speakers[route], rows[i].name, kind);
        *used |= bit;
        return true;
    }
    return error_set(err, E_LNK_13, "%s says %s (%u), which it may not now", speakers[route], kind_name(kind), kind);
}
