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

/* The one table of every message that may come on a seam. Each door asks it before it reads a payload; a message that
 * is not in it ends the process that sent it (after OpenSSH's monitor). */

#define ANY_NUMBER false
#define ONCE       true /* in the life of the process that sends it */

struct permit_row {
    enum seam_route route;
    uint16_t kind;
    unsigned phases;
    bool once;
    const char *name;
};

/* clang-format off */
static const struct permit_row rows[] = {
    {SEAM_TO_LINK,       SEAM_CONFIGURE,   SEAM_BEFORE_CONFIGURE, ONCE,       "configure"},
    {SEAM_TO_LINK,       SEAM_UPDATE,      SEAM_OPEN,             ANY_NUMBER, "update"},
    {SEAM_TO_LINK,       SEAM_DIAL,        SEAM_OPEN,             ANY_NUMBER, "dial"},
    {SEAM_TO_LINK,       SEAM_SEND,        SEAM_OPEN,             ANY_NUMBER, "send"},
    {SEAM_TO_LINK,       SEAM_HANG_UP,     SEAM_OPEN,             ANY_NUMBER, "hang-up"},
    {SEAM_TO_LINK,       SEAM_LINKED,      SEAM_OPEN,             ANY_NUMBER, "linked"},
    {SEAM_FROM_LINK,     SEAM_HELLO,       SEAM_BEFORE_HELLO,     ONCE,       "hello"},
    {SEAM_FROM_LINK,     SEAM_FAILED,      SEAM_BEFORE_HELLO,     ONCE,       "failed"},
    {SEAM_FROM_LINK,     SEAM_LISTENING,   SEAM_OPEN,             ONCE,       "listening"},
    {SEAM_FROM_LINK,     SEAM_LINK_UP,     SEAM_OPEN,             ANY_NUMBER, "link-up"},
    {SEAM_FROM_LINK,     SEAM_FRAME,       SEAM_OPEN,             ANY_NUMBER, "frame"},
    {SEAM_FROM_LINK,     SEAM_LINK_DOWN,   SEAM_OPEN,             ANY_NUMBER, "link-down"},
    {SEAM_FROM_LINK,     SEAM_DIAL_FAILED, SEAM_OPEN,             ANY_NUMBER, "dial-failed"},
    {SEAM_FROM_LINK,     SEAM_FLOW,        SEAM_OPEN,             ANY_NUMBER, "flow"},
    {SEAM_FROM_LINK,     SEAM_LINK_WAITS,  SEAM_OPEN,             ANY_NUMBER, "link-waits"},
    {SEAM_FROM_LINK,     SEAM_OFFER,       SEAM_OPEN,             ANY_NUMBER, "offer"},
    {SEAM_TO_RESOLVER,   SEAM_RESOLVE,     SEAM_OPEN,             ANY_NUMBER, "resolve"},
    {SEAM_FROM_RESOLVER, SEAM_HELLO,       SEAM_BEFORE_HELLO,     ONCE,       "hello"},
    {SEAM_FROM_RESOLVER, SEAM_FAILED,      SEAM_BEFORE_HELLO,     ONCE,       "failed"},
    {SEAM_FROM_RESOLVER, SEAM_RESOLVED,    SEAM_OPEN,             ANY_NUMBER, "resolved"},
};
/* clang-format on */

#define ROW_COUNT (sizeof rows / sizeof rows[0])

_Static_assert(ROW_COUNT <= 32, "a bit of *USED for each row");
_Static_assert(BOUND_ENVELOPE + SEAM_SEND_OVERHEAD <= BOUND_FRAME, "a message crosses the seam in one frame");
_Static_assert(BOUND_DIRECTORY + SEAM_SEND_OVERHEAD <= BOUND_FRAME, "and a directory");

static const char *const speakers[] = {
    [SEAM_TO_LINK] = "refexd",
    [SEAM_FROM_LINK] = "refex-link",
    [SEAM_TO_RESOLVER] = "refexd",
    [SEAM_FROM_RESOLVER] = "the resolver",
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
        const struct permit_row *row = &rows[i];
        uint32_t bit = UINT32_C(1) << i;

        if (row->route != route || row->kind != kind || (row->phases & phase) == 0)
            continue;
        if (row->once && (*used & bit) != 0)
            return error_set(err, E_LNK_13, "%s says %s (%u) a second time", speakers[route], row->name, kind);
        *used |= bit;
        return true;
    }
    return error_set(err, E_LNK_13, "%s says %s (%u), which it may not now", speakers[route], kind_name(kind), kind);
}
