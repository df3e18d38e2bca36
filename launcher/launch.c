/* keychain-auth-launch: starts a program that the daemon has approved, in a way that lets the daemon recognise it and
 * keeps the same user's other programs out of it. Installed set-group-id to keychain-auth-clients.
 *
 *   keychain-auth-launch PROGRAM [ARGUMENT...]
 *   keychain-auth-launch --script SCRIPT [ARGUMENT...]      with the interpreter of its first line
 *
 * The group conveys nothing by itself: whatever a launched program starts inherits it. What counts is that the daemon
 * was asked by this very program, from the very process that then became the approved one. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

/* RUN_DIRECTORY and DEADLINE_SECONDS come from the Makefile: nothing that is said at run time may decide whom to ask. */
#define SOCKET_DIRECTORY RUN_DIRECTORY "/keychain-auth"
#define SOCKET SOCKET_DIRECTORY "/agent.sock"

enum { CANNOT_ASK = 125, REFUSED = 126, NOT_FOUND = 127 };
enum { STACK_BYTES = 8 << 20, OPEN_FILES = 1024, LARGEST_SCRIPT = 16 << 20 };
enum { COPY = 3, FIRST_LINE = 256, ANSWER = 4096, LONGEST_VALUE = 4096 };
enum { NO_EXEC_SEAL = 8, FUSE = 0x65735546 }; /* MFD_NOEXEC_SEAL, linux/memfd.h since 6.3; FUSE_SUPER_MAGIC, linux/magic.h */

/* What a launched program sees of its starter's environment. Nothing here names code, a search path, a proxy, a shell. */
static const char paths[][16] = { "HOME", "XAUTHORITY", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK" };
static const char words[][16] = { "USER", "LOGNAME", "TERM", "COLORTERM", "NO_COLOR", "TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE",
    "LC_COLLATE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME", "DISPLAY", "WAYLAND_DISPLAY" };
static char search_path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
static char socket_path[] = "KEYCHAIN_AUTH_SOCKET=" SOCKET;
static char script_path[] = "/dev/fd/3";
static char first_line[FIRST_LINE];
enum { PATHS = sizeof paths / sizeof paths[0], NAMES = PATHS + sizeof words / sizeof words[0] };

/* Ends with the reason: error is an error number, or 0 where the sentence says all. Nobody is left to tell of a failure. */
static _Noreturn void give_up(int status, const char *sentence, int error)
{
    const char *why = error == 0 ? NULL : strerrordesc_np(error);
    const char *parts[] = { "keychain-auth: ", sentence, why == NULL ? "" : ": ", why == NULL ? "" : why, "\n" };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        (void)!write(STDERR_FILENO, parts[i], strlen(parts[i]));
    _exit(status);
}

/* The two kinds of condition: a call that leaves an error number, and a finding that does not. */
static void must_work(bool worked, int status, const char *sentence)
{
    if (!worked)
        give_up(status, sentence, errno);
}

static void must_hold(bool holds, int status, const char *sentence)
{
    if (!holds)
        give_up(status, sentence, 0);
}

/* Undoes what a starter can leave behind for the programs it starts. Signals first, so that the deadline holds. */
static void reset_process(void)
{
    const unsigned long by_default[4] = { 0 }; /* The kernel's struct: SIG_DFL, no flags, nothing blocked. */
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < _NSIG; number++)
        syscall(SYS_rt_sigaction, number, by_default, NULL, sizeof(unsigned long)); /* Fails for KILL and STOP only. */
    must_work(prctl(PR_SET_DUMPABLE, 0) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0, CANNOT_ASK, "cannot reset the process");
    alarm(DEADLINE_SECONDS);
    umask(077);
    for (int resource = 0; resource < (int)RLIM_NLIMITS; resource++) {
        const rlim_t most = resource == RLIMIT_STACK ? STACK_BYTES : resource == RLIMIT_NOFILE ? OPEN_FILES : RLIM_INFINITY;
        struct rlimit limit;
        must_work(getrlimit((__rlimit_resource_t)resource, &limit) == 0, CANNOT_ASK, "cannot read a limit");
        limit.rlim_max = resource == RLIMIT_CORE ? 0 : limit.rlim_max;
        limit.rlim_cur = limit.rlim_max < most ? limit.rlim_max : most;
        must_work(setrlimit((__rlimit_resource_t)resource, &limit) == 0, CANNOT_ASK, "cannot reset a limit");
    }
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        must_work(fcntl(fd, F_GETFD) >= 0 || open("/dev/null", O_RDWR) == fd, CANNOT_ASK, "cannot open /dev/null");
    must_work(close_range(STDERR_FILENO + 1, ~0U, 0) == 0, CANNOT_ASK, "cannot close what was left open");
}

