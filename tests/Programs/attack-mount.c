/* Row 6: in a mount namespace of its own, lays itself over the approved path and starts that.
 *
 *   attack-mount SOCKET TRIES APPROVED STRANGER
 */
#include "attack-common.h"
#include <sys/mount.h>

int main(int count, char **arguments)
{
    if (count < 5)
        return 2;
    for (int tries = atoi(arguments[2]); tries > 0; tries--) {
        pid_t pid = fork();
        if (pid == 0) {
            own_namespaces(CLONE_NEWNS);
            if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount(arguments[4], arguments[3], NULL, MS_BIND, NULL) != 0)
                die("mount");
            execl(arguments[3], arguments[3], arguments[1], "once", (char *)NULL);
            die("exec");
        }
        waitpid(pid, NULL, 0);
    }
    return 0;
}
