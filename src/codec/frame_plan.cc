#include "codec/frame_plan.h"

#include <algorithm>

#include "base/check.h"
#include "chunker/copy_finder.h"
#include "chunker/far_copies.h"
#include "chunker/weaving.h"
#include "codec/method.h"
#include "codec/mixer_prime.h"
#include "format/stream_reader.h"
#include "mixer/mixer.h"

namespace lmzip {
namespace {

// Of an encoding lane: two pieces of logits that are handed over and one that is computed.
constexpr uint64_t kPieces = 3;
// The job, its coder, its place in the queue: what does not depend on its size.
constexpr uint64_t kJobBytes = 16 << 10;

uint64_t MostCopies(const FrameHeader& header) {
  return header.copied_bytes / header.least_copy_bytes() + 1;
}

// Behind a prime, what is coded stands once more. The anchors of a woven list are gone before.
uint64_t MixerMemory(const FrameHeader& header, KindBytes kinds, uint64_t prime_bytes) {
  const uint64_t anchors =
      header.is_woven() ? kAnchorMemoryBytes * std::min(MostCopies(header), kMaxAnchors) : 0;
  if (!header.uses_mixer()) return anchors;
  uint64_t primed = 0;
  if (const auto kind = Prime::KindIn(kinds); kind && prime_bytes > 0) {
    kinds[static_cast<size_t>(*kind)] += prime_bytes;
    primed = prime_bytes + header.coded_bytes();
  }
  return std::max(Mixer::MemoryBytes(kinds, header.geometry.lanes()) + primed, anchors);
}

uint64_t LanesMemory(const FrameHeader& header, uint64_t lane_bytes) {
  return header.uses_model() ? static_cast<uint64_t>(header.geometry.lanes()) * lane_bytes : 0;
}

// A token stands for a byte at least; every segment has an end.
uint64_t TokenMemory(const FrameHeader& header) {
  if (!header.is_tokens()) return 0;
  const uint64_t segments = (header.coded_bytes() >> header.geometry.segment_log2) + 1;
  return sizeof(uint16_t) * header.coded_bytes() + 2 * sizeof(uint32_t) * segments;
}

uint64_t CopiesMemory(const FrameHeader& header) {
  if (!header.has_copies()) return 0;
  const uint64_t most = MostCopies(header);
  const uint64_t bytes = header.coded_bytes() + sizeof(Copy) * most;
  return header.is_woven() ? bytes + header.coded_bytes() / 8 + sizeof(uint32_t) * most : bytes;
}

}  // namespace

uint64_t EncodingPlan::FrameBytes(const FrameHeader& header, const KindBytes& kinds) const {
  const uint64_t content = header.raw_bytes + CopiesMemory(header) + kJobBytes;
  if (!header.is_coded()) return content;
  const uint64_t decoded = verify_ ? header.raw_bytes + CopiesMemory(header) : 0;
  return content + header.coded_bytes() + decoded + TokenMemory(header) +
         MixerMemory(header, kinds, prime_bytes_) +
         LanesMemory(header, model_.state_bytes + kPieces * model_.piece_bytes + model_.row_bytes);
}

uint64_t EncodingPlan::UndecidedBytes(std::span<const FrameHeader> possible,
                                      const KindBytes& kinds, CopySearch search) const {
  LMZIP_CHECK(!possible.empty());
  const uint64_t raw_bytes = possible.front().raw_bytes;
  uint64_t most = 0;
  for (const FrameHeader& header : possible) most = std::max(most, FrameBytes(header, kinds));
  // Where there are copies, there is a residue beside the content.
  if (search != CopySearch::kNone) {
    const uint64_t far = search == CopySearch::kFar ? FarCopies::SearchBytes(raw_bytes) : 0;
    most += raw_bytes + std::max(CopyFinderMemory(raw_bytes), far);
  }
  // What is tried is coded as the frame will be, in the same room. A code of the whole is kept of
  // each kind; samples are a copy of their content.
  const auto coded = std::ranges::count_if(possible, &FrameHeader::is_coded);
  if (coded > 1) {
    most += 2 * std::min(raw_bytes, kMostWhollyCosted) + std::min(raw_bytes, kMostSampledBytes);
  }
  return most;
}

uint64_t DecodingBytes(const FrameHeader& header, const KindBytes& kinds, const LaneMemory& model,
                       uint64_t prime_bytes, bool keep_payload) {
  const uint64_t payload = (keep_payload ? 2 : 1) * header.payload_bytes() + kJobBytes;
  // A buffer that grows takes half as much again; of coded frames, before there is room for
  // content.
  if (!header.is_coded() && !header.has_copies()) return payload + header.data_bytes / 2;
  return payload + header.raw_bytes + CopiesMemory(header) +
         MixerMemory(header, kinds, prime_bytes) +
         LanesMemory(header, model.state_bytes + model.row_bytes);
}

uint64_t LookaheadBytes(uint64_t total) { return std::min(kMaxLookaheadBytes, total / 2); }

}  // namespace lmzip
