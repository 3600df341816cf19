#include "cli/view_parts.h"

#include <algorithm>

#include "cli/cost_page.h"

namespace lmzip {
namespace {

constexpr size_t kPieceBytes = 32 << 10;

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
  const auto measure = [&](const char* part, const EncodeOptions& without) {
    const CostReport report = codec.Cost(content, without, {}, progress);
    costs.push_back({part, report.coded_bytes, MethodsOf(report)});
  };
  measure("nothing", options);
  const std::string methods = costs[0].methods;
  const bool mixes = methods.find("mix") != methods.npos;
  if (methods.find("lm+mix") != methods.npos) {
    EncodeOptions alone = options;
    alone.method = Method::kMixed;
    measure("the network", alone);
    alone.method = Method::kModel;
    measure("the mixer", alone);
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
