#include "mixer/sets/program_set.h"

namespace lmzip {

namespace {

WideSet::Options OptionsFor(uint64_t size, int lanes) {
  return {.size = size, .lanes = lanes, .direct_inputs = TargetLists::kInputs, .most_table_bits = 25};
}

}  // namespace

ProgramSet::ProgramSet(uint64_t size, int lanes, const History& history)
    : WideSet(OptionsFor(size, lanes), history),
      codes_(static_cast<size_t>(lanes)),
      targets_(size) {}

size_t ProgramSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return WideSet::MemoryBytes(OptionsFor(size, lanes)) + TargetLists::Bytes(size) +
         sizeof(ProgramSet) + static_cast<size_t>(lanes) * sizeof(X86Code);
}

bool ProgramSet::Models(const TypedSegment& segment) noexcept {
  return segment.machine == Machine::kX86 || segment.machine == Machine::kX86_64;
}

void ProgramSet::StartLane(int lane, int before, const LanePlace& place) {
  WideSet::StartLane(lane, before, place);
  CodeOf(lane) = before != kNoLane ? X86Code(CodeOf(before)) : X86Code();
}

void ProgramSet::Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept {
  WideSet::Enter(lane, place, segment);
  CodeOf(lane) = X86Code(segment.machine != Machine::kX86);
}

void ProgramSet::EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept {
  WideSet::EndByte(lane, place, byte);
  CodeOf(lane).Update(byte, place.position);
  targets_.EndByte(byte);
}

void ProgramSet::View(int lane, const LanePlace&, StructureView& view) noexcept {
  CodeOf(lane).View(context(lane).recent, view);
}

void ProgramSet::BeginDirect(int lane, const LanePlace& place) noexcept {
  TargetField field;
  if (CodeOf(lane).FindTarget(place.position, field)) {
    targets_.Begin(field);
  } else {
    targets_.BeginNone();
  }
}

void ProgramSet::PredictDirect(uint32_t partial, int depth, int32_t* inputs) noexcept {
  targets_.Predict(partial, depth, inputs);
}

void ProgramSet::UpdateDirect(int bit) noexcept { targets_.Update(bit); }

}  // namespace lmzip
