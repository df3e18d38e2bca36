/* Row 1: says it is somebody else, in every way there is to say so: in the message, and by credentials sent along
 * (which the kernel forbids, and that is reported too).
 *
 *   attack-claimed-pid SOCKET TRIES APPROVED
 */
#include "attack-common.h"

static int send_as(int fd, const char *text, pid_t pid)
{
    union { char bytes[CMSG_SPACE(sizeof(struct ucred))]; struct cmsghdr align; } control;
    struct iovec part = { (void *)text, strlen(text) };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
    struct ucred claim = { pid, getuid(), getgid() };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_CREDENTIALS;
    header->cmsg_len = CMSG_LEN(sizeof claim);
    memcpy(CMSG_DATA(header), &claim, sizeof claim);
    return sendmsg(fd, &message, MSG_NOSIGNAL) > 0;
}

int main(int count, char **arguments)
{
    char line[512];
    if (count < 4)
        return 2;
    pid_t approved = fork();
    if (approved == 0) {
        execl(arguments[3], arguments[3], arguments[1], "pause", (char *)NULL);
        die("exec");
    }
    await_exec(approved);
    snprintf(line, sizeof line, "{\"pid\":%d,\"type\":\"REQUEST\",\"action\":\"read\",\"service\":\"vault\",\"targets\":[\"token\"]}\n", approved);
    for (int tries = atoi(arguments[2]); tries > 0; tries--) {
        int fd = dial(arguments[1]);
        if (!send_as(fd, line, approved))
            say(fd, line);
        report(hear(fd, NULL, 5000));
        close(fd);
    }
    kill(approved, SIGKILL);
    waitpid(approved, NULL, 0);
    return 0;
}
