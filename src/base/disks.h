#ifndef BASE_DISKS_H
#define BASE_DISKS_H
/* Which disks lie below two folders: whether one disk that fails, or is taken away, takes both.
 *
 * Floor: base. The kernel is asked (Linux: /sys and the list of mounts), which takes no right and opens no device:
 * partitions, LVM, LUKS, md, btrfs and files behind loop devices are followed down to the disks. A disk is what the
 * kernel has hardware for. What a hypervisor, a RAID controller or a storage network gives as a disk counts as one.
 */

#include <stdint.h>

#include "base/error.h"

enum disks_answer {
    DISKS_UNKNOWN, /* not all below one of them could be found, and what was found is not common to both */
    DISKS_SHARED,  /* they are on one file system, or a disk lies below both */
    DISKS_APART,   /* all disks below either were found, and none lies below both */
};

/* Where the kernel is asked. */
struct disks_kernel {
    const char *sys;    /* "/sys" */
    const char *mounts; /* "/proc/self/mountinfo" */
};

/* Where a folder or file lies. */
struct disks_place {
    unsigned major; /* of the device of its file system; 0: it is on none that the kernel names */
    unsigned minor;
    uint64_t mount; /* its number in the list of mounts; 0: not known */
};

/* False where PATH cannot be looked at. */
MUST_USE bool disks_read_place(const char *path, struct disks_place *out);
enum disks_answer disks_compare_places(const struct disks_kernel *k, const struct disks_place *a,
                                       const struct disks_place *b);
/* The same of two paths, asked of this machine's kernel. */
enum disks_answer disks_compare(const char *a, const char *b);

#endif
