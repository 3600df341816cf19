// What an encoder's stream says of itself at its begin.
#pragma once

#include "codec/loaded_model.h"
#include "codec/references.h"
#include "format/headers.h"

namespace lmzip {

/// What the frames of a stream may need.
struct StreamNeeds {
  LoadedModel* model = nullptr;            // null where no frame can
  const References* references = nullptr;  // likewise
  uint64_t window_bytes = 0;               // where there are frames to copy from
};

/// In the long form. `first`: its first frame; `alone`: no others follow, so that what it does not
/// need is not named.
StreamHeader LongHeader(const StreamNeeds& needs, const FrameHeader& first, bool alone);

/// In the short form, in which a check stands for model and references.
StreamHeader ShortHeader(const StreamNeeds& needs, const FrameHeader& only_frame);

}  // namespace lmzip
