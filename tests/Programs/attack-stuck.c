/* Row 17: processes that stay in the middle of an exec. The kernel closes files there that are to be closed, with the lock
 * held that everybody needs who asks about the process's memory; and the file lies on a file system that does not answer.
 *
 *   attack-stuck SOCKET COUNT FILE      says "execs"; lets the daemon go on at a line of input, and says "stuck" when it
 *                                       has begun with all of them; ends with its input
 */
#include "attack-common.h"

int main(int count, char **arguments)
{
    static pid_t stuck[4096];
    char line[64];
    if (count < 4)
        return 2;
    pid_t server = server_of(arguments[1]);
    int wanted = atoi(arguments[2]), file = open(arguments[3], O_RDONLY);
    if (file < 0 || wanted > (int)(sizeof stuck / sizeof stuck[0]))
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

    /* Not even what state a process is in can be asked while it is stuck: whoever serves the file says when. */
    dprintf(1, "execs\n");
    if (read(0, line, sizeof line) <= 0)
        die("go");
    thaw(server);

    /* Users' processes take turns: once we are told that nobody knows us, all that came before us have been begun. */
    int last = dial(arguments[1]);
    while (read(last, line, sizeof line) > 0)
        ;
    dprintf(1, "stuck\n");
    while (read(0, line, sizeof line) > 0)
        ;
    for (int i = 0; i < wanted; i++)
        kill(stuck[i], SIGKILL);

    /* Killed or not, they are gone once their file system is; whoever started this waits for that. */
    _exit(0);
}
