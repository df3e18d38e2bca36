/* Row 17: uses up whatever can be used up.
 *
 *   attack-flood SOCKET MODE COUNT
 *     storm     connects and closes, COUNT times
 *     idle      holds COUNT connections and says nothing, until its input ends
 *     slow      holds COUNT connections and writes a byte on each every 20 ms, until its input ends
 *     endless   writes a line without an end on COUNT connections, until the daemon has had enough
 */
#include "attack-common.h"
#include <sys/resource.h>

static int knock(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int input_ended(int milliseconds)
{
    struct pollfd wait = { 0, POLLIN | POLLHUP, 0 };
    return poll(&wait, 1, milliseconds) > 0;
}

int main(int count, char **arguments)
{
    static int fds[65536];
    static char filling[65536];
    struct rlimit limit;
    if (count < 4)
        return 2;
    const char *path = arguments[1], *mode = arguments[2];
    int wanted = atoi(arguments[3]), held = 0;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    memset(filling, 'x', sizeof filling);
    for (int i = 0; i < wanted; i++) {
        int fd = knock(path);
        if (fd < 0)
            continue;
        held++;
        if (!strcmp(mode, "storm"))
            close(fd);
        else
            fds[held - 1] = fd;
    }
    dprintf(1, "connected %d\n", held);
    if (!strcmp(mode, "endless")) {
        for (int i = 0; i < held; i++)
            while (send(fds[i], filling, sizeof filling, MSG_NOSIGNAL) > 0)
                ;
        dprintf(1, "over\n");
    }
    if (!strcmp(mode, "idle"))
        while (!input_ended(-1))
            ;
    if (!strcmp(mode, "slow"))
        while (!input_ended(20))
            for (int i = 0; i < held; i++)
                if (fds[i] >= 0 && send(fds[i], "{", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN) {
                    close(fds[i]);
                    fds[i] = -1;
                }
    return 0;
}
