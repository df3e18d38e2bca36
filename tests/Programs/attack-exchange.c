/* Row 7: while a stranger connects, its file and the approved one change places all the time, so that a path which was
 * the stranger's at one look is the approved program's at the next.
 *
 *   attack-exchange SOCKET TRIES APPROVED STRANGER
 */
#include "attack-common.h"

/* Several, so that on a busy machine too one of them gets a turn between two looks. */
#define JUGGLERS 8

/* An even number of times: at the end each file is where it was. */
static void juggle(const char *approved, const char *stranger, const int *stop)
{
    while (!__atomic_load_n(stop, __ATOMIC_RELAXED))
        for (int twice = 0; twice < 2; twice++)
            if (syscall(SYS_renameat2, AT_FDCWD, approved, AT_FDCWD, stranger, 2 /* RENAME_EXCHANGE */) != 0)
                die("renameat2");
    _exit(0);
}

int main(int count, char **arguments)
{
    if (count < 5)
        return 2;
    const char *approved = arguments[3], *stranger = arguments[4];
    int image = open(stranger, O_RDONLY | O_CLOEXEC);
    int *stop = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (image < 0 || stop == MAP_FAILED)
        die("stranger");
    pid_t jugglers[JUGGLERS];
    for (int index = 0; index < JUGGLERS; index++)
        if ((jugglers[index] = fork()) == 0)
            juggle(approved, stranger, stop);
    for (int tries = atoi(arguments[2]); tries > 0; tries--) {
        pid_t pid = fork();
        if (pid == 0) {
            char *words[] = { arguments[4], arguments[1], "once", NULL }, *none[] = { NULL };
            fexecve(image, words, none);
            die("exec");
        }
        waitpid(pid, NULL, 0);
    }
    __atomic_store_n(stop, 1, __ATOMIC_RELAXED);
    for (int index = 0; index < JUGGLERS; index++)
        waitpid(jugglers[index], NULL, 0);
    return 0;
}
