// What a call passes over, and why.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace lmzip {

enum class SkipReason {
  kExcluded,
  kLink,
  kIrregular,
  kTemporary,      // of an output that is not complete
  kCompressed,     // though it is to be compressed
  kNotCompressed,  // though it is to be decompressed
  kOutputFolder,   // of --output-dir, in a folder of inputs
  kDone,           // its output is there: --skip-existing
};
inline constexpr size_t kSkipReasons = 8;

/// As in "PATH: passed over: ...".
const char* TextOf(SkipReason reason);

class SkipCounts {
 public:
  /// Says so with -v.
  void Add(const std::string& path, SkipReason reason);
  /// Of all.
  size_t total() const;
  /// A line with the numbers, unless nothing was passed over.
  void Report() const;

 private:
  std::array<size_t, kSkipReasons> counts_{};
};

}  // namespace lmzip
