/* A name for an approved program that starts it through the launcher, within the same process: for attackers that start
 * the approved program, or become it. Compiled with -DLAUNCHER and -DAPPROVED, two paths.
 */
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    char **all = calloc((size_t)count + 2, sizeof *all);
    all[0] = LAUNCHER;
    all[1] = APPROVED;
    for (int i = 1; i < count; i++)
        all[i + 1] = arguments[i];
    execv(all[0], all);
    return 9;
}
