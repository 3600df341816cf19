#include "codec/verify_frame.h"

#include <algorithm>
#include <stdexcept>

#include "base/check.h"
#include "codec/frame_decoding.h"

namespace lmzip {

// What is copied from frames before was compared when it was found: of such a frame the residue is
// decoded.
void VerifyFrame(CodecContext& context, const FrameContent& frame, std::span<const uint32_t> checks,
                 ByteView data, const References* references, WorkClock& clock,
                 FrameProgress& progress) try {
  FrameDecoding decoding(frame.header, checks, data, references ? references->bytes() : 0);
  if (frame.header.is_woven()) {
    Weaving weaving{.given = frame.given, .given_bytes = frame.header.given_bytes,
                    .bytes = frame.residue};
    for (size_t i = 0; i < weaving.bytes.size(); ++i) {
      if (!frame.given_places[i]) weaving.bytes[i] = 0;
    }
    decoding.Weave(frame.taken, std::move(weaving));
  }
  decoding.Start(context, context.Model(), references, clock, &progress);
  const bool far = frame.header.has_far_copies();
  const ByteView decoded = far ? decoding.WaitForCoded() : decoding.WaitForContent();
  LMZIP_CHECK(std::ranges::equal(decoded, far ? frame.residue : frame.content));
} catch (const Error& e) {
  const LoadedModel& model = *context.Model();
  if (model.pinned() && e.code() != ErrorCode::kLimit) {
    throw Error(ErrorCode::kModelLoad, "model " + model.file().info().name +
                                           " does not repeat itself: a frame does not decode to "
                                           "its content (" +
                                           e.what() + ")");
  }
  if (e.code() != ErrorCode::kCorrupt) throw;
  throw std::logic_error("a frame does not decode to its content: " + std::string(e.what()));
}

}  // namespace lmzip
