#include "mixer/sets/program_set.h"

namespace lmzip {

namespace {

static_assert(TargetLists::kInputs == WordLists::kInputs);

WideSet::Options OptionsFor(uint64_t size, int lanes) {
  return {.size = size,
          .lanes = lanes,
          .direct_inputs = TargetLists::kInputs,
          .most_table_bits = 26,
          .rates = {.row = 45, .early = 1600, .last = 80}};
}

}  // namespace

ProgramSet::ProgramSet(uint64_t size, int lanes, const History& history)
    : WideSet(OptionsFor(size, lanes), history),
      codes_(static_cast<size_t>(lanes)),
      targets_(size),
      word_lists_(size) {}

size_t ProgramSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return WideSet::MemoryBytes(OptionsFor(size, lanes)) + TargetLists::Bytes(size) +
         WordLists::Bytes(size) + sizeof(ProgramSet) + static_cast<size_t>(lanes) * sizeof(Code);
}

bool ProgramSet::Models(const TypedSegment& segment) noexcept {
  switch (segment.machine) {
    case Machine::kX86:
    case Machine::kX86_64:
    case Machine::kJava: return true;
    default: return WordMachineOf(segment.machine) != nullptr;
  }
}

void ProgramSet::StartLane(int lane, int before, const LanePlace& place) {
  WideSet::StartLane(lane, before, place);
  if (before == kNoLane) {
    CodeOf(lane).emplace<X86Code>();
  } else if (before != lane) {
    CodeOf(lane) = CodeOf(before);
  }
}

void ProgramSet::Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept {
  WideSet::Enter(lane, place, segment);
  Code& code = CodeOf(lane);
  if (segment.machine == Machine::kJava) {
    code.emplace<JavaFields>();
  } else if (const WordMachine* machine = WordMachineOf(segment.machine); machine != nullptr) {
    const auto phase = static_cast<uint32_t>(place.position - segment.begin);
    code = Words{.code = WordCode(*machine, phase), .word = {}};
  } else {
    code.emplace<X86Code>(segment.machine != Machine::kX86);
  }
}

void ProgramSet::EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept {
  WideSet::EndByte(lane, place, byte);
  Code& code = CodeOf(lane);
  if (auto* words = std::get_if<Words>(&code); words != nullptr) {
    words->code.Update(byte, place.position);
    if (words->code.EndedDistance()) WordLists::Learn(words->word, words->code.last_word());
    return;
  }
  targets_.EndByte(byte);
  if (auto* x86 = std::get_if<X86Code>(&code); x86 != nullptr) {
    x86->Update(byte, place.position);
  } else {
    std::get<JavaFields>(code).Update(byte);
  }
}

void ProgramSet::View(int lane, const LanePlace&, StructureView& view) noexcept {
  const uint64_t recent = context(lane).recent;
  Code& code = CodeOf(lane);
  if (const auto* words = std::get_if<Words>(&code); words != nullptr) {
    words->code.View(recent, view);
  } else if (const auto* x86 = std::get_if<X86Code>(&code); x86 != nullptr) {
    x86->View(recent, view);
  } else {
    std::get<JavaFields>(code).View(recent, view);
  }
}

void ProgramSet::BeginDirect(int lane, const LanePlace& place) noexcept {
  Code& code = CodeOf(lane);
  auto* const words = std::get_if<Words>(&code);
  in_word_ = words != nullptr;
  if (in_word_) return word_lists_.BeginByte(words->code.Field(place.position), words->word);
  TargetField field;
  const auto* const x86 = std::get_if<X86Code>(&code);
  const bool found = x86 != nullptr ? x86->FindTarget(place.position, field)
                                    : std::get<JavaFields>(code).FindField(field);
  if (found) {
    targets_.Begin(field);
  } else {
    targets_.BeginNone();
  }
}

void ProgramSet::PredictDirect(uint32_t partial, int depth, int32_t* inputs) noexcept {
  if (in_word_) {
    word_lists_.Predict(partial, depth, inputs);
  } else {
    targets_.Predict(partial, depth, inputs);
  }
}

void ProgramSet::UpdateDirect(int bit) noexcept {
  if (in_word_) {
    word_lists_.Update(bit);
  } else {
    targets_.Update(bit);
  }
}

}  // namespace lmzip
