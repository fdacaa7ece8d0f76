/*
 * The M/M/c queue in C: wall time and mean sojourn as one line of JSON. Compiled and started by mm-c.ts. The
 * event list is a binary heap ordered by (time, sequence), as in the usual simulation textbooks.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
  double time;
  uint64_t sequence;
  int is_arrival;
  double arrived;
} event;

static event *heap;
static size_t heap_size, heap_capacity;
static uint64_t sequences;
static uint64_t random_state = 1;

static int before(const event *left, const event *right) {
  return left->time < right->time || (left->time == right->time && left->sequence < right->sequence);
}

static void schedule(double time, int is_arrival, double arrived) {
  if (heap_size == heap_capacity) {
    heap_capacity = heap_capacity == 0 ? 64 : 2 * heap_capacity;
    heap = realloc(heap, heap_capacity * sizeof *heap);
    if (heap == NULL) exit(1);
  }
  event added = {time, sequences++, is_arrival, arrived};
  size_t node = heap_size++;
  for (; node > 0 && before(&added, &heap[(node - 1) / 2]); node = (node - 1) / 2) heap[node] = heap[(node - 1) / 2];
  heap[node] = added;
}

static event next_event(void) {
  event first = heap[0];
  event moved = heap[--heap_size];
  size_t node = 0;
  for (;;) {
    size_t child = 2 * node + 1;
    if (child >= heap_size) break;
    if (child + 1 < heap_size && before(&heap[child + 1], &heap[child])) child++;
    if (!before(&heap[child], &moved)) break;
    heap[node] = heap[child];
    node = child;
  }
  heap[node] = moved;
  return first;
}

/* SplitMix64, and its upper 53 bits as a number in (0, 1]. */
static double exponential(double rate) {
  uint64_t bits = (random_state += 0x9e3779b97f4a7c15ULL);
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
  bits ^= bits >> 31;
  return -log((double)((bits >> 11) + 1) / 9007199254740992.0) / rate;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  long customers = atol(arguments[1]);
  long servers = atol(arguments[2]);
  double rate = atof(arguments[3]);
  double *waiting = malloc((size_t)customers * sizeof *waiting);
  if (waiting == NULL) return 1;
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  long waiting_from = 0, waiting_to = 0, busy = 0, left = customers;
  double sojourn = 0;
  schedule(0, 1, 0);
  while (heap_size > 0) {
    event now = next_event();
    if (now.is_arrival) {
      if (busy < servers) {
        busy++;
        schedule(now.time + exponential(1), 0, now.time);
      } else {
        waiting[waiting_to++] = now.time;
      }
      if (--left > 0) schedule(now.time + exponential(rate), 1, 0);
    } else {
      sojourn += now.time - now.arrived;
      if (waiting_from < waiting_to) schedule(now.time + exponential(1), 0, waiting[waiting_from++]);
      else busy--;
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
  printf("{\"seconds\": %.9f, \"meanSojourn\": %.9f}\n", seconds, sojourn / (double)customers);
  return 0;
}
