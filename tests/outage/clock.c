/* Shifts the wall clock of a process by the seconds that the file CLOCK_SHIFT holds, read anew at every look. The clock
   that only ever runs forward is left alone, as it is when somebody sets the time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile long *shift;
static int (*real)(clockid_t, struct timespec *);

static void begin(void) {
    int file = open(getenv("CLOCK_SHIFT"), O_RDONLY);
    if (file < 0) abort();
    shift = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    if (shift == MAP_FAILED) abort();
    real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t which, struct timespec *at) {
    if (real == NULL) begin();
    int result = real(which, at);
    if (result == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) at->tv_sec += *shift;
    return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return result;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at != NULL) *at = now.tv_sec;
    return now.tv_sec;
}
