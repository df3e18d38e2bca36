/* Connects to a Unix socket each time a line comes on its input, says so, and holds what it has. For any Unix. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char line[64];
    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path)
        return 2;
    strcpy(address.sun_path, argv[1]);
    while (fgets(line, sizeof line, stdin)) {
        int connection = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) != 0)
            return 1;
        puts("connected");
        fflush(stdout);
    }
    return 0;
}
