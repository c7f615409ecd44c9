#ifndef TESTS_FAKE_DISK_H
#define TESTS_FAKE_DISK_H
/* The free space of the disk, as a test sets it. Its program is linked with --wrap=statvfs. */

#include <stdint.h>

/* The free space that statvfs reports from now on; 0: the real value. The rest of statvfs is the kernel's. */
void fake_disk_set_free(uint64_t bytes);
/* The same of what lies under the folder HOME alone, of a few folders at most. */
void fake_disk_set_free_at(const char *home, uint64_t bytes);

#endif
