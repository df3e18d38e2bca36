/* Greets the daemon with protocol 2, as a client that connects again when it is told to, and prints the last answer.
 * usage: hello SOCKET */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char greeting[] = "{\"type\":\"HELLO\",\"protocol\":2}\n";

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char answer[4096] = "";
    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path)
        return 2;
    strcpy(address.sun_path, argv[1]);
    for (int attempt = 0; attempt < 4; attempt++) {
        int server = socket(AF_UNIX, SOCK_STREAM, 0);
        if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) != 0) {
            perror("connect");
            return 1;
        }
        /* A daemon that refuses at once may have closed its side: what it said is there to be read all the same. */
        (void)!send(server, greeting, sizeof greeting - 1, MSG_NOSIGNAL);
        size_t length = 0;
        while (length < sizeof answer - 1 && !memchr(answer, '\n', length)) {
            ssize_t count = read(server, answer + length, sizeof answer - 1 - length);
            if (count <= 0)
                break;
            length += (size_t)count;
        }
        answer[length] = 0;
        close(server);
        if (!strstr(answer, "RECONNECT"))
            break;
    }
    fputs(answer, stdout);
    return strstr(answer, "WELCOME") ? 0 : 1;
}
