#include "format/header_repair.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr size_t kMaxHeaderBytes = 16;
constexpr size_t kVersionAt = 3;
constexpr size_t kModelIdAt = 5;  // of coded content

// Whether the header's own check holds: quick, for thousands are asked.
bool CheckHolds(const Bytes& bytes) {
  if (bytes[kVersionAt] >> 4 != kFormatVersion || (bytes[kVersionAt] & kFlagShort) == 0)
    return false;
  const bool coded =
      (bytes[kVersionAt] & kShortFormKindMask) != static_cast<int>(FrameKind::kStored);
  size_t end = coded ? kModelIdAt + kShortFormIdBytes : kVersionAt + 1;
  if (end >= bytes.size()) return false;
  if (coded && (bytes[kVersionAt + 1] & kShortFormWideLengths) != 0) {
    end += 2 * sizeof(uint16_t);
  } else if (!ReadVarint(bytes, end) || (coded && !ReadVarint(bytes, end))) {
    return false;
  }
  if (coded && (bytes[kVersionAt + 1] & kShortFormSegments) != 0 && !ReadVarint(bytes, end)) {
    return false;
  }
  return end < bytes.size() && bytes[end] == static_cast<uint8_t>(Xxh3(ByteView(bytes).first(end)));
}

class Repairs {
 public:
  std::vector<StreamHeader> Take() { return std::move(headers_); }

  // `bytes` and what they are with any other value in one place behind the magic.
  void AddAround(Bytes bytes) {
    AddIfValid(bytes);
    for (size_t at = kVersionAt; at < bytes.size(); ++at) {
      const uint8_t was = bytes[at];
      for (int value = 0; value < 256; ++value) {
        bytes[at] = static_cast<uint8_t>(value);
        AddIfValid(bytes);
      }
      bytes[at] = was;
    }
  }

 private:
  void AddIfValid(const Bytes& bytes) {
    if (!CheckHolds(bytes)) return;
    try {
      size_t used = 0;
      const StreamHeader header = ParseStreamHeader(bytes, used);
      if (header.only_frame->raw_bytes == 0) return;
      if (known_.insert(Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(used)))
              .second) {
        headers_.push_back(header);
      }
    } catch (const Error&) {
    }
  }

  std::vector<StreamHeader> headers_;
  std::set<Bytes> known_;
};

}  // namespace

ShortFormId ShortFormIdOf(const ShortModelId& model) {
  ShortFormId id;
  std::copy_n(model.bytes.begin(), id.size(), id.begin());
  return id;
}

ShortFormId ShortFormIdOf(uint32_t reference_check) {
  ShortFormId id;
  StoreLe(reference_check, id.data());
  return id;
}

std::vector<StreamHeader> ShortFormRepairs(ByteView bytes, std::span<const ShortFormId> ids) {
  Bytes header(bytes.begin(),
               bytes.begin() + static_cast<ptrdiff_t>(std::min(bytes.size(), kMaxHeaderBytes)));
  if (header.size() <= kVersionAt) return {};
  std::ranges::copy(kMagic, header.begin());
  Repairs repairs;
  repairs.AddAround(header);
  if (header.size() < kModelIdAt + kShortFormIdBytes) return repairs.Take();
  for (const ShortFormId& id : ids) {
    std::ranges::copy(id, header.begin() + kModelIdAt);
    repairs.AddAround(header);
  }
  return repairs.Take();
}

}  // namespace lmzip
