#include "codec/content_reader.h"

#include <algorithm>
#include <array>

#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr uint64_t kFirstReadBytes = uint64_t{64} << 10;

Error BehindTheEnd() {
  return Error(ErrorCode::kUsage, "the part of a stream lies behind the end of the content");
}

}  // namespace

void ContentReader::Begin(uint64_t most) {
  if (bytes_.empty()) Fill(std::min(most, kFirstReadBytes));
  const bool nothing = at_end_ && left_ == part_.end - part_.begin;
  if (part_.begin > 0 && nothing) throw BehindTheEnd();
}

void ContentReader::Fill(uint64_t size) {
  for (uint64_t filled = bytes_.size(); filled < size && !at_end_; filled = bytes_.size()) {
    const uint64_t next = std::min(size, std::max(2 * filled, kFirstReadBytes));
    const uint64_t wanted = std::min(next - filled, left_);
    bytes_.reserve(filled + wanted);
    bytes_.resize(filled + wanted);
    const size_t got = source_.Read(std::span(bytes_).subspan(filled));
    bytes_.resize(filled + got);
    left_ -= got;
    at_end_ = filled + got < next;
    if (!at_end_) continue;
    std::array<uint8_t, 1> behind;
    ends_ = got < wanted || source_.Read(behind) == 0;
  }
}

void SkipContent(uint64_t bytes, ByteSource& source) {
  if (source.Skip(bytes) < bytes) throw BehindTheEnd();
}

void ReadContent(std::span<uint8_t> out, ByteSource& source) {
  if (source.Read(out) < out.size()) throw BehindTheEnd();
}

}  // namespace lmzip
