// NumPy's arrays; those of .npz files, too, where their members are stored.
#include <optional>
#include <string_view>
#include <vector>

#include "detect/arrays.h"
#include "detect/file_kinds.h"
#include "segments/segment_list.h"

namespace lmzip::detect {
namespace {

constexpr uint64_t kMaxHeaderBytes = 1 << 16;
constexpr uint64_t kMaxSide = uint64_t{1} << 32;
constexpr uint64_t kMaxChannels8 = 8;

// What stands behind 'key': in the header's dictionary.
std::string_view ValueOf(std::string_view header, std::string_view key) {
  const size_t at = header.find(key);
  return at == header.npos ? std::string_view() : header.substr(at + key.size());
}

uint64_t TakeNumber(std::string_view& text) {
  uint64_t value = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    value = std::min(value * 10 + static_cast<uint64_t>(text[0] - '0'), kMaxSide);
    text.remove_prefix(1);
  }
  return value;
}

// "(200, 25, 25), ..."
std::vector<uint64_t> ShapeOf(std::string_view text) {
  constexpr size_t kMaxDimensions = 32;
  std::vector<uint64_t> shape;
  const std::string_view inside = text.substr(0, text.find(')'));
  for (size_t at = inside.find_first_of("0123456789");
       at != inside.npos && shape.size() < kMaxDimensions;) {
    std::string_view rest = inside.substr(at);
    shape.push_back(TakeNumber(rest));
    at = inside.size() - rest.size();
    at = inside.find_first_of("0123456789", at);
  }
  return shape;
}

// The fastest dimension last.
std::optional<TypedSegment> FormOf(char type, uint64_t bytes, bool big_endian,
                                   const std::vector<uint64_t>& shape) {
  const bool is_whole = type == 'i' || type == 'u' || type == 'b';
  if (!is_whole || bytes > 2) {
    TypedSegment form{.kind = DataKind::kTable};
    form.row_bytes = static_cast<uint32_t>(bytes);
    return form;
  }
  const uint64_t last = shape.back();
  const bool has_channels = shape.size() > 1 && last <= kMaxChannels8;
  const size_t sides = shape.size() - (has_channels ? 1 : 0);
  const uint64_t channels = has_channels ? last : 1;
  TypedSegment form = FormOfArray({.sample_bytes = static_cast<uint32_t>(bytes),
                                   .is_signed = type == 'i',
                                   .big_endian = big_endian,
                                   .row_samples = shape[sides - 1] * channels,
                                   .channels = static_cast<uint32_t>(channels)});
  if (sides >= 2) return form;
  // A series. One of bytes may be anything.
  if (bytes == 1) return std::nullopt;
  form.kind = DataKind::kSound;
  form.row_bytes = 0;
  return form;
}

}  // namespace

void FindInNpy(const Fields& file, Finder& finder) {
  const bool is_first = file.U8(6) == 1;
  const uint64_t header_at = is_first ? 10 : 12;
  const uint64_t header_bytes = is_first ? file.Le16(8) : file.Le32(8);
  if (header_bytes > kMaxHeaderBytes || !file.Has(header_at, header_bytes) ||
      !finder.Spend(header_bytes)) {
    return;
  }
  const ByteView bytes = file.Part(header_at, header_bytes);
  const std::string_view header(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string_view type = ValueOf(header, "'descr': '");
  std::vector<uint64_t> shape = ShapeOf(ValueOf(header, "'shape': ("));
  if (type.size() < 3) return;  // records of fields
  const bool big_endian = type[0] == '>';
  const char kind = type[1];
  type.remove_prefix(2);
  const uint64_t item_bytes = TakeNumber(type) * (kind == 'U' ? 4 : 1);
  if (ValueOf(header, "'fortran_order': ").starts_with("True")) {
    std::reverse(shape.begin(), shape.end());
  }
  if (item_bytes == 0 || item_bytes > kMaxRowBytes || kind == 'O') return;
  uint64_t length = item_bytes;
  for (const uint64_t side : shape) {
    if (side == 0 || length > UINT64_MAX / kMaxSide) return;
    length *= side;
  }
  if (shape.empty()) return;
  if (const auto form = FormOf(kind, item_bytes, big_endian, shape)) {
    finder.Add(*form, header_at + header_bytes, length);
  }
}

}  // namespace lmzip::detect
