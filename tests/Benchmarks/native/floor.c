/* The floor: what the kernel and nothing else costs. Accepts connections on a Unix socket, asks for the peer's
 * credentials, and sends back whatever arrives. One thread, epoll, no allocation per request.
 * usage: floor SOCKET        (ends with its standard input) */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_on(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    strcpy(address.sun_path, path);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 4096) != 0)
        return -1;
    return server;
}

static void watch(int poller, int descriptor)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = descriptor };
    if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        perror("epoll_ctl");
        exit(1);
    }
}

static void accept_all(int poller, int server)
{
    for (;;) {
        int client = accept4(server, NULL, NULL, SOCK_NONBLOCK);
        if (client < 0)
            return;
        struct ucred peer;
        socklen_t length = sizeof peer;
        if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != getuid())
            close(client);
        else
            watch(poller, client);
    }
}

static void echo(int client)
{
    static char buffer[65536];
    ssize_t count = recv(client, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN)
        return;
    for (ssize_t sent = 0; sent < count;) {
        /* Waits where the client reads slowly: it is the only one that is measured. */
        ssize_t now = send(client, buffer + sent, (size_t)(count - sent), MSG_NOSIGNAL);
        if (now < 0 && errno == EAGAIN)
            continue;
        if (now < 0)
            count = 0;
        sent += now;
    }
    if (count <= 0)
        close(client);
}

int main(int argc, char **argv)
{
    int server = argc == 2 ? listen_on(argv[1]) : -1;
    int poller = epoll_create1(0);
    if (server < 0 || poller < 0) {
        perror("floor");
        return 1;
    }
    watch(poller, server);
    watch(poller, STDIN_FILENO);
    puts("ready");
    fflush(stdout);
    for (;;) {
        struct epoll_event events[64];
        int count = epoll_wait(poller, events, 64, -1);
        for (int i = 0; i < count; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor == STDIN_FILENO)
                return 0;
            if (descriptor == server)
                accept_all(poller, server);
            else
                echo(descriptor);
        }
    }
}
