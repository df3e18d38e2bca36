/* Row 16: puts a socket of its own where clients look for the daemon, greets them, and prints what they say.
 *
 *   attack-squat SOCKET USER      takes the place of whatever is there; ends when its input does
 */
#include "attack-common.h"

int main(int count, char **arguments)
{
    if (count < 3)
        return 2;
    become((uid_t)atoi(arguments[2]));
    struct sockaddr_un address = address_of(arguments[1]);
    unlink(arguments[1]);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(server, (struct sockaddr *)&address, sizeof address) != 0 || chmod(arguments[1], 0777) != 0 || listen(server, 64) != 0)
        die("squat");
    dprintf(1, "listens\n");
    for (;;) {
        struct pollfd wait[2] = { { server, POLLIN, 0 }, { 0, POLLIN, 0 } };
        if (poll(wait, 2, -1) < 0)
            continue;
        if (wait[1].revents)
            return 0;
        int fd = accept(server, NULL, NULL);
        const char *said = hear(fd, NULL, 20000);
        if (strstr(said, "HELLO")) {
            say(fd, "{\"type\":\"WELCOME\",\"protocol\":2,\"version\":\"4.0.0\"}\n");
            said = hear(fd, NULL, 20000);
        }
        report(said);
        say(fd, "{\"type\":\"RESPONSE\",\"status\":\"success\"}\n");
        close(fd);
    }
}
