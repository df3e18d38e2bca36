/* A client that does what it is told, one command a line on its input, and answers each with a line.
 * usage: speaker SOCKET [ANYTHING...]
 *   connect        makes a connection, in place of the one it had
 *   send TEXT      sends TEXT and a line feed
 *   child TEXT     the same from a forked child, which has ended when the answer comes
 *   flood BYTES    sends that many bytes of a line that never ends, and stops at the first error
 *   recv           prints "line TEXT", "end", or "error TEXT"
 *   exec           replaces itself by itself; the connection stays open
 *   unlink         removes its own executable
 * It greets with "ready", also after exec. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const int Connection = 9; /* a number of its own, so that it is known after exec too */
static char line[65536];

/* Byte by byte, so that nothing is left in a buffer when the program is replaced. */
static int read_line(int from)
{
    size_t length = 0;
    ssize_t count;
    while ((count = read(from, line + length, 1)) == 1 && line[length] != '\n' && length + 2 < sizeof line)
        length++;
    line[length] = 0;
    return count < 0 ? -1 : count > 0 || length > 0;
}

static void say(const char *word, const char *text)
{
    if (dprintf(1, "%s%s%s\n", word, *text ? " " : "", text) < 0)
        exit(3);
}

static void answer(int good) { say(good ? "ok" : "error", good ? "" : strerror(errno)); }

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) != 0 || dup2(server, Connection) < 0)
        return 0;
    return close(server) == 0;
}

static int send_line(char *text)
{
    size_t length = strlen(text);
    text[length] = '\n';
    int good = write(Connection, text, length + 1) == (ssize_t)length + 1;
    text[length] = 0;
    return good;
}

static int send_from_child(char *text)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(!send_line(text));
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static int flood(long bytes)
{
    static char block[65536];
    memset(block, 'x', sizeof block);
    while (bytes > 0) {
        ssize_t sent = write(Connection, block, bytes < (long)sizeof block ? (size_t)bytes : sizeof block);
        if (sent < 0)
            return 0;
        bytes -= sent;
    }
    return 1;
}

static void receive(void)
{
    int got = read_line(Connection);
    if (got < 0)
        answer(0);
    else
        say(got ? "line" : "end", line);
}

int main(int count, char **arguments)
{
    if (count < 2)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    say("ready", "");
    while (read_line(0) > 0) {
        char *operand = strchr(line, ' ');
        if (operand)
            *operand++ = 0;
        else
            operand = line + strlen(line);
        if (!strcmp(line, "connect"))
            answer(connect_to(arguments[1]));
        else if (!strcmp(line, "send"))
            answer(send_line(operand));
        else if (!strcmp(line, "child"))
            answer(send_from_child(operand));
        else if (!strcmp(line, "flood"))
            answer(flood(atol(operand)));
        else if (!strcmp(line, "recv"))
            receive();
        else if (!strcmp(line, "exec"))
            answer(execv(arguments[0], arguments) == 0);
        else if (!strcmp(line, "unlink"))
            answer(unlink(arguments[0]) == 0);
        else
            return 2;
    }
    return 0;
}
