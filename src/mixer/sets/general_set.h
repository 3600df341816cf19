// The model set of text, code, logs and of all that is not known (MIXER.md, "Contexts").
#pragma once

#include "mixer/sets/context_set.h"

namespace lmzip {

class SlotCensus;

class GeneralSet final : public ContextSet {
 public:
  using ContextSet::ContextSet;

  bool CopyFrom(const ModelSet& other) noexcept override {
    const auto* const like = dynamic_cast<const GeneralSet*>(&other);
    return like != nullptr && CopyContexts(*like);
  }

  /// Learns histories from a byte that is not coded, and nothing else: of the prior's contexts, or
  /// where they are not `counted` of the empty context alone, whose byte may be prepared for by
  /// PrepareMatches. The census sees every slot before it learns.
  void Observe(int lane, const LanePlace& place, uint8_t byte, bool counted,
               SlotCensus& census) noexcept;
  using ContextSet::PrepareMatches;

  // What a prior is made from.
  using ContextSet::context_bank;
  using ContextSet::match_predictors;
  using ContextSet::slot_table;
  using ContextSet::weight_sets;

 private:
  void FindContexts(int lane, const LanePlace& place, ContextHashes& hashes) noexcept override;
};

}  // namespace lmzip
