#include "codec/method.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/text.h"
#include "detect/parse_kind.h"
#include "lmzip/error.h"
#include "mixer/mixer.h"

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

constexpr size_t kSamples = 4;
// Two looks at content decide where they agree, for the model in text alone: at its begin, whose
// header tells what follows, and at pieces from all over it.
constexpr uint64_t kPrefixBytes = uint64_t{64} << 10;
constexpr uint64_t kPieceBytes = uint64_t{16} << 10;  // of each of kSamples
// In 1/1000 of the mixer's bytes: what samples must differ by to be believed, and what the network
// must earn, as decoding takes four times as long.
constexpr uint64_t kClearPerMille = 15, kWorthwhilePerMille = 4;
// Where the looks disagree, kMostWhollyCosted is coded both ways; of more, samples this many times
// as long.
constexpr uint64_t kLonger = 8;
static_assert(kSamples * kLonger * kPieceBytes <= kMostSampledBytes);
// Samples that shrink by less than this share are taken for noise.
constexpr uint64_t kNoisePerMille = 5;
constexpr uint64_t kNoiseBytes = uint64_t{16} << 10;  // what is shorter is not asked

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

void CheckPowerOfTwo(const char* option, uint64_t value, uint64_t low, uint64_t high) {
  if (value == 0 || (std::has_single_bit(value) && value >= low && value <= high)) return;
  throw Error(ErrorCode::kUsage, std::string(option) + " must be a power of two from " +
                                     std::to_string(low) + " to " + std::to_string(high));
}

}  // namespace

std::vector<ByteRange> PiecesOf(uint64_t size, uint64_t length, size_t count) {
  if (size < (count + 1) * length) return {{0, size}};
  std::vector<ByteRange> pieces;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t begin = (size - length) * (2 * i + 1) / (2 * count);
    pieces.push_back({begin, begin + length});
  }
  return pieces;
}

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

/// What Method::kAuto takes: the mixer, or `best`, which uses the model.
class Choice {
 public:
  Choice(const TypedView& content, FrameKind best, const EncodeOptions& options,
         const CostFunction& cost)
      : content_(content), best_(best), options_(options), cost_(cost) {}

  FrameKind Make() const {
    if (size() >= kNoiseBytes && LooksLikeNoise(content_.bytes) && IsNoise()) {
      return FrameKind::kStored;
    }
    if (!MayUseModel(options_.effort)) return FrameKind::kMixed;
    // Tokens replace the mixer, which goes on learning: short samples favour them.
    const bool sampled = size() > 2 * kPrefixBytes && best_ != FrameKind::kTokens;
    if (sampled) {
      const Costs begin = CostsOf(Begin(1)), all_over = CostsOf(FromAllOver(kPieceBytes));
      const bool clear = begin.IsClear() && all_over.IsClear();
      if (clear && !begin.model_wins() && !all_over.model_wins()) return FrameKind::kMixed;
      if (clear && begin.model_wins() && all_over.model_wins() && IsText()) return best_;
    }
    if (size() <= kMostWhollyCosted) return Cheaper(CostsOf(content_));
    const Costs begin = CostsOf(Begin(kLonger));
    const Costs all_over = CostsOf(FromAllOver(kLonger * kPieceBytes));
    return Cheaper({begin.mixed + all_over.mixed, begin.model + all_over.model});
  }

 private:
  struct Costs {
    uint64_t mixed, model;

    bool model_wins() const { return model < mixed; }
    bool IsClear() const {
      return (model_wins() ? mixed - model : model - mixed) * 1000 >= mixed * kClearPerMille;
    }
  };

  uint64_t size() const { return content_.bytes.size(); }

