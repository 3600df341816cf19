// FITS: pictures and binary tables of astronomy.
#include <optional>

#include "detect/arrays.h"
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint64_t kCardBytes = 80, kBlockBytes = 2880;
constexpr uint64_t kMaxCards = 4096;
constexpr uint64_t kMaxSide = uint64_t{1} << 32;

// "NAXIS1  =                  891 / ..."; 0 where none stands.
int64_t NumberOf(const Fields& file, uint64_t card) {
  uint64_t at = card + 9;
  const uint64_t end = card + kCardBytes;
  while (at < end && (file.U8(at) == ' ' || file.U8(at) == '+')) ++at;
  const bool is_negative = file.U8(at) == '-';
  if (is_negative) ++at;
  int64_t value = 0;
  for (; at < end && file.U8(at) >= '0' && file.U8(at) <= '9'; ++at) {
    if (value > static_cast<int64_t>(kMaxSide)) return 0;
    value = value * 10 + (file.U8(at) - '0');
  }
  return is_negative ? -value : value;
}

struct Header {
  int64_t sample_bits = 0;  // below 0: floats
  uint64_t row = 0;         // samples of one, or bytes of a table's
  uint64_t rows = 1;        // in all planes
  bool is_text = false;     // a table of columns
  bool is_binary_table = false;
  uint64_t data = 0;
};

// nullopt where the header does not end.
std::optional<Header> ReadHeader(const Fields& file, Finder& finder) {
  Header header;
  for (uint64_t i = 0; i < kMaxCards && finder.Spend(kCardBytes); ++i) {
    const uint64_t card = i * kCardBytes;
    if (!file.Has(card, kCardBytes)) return std::nullopt;
    if (file.Says(card, "XTENSION= 'BINTABLE")) header.is_binary_table = true;
    if (file.Says(card, "XTENSION= 'TABLE")) header.is_text = true;
    if (file.Says(card, "BITPIX  =")) header.sample_bits = NumberOf(file, card);
    if (file.Says(card, "NAXIS1  =")) {
      header.row = static_cast<uint64_t>(std::max<int64_t>(0, NumberOf(file, card)));
    } else if (file.Says(card, "NAXIS") && file.U8(card + 5) != ' ' && file.Says(card + 6, "  =")) {
      const auto side = static_cast<uint64_t>(std::max<int64_t>(0, NumberOf(file, card)));
      header.rows = std::min(header.rows * std::min(side, kMaxSide), kMaxSide);
    }
    if (file.Says(card, "END     ")) {
      header.data = (card / kBlockBytes + 1) * kBlockBytes;
      return header;
    }
  }
  return std::nullopt;
}

}  // namespace

void FindInFits(const Fields& file, Finder& finder) {
  const auto header = ReadHeader(file, finder);
  if (!header || header->is_text || header->row == 0) return;
  if (header->is_binary_table) {
    TypedSegment form{.kind = DataKind::kTable};
    form.row_bytes = static_cast<uint32_t>(std::min(header->row, uint64_t{UINT32_MAX}));
    finder.AddRows(form, header->data, header->rows);
    return;
  }
  const int64_t bits = std::abs(header->sample_bits);
  if (bits != 8 && bits != 16 && bits != 32 && bits != 64) return;
  const auto sample_bytes = static_cast<uint32_t>(bits / 8);
  const TypedSegment form = FormOfArray({.sample_bytes = sample_bytes,
                                         .is_float = header->sample_bits<0, .is_signed = bits> 8,
                                         .big_endian = true,
                                         .row_samples = header->row});
  if (header->row > kMaxSide / 8) return;
  finder.Add(form, header->data, header->row * sample_bytes * header->rows);
}

}  // namespace lmzip::detect
