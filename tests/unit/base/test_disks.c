/* Which disks lie below two places: asked of a /sys and a list of mounts that the test lays itself. */
#include "base/disks.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder.h"

static char root[FILE_PATH_MAX];
static char mounts[FILE_PATH_MAX];
static struct disks_kernel kernel = {.sys = root, .mounts = mounts};

#define MAJOR 4000 /* of all devices here, and of none of this machine */

/* --- laying it --- */

static void path_of(char out[static FILE_PATH_MAX], const char *name)
{
    struct error err;

    assert_true(file_join_path(out, root, name, &err));
}

/* Also those that it lies in. */
static void make_folder(const char *name)
{
    char path[FILE_PATH_MAX];
    char *slash;

    path_of(path, name);
    for (slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
        *slash = '\0';
        (void)mkdir(path, 0700);
    }
    (void)mkdir(path, 0700);
}

static void make_file(const char *folder, const char *name, const char *content)
{
    char path[FILE_PATH_MAX];
    char both[256];
    struct error err;

    make_folder(folder);
    (void)snprintf(both, sizeof both, "%s/%s", folder, name);
    path_of(path, both);
    assert_true(file_write(path, view_of_text(content), 0600, &err));
}

static void make_link(const char *folder, const char *name, const char *target)
{
    char path[FILE_PATH_MAX];
    char to[FILE_PATH_MAX];
    char both[256];

    make_folder(folder);
    (void)snprintf(both, sizeof both, "%s/%s", folder, name);
    path_of(path, both);
    path_of(to, target);
    assert_int_equal(symlink(to, path), 0);
}

/* A device whose folder is FOLDER/NAME, with the number MAJOR:MINOR. */
static void make_device(const char *folder, const char *name, unsigned minor)
{
    char number[16];
    char own[128];
    char slaves[160];

    (void)snprintf(own, sizeof own, "%s/%s", folder, name);
    (void)snprintf(slaves, sizeof slaves, "%s/slaves", own);
    (void)snprintf(number, sizeof number, "%d:%u", MAJOR, minor);
    make_folder(slaves);
    make_link("dev/block", number, own);
    make_link("class/block", name, own);
}

static void make_disk(const char *hardware, const char *name, unsigned minor)
{
    char folder[64];
    char own[128];

    (void)snprintf(folder, sizeof folder, "devices/%s", hardware);
    (void)snprintf(own, sizeof own, "%s/%s", folder, name);
    make_device(folder, name, minor);
    make_link(own, "device", folder);
}

static void make_partition(const char *disk, const char *name, unsigned minor)
{
    char folder[64];
    char own[128];

    (void)snprintf(folder, sizeof folder, "devices/%s/%s", disk, disk);
    (void)snprintf(own, sizeof own, "%s/%s", folder, name);
    make_device(folder, name, minor);
    make_file(own, "partition", "1\n");
}

static void put_below(const char *name, const char *below)
{
    char folder[64];
    char target[64];

    (void)snprintf(folder, sizeof folder, "devices/virtual/%s/slaves", name);
    (void)snprintf(target, sizeof target, "class/block/%s", below);
    make_link(folder, below, target);
}

