// A ring of the last lines of a stream: prints the last N lines of standard input.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char** lines;
  size_t capacity;  // lines at most
  size_t count;     // lines seen so far
} Ring;

static int RingInit(Ring* ring, size_t capacity) {
  ring->lines = calloc(capacity, sizeof *ring->lines);
  ring->capacity = capacity;
  ring->count = 0;
  return ring->lines != NULL;
}

static void RingPush(Ring* ring, char* line) {
  size_t slot = ring->count % ring->capacity;
  free(ring->lines[slot]);
  ring->lines[slot] = line;
  ring->count++;
}

static void RingPrint(const Ring* ring, FILE* out) {
  size_t first = ring->count > ring->capacity ? ring->count - ring->capacity : 0;
  for (size_t i = first; i < ring->count; ++i) {
    fputs(ring->lines[i % ring->capacity], out);
  }
}

static void RingFree(Ring* ring) {
  for (size_t i = 0; i < ring->capacity; ++i) free(ring->lines[i]);
  free(ring->lines);
}

int main(int argc, char** argv) {
  size_t wanted = 10;
  if (argc > 1) {
    char* end = NULL;
    errno = 0;
    unsigned long value = strtoul(argv[1], &end, 10);
    if (errno != 0 || *end != '\0' || value == 0) {
      fprintf(stderr, "usage: %s [LINES]\n", argv[0]);
      return 1;
    }
    wanted = value;
  }
  Ring ring;
  if (!RingInit(&ring, wanted)) {
    fprintf(stderr, "out of memory\n");
    return 1;
  }
  char* line = NULL;
  size_t size = 0;
  while (getline(&line, &size, stdin) >= 0) {
    char* copy = strdup(line);
    if (copy == NULL) break;
    RingPush(&ring, copy);
  }
  free(line);
  RingPrint(&ring, stdout);
  RingFree(&ring);
  return ferror(stdin) || fflush(stdout) != 0;
}
