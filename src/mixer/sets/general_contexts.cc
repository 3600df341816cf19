#include "mixer/sets/general_contexts.h"

#include <algorithm>

namespace lmzip {
namespace {

constexpr auto MakeClasses() {
  std::array<uint8_t, 256> table{};
  for (uint32_t b = 0; b < 256; ++b) {
    uint8_t c = 0;
    if (b >= 'a' && b <= 'z')
      c = 1;
    else if (b >= 'A' && b <= 'Z')
      c = 2;
    else if (b >= '0' && b <= '9')
      c = 3;
    else if (b == ' ')
      c = 4;
    else if (b == '\n' || b == '\r')
      c = 5;
    else if (b == '\t')
      c = 6;
    else if (b < 32)
      c = 0;
    else if (b == '.' || b == ',' || b == ';' || b == ':' || b == '!' || b == '?')
      c = 7;
    else if (b == '(' || b == '[' || b == '{' || b == '<')
      c = 8;
    else if (b == ')' || b == ']' || b == '}' || b == '>')
      c = 9;
    else if (b == '"' || b == '\'' || b == '`')
      c = 10;
    else if (b == '_' || b == '-')
      c = 11;
    else if (b < 128)
      c = 12;
    else if (b < 192)
      c = 13;
    else if (b < 224)
      c = 14;
    else
      c = 15;
    table[b] = c;
  }
  return table;
}
constexpr auto kClasses = MakeClasses();

}  // namespace

uint32_t ByteClass(uint32_t byte) noexcept { return kClasses[byte]; }

void RecordDetector::Update(uint8_t byte, uint32_t position) noexcept {
  auto& last = last_[byte];
  const uint32_t gap = position - last[0];
  if (last[3] != 0 && gap > 1 && gap < 65536 && gap == last[0] - last[1] &&
      gap == last[1] - last[2] && (gap > 32 || gap == last[2] - last[3])) {
    const size_t i = gap == candidate_[0] ? 0 : gap == candidate_[1] ? 1 : votes_[0] > votes_[1];
    if (candidate_[i] == gap) {
      if (votes_[i] < 255) ++votes_[i];
      const int needed = gap > 16 ? 4 : 12;
      if (votes_[i] > needed && votes_[i] > votes_[1 - i]) length_ = gap;
      if (votes_[1 - i] > 0 && (position & 3) == 0) --votes_[1 - i];
    } else if (--votes_[i] <= 0) {
      candidate_[i] = gap;
      votes_[i] = 1;
    }
  }
  last = {position, last[0], last[1], last[2]};
}

void LaneContext::Update(uint8_t byte, size_t position) noexcept {
  recent = recent << 8 | byte;
  const uint32_t kind = kClasses[byte];
  classes = classes << 4 | kind;
  if (kind != (skeleton & 15)) skeleton = skeleton << 4 | kind;
  if (!IsLetter(kind) && word != 0) previous = word;
  word = WordAfter(word, byte);
  if (byte == '\n') {
    above_begin = line_begin;
    line_begin = position + 1;
    line_head = 0;
    field = 0;
  } else {
    if (position - line_begin < 4) line_head = Combine(line_head, byte);
    if (kind == 4 || kind == 6 || byte == ',' || byte == ';' || byte == '|' || byte == '=') ++field;
  }
  records.Update(byte, static_cast<uint32_t>(position));
}

// In the order of Hashes().
uint32_t ContextsOf(MixerPart part) noexcept {
  static constexpr std::array<MixerPart, kSlots> kParts = [] {
    using enum MixerPart;
    return std::array{kLowOrders,  kLowOrders,  kLowOrders,  kHighOrders, kHighOrders, kHighOrders,
                      kHighOrders, kLines,      kWords,      kWords,      kGaps,       kGaps,
                      kGaps,       kRecords,    kClasses,    kLines,      kLines,      kMatches};
  }();
  uint32_t contexts = 0;
  for (size_t i = 0; i < kSlots; ++i) contexts |= uint32_t{kParts[i] == part} << i;
  return contexts;
}

void LaneContext::Hashes(const History& history, size_t position,
                         std::array<uint64_t, kSlots>& hashes) const noexcept {
  const uint64_t c = recent;
  const uint32_t c1 = Byte(1);
  const size_t column = position - line_begin;
  const size_t above_at = above_begin + column;
  const uint32_t above =
      above_at < line_begin && above_at + 1 < position ? history.At(above_at) : 0u;
  const uint32_t above_next =
      above_at + 1 < line_begin && above_at + 2 < position ? history.At(above_at + 1) : 0u;
  const size_t stride = records.length();
  const uint32_t north = stride > 1 && position >= stride ? history.At(position - stride) : 0u;
  const uint32_t north2 =
      stride > 1 && position >= 2 * stride ? history.At(position - 2 * stride) : 0u;
  const size_t record_column = stride > 1 ? position % stride : 0;

  int i = 0;
  const auto add = [&](uint64_t value) {
    hashes[static_cast<size_t>(i)] = ContextHash(i, value);
    ++i;
  };
  add(0);
  add(c1);
  add(c & 0xFFFF);
  add(c & 0xFFFFFF);
  add(c & 0xFFFFFFFF);
  add(c & 0xFFFFFFFFFF);
  add(c & 0xFFFFFFFFFFFF);
  add(Combine(Combine(above, above_next), Combine(word, c1)));
  add(Combine(word, c1));
  add(Combine(Combine(word, previous), c1));
  add(c & 0xFFFF00);
  add(c & 0xFFFF0000);
  add(c & 0xFF00FF);
  add(Combine(Combine(north, north2), record_column));
  add(Combine(Combine(skeleton & 0xFFFFFF, classes & 0xFFF), c1));
  add(Combine(Combine(above, c1), std::min<size_t>(column, 255)));
  add(Combine(Combine(line_head, field), word));
}

}  // namespace lmzip
