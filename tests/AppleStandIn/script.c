#include "standin.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What the tests script, and what went wrong. */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { char function[64]; int status; int times; } scripts[32];
static int script_count;
static int fault_count;
static char first_fault[256];

void fault(const char *format, ...)
{
    pthread_mutex_lock(&lock);
    if (fault_count++ == 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(first_fault, sizeof first_fault, format, arguments);
        va_end(arguments);
    }
    pthread_mutex_unlock(&lock);
}

/* The next calls of a function answer with a status and do nothing; -1 times is for ever. */
void standin_script(const char *function, int status, int times)
{
    pthread_mutex_lock(&lock);
    if (script_count < 32) {
        snprintf(scripts[script_count].function, sizeof scripts[0].function, "%s", function);
        scripts[script_count].status = status;
        scripts[script_count++].times = times;
    }
    pthread_mutex_unlock(&lock);
}

int scripted(const char *function, int *status)
{
    int found = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < script_count && !found; i++)
        if (scripts[i].times != 0 && strcmp(scripts[i].function, function) == 0) {
            if (scripts[i].times > 0)
                scripts[i].times--;
            *status = scripts[i].status;
            found = 1;
        }
    pthread_mutex_unlock(&lock);
    return found;
}

int standin_faults(char *text, int size)
{
    pthread_mutex_lock(&lock);
    int count = fault_count;
    snprintf(text, (size_t)size, "%s", first_fault);
    pthread_mutex_unlock(&lock);
    return count;
}

void standin_reset(void)
{
    static int made;
    if (!made) {
        made = 1;
        make_cf_constants();
        make_item_constants();
        make_code_constants();
    }
    pthread_mutex_lock(&lock);
    script_count = 0;
    fault_count = 0;
    first_fault[0] = 0;
    pthread_mutex_unlock(&lock);
    reset_items();
    reset_code();
    reset_system();
}

/* dlopen and dlsym of macOS, for the variables that frameworks export. */
void *standin_dlopen(const char *path, int mode) __asm__("dlopen");
void *standin_dlopen(const char *path, int mode)
{
    (void)mode;
    if (strcmp(path, "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation") == 0)
        return (void *)cf_symbols;
    if (strcmp(path, "/System/Library/Frameworks/Security.framework/Security") == 0)
        return (void *)item_symbols;
    return NULL;
}

static void *look_up(const struct symbol *symbols, const char *name)
{
    for (; symbols->name; symbols++)
        if (strcmp(symbols->name, name) == 0)
            return symbols->address;
    return NULL;
}

void *standin_dlsym(void *library, const char *name) __asm__("dlsym");
void *standin_dlsym(void *library, const char *name)
{
    void *found = look_up(library, name);
    return found || library != (void *)item_symbols ? found : look_up(code_symbols, name);
}
