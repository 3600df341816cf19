#include "mixer/sets/general_set.h"

#include "mixer/training/slot_census.h"

namespace lmzip {

void GeneralSet::FindContexts(int lane, const LanePlace& place, ContextHashes& hashes) noexcept {
  LaneAt(lane).context.Hashes(history(), place.position, hashes);
}

void GeneralSet::Observe(int lane, const LanePlace& place, uint8_t byte, bool counted,
                         SlotCensus& census) noexcept {
  const uint32_t contexts = counted ? kInPrior : kEmptyContext;
  TakeLane(lane, place);
  for (int depth = 0; depth < 8; ++depth) {
    if (depth % 4 == 0) {
      UseSlots(contexts);
      if (depth == 0) {
        census.VisitFirst(slots(), contexts, byte >> 4);
      } else {
        census.VisitSecond(slots(), contexts, byte >> 4, byte & 15);
      }
    }
    ObserveBit(byte >> (7 - depth) & 1, contexts);
  }
  EndByte(lane, place, byte);
}

}  // namespace lmzip
