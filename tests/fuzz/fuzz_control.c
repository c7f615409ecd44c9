/* Messages of the control socket, in both directions: the first byte selects the message, the rest is its bytes. What
 * is accepted must encode to the same bytes: one meaning, one spelling. */

#include <stdint.h>
#include <stdlib.h>

#include "codec/contract.h"
#include "codec/control_messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct contract_message *const messages[] = {
#define MESSAGE(name, S) &name##_contract,
    CONTROL_MESSAGES(MESSAGE, MESSAGE)
#undef MESSAGE
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena = {.wiping = true, .max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME};
    struct bytes again = {0};
    struct error err = {0};
    const struct contract_message *m;
    struct view wire;
    void *out;

    if (size < 1)
        return 0;
    arena_reset(&arena);
    m = messages[data[0] % (sizeof messages / sizeof messages[0])];
    wire = view_of(data + 1, size - 1);
    out = xnew(m->size);
    if (contract_decode(m, wire, &arena, out, &err)) {
        contract_encode(m, out, &again);
        REQUIRE(view_equal(wire, bytes_view(&again)));
    } else {
        REQUIRE(err.code == E_CTL_01);
    }
    bytes_fini(&again);
    free(out);
    return 0;
}
