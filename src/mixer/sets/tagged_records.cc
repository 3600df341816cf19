#include "mixer/sets/tagged_records.h"

#include <algorithm>

#include "mixer/sets/joined.h"

namespace lmzip {
namespace {

void Push(const auto& record, auto& records) noexcept {
  records[1] = records[0];
  records[0] = record;
}

}  // namespace

void TaggedRecords::Update(uint8_t byte, size_t position) noexcept {
  const uint32_t shift = offset_ % 2 * 8;
  const auto set_byte = [&](uint32_t& value) {
    value = (value & 0xFF00u >> shift) | static_cast<uint32_t>(byte) << shift;
  };
  if (offset_ < 2) set_byte(type_);
  else if (offset_ < kHeaderBytes) set_byte(length_);
  else if (offset_ < kCellAt) set_byte(row_);
  else if (offset_ < kBehindCell) set_byte(cell_);
  if (offset_ < kHeaderBytes || offset_ >= kBehindCell) {
    hash_ = static_cast<uint32_t>(Joined(hash_, byte) >> 16);
  }
  ++offset_;
  if (offset_ < kHeaderBytes || offset_ < kHeaderBytes + length_) return;
  const Record record{begin_, offset_, hash_};
  Push(record, last_);
  Push(record, of_type_[type_ % kTypes]);
  if (offset_ >= kBehindCell) Push(record, of_cell_[cell_ % kCells]);
  types_ = types_ << 8 | (type_ & 255);
  begin_ = static_cast<uint32_t>(position + 1);
  offset_ = 0;
  hash_ = 0;
  cell_ = (cell_ + 1) & 0xFFFF;
}

uint32_t TaggedRecords::ByteOf(const Record& record, const BytesBehind& bytes) const noexcept {
  return offset_ < record.length ? bytes.At(record.begin + offset_) : 256u;
}

void TaggedRecords::View(const BytesBehind& bytes, StructureView& view) const noexcept {
  const uint32_t type = offset_ < 2 ? 65536u : type_;  // not known
  const uint32_t known = offset_ == 1 ? bytes.Back(1) : 0u;
  const uint64_t at = Joined(std::min(offset_, 255u), type, known);
  const Records& above = of_cell_[cell_ % kCells];
  const Records& beside = of_cell_[(cell_ + 1) % kCells];
  const Records& left = of_cell_[(cell_ - 1) % kCells];
  const Records& same = of_type_[type_ % kTypes];
  const auto value = [&](const Record& record) { return ByteOf(record, bytes); };
  const uint32_t a = value(above[0]), a2 = value(above[1]), p = value(last_[0]),
                 p2 = value(last_[1]);
  const uint32_t s = value(same[0]), s2 = value(same[1]), r = value(beside[0]), l = value(left[1]);
  const uint32_t w = bytes.Back(1), w2 = bytes.Back(2);

  view.Add(Joined(at, a, hash_));
  view.Add(Joined(at, cell_, hash_));
  view.Add(Joined(at, cell_, same[0].hash, hash_));
  view.Add(Joined(at, last_[0].hash, hash_));
  view.Add(Joined(at, cell_, last_[0].hash, hash_));
  view.Add(Joined(at, a, p));
  view.Add(Joined(at, cell_, same[0].hash, same[1].hash, hash_));
  view.Add(Joined(at, w, w2));

  view.Add(Joined(at, s, w));
  view.Add(Joined(at, s, s2, (2 * s - s2) & 255));
  view.Add(Joined(at, cell_, last_[0].hash, last_[1].hash, hash_));
  view.Add(Joined(at, above[0].hash, hash_));
  view.Add(Joined(at, above[0].hash, last_[0].hash, hash_));
  view.Add(Joined(at, above[0].hash, above[1].hash, hash_));
  view.Add(Joined(at, last_[0].hash, last_[1].hash, hash_));
  view.Add(Joined(at, above[0].hash, beside[0].hash, hash_));
  view.Add(Joined(at, above[0].hash, left[1].hash, last_[0].hash, hash_));
  view.Add(Joined(at, a, a2, hash_));
  view.Add(Joined(at, types_, cell_));
  view.Add(Joined(at, types_ & 0xFFFF, a, r));
  view.Add(Joined(at, same[0].hash, same[1].hash, hash_));
  view.Add(Joined(at, cell_, a, hash_));
  view.Add(Joined(at, (a + p - l) & 255, hash_));
  view.Add(Joined(at, (2 * a - a2) & 255, hash_));
  view.Add(Joined(at, s, p, w));
  view.Add(Joined(at, a, r, l, p));
  view.Add(Joined(at, p, p2, s));
  view.Add(Joined(at, bytes.Back(3), w2, w));
  view.Add(Joined(at, hash_, row_));

  const bool a_is_p = a == p, a_is_a2 = a == a2, p_is_p2 = p == p2;
  view.state = std::min(offset_, 31u) + 32 * (type & 7);
  view.group = (cell_ & 511) * 8 + std::min(offset_ / 2, 7u);
  view.neighbour = a & 255;
  view.detail = (a_is_p ? 1u : 0u) + (a_is_a2 ? 2u : 0u) + (p_is_p2 ? 4u : 0u) +
                (above[0].hash == above[1].hash ? 8u : 0u) +
                (last_[0].hash == last_[1].hash ? 16u : 0u);
  view.map = Joined(at, cell_, hash_);
}

}  // namespace lmzip
