#include "codec/method.h"

#include <algorithm>
#include <array>
#include <bit>

#include "lmzip/error.h"

namespace lmzip {
namespace {

// Below this a frame is one lane: more lanes cost bits, and threads find work in other frames.
constexpr uint64_t kOneLaneBytes = uint64_t{256} << 10;
constexpr Geometry kOneLane{.lanes_log2 = 0, .segment_log2 = 16};
// The model alone loses nothing by more lanes, every segment being a fresh stream; a mixer does,
// and less in short blocks, for a lane does not see what the others code (ABLATION.md).
constexpr Geometry kModelLanes{.lanes_log2 = 3, .segment_log2 = 14};
constexpr Geometry kFewLanes{.lanes_log2 = 2, .segment_log2 = 13};
constexpr Geometry kManyLanes{.lanes_log2 = 3, .segment_log2 = 12};  // faster, more bytes
constexpr uint64_t kLongBytes = uint64_t{4} << 20;                   // worth that speed
// The mixer alone: one lane, in long blocks.
constexpr Geometry kMixerLane{.lanes_log2 = 0, .segment_log2 = 20};

// Below this no network takes long enough to ask whether it earns its time.
constexpr uint64_t kSmallBytes = uint64_t{16} << 10;
constexpr size_t kSamples = 4;
constexpr uint64_t kSampleShare = 32;  // of a frame, that a sample takes
constexpr uint64_t kMinSampleBytes = uint64_t{4} << 10;
constexpr uint64_t kMaxSampleBytes = uint64_t{32} << 10;
// A sample of content for which a model of tokens would do without the mixer, which goes on
// learning.
constexpr uint64_t kTokenSampleBytes = uint64_t{256} << 10;
// The network must take this share off the mixer's bytes to earn its time.
constexpr uint64_t kWorthwhilePercent = 3;
// Samples that shrink by less than this share are taken for noise.
constexpr uint64_t kNoisePerMille = 5;

// True when the byte values are so evenly spread that the content may be noise, in integers: the
// sum of squared counts of uniform bytes is n^2 / 256 + n.
bool LooksLikeNoise(ByteView content) {
  std::array<uint64_t, 256> counts{};
  for (uint8_t byte : content) ++counts[byte];
  const uint64_t n = content.size();
  uint64_t squares = 0;
  for (uint64_t count : counts) squares += count * count;
  return squares < n * n / 256 + n * n / 8192 + 4 * n;
}

// Pieces of `length` bytes from all over the content; all of it where they would overlap.
Bytes TakeSamples(ByteView content, uint64_t length) {
  if (content.size() < (kSamples + 1) * length) return Bytes(content.begin(), content.end());
  Bytes samples;
  for (size_t i = 0; i < kSamples; ++i) {
    const size_t begin = (content.size() - length) * (2 * i + 1) / (2 * kSamples);
    const ByteView piece = content.subspan(begin, length);
    samples.insert(samples.end(), piece.begin(), piece.end());
  }
  return samples;
}

void CheckPowerOfTwo(const char* option, uint64_t value, uint64_t low, uint64_t high) {
  if (value == 0 || (std::has_single_bit(value) && value >= low && value <= high)) return;
  throw Error(ErrorCode::kUsage, std::string(option) + " must be a power of two from " +
                                     std::to_string(low) + " to " + std::to_string(high));
}

}  // namespace

Geometry ChooseGeometry(FrameKind kind, uint64_t raw_bytes, const EncodeOptions& options) {
  Geometry geometry = kind == FrameKind::kMixed                                 ? kMixerLane
                      : raw_bytes < kOneLaneBytes                               ? kOneLane
                      : kind == FrameKind::kModel || kind == FrameKind::kTokens ? kModelLanes
                      : options.effort == Effort::kMax                          ? kOneLane
                      : raw_bytes < kLongBytes                                  ? kFewLanes
                                                                                : kManyLanes;
  if (options.lanes > 0)
    geometry.lanes_log2 = std::countr_zero(static_cast<unsigned>(options.lanes));
  if (options.segment_bytes > 0) geometry.segment_log2 = std::countr_zero(options.segment_bytes);
  return geometry;
}

namespace {

// What Method::kAuto takes: `best`, which uses the model, where it earns its time.
FrameKind ChooseBySamples(ByteView content, FrameKind best, Effort effort,
                          const CostFunction& cost) {
  const bool tokens = best == FrameKind::kTokens;
  const bool small = content.size() < kSmallBytes;
  const FrameKind unsampled = effort == Effort::kFast ? FrameKind::kMixed : best;
  // A model of bytes joins the mixer; one of tokens replaces it.
  if (small && !(tokens && effort == Effort::kDefault)) return unsampled;
  const bool noise = !small && LooksLikeNoise(content);
  if (!noise && effort != Effort::kDefault) return unsampled;

  const auto sample_cost = [&](FrameKind kind, const Bytes& samples) {
    FrameHeader header;
    header.kind = kind;
    header.raw_bytes = samples.size();
    // The lanes that the frame will have: they cost some content more than the network earns.
    header.geometry = ChooseGeometry(kind, content.size(), EncodeOptions{});
    return cost(header, samples);
  };
  const Bytes samples = TakeSamples(
      content, std::clamp(content.size() / kSampleShare, kMinSampleBytes, kMaxSampleBytes));
  const uint64_t mixed = sample_cost(FrameKind::kMixed, samples);
  if (noise && mixed * 1000 > samples.size() * (1000 - kNoisePerMille)) return FrameKind::kStored;
  if (effort != Effort::kDefault) return unsampled;

  const uint64_t percent = small ? 100 : 100 - kWorthwhilePercent;
  if (sample_cost(best, samples) * 100 > mixed * percent) return FrameKind::kMixed;
  if (!tokens || samples.size() == content.size()) return best;
  const Bytes longer = TakeSamples(content, kTokenSampleBytes);
  const bool tokens_win =
      sample_cost(best, longer) * 100 <= sample_cost(FrameKind::kMixed, longer) * percent;
  return tokens_win ? best : FrameKind::kMixed;
}

}  // namespace

FrameKind ChooseKind(ByteView content, FrameKind model_kind, const EncodeOptions& options,
                     const CostFunction& cost) {
  const bool tokens = model_kind == FrameKind::kTokens;
  const FrameKind best = tokens ? FrameKind::kTokens : FrameKind::kModelMixed;
  switch (options.method) {
    case Method::kStore: return FrameKind::kStored;
    case Method::kModel: return model_kind;
    case Method::kMixed: return FrameKind::kMixed;
    case Method::kModelMixed:
      if (!tokens) return FrameKind::kModelMixed;
      throw Error(ErrorCode::kUsage,
                  "the mixer joins models of bytes only: with a model of tokens use --method lm");
    case Method::kAuto: break;
  }
  return ChooseBySamples(content, best, options.effort, cost);
}

std::vector<FrameKind> PossibleKinds(FrameKind model_kind, const EncodeOptions& options) {
  const bool tokens = model_kind == FrameKind::kTokens;
  switch (options.method) {
    case Method::kStore: return {};
    case Method::kModel: return {model_kind};
    case Method::kMixed: return {FrameKind::kMixed};
    case Method::kModelMixed: return {FrameKind::kModelMixed};
    case Method::kAuto: break;
  }
  if (options.effort == Effort::kFast) return {FrameKind::kMixed};
  return {FrameKind::kMixed, tokens ? FrameKind::kTokens : FrameKind::kModelMixed};
}

void CheckOptions(const EncodeOptions& options) {
  CheckPowerOfTwo("the number of lanes", static_cast<uint64_t>(options.lanes), 1,
                  uint64_t{1} << kMaxLanesLog2);
  CheckPowerOfTwo("the segment (or chunk) size", options.segment_bytes,
                  uint64_t{1} << kMinSegmentLog2, uint64_t{1} << kMaxSegmentLog2);
  if (options.frame_bytes == 0 || options.frame_bytes > kMaxFrameBytes) {
    throw Error(ErrorCode::kUsage,
                "the frame size must be 1 to " + std::to_string(kMaxFrameBytes) + " bytes");
  }
}

}  // namespace lmzip
