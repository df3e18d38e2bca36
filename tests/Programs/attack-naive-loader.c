/* The control for row 19: a program that loads every plugin it finds, as is commonly done.
 *
 *   attack-naive-loader DIRECTORY
 */
#include "attack-common.h"
#include <dirent.h>
#include <dlfcn.h>

static void load(const char *directory, int depth)
{
    char path[4096];
    DIR *entries = opendir(directory);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (strstr(entry->d_name, ".so"))
            dprintf(1, dlopen(path, RTLD_NOW) ? "loaded %s\n" : "not loaded %s\n", entry->d_name);
        else if (depth > 0)
            load(path, depth - 1);
    }
    if (entries)
        closedir(entries);
}

int main(int count, char **arguments)
{
    if (count < 2)
        return 2;
    load(arguments[1], 1);
    return 0;
}
