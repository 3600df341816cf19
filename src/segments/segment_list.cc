#include "segments/segment_list.h"

#include <string>

#include "base/check.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

// The first byte: kind, and level << 4.
constexpr int kLevelShift = 4;
// The byte of flags of samples.
constexpr uint8_t kBigEndian = 1, kSigned = 2, kFloat = 4, kPalette = 8;
constexpr uint8_t kAllFlags = kBigEndian | kSigned | kFloat | kPalette;

[[noreturn]] void Refuse(const std::string& why) {
  throw Error(ErrorCode::kCorrupt, "refused list of typed segments: " + why);
}
[[noreturn]] void Unknown(const char* what, uint64_t value) {
  throw Error(ErrorCode::kUnsupported,
              std::string(what) + " " + std::to_string(value) +
                  " of a typed segment (damaged, or made by a newer lmzip)");
}

uint8_t FlagsOf(const TypedSegment& segment) {
  return static_cast<uint8_t>((segment.big_endian ? kBigEndian : 0) |
                              (segment.is_signed ? kSigned : 0) |
                              (segment.is_float ? kFloat : 0) |
                              (segment.is_palette ? kPalette : 0));
}

class ListReader {
 public:
  explicit ListReader(ByteView list) : list_(list) {}

  uint8_t TakeByte() {
    if (position_ == list_.size()) Refuse("it ends early");
    return list_[position_++];
  }
  uint64_t TakeNumber() {
    const auto value = ReadVarint(list_, position_);
    if (!value) Refuse("a malformed number");
    return *value;
  }
  bool AtEnd() const { return position_ == list_.size(); }

 private:
  ByteView list_;
  size_t position_ = 0;
};

void CheckSamples(const TypedSegment& segment) {
  const int bits = segment.bits;
  const bool known = bits == 8 || bits == 16 || bits == 24 || bits == 32 ||
                     (bits == 1 && segment.kind == DataKind::kPicture);
  if (!known) Unknown("samples of bits:", segment.bits);
  if (segment.channels < 1 || segment.channels > kMaxChannels) {
    Unknown("channels:", segment.channels);
  }
  if (segment.is_float && bits != 32) Unknown("floats of bits:", segment.bits);
}

void CheckRows(const TypedSegment& segment) {
  const bool may_be_none = segment.kind == DataKind::kGenome;
  if (segment.row_bytes > kMaxRowBytes || (segment.row_bytes == 0 && !may_be_none)) {
    Refuse("rows of " + std::to_string(segment.row_bytes) + " bytes");
  }
}

// All but where it stands.
TypedSegment TakeParameters(uint8_t first, ListReader& reader) {
  TypedSegment segment;
  const int kind = first & ((1 << kLevelShift) - 1), level = first >> kLevelShift;
  if (kind == 0 || kind >= kDataKinds) Unknown("kind", static_cast<uint64_t>(kind));
  if (level >= kModelLevels) Unknown("level", static_cast<uint64_t>(level));
  segment.kind = DataKind{static_cast<uint8_t>(kind)};
  segment.level = ModelLevel{static_cast<uint8_t>(level)};
  if (HasSamples(segment.kind)) {
    segment.bits = reader.TakeByte();
    segment.channels = reader.TakeByte();
    const uint8_t flags = reader.TakeByte();
    if ((flags & ~kAllFlags) != 0) Unknown("flags", flags);
    segment.big_endian = (flags & kBigEndian) != 0;
    segment.is_signed = (flags & kSigned) != 0;
    segment.is_float = (flags & kFloat) != 0;
    segment.is_palette = (flags & kPalette) != 0;
    CheckSamples(segment);
  }
  if (HasRows(segment.kind)) {
    const uint64_t row_bytes = reader.TakeNumber();
    if (row_bytes > kMaxRowBytes) Refuse("rows of " + std::to_string(row_bytes) + " bytes");
    segment.row_bytes = static_cast<uint32_t>(row_bytes);
    CheckRows(segment);
  }
  if (segment.kind == DataKind::kTable) {
    const uint8_t layout = reader.TakeByte();
    if (layout >= kLayouts) Unknown("layout", layout);
    segment.layout = Layout{layout};
  }
  if (segment.kind == DataKind::kProgram) {
    const uint8_t machine = reader.TakeByte();
    if (machine >= kMachines) Unknown("machine", machine);
    segment.machine = Machine{machine};
  }
  return segment;
}

}  // namespace

Bytes EncodeSegments(std::span<const TypedSegment> segments, uint64_t coded_bytes) {
  LMZIP_CHECK(!segments.empty() && segments.size() <= kMaxTypedSegments);
  Bytes list;
  uint64_t end = 0;
  for (const TypedSegment& segment : segments) {
    LMZIP_CHECK(segment.begin >= end && segment.length >= kMinTypedSegmentBytes);
    LMZIP_CHECK(segment.end() <= coded_bytes);
    list.push_back(static_cast<uint8_t>(static_cast<int>(segment.kind) |
                                        static_cast<int>(segment.level) << kLevelShift));
    AppendVarint(segment.begin - end, list);
    // Most reach to the end.
    AppendVarint(segment.end() == coded_bytes ? 0 : segment.length, list);
    if (HasSamples(segment.kind)) {
      list.insert(list.end(), {segment.bits, segment.channels, FlagsOf(segment)});
    }
    if (HasRows(segment.kind)) AppendVarint(segment.row_bytes, list);
    if (segment.kind == DataKind::kTable) list.push_back(static_cast<uint8_t>(segment.layout));
    if (segment.kind == DataKind::kProgram) list.push_back(static_cast<uint8_t>(segment.machine));
    end = segment.end();
  }
  return list;
}

std::vector<TypedSegment> DecodeSegments(ByteView list, uint64_t coded_bytes) {
  ListReader reader(list);
  std::vector<TypedSegment> segments;
  uint64_t end = 0;
  do {
    if (segments.size() == kMaxTypedSegments) Refuse("more than there may be");
    const uint8_t first = reader.TakeByte();
    const uint64_t gap = reader.TakeNumber(), length = reader.TakeNumber();
    TypedSegment segment = TakeParameters(first, reader);
    if (gap > coded_bytes - end) Refuse("one that begins behind the content");
    segment.begin = end + gap;
    const uint64_t left = coded_bytes - segment.begin;
    segment.length = length == 0 ? left : length;
    if (segment.length > left || segment.length < kMinTypedSegmentBytes || length == left) {
      Refuse("one of " + std::to_string(segment.length) + " bytes of " + std::to_string(left));
    }
    end = segment.end();
    segments.push_back(segment);
  } while (!reader.AtEnd());
  return segments;
}

}  // namespace lmzip
