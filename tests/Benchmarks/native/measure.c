/* The client that measures: a native program, so that what is measured is the server.
 *
 * usage: measure [-m MAPPINGS] [-w WARMUP] [-r REQUEST] [-x EXPECTED] ACTION SOCKET [COUNT [DEPTH]]
 *   connect   COUNT times: connect, send the request, read the answer, close
 *   kept      COUNT round trips on one connection
 *   pipeline  COUNT requests on one connection, DEPTH of them on their way at a time
 *   hold      COUNT connections, idle until standard input ends; prints "ready" when all are there
 *   await     tries until the socket answers one request, and prints the instant (CLOCK_MONOTONIC, nanoseconds)
 *   refused   one connection that is closed by the server after one line, which is printed after the latency
 *   run       COUNT PROGRAM [ARGUMENT...]: how long a program takes from its start to its end; no socket
 *   spawn     COUNT times, one after the other: starts this program anew for one `connect`, and collects its latency
 * Every answer must begin with EXPECTED, or the program fails: an error is no measurement. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "timing.h"

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static const char *request = "";
static size_t request_length;
static const char *expected = "";
static long mappings;
static char answer[1 << 20];

static void fail(const char *what)
{
    fprintf(stderr, "measure: %s: %s\n", what, errno ? strerror(errno) : "not as expected");
    exit(1);
}

static int try_connect(void)
{
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server >= 0 && connect(server, (struct sockaddr *)&address, sizeof address) == 0)
        return server;
    if (server >= 0)
        close(server);
    return -1;
}

static int open_connection(void)
{
    int server = try_connect();
    if (server < 0)
        fail("connect");
    return server;
}

static int ask(int server)
{
    size_t length = 0;
    if (send(server, request, request_length, MSG_NOSIGNAL) != (ssize_t)request_length)
        return -1;
    do {
        ssize_t count = recv(server, answer + length, sizeof answer - 1 - length, 0);
        if (count <= 0)
            return -1;
        length += (size_t)count;
    } while (answer[length - 1] != '\n');
    answer[length] = 0;
    if (strncmp(answer, expected, strlen(expected)) != 0) {
        errno = 0;
        fprintf(stderr, "measure: answered %.200s", answer);
        return -1;
    }
    return 0;
}

static int64_t connect_once(void)
{
    int64_t start = now();
    int server = open_connection();
    if (ask(server) != 0)
        fail("request");
    close(server);
    return now() - start;
}

static void run_connect(int64_t *values, long count, long warmup)
{
    for (long i = 0; i < warmup; i++)
        connect_once();
    int64_t start = now();
    for (long i = 0; i < count; i++)
        values[i] = connect_once();
    report(values, count, now() - start);
}

static void run_kept(int64_t *values, long count, long warmup)
{
    int server = open_connection();
    for (long i = 0; i < warmup; i++)
        if (ask(server) != 0)
            fail("request");
    int64_t start = now(), last = start;
    for (long i = 0; i < count; i++) {
        if (ask(server) != 0)
            fail("request");
        int64_t end = now();
        values[i] = end - last;
        last = end;
    }
    report(values, count, last - start);
    close(server);
}

/* Sends in groups as large as the window has room for, and counts line ends that come back. Every answer begins as
 * expected: what stands after each line end is compared. */
static void run_pipeline(int64_t *values, long count, long depth)
{
    int server = open_connection();
    char *group = malloc(request_length * (size_t)depth);
    for (long i = 0; i < depth; i++)
        memcpy(group + (size_t)i * request_length, request, request_length);
    long sent = 0, received = 0;
    size_t matched = 0, expected_length = strlen(expected);
    int64_t start = now();
    while (received < count) {
        long room = depth - (sent - received);
        if (room > count - sent)
            room = count - sent;
        if (room >= depth / 2 || (room > 0 && sent + room == count)) {
            size_t length = (size_t)room * request_length;
            if (send(server, group, length, MSG_NOSIGNAL) != (ssize_t)length)
                fail("send");
            for (long i = 0; i < room; i++)
                values[sent + i] = now();
            sent += room;
        }
        ssize_t got = recv(server, answer, sizeof answer, 0);
        if (got <= 0)
            fail("receive");
        int64_t end = now();
        for (ssize_t i = 0; i < got; i++) {
            if (answer[i] == '\n') {
                if (matched < expected_length) {
                    errno = 0;
                    fail("an answer of the pipeline");
                }
                values[received] = end - values[received];
                received++;
                matched = 0;
            } else if (matched < expected_length) {
                if (answer[i] != expected[matched]) {
                    errno = 0;
                    fail("an answer of the pipeline");
                }
                matched++;
            }
        }
    }
    report(values, count, now() - start);
    free(group);
    close(server);
}

static void run_hold(long count)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        fail("getrlimit");
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        fail("setrlimit");
    for (long i = 0; i < count; i++) {
        int server;
        while ((server = try_connect()) < 0 && (errno == EAGAIN || errno == EINTR))
            ;
        /* One answered request says that the connection is there in full. */
        if (server < 0 || ask(server) != 0)
            fail("hold");
    }
    puts("ready");
    fflush(stdout);
    while (read(STDIN_FILENO, answer, sizeof answer) > 0)
        ;
}

