#include "codec/byte_model.h"

#include <array>

namespace lmzip {

ByteModel::ByteModel(const FrameHeader& header, ByteView content, const MixerParts& mixer)
    : header_(header), content_(content), parts_(mixer) {}

void ByteModel::StartSegment(int lane, uint64_t begin, uint64_t end) {
  if (!header_.uses_mixer()) return;
  if (!mixer_) {
    const MixerOptions options{.lanes = header_.geometry.lanes(),
                               .prior = parts_.prior,
                               .without = parts_.without,
                               .segments = parts_.segments};
    mixer_ = parts_.prime ? parts_.prime->NewMixer(options, content_)
                          : std::make_unique<Mixer>(options, content_);
  }
  const uint64_t prime_bytes = parts_.prime ? parts_.prime->bytes().size() : 0;
  mixer_->StartSegment(lane, prime_bytes + begin, prime_bytes + end);
}

LikelyBytes ByteModel::Expected() const noexcept {
  LikelyBytes likely;
  if (!header_.uses_model()) return likely;
  std::array<uint32_t, LikelyBytes::kCount> weights{};  // falling
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const uint32_t weight = tree_.node[256 + byte];
    if (weight <= weights.back()) continue;
    size_t place = weights.size() - 1;
    for (; place > 0 && weights[place - 1] < weight; --place) {
      weights[place] = weights[place - 1];
      likely.bytes[place] = likely.bytes[place - 1];
    }
    weights[place] = weight;
    likely.bytes[place] = static_cast<uint8_t>(byte);
  }
  const uint64_t all = tree_.node[1];
  for (size_t i = 0; i < weights.size(); ++i) {
    likely.shares[i] = static_cast<uint16_t>((uint64_t{weights[i]} * 65535 + all / 2) / all);
  }
  return likely;
}

void ByteModel::BeginByte(int lane, const int16_t* logits) noexcept {
  partial_ = 1;
  if (header_.uses_model()) {
    if (mixer_) mixer_->Prefetch(lane);
    FillByteTree(logits, tree_);
  }
  if (mixer_) mixer_->BeginByte(lane, header_.uses_model() ? &tree_ : nullptr);
}

}  // namespace lmzip
