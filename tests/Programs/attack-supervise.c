/* Row 9e: supervises an approved program through seccomp's user notification, which needs no right to trace it. When the
 * program asks for a socket it is given a copy of the attacker's; the program connects it and asks, both as itself, and
 * is kept waiting while the attacker reads the answer from its own copy.
 *
 *   attack-supervise SOCKET TRIES APPROVED
 */
#include "attack-common.h"
#include "attack-descriptors.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>

static int listen_to_calls(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef SYS_poll
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_poll, 2, 0),
#else
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ppoll, 2, 0),
#endif
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    };
    struct sock_fprog program = { sizeof rules / sizeof rules[0], rules };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        die("no_new_privs");
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static void attempt(const char *path, const char *approved)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        die("socketpair");
    pid_t pid = fork();
    if (pid == 0) {
        int listener = listen_to_calls();
        if (listener < 0)
            die("seccomp");
        send_descriptor(pair[1], listener);
        execl(approved, approved, path, "once", (char *)NULL);
        die("exec");
    }
    close(pair[1]);
    int listener = receive_descriptor(pair[0]);
    close(pair[0]);
    int mine = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (int heard = 0; !heard;) {
        struct seccomp_notif call = { 0 };
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
            die("notification");
        if (call.data.nr == SYS_socket) {
            struct seccomp_notif_addfd give = { .id = call.id, .flags = SECCOMP_ADDFD_FLAG_SEND, .srcfd = (unsigned)mine };
            if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &give) < 0)
                die("addfd");
            continue;
        }
        /* It has asked and would now wait for the answer. */
        report(hear(mine, NULL, 20000));
        heard = 1;
    }
    kill(pid, SIGKILL);
    close(listener);
    close(mine);
    waitpid(pid, NULL, 0);
}

int main(int count, char **arguments)
{
    if (count < 4)
        return 2;
    for (int tries = atoi(arguments[2]); tries > 0; tries--)
        attempt(arguments[1], arguments[3]);
    return 0;
}
