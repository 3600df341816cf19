#include "codec/mixer_prime.h"

namespace lmzip {

std::optional<DataKind> Prime::KindIn(const KindBytes& kinds) {
  for (const DataKind kind : {DataKind::kQuick, DataKind::kGeneral}) {
    if (kinds[static_cast<size_t>(kind)] > 0) return kind;
  }
  return std::nullopt;
}

// As a block that is lane 0's alone, without the network.
std::unique_ptr<Mixer> Prime::NewMixer(const MixerOptions& options, ByteView content) const {
  auto mixer = std::make_unique<Mixer>(options, content);
  const size_t end = bytes_.size();
  mixer->StartSegment(0, 0, end);
  for (int lane = 1; lane < options.lanes; ++lane) mixer->StartSegment(lane, end, end);
  for (const uint8_t byte : bytes_) {
    mixer->BeginByte(0, nullptr);
    for (int shift = 7; shift >= 0; --shift) mixer->Update(byte >> shift & 1);
  }
  return mixer;
}

}  // namespace lmzip
