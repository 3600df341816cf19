// Whether this machine computes a model right.
#pragma once

#include <functional>
#include <string>

#include "lmzip/export.h"

namespace lmzip {

/// What one engine makes of a model's self-test.
struct ModelCheck {
  std::string engine;            // with its instruction set, or device
  int tokens_a_call = 0;         // 1 as when decoding, more as when encoding
  double tokens_per_second = 0;  // one thread
  bool passed = false;
  std::string problem;  // not empty: why the engine could not be asked; nothing else is told then
};

/// Checks the model that CodecOptions::model would name: its file, then its long self-test on every
/// instruction set of this machine and on libtorch where that is installed. Calls `checked` with
/// each result, the first when the file is found sound, from the caller's thread. True when none
/// has failed. Takes seconds. Thread-safe. Throws Error{kUsage} for a pinned model, which has no
/// self-test, and as ReadModel().
LMZIP_API bool CheckModel(const std::string& name_or_path,
                          const std::function<void(const ModelCheck&)>& checked);

}  // namespace lmzip
