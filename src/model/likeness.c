#include "model/likeness.h"

#include "base/error.h"

const char *likeness_text(enum likeness l)
{
    static const char *const texts[LIKENESS_END] = {
        [LIKENESS_PERSON] = "the same names and birth date",
        [LIKENESS_PHONE] = "the same phone number",
        [LIKENESS_FILE] = "the same file",
    };

    REQUIRE(l > LIKENESS_NONE && l < LIKENESS_END);
    return texts[l];
}
