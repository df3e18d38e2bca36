/* AFL++ target: everything in the launcher that reads what others wrote. The first byte of an input says which reader
 * gets the rest; each is held to what the launcher relies on, under AddressSanitizer and UndefinedBehaviorSanitizer. */
#define main launcher_main
#define _exit end_of_launcher
_Noreturn void end_of_launcher(int status);
#include "launch.c"
#undef main
#undef _exit

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf gave_up;

_Noreturn void end_of_launcher(int status)
{
    (void)status;
    longjmp(gave_up, 1);
}

static void expect(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

/* Of exactly the size of the data, so that one byte too far is found. */
static char *exactly(const char *data, size_t size)
{
    char *copy = malloc(size == 0 ? 1 : size);
    memcpy(copy, data, size);
    return copy;
}

static void try_message(const char *data, size_t size)
{
    size = size > ANSWER ? ANSWER : size;
    char *answer = exactly(data, size), *sentence = malloc(size + 1);
    show_message(answer, size, sentence);
    expect(strlen(sentence) <= size, "the sentence ends");
    for (const char *c = sentence; *c != '\0'; c++)
        expect(*c >= ' ' && *c <= '~', "only printable characters reach the terminal");
    free(answer);
    free(sentence);
}

static void try_first_line(const char *data, size_t size)
{
    char *line = calloc(1, FIRST_LINE), *interpreter, *option;
    memcpy(line, data, size > FIRST_LINE ? FIRST_LINE : size);
    if (split_first_line(line, &interpreter, &option)) {
        expect(interpreter >= line + 2 && interpreter + strlen(interpreter) < line + FIRST_LINE, "the interpreter lies in the line");
        expect(interpreter[0] == '/' && strpbrk(interpreter, " \t\n") == NULL, "the interpreter is one absolute path");
        expect(option == NULL || (option > interpreter && option[0] != '\0' && option + strlen(option) < line + FIRST_LINE), "the option follows it");
    }
    free(line);
}

static void try_environment(const char *data, size_t size)
{
    bool seen[NAMES] = { false };
    size_t passed = 0;
    char *all = malloc(size + 1);
    memcpy(all, data, size);
    all[size] = '\0';
    for (char *next = all; next < all + size; next += strlen(next) + 1) {
        char *variable = exactly(next, strlen(next) + 1);
        if (is_passed_on(variable, seen)) {
            passed++;
            expect(strchr(variable, '=') != NULL && strncmp(variable, "LD_", 3) != 0 && strncmp(variable, "PATH", 4) != 0, "only names of the list");
        }
        free(variable);
    }
    expect(passed <= NAMES, "each name once");
    free(all);
}

static void try_answer(const char *data, size_t size)
{
    static const char yes[] = "{\"type\":\"LAUNCH_GRANTED\"}\n";
    int pair[2];
    int null = open("/dev/null", O_RDONLY);
    expect(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && null >= 0, "a pair of sockets");
    expect(send(pair[1], data, size, MSG_DONTWAIT) == (ssize_t)size && shutdown(pair[1], SHUT_WR) == 0, "the answer is under way");
    if (setjmp(gave_up) == 0) {
        ask(pair[0], &null, 1);
        expect(size == sizeof yes - 1 && memcmp(data, yes, size) == 0, "only that very line is a yes");
    }
    close(pair[0]);
    close(pair[1]);
    close(null);
}

static void try_one(const char *data, size_t size)
{
    static void (*const readers[])(const char *, size_t) = { try_message, try_first_line, try_environment, try_answer };
    if (size > 0 && size <= 2 * ANSWER)
        readers[(unsigned char)data[0] % 4](data + 1, size - 1);
}

#ifdef __AFL_FUZZ_TESTCASE_LEN
__AFL_FUZZ_INIT();

int main(void)
{
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO); /* The launcher's own complaints; the sanitizers abort. */
    __AFL_INIT();
    const char *data = (const char *)__AFL_FUZZ_TESTCASE_BUF;
    while (__AFL_LOOP(10000))
        try_one(data, (size_t)__AFL_FUZZ_TESTCASE_LEN);
    return 0;
}
#else
/* Without AFL++: runs the files it is given, such as a crash that was found, or the seeds. */
int main(int count, char **files)
{
    static char data[2 * ANSWER];
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(files[i], "rb");
        expect(file != NULL, files[i]);
        try_one(data, fread(data, 1, sizeof data, file));
        fclose(file);
    }
    printf("%d inputs\n", count - 1);
    return 0;
}
#endif
