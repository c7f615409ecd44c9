/* Gives every file of the folders named on the command line to the fuzz target, once. Fails where there is none: a
 * corpus that is lost must not pass for one that holds. */
#include "base/file.h"
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define INPUT_MAX 4194304 /* bytes */

static void replay(const char *folder, const char *name)
{
    char path[FILE_PATH_MAX];
    struct bytes input = {0};
    struct error err;

    REQUIRE(file_path(path, folder, name, &err));
    REQUIRE(file_read(path, INPUT_MAX, &input, &err));
    (void)LLVMFuzzerTestOneInput(input.at, input.size);
    bytes_fini(&input);
}

int main(int argc, char **argv)
{
    unsigned count = 0;

    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        struct dirent *entry;

        REQUIRE(folder != NULL);
        while ((entry = readdir(folder)) != NULL)
            if (entry->d_name[0] != '.') {
                replay(argv[i], entry->d_name);
                count++;
            }
        (void)closedir(folder);
    }
    (void)printf("%u inputs\n", count);
    return count == 0;
}
