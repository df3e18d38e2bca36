/* The control for rows 20 and 21: a store that does what is commonly done with its file. One it cannot read it takes for an
 * empty one; it writes in place, and wherever the path leads.
 *
 *   attack-naive-store FILE
 */
#include "attack-common.h"

int main(int count, char **arguments)
{
    static char content[1 << 20];
    if (count < 2)
        return 2;
    FILE *file = fopen(arguments[1], "re");
    size_t length = file == NULL ? 0 : fread(content, 1, sizeof content - 64, file);
    if (file != NULL)
        fclose(file);

    /* A JSON object, as far as it looks: begins with a brace and ends with one. */
    while (length > 0 && (content[length - 1] == '\n' || content[length - 1] == ' '))
        length--;
    int sound = length > 1 && content[0] == '{' && content[length - 1] == '}' && memchr(content, '}', length - 1) == NULL;
    length = sound ? length - 1 : 1;
    content[0] = '{';
    int fd = open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return 1;
    dprintf(fd, "%.*s%s\"k\":\"v\"}\n", (int)length, content, length > 1 ? "," : "");
    close(fd);
    return 0;
}
