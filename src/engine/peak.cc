#include "engine/peak.h"

#include <algorithm>
#include <chrono>

#include "engine/kernels.h"

namespace lmzip {

double MeasureInt8Peak(Isa isa) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kDuration = std::chrono::milliseconds(20);
  constexpr int kRepetitions = 1000;
  const Kernels& kernels = KernelsFor(isa);
  double best = 0;  // an interruption can only make a piece slower
  for (const auto start = Clock::now(); Clock::now() - start < kDuration;) {
    const auto begin = Clock::now();
    const auto operations = static_cast<double>(kernels.RunAtPeak(kRepetitions));
    best = std::max(best, operations / std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return best;
}

int64_t OperationsPerToken(const Exact1Shape& shape) {
  const int64_t width = shape.width;
  const int64_t projections = 2 * width * width + 2 * kHeadWidth * width;  // q, o; k, v
  const int64_t attention = 2 * width * shape.window;                      // scores, values
  const int64_t feed = 2 * width * shape.hidden;
  return 2 * (shape.layers * (projections + attention + feed) + width * shape.vocabulary);
}

}  // namespace lmzip
