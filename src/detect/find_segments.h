// Finds what is not text in content: pictures, sound, programs, tables, genomes. Encoder only.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "segments/typed_segment.h"

namespace lmzip {

struct FoundSegment {
  TypedSegment segment;  // its level is left as it is by default
  /// What its bytes look like, where no header says what they are: worth a trial.
  bool guessed = false;
  /// Bytes of it, by its header, that would follow behind the content's end.
  uint64_t beyond = 0;
};

/// In order, apart, within the limits of segments/segment_list.h. The same on every machine: what
/// is found decides the bytes that are written. Linear in time, total on any input.
std::vector<FoundSegment> FindSegments(ByteView content);

}  // namespace lmzip
