#include "eval/measuring.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "lmzip/memory_io.h"

namespace lmzip {
namespace {

constexpr uint64_t kLongestSegment = uint64_t{64} << 20;
constexpr uint64_t kBytesAParameter = 2;  // the paper's models have halves of 32 bits

class CountingSink final : public ByteSink {
 public:
  void Write(std::span<const uint8_t> bytes) override { count_ += bytes.size(); }
  uint64_t count() const { return count_; }

 private:
  uint64_t count_ = 0;
};

// A token's cost stands at its first byte, with zeros behind it.
uint64_t TokensOf(const ModelDescription& model, std::span<const SymbolCost> costs) {
  if (model.vocabulary_kind == "bytes") return costs.size();
  return static_cast<uint64_t>(
      std::ranges::count_if(costs, [](const SymbolCost& cost) { return cost.result > 0; }));
}

// What the bits that are left take, as what all bits would take.
double WithLostBits(double size, double unit, uint64_t raw_bytes, uint64_t lost, LostBits how) {
  if (lost == 0) return size;
  const double all = 8 * static_cast<double>(raw_bytes);
  if (how == LostBits::kCounted) return size + static_cast<double>(lost) / unit;
  return size * all / (all - static_cast<double>(lost));
}

}  // namespace

const char* MethodWord(Method method) {
  switch (method) {
    case Method::kAuto: return "auto";
    case Method::kModelMixed: return "lm+mix";
    case Method::kModel: return "lm";
    case Method::kMixed: return "mix";
    case Method::kStore: return "store";
  }
  LMZIP_CHECK(false);
}

EncodeOptions OptionsOf(EncodeOptions options, Method method, uint64_t chunk_bytes) {
  options.method = method;
  if (method == Method::kModel) {
    if (options.lanes == 0) options.lanes = 1;
    if (chunk_bytes > 0) options.segment_bytes = chunk_bytes;
    if (options.segment_bytes == 0) options.segment_bytes = kLongestSegment;
  } else if (chunk_bytes > 0) {
    options.frame_bytes = chunk_bytes;
  }
  return options;
}

Measurer::Measurer(const CodecOptions& options)
    : model_(options.model.empty() ? LinkedModelDescription()
                                   : ReadModel(options.model, options.model_folders)),
      codec_(options) {}

Measurement Measurer::Measure(const Prepared& content, const EncodeOptions& options,
                              uint64_t chunk_bytes, LostBits lost_bits, Progress& progress) {
  Bytes bytes = content.bytes;
  const uint64_t lost = lost_bits == LostBits::kKept ? 0 : LoseBits(bytes);
  MemorySource source(bytes);
  CountingSink sink;
  codec_.Compress(source, sink, options, &progress);
  std::vector<SymbolCost> costs(bytes.size());
  const CostReport report = codec_.Cost(bytes, options, costs, &progress);

  const bool uses_model = options.method != Method::kStore;
  const bool uses_mixer = uses_model && options.method != Method::kModel;
  Measurement result{.method = MethodWord(options.method), .chunk_bytes = chunk_bytes};
  if (uses_model) {
    result.model = model_.name;
    result.model_id = ShortIdText(model_.id);
    result.model_file_bytes = model_.file_bytes;
    result.model_parameter_bytes =
        kBytesAParameter * (model_.dense_parameters + model_.table_parameters) +
        (uses_mixer ? model_.prior_bytes : 0);
  }
  const double entropy = Bits(report.sum.result);
  result.raw_bytes = bytes.size();
  result.lost_bits = lost;
  result.coded_bytes = static_cast<uint64_t>(std::ceil(
      WithLostBits(static_cast<double>(sink.count()), 8, bytes.size(), lost, lost_bits)));
  result.entropy_bits = WithLostBits(entropy, 1, bytes.size(), lost, lost_bits);
  const auto entropy_bytes = static_cast<uint64_t>(std::ceil(entropy / 8));
  result.framing_bytes = report.coded_bytes - std::min(report.coded_bytes, entropy_bytes);
  result.tokens = TokensOf(model_, costs);
  return result;
}

Measurement MeasurePeer(const Peers& peers, size_t peer, const Prepared& content,
                        uint64_t chunk_bytes) {
  const ByteView bytes = content.bytes;
  Measurement result{.method = peers.list()[peer].name, .chunk_bytes = chunk_bytes};
  result.raw_bytes = bytes.size();
  if (chunk_bytes == 0 || bytes.size() <= chunk_bytes) {
    result.coded_bytes = peers.CodedBytes(peer, bytes, content.form);
    return result;
  }
  DataForm form = content.form;
  if (form.header_bytes > 0) form = {};  // rows and samples do not begin where chunks do
  const uint8_t zero = 0;
  const uint64_t header = peers.CodedBytes(peer, {&zero, 1}, form);
  for (size_t at = 0; at < bytes.size(); at += chunk_bytes) {
    const ByteView chunk = bytes.subspan(at, std::min<size_t>(chunk_bytes, bytes.size() - at));
    const uint64_t coded = peers.CodedBytes(peer, chunk, form);
    result.coded_bytes += at == 0 ? coded : coded - std::min(coded, header);
  }
  return result;
}

}  // namespace lmzip
