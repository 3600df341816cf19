// All model sets there are: here a new one is entered.
#pragma once

#include <memory>
#include <span>

#include "mixer/history.h"
#include "mixer/mixer.h"
#include "mixer/model_set.h"

namespace lmzip {

/// A set as the mixer makes it.
struct ModelSetEntry {
  DataKind kind;
  /// Of a frame's bytes of that kind; `history` must outlive it.
  std::unique_ptr<ModelSet> (*make)(const MixerOptions& options, const History& history);
  /// Its memory, at most, in a frame that has `size` bytes of its kind.
  size_t (*bytes)(uint64_t size, int lanes);
  /// Whether it models data of this form: the encoder leaves others to the general set.
  bool (*models)(const TypedSegment& segment);
};

/// One a kind, the general set first.
std::span<const ModelSetEntry> AllModelSets() noexcept;

}  // namespace lmzip
