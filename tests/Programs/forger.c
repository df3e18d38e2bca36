/*
 * Makes the kernel name another executable than the one that runs: from a library it removes its own executable from
 * memory, and then puts the approved file in its place (PR_SET_MM_MAP, for which CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN
 * in its user namespace suffices).
 *
 *   forger LIBRARY SOCKET APPROVED     LIBRARY is this file compiled with -shared -fPIC -DLIBRARY -Wl,-z,now
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef LIBRARY
/* Everything as it was, except for the executable. Fields of proc_pid_stat(5), counted from the state, which is the third. */
static int replace_executable(int fd)
{
    static char text[4096];
    unsigned long long field[64] = { 0 };
    struct prctl_mm_map map;
    int stat = open("/proc/self/stat", O_RDONLY | O_CLOEXEC), count = 3;
    ssize_t length = read(stat, text, sizeof text - 1);
    char *word = length > 0 ? strrchr(text, ')') : NULL;
    if (!word)
        return 0;
    for (word = strtok(word + 1, " "); word && count < 64; word = strtok(NULL, " "))
        field[count++] = strtoull(word, NULL, 10);
    memset(&map, 0, sizeof map);
    map.start_code = field[26];
    map.end_code = field[27];
    map.start_stack = field[28];
    map.start_data = field[45];
    map.end_data = field[46];
    map.start_brk = field[47];
    map.brk = (unsigned long)sbrk(0);
    map.arg_start = field[48];
    map.arg_end = field[49];
    map.env_start = field[50];
    map.env_end = field[51];
    map.exe_fd = fd;
    return prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0) == 0;
}

void take_over(const char *socket_path, const char *approved)
{
    static char text[65536], own[4096];
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = 0;
    ssize_t count = readlink("/proc/self/exe", own, sizeof own - 1);
    int good = open(approved, O_RDONLY | O_CLOEXEC), maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    strncpy(address.sun_path, socket_path, sizeof address.sun_path - 1);
    own[count < 0 ? 0 : count] = 0;
    while (length < sizeof text - 1 && (count = read(maps, text + length, sizeof text - 1 - length)) > 0)
        length += count;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        unsigned long start, end;
        size_t whole = strlen(line), part = strlen(own);
        if (whole > part && !strcmp(line + whole - part, own) && sscanf(line, "%lx-%lx", &start, &end) == 2)
            munmap((void *)start, end - start);
    }
    if (!replace_executable(good)
        || connect(fd, (struct sockaddr *)&address, sizeof address) != 0 || write(1, "ready\n", 6) != 6)
        _exit(5);
    while (read(0, text, sizeof text) > 0)
        ;
    _exit(0);
}
#else
int main(int count, char **arguments)
{
    void *library = count < 4 ? NULL : dlopen(arguments[1], RTLD_NOW);
    void (*run)(const char *, const char *) = library ? dlsym(library, "take_over") : NULL;
    if (run)
        run(strdup(arguments[2]), strdup(arguments[3]));
    return 3;
}
#endif
