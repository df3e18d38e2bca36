/* Has a process that runs make system calls, as a debugger can, and prints what the kernel answers: what a filter on that
 * very process lets through. Each is made so that the kernel would answer something other than EPERM to a process that has
 * no privileges and no filter; and so that it changes nothing that lasts.
 *
 *   debugger PID
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* Put into the memory of the process, below its stack, for arguments that are addresses. */
static const struct block {
    char nowhere[16];
    struct sched_param priority;
    struct timespec no_time;
} block = { "/nowhere", { 0 }, { -1, -1 } };

/* An argument that is the address of a field, wherever the block comes to lie. */
#define AT(field) (-1000L - (long)offsetof(struct block, field))
#define ADDRESS(argument, base) ((argument) <= -1000 ? (base) + (-1000 - (argument)) : (argument))

static const struct call {
    const char *name;
    long number;
    long arguments[5];
} calls[] = {
    { "socket AF_UNIX", SYS_socket, { AF_UNIX, SOCK_STREAM } },
    { "socket AF_INET", SYS_socket, { AF_INET, SOCK_STREAM } },
    { "socket AF_INET6", SYS_socket, { AF_INET6, SOCK_DGRAM } },
    { "socket AF_NETLINK", SYS_socket, { AF_NETLINK, SOCK_RAW } },
    { "chmod 0755", SYS_chmod, { AT(nowhere), 0755 } },
    { "chmod 04755", SYS_chmod, { AT(nowhere), 04755 } },
    { "setns", SYS_setns, { -1, 0 } },
    { "mount", SYS_mount, { AT(nowhere), AT(nowhere), AT(nowhere), 0, 0 } },
    { "chroot", SYS_chroot, { AT(nowhere) } },
    { "iopl", SYS_iopl, { 0 } },
    { "pidfd_getfd", SYS_pidfd_getfd, { -1, 0, 0 } },
    { "perf_event_open", SYS_perf_event_open, { 0, 0, -1, -1, 0 } },
    { "clock_settime", SYS_clock_settime, { 0, AT(no_time) } },
    { "sched_setscheduler FIFO", SYS_sched_setscheduler, { 0, SCHED_FIFO, AT(priority) } },
    { "personality", SYS_personality, { ADDR_NO_RANDOMIZE } },
    { "unshare CLONE_NEWUSER", SYS_unshare, { CLONE_NEWUSER } }, /* EINVAL where there are threads */
};

static void must(int worked, const char *what)
{
    if (!worked) {
        perror(what);
        exit(9);
    }
}

static void wait_for_stop(pid_t pid)
{
    int status;
    must(waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status), "wait");
}

/* The process stands behind the instruction of the call in which it waited: that instruction is made to do another. */
static long make(pid_t pid, const struct user_regs_struct *before, long number, const long *arguments)
{
    struct user_regs_struct call = *before;
    call.rip -= 2;
    call.rax = (unsigned long)number;
    call.orig_rax = (unsigned long)-1; /* nothing to restart */
    call.rdi = (unsigned long)arguments[0];
    call.rsi = (unsigned long)arguments[1];
    call.rdx = (unsigned long)arguments[2];
    call.r10 = (unsigned long)arguments[3];
    call.r8 = (unsigned long)arguments[4];
    must(ptrace(PTRACE_SETREGS, pid, 0, &call) == 0, "setregs");
    must(ptrace(PTRACE_SINGLESTEP, pid, 0, 0) == 0, "singlestep");
    wait_for_stop(pid);
    must(ptrace(PTRACE_GETREGS, pid, 0, &call) == 0, "getregs");
    if (call.rip != before->rip) {
        fprintf(stderr, "debugger: the process is not where it should be\n");
        exit(9);
    }
    return (long)call.rax;
}

int main(int count, char **arguments)
{
    pid_t pid = count > 1 ? atoi(arguments[1]) : 0;
    struct user_regs_struct before;
    must(ptrace(PTRACE_SEIZE, pid, 0, 0) == 0, "seize");
    must(ptrace(PTRACE_INTERRUPT, pid, 0, 0) == 0, "interrupt");
    wait_for_stop(pid);
    must(ptrace(PTRACE_GETREGS, pid, 0, &before) == 0, "getregs");
    unsigned short instruction = (unsigned short)ptrace(PTRACE_PEEKTEXT, pid, before.rip - 2, 0);
    if (instruction != 0x050f) {
        fprintf(stderr, "debugger: the process does not wait in a system call\n");
        return 9;
    }

    /* Well below the red zone. */
    long address = (long)((before.rsp - 1024) & ~15UL);
    struct iovec from = { (void *)&block, sizeof block }, to = { (void *)address, sizeof block };
    must(process_vm_writev(pid, &from, 1, &to, 1, 0) == sizeof block, "write");

    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        long filled[5];
        for (int j = 0; j < 5; j++)
            filled[j] = ADDRESS(calls[i].arguments[j], address);
        long answer = make(pid, &before, calls[i].number, filled);
        printf("%s\t%s\n", calls[i].name, answer < 0 ? strerrorname_np((int)-answer) : "done");
        if (calls[i].number == SYS_socket && answer >= 0)
            make(pid, &before, SYS_close, (long[5]){ answer });
    }

    must(ptrace(PTRACE_SETREGS, pid, 0, &before) == 0, "setregs");
    must(ptrace(PTRACE_DETACH, pid, 0, 0) == 0, "detach");
    return 0;
}
