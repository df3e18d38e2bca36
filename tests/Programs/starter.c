/* Starts a program the way an attacker might: with something left behind for it, or from an odd place.
 *
 *   starter MODE PROGRAM [ARGUMENT...]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char **program;

static void die(const char *what)
{
    fprintf(stderr, "starter: %s: %s\n", what, strerror(errno));
    _exit(9);
}

static void must(int worked, const char *what)
{
    if (!worked)
        die(what);
}

static int is(const char *mode, const char *name)
{
    return strcmp(mode, name) == 0;
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
    close(fd);
}

static int run(void *unused)
{
    (void)unused;
    execv(program[0], program);
    die("exec");
    return 9;
}

/* Traces the program from its first instruction on and lets it go on, system call by system call. */
static int trace(void)
{
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        must(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0, "ptrace");
        run(NULL);
    }
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status))
        ptrace(PTRACE_CONT, child, 0, WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int share(int flags)
{
    static char stack[65536];
    int status = 0;
    pid_t child = clone(run, stack + sizeof stack, flags | SIGCHLD, NULL);
    must(child > 0 && waitpid(child, &status, 0) == child, "clone");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    must(argc > 2, "usage");
    const char *mode = argv[1];
    program = argv + 2;
    if (is(mode, "no-arguments")) {
        char *none[] = { NULL };
        execve(program[0], none, environ);
        die("exec");
    } else if (is(mode, "own-name")) {
        char *path = program[0];
        program[0] = "/usr/lib/../../tmp/\n\033[31mevil";
        execv(path, program);
        die("exec");
    } else if (is(mode, "closed")) {
        close(0), close(1), close(2);
    } else if (is(mode, "closed-in-out")) {
        close(0), close(1);
    } else if (is(mode, "descriptors")) {
        for (int i = 3; i < 200; i++)
            must(dup2(2, i) == i, "dup2");
    } else if (is(mode, "signals")) {
        sigset_t all;
        sigfillset(&all);
        for (int i = 1; i < NSIG; i++)
            signal(i, SIG_IGN);
        must(sigprocmask(SIG_BLOCK, &all, NULL) == 0, "sigprocmask");
    } else if (is(mode, "limits")) {
        for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
            struct rlimit limit;
            must(getrlimit(i, &limit) == 0, "getrlimit");
            limit.rlim_cur = i == RLIMIT_CORE ? limit.rlim_max : i == RLIMIT_FSIZE ? 0 : i == RLIMIT_CPU ? 60 : i == RLIMIT_NOFILE ? 16 : limit.rlim_cur;
            must(setrlimit(i, &limit) == 0, "setrlimit");
        }
    } else if (strncmp(mode, "limit-", 6) == 0) {
        struct rlimit none = { 0, 0 };
        must(setrlimit(atoi(mode + 6), &none) == 0, "setrlimit");
    } else if (is(mode, "umask")) {
        umask(0);
    } else if (is(mode, "alarm")) {
        alarm(30); /* long enough to get there on a busy machine */
    } else if (is(mode, "no-new-privs")) {
        must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "prctl");
    } else if (is(mode, "not-random")) {
        must(personality(ADDR_NO_RANDOMIZE) != -1, "personality");
    } else if (is(mode, "traced")) {
        return trace();
    } else if (is(mode, "shared-directory")) {
        return share(CLONE_FS);
    } else if (is(mode, "shared-descriptors")) {
        return share(CLONE_FILES);
    } else if (is(mode, "vfork")) {
        return share(CLONE_VM | CLONE_VFORK);
    } else if (is(mode, "user-namespace")) {
        char map[64];
        snprintf(map, sizeof map, "0 %u 1", getuid());
        must(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0, "unshare");
        write_file("/proc/self/setgroups", "deny");
        write_file("/proc/self/uid_map", map);
        write_file("/proc/self/gid_map", map);
    } else if (is(mode, "gone-directory")) {
        char place[] = "/tmp/keychain-auth-gone-XXXXXX";
        must(mkdtemp(place) != NULL && chdir(place) == 0 && rmdir(place) == 0, "directory");
    } else if (is(mode, "low-priority")) {
        must(setpriority(PRIO_PROCESS, 0, 19) == 0, "setpriority");
    } else if (!is(mode, "plainly")) {
        errno = EINVAL;
        die(mode);
    }
    run(NULL);
}
