/* Messages of the control socket, in both directions: the first byte selects the message, the rest is its bytes. What
 * is accepted must encode to the same bytes: one meaning, one spelling. */

#include <stdint.h>
#include <stdlib.h>

#include "codec/control_codec.h"
#include "codec/table_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena = {.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME};
    struct bytes again = {0};
    struct error err = {0};
    const struct table_message *m;
    struct view wire;
    void *out;

    if (size < 1)
        return 0;
    arena_reset(&arena);
    m = control_tables[data[0] % control_table_count];
    wire = view_of(data + 1, size - 1);
    out = xnew(m->size);
    if (table_decode(m, wire, &arena, out, &err)) {
        table_encode(m, out, &again);
        REQUIRE(view_equal(wire, bytes_view(&again)));
    } else {
        REQUIRE(err.code == E_CTL_01);
    }
    bytes_fini(&again);
    free(out);
    return 0;
}
