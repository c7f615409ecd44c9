#include "output/passphrase_input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/bounds.h"
#include "formats/passphrase_text.h"

/* --- from a file --- */

static bool check_private(int fd, const char *path, struct error *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", path, strerror(errno));
    if (S_ISREG(st.st_mode) && (st.st_mode & 0077) != 0)
        return error_set(err, E_KEY_02, "%s can be read by others", path);
    return true;
}

#define MARKS_ROOM 8 /* bytes: more than the marks that an editor adds to the line */

static bool read_line(int fd, struct secret *out, struct error *err)
{
    struct secret line = {0};
    struct secret text = {0};
    bool ok = secret_read_line(fd, BOUND_PASSPHRASE + MARKS_ROOM, &line, err) &&
              passphrase_text_read(secret_view(&line), &text, err);

    if (ok && text.size == 0)
        ok = error_set(err, E_KEY_18, "the passphrase is empty");
    if (ok)
        *out = text;
    secret_fini(&line);
    return ok;
}

bool passphrase_read_from(const struct options *o, const char *option, struct secret *out, bool *given,
                          struct error *err)
{
    const char *path = options_value(o, option);
    bool ok;
    int fd;

    *given = path != NULL;
    if (path == NULL)
        return true;
    if (strcmp(path, "-") == 0)
        return read_line(STDIN_FILENO, out, err);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", path, strerror(errno));
    ok = check_private(fd, path, err) && read_line(fd, out, err);
    (void)close(fd);
    return ok;
}

/* --- from the terminal --- */

static const int end_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
#define END_SIGNAL_COUNT (sizeof end_signals / sizeof end_signals[0])

static int terminal = -1;
static struct termios saved_termios;

/* Restores the terminal's echo before the signal ends or stops the program. */
static void on_end_signal(int number)
{
    (void)tcsetattr(terminal, TCSANOW, &saved_termios);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

bool passphrase_has_terminal(void)
{
    return isatty(STDIN_FILENO) == 1;
}

/* Reads one line without its line feed; not by stdio, whose buffer would keep a copy. */
static bool read_typed_line(int fd, struct secret *out, struct error *err)
{
    struct secret room;
    ssize_t n;
    bool ok = true;

    secret_new(&room, BOUND_PASSPHRASE + 2);
    do
        n = read(fd, room.at, room.size);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        ok = error_set(err, E_KEY_18, "nothing was typed");
    else if ((size_t)n > BOUND_PASSPHRASE + 1 || room.at[n - 1] != '\n')
        ok = error_set(err, E_KEY_18, "the passphrase is longer than %d bytes", BOUND_PASSPHRASE);
    else
        ok = passphrase_text_read(view_of(room.at, (size_t)n), out, err);
    secret_fini(&room);
    return ok;
}

bool passphrase_prompt(const char *prompt, struct secret *out, struct error *err)
{
    struct sigaction before[END_SIGNAL_COUNT];
    struct sigaction end_action = {.sa_handler = on_end_signal};
    struct termios silent;
    bool ok;

    terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal < 0 || tcgetattr(terminal, &saved_termios) != 0) {
        if (terminal >= 0)
            (void)close(terminal);
        return error_set(err, E_USE_02, "there is no terminal to ask for the passphrase; give --passphrase-file");
    }
    for (size_t i = 0; i < END_SIGNAL_COUNT; i++)
        (void)sigaction(end_signals[i], &end_action, &before[i]);
    silent = saved_termios;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    silent.c_lflag |= ICANON;
    (void)tcsetattr(terminal, TCSAFLUSH, &silent);
    (void)dprintf(terminal, "%s", prompt);
    ok = read_typed_line(terminal, out, err);
    (void)tcsetattr(terminal, TCSAFLUSH, &saved_termios);
    (void)dprintf(terminal, "\n");
    for (size_t i = 0; i < END_SIGNAL_COUNT; i++)
        (void)sigaction(end_signals[i], &before[i], NULL);
    (void)close(terminal);
    return ok;
}

bool passphrase_prompt_new(const char *prompt, struct secret *out, struct error *err)
{
    struct secret first = {0};
    struct secret again = {0};
    bool ok = passphrase_prompt(prompt, &first, err);

    if (ok && first.size > 0)
        ok = passphrase_prompt("Again: ", &again, err) && (view_equal(secret_view(&first), secret_view(&again)) ||
                                                           error_set(err, E_KEY_18, "the two passphrases differ"));
    if (ok)
        *out = first;
    else
        secret_fini(&first);
    secret_fini(&again);
    return ok;
}
