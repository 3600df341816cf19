#include "cli/view_parts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "show/cost_page.h"

namespace lmzip {
namespace {

constexpr size_t kPieceBytes = 32 << 10;

struct NamedPart {
  MixerPart part;
  const char* name;
};

constexpr NamedPart kMixerParts[] = {
    {MixerPart::kPrior, "the prior"},
    {MixerPart::kLowOrders, "contexts of orders 0-2"},
    {MixerPart::kHighOrders, "contexts of orders 3-6"},
    {MixerPart::kWords, "contexts of words"},
    {MixerPart::kLines, "contexts of lines"},
    {MixerPart::kGaps, "contexts with gaps"},
    {MixerPart::kRecords, "contexts of records"},
    {MixerPart::kClasses, "contexts of classes"},
    {MixerPart::kMatches, "matches"},
    {MixerPart::kMaps, "maps of the result"},
};

// Of a byte's model: that of all frames, where they have the same.
std::optional<Method> MixedMethodOf(const CostReport& report) {
  const auto all = [&](std::string_view method) {
    return !report.frames.empty() &&
           std::ranges::all_of(report.frames, [&](const FrameEntry& frame) {
             return frame.method == method || frame.method.starts_with(std::string(method) + '+');
           });
  };
  if (all("lm+mix")) return Method::kModelMixed;
  if (all("mix")) return Method::kMixed;
  return std::nullopt;
}

}  // namespace

std::vector<uint8_t> SampleForParts(std::span<const uint8_t> content) {
  if (content.size() <= kPartsBytes) return {content.begin(), content.end()};
  constexpr size_t kPieces = kPartsBytes / kPieceBytes;
  std::vector<uint8_t> sample;
  for (size_t i = 0; i < kPieces; ++i) {
    const size_t begin = (content.size() - kPieceBytes) / (kPieces - 1) * i;
    const auto piece = content.subspan(begin, kPieceBytes);
    sample.insert(sample.end(), piece.begin(), piece.end());
  }
  return sample;
}

std::vector<PartCost> CostsWithoutParts(Codec& codec, std::span<const uint8_t> content,
                                        const EncodeOptions& options, Progress* progress) {
  std::vector<PartCost> costs;
  const auto add = [&](const char* part, const CostReport& report) {
    costs.push_back({part, report.coded_bytes, MethodsOf(report)});
  };
  const auto measure = [&](const char* part, const EncodeOptions& without) {
    add(part, codec.Cost(content, without, {}, progress));
  };
  const CostReport whole = codec.Cost(content, options, {}, progress);
  add("nothing", whole);
  const std::string methods = costs[0].methods;
  const bool mixes = methods.find("mix") != methods.npos;
  if (methods.find("lm+mix") != methods.npos) {
    EncodeOptions alone = options;
    alone.method = Method::kMixed;
    measure("the network", alone);
    alone.method = Method::kModel;
    measure("the mixer", alone);
  }
  if (mixes && options.effort > Effort::kTurbo) {  // whose few contexts are no such parts
    EncodeOptions same = options;
    same.method = MixedMethodOf(whole).value_or(options.method);
    for (const auto& [part, name] : kMixerParts) {
      add(name, codec.CostWithout(part, content, same, progress));
    }
  }
  if (mixes && options.typed_segments) {
    EncodeOptions untyped = options;
    untyped.typed_segments = false;
    untyped.data_kind.clear();
    measure("models of kinds of data", untyped);
  }
  return costs;
}

}  // namespace lmzip
