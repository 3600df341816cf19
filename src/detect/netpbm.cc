// PNM (P4 to P6), PAM (P7), PFM (Pf, PF).
#include <optional>

#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint64_t kMaxSide = 1 << 24;
constexpr uint64_t kMaxHeaderBytes = 1 << 12;

bool IsSpace(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }
bool IsDigit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

// The words of a header, comments passed over.
class Words {
 public:
  Words(const Fields& file, uint64_t at) : file_(file), at_(at) {}

  uint64_t at() const { return at_; }

  /// nullopt where no number up to kMaxSide stands.
  std::optional<uint64_t> TakeNumber() {
    SkipSpace();
    uint64_t value = 0;
    const uint64_t begin = at_;
    for (; IsDigit(file_.U8(at_)) && value <= kMaxSide; ++at_) {
      value = value * 10 + (file_.U8(at_) - uint64_t{'0'});
    }
    if (at_ == begin || value > kMaxSide) return std::nullopt;
    return value;
  }

  bool TakeWord(std::string_view word) {
    SkipSpace();
    if (!file_.Says(at_, word)) return false;
    at_ += word.size();
    return true;
  }

  /// The one that ends a header.
  bool TakeOneSpace() { return IsSpace(file_.U8(at_++)); }
  void SkipLine() {
    while (InHeader() && file_.U8(at_) != '\n') ++at_;
  }

 private:
  bool InHeader() const { return at_ < std::min(file_.size(), kMaxHeaderBytes); }
  void SkipSpace() {
    while (InHeader()) {
      if (file_.U8(at_) == '#') {
        SkipLine();
      } else if (!IsSpace(file_.U8(at_))) {
        return;
      } else {
        ++at_;
      }
    }
  }

  const Fields& file_;
  uint64_t at_;
};

struct Picture {
  uint64_t width = 0, height = 0, channels = 1, most = 255;
};

void AddSamples(const Picture& picture, uint64_t at, Finder& finder) {
  const auto [width, height, channels, most] = picture;
  if (channels < 1 || channels > 16 || most < 1 || most > 65535) return;
  TypedSegment form{.kind = DataKind::kPicture};
  form.channels = static_cast<uint8_t>(channels);
  form.bits = most > 255 ? 16 : 8;
  form.big_endian = most > 255;
  const uint64_t row_bytes = width * channels * form.sample_bytes();
  if (row_bytes > kMaxSide) return;
  form.row_bytes = static_cast<uint32_t>(row_bytes);
  finder.AddRows(form, at, height);
}

void FindInPnm(const Fields& file, Finder& finder) {
  const uint8_t variant = file.U8(1);
  Words words(file, 2);
  const auto width = words.TakeNumber();
  if (!width) return;
  const auto height = words.TakeNumber();
  if (!height) return;
  const auto most = variant == '4' ? std::optional<uint64_t>(1) : words.TakeNumber();
  if (!most || !words.TakeOneSpace()) return;
  if (variant != '4') {
    AddSamples({*width, *height, variant == '6' ? 3u : 1u, *most}, words.at(), finder);
    return;
  }
  TypedSegment form{.kind = DataKind::kPicture};
  form.bits = 1;
  form.row_bytes = static_cast<uint32_t>((*width + 7) / 8);
  finder.AddRows(form, words.at(), *height);
}

void FindInPam(const Fields& file, Finder& finder) {
  Words words(file, 2);
  Picture picture;
  constexpr int kMaxLines = 64;
  for (int line = 0; line < kMaxLines; ++line) {
    uint64_t* number = words.TakeWord("WIDTH")    ? &picture.width
                       : words.TakeWord("HEIGHT") ? &picture.height
                       : words.TakeWord("DEPTH")  ? &picture.channels
                       : words.TakeWord("MAXVAL") ? &picture.most
                                                  : nullptr;
    if (number != nullptr) {
      const auto value = words.TakeNumber();
      if (!value) return;
      *number = *value;
    } else if (words.TakeWord("ENDHDR")) {
      if (words.TakeOneSpace()) AddSamples(picture, words.at(), finder);
      return;
    } else if (words.TakeWord("TUPLTYPE")) {
      words.SkipLine();
    } else {
      return;
    }
  }
}

void FindInPfm(const Fields& file, Finder& finder) {
  Words words(file, 2);
  const auto width = words.TakeNumber();
  if (!width) return;
  const auto height = words.TakeNumber();
  if (!height || !words.TakeOneSpace()) return;
  // The scale: of its sign alone the data speak.
  const bool little_endian = words.TakeWord("-");
  words.SkipLine();
  if (!words.TakeOneSpace()) return;
  TypedSegment form{.kind = DataKind::kPicture};
  form.channels = file.U8(1) == 'F' ? 3 : 1;
  form.bits = 32;
  form.is_float = true;
  form.big_endian = !little_endian;
  const uint64_t row_bytes = *width * form.channels * 4;
  if (row_bytes > kMaxSide) return;
  form.row_bytes = static_cast<uint32_t>(row_bytes);
  finder.AddRows(form, words.at(), *height);
}

}  // namespace

void FindInNetpbm(const Fields& file, Finder& finder) {
  if (!IsSpace(file.U8(2))) return;
  if (!finder.Spend(std::min(file.size(), uint64_t{64}))) return;
  switch (file.U8(1)) {
    case '7': return FindInPam(file, finder);
    case 'f':
    case 'F': return FindInPfm(file, finder);
    default: return FindInPnm(file, finder);
  }
}

}  // namespace lmzip::detect
