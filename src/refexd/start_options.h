#ifndef REFEXD_START_OPTIONS_H
#define REFEXD_START_OPTIONS_H
/* How a refexd is started: its command line.
 *
 * Floor: refexd.
 */

#include "base/options.h"
#include "refexd/control_door.h"

struct start_options {
    const char *home;
    enum control_mode mode;
    int ready_fd;         /* -1: none */
    int passphrase_fd;    /* -1: none */
    bool asks_passphrase; /* exit with whether a passphrase is needed */
    bool copies_wal;
    bool runs_hooks;
    bool writes_backups;
    bool wants_help; /* or _VERSION: nothing else counts */
    bool wants_version;
};

/* What there is to say on it. */
extern const struct options_syntax start_options_syntax;
extern const char start_options_summary[];

/* E_USE_01 to _04. */
MUST_USE bool start_options_read(int argc, char **argv, struct start_options *out, struct error *err);

void start_options_print_help(void);
/* The four parts of an error, to standard error. */
void start_options_print_error(const struct error *err);

#endif
