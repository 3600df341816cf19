#include "chunker/weaving.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/check.h"
#include "format/format.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

// Of what a copy ends with, so much is given: matches find it.
constexpr uint64_t kTailBytes = 16;
static_assert(kTailBytes <= kMinFarCopyBytes);
// What the source has in the gap's place is given up to so much.
constexpr uint64_t kMostReplacedBytes = 65536;

/// What a piece of the residue stands behind: the end of a copy's source, and how many bytes behind
/// it the piece replaces.
struct Edge {
  uint64_t source_end = 0;
  uint64_t replaced = 0;

  uint64_t given_bytes() const { return replaced > 0 ? 2 * kTailBytes + replaced : kTailBytes; }
};

/// A copy's source.
struct Source {
  uint64_t begin = 0, end = 0;
  bool before = false;  // all of it stands before the frame
};

Source SourceOf(const Copy& copy, uint64_t at, const FrameSources& sources) {
  const uint64_t begin = sources.frame_begin() + at - copy.distance;
  const uint64_t end = begin + copy.length;
  return {begin, end, begin < sources.frame_begin() && end <= sources.EndBehind(begin)};
}

// What is cut out and put in is of a size, more or less; where the next copy begins far away,
// nobody knows.
uint64_t ReplacedBytes(const Source& last, const Source* next, uint64_t gap,
                       const FrameSources& sources) {
  const uint64_t end = sources.EndBehind(last.begin);
  const bool goes_on = next && next->before && sources.EndBehind(next->begin) == end &&
                       next->begin >= last.end && next->begin - last.end <= 4 * gap + 64;
  const uint64_t replaced = goes_on ? next->begin - last.end : gap;
  return std::min({replaced, kMostReplacedBytes, end - last.end});
}

// Calls visit(gap, edge) for each piece of the residue, the last one behind all copies; there is no
// edge where nothing is given.
template <typename Visit>
void ForEachPiece(std::span<const Copy> copies, uint64_t raw_bytes, const FrameSources& sources,
                  Visit visit) {
  Source last;
  uint64_t at = 0;
  for (size_t i = 0; i <= copies.size(); ++i) {
    const bool is_copy = i < copies.size();
    const uint64_t gap = is_copy ? copies[i].gap : raw_bytes - at;
    at += gap;
    const Source next = is_copy ? SourceOf(copies[i], at, sources) : Source{};
    std::optional<Edge> edge;
    if (last.before && gap > 0) {
      edge = {last.end, ReplacedBytes(last, is_copy ? &next : nullptr, gap, sources)};
    }
    visit(gap, edge);
    if (is_copy) at += copies[i].length;
    last = next;
  }
}

// Calls visit(i, begin, gap) for each piece of the residue, as they are in what the frame codes.
template <typename Visit>
void ForEachGap(std::span<const Copy> copies, const Weaving& weaving, Visit visit) {
  uint64_t at = 0;
  for (size_t i = 0; i <= copies.size(); ++i) {
    at += weaving.given[i];
    const uint64_t gap = i < copies.size() ? copies[i].gap : weaving.bytes.size() - at;
    visit(i, at, gap);
    at += gap;
  }
}

}  // namespace

void FrameSources::Read(uint64_t source, std::span<uint8_t> to) const {
  for (size_t done = 0; done < to.size();) {
    const ByteView piece = window.From(source + done);
    if (piece.empty()) RefuseLost();
    const size_t bytes = std::min(piece.size(), to.size() - done);
    std::memcpy(&to[done], piece.data(), bytes);
    done += bytes;
  }
}

void FrameSources::RefuseLost() {
  throw Error(ErrorCode::kCorrupt, "what it copies from frames before is lost");
}

Weaving PlanWeaving(std::span<const Copy> copies, uint64_t raw_bytes,
                    const FrameSources& sources) {
  Weaving weaving;
  weaving.given.reserve(copies.size() + 1);
  ForEachPiece(copies, raw_bytes, sources, [&](uint64_t, const std::optional<Edge>& edge) {
    const uint64_t bytes = edge ? edge->given_bytes() : 0;
    weaving.given.push_back(static_cast<uint32_t>(bytes));
    weaving.given_bytes += bytes;
  });
  return weaving;
}

void ReadGiven(std::span<const Copy> copies, uint64_t raw_bytes, const FrameSources& sources,
               Weaving& weaving) {
  weaving.bytes.assign(raw_bytes - CopiedBytes(copies) + weaving.given_bytes, 0);
  std::span<uint8_t> rest = weaving.bytes;
  ForEachPiece(copies, raw_bytes, sources, [&](uint64_t gap, const std::optional<Edge>& edge) {
    if (edge) {
      const auto given = rest.first(edge->given_bytes());
      const uint64_t read = kTailBytes + edge->replaced;
      sources.Read(edge->source_end - kTailBytes, given.first(read));
      std::ranges::copy(given.first(kTailBytes), given.last(kTailBytes).begin());
      rest = rest.subspan(given.size());
    }
    rest = rest.subspan(gap);
  });
  LMZIP_CHECK(rest.empty());
}

void PutResidue(ByteView content, std::span<const Copy> copies, Weaving& weaving) {
  ForEachGap(copies, weaving, [&](size_t i, uint64_t begin, uint64_t bytes) {
    if (bytes > 0) std::memcpy(&weaving.bytes[begin], content.data(), bytes);
    content = content.subspan(bytes + (i < copies.size() ? copies[i].length : 0));
  });
}

std::vector<bool> GivenPlaces(std::span<const Copy> copies, const Weaving& weaving) {
  std::vector<bool> given(weaving.bytes.size(), true);
  ForEachGap(copies, weaving, [&](size_t, uint64_t begin, uint64_t bytes) {
    std::fill_n(given.begin() + static_cast<ptrdiff_t>(begin), bytes, false);
  });
  return given;
}

}  // namespace lmzip
