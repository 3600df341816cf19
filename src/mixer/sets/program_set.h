// The model set of machine code (PROGRAMS.md).
#pragma once

#include <variant>
#include <vector>

#include "mixer/sets/java_fields.h"
#include "mixer/sets/target_lists.h"
#include "mixer/sets/wide_set.h"
#include "mixer/sets/word_code.h"
#include "mixer/sets/word_lists.h"
#include "mixer/sets/x86_code.h"

namespace lmzip {

class ProgramSet final : public WideSet {
 public:
  ProgramSet(uint64_t size, int lanes, const History& history);
  static size_t MemoryBytes(uint64_t size, int lanes) noexcept;
  /// Whether its machine's code is known.
  static bool Models(const TypedSegment& segment) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 private:
  struct Words {
    WordCode code;
    WordLists::Word word;
  };
  using Code = std::variant<X86Code, Words, JavaFields>;

  void View(int lane, const LanePlace& place, StructureView& view) noexcept override;
  void BeginDirect(int lane, const LanePlace& place) noexcept override;
  void PredictDirect(uint32_t partial, int depth, int32_t* inputs) noexcept override;
  void UpdateDirect(int bit) noexcept override;

  Code& CodeOf(int lane) noexcept { return codes_[static_cast<size_t>(lane)]; }

  std::vector<Code> codes_;  // of the lanes
  TargetLists targets_;
  WordLists word_lists_;
  bool in_word_ = false;  // of the byte in progress: which of them knows of it
};

}  // namespace lmzip
