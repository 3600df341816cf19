// DICOM: medical pictures, and the bilevel overlays beside them.
#include <array>

#include "detect/arrays.h"
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint32_t kUnknownLength = 0xffffffff;
constexpr uint64_t kMagicAt = 128, kFirstElement = 132;

// Group and element in one.
enum Tag : uint32_t {
  kSyntax = 0x00020010,
  kSamples = 0x00280002,
  kColours = 0x00280004,
  kPlanes = 0x00280006,
  kColumns = 0x00280011,
  kBits = 0x00280100,
  kSignedness = 0x00280103,
  kOverlayColumns = 0x60000011,
  kOverlay = 0x60003000,
  kPixels = 0x7fe00010,
  kSequenceEnd = 0xfffee0dd,
};

class DicomReader {
 public:
  DicomReader(const Fields& file, Finder& finder) : file_(file), finder_(finder) {}

  void Find() {
    int depth = 0;  // of sequences whose length is not said: their elements are others'
    for (uint64_t at = kFirstElement; file_.Has(at, 8) && finder_.Spend(1);) {
      const Element element = ReadElement(at);
      if (element.group() != 2 && !can_read_) return;
      if (depth == 0) Take(element);
      if (element.tag == kPixels && depth == 0) return;
      if (element.tag == kSequenceEnd) depth = std::max(0, depth - 1);
      const bool is_item = element.group() == 0xfffe;
      if (element.length == kUnknownLength && !is_item) ++depth;
      const bool is_open = element.length == kUnknownLength || (is_item && depth > 0);
      at = element.at + (is_open ? 0 : element.length);
    }
  }

 private:
  struct Element {
    uint32_t tag = 0;
    uint32_t length = 0;
    uint64_t at = 0;  // of its value
    uint32_t group() const { return tag >> 16; }
  };

  Element ReadElement(uint64_t at) const {
    const uint32_t group = file_.U16(at, order_);
    const bool is_meta = group == 2;
    const Order order = is_meta ? Order::kLittle : order_;
    const Element start{.tag = group << 16 | file_.U16(at + 2, order)};
    const bool names_type = (is_meta || names_types_) && start.group() != 0xfffe;
    if (!names_type) return {start.tag, file_.U32(at + 4, order), at + 8};
    for (const char* wide : {"OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UN", "UR", "UT"}) {
      if (file_.Says(at + 4, wide)) return {start.tag, file_.U32(at + 8, order), at + 12};
    }
    return {start.tag, file_.U16(at + 6, order), at + 8};
  }

  void Take(const Element& element) {
    switch (element.tag) {
      case kSyntax: return TakeSyntax(element);
      case kSamples: samples_ = Number(element); return;
      case kColours: is_palette_ = file_.Says(element.at, "PALETTE"); return;
      case kPlanes: planes_apart_ = Number(element) == 1; return;
      case kColumns: columns_ = Number(element); return;
      case kBits: bits_ = Number(element); return;
      case kSignedness: is_signed_ = Number(element) == 1; return;
      case kOverlayColumns: overlay_columns_ = Number(element); return;
      case kOverlay: return AddOverlay(element);
      case kPixels: return AddPixels(element);
      default: return;
    }
  }

  uint32_t Number(const Element& element) const { return file_.U16(element.at, order_); }

  void TakeSyntax(const Element& element) {
    // Padded with a zero byte or a space to an even length.
    const auto is = [&](std::string_view name) {
      const uint64_t rest = element.length - std::min<uint64_t>(element.length, name.size());
      return file_.Says(element.at, name) && rest <= 1;
    };
    names_types_ = !is("1.2.840.10008.1.2");
    const bool is_big = is("1.2.840.10008.1.2.2");
    order_ = is_big ? Order::kBig : Order::kLittle;
    // Others are compressed.
    can_read_ = !names_types_ || is_big || is("1.2.840.10008.1.2.1");
  }

  void AddPixels(const Element& element) {
    if (bits_ % 8 != 0 || bits_ == 0 || bits_ > 32 || samples_ < 1 || samples_ > 16) return;
    const uint32_t channels = planes_apart_ ? 1 : samples_;
    TypedSegment form = FormOfArray({.sample_bytes = bits_ / 8,
                                     .is_signed = is_signed_,
                                     .big_endian = order_ == Order::kBig,
                                     .row_samples = uint64_t{columns_} * channels,
                                     .channels = channels});
    form.is_palette = is_palette_ && bits_ == 8;
    if (element.length != kUnknownLength) finder_.Add(form, element.at, element.length);
  }

  void AddOverlay(const Element& element) {
    if (overlay_columns_ % 8 != 0 || element.length == kUnknownLength) return;
    TypedSegment form{.kind = DataKind::kPicture};
    form.bits = 1;
    form.row_bytes = overlay_columns_ / 8;
    finder_.Add(form, element.at, element.length);
  }

  const Fields& file_;
  Finder& finder_;
  bool can_read_ = false;
  bool names_types_ = true;
  Order order_ = Order::kLittle;
  uint32_t samples_ = 1, columns_ = 0, bits_ = 0, overlay_columns_ = 0;
  bool planes_apart_ = false, is_signed_ = false, is_palette_ = false;
};

}  // namespace

void FindInDicom(const Fields& file, Finder& finder) {
  if (file.Says(kMagicAt, "DICM")) DicomReader(file, finder).Find();
}

}  // namespace lmzip::detect
