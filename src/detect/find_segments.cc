#include "detect/find_segments.h"

#include <algorithm>

#include "detect/finder.h"
#include "detect/header_scan.h"
#include "segments/segment_list.h"

namespace lmzip {
namespace {

// Whether a segment goes on, in form and in phase, where another of its kind ends.
bool GoesOn(const TypedSegment& first, const TypedSegment& second) {
  TypedSegment form = second;
  form.begin = first.begin;
  form.length = first.length;
  const uint64_t step =
      std::max<uint64_t>(first.row_bytes, uint64_t{first.channels} * first.sample_bytes());
  return form == first && second.begin == first.end() && first.length % step == 0;
}

std::vector<FoundSegment> Joined(const std::vector<FoundSegment>& found) {
  std::vector<FoundSegment> joined;
  for (const FoundSegment& one : found) {
    if (joined.empty() || joined.back().guessed != one.guessed ||
        !GoesOn(joined.back().segment, one.segment)) {
      joined.push_back(one);
      continue;
    }
    joined.back().segment.length += one.segment.length;
    joined.back().beyond = one.beyond;
  }
  return joined;
}

// Of more than a list may have the longest; of those that are equally long, the first.
std::vector<FoundSegment> WithinLimit(std::vector<FoundSegment> found) {
  if (found.size() <= kMaxTypedSegments) return found;
  std::vector<uint64_t> lengths;
  for (const FoundSegment& one : found) lengths.push_back(one.segment.length);
  std::nth_element(lengths.begin(), lengths.begin() + (kMaxTypedSegments - 1), lengths.end(),
                   std::greater<>());
  const uint64_t shortest = lengths[kMaxTypedSegments - 1];
  const auto is_longer = [&](const FoundSegment& one) { return one.segment.length > shortest; };
  auto equals_left = static_cast<int64_t>(kMaxTypedSegments) -
                     std::count_if(found.begin(), found.end(), is_longer);
  std::vector<FoundSegment> kept;
  for (const FoundSegment& one : found) {
    if (is_longer(one) || (one.segment.length == shortest && equals_left-- > 0))
      kept.push_back(one);
  }
  return kept;
}

}  // namespace

std::vector<FoundSegment> FindSegments(ByteView content) {
  detect::Finder finder(content);
  detect::FindFiles(content, finder);
  return WithinLimit(Joined(finder.found()));
}

}  // namespace lmzip
