/* Holds many connections to a Unix socket without writing a byte, until its input ends.
 * usage: crowd SOCKET COUNT
 * Prints "ready N" when N connections stand. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct rlimit files;
    if (argc != 3 || strlen(argv[1]) >= sizeof address.sun_path)
        return 2;
    strcpy(address.sun_path, argv[1]);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    int count = atoi(argv[2]);
    for (int i = 0; i < count; i++) {
        int server = socket(AF_UNIX, SOCK_STREAM, 0);
        if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) != 0) {
            perror("connect");
            return 1;
        }
    }
    printf("ready %d\n", count);
    fflush(stdout);
    char byte;
    while (read(0, &byte, 1) > 0)
        ;
    return 0;
}