/* Opens a file once and for all: from here on only the descriptor counts. For reading and not with O_PATH, because a
 * lease needs it; O_NONBLOCK, so that neither a FIFO nor somebody's lease is a wait. */
static int open_file(const char *path)
{
    struct stat file;
    struct statfs system;
    must_hold(path[0] == '/', REFUSED, "name the program by its absolute path");
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    must_work(fd >= 0 && fstat(fd, &file) == 0, errno == ENOENT || errno == ENOTDIR ? NOT_FOUND : REFUSED, "cannot open the program");
    /* The daemon will have to close it, and a file system in a user's process may never let it. */
    must_hold(S_ISREG(file.st_mode) && fstatfs(fd, &system) == 0 && system.f_type != FUSE, REFUSED, "the program is not a regular file, or lies on FUSE");
    must_hold((file.st_mode & (S_ISUID | S_ISGID)) == 0 && fgetxattr(fd, "security.capability", NULL, 0) < 0,
        REFUSED, "a program with set-id bits or file capabilities is not launched");
    /* Who may write the file could change it after the daemon has looked and before execve, which only then forbids
     * writing. The lease forbids it from here on: it is not given while somebody has the file open for writing, and
     * whoever opens it later has to wait while SIGIO ends this process. */
    if (file.st_uid == geteuid())
        must_work(fcntl(fd, F_SETLEASE, F_RDLCK) == 0, REFUSED, "the program is being written, or lies where that cannot be ruled out");
    else
        must_hold(faccessat(fd, "", W_OK, AT_EACCESS | AT_EMPTY_PATH) != 0, REFUSED, "the program belongs to somebody else, and you may write it");
    return fd;
}

/* Leaves in COPY what the interpreter will read: nobody can change it, and it is read long after the daemon's look. */
static int open_script(const char *path)
{
    must_work(memfd_create("script", MFD_ALLOW_SEALING | NO_EXEC_SEAL) == COPY
        || (errno == EINVAL && memfd_create("script", MFD_ALLOW_SEALING) == COPY), CANNOT_ASK, "cannot make a copy of the script");
    int script = open_file(path);
    ssize_t count;
    for (off_t total = 0; (count = sendfile(COPY, script, NULL, LARGEST_SCRIPT)) > 0; )
        must_hold((total += count) < LARGEST_SCRIPT, REFUSED, "the script is too large");
    must_work(count == 0 && fcntl(COPY, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0,
        CANNOT_ASK, "cannot make a copy of the script");
    return script;
}

/* Splits "#!INTERPRETER [OPTION]\n" in place, as the kernel would. False where it is not one with an absolute path. */
static bool split_first_line(char *line, char **interpreter, char **option)
{
    char *end = memchr(line, '\n', FIRST_LINE);
    if (end == NULL || line[0] != '#' || line[1] != '!' || memchr(line, '\0', (size_t)(end - line)) != NULL)
        return false;
    while (strchr(" \t\r", end[-1]) != NULL)
        end--;
    *end = '\0';
    *interpreter = line + 2 + strspn(line + 2, " \t");
    char *gap = *interpreter + strcspn(*interpreter, " \t");
    *option = *gap == '\0' ? NULL : gap + strspn(gap, " \t");
    *gap = '\0';
    return **interpreter == '/';
}

/* The directory's owner is trusted like root, who alone can have put it there. */
static int connect_daemon(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
    struct stat above;
    struct stat directory;
    struct stat file;
    struct ucred peer;
    socklen_t size = sizeof peer;
    must_work(lstat(RUN_DIRECTORY, &above) == 0 && lstat(SOCKET_DIRECTORY, &directory) == 0 && lstat(SOCKET, &file) == 0,
        CANNOT_ASK, "the system daemon does not run here (" SOCKET ")");
    must_hold(S_ISDIR(above.st_mode) && S_ISDIR(directory.st_mode) && S_ISSOCK(file.st_mode) && above.st_uid == 0
        && ((above.st_mode | directory.st_mode) & (S_IWGRP | S_IWOTH)) == 0 && (file.st_uid == 0 || file.st_uid == directory.st_uid),
        CANNOT_ASK, "somebody else could have put the socket there (" SOCKET ")");
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must_work(fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0
        && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0, CANNOT_ASK, "the system daemon does not answer (" SOCKET ")");
    must_hold(peer.uid == 0 || peer.uid == directory.st_uid, CANNOT_ASK, "somebody else answers in the daemon's place (" SOCKET ")");
    return fd;
}

/* Turns an answer that is not a yes into what a terminal may be shown: the message in it, in printable ASCII. */
static void show_message(const char *answer, size_t length, char *sentence)
{
    static const char name[] = "\"message\":\"";
    const char *end = answer + length;
    const char *from = memmem(answer, length, name, sizeof name - 1);
    for (from = from == NULL ? end : from + sizeof name - 1; from < end && *from != '"'; from++) {
        from += *from == '\\' && from + 1 < end;
        *sentence++ = (char)(*from < ' ' || *from > '~' ? '?' : *from);
    }
    *sentence = '\0';
}

static void ask(int server, const int *descriptors, size_t count)
{
    static const char granted[] = "{\"type\":\"LAUNCH_GRANTED\"}\n";
    static char line[] = "{\"type\":\"LAUNCH\",\"protocol\":1}\n";
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(3 * sizeof(int))] = { 0 };
    struct iovec text = { .iov_base = line, .iov_len = sizeof line - 1 };
    struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(count * sizeof(int)) };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(count * sizeof(int)) };
    memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    must_work(sendmsg(server, &message, MSG_NOSIGNAL) == (ssize_t)text.iov_len, CANNOT_ASK, "the system daemon does not listen");
    char answer[ANSWER];
    char sentence[ANSWER + 1];
    size_t length = 0;
    for (ssize_t got = 1; got > 0 && length < ANSWER && (length == 0 || answer[length - 1] != '\n'); length += (size_t)got)
        must_work((got = recv(server, answer + length, ANSWER - length, 0)) >= 0, CANNOT_ASK, "the system daemon does not answer");
    show_message(answer, length, sentence);
    must_hold(length == sizeof granted - 1 && memcmp(answer, granted, length) == 0,
        REFUSED, sentence[0] != '\0' ? sentence : "the system daemon gave no answer");
}

