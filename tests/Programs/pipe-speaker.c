/* A client for Windows that does what it is told, one command a line on its input, and answers each with a line.
 * usage: pipe-speaker PIPE | pipe-speaker wait
 *   connect        opens the pipe, in place of the one it had
 *   send TEXT      writes TEXT and a line feed
 *   recv           prints "line TEXT", "end", or "error NUMBER"
 * It greets with "ready". */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static char line[65536];
static HANDLE server = INVALID_HANDLE_VALUE;

static int read_line(void)
{
    size_t length;
    if (!fgets(line, sizeof line, stdin))
        return 0;
    length = strlen(line);
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        line[--length] = 0;
    return 1;
}

static void answer(BOOL good)
{
    if (good)
        puts("ok");
    else
        printf("error %lu\n", GetLastError());
    fflush(stdout);
}

static BOOL connect_to(const char *pipe)
{
    if (server != INVALID_HANDLE_VALUE)
        CloseHandle(server);
    do {
        server = CreateFileA(pipe, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);
    } while (server == INVALID_HANDLE_VALUE && GetLastError() == ERROR_PIPE_BUSY && WaitNamedPipeA(pipe, 5000));
    return server != INVALID_HANDLE_VALUE;
}

static BOOL send_line(char *text)
{
    DWORD sent;
    size_t length = strlen(text);
    text[length] = '\n';
    return WriteFile(server, text, (DWORD)length + 1, &sent, NULL) && sent == length + 1;
}

static void receive(void)
{
    size_t length = 0;
    DWORD count;
    while (length + 1 < sizeof line) {
        if (!ReadFile(server, line + length, 1, &count, NULL) || count == 0) {
            if (GetLastError() != ERROR_BROKEN_PIPE && GetLastError() != ERROR_PIPE_NOT_CONNECTED) {
                answer(FALSE);
                return;
            }
            puts("end");
            fflush(stdout);
            return;
        }
        if (line[length] == '\n')
            break;
        length++;
    }
    line[length] = 0;
    printf("line %s\n", line);
    fflush(stdout);
}

int main(int count, char **arguments)
{
    if (count < 2)
        return 2;
    puts("ready");
    fflush(stdout);
    while (read_line()) {
        if (!strcmp(line, "connect"))
            answer(connect_to(arguments[1]));
        else if (!strncmp(line, "send ", 5))
            answer(send_line(line + 5));
        else if (!strcmp(line, "recv"))
            receive();
        else
            return 2;
    }
    return 0;
}
