#!/bin/bash
# Functions of libc, and a few of the libraries, that src does not call, each with its reason.
. "$(dirname "$0")/lib.sh"
set -o pipefail

# REASON: FUNCTION… [~ARGUMENTS, a pattern: with these it may be called]
banned='
writes without knowing the room (bytes_append, snprintf): strcpy strcat stpcpy wcscpy wcscat sprintf vsprintf gets
pads, or ends without a NUL, and does not tell (snprintf, memcpy): strncpy strncat stpncpy
not in every libc (snprintf, memcpy): strlcpy strlcat
changes its input (text_split): strtok strtok_r strsep
takes anything for a number (text_read_u64): atoi atol atoll atof
takes signs and spaces, and overflows without a word (text_read_*): scanf fscanf sscanf vscanf vfscanf vsscanf
takes signs and spaces (text_read_u64): strtol strtoul strtoll strtoull strtoimax strtoumax
depends on the locale (no number here has a fraction): strtod strtof strtold
undefined for a negative char: isalpha isdigit isalnum isspace isupper islower ~\(unsigned char\)
undefined for a negative char: isprint ispunct isxdigit iscntrl toupper tolower ~\(unsigned char\)
makes bytes depend on the locale of the person: setlocale uselocale strcoll strxfrm
takes from the stack what nobody bounded: alloca strdupa strndupa
comes back without memory (xnew, arena_alloc, bytes): malloc calloc realloc reallocarray aligned_alloc
comes back without memory (arena_strdup, bytes): strdup strndup asprintf vasprintf
goes through a shell (fork and exec): system popen wordexp
searches PATH (execve with a path): execlp execvp execvpe posix_spawnp
shares its memory with a child (fork): vfork
names a file that another may make first (mkdtemp, mkostemp): mktemp tmpnam tempnam tmpfile
can be guessed (struct random_source): rand rand_r random srand srandom drand48 lrand48 mrand48
randomness is a parameter (struct random_source): getrandom getentropy arc4random RAND_bytes RAND_priv_bytes
time is a parameter (struct clock): time gettimeofday clock_gettime uv_now uv_hrtime
leaves out what the functions between would free: setjmp sigsetjmp longjmp siglongjmp
differs from system to system (sigaction; to ignore and to reset is the same everywhere): signal ~SIG_(DFL|IGN)\)
differs from system to system (sigaction): sigset bsd_signal siginterrupt
nothing sleeps (a timer): sleep usleep nanosleep clock_nanosleep uv_sleep
keeps its answer where the next call overwrites it (text_write_time): gmtime localtime ctime asctime
depends on the time zone of the machine (UTC): localtime_r mktime ctime_r asctime_r
waits for the network (link/host_lookup.c, a process of its own): getaddrinfo getnameinfo gethostbyname gethostbyaddr
IPv4 alone, in any spelling (socket_parse_address): inet_addr inet_aton inet_ntoa
obsolete (memcpy, memset, memcmp, strchr, strrchr): bcopy bzero bcmp index rindex
one function wipes (secret_wipe): explicit_bzero memset_s OPENSSL_cleanse
keeps what was typed in a buffer of its own (output/passphrase_input.c): getpass
the environment of a child is chosen for it, ours stays: setenv putenv unsetenv clearenv
what a program links is known when it is built: dlopen dlsym
left out of a release (REQUIRE): assert
undefined above descriptor 1023 (poll): select pselect FD_SET
'
# FILE (a pattern) FUNCTION REASON: where it is right all the same.
right='
src/base/(arena|bytes)\.c               malloc         looks for NULL, and ends the process
src/base/(arena|bytes)\.c               calloc         looks for NULL, and ends the process
src/base/(arena|bytes)\.c               realloc        looks for NULL, and ends the process
src/base/clock\.c                       clock_gettime  the real struct clock
src/base/clock\.c                       localtime_r    the day where the user of the process is
src/base/secret\.c                      explicit_bzero secret_wipe itself
src/crypto/random\.c                    RAND_bytes     the real struct random_source
src/demo/printer\.c                     nanosleep      no loop: waits for the person who reads
src/demo/printer\.c                     clock_gettime  measures the wait of a person who reads
src/io/loop\.c                          uv_now         the clock of timers, which a change of the date does not move
src/link/host_lookup\.c                 getaddrinfo    the process of its own
'

code src | awk -v banned="${banned//\\/\\\\}" -v right="${right//\\/\\\\}" '
BEGIN {
    lines = split(banned, line, "\n")
    for (i = 1; i <= lines; i++) {
        allowed = ""
        if (at = index(line[i], " ~")) {
            allowed = substr(line[i], at + 2)
            line[i] = substr(line[i], 1, at - 1)
        }
        if (!match(line[i], /: [^:]*$/)) continue
        n = split(substr(line[i], RSTART + 2), w, " ")
        for (k = 1; k <= n; k++) {
            why[w[k]] = substr(line[i], 1, RSTART - 1)
            if (allowed != "") with[w[k]] = "^ *\\(.*" allowed
        }
    }
    lines = split(right, line, "\n")
    for (i = 1; i <= lines; i++)
        if (split(line[i], w, " ") > 2) { file_of[++rights] = "^" w[1] "$"; function_of[rights] = w[2] }
}
function is_right(file, name, i) {
    for (i = 1; i <= rights; i++) if (name == function_of[i] && file ~ file_of[i]) return used[i] = 1
    return 0
}
{
    match($0, /^[^:]*:[0-9]*:/)
    place = substr($0, 1, RLENGTH)
    file = substr(place, 1, index(place, ":") - 1)
    rest = substr($0, RLENGTH + 1)
    while (match(rest, /[A-Za-z_][A-Za-z_0-9]*/)) {
        name = substr(rest, RSTART, RLENGTH)
        member = substr(rest, 1, RSTART - 1) ~ /(\.|->)$/
        rest = substr(rest, RSTART + RLENGTH)
        if (!(name in why) || member || rest !~ /^ *\(/ || (name in with && rest ~ with[name])) continue
        if (!is_right(file, name)) print place " " name ": " why[name]
    }
}
END {
    for (i = 1; i <= rights; i++)
        if (!used[i]) print "tests/house/banned.sh: " file_of[i] " does not call " function_of[i] ": take the row away"
}' |
    report_lines "what stands for it is in brackets; where it is right all the same: tests/house/banned.sh"
finish
