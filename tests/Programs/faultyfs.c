/* A file system that passes everything on to a directory, and fails when it is told to: a disk with bad days.
 * usage: faultyfs BACKING FAULTS MOUNTPOINT
 * FAULTS is a file, looked at before each call, that need not exist; it holds the names of calls that fail with EIO:
 * open read write fsync rename. Prints "ready" when mounted, serves until it gets SIGTERM, and unmounts. Nothing is cached. */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *backing, *faults;

static int fails(const char *call)
{
    char text[256] = "";
    int file = open(faults, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    return length > 0 && strstr(text, call) != NULL;
}

static const char *real(const char *path, char *buffer)
{
    snprintf(buffer, PATH_MAX, "%s%s", backing, path);
    return buffer;
}

#define REAL(path) real(path, (char[PATH_MAX]){ 0 })
#define OR_ERRNO(call) ((call) < 0 ? -errno : 0)

static void *do_init(struct fuse_conn_info *connection, struct fuse_config *config)
{
    (void)connection;
    config->attr_timeout = config->entry_timeout = config->negative_timeout = 0;
    config->kernel_cache = config->auto_cache = 0;
    config->direct_io = 1;
    config->use_ino = 1;
    config->nullpath_ok = 0;
    puts("ready");
    fflush(stdout);
    return NULL;
}

static int do_getattr(const char *path, struct stat *status, struct fuse_file_info *file)
{
    return OR_ERRNO(file ? fstat((int)file->fh, status) : lstat(REAL(path), status));
}

static int do_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *file, enum fuse_readdir_flags flags)
{
    (void)offset, (void)file, (void)flags;
    DIR *directory = opendir(REAL(path));
    if (!directory)
        return -errno;
    for (struct dirent *entry; (entry = readdir(directory));)
        fill(buffer, entry->d_name, NULL, 0, 0);
    closedir(directory);
    return 0;
}

static int do_open(const char *path, struct fuse_file_info *file)
{
    if (fails("open"))
        return -EIO;
    /* The kernel has found the end of the file for those who append. */
    int opened = open(REAL(path), file->flags & ~O_APPEND);
    file->fh = (uint64_t)opened;
    return opened < 0 ? -errno : 0;
}

static int do_create(const char *path, mode_t mode, struct fuse_file_info *file)
{
    if (fails("open"))
        return -EIO;
    int opened = open(REAL(path), file->flags & ~O_APPEND, mode);
    file->fh = (uint64_t)opened;
    return opened < 0 ? -errno : 0;
}

static int do_read(const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *file)
{
    (void)path;
    if (fails("read"))
        return -EIO;
    ssize_t count = pread((int)file->fh, buffer, size, offset);
    return count < 0 ? -errno : (int)count;
}

static int do_write(const char *path, const char *buffer, size_t size, off_t offset, struct fuse_file_info *file)
{
    (void)path;
    if (fails("write"))
        return -EIO;
    ssize_t count = pwrite((int)file->fh, buffer, size, offset);
    return count < 0 ? -errno : (int)count;
}

static int do_fsync(const char *path, int data_only, struct fuse_file_info *file)
{
    (void)path, (void)data_only;
    return fails("fsync") ? -EIO : OR_ERRNO(fsync((int)file->fh));
}

static int do_release(const char *path, struct fuse_file_info *file)
{
    (void)path;
    return OR_ERRNO(close((int)file->fh));
}

static int do_rename(const char *from, const char *to, unsigned int flags)
{
    if (fails("rename"))
        return -EIO;
    return OR_ERRNO(renameat2(AT_FDCWD, REAL(from), AT_FDCWD, REAL(to), flags));
}

static int do_truncate(const char *path, off_t size, struct fuse_file_info *file)
{
    return OR_ERRNO(file ? ftruncate((int)file->fh, size) : truncate(REAL(path), size));
}

static int do_unlink(const char *path) { return OR_ERRNO(unlink(REAL(path))); }
static int do_rmdir(const char *path) { return OR_ERRNO(rmdir(REAL(path))); }
static int do_mkdir(const char *path, mode_t mode) { return OR_ERRNO(mkdir(REAL(path), mode)); }

static int do_chmod(const char *path, mode_t mode, struct fuse_file_info *file)
{
    return OR_ERRNO(file ? fchmod((int)file->fh, mode) : chmod(REAL(path), mode));
}

static int do_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *file)
{
    return OR_ERRNO(file ? futimens((int)file->fh, times) : utimensat(AT_FDCWD, REAL(path), times, AT_SYMLINK_NOFOLLOW));
}

static const struct fuse_operations operations = {
    .init = do_init, .getattr = do_getattr, .readdir = do_readdir, .open = do_open, .create = do_create, .read = do_read,
    .write = do_write, .fsync = do_fsync, .release = do_release, .rename = do_rename, .truncate = do_truncate,
    .unlink = do_unlink, .rmdir = do_rmdir, .mkdir = do_mkdir, .chmod = do_chmod, .utimens = do_utimens,
};

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    backing = argv[1];
    faults = argv[2];
    umask(0);
    char *arguments[] = { argv[0], "-f", "-s", "-o", "default_permissions", argv[3], NULL };
    return fuse_main(6, arguments, &operations, NULL);
}
