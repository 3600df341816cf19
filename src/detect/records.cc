#include "detect/records.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "detect/likeness.h"

namespace lmzip::detect {
namespace {

constexpr size_t kMaxRecordBytes = 1024;
constexpr size_t kMatchedBytes = 1024;
constexpr size_t kMinBytes = 3 * kMaxRecordBytes;
// Shares in 1/256 of what bytes cost by themselves.
constexpr uint64_t kNoise = 252;              // of 8 bits a byte
constexpr uint64_t kLeastByRank = 56;         // saved by knowing the place in a record
constexpr uint64_t kLeastByRankOfWords = 24;  // the same of numbers and floats: low bytes are noise
constexpr uint64_t kLeastByMatch = 64;        // saved by the record before
constexpr uint64_t kBitsOfByte = 8 * 256;
constexpr uint64_t kBlank = 16;  // in 1/256 bit a byte: all but blank

// What is saved where each byte is, or is not, the one `back` before, by how rare it is.
uint64_t SavedByMatches(ByteView bytes, size_t from, size_t back,
                        const std::array<uint32_t, 256>& cost_of) {
  uint64_t matches = 0, saved = 0, count = bytes.size() - from;
  for (size_t i = from; i < bytes.size(); ++i) {
    if (bytes[i] != bytes[i - back]) continue;
    ++matches;
    saved += cost_of[bytes[i]];
  }
  const uint64_t misses = count - matches;
  const uint64_t told = (matches > 0 ? matches * (Log2(count) - Log2(matches)) : 0) +
                        (misses > 0 ? misses * (Log2(count) - Log2(misses)) : 0);
  return saved - std::min(saved, told);
}

// The best of short records by what stands at each place of one.
uint32_t ByRank(ByteView bytes, uint64_t plain) {
  uint64_t best = plain;
  uint32_t record = 0;
  for (const uint32_t length : {2u, 3u, 4u, 5u, 6u, 7u, 8u, 10u, 12u, 14u, 16u}) {
    const uint64_t least = length % 4 == 0 ? kLeastByRankOfWords : kLeastByRank;
    const uint64_t cost = EntropyByRank(bytes, length);
    // Of equals the shortest.
    if (cost > plain / 256 * (256 - least) || cost + (record > 0 ? plain / 16 : 0) > best) continue;
    best = cost;
    record = length;
  }
  return record;
}

uint32_t ByMatches(ByteView bytes, uint64_t plain) {
  std::array<uint32_t, 256> counts{}, cost_of{};
  for (const uint8_t byte : bytes) ++counts[byte];
  for (size_t byte = 0; byte < counts.size(); ++byte) {
    if (counts[byte] > 0) cost_of[byte] = Log2(bytes.size()) - Log2(counts[byte]);
  }
  const auto most =
      static_cast<uint8_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  const size_t from = kMaxRecordBytes, count = kMatchedBytes;
  std::vector<std::pair<uint64_t, uint32_t>> matches;
  for (uint32_t back = 2; back <= kMaxRecordBytes; ++back) {
    matches.push_back({RareMatchesBack(bytes, from, count, back, most), back});
  }
  constexpr size_t kCandidates = 12;
  std::partial_sort(matches.begin(), matches.begin() + kCandidates, matches.end(),
                    [](const auto& a, const auto& b) {
                      return a.first != b.first ? a.first > b.first : a.second < b.second;
                    });
  matches.resize(kCandidates);
  std::sort(matches.begin(), matches.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  uint64_t best = plain / bytes.size() * (bytes.size() - from) / 256 * kLeastByMatch;
  uint32_t record = 0;
  for (const auto& [equal, length] : matches) {
    const uint64_t saved = SavedByMatches(bytes, from, length, cost_of);
    // Its multiples match as well.
    if (saved < (record > 0 ? best + best / 8 : best)) continue;
    best = saved;
    record = length;
  }
  return record;
}

}  // namespace

uint32_t GuessRecordBytes(ByteView bytes) {
  if (bytes.size() < kMinBytes || LooksLikeText(bytes)) return 0;
  const uint64_t plain = EntropyByRank(bytes, 1);
  const bool is_noise = plain > bytes.size() * kBitsOfByte / 256 * kNoise;
  if (is_noise || plain < bytes.size() * kBlank) return 0;
  const uint32_t by_rank = ByRank(bytes, plain), by_matches = ByMatches(bytes, plain);
  // Longer records match at what their short parts have in common, too.
  return std::max(by_matches, by_rank);
}

bool IsNearlyBlank(ByteView bytes) {
  const auto others = [&](uint8_t blank) {
    return bytes.size() - static_cast<size_t>(std::count(bytes.begin(), bytes.end(), blank));
  };
  return std::min(others(0x00), others(0xff)) <= bytes.size() / 64;
}

bool LooksBilevel(ByteView bytes) {
  static constexpr auto kIsInRuns = [] {
    std::array<bool, 256> in_runs{};  // of eight bits: at most three
    for (unsigned byte = 0; byte < 256; ++byte) {
      in_runs[byte] = std::popcount((byte ^ byte << 1) & 0xfe) <= 2;
    }
    return in_runs;
  }();
  uint64_t mixed = 0, in_runs = 0, borders = 0, kept = 0;
  for (size_t i = 1; i < bytes.size(); ++i) {
    const uint8_t byte = bytes[i], before = bytes[i - 1];
    const bool is_mixed = byte != 0x00 && byte != 0xff;
    mixed += is_mixed;
    in_runs += is_mixed && kIsInRuns[byte];
    if (is_mixed || before != byte) {
      ++borders;
      kept += (before & 1) == byte >> 7;
    }
  }
  return mixed > bytes.size() / 128 && in_runs >= mixed - mixed / 4 &&
         kept >= borders - borders / 4;
}

}  // namespace lmzip::detect
