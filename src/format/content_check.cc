#include "format/content_check.h"

#include <algorithm>

#include "format/format.h"
#include "lmzip/error.h"

namespace lmzip {

namespace {

std::string CheckText(uint32_t check) {
  Bytes bytes;
  AppendLe(check, bytes);
  return Hex(bytes);
}

}  // namespace

void CompareCheck(ByteView unit, uint32_t expected) {
  const uint32_t found = UnitCheck(unit);
  if (found == expected) return;
  throw Error(ErrorCode::kCorrupt, "content check failed (expected " + CheckText(expected) +
                                       ", got " + CheckText(found) + ")");
}

std::vector<uint32_t> UnitChecks(ByteView content, uint64_t unit_bytes) {
  std::vector<uint32_t> checks;
  for (size_t at = 0; at < content.size(); at += unit_bytes) {
    checks.push_back(
        UnitCheck(content.subspan(at, std::min<size_t>(unit_bytes, content.size() - at))));
  }
  return checks;
}

uint32_t ShortFormCheck(ByteView stream_header, ByteView data) {
  Xxh3Stream hash;
  hash.Add(stream_header);
  hash.Add(data);
  return static_cast<uint32_t>(hash.Digest());
}

void StreamCheck::AddFrame(uint64_t raw_bytes, std::span<const uint32_t> unit_checks,
                           ByteView data) {
  Bytes bytes;
  AppendLe(raw_bytes, bytes);
  for (uint32_t check : unit_checks) AppendLe(check, bytes);
  hash_.Add(bytes);
  hash_.Add(data);
}

}  // namespace lmzip
