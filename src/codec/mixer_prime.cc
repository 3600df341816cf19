#include "codec/mixer_prime.h"

namespace lmzip {
namespace {

// As lane 0's alone.
void StartBlock(size_t end, int lanes, Mixer& mixer) {
  mixer.StartSegment(0, 0, end);
  for (int lane = 1; lane < lanes; ++lane) mixer.StartSegment(lane, end, end);
}

}  // namespace

std::optional<DataKind> Prime::KindIn(const KindBytes& kinds) {
  for (const DataKind kind : {DataKind::kQuick, DataKind::kGeneral}) {
    if (kinds[static_cast<size_t>(kind)] > 0) return kind;
  }
  return std::nullopt;
}

// As a block that is lane 0's alone, without the network.
std::unique_ptr<Mixer> Prime::NewMixer(const MixerOptions& options, ByteView content) const {
  auto mixer = std::make_unique<Mixer>(options, content);
  const auto start = [&](Mixer& of) { StartBlock(bytes_.size(), options.lanes, of); };
  start(*mixer);
  const KindBytes kinds = KindBytesOf(options.segments, content.size());
  const MixerPattern::Form form{.kind = KindIn(kinds).value_or(DataKind::kGeneral),
                                .lanes = options.lanes,
                                .prior = options.prior,
                                .without = options.without};
  if (pattern_->CopyTo(form, *mixer)) return mixer;
  for (const uint8_t byte : bytes_) {
    mixer->BeginByte(0, nullptr);
    for (int shift = 7; shift >= 0; --shift) mixer->Update(byte >> shift & 1);
  }
  // Of larger frames learning is the lesser part.
  const bool small = content.size() <= 2 * bytes_.size();
  if (small) pattern_->Offer(form, kinds[static_cast<size_t>(form.kind)], *mixer, start);
  return mixer;
}

}  // namespace lmzip