static void run_await(void)
{
    const struct timespec pause = { .tv_nsec = 200000 };
    for (;;) {
        int server = try_connect();
        if (server >= 0 && ask(server) == 0) {
            printf("%lld\n", (long long)now());
            return;
        }
        if (server >= 0)
            close(server);
        nanosleep(&pause, NULL);
    }
}

static void run_refused(void)
{
    int64_t start = now();
    int server = open_connection();
    size_t length = 0;
    ssize_t count;
    while ((count = recv(server, answer + length, sizeof answer - 1 - length, 0)) > 0)
        length += (size_t)count;
    int64_t elapsed = now() - start;
    answer[length] = 0;
    if (strncmp(answer, expected, strlen(expected)) != 0)
        fail("refusal");
    printf("%lld\n%s", (long long)elapsed, answer);
}

static int64_t spawn_once(char **arguments)
{
    extern char **environ;
    int ends[2];
    pid_t child;
    char text[4096];
    size_t length = 0;
    posix_spawn_file_actions_t actions;
    if (pipe2(ends, O_CLOEXEC) != 0)
        fail("pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    int64_t start = now();
    if (posix_spawn(&child, arguments[0], &actions, NULL, arguments, environ) != 0)
        fail("spawn");
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    ssize_t count;
    while ((count = read(ends[0], text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)count;
    text[length] = 0;
    close(ends[0]);
    int status;
    if (waitpid(child, &status, 0) != child || status != 0) {
        errno = 0;
        fail(arguments[0]);
    }
    const char *elapsed = strstr(text, "\"elapsed\":");
    return strcmp(arguments[0], "/proc/self/exe") == 0 && elapsed ? atoll(elapsed + 10) : now() - start;
}

/* Executable mappings of files that belong to root, beside the program's own. */
static void map_libraries(void)
{
    static const char directory[] = "/usr/lib/x86_64-linux-gnu";
    DIR *libraries = opendir(directory);
    long mapped = 0;
    for (struct dirent *entry; libraries && mapped < mappings && (entry = readdir(libraries));) {
        char path[512];
        if (!strstr(entry->d_name, ".so"))
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (file >= 0) {
            mapped += mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) != MAP_FAILED;
            close(file);
        }
    }
    if (libraries)
        closedir(libraries);
    if (mapped < mappings) {
        errno = 0;
        fail("not enough libraries to map");
    }
}

static const char *with_line_end(const char *text)
{
    size_t length = strlen(text);
    char *line = malloc(length + 2);
    memcpy(line, text, length);
    memcpy(line + length, "\n", 2);
    return line;
}

int main(int argc, char **argv)
{
    long warmup = 0;
    int option;
    const char *request_text = "", *mapping_text = "0";
    while ((option = getopt(argc, argv, "+m:w:r:x:")) != -1) {
        switch (option) {
        case 'm': mappings = atol(mapping_text = optarg); break;
        case 'w': warmup = atol(optarg); break;
        case 'r': request_text = optarg; break;
        case 'x': expected = optarg; break;
        default: return 2;
        }
    }
    argv += optind;
    argc -= optind;
    if (argc < 2)
        return 2;
    const char *action = argv[0];
    long count = argc > 2 ? atol(argv[2]) : 1;
    if (strcmp(action, "run") == 0) {
        count = atol(argv[1]);
        int64_t *times = malloc(sizeof *times * (size_t)count);
        int64_t began = now();
        for (long i = 0; i < count; i++)
            times[i] = spawn_once(argv + 2);
        report(times, count, now() - began);
        return 0;
    }
    if (strlen(argv[1]) >= sizeof address.sun_path || count < 1)
        return 2;
    strcpy(address.sun_path, argv[1]);
    request = with_line_end(request_text);
    request_length = strlen(request);
    map_libraries();
    int64_t *values = malloc(sizeof *values * (size_t)count);
    if (strcmp(action, "connect") == 0)
        run_connect(values, count, warmup);
    else if (strcmp(action, "kept") == 0)
        run_kept(values, count, warmup);
    else if (strcmp(action, "pipeline") == 0)
        run_pipeline(values, count, argc > 3 ? atol(argv[3]) : 1);
    else if (strcmp(action, "hold") == 0)
        run_hold(count);
    else if (strcmp(action, "await") == 0)
        run_await();
    else if (strcmp(action, "refused") == 0)
        run_refused();
    else if (strcmp(action, "spawn") == 0) {
        char *arguments[] = { "/proc/self/exe", "-m", (char *)mapping_text, "-r", (char *)request_text, "-x", (char *)expected, "connect", argv[1], NULL };
        int64_t start = now();
        for (long i = 0; i < count; i++)
            values[i] = spawn_once(arguments);
        report(values, count, now() - start);
    } else
        return 2;
    free(values);
    return 0;
}