/* Three disks; sda and sdb have partitions. */
static int set_up(void **state)
{
    struct error err;

    (void)state;
    if (!folder_make_fresh("/tmp/refex-test-disks", root, &err))
        return -1;
    path_of(mounts, "mountinfo");
    make_disk("sda", "sda", 0);
    make_partition("sda", "sda1", 1);
    make_partition("sda", "sda2", 2);
    make_partition("sda", "sda3", 3);
    make_disk("sdb", "sdb", 16);
    make_partition("sdb", "sdb1", 17);
    make_partition("sdb", "sdb3", 19);
    make_disk("sdc", "sdc", 32);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static enum disks_answer compare(unsigned a, unsigned b)
{
    const struct disks_place first = {.major = MAJOR, .minor = a};
    const struct disks_place second = {.major = MAJOR, .minor = b};
    enum disks_answer answer = disks_compare_places(&kernel, &first, &second);

    assert_int_equal(disks_compare_places(&kernel, &second, &first), answer);
    return answer;
}

/* A file system that has no device: MOUNT of the list, against MAJOR:MINOR. */
static enum disks_answer compare_mount(uint64_t mount, unsigned minor)
{
    const struct disks_place first = {.minor = 40 + (unsigned)mount, .mount = mount};
    const struct disks_place second = {.major = MAJOR, .minor = minor};

    return disks_compare_places(&kernel, &first, &second);
}

/* --- the tests --- */

static void test_two_partitions_of_one_disk_are_on_one(void **state)
{
    (void)state;
    assert_int_equal(compare(1, 2), DISKS_SHARED);
    assert_int_equal(compare(0, 2), DISKS_SHARED); /* the disk as a whole */
    assert_int_equal(compare(1, 1), DISKS_SHARED);
    assert_int_equal(compare(1, 17), DISKS_APART);
    assert_int_equal(compare(17, 32), DISKS_APART);
}

/* sda2 is encrypted, with two logical volumes on it. */
static void test_logical_volumes_lie_where_their_group_lies(void **state)
{
    (void)state;
    make_device("devices/virtual", "dm-0", 100);
    put_below("dm-0", "sda2");
    make_device("devices/virtual", "dm-1", 101);
    put_below("dm-1", "dm-0");
    make_device("devices/virtual", "dm-2", 102);
    put_below("dm-2", "dm-0");
    assert_int_equal(compare(101, 102), DISKS_SHARED);
    assert_int_equal(compare(101, 1), DISKS_SHARED);
    assert_int_equal(compare(101, 17), DISKS_APART);
    put_below("dm-2", "sdb1"); /* that volume goes on on another disk */
    assert_int_equal(compare(102, 17), DISKS_SHARED);
    assert_int_equal(compare(101, 17), DISKS_APART);
}

static void test_an_array_lies_on_each_of_its_disks(void **state)
{
    (void)state;
    make_device("devices/virtual", "md0", 100);
    put_below("md0", "sda3");
    put_below("md0", "sdb3");
    assert_int_equal(compare(100, 1), DISKS_SHARED);
    assert_int_equal(compare(100, 17), DISKS_SHARED);
    assert_int_equal(compare(100, 32), DISKS_APART);
}

static void test_two_namespaces_of_one_disk_are_on_one(void **state)
{
    (void)state;
    make_disk("nvme0", "nvme0n1", 100);
    make_disk("nvme0", "nvme0n2", 101);
    make_disk("nvme1", "nvme1n1", 102);
    assert_int_equal(compare(100, 101), DISKS_SHARED);
    assert_int_equal(compare(100, 102), DISKS_APART);
}

/* The file is a real one: the device that this machine has it on is made one of the test's. */
static void test_a_file_that_is_a_disk_lies_on_one(void **state)
{
    struct disks_place place;
    char path[FILE_PATH_MAX];
    char line[FILE_PATH_MAX + 64];

    (void)state;
    make_file("images", "disk", "x");
    path_of(path, "images/disk");
    assert_true(disks_read_place(path, &place));
    if (place.major == 0) {
        (void)snprintf(line, sizeof line, "%llu 1 0:1 / / rw - x /dev/sda1 rw\n", (unsigned long long)place.mount);
        make_file(".", "mountinfo", line);
    } else {
        (void)snprintf(line, sizeof line, "%u:%u", place.major, place.minor);
        make_link("dev/block", line, "class/block/sda1");
    }
    make_device("devices/virtual", "loop0", 100);
    (void)snprintf(line, sizeof line, "%s\n", path);
    make_file("devices/virtual/loop0/loop", "backing_file", line);
    assert_int_equal(compare(100, 2), DISKS_SHARED);
    assert_int_equal(compare(100, 17), DISKS_APART);
    make_file("devices/virtual/loop0/loop", "backing_file", "/tmp/no/such/file (deleted)\n");
    assert_int_equal(compare(100, 17), DISKS_UNKNOWN);
    make_file("devices/virtual/loop0/loop", "backing_file", "images/disk\n");
    assert_int_equal(compare(100, 17), DISKS_UNKNOWN);
}

/* That nothing is found is no word that there is nothing. */
static void test_what_is_not_found_is_not_known(void **state)
{
    (void)state;
    assert_int_equal(compare(1, 200), DISKS_UNKNOWN); /* no such device */
    make_device("devices/virtual", "zram0", 100);
    assert_int_equal(compare(1, 100), DISKS_UNKNOWN); /* of no hardware */
    make_device("devices/virtual", "md1", 101);
    put_below("md1", "sda3");
    put_below("md1", "sdx1"); /* that is not there */
    assert_int_equal(compare(101, 1), DISKS_SHARED);
    assert_int_equal(compare(101, 17), DISKS_UNKNOWN);
    make_device("devices/virtual", "dm-9", 102);
    put_below("dm-9", "dm-9");
    assert_int_equal(compare(102, 17), DISKS_UNKNOWN);
    make_disk("sdd", "sdd", 103);
    assert_int_equal(compare(103, 17), DISKS_APART);
    make_link("devices/sde", "device", "devices/sde");
    make_file("devices/sde", "slaves", "what cannot be looked into");
    make_link("dev/block", "4000:104", "devices/sde");
    assert_int_equal(compare(104, 17), DISKS_UNKNOWN);
    assert_int_equal(compare(104, 104), DISKS_SHARED);
}

static void test_the_disks_of_btrfs_are_found_by_its_mount(void **state)
{
    (void)state;
    make_device("devices/virtual", "dm-3", 100);
    put_below("dm-3", "sda2");
    make_file("devices/virtual/dm-3/dm", "name", "crypt-home\n");
    make_file(".", "mountinfo",
              "20 1 0:40 / / rw,relatime shared:1 - btrfs /dev/mapper/crypt-home rw,subvol=/@\n"
              "21 20 0:40 /b /b rw - btrfs /dev/sdb1 rw\n"
              "22 20 0:41 / /c rw - btrfs /dev/sdc rw\n");
    make_link("fs/btrfs/11/devices", "dm-3", "class/block/dm-3");
    make_link("fs/btrfs/22/devices", "sdb1", "class/block/sdb1");
    make_link("fs/btrfs/22/devices", "sda3", "class/block/sda3");
    make_folder("fs/btrfs/features");
    assert_int_equal(compare_mount(20, 1), DISKS_SHARED);
    assert_int_equal(compare_mount(20, 17), DISKS_APART);
    assert_int_equal(compare_mount(21, 1), DISKS_SHARED); /* the other one of the two */
    assert_int_equal(compare_mount(21, 17), DISKS_SHARED);
    assert_int_equal(compare_mount(22, 1), DISKS_UNKNOWN); /* its devices are not listed */
    assert_int_equal(compare_mount(2, 1), DISKS_UNKNOWN);
    assert_int_equal(compare_mount(0, 1), DISKS_UNKNOWN);
}

static void test_what_no_device_is_said_of_is_not_known(void **state)
{
    (void)state;
    assert_int_equal(compare_mount(20, 1), DISKS_UNKNOWN); /* no list */
    make_file(".", "mountinfo",
              "20 1 0:50 / /a rw - nfs4 nas:/sda1 rw\n"
              "21 1 0:51 / /b rw - tmpfs sda1 rw\n"
              "22 1 0:52 / /c rw - bcachefs /dev/sda1:/dev/sdb1 rw\n"
              "23 1 0:53 / /d rw - x /dev/sda1 rw\n"
              "24 1 0:54 / /e rw - x /dev/sda1\n"
              "25 1 0:55 / /f rw - x\n"
              "26 1 0:56 / /g rw\n");
    assert_int_equal(compare_mount(20, 2), DISKS_UNKNOWN);
    assert_int_equal(compare_mount(21, 2), DISKS_UNKNOWN);
    assert_int_equal(compare_mount(22, 32), DISKS_UNKNOWN);
    assert_int_equal(compare_mount(23, 2), DISKS_SHARED);
    assert_int_equal(compare_mount(24, 17), DISKS_APART);
    assert_int_equal(compare_mount(25, 2), DISKS_UNKNOWN);
    assert_int_equal(compare_mount(26, 2), DISKS_UNKNOWN);
}

static void test_this_machine_is_asked(void **state)
{
    struct disks_place place;
    char path[FILE_PATH_MAX];

    (void)state;
    path_of(path, "class");
    assert_true(disks_read_place(path, &place));
    assert_int_not_equal(place.mount, 0);
    assert_int_equal(disks_compare(root, path), DISKS_SHARED);
    assert_int_equal(disks_compare(root, "/no/such/folder"), DISKS_UNKNOWN);
    assert_int_equal(disks_compare(root, "/proc"), DISKS_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_two_partitions_of_one_disk_are_on_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_logical_volumes_lie_where_their_group_lies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_array_lies_on_each_of_its_disks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_namespaces_of_one_disk_are_on_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_a_disk_lies_on_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_not_found_is_not_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_disks_of_btrfs_are_found_by_its_mount, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_no_device_is_said_of_is_not_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_this_machine_is_asked, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
