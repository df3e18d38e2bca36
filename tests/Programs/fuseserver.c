/*
 * A file system in a user's process, spoken by hand so that no library is needed. Its root holds one executable file,
 * "program", with the content of a given file. It never answers what a careless verifier would ask it first (statfs),
 * so such a verifier hangs.
 *
 *   fuseserver MOUNTPOINT FILE [forgetful|stubborn|sealed]     mounts, says "ready", serves until its standard input ends
 *
 * A forgetful one forbids the kernel to remember names; after any line on its standard input it says "ok" and answers no
 * question for a name any more. A stubborn one lets nobody close a file: it says "closing" and never
 * answers, but is otherwise obliging. A sealed one lets nobody read: it says "reading" and never answers.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int device, content, forgetful, stubborn, sealed, silent;
static struct stat file;

static void reply(unsigned long long unique, int error, const void *data, size_t size)
{
    struct fuse_out_header header = { .len = sizeof header + size, .error = -error, .unique = unique };
    struct iovec parts[2] = { { &header, sizeof header }, { (void *)data, size } };
    if (writev(device, parts, size ? 2 : 1) < 0 && errno != ENOENT)
        perror("reply");
}

static struct fuse_attr attributes(unsigned long long node)
{
    struct fuse_attr a = { .ino = node, .nlink = 1 };
    a.mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0755;
    a.size = node == 1 ? 0 : file.st_size;
    a.blocks = (a.size + 511) / 512;
    a.blksize = 4096;
    return a;
}

static void serve(void)
{
    static char buffer[1 << 20], data[1 << 20];
    ssize_t count = read(device, buffer, sizeof buffer);
    struct fuse_in_header *in = (struct fuse_in_header *)buffer;
    void *body = in + 1;
    if (count < (ssize_t)sizeof *in)
        return;
    switch (in->opcode) {
    case FUSE_INIT: {
        struct fuse_init_out out = { .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
                                     .max_readahead = 65536, .max_write = 65536, .max_background = 16 };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_LOOKUP: {
        struct fuse_entry_out out = { .nodeid = 2, .entry_valid = forgetful ? 0 : 60, .attr_valid = 60, .attr = attributes(2) };
        if (silent)
            break;
        if (strcmp(body, "program"))
            reply(in->unique, ENOENT, NULL, 0);
        else
            reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_GETATTR: {
        struct fuse_attr_out out = { .attr_valid = 60, .attr = attributes(in->nodeid) };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_OPEN:
    case FUSE_OPENDIR: {
        struct fuse_open_out out = { .fh = 1 };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_READ: {
        struct fuse_read_in *r = body;
        if (sealed) {
            if (write(1, "reading\n", 8) != 8)
                perror("reading");
            break;
        }
        ssize_t got = pread(content, data, r->size, r->offset);
        reply(in->unique, got < 0 ? EIO : 0, data, got < 0 ? 0 : got);
        break;
    }
    case FUSE_STATFS:
        if (stubborn)
            reply(in->unique, 0, &(struct fuse_statfs_out){ .st = { .bsize = 4096 } }, sizeof(struct fuse_statfs_out));
        break;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        break;
    case FUSE_FLUSH:
        if (!stubborn)
            reply(in->unique, 0, NULL, 0);
        else if (write(1, "closing\n", 8) != 8)
            perror("closing");
        break;
    case FUSE_ACCESS: {
        /* Nobody may write: whoever asks that first goes on. */
        struct fuse_access_in *access = body;
        reply(in->unique, access->mask & W_OK ? EACCES : 0, NULL, 0);
        break;
    }
    case FUSE_RELEASE:
    case FUSE_RELEASEDIR:
        reply(in->unique, 0, NULL, 0);
        break;
    default:
        reply(in->unique, ENOSYS, NULL, 0);
    }
}

int main(int count, char **arguments)
{
    char options[128];
    if (count < 3)
        return 2;
    forgetful = count > 3 && !strcmp(arguments[3], "forgetful");
    stubborn = count > 3 && !strcmp(arguments[3], "stubborn");
    sealed = count > 3 && !strcmp(arguments[3], "sealed");
    content = open(arguments[2], O_RDONLY);
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%d,group_id=%d,allow_other", device, getuid(), getgid());
    if (content < 0 || fstat(content, &file) != 0 || device < 0
        || mount("attacker", arguments[1], "fuse", MS_NOSUID | MS_NODEV, options) != 0) {
        perror("fuse");
        return 3;
    }
    if (write(1, "ready\n", 6) != 6)
        return 4;
    for (;;) {
        struct pollfd wait[2] = { { device, POLLIN, 0 }, { 0, POLLIN, 0 } };
        if (poll(wait, 2, -1) < 0)
            continue;
        if (wait[0].revents & POLLIN)
            serve();
        if (wait[1].revents) {
            char line[64];
            if (read(0, line, sizeof line) <= 0)
                break;
            silent = 1;
            if (write(1, "ok\n", 3) != 3)
                break;
        }
        if (wait[0].revents & (POLLERR | POLLHUP))
            break;
    }
    umount2(arguments[1], MNT_DETACH);
    return 0;
}
