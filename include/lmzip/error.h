// Failures that the outside world can cause. A bug in lmzip throws std::logic_error instead, memory
// that is missing std::bad_alloc.
#pragma once

#include <stdexcept>
#include <string>

#include "lmzip/export.h"

namespace lmzip {

/// The values stay as they are in later releases; there may be more.
enum class ErrorCode {
  kUsage = 1,          // an option or a combination of options that makes no sense
  kIo = 2,             // a file, pipe or disk failed
  kBadMagic = 3,       // not an lmzip stream
  kUnsupported = 4,    // a version, flag or kind that this release does not know
  kModelMismatch = 5,  // the stream names another model
  kModelLoad = 6,      // a model file that is damaged, out of limits or of another family
  kTruncated = 7,      // the stream ends early
  kCorrupt = 8,        // a check failed
  kLimit = 9,          // a cap such as memory_bytes or max_output would be exceeded
  kCancelled = 10,     // the caller wished so (Progress::cancelled)
};

/// Says what failed, where, what was expected and what was found, in English, for people.
class LMZIP_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace lmzip
