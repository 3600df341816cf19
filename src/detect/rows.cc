#include "detect/rows.h"

#include <algorithm>

#include "detect/likeness.h"

namespace lmzip::detect {
namespace {

constexpr size_t kMaxRowSamples = 1 << 14;
constexpr size_t kMinRowSamples = 16;
constexpr size_t kProbeSamples = 1024;
constexpr size_t kProbes = 8, kPlaces = 24;
constexpr size_t kCandidates = 24;
constexpr uint64_t kMostOfTime = 248;  // what a picture may cost of what it costs in time, in 1/256

// Part of a run of samples: those looked at, and as many before them as a row may have.
struct Probe {
  std::vector<int32_t> samples;
  Bytes plane;  // the samples scaled to bytes
  size_t from = 0;
};

Bytes ScaledToBytes(std::span<const int32_t> samples) {
  int64_t sum = 0;
  for (const int32_t sample : samples) sum += sample;
  const int64_t mean = sum / static_cast<int64_t>(samples.size());
  int64_t spread = 0;
  for (const int32_t sample : samples) spread += std::abs(sample - mean);
  spread = spread / static_cast<int64_t>(samples.size()) + 1;
  Bytes plane(samples.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    plane[i] =
        static_cast<uint8_t>(std::clamp<int64_t>((samples[i] - mean) * 40 / spread + 128, 0, 255));
  }
  return plane;
}

// Where most happens, of some places evenly apart: what is blank has no rows.
std::vector<Probe> ChooseProbes(ByteView bytes, const TypedSegment& form) {
  const size_t width = form.sample_bytes(), count = bytes.size() / width;
  const size_t before = std::min(kMaxRowSamples + 64, count / 2);
  if (count < before + kProbeSamples) return {};
  std::vector<std::pair<uint64_t, size_t>> places;  // cost and first sample
  std::vector<int32_t> samples;
  const size_t room = count - before - kProbeSamples;
  for (size_t i = 0; i < kPlaces; ++i) {
    const size_t at = before + room / (kPlaces - 1) * i;
    Unpack(bytes.subspan(at * width, kProbeSamples * width), form, samples);
    places.push_back({CostInTime(samples, form.channels), at});
  }
  std::sort(places.begin(), places.end(), std::greater<>());
  std::vector<Probe> probes(kProbes);
  for (size_t i = 0; i < kProbes; ++i) {
    Probe& probe = probes[i];
    const size_t first = places[i].second - before;
    Unpack(bytes.subspan(first * width, (before + kProbeSamples) * width), form, probe.samples);
    probe.plane = ScaledToBytes(probe.samples);
    probe.from = before;
  }
  return probes;
}

// Distances between rows by their length: small where it is right, and at its multiples.
std::vector<size_t> CandidatesOf(std::span<const Probe> probes) {
  const size_t longest = std::min(kMaxRowSamples, probes[0].from - 64);
  std::vector<uint64_t> distance(longest + 1);
  for (size_t row = 1; row <= longest; ++row) {
    for (const Probe& probe : probes) {
      distance[row] += DistanceBack(probe.plane, probe.from, kProbeSamples, row);
    }
  }
  std::vector<std::pair<uint64_t, size_t>> minima;
  for (size_t row = kMinRowSamples; row < longest; ++row) {
    const bool is_least = distance[row] <= distance[row - 1] && distance[row] <= distance[row + 1];
    // Neighbours in a row are alike, too: between them and the row above, it is worse.
    const uint64_t worst = *std::max_element(distance.begin() + static_cast<ptrdiff_t>(row / 4 + 1),
                                             distance.begin() + static_cast<ptrdiff_t>(row));
    if (is_least && distance[row] < worst - worst / 8) minima.push_back({distance[row], row});
  }
  std::sort(minima.begin(), minima.end());
  if (minima.size() > kCandidates) minima.resize(kCandidates);
  std::vector<size_t> rows;
  for (const auto& [least, row] : minima) rows.push_back(row);
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

uint32_t GuessRowBytes(ByteView bytes, const TypedSegment& form) {
  const std::vector<Probe> probes = ChooseProbes(bytes, form);
  if (probes.empty()) return 0;
  const size_t channels = form.channels;
  const auto cost_of = [&](size_t before, auto cost) {
    uint64_t sum = 0;
    for (const Probe& probe : probes) {
      sum += cost(std::span(probe.samples).subspan(probe.from - before - 2 * channels - 1));
    }
    return sum;
  };
  const uint64_t in_time = cost_of(0, [&](auto samples) { return CostInTime(samples, channels); });
  std::vector<std::pair<uint64_t, size_t>> costs;
  for (const size_t row : CandidatesOf(probes)) {
    costs.push_back(
        {cost_of(row, [&](auto samples) { return CostInRows(samples, channels, row); }), row});
  }
  if (costs.empty()) return 0;
  auto [least, best] = *std::min_element(costs.begin(), costs.end());
  if (least > in_time / 256 * kMostOfTime) return 0;
  // Its multiples are nearly as good.
  for (const auto& [cost, row] : costs) {
    if (row < best && best % row == 0 && cost <= least + least / 32) best = row;
  }
  return static_cast<uint32_t>(best * form.sample_bytes());
}

}  // namespace lmzip::detect
