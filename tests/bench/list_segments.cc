// What FindSegments finds in files, a line each, and the processor's time it took: list_segments
// FILE...
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>

#include "detect/find_segments.h"

int main(int argc, char** argv) {
  double seconds = 0, bytes = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const lmzip::Bytes content{std::istreambuf_iterator<char>(file), {}};
    const std::clock_t start = std::clock();
    const auto found = lmzip::FindSegments(content);
    seconds += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    bytes += static_cast<double>(content.size());
    for (const auto& [segment, guessed, beyond] : found) {
      std::printf("%s\t%llu\t%llu\t%s\t%s\t%llu\n", argv[i],
                  static_cast<unsigned long long>(segment.begin),
                  static_cast<unsigned long long>(segment.length), lmzip::Describe(segment).c_str(),
                  guessed ? "guessed" : "header", static_cast<unsigned long long>(beyond));
    }
  }
  std::fprintf(stderr, "%.3f MB, %.3f s, %.1f MB/s\n", bytes / 1e6, seconds, bytes / 1e6 / seconds);
}
