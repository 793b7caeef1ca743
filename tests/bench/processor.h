/*
 * tests/bench/processor.h - what a process has used of the processor: it says what a busy machine hides.
 */
#ifndef TESTS_BENCH_PROCESSOR_H
#define TESTS_BENCH_PROCESSOR_H
#include <sys/types.h>

/* Microseconds so far, of all its threads, its children's aside.  Ends the program when there is no such process. */
double processor_us(pid_t pid);
#endif