/* Whether a variable is one of ours, with a value that leads nowhere else; names that were seen before do not count. */
static bool is_passed_on(const char *variable, bool seen[NAMES])
{
    for (size_t i = 0; i < NAMES; i++) {
        const char *name = i < PATHS ? paths[i] : words[i - PATHS];
        const char *value = variable + strlen(name) + 1;
        if (seen[i] || strncmp(variable, name, strlen(name)) != 0 || value[-1] != '=')
            continue;
        seen[i] = true;
        return strlen(value) <= LONGEST_VALUE && (i < PATHS ? value[0] == '/' : value[0] != '/' && strstr(value, "..") == NULL);
    }
    return false;
}

int main(int argc, char **argv, char **envp)
{
    /* Not so when traced, under no_new_privs, on a nosuid mount, or where another user namespace has no such group. */
    must_hold(getauxval(AT_SECURE) != 0 && getegid() != getgid() && geteuid() == getuid(), CANNOT_ASK,
        "the launcher did not get its group: it is not installed set-group-id, or was started by a debugger, under no_new_privs or in a sandbox");
    reset_process();
    bool is_script = argc > 1 && strcmp(argv[1], "--script") == 0;
    must_hold(argc > 1 + is_script, CANNOT_ASK, "usage: keychain-auth-launch [--script] PROGRAM [ARGUMENT...]");
    argv += 1 + is_script;
    int opened[] = { -1, -1, COPY };
    char magic[4] = "";
    char *interpreter = NULL;
    char *option = NULL;
    if (is_script) {
        opened[1] = open_script(argv[0]);
        must_work(pread(COPY, first_line, sizeof first_line, 0) >= 0, REFUSED, "cannot read the script");
        must_hold(split_first_line(first_line, &interpreter, &option), REFUSED, "the script's first line does not name its interpreter by an absolute path");
        /* In the places of our own name, --script and the script: what the line says comes before all arguments. */
        argv[0] = script_path;
        if (option != NULL)
            *--argv = option;
        *--argv = interpreter;
    }
    opened[0] = open_file(argv[0]);
    must_work(pread(opened[0], magic, sizeof magic, 0) >= 0, REFUSED, "cannot read the program");
    must_hold(memcmp(magic, "\177ELF", 4) == 0, REFUSED, "this is not a program; a script is launched by: keychain-auth exec -- SCRIPT");

    ask(connect_daemon(), opened, is_script ? 3 : 1);
    bool seen[NAMES] = { false };
    char *environment[NAMES + 3] = { search_path, socket_path };
    for (size_t count = 2; *envp != NULL; envp++)
        if (is_passed_on(*envp, seen))
            environment[count++] = *envp;
    alarm(0);
    syscall(SYS_execveat, opened[0], "", argv, environment, AT_EMPTY_PATH);
    give_up(REFUSED, "cannot start the program", errno);
}
