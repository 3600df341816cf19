// What mixers learn before a frame's content.
#pragma once

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "codec/mixer_pattern.h"
#include "mixer/mixer.h"

namespace lmzip {

/// The end of references (FORMAT.md 2.3). Thread-safe.
class Prime {
 public:
  /// `budget` must outlive this.
  Prime(Bytes bytes, MemoryBudget& budget)
      : bytes_(std::move(bytes)), pattern_(std::make_unique<MixerPattern>(budget)) {}

  ByteView bytes() const { return bytes_; }

  /// As what mixers learn it in frames with so many bytes of each kind: what has nothing of its
  /// kinds does without.
  static std::optional<DataKind> KindIn(const KindBytes& kinds);

  /// A mixer of `content`, which begins with the prime, that has learned it: where small frames
  /// follow each other, by copying.
  std::unique_ptr<Mixer> NewMixer(const MixerOptions& options, ByteView content) const;

 private:
  const Bytes bytes_;
  const std::unique_ptr<MixerPattern> pattern_;
};

}  // namespace lmzip
