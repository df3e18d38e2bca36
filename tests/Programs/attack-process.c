/* Row 11: every way there is for a program of the same user to reach into another process. Prints a line for each that
 * worked, and "tried" for each.
 *
 *   attack-process PID TRIES
 */
#include "attack-common.h"
#include <dirent.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static int opens(pid_t pid, const char *name, int how)
{
    char path[64], c;
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int fd = open(path, how | O_CLOEXEC);
    int good = fd >= 0 && (how != O_RDONLY || read(fd, &c, 1) == 1 || errno == EIO);
    if (fd >= 0)
        close(fd);
    return good;
}

static int links(pid_t pid, const char *name)
{
    char path[64], target[4096];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    return readlink(path, target, sizeof target) > 0;
}

static int lists(pid_t pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    DIR *directory = opendir(path);
    if (directory)
        closedir(directory);
    return directory != NULL;
}

static void tried(const char *what, int worked)
{
    dprintf(1, worked ? "tried\nworked %s\n" : "tried\n", what);
}

int main(int count, char **arguments)
{
    if (count < 3)
        return 2;
    pid_t pid = atoi(arguments[1]);
    for (int tries = atoi(arguments[2]); tries > 0; tries--) {
        char byte;
        struct iovec here = { &byte, 1 }, there = { (void *)0x1000, 1 };
        int seized = ptrace(PTRACE_SEIZE, pid, 0, 0) == 0;
        if (seized) {
            ptrace(PTRACE_INTERRUPT, pid, 0, 0);
            waitpid(pid, NULL, __WALL);
            ptrace(PTRACE_DETACH, pid, 0, 0);
        }
        tried("ptrace", seized);
        tried("mem for reading", opens(pid, "mem", O_RDONLY));
        tried("mem for writing", opens(pid, "mem", O_RDWR));
        tried("process_vm_readv", process_vm_readv(pid, &here, 1, &there, 1, 0) >= 0 || errno == EFAULT);
        int handle = (int)syscall(SYS_pidfd_open, pid, 0);
        int fd = (int)syscall(SYS_pidfd_getfd, handle, 0, 0);
        tried("pidfd_getfd", fd >= 0);
        if (fd >= 0)
            close(fd);
        close(handle);
        tried("environ", opens(pid, "environ", O_RDONLY));
        tried("maps", opens(pid, "maps", O_RDONLY));
        tried("auxv", opens(pid, "auxv", O_RDONLY));
        tried("exe", links(pid, "exe"));
        tried("cwd", links(pid, "cwd"));
        tried("fd", lists(pid, "fd"));
        tried("map_files", lists(pid, "map_files"));
    }
    return 0;
}
