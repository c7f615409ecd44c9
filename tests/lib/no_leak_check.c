/* For the sanitized build of the programs: the leak check traces its own process, which secret_harden_process forbids.
 * Leaks are looked for in the unit tests. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
