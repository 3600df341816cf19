#include "codec/stream_heading.h"

#include "mixer/mixer.h"

namespace lmzip {

StreamHeader LongHeader(const StreamNeeds& needs, const FrameHeader& first, bool alone) {
  StreamHeader header;
  if (!alone) header.window_bytes = needs.window_bytes;
  if (needs.model && (first.is_coded() || !alone)) {
    header.model_id = Shorten(needs.model->file().info().id);
    header.mixer_version = kMixerVersion;
    header.fingerprint = needs.model->Fingerprint();
  }
  const bool refers = first.uses_mixer() || first.has_far_copies() || !alone;
  if (needs.references && refers) header.references = needs.references->ids();
  return header;
}

StreamHeader ShortHeader(const StreamNeeds& needs, const FrameHeader& only_frame) {
  StreamHeader header = LongHeader(needs, only_frame, /*alone=*/true);
  if (!header.references.empty()) {
    header.reference_check = ReferenceCheck(header.model_id, header.references);
    header.references.clear();
  }
  header.only_frame = only_frame;
  return header;
}

}  // namespace lmzip
