/* What the attackers of the red team share. None of them judges its own success: each prints what the daemon said to
 * it, and the test looks for the secret in that. */
#ifndef ATTACK_COMMON_H
#define ATTACK_COMMON_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_TOKEN "{\"type\":\"REQUEST\",\"action\":\"read\",\"service\":\"vault\",\"targets\":[\"token\"]}\n"
#define HELLO "{\"type\":\"HELLO\",\"protocol\":2}\n"
#define SAID_BYTES 8192

__attribute__((unused)) static void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    _exit(9);
}

__attribute__((unused)) static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    return address;
}

__attribute__((unused)) static int dial(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("connect");
    return fd;
}

/* A refused connection may be closed before we write: what the daemon said is read all the same. */
__attribute__((unused)) static void say(int fd, const char *text)
{
    size_t length = strlen(text);
    if (send(fd, text, length, MSG_NOSIGNAL) != (ssize_t)length && errno != EPIPE && errno != ECONNRESET)
        die("send");
}

/* Reads up to a line with one of the words in it, the end, or the deadline; returns what came. */
__attribute__((unused)) static const char *hear(int fd, const char *word, int milliseconds)
{
    static char said[SAID_BYTES];
    size_t length = 0;
    said[0] = 0;
    while (length < sizeof said - 1) {
        struct pollfd wait = { fd, POLLIN, 0 };
        if (poll(&wait, 1, milliseconds) <= 0)
            break;
        ssize_t count = read(fd, said + length, sizeof said - 1 - length);
        if (count <= 0)
            break;
        length += (size_t)count;
        said[length] = 0;
        if (said[length - 1] == '\n' && (word == NULL || strstr(said, word)))
            break;
    }
    return said;
}

/* One line for whatever was heard, also for nothing. */
__attribute__((unused)) static void report(const char *said)
{
    size_t length = strcspn(said, "");
    dprintf(1, "heard %.*s%s", (int)length, said, length > 0 && said[length - 1] == '\n' ? "" : "\n");
}

/* Whoever listens: the kernel tells the client, too. */
__attribute__((unused)) static pid_t server_of(const char *path)
{
    struct ucred server;
    socklen_t size = sizeof server;
    int fd = dial(path);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &size) != 0)
        die("SO_PEERCRED");
    close(fd);
    return server.pid;
}

__attribute__((unused)) static char state_of(pid_t pid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (count <= 0)
        return 0;
    text[count] = 0;
    char *end = strrchr(text, ')');
    return end == NULL ? 0 : end[2];
}

/* Until a child runs something else than this program; one that is closed to us does. What it becomes in turn, through the
 * launcher, comes and goes too fast to be waited for. */
__attribute__((unused)) static void await_exec(pid_t child)
{
    char link[64], own[4096], at[4096];
    ssize_t own_length = readlink("/proc/self/exe", own, sizeof own), length;
    snprintf(link, sizeof link, "/proc/%d/exe", child);
    do
        length = readlink(link, at, sizeof at);
    while (length == own_length && memcmp(at, own, (size_t)length) == 0);
}

/* A program of the same user may stop the daemon for as long as it likes: it makes every race a certainty. Where it may
 * not, the race is left to chance. */
__attribute__((unused)) static void freeze(pid_t server)
{
    if (kill(server, SIGSTOP) != 0) {
        if (errno == EPERM)
            return;
        die("SIGSTOP");
    }
    while (state_of(server) != 'T')
        sched_yield();
}

__attribute__((unused)) static void thaw(pid_t server)
{
    if (kill(server, SIGCONT) != 0 && errno != EPERM)
        die("SIGCONT");
}

__attribute__((unused)) static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        die(path);
    close(fd);
}

/* A user namespace in which this user stays itself and has all capabilities. */
__attribute__((unused)) static void own_namespaces(int further)
{
    char map[64];
    uid_t uid = getuid();
    gid_t gid = getgid();
    if (unshare(CLONE_NEWUSER | further) != 0)
        die("unshare");
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", uid, uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", gid, gid);
    write_file("/proc/self/gid_map", map);
}

__attribute__((unused)) static void become(uid_t user)
{
    if (getuid() == user)
        return;
    if (syscall(SYS_setgroups, 0, NULL) != 0 || setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0)
        die("setresuid");
}
#endif
