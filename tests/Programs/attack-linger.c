/* Row 17: passes along sockets whose closing takes as long as their owner likes. The kernel drops what the daemon has no
 * room for, in the daemon's thread; and a TCP connection with SO_LINGER whose other end reads nothing is not closed before
 * its time is over.
 *
 *   attack-linger SOCKET COUNT SECONDS      so many connections, each with one such socket: with the first request, after
 *                                           it, or from a process that is gone at once; says "passed"; ends with its input
 */
#include "attack-common.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>

/* One end of a connection on this machine that is full: its other end stays open in this process, and reads nothing. */
static int full_connection(const struct sockaddr_in *address, int listener, int seconds)
{
    static char filling[1 << 16];
    struct linger linger = { .l_onoff = 1, .l_linger = seconds };
    int fd = socket(AF_INET, SOCK_STREAM, 0), size = 4096;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 || accept(listener, NULL, NULL) < 0
        || setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) != 0)
        die("connection");
    while (send(fd, filling, sizeof filling, MSG_DONTWAIT) > 0)
        ;
    return fd;
}

static void pass(int server, int fd)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = { .header = { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int)) } };
    struct iovec text = { .iov_base = READ_TOKEN, .iov_len = strlen(READ_TOKEN) };
    struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space };
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    if (sendmsg(server, &message, MSG_NOSIGNAL) < 0)
        fprintf(stderr, "sendmsg: %s\n", strerror(errno));
    close(fd);
}

int main(int count, char **arguments)
{
    if (count < 4)
        return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), small = 2048;
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0
        || getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        die("listen");
    for (int left = atoi(arguments[2]); left > 0; left--) {
        int fd = full_connection(&address, listener, atoi(arguments[3]));
        if (left % 3 == 0) {
            pass(dial(arguments[1]), fd);
        } else if (left % 3 == 1) {
            int server = dial(arguments[1]);
            say(server, READ_TOKEN);
            pass(server, fd);
        } else {
            pid_t child = fork();
            if (child == 0) {
                pass(dial(arguments[1]), fd);
                _exit(0);
            }
            close(fd);
            waitpid(child, NULL, 0);
        }
    }
    dprintf(1, "passed\n");
    char line[64];
    while (read(0, line, sizeof line) > 0)
        ;
    return 0;
}
