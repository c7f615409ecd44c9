/* Gives every file of the folders named on the command line to the fuzz target, and then mutated copies of them for
 * SECONDS: not guided by coverage as libFuzzer is, but without the need for its compiler. Fails where there is no file,
 * so that a lost corpus does not pass.
 *
 * usage: fuzz_NAME [--seconds SECONDS] FOLDER…
 *
 * An input that ends the program is left as crash-NAME in the working folder.
 */
#include "base/file.h"
#include "fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef REFEX_SANITIZED
#include <sanitizer/common_interface_defs.h>
#endif

#define INPUT_MAX     4194304 /* bytes */
#define SEEDS_MAX     4096
#define MUTATIONS_MAX 6 /* per copy */

static struct bytes seeds[SEEDS_MAX];
static size_t seed_count;
static struct view current_input; /* what the target has now */
static const char *program;
static uint64_t state = 88172645463325252u; /* xorshift with a fixed seed: the same in every run */

static uint64_t random_below(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static void save_crash_input(void)
{
    char name[FILE_PATH_MAX];
    const char *slash = strrchr(program, '/');
    FILE *f;

    (void)snprintf(name, sizeof name, "crash-%s", slash != NULL ? slash + 1 : program);
    f = fopen(name, "wb");
    if (f != NULL) {
        (void)fwrite(current_input.at, 1, current_input.size, f);
        (void)fclose(f);
    }
}

static void on_abort(int signal)
{
    (void)signal; /* the program ends when this returns */
    save_crash_input();
}

static void run_input(struct view input)
{
    uint8_t *exact = malloc(input.size); /* no spare byte: a read past the end is seen */

    REQUIRE(exact != NULL);
    if (input.size > 0)
        memcpy(exact, input.at, input.size);
    current_input = input;
    (void)LLVMFuzzerTestOneInput(exact, input.size);
    free(exact);
}

static void read_seed(const char *folder, const char *name)
{
    char path[FILE_PATH_MAX];
    struct error err;

    REQUIRE(seed_count < SEEDS_MAX);
    REQUIRE(file_join_path(path, folder, name, &err));
    REQUIRE(file_read(path, INPUT_MAX, &seeds[seed_count], &err));
    seed_count++;
}

static void read_folder(const char *name)
{
    DIR *folder = opendir(name);
    struct dirent *entry;

    REQUIRE(folder != NULL);
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            read_seed(name, entry->d_name);
    (void)closedir(folder);
}

/* One mutation: a bit, a byte, a wrong length, a piece removed, a piece of another seed inserted. */
static void mutate(struct bytes *b)
{
    const struct bytes *other = &seeds[random_below(seed_count)];
    size_t at = (size_t)random_below(b->size + 1);
    size_t rest = b->size - at;
    size_t some;

    switch (random_below(5)) {
    case 0:
        if (rest > 0)
            b->at[at] ^= (uint8_t)(1u << random_below(8));
        break;
    case 1:
        if (rest > 0)
            b->at[at] = (uint8_t)random_below(256);
        break;
    case 2:
        if (rest > 0)
            b->at[at] = (uint8_t[]){0, 1, 0x7f, 0x80, 0xff}[random_below(5)];
        break;
    case 3:
        some = (size_t)random_below(rest + 1);
        if (rest > 0)
            memmove(b->at + at, b->at + at + some, rest - some);
        b->size -= some;
        break;
    default:
        some = other->size < rest ? other->size : rest;
        some = some > 0 ? (size_t)random_below(some) : 0;
        if (some > 0)
            memcpy(b->at + at, other->at + random_below(other->size - some), some);
        break;
    }
}

static unsigned long run_mutated(long seconds)
{
    time_t end = time(NULL) + seconds;
    unsigned long count = 0;

    while (time(NULL) < end) {
        const struct bytes *seed = &seeds[random_below(seed_count)];
        struct bytes copy = {0};

        bytes_append_view(&copy, bytes_view(seed));
        for (uint64_t n = random_below(MUTATIONS_MAX) + 1; n > 0; n--)
            mutate(&copy);
        run_input(bytes_view(&copy));
        bytes_fini(&copy);
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    long seconds = 0;
    unsigned long mutated;

    program = argv[0];
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            seconds = strtol(argv[++i], NULL, 10);
        else
            read_folder(argv[i]);
    if (seed_count == 0)
        return 1;
    (void)signal(SIGABRT, on_abort);
#ifdef REFEX_SANITIZED
    __sanitizer_set_death_callback(save_crash_input);
#endif
    for (size_t i = 0; i < seed_count; i++)
        run_input(bytes_view(&seeds[i]));
    mutated = run_mutated(seconds);
    (void)printf("%zu inputs, %lu changed\n", seed_count, mutated);
    for (size_t i = 0; i < seed_count; i++)
        bytes_fini(&seeds[i]);
    return 0;
}
