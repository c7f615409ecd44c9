/* The bytes of one section; the first byte selects the section. What is accepted encodes to the same bytes, and the
 * check that unpacks nothing gives the same result as the decoder. */
#include "codec/case_codec.h"
#include "fuzz.h"

/* With one field left out, the section keeps all its other fields or becomes empty. */
static void without_one(enum section s, struct view wire, uint32_t ref, size_t count)
{
    uint32_t refs[CASE_SECTION_FIELDS];
    struct bytes rest = {0};
    struct error err;
    size_t left = 0;
    bool empty;

    REQUIRE(case_section_without(s, wire, &ref, 1, &rest, &empty, &err));
    REQUIRE(empty || case_section_fields(s, bytes_view(&rest), refs, &left, &err));
    REQUIRE(left == count - 1);
    for (size_t i = 0; i < left; i++)
        REQUIRE(refs[i] != ref);
    bytes_fini(&rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
    uint32_t refs[CASE_SECTION_FIELDS];
    struct arena arena = {0};
    struct bytes again = {0};
    struct case_data c;
    struct error err;
    enum section s;
    size_t count = 0;
    bool empty;
    bool ok;

    if (size == 0)
        return 0;
    s = (enum section)(1 + *at % (SECTION_END - 1));
    case_init(&c, &arena);
    ok = case_section_decode(s, view_of(at + 1, size - 1), &c, &err);
    REQUIRE(ok == case_section_fields(s, view_of(at + 1, size - 1), refs, &count, &err));
    if (ok) {
        REQUIRE(case_section_encode(&c, s, &again, &empty, &err) && !empty);
        REQUIRE(view_equal(bytes_view(&again), view_of(at + 1, size - 1)));
        for (size_t i = 0; i < count; i++)
            REQUIRE(case_field_ref_name(refs[i]) != NULL && (i == 0 || refs[i] > refs[i - 1]));
        without_one(s, bytes_view(&again), refs[*at / SECTION_END % count], count);
    }
    bytes_fini(&again);
    arena_fini(&arena);
    return 0;
}
