#ifndef BASE_LOG_H
#define BASE_LOG_H
/* Lines for the operator, on standard error: "refexd[812]: warning: event=peer.down peer=brama@nrm.example".
 *
 * Floor: base. Ids and agencies only: no name, contact, free text or code-name of a person ever (a test reads the logs
 * of the whole demo for planted names). Under systemd (JOURNAL_STREAM) the level is the <N> prefix.
 */

enum log_level { LOG_ERROR = 3, LOG_WARNING = 4, LOG_NOTICE = 5, LOG_INFO = 6, LOG_DEBUG = 7 };

/* PROGRAM must live on. Lines above LEVEL are dropped; default LOG_INFO. */
void log_init(const char *program, enum log_level level);
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
