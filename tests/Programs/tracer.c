/* Attaches to one thread (its id as argument), says "ready", and stays until its standard input ends. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    char c;
    if (count < 2 || ptrace(PTRACE_SEIZE, atoi(arguments[1]), 0, 0) != 0) {
        perror("ptrace");
        return 3;
    }
    if (write(1, "ready\n", 6) != 6)
        return 4;
    while (read(0, &c, 1) == 1)
        ;
    return 0;
}
