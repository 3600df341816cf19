// How fast this machine codes, and where the time goes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "lmzip/export.h"
#include "lmzip/lmzip.h"
#include "lmzip/models.h"

namespace lmzip {

/// Coding in one direction, in memory.
struct SpeedRun {
  double seconds = 0;
  // In the model, summed over all threads; what is left of seconds * threads is coder, mixer and
  // waiting.
  double products_seconds = 0;   // multiplications by weights
  double attention_seconds = 0;  // keys, values, scores, softmax
  double other_seconds = 0;      // embedding, norms
  double share_of_peak = 0;      // of int8_peak(), reached while the model ran; 0: it did not

  double model_seconds() const { return products_seconds + attention_seconds + other_seconds; }
};

struct Speed {
  uint64_t raw_bytes = 0;
  uint64_t symbols = 0;  // bytes or tokens
  uint64_t coded_bytes = 0;
  std::string method;
  SpeedRun encode, decode;
};

/// Not thread-safe.
class LMZIP_API SpeedTest {
 public:
  /// Opens the model and measures the peak (20 ms). Throws Error{kUsage} for what it does not
  /// measure: pinned models, libtorch, devices, Method::kStore; and as a Codec does.
  SpeedTest(const CodecOptions& codec, const EncodeOptions& encode);
  ~SpeedTest();
  SpeedTest(const SpeedTest&) = delete;
  SpeedTest& operator=(const SpeedTest&) = delete;

  const ModelDescription& model() const;
  int threads() const;
  /// 8-bit integer operations a second (a multiplication and its addition are two) of one core.
  double int8_peak() const;

  /// Encodes `content` as one frame, by the method of the options (Method::kAuto: by model and
  /// mixer, or with Effort::kFast by the mixer), and decodes it again.
  /// Throws Error{kUsage} when `content` is empty or longer than EncodeOptions::frame_bytes.
  Speed Measure(std::span<const uint8_t> content) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lmzip