  uint64_t CostOf(FrameKind kind, const TypedView& sample) const {
    FrameHeader header;
    header.kind = kind;
    header.raw_bytes = sample.bytes.size();
    // The lanes that the frame will have: they cost some content more than the network earns.
    header.geometry = ChooseGeometry(kind, size(), options_);
    return cost_(header, sample);
  }
  Costs CostsOf(const TypedView& sample) const {
    return {CostOf(FrameKind::kMixed, sample), CostOf(best_, sample)};
  }
  Costs CostsOf(const ContentSample& sample) const { return CostsOf(sample.view()); }
  ContentSample Begin(uint64_t times) const {
    const ByteRange begin{0, std::min<uint64_t>(size(), times * kPrefixBytes)};
    return SampleOf(content_, {&begin, 1});
  }
  ContentSample FromAllOver(uint64_t length) const {
    return SampleOf(content_, PiecesOf(size(), length, kSamples));
  }
  FrameKind Cheaper(const Costs& costs) const {
    const uint64_t worthwhile = options_.effort == Effort::kMax ? 0 : kWorthwhilePerMille;
    const bool model =
        costs.model_wins() && costs.model * 1000 <= costs.mixed * (1000 - worthwhile);
    return model ? best_ : FrameKind::kMixed;
  }
  // In pictures and sounds the mixer's own models win with time what the network wins at first.
  bool IsText() const {
    const Bytes samples = FromAllOver(kPieceBytes).bytes;
    return CountText(samples) * 10 >= samples.size() * 9;
  }
  bool IsNoise() const {
    const ContentSample samples = FromAllOver(kPieceBytes);
    return CostOf(FrameKind::kMixed, samples.view()) * 1000 >
           samples.bytes.size() * (1000 - kNoisePerMille);
  }

  const TypedView content_;
  const FrameKind best_;
  const EncodeOptions& options_;
  const CostFunction& cost_;
};

}  // namespace

FrameKind ChooseKind(const TypedView& content, FrameKind model_kind, const EncodeOptions& options,
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
  return Choice(content, best, options, cost).Make();
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
  if (!MayUseModel(options.effort)) return {FrameKind::kMixed};
  return {FrameKind::kMixed, tokens ? FrameKind::kTokens : FrameKind::kModelMixed};
}

TypedSegment DataKindOf(const EncodeOptions& options) {
  const auto segment = ParseKind(options.data_kind);
  if (!segment) {
    throw Error(ErrorCode::kUsage, "unknown kind of data '" + options.data_kind + "'; there are\n" +
                                       std::string(kKindHelp));
  }
  if (!HasModelSet(*segment)) {
    throw Error(ErrorCode::kUsage, "no models of their own for data of kind " + options.data_kind);
  }
  return *segment;
}

std::string_view DataKindHelp() { return kKindHelp; }

void CheckOptions(const EncodeOptions& options) {
  CheckPowerOfTwo("the number of lanes", static_cast<uint64_t>(options.lanes), 1,
                  uint64_t{1} << kMaxLanesLog2);
  CheckPowerOfTwo("the segment (or chunk) size", options.segment_bytes,
                  uint64_t{1} << kMinSegmentLog2, uint64_t{1} << kMaxSegmentLog2);
  if (!options.data_kind.empty()) DataKindOf(options);
  if (options.frame_bytes == 0 || options.frame_bytes > kMaxFrameBytes) {
    throw Error(ErrorCode::kUsage,
                "the frame size must be 1 to " + std::to_string(kMaxFrameBytes) + " bytes");
  }
  if (options.window_bytes.value_or(0) > kMaxWindowBytes) {
    throw Error(ErrorCode::kUsage,
                "the window must be at most " + std::to_string(kMaxWindowBytes) + " bytes");
  }
}

void CheckPart(const ByteRange& part, const EncodeOptions& options) {
  CheckOptions(options);
  const auto is_place = [&](uint64_t at) { return at % options.frame_bytes == 0; };
  if (part.begin < part.end && is_place(part.begin) &&
      (is_place(part.end) || part.end == ByteRange().end)) {
    return;
  }
  throw Error(ErrorCode::kUsage,
              "a part of a stream begins and ends at multiples of the frame size, " +
                  std::to_string(options.frame_bytes));
}

}  // namespace lmzip
