/* The program that a person has approved. It keeps what it reads to itself and only says "ok" or "no".
 * Compiled with -DSTRANGER it is the program that nobody has approved: it prints what it gets.
 * Compiled with -DTHREADS it is made as Go makes programs: threads of its own, and one that is not the first connects.
 *
 *   once     one read on one connection (version 1)
 *   hello    the same in version 2; connects again when told to
 *   patient  version 1, and connects again when the connection ends without an answer
 *   watch    one connection, one read per line of input
 *   wait     waits for a line of input, then as once
 *   hold     as once, then holds the answer in memory until input ends
 *   timed N  one read per connection, at least N times and until input ends; says how many were served and how fast
 *   impatient N MS  N reads, each given up after so many milliseconds; says ok or no for each
 *   leaderless  as once, from a second thread, after the first one has ended
 *   pause    does nothing, for as long as it lives
 *   many M N runs itself N times in mode M, one after the other
 */
#include "attack-common.h"
#include <pthread.h>
#include <sys/time.h>
#include <time.h>
#ifdef LIBRARY
int helper(void);
#endif

static void answer(const char *said)
{
#ifdef STRANGER
    report(said);
#else
    dprintf(1, strstr(said, "\"value\":\"") ? "ok\n" : "no %s\n", said);
#endif
}

static int greet(const char *path)
{
    for (int attempt = 0; attempt < 4; attempt++) {
        int fd = dial(path);
        say(fd, HELLO);
        if (strstr(hear(fd, NULL, 20000), "WELCOME"))
            return fd;
        close(fd);
    }
    return -1;
}

static const char *read_token(const char *path, int patient)
{
    const char *said = "";
    for (int attempt = 0; attempt < (patient ? 4 : 1) && said[0] == 0; attempt++) {
        int fd = dial(path);
        say(fd, READ_TOKEN);
        said = hear(fd, NULL, 20000);
        close(fd);
    }
    return said;
}

static int compare(const void *left, const void *right)
{
    long a = *(const long *)left, b = *(const long *)right;
    return (a > b) - (a < b);
}

static int timed(const char *path, int least)
{
    static long microseconds[1 << 20];
    long count = 0, served = 0;
    struct pollfd wait = { 0, POLLIN, 0 };
    struct timespec start, end;
    do {
        clock_gettime(CLOCK_MONOTONIC, &start);
        served += strstr(read_token(path, 0), "\"value\":\"") != NULL;
        clock_gettime(CLOCK_MONOTONIC, &end);
        microseconds[count++] = (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000;
    } while (count < 1 << 20 && (poll(&wait, 1, 1) == 0 || count < least));
    qsort(microseconds, (size_t)count, sizeof microseconds[0], compare);
    dprintf(1, "served %ld of %ld, p50 %ld us, p99 %ld us, worst %ld us\n", served, count, microseconds[count / 2], microseconds[count * 99 / 100], microseconds[count - 1]);
    return served != count;
}

/* The listener's queue may be full, too: connect(2) waits no longer than a send may. */
static void impatient(const char *path, int count, int milliseconds)
{
    struct sockaddr_un address = address_of(path);
    struct timeval limit = { milliseconds / 1000, milliseconds % 1000 * 1000 };
    for (; count > 0; count--) {
        const char *said = "";
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
            say(fd, READ_TOKEN);
            said = hear(fd, NULL, milliseconds);
        }
        close(fd);
        answer(said);
    }
}

static void *read_once(void *path)
{
    /* What the first thread was is gone when the kernel shows the process as a zombie that lives. */
    while (getpid() != gettid() && state_of(getpid()) != 'Z')
        sched_yield();
    answer(read_token(path, 0));
    _exit(0);
}

static void leaderless(const char *path)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, read_once, (void *)path) != 0)
        die("thread");
    pthread_exit(NULL);
}

#ifdef THREADS
static char **words;

static void *idle(void *nothing)
{
    for (;;)
        pause();
    return nothing;
}

static int run(int count, char **arguments);

static void *run_aside(void *count)
{
    exit(run((int)(intptr_t)count, words));
}

int main(int count, char **arguments)
{
    pthread_t thread;
    words = arguments;
    for (int i = 0; i < 4; i++)
        if (pthread_create(&thread, NULL, idle, NULL) != 0)
            die("thread");
    if (pthread_create(&thread, NULL, run_aside, (void *)(intptr_t)count) != 0)
        die("thread");
    idle(NULL);
    return 0;
}
#endif

static int many(char **arguments)
{
    for (int count = atoi(arguments[4]); count > 0; count--) {
        pid_t pid = fork();
        if (pid == 0) {
            execl(arguments[0], arguments[0], arguments[1], arguments[3], (char *)NULL);
            die("exec");
        }
        if (waitpid(pid, NULL, 0) != pid)
            die("waitpid");
    }
    return 0;
}

#ifdef THREADS
static int run(int count, char **arguments)
#else
int main(int count, char **arguments)
#endif
{
    char line[64];
    if (count < 3)
        return 2;
    const char *path = arguments[1], *mode = arguments[2];
#ifdef LIBRARY
    if (helper() != 42)
        return 3;
#endif
    if (!strcmp(mode, "pause")) {
        for (;;)
            pause();
    }
    if (!strcmp(mode, "many") && count == 5)
        return many(arguments);
    if (!strcmp(mode, "timed"))
        return timed(path, count > 3 ? atoi(arguments[3]) : 1);
    if (!strcmp(mode, "impatient") && count == 5) {
        impatient(path, atoi(arguments[3]), atoi(arguments[4]));
        return 0;
    }
    if (!strcmp(mode, "leaderless"))
        leaderless(path);
    if (!strcmp(mode, "wait") && read(0, line, sizeof line) <= 0)
        return 0;
    if (!strcmp(mode, "watch")) {
        int fd = dial(path);
        while (read(0, line, sizeof line) > 0) {
            say(fd, READ_TOKEN);
            answer(hear(fd, NULL, 20000));
        }
        return 0;
    }
    if (!strcmp(mode, "hello")) {
        int fd = greet(path);
        if (fd < 0) {
            answer("never welcome");
            return 1;
        }
        say(fd, READ_TOKEN);
        answer(hear(fd, NULL, 20000));
        return 0;
    }
    answer(read_token(path, !strcmp(mode, "patient")));
    if (!strcmp(mode, "hold"))
        while (read(0, line, sizeof line) > 0)
            ;
    return 0;
}
