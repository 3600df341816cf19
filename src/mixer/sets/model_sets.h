// All model sets there are: here a new one is entered.
#pragma once

#include <memory>

#include "mixer/history.h"
#include "mixer/mixer.h"
#include "mixer/model_set.h"

namespace lmzip {

/// The set of a frame's bytes of `kind`; `history` must outlive it.
std::unique_ptr<ModelSet> NewModelSet(DataKind kind, const MixerOptions& options,
                                      const History& history);

/// Its memory, at most.
size_t ModelSetBytes(DataKind kind, size_t content_size, int lanes) noexcept;

}  // namespace lmzip
