/*
 * Connects from a child that shares its memory with its parent (as vfork and posix_spawn do), and then lets the child
 * become the approved program while the parent keeps the memory, and with it a maps descriptor of it, alive.
 *
 *   vforker SOCKET APPROVED     says "connected", waits for a line, then becomes APPROVED SOCKET
 *   vforker SOCKET              the approved program in its turn: says "ready" and stays
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char **words;

static int child(void *nothing)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char c;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)nothing;
    strncpy(address.sun_path, words[1], sizeof address.sun_path - 1);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 || write(1, "connected\n", 10) != 10)
        _exit(3);
    while (read(0, &c, 1) == 1 && c != '\n')
        ;
    execl(words[2], words[2], words[1], (char *)NULL);
    _exit(4);
}

int main(int count, char **arguments)
{
    static char stack[65536] __attribute__((aligned(16)));
    int status = 0;
    if (count < 3) {
        char c;
        if (write(1, "ready\n", 6) != 6)
            return 3;
        while (read(0, &c, 1) == 1)
            ;
        return 0;
    }
    words = arguments;
    pid_t pid = clone(child, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
    if (pid < 0)
        return 3;
    while (waitpid(pid, &status, 0) < 0)
        ;
    return 0;
}
