// Inputs that cost recovery as much as they can: headers whose checks hold, over content that is
// not there or not what they say.
#pragma once

#include "format/headers.h"
#include "support/damage.h"
#include "support/random_bytes.h"

namespace lmzip::testing {

inline Bytes HeaderOf(const FrameHeader& header) {
  Bytes bytes;
  AppendFrameHeader(header, bytes);
  return bytes;
}

inline Bytes StreamHeaderOf(const StreamHeader& header = {}) {
  Bytes bytes;
  AppendStreamHeader(header, bytes);
  return bytes;
}

/// `count` headers of stored frames of 64 MiB each.
inline Bytes ForgedClaims(size_t count) {
  const Bytes claim = HeaderOf(
      {.kind = FrameKind::kStored, .raw_bytes = kMaxFrameBytes, .data_bytes = kMaxFrameBytes});
  Bytes all = Joined({StreamHeaderOf(), Bytes{7}});
  for (size_t i = 0; i < count; ++i) all.insert(all.end(), claim.begin(), claim.end());
  return all;
}

/// `count` frames, each the payload of the one before, before an end frame: each can be believed.
inline Bytes ForgedNest(FrameKind kind, size_t count) {
  std::vector<Bytes> headers;
  uint64_t size = 50;
  for (size_t i = 0; i < count; ++i) {
    FrameHeader header{.kind = kind, .raw_bytes = size, .data_bytes = size};
    for (uint64_t checks = 4; header.payload_bytes() > size; checks += 4) {
      header.data_bytes = size - checks;
      header.raw_bytes = header.data_bytes + (header.is_coded() ? 1 : 0);
    }
    if (header.payload_bytes() < size) continue;  // lengths that no frame has
    headers.push_back(HeaderOf(header));
    size += headers.back().size();
  }
  Bytes all = StreamHeaderOf();
  for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
    all.insert(all.end(), header->begin(), header->end());
  }
  return Joined({all, UniformBytes(50, 1), Bytes(5)});
}

/// `count` stored frames of one byte, those with odd numbers damaged where `every_other`, else all.
inline Bytes ForgedFrames(size_t count, bool every_other) {
  Bytes all = StreamHeaderOf();
  const Bytes header = HeaderOf({.kind = FrameKind::kStored, .raw_bytes = 1, .data_bytes = 1});
  for (size_t i = 0; i < count; ++i) {
    const Bytes content = {static_cast<uint8_t>(i)};
    all.insert(all.end(), header.begin(), header.end());
    AppendLe(static_cast<uint32_t>(Xxh3(content) ^ (i % 2 == 1 || !every_other)), all);
    all.push_back(content[0]);
  }
  return Joined({all, Bytes(5)});
}

}  // namespace lmzip::testing
