#ifndef REFEXD_CREDENTIAL_H
#define REFEXD_CREDENTIAL_H
/* Credentials that the service manager hands to this process (systemd.exec(5), CREDENTIALS_DIRECTORY).
 *
 * Floor: refexd.
 */

#define CREDENTIAL_PASSPHRASE "passphrase"            /* one line */
#define CREDENTIAL_FEDERATION "federation-passphrase" /* of the keys in the federation's folder; one line */

/* A descriptor from which the credential NAME is read, of the caller; -1: there is none that this process can read. */
int credential_open(const char *name);

#endif
