#include "detect/finder.h"

#include <algorithm>

#include "segments/segment_list.h"

namespace lmzip::detect {
namespace {

constexpr uint64_t kFreeWork = 1 << 16;

// Whether a list can say it (segments/segment_list.cc).
bool CanBeSaid(const TypedSegment& form) {
  const bool samples = form.kind == DataKind::kPicture || form.kind == DataKind::kSound;
  const bool rows = form.kind == DataKind::kPicture || form.kind == DataKind::kTable;
  if (samples && (form.channels < 1 || form.channels > kMaxChannels)) return false;
  return form.row_bytes <= kMaxRowBytes && (!rows || form.row_bytes > 0);
}

}  // namespace

Finder::Finder(ByteView content)
    : content_bytes_(content.size()),
      file_end_(content.size()),
      work_left_(content.size() + kFreeWork) {}

uint64_t Finder::StartFile(uint64_t begin) {
  while (!open_.empty() && open_.back().end <= begin) open_.pop_back();
  file_begin_ = begin;
  const bool is_in_member = !open_.empty() && open_.back().begin <= begin;
  file_end_ = is_in_member ? open_.back().end : content_bytes_;
  return file_end_;
}

void Finder::AddMember(uint64_t at, uint64_t length) {
  constexpr size_t kMaxDepth = 16;
  const uint64_t left = file_end_ - file_begin_;
  if (at >= left || length < kMinTypedSegmentBytes || open_.size() == kMaxDepth) return;
  const uint64_t begin = file_begin_ + at, end = begin + std::min(length, left - at);
  open_.push_back({begin, end});
  borders_.insert(borders_.end(), {begin, end});
}

void Finder::Add(TypedSegment form, uint64_t at, uint64_t length) {
  if (at > content_bytes_ || file_begin_ > content_bytes_ - at) return;
  form.begin = file_begin_ + at;
  if (form.begin >= file_end_) return;
  // What a member's end cuts is not in the content's rest.
  form.length = file_end_ < content_bytes_ ? std::min(length, file_end_ - form.begin) : length;
  Insert({.segment = form});
}

void Finder::AddGuess(const TypedSegment& segment) {
  Insert({.segment = segment, .guessed = true});
}

void Finder::Insert(FoundSegment found) {
  TypedSegment& segment = found.segment;
  if (!CanBeSaid(segment)) return;
  const auto next = std::lower_bound(
      found_.begin(), found_.end(), segment.begin,
      [](const FoundSegment& one, uint64_t begin) { return one.segment.end() <= begin; });
  if (next != found_.end() && next->segment.begin <= segment.begin) return;
  if (!Spend(static_cast<uint64_t>(found_.end() - next))) return;  // what insert moves
  const uint64_t claimed = segment.length;
  const uint64_t end = next == found_.end() ? content_bytes_ : next->segment.begin;
  segment.length = std::min(claimed, end - segment.begin);
  if (segment.length < kMinTypedSegmentBytes) return;
  if (segment.end() == content_bytes_) found.beyond = claimed - segment.length;
  found_.insert(next, found);
}

void Finder::AddRows(TypedSegment form, uint64_t at, uint64_t rows) {
  // A header's numbers have 32 bits: a longer row cannot be said, a shorter one times them fits.
  constexpr uint64_t kMostRows = uint64_t{1} << 32;
  if (form.row_bytes <= kMaxRowBytes) Add(form, at, form.row_bytes * std::min(rows, kMostRows));
}

bool Finder::Spend(uint64_t work) {
  const bool enough = work <= work_left_;
  work_left_ -= enough ? work : work_left_;
  return enough;
}

uint64_t Finder::EndAt(uint64_t position) const {
  const auto next =
      std::upper_bound(found_.begin(), found_.end(), position,
                       [](uint64_t at, const FoundSegment& one) { return at < one.segment.end(); });
  return next != found_.end() && next->segment.Covers(position) ? next->segment.end() : position;
}

const FoundSegment* Finder::Before(uint64_t position) const {
  const auto next =
      std::lower_bound(found_.begin(), found_.end(), position,
                       [](const FoundSegment& one, uint64_t at) { return one.segment.begin < at; });
  return next == found_.begin() ? nullptr : &*std::prev(next);
}

uint64_t Finder::EndBefore(uint64_t position) const {
  const FoundSegment* before = Before(position);
  return before == nullptr ? 0 : before->segment.end();
}

}  // namespace lmzip::detect
