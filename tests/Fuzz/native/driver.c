/* libFuzzer inside a .NET process: a shared library of it whose coverage comes from SharpFuzz, which counts the branches
 * of instrumented assemblies in the array below. One process, no pipes: hundreds of thousands of inputs a second.
 * The input that is being run lies in a file that outlives the process, because a stack overflow leaves nobody to save it. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAP_SIZE 65536 /* SharpFuzz's own size of it */
#define LARGEST (1 << 20)

typedef int (*target)(const uint8_t *data, size_t size);
int LLVMFuzzerRunDriver(int *argc, char ***argv, target run);

__attribute__((used, section("__libfuzzer_extra_counters"))) static uint8_t counters[MAP_SIZE];

static target managed;
static struct {
    uint64_t size;
    uint8_t data[LARGEST];
} *current;

/* Where the instrumented code counts. */
uint8_t *fuzz_counters(void)
{
    return counters;
}

static int run_one(const uint8_t *data, size_t size)
{
    if (size <= LARGEST) {
        current->size = size;
        memcpy(current->data, data, size);
    }
    return managed(data, size);
}

/* Runs libFuzzer with its usual arguments; ends the process when it is done. */
int fuzz_run(int argc, char **argv, target run, const char *current_path)
{
    int file = open(current_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof *current) != 0)
        return 1;
    current = mmap(NULL, sizeof *current, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (current == MAP_FAILED)
        return 1;
    managed = run;
    return LLVMFuzzerRunDriver(&argc, &argv, run_one);
}
