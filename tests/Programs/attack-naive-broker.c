/* The control for attacks that transport-uds or the daemon itself stops before a verifier is asked: a broker that does
 * what is commonly done. It takes the pid of SO_PEERCRED, looks where /proc/<pid>/exe points, compares the file that
 * lies there with the approved one, and then serves every line on that connection.
 *
 *   attack-naive-broker SOCKET APPROVED CANARY [weakness]
 *     claimed   believes a "pid" in the request
 *     cached    remembers a file by path, size and modification time
 *     joined    keeps secrets under "service:target" and allows the service "vault:x"
 *     inline    reads all of the caller's executable before it looks at anybody else
 *     crowded   serves 64 connections at a time, whoever holds them
 *     queue     remembers the last 100 programs it has refused in SOCKET.pending, and writes their names into SOCKET.log
 */
#include "attack-common.h"

#define QUEUE 100
#define CROWD 64

static char approved[1 << 22];
static ssize_t approved_length;
static const char *approved_path, *weakness = "";

static ssize_t slurp(const char *path, char *to, size_t size)
{
    ssize_t length = 0, count;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    while ((count = read(fd, to + length, size - (size_t)length)) > 0)
        length += count;
    close(fd);
    return length;
}

static int is_approved_file(const char *path)
{
    static char content[1 << 22];
    static struct stat known;
    static int verdict = -1;
    struct stat now;
    int cached = !strcmp(weakness, "cached");
    if (strcmp(path, approved_path) || stat(path, &now) != 0)
        return 0;
    if (cached && verdict >= 0 && now.st_size == known.st_size && now.st_mtim.tv_sec == known.st_mtim.tv_sec && now.st_mtim.tv_nsec == known.st_mtim.tv_nsec)
        return verdict;
    known = now;
    verdict = slurp(path, content, sizeof content) == approved_length && !memcmp(content, approved, (size_t)approved_length);
    return verdict;
}

static void remember(const char *socket, const char *path)
{
    static char waiting[QUEUE][4096];
    static int known;
    char name[4200];
    snprintf(name, sizeof name, "%s.log", socket);
    FILE *file = fopen(name, "ae");
    fprintf(file, "DENIED %s\n", path);
    fclose(file);
    snprintf(waiting[known++ % QUEUE], sizeof waiting[0], "%s", path);
    snprintf(name, sizeof name, "%s.pending", socket);
    file = fopen(name, "we");
    for (int i = 0; i < known && i < QUEUE; i++)
        fprintf(file, "%s\n", waiting[i]);
    fclose(file);
}

/* As hashing does. */
static void read_all(const char *path)
{
    static char part[1 << 20];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && read(fd, part, sizeof part) > 0)
        ;
    close(fd);
}

static const char *socket_path;

static int is_approved(pid_t pid)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/%d/exe", pid);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    if (!strcmp(weakness, "inline"))
        read_all(path);
    int good = is_approved_file(path);
    if (!good && !strcmp(weakness, "queue"))
        remember(socket_path, path);
    return good;
}

static void serve(int fd, const char *canary)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    char reply[1024];
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return;
    int good = is_approved(peer.pid);
    const char *line = hear(fd, NULL, strcmp(weakness, "crowded") ? 5000 : -1);
    const char *claim = strstr(line, "\"pid\":");
    if (!strcmp(weakness, "claimed") && claim)
        good = is_approved(atoi(claim + 6));
    if (!strcmp(weakness, "joined"))
        good = good && strstr(line, "\"service\":\"vault:x\"") && strstr(line, "\"targets\":[\"tok\"]");
    if (line[0] == 0)
        return;
    snprintf(reply, sizeof reply, good ? "{\"type\":\"RESPONSE\",\"status\":\"success\",\"results\":[{\"value\":\"%s\"}]}\n" : "{\"type\":\"RESPONSE\",\"status\":\"denied\"}\n", canary);
    say(fd, reply);
}

int main(int count, char **arguments)
{
    if (count < 4)
        return 2;
    struct sockaddr_un address = address_of(arguments[1]);
    socket_path = arguments[1];
    approved_path = arguments[2];
    approved_length = slurp(approved_path, approved, sizeof approved);
    if (count > 4)
        weakness = arguments[4];
    signal(SIGTERM, SIG_DFL);
    setpgid(0, 0); /* Those it forks end with it. */
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (approved_length <= 0 || bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 64) != 0)
        die("broker");
    dprintf(1, "listens\n");
    int crowd = 0, crowded = !strcmp(weakness, "crowded");
    for (;;) {
        while (crowded && waitpid(-1, NULL, WNOHANG) > 0)
            crowd--;
        struct pollfd wait[2] = { { 0, POLLIN, 0 }, { server, POLLIN, 0 } };
        if (poll(wait, crowd < CROWD ? 2 : 1, crowded ? 10 : -1) <= 0)
            continue;
        if (wait[0].revents)
            kill(0, SIGTERM);
        int fd = accept4(server, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        if (!crowded || fork() == 0) {
            serve(fd, arguments[3]);
            if (crowded)
                _exit(0);
        } else {
            crowd++;
        }
        close(fd);
    }
}
