#include "mixer/mixer.h"

#include <algorithm>
#include <bit>

#include "mixer/frame_mixer.h"

namespace lmzip {

int MixerTableBits(size_t content_size) noexcept {
  return std::clamp(static_cast<int>(std::bit_width(content_size)) + 8, 18, 25);
}

size_t MixerMemoryBytes(size_t content_size, int lanes) noexcept {
  return MappedBytes(size_t{1} << MixerTableBits(content_size)) +
         FrameMixer::FixedBytes(content_size, lanes);
}

Mixer::Mixer(const MixerOptions& options, std::span<const uint8_t> content)
    : frame_(std::make_unique<FrameMixer>(options, content)) {}
Mixer::~Mixer() = default;
void Mixer::StartSegment(int lane, size_t begin, size_t end) {
  frame_->StartSegment(lane, begin, end);
}
void Mixer::Prefetch(int lane) const noexcept { frame_->Prefetch(lane); }
void Mixer::BeginByte(int lane, const ByteTree* model) noexcept { frame_->BeginByte(lane, model); }
uint32_t Mixer::P() const noexcept { return frame_->P(); }
uint32_t Mixer::MixedP() const noexcept {
  return static_cast<uint32_t>(Squash(frame_->mixed())) << (kBitProbabilityBits - 16);
}
void Mixer::Update(int bit) noexcept { frame_->Update(bit); }

}  // namespace lmzip
