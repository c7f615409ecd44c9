#ifndef REFEXD_CONFIG_H
#define REFEXD_CONFIG_H
/* HOME/node.conf: where a node listens and how it is run. No secret is ever in it.
 *
 * Floor: refexd. Knows inih. The settings are the rows of settings.def: agency, kind, listen, endpoint, unlisted and
 * relay are written by `refex init`; group is whose members reach the control socket; allow_unconfined starts
 * refex-link even if the kernel cannot confine it. One that is unknown is an error with its line: a misspelt setting
 * must not pass for one that is in force.
 */

#include <stdint.h>
#include <sys/types.h>

#include "base/bounds.h"
#include "base/error.h"
#include "base/log.h"
#include "model/agency.h"
#include "model/ident.h"

#define CONFIG_ADDRESS_TEXT 64 /* a literal address and the NUL */

enum setting {
#define SETTING(id, ...) SETTING_##id,
#include "refexd/settings.def"
    SETTING_END
};

struct config {
    struct address agency;
    bool listens;
    char listen_address[CONFIG_ADDRESS_TEXT]; /* literal */
    uint16_t listen_port;                     /* 0: any that is free */
    char endpoint[BOUND_ENDPOINT + 1];        /* what the directory is to show; empty: as it listens */
    enum agency_kind kind; /* as was asked for, with the next two; 0: not said, then nothing is compared */
    bool unlisted;
    struct address relay; /* empty: none */
    bool has_group;
    gid_t group;
    uint32_t keep_closed_days;
    bool allow_unconfined;
    char federation[BOUND_ENDPOINT + 1];      /* its folder: a coordinator's node; empty: it is none */
    bool backup;                              /* no: there is none, and somebody said so */
    char backup_data[BOUND_BACKUP_PLACE + 1]; /* folders; empty: none is named */
    char backup_keys[BOUND_BACKUP_PLACE + 1];
    char backup_keys_name[BOUND_BACKUP_NAME + 1]; /* what other agencies are told of that place */
    uint32_t backup_generations;                  /* of the data part */
    bool metrics;                                 /* run/metrics.sock */
    enum log_level log_level;
    struct config_file {
        int64_t changed_ns;
        int64_t size;
        uint64_t number;
    } file; /* as it was when all of it was taken */
    struct config_said {
        char value[BOUND_ENDPOINT + 1]; /* as it holds: of the file, or by default */
        int line;                       /* of the file; 0: by default */
    } said[SETTING_END];
};

/* Reads HOME/node.conf. E-NOD-01 when it is not there, E-NOD-06 with file and line when it cannot be used. */
MUST_USE bool config_read(const char *home, struct config *out, struct error *err);

/* The same of FILE, its content as it was on another machine: what does not hold here is left out. *FAULT: the first
 * line that does not, E-NOD-06; E_NONE: all hold. */
void config_read_lines(struct view file, struct config *out, struct error *fault);

/* One line of node.conf. */
struct config_line {
    enum setting setting;
    const char *value;
};
/* Writes COUNT settings into HOME/node.conf, each in place of the lines that say it, the rest as it is; the whole file
 * or nothing. E-NOD-06 where the file could not be used with them, E-FIL-*. */
MUST_USE bool config_write(const char *home, const struct config_line *lines, size_t count, struct error *err);

const char *setting_name(enum setting s);
/* What a report for somebody else has of it: that it is set, its value, or nothing. */
enum setting_report { SETTING_OWN, SETTING_SHARED, SETTING_LEFT_OUT };
enum setting_report setting_in_report(enum setting s);
/* Whether it is taken with the next start only. */
bool setting_is_at_start(enum setting s);

/* Sets of settings: bit n is enum setting n. */
struct config_change {
    uint32_t taken;
    uint32_t left; /* it takes a new start */
};
/* Reads the file again, and takes into CONFIG what is otherwise and may change while the node runs. Errors as of
 * config_read: then CONFIG is as it was. */
MUST_USE bool config_read_again(const char *home, struct config *config, struct config_change *out, struct error *err);

/* Whether HOME/node.conf is still the one that was taken whole into CONFIG: one question to the file system. */
bool config_is_taken(const char *home, const struct config *config);

/* Splits "127.0.0.1:7411" or "[::1]:7411": a literal address and a port. */
bool config_read_endpoint(struct view text, char address[static CONFIG_ADDRESS_TEXT], uint16_t *port);

/* Whether CONFIG names the agency that the membership does: E-NOD-06. */
MUST_USE bool config_check_agency(const struct config *config, const struct address *member, struct error *err);

#endif
