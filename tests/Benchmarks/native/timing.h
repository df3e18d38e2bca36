/* Latencies: taken with the monotonic clock, reported as one line of JSON in nanoseconds. */
#ifndef TIMING_H
#define TIMING_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* Element at a rank of parts per 1000, of sorted values. */
static int64_t quantile(const int64_t *sorted, long count, long thousandths)
{
    long rank = (count - 1) * thousandths / 1000;
    return sorted[rank];
}

/* Sorts the values. */
static inline void report(int64_t *values, long count, int64_t elapsed)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    printf("{\"count\":%ld,\"elapsed\":%lld,\"p999\":%lld,\"quantiles\":[", count, (long long)elapsed, (long long)quantile(values, count, 999));
    for (long percent = 0; percent <= 100; percent++)
        printf("%s%lld", percent ? "," : "", (long long)quantile(values, count, percent * 10));
    puts("]}");
    fflush(stdout);
}
#endif
