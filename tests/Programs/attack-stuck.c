/* Row 17: processes that stay in the middle of an exec. The kernel closes files there that are to be closed, with the lock
 * held that everybody needs who asks about the process's memory; and the file lies on a file system that does not answer.
 *
 *   attack-stuck SOCKET COUNT FILE      says "stuck", and ends with its input
 */
#include "attack-common.h"

int main(int count, char **arguments)
{
    static pid_t stuck[4096];
    char line[64];
    if (count < 4)
        return 2;
    /* Descriptors are closed in the order of their numbers: the pipe before the file. Not even what state a process is
     * in can be asked while it is stuck. */
    int closing[2];
    pid_t server = server_of(arguments[1]);
    if (pipe2(closing, O_CLOEXEC) != 0)
        die("pipe");
    int wanted = atoi(arguments[2]), file = open(arguments[3], O_RDONLY);
    if (file < closing[1] || wanted > (int)(sizeof stuck / sizeof stuck[0]))
        die(arguments[3]);
    freeze(server);
    for (int i = 0; i < wanted; i++) {
        stuck[i] = fork();
        if (stuck[i] == 0) {
            fcntl(file, F_SETFD, FD_CLOEXEC);
            dial(arguments[1]);
            execl("/bin/sleep", "sleep", "1000", (char *)NULL);
            die("exec");
        }
    }
    close(closing[1]);
    if (read(closing[0], line, 1) != 0)
        die("closing");
    thaw(server);
    dprintf(1, "stuck\n");
    while (read(0, line, sizeof line) > 0)
        ;
    for (int i = 0; i < wanted; i++)
        kill(stuck[i], SIGKILL);

    /* Killed or not, they are gone once their file system is; whoever started this waits for that. */
    _exit(0);
}
