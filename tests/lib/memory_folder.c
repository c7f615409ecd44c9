#include "memory_folder.h"

#include <stdlib.h>
#include <unistd.h>

const char *memory_folder(void)
{
    const char *given = getenv("REFEX_TEST_FOLDER");

    if (given != NULL)
        return given;
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}
