#include "detect/find_segments.h"

#include <algorithm>

#include "detect/finder.h"
#include "detect/guesses.h"
#include "detect/header_scan.h"
#include "segments/segment_list.h"

namespace lmzip {
namespace {

// Whether a segment goes on, in form and in phase, where another of its kind ends. Guesses have no
// phase of rows.
bool GoesOn(const FoundSegment& first, const FoundSegment& second) {
  TypedSegment form = second.segment;
  form.begin = first.segment.begin;
  form.length = first.segment.length;
  if (form != first.segment || second.segment.begin != form.end()) return false;
  if (first.guessed != second.guessed) return false;
  const uint64_t sample_bytes = uint64_t{form.channels} * form.sample_bytes();
  const uint64_t step =
      first.guessed ? form.sample_bytes() : std::max<uint64_t>(form.row_bytes, sample_bytes);
  return form.length % step == 0;
}

std::vector<FoundSegment> Joined(const std::vector<FoundSegment>& found) {
  std::vector<FoundSegment> joined;
  for (const FoundSegment& one : found) {
    if (joined.empty() || !GoesOn(joined.back(), one)) {
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
  detect::GuessSegments(content, finder);
  return WithinLimit(Joined(finder.found()));
}

}  // namespace lmzip
