#include "coder/range_coder.h"

#include <utility>

namespace lmzip {

Bytes RangeEncoder::Finish() {
  // Of the numbers in [low, low + range) take the one with the most trailing zero bits.
  const uint64_t last = low_ + range_ - 1;
  int zeros = 32;
  while (((last >> zeros) << zeros) < low_) --zeros;
  low_ = (last >> zeros) << zeros;
  for (int i = 0; i < 5; ++i) ShiftLow();  // four bytes of low, and what was pending
  for (size_t i = 0; i < kMaxOverread && !bytes_.empty() && bytes_.back() == 0; ++i) {
    bytes_.pop_back();
  }
  return std::move(bytes_);
}

bool RangeDecoder::Refill() noexcept {
  if (!source_) return false;
  const ByteView more = source_->Next();
  next_ = more.data();
  end_ = next_ + more.size();
  return !more.empty();
}

}  // namespace lmzip
