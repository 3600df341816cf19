#include "detect/genome.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace lmzip::detect {
namespace {

constexpr uint64_t kMinBytes = 1024;
constexpr uint64_t kStep = kMinBytes / 2;  // no run of that many escapes
constexpr uint64_t kGlance = 48;
constexpr uint64_t kMinShare = 32;  // three letters of the four each make up at least this part

enum Letter : uint8_t { kOther, kBase, kRare, kEnd };

constexpr std::array<Letter, 256> MakeLetters() {
  std::array<Letter, 256> letters{};
  for (const char letter : std::string_view("ACGTUNacgtun"))
    letters[static_cast<uint8_t>(letter)] = kBase;
  for (const char letter : std::string_view("RYKMSWBDHVrykmswbdhv-"))
    letters[static_cast<uint8_t>(letter)] = kRare;
  letters['\n'] = letters['\r'] = kEnd;
  return letters;
}
constexpr std::array<Letter, 256> kLetters = MakeLetters();

bool IsPart(uint8_t byte) { return kLetters[byte] != kOther; }

// Of letters and ends of lines alone, as far as they go.
struct Run {
  uint64_t begin, end;
};

Run RunAround(ByteView content, uint64_t at, uint64_t least) {
  Run run{at, at};
  while (run.begin > least && IsPart(content[run.begin - 1])) --run.begin;
  while (run.end < content.size() && IsPart(content[run.end])) ++run.end;
  return run;
}

// Whole lines of it: what begins or ends inside a line belongs to something else.
Run WholeLines(ByteView content, Run run) {
  const auto is_end = [&](uint64_t at) { return content[at] == '\n'; };
  const bool has_lines = std::count(content.begin() + static_cast<ptrdiff_t>(run.begin),
                                    content.begin() + static_cast<ptrdiff_t>(run.end), '\n') > 0;
  if (!has_lines) return run;
  if (run.begin > 0 && !is_end(run.begin - 1)) {
    while (run.begin < run.end && !is_end(run.begin)) ++run.begin;
  }
  while (run.begin < run.end && kLetters[content[run.begin]] == kEnd) ++run.begin;
  if (run.end < content.size()) {
    while (run.end > run.begin && !is_end(run.end - 1)) --run.end;
  }
  return run;
}

// All of A, C, G, T but one are there, and little else: no zeros of base 64, no words.
bool IsGenome(ByteView bytes) {
  std::array<uint64_t, 256> counts{};
  for (const uint8_t byte : bytes) ++counts[byte];
  const auto count = [&](char letter) {
    return counts[static_cast<uint8_t>(letter)] + counts[static_cast<uint8_t>(letter | 0x20)];
  };
  uint64_t frequent = 0, rare = 0;
  for (const char letter : {'A', 'C', 'G', 'T', 'U'})
    frequent += count(letter) > bytes.size() / kMinShare;
  for (size_t byte = 0; byte < counts.size(); ++byte)
    rare += kLetters[byte] == kRare ? counts[byte] : 0;
  return frequent >= 3 && rare <= bytes.size() / kMinShare;
}

// From a line's begin to the next one's, where most lines are that long; else 0.
uint32_t LineBytes(ByteView bytes) {
  constexpr uint64_t kMaxLine = 1 << 20;
  std::array<uint64_t, 3> ends{};
  size_t found = 0;
  for (uint64_t at = 0; at < std::min<uint64_t>(bytes.size(), 3 * kMaxLine) && found < 3; ++at) {
    if (bytes[at] == '\n') ends[found++] = at;
  }
  if (found < 3) return found == 0 ? 0 : static_cast<uint32_t>(std::min(ends[0] + 1, kMaxLine));
  // The first line may be the rest of one.
  const uint64_t length = ends[1] - ends[0];
  return length == ends[2] - ends[1] ? static_cast<uint32_t>(length) : 0;
}

}  // namespace

void FindGenomes(ByteView content, Finder& finder) {
  for (uint64_t at = 0; at + kGlance <= content.size();) {
    const ByteView glance = content.subspan(at, kGlance);
    if (!std::all_of(glance.begin(), glance.end(), IsPart)) {
      at += kStep;
      continue;
    }
    const uint64_t end_before = finder.EndBefore(at);
    if (end_before > at) {
      at = end_before;
      continue;
    }
    const Run found = RunAround(content, at, end_before);
    const Run run = WholeLines(content, found);
    const ByteView bytes = content.subspan(run.begin, run.end - run.begin);
    if (bytes.size() >= kMinBytes && IsGenome(bytes)) {
      TypedSegment segment{.kind = DataKind::kGenome, .begin = run.begin, .length = bytes.size()};
      segment.row_bytes = LineBytes(bytes);
      finder.AddGuess(segment);
    }
    at = std::max(found.end, at + kStep);
  }
}

}  // namespace lmzip::detect
