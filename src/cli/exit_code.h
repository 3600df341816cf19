// Exit codes (a part of the command line's contract).
#pragma once

#include "lmzip/error.h"

namespace lmzip {

enum ExitCode {
  kDone = 0,
  kFailed = 1,    // usage, I/O, limits, missing or mismatched model
  kBadInput = 2,  // damaged or truncated input
  kBug = 3,       // a bug in lmzip
};

inline ExitCode ExitCodeOf(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kBadMagic:
    case ErrorCode::kUnsupported:
    case ErrorCode::kTruncated:
    case ErrorCode::kCorrupt: return kBadInput;
    default: return kFailed;
  }
}

}  // namespace lmzip
