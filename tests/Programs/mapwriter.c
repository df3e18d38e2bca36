/*
 * Keeps a shared, writable mapping of a file and changes its first byte at each line it reads: such a change leaves the
 * file's times alone once the page is dirty.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    char c;
    int fd = count < 2 ? -1 : open(arguments[1], O_RDWR);
    volatile char *byte = fd < 0 ? MAP_FAILED : mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (byte == MAP_FAILED || write(1, "ready\n", 6) != 6)
        return 3;
    while (read(0, &c, 1) == 1) {
        if (c != '\n')
            continue;
        *byte = (char)(*byte + 1);
        if (write(1, "ok\n", 3) != 3)
            return 4;
    }
    return 0;
}
