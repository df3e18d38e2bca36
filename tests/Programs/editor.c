/* Changes a JSON file again and again like a person with an editor: reads it, writes a new file, puts that in its place,
 * and knows of no lock. It exchanges the two, so that it sees what it has overwritten: where that is not what it had
 * read, both are kept as read.N and overwritten.N. Saves in bursts and rests in between, for longer than a slow disk needs
 * to make a file durable: whoever has to find the file unchanged for as long as that gets the chance. Ends at SIGTERM, and
 * prints how often it saved.
 * usage: editor FILE DIRECTORY */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXCHANGE 2 /* RENAME_EXCHANGE, linux/fs.h */
#define LIMIT (1 << 20)
#define BURST 30

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
    (void)signal;
    stop = 1;
}

static char *load(const char *path)
{
    char *text = calloc(1, LIMIT);
    FILE *file = fopen(path, "r");
    if (!text || !file || fread(text, 1, LIMIT - 1, file) == 0) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

static void save(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    size_t length = strlen(text);
    if (file < 0 || write(file, text, length) != (ssize_t)length) {
        perror(path);
        exit(1);
    }
    close(file);
}

/* The mark stands at the start of the document, or wherever a rewrite has put it. */
static char *edit(const char *text, int number)
{
    char *changed = malloc(LIMIT + 64);
    const char *mark = strstr(text, "\"edited\": ");
    if (mark)
        sprintf(changed, "%.*s%d%s", (int)(mark + 10 - text), text, number, mark + 10 + strspn(mark + 10, "0123456789"));
    else
        sprintf(changed, "{\"edited\": %d, %s", number, strchr(text, '{') + 1);
    return changed;
}

int main(int argc, char **argv)
{
    char temporary[4096], name[4200];
    int saved = 0, overwritten = 0;
    if (argc != 3)
        return 2;
    signal(SIGTERM, on_signal);
    snprintf(temporary, sizeof temporary, "%s/editor.temporary", argv[2]);
    while (!stop) {
        char *before = load(argv[1]);
        char *after = edit(before, saved + 1);
        save(temporary, after);
        if (syscall(SYS_renameat2, AT_FDCWD, temporary, AT_FDCWD, argv[1], EXCHANGE) != 0) {
            perror("renameat2");
            return 1;
        }
        saved++;
        char *displaced = load(temporary);
        if (strcmp(displaced, before) != 0) {
            overwritten++;
            snprintf(name, sizeof name, "%s/read.%d", argv[2], overwritten);
            save(name, before);
            snprintf(name, sizeof name, "%s/overwritten.%d", argv[2], overwritten);
            save(name, displaced);
        }
        free(before);
        free(after);
        free(displaced);
        usleep(saved % BURST ? 3000 : 200000);
    }
    unlink(temporary);
    printf("%d %d\n", saved, overwritten);
    return 0;
}
