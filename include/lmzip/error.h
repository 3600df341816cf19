// Failures that the outside world can cause. Bugs throw std::logic_error instead
// (src/base/check.h).
#pragma once

#include <stdexcept>
#include <string>

namespace lmzip {

enum class ErrorCode {
  kUsage,          // an option or a combination of options that makes no sense
  kIo,             // a file, pipe or disk failed
  kBadMagic,       // not an lmzip stream
  kUnsupported,    // a version, flag or kind that this release does not know
  kModelMismatch,  // the stream names another model
  kModelLoad,      // a model file that is damaged, out of limits or of another family
  kTruncated,      // the stream ends early
  kCorrupt,        // a check failed
  kLimit,          // a cap such as --memory or --max-output would be exceeded
};

/// Says what failed, where, what was expected and what was found.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace lmzip
