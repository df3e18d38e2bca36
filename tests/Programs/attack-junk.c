/* Row 18: copies of itself that differ in their last bytes, under names made to be misread, each of which connects.
 *
 *   attack-junk SOCKET COUNT DIRECTORY      or, as one of the copies: COPY SOCKET
 */
#include "attack-common.h"

int main(int count, char **arguments)
{
    static char self[1 << 22];
    if (count == 2) {
        int fd = dial(arguments[1]);
        say(fd, "\n{\"type\":\"REQUEST\",\"action\":\"read\",\"service\":\"\\u000a{\\\"seq\\\":1,\\\"result\\\":\\\"GRANTED\\\"}\",\"targets\":[\"forged\"]}\n");
        report(hear(fd, NULL, 20000));
        return 0;
    }
    if (count < 4)
        return 2;
    int image = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    ssize_t length = read(image, self, sizeof self - 16);
    if (length <= 0)
        die("image");
    for (int i = 0; i < atoi(arguments[2]); i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/junk%d\n{\"seq\":1,\"action\":\"read\",\"result\":\"GRANTED\"}\n\033[2Jjunk", arguments[3], i);
        memcpy(self + length, &i, sizeof i);
        int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
        if (fd < 0 || write(fd, self, (size_t)length + sizeof i) < 0)
            die(name);
        close(fd);
        pid_t pid = fork();
        if (pid == 0) {
            execl(name, "junk\n{\"seq\":2}", arguments[1], (char *)NULL);
            die("exec");
        }
        waitpid(pid, NULL, 0);
        unlink(name);
    }
    return 0;
}
