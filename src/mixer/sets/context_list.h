// Lists of hashed contexts for sets whose contexts are predictions of samples.
#pragma once

#include <cstdint>

#include "mixer/sets/context_set.h"

namespace lmzip {

/// Appends hashed contexts, `first_id` being the first one's number.
class ContextList {
 public:
  ContextList(int first_id, ContextSet::ContextHashes& hashes)
      : first_id_(first_id), hashes_(hashes) {}

  void Add(uint64_t a, uint64_t b = 0, uint64_t c = 0) noexcept {
    hashes_[i_] = ContextHash(first_id_ + static_cast<int>(i_), Combine(Combine(a, b), c));
    ++i_;
  }

 private:
  const int first_id_;
  ContextSet::ContextHashes& hashes_;
  size_t i_ = 0;
};

}  // namespace lmzip
