/* A chain of library calls that runs without any code of the attacker's: makecontext lets one function of the C library
 * follow another. While it runs, the attacker's own code may be gone or not executable, so that nobody who looks at
 * the process's executable memory finds it. */
#ifndef ATTACK_CHAIN_H
#define ATTACK_CHAIN_H
#include "attack-common.h"
#include <stdarg.h>
#include <ucontext.h>

#define CHAIN_LINKS 16
#define CHAIN_STACK (64 * 1024)

struct chain {
    int length;
    ucontext_t links[CHAIN_LINKS];
    char said[SAID_BYTES];
    char stacks[CHAIN_LINKS][CHAIN_STACK] __attribute__((aligned(16)));
};

typedef void (*chain_function)(void);

__attribute__((unused)) static struct chain *chain_new(void)
{
    struct chain *chain = mmap(NULL, sizeof *chain, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chain == MAP_FAILED)
        die("mmap");
    return chain;
}

/* Arguments are integers or addresses; both fit into a long on the machines this runs on. */
#define CHAIN(chain, function, count, ...) chain_add(chain, (chain_function)(uintptr_t)(function), count, __VA_ARGS__)

__attribute__((unused)) static void chain_add(struct chain *chain, chain_function function, int count, ...)
{
    long a[5] = { 0 };
    va_list words;
    va_start(words, count);
    for (int i = 0; i < count; i++)
        a[i] = va_arg(words, long);
    va_end(words);
    int at = chain->length++;
    ucontext_t *link = &chain->links[at];
    if (getcontext(link) != 0)
        die("getcontext");
    link->uc_stack.ss_sp = chain->stacks[at];
    link->uc_stack.ss_size = CHAIN_STACK;
    link->uc_link = at + 1 < CHAIN_LINKS ? &chain->links[at + 1] : NULL;
    makecontext(link, function, 5, a[0], a[1], a[2], a[3], a[4]);
}

__attribute__((unused, noreturn)) static void chain_run(struct chain *chain)
{
    setcontext(&chain->links[0]);
    _exit(8);
}
#endif
