/*
 * A program that does what the test tells it, one command a line on standard input, and answers each with a line.
 * It is the honest client (connect, and nothing else) and most of the attackers.
 *
 *   puppet SOCKET        greets with "ready", also after an exec of itself
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static const char *socket_path;

/* Byte by byte, so that nothing is lost to a buffer when the program is replaced. */
static int read_line(char *line, size_t size)
{
    size_t length = 0;
    char c;
    while (read(0, &c, 1) == 1) {
        if (c == '\n') {
            line[length] = 0;
            return 1;
        }
        if (length + 1 < size)
            line[length++] = c;
    }
    return 0;
}

static void answer(int good)
{
    char text[128];
    int length = good ? snprintf(text, sizeof text, "ok\n") : snprintf(text, sizeof text, "error %s\n", strerror(errno));
    if (write(1, text, length) != length)
        exit(3);
}

static int do_connect(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    strncpy(address.sun_path, socket_path, sizeof address.sun_path - 1);
    return fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static int map_file(const char *path, int protection)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int good = fd >= 0 && mmap(NULL, 4096, protection, MAP_PRIVATE, fd, 0) != MAP_FAILED;
    if (fd >= 0)
        close(fd);
    return good;
}

static int run_from_memory(const char *path)
{
    char buffer[65536];
    ssize_t count;
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to = memfd_create("innocent", MFD_CLOEXEC);
    char *arguments[] = { (char *)path, (char *)socket_path, NULL };
    char *environment[] = { NULL };
    while ((count = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, count) != count)
            return 0;
    close(from);
    fexecve(to, arguments, environment);
    return 0;
}

/* Moves the page that the kernel mapped, as a process does whose vector is to name another memory. */
static int move_vdso(void)
{
    size_t size = 4096;
    char *from = (char *)getauxval(AT_SYSINFO_EHDR), *to;
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    unsigned long start, end;
    while (maps && fgets(line, sizeof line, maps))
        if (strstr(line, "[vdso]") && sscanf(line, "%lx-%lx", &start, &end) == 2)
            size = end - start;
    if (maps)
        fclose(maps);
    to = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return to != MAP_FAILED && mremap(from, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to;
}

static void *idle(void *started)
{
    char text[32];
    int length = snprintf(text, sizeof text, "thread %ld\n", syscall(SYS_gettid));
    (void)started;
    if (write(1, text, length) == length)
        pause();
    return NULL;
}

int main(int count, char **arguments)
{
    char line[4096];
    void *code = NULL;
    if (count < 2)
        return 2;
    socket_path = arguments[1];
    if (write(1, "ready\n", 6) != 6)
        return 3;
    while (read_line(line, sizeof line)) {
        char *operand = strchr(line, ' ');
        if (operand)
            *operand++ = 0;
        if (!strcmp(line, "connect")) {
            answer(do_connect());
        } else if (!strcmp(line, "exec")) {
            execl(operand, operand, socket_path, (char *)NULL);
            answer(0);
        } else if (!strcmp(line, "launch")) {
            char *program = strchr(operand, ' ');
            *program++ = 0;
            execl(operand, operand, program, socket_path, (char *)NULL);
            answer(0);
        } else if (!strcmp(line, "drop-group")) {
            answer(setresgid(getgid(), getgid(), getgid()) == 0);
        } else if (!strcmp(line, "open-up")) {
            answer(prctl(PR_SET_DUMPABLE, 1) == 0);
        } else if (!strcmp(line, "child-connect")) {
            if (fork() == 0) {
                answer(do_connect());
                while (read_line(line, sizeof line))
                    ;
                exit(0);
            }
            pause();
        } else if (!strcmp(line, "memfd")) {
            answer(run_from_memory(operand));
        } else if (!strcmp(line, "map-code")) {
            answer(map_file(operand, PROT_READ | PROT_EXEC));
        } else if (!strcmp(line, "map-data")) {
            answer(map_file(operand, PROT_READ));
        } else if (!strcmp(line, "anonymous")) {
            code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            answer(code != MAP_FAILED);
        } else if (!strcmp(line, "forget")) {
            answer(munmap(code, 4096) == 0);
        } else if (!strcmp(line, "move-vdso")) {
            answer(move_vdso());
        } else if (!strcmp(line, "thread")) {
            pthread_t thread;
            if (pthread_create(&thread, NULL, idle, NULL) != 0)
                answer(0);
        } else {
            errno = EINVAL;
            answer(0);
        }
    }
    return 0;
}
