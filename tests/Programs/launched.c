/* What a launched program finds: prints everything its starter could have left behind, one fact a line. With "wait" as
 * its last argument it then waits for the end of its input; with "connect PATH" it connects. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;

static void print_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL)
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(directory))
            printf("fd %s\n", entry->d_name);
    if (directory != NULL)
        closedir(directory);
}

static void print_signals(void)
{
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "Sig", 3) == 0 || strncmp(line, "ShdPnd", 6) == 0)
            printf("%s", line);
    if (status != NULL)
        fclose(status);
}

int main(int argc, char **argv)
{
    gid_t real, effective, saved;
    struct rlimit limit;
    struct stat status;
    mode_t mask = umask(0);
    getresgid(&real, &effective, &saved);
    stat("/proc/self/status", &status);
    printf("ran\nsecure %lu\ndumpable %d\nprotected %d\numask %03o\npersonality %x\nalarm %u\n", getauxval(AT_SECURE),
        prctl(PR_GET_DUMPABLE), status.st_uid == 0, mask, (unsigned)personality(0xffffffff), alarm(0));
    printf("groups %u %u %u\n", real, effective, saved);
    for (int i = 0; i < (int)RLIM_NLIMITS; i++)
        if (getrlimit(i, &limit) == 0)
            printf("limit %d %s\n", i, i == RLIMIT_CORE ? (limit.rlim_max == 0 ? "none" : "core") :
                i == RLIMIT_STACK || i == RLIMIT_NOFILE ? "its own" : limit.rlim_cur == limit.rlim_max ? "reset" : "lowered");
    for (int i = 0; i < argc; i++)
        printf("arg %d %.60s (%zu)\n", i, argv[i], strlen(argv[i]));
    for (char **variable = environ; *variable != NULL; variable++)
        printf("env %s\n", *variable);
    print_descriptors();
    print_signals();
    fflush(stdout);
    if (argc > 2 && strcmp(argv[argc - 2], "connect") == 0) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        strncpy(address.sun_path, argv[argc - 1], sizeof address.sun_path - 1);
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        printf("connect %d\n", connect(fd, (struct sockaddr *)&address, sizeof address));
        fflush(stdout);
    }
    if (argc > 1 && strcmp(argv[argc - 1], "wait") == 0)
        while (getchar() != EOF)
            ;
    return 0;
}
