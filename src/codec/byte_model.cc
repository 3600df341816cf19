#include "codec/byte_model.h"

namespace lmzip {

ByteModel::ByteModel(const FrameHeader& header, ByteView content, const Prior* prior,
                     std::span<const TypedSegment> segments)
    : header_(header), content_(content), prior_(prior), segments_(segments) {}

void ByteModel::StartSegment(int lane, uint64_t begin, uint64_t end) {
  if (!header_.uses_mixer()) return;
  if (!mixer_) {
    const MixerOptions options{.lanes = header_.geometry.lanes(),
                               .prior = prior_,
                               .segments = segments_};
    mixer_ = std::make_unique<Mixer>(options, content_);
  }
  mixer_->StartSegment(lane, begin, end);
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
