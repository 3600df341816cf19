// Error codes as expected.tsv names them.
#pragma once

#include "lmzip/error.h"

namespace lmzip::testing {

inline const char* ErrorName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage: return "usage";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kBadMagic: return "bad-magic";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kModelMismatch: return "model-mismatch";
    case ErrorCode::kModelLoad: return "model-load";
    case ErrorCode::kTruncated: return "truncated";
    case ErrorCode::kCorrupt: return "corrupt";
    case ErrorCode::kLimit: return "limit";
    case ErrorCode::kCancelled: return "cancelled";
  }
  return "";
}

}  // namespace lmzip::testing
