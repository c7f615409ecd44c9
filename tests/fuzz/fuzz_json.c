/* Untrusted cases from a file of HTCDS JSON. */
#include "fuzz.h"
#include "import_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
    import_check(view_of(at, size), IMPORT_HTCDS_JSON);
    return 0;
}
