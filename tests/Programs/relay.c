/* Copies its input to a Unix socket and the socket to its output, like `nc -U`.
 * usage: relay SOCKET
 * End of input shuts down the sending side; end of the socket ends the program. */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int copy(int from, int to)
{
    char buffer[65536];
    ssize_t count = read(from, buffer, sizeof buffer);
    for (ssize_t done = 0; done < count;) {
        ssize_t written = write(to, buffer + done, (size_t)(count - done));
        if (written < 0)
            return -1;
        done += written;
    }
    return count > 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path)
        return 2;
    strcpy(address.sun_path, argv[1]);
    signal(SIGPIPE, SIG_IGN);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("connect");
        return 1;
    }
    struct pollfd wait[2] = { { .fd = 0, .events = POLLIN }, { .fd = server, .events = POLLIN } };
    for (;;) {
        if (poll(wait, 2, -1) < 0)
            return 1;
        if (wait[1].revents && copy(server, 1) <= 0)
            return 0;
        if (wait[0].revents) {
            int more = copy(0, server);
            if (more < 0) {
                wait[0].fd = -1; /* the daemon takes no more: read what it still says */
            } else if (more == 0) {
                shutdown(server, SHUT_WR);
                wait[0].fd = -1;
            }
        }
    }
}
