// Damage as DecodeReport tells of it: in bounded memory, whatever the input.
#pragma once

#include <string>

#include "lmzip/lmzip.h"

namespace lmzip {

class DamageLog {
 public:
  /// `report` must outlive this: its damage is added to; its raw_bytes tell what was written.
  explicit DamageLog(DecodeReport& report) : report_(report) {}

  /// What follows on the last damage, with nothing written between, becomes one with it.
  void Add(Damage damage) {
    auto& all = report_.damage;
    const bool follows = !all.empty() && written_ == report_.raw_bytes && report_.more_damage == 0;
    written_ = report_.raw_bytes;
    if (follows && Join(all.back(), damage)) return;
    if (all.size() < kMaxReported) {
      all.push_back(std::move(damage));
    } else {
      ++report_.more_damage;
    }
  }

 private:
  static constexpr size_t kMaxReported = 100;

  static bool Join(Damage& last, const Damage& next) {
    if (next.unverified || (last.unverified && next.content)) return false;
    if (last.content && next.content && last.content->end != next.content->begin) return false;
    if (last.content && next.content) {
      last.content->end = next.content->end;
    } else if (next.content) {
      last.content = next.content;
    }
    last.places += next.places;
    return true;
  }

  DecodeReport& report_;
  uint64_t written_ = 0;  // when the last damage was added
};

}  // namespace lmzip
