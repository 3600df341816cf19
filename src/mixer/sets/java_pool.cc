#include "mixer/sets/java_pool.h"

#include <algorithm>

namespace lmzip {

void JavaPool::Clear() noexcept {
  constants_.fill({});
  numbers_.fill(0);
  named_ = count_ = 0;
}

void JavaPool::SetFirst(uint32_t number, uint32_t value) noexcept {
  Constant& constant = At(number);
  constant.first = static_cast<uint16_t>(value);
  if (!HasTableIndex(constant.tag)) Name(value, constant.tag * 2u);
}

void JavaPool::SetSecond(uint32_t number, uint32_t value) noexcept {
  Constant& constant = At(number);
  constant.second = static_cast<uint16_t>(value);
  Name(value, constant.tag * 2u + 1);
}

void JavaPool::Name(uint32_t number, uint32_t use) noexcept {
  named_ = std::max(named_, number);
  Constant& named = At(number);
  if (named.use == 0) named.use = static_cast<uint8_t>(use);
}

void JavaPool::Close(uint32_t count) noexcept {
  count_ = count;
  const uint32_t end = std::min<uint32_t>(count, kPlaces);
  const auto resolve = [&](auto is_now) {
    for (uint32_t i = 1; i < end; ++i) {
      Constant& one = constants_[i];
      if (!is_now(one.tag)) continue;
      const Constant &first = At(one.first), &second = At(one.second);
      const uint64_t parts = Combine(first.content, second.content);
      one.content = static_cast<uint32_t>(ContextHash(one.tag, parts) >> 32);
      if (HasSecond(one.tag)) one.is_void = second.is_void;
    }
  };
  // What names texts, then what names those.
  resolve([](uint8_t tag) { return tag == kClass || tag == kString || tag == kNameAndType; });
  resolve([](uint8_t tag) { return tag >= kField && tag != kNameAndType; });
  for (uint32_t i = end; i-- > 1;) {  // of equal ones the first stays
    if (constants_[i].content == 0) continue;
    numbers_[constants_[i].content % kPlaces] = static_cast<uint16_t>(i);
  }
}

uint32_t JavaPool::NextOf(uint8_t tag, bool named, uint32_t number) const noexcept {
  for (uint32_t i = number + 1; i < std::min(number + 1 + kMostSteps, count_); ++i) {
    const Constant& one = At(i);
    if (one.tag == tag && (one.use != 0) == named) return i;
  }
  return number + 1;
}

}  // namespace lmzip
