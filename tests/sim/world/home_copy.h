#ifndef TESTS_HOME_COPY_H
#define TESTS_HOME_COPY_H
/* Homes of nodes that are down, copied and removed in this process: a shell for each would take longer than what most
 * nodes do in a run. */

/* Makes the folder TO, which is not there, with all that lies in FROM: files and folders. Aborts where it cannot. */
void home_copy(const char *from, const char *to);

#endif
