// Binary tables: records of equal length, whose form no header tells.
#pragma once

#include "base/bytes.h"

namespace lmzip::detect {

/// Bytes of a record, or of a bilevel picture's row; 0 where bytes have no period that tells much.
uint32_t GuessRecordBytes(ByteView bytes);

/// Whether nearly all bytes are 0, or nearly all 255.
bool IsNearlyBlank(ByteView bytes);

/// Whether bytes are rows of bits, black and white in runs.
bool LooksBilevel(ByteView bytes);

}  // namespace lmzip::detect
