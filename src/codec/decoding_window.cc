#include "codec/decoding_window.h"

#include "lmzip/error.h"
#include "mixer/mixer.h"

namespace lmzip {

void RequireMixer(int version) {
  if (version == 0 || version == kMixerVersion) return;
  throw Error(ErrorCode::kUnsupported, "this needs version " + std::to_string(version) +
                                           " of the mixer; this lmzip has " +
                                           std::to_string(kMixerVersion));
}

CodedBy FindCodedBy(CodecContext& context, const StreamHeader& header) {
  if (!header.has_references()) return {.model = header.model_id, .references = nullptr};
  const KnownReferences& known = context.references();
  if (!header.reference_check) return {header.model_id, known.Find(header.references)};
  if (known.all()) {
    for (const ShortModelId& model : context.KnownModels()) {
      if (auto found = known.Find(*header.reference_check, model)) return {model, std::move(found)};
    }
  }
  const std::string which = " (check " + CheckText(*header.reference_check) + ")";
  throw Error(ErrorCode::kModelMismatch,
              known.all() ? "this needs another reference, or another model, than those at hand" +
                                which + known.Describe()
                          : "this needs the reference that it was made with (--reference)" + which);
}

// Of a stream whose header is lost, the window is what it most likely was, and references, where
// there are any at hand, were likely used.
bool DecodingWindow::Enter(const StreamReader& reader, uint64_t stream, bool busy,
                           uint64_t beside) {
  if (stream_ == stream) return true;
  const bool known = reader.stream_is_known();
  const StreamHeader& header = reader.stream_header();
  CodedBy coded_by =
      known ? FindCodedBy(context_, header) : CodedBy{{}, context_.references().all()};
  const auto& references = coded_by.references;
  const uint64_t bytes =
      known ? header.window_bytes : DefaultWindowBytes(context_.budget().total());
  const bool copies = !header.only_frame && (bytes > 0 || references);
  if (busy && (window_ || copies)) return false;
  window_.reset();
  room_ = {};
  if (copies) {
    ContentBefore before;
    if (references) before = {.bytes = references->bytes(), .store = references->NewStore()};
    room_ = OpenWindow(context_.budget(), bytes, references ? kFileWindowBytes : 0, beside);
    window_.emplace(bytes, std::move(room_.store), std::move(before));
  }
  coded_by_ = std::move(coded_by);
  stream_ = stream;
  return true;
}

// How much was lost a frame tells that copies from before it.
void DecodingWindow::Place(const FrameInfo& frame) {
  if (!window_) return;
  if (frame.found) {
    window_->Skip(0);
    may_move_ = true;
  }
  if (may_move_ && frame.header.has_far_copies()) {
    window_->MoveEnd(window_->begin() + frame.header.position);
    may_move_ = false;
  }
  const uint64_t position = window_->begin() + frame.position;
  if (position > window_->end()) window_->Skip(position - window_->end());
}

}  // namespace lmzip
