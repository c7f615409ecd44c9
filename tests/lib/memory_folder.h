#ifndef TESTS_MEMORY_FOLDER_H
#define TESTS_MEMORY_FOLDER_H
/* Where tests make the folders of nodes and databases. */

/* The folder that REFEX_TEST_FOLDER names, else /dev/shm where it is there, which is memory, else /tmp. A test that is
 * ended leaves there what it made; who ends many (tools/mutants.py) names a folder and removes it. */
const char *memory_folder(void);

#endif
