/* Signed notes: what is parsed is put together again from its parts, byte for byte. */
#include <string.h>

#include "auditlog/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
    struct bytes again = {0};
    struct note n;
    struct error err;

    if (!note_read_any(view_of(at, size), &n, &err))
        return 0;
    REQUIRE(n.line_count >= 1 && n.line_count <= BOUND_NOTE_SIGNATURES);
    bytes_append_view(&again, n.text);
    bytes_append_text(&again, "\n");
    for (size_t i = 0; i < n.line_count; i++) {
        bytes_append_text(&again, "\xe2\x80\x94 ");
        bytes_append_view(&again, n.lines[i].name);
        bytes_append_text(&again, " ");
        bytes_append_view(&again, n.lines[i].base64);
        bytes_append_text(&again, "\n");
    }
    REQUIRE(view_equal(bytes_view(&again), view_of(at, size)));
    bytes_fini(&again);
    return 0;
}
