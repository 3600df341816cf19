// What content takes: by lmzip, by others.
#pragma once

#include "eval/measurement.h"
#include "eval/peers.h"
#include "eval/prepared.h"
#include "lmzip/lmzip.h"
#include "lmzip/models.h"

namespace lmzip {

/// As `c --method` takes it: "lm".
const char* MethodWord(Method method);

/// The options of `c` that make what eval measures. A model alone starts anew at every chunk; what
/// learns is made anew by frames of the chunk's size. Unbounded, a model alone has one lane and no
/// other start, unless `options` say otherwise.
EncodeOptions OptionsOf(EncodeOptions options, Method method, uint64_t chunk_bytes);

/// lmzip with one model.
class Measurer {
 public:
  /// Throws like ReadModel().
  explicit Measurer(const CodecOptions& options);

  const ModelDescription& model() const { return model_; }

  /// Compresses, and measures. Adds twice the content's bytes to `progress`. Thread-safe.
  Measurement Measure(const Prepared& content, const EncodeOptions& options, uint64_t chunk_bytes,
                      LostBits lost_bits, Progress& progress);

 private:
  const ModelDescription model_;
  Codec codec_;
};

/// In chunks the peer's header, which is what one byte takes, counts once, as in the paper.
Measurement MeasurePeer(const Peers& peers, size_t peer, const Prepared& content,
                        uint64_t chunk_bytes);

}  // namespace lmzip
