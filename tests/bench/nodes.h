#ifndef BENCH_NODES_H
#define BENCH_NODES_H
/* Two enrolled nodes of real programs, and what is asked of them. Whatever goes wrong ends the program (nodes_give_up).
 */

#include <sys/types.h>

#include "base/arena.h"
#include "base/file.h"
#include "codec/control_codec.h"
#include "refex/client.h"

struct agency {
    const char *name;
    const char *kind;
    char home[FILE_PATH_MAX];
    char endpoint[32];
    pid_t pid;
    struct refex_client *client;
    struct control_status status; /* only the process ids */
    double cpu_node;              /* seconds */
    double cpu_link;
};
extern struct agency nodes_agencies[2];
extern struct agency nodes_watcher; /* a second connection to the first node */
extern char nodes_dir[FILE_PATH_MAX];

struct answer_copy {
    struct bytes bytes; /* of the last item */
};

void nodes_give_up(const char *what, const char *why);
void nodes_check(bool ok, const struct refex_failure *why, const char *what);
double nodes_now_s(void);

/* Sets where the programs are, beside this one. */
void nodes_find_programs(void);
/* Makes, enrols and starts both, in nodes_dir. */
void nodes_set_up(void);
/* Starts what nodes_set_up once made in nodes_dir. */
void nodes_start_again(void);
void nodes_stop(void);

/* User and system seconds of a process so far. */
double nodes_cpu_of(uint32_t pid);
/* Seconds that the first node has computed so far. */
double nodes_computed_s(void);
/* Proportional set size in MB; 0 where the process does not allow reading it. */
double nodes_memory_of(uint32_t pid);

bool nodes_on_answer(void *cookie, const void *message, size_t size, struct refex_failure *why);
void nodes_ask(struct agency *a, uint16_t kind, struct view message, struct answer_copy *k, const char *what);
struct control_status nodes_status(struct agency *a, struct arena *arena);
/* A case of about 2 KB in the sections that are shared. */
struct ident nodes_import_case(struct agency *a);
void nodes_record_consent(struct agency *a, const struct ident *case_id, const struct address *to);

#endif
