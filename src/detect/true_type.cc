// TrueType fonts and collections of them.
#include <bit>
#include <optional>

#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint64_t kDirectoryBytes = 12, kEntryBytes = 16;

struct Part {
  uint64_t at = 0, length = 0;
};

constexpr uint32_t kMostAlignment = 4;

// The bytes of the flags of so many points and of the steps that they tell of.
uint64_t PointsBytes(const Fields& file, uint64_t at, uint32_t points) {
  constexpr uint8_t kRepeat = 8;
  uint64_t flags_bytes = 0, steps_bytes = 0;
  while (points > 0) {
    const uint8_t flags = file.U8(at + flags_bytes++);
    uint32_t count = 1;
    if ((flags & kRepeat) != 0) count += file.U8(at + flags_bytes++);
    count = std::min(count, points);
    points -= count;
    for (const int axis : {0, 1}) {
      steps_bytes += count * ((flags >> axis & 2) != 0 ? 1 : (flags >> axis & 16) != 0 ? 0 : 2);
    }
  }
  return flags_bytes + steps_bytes;
}

// Of what a glyph that is made of others has behind its header.
uint64_t ComponentsBytes(const Fields& file, uint64_t at) {
  constexpr uint32_t kWords = 1, kScale = 8, kMore = 32, kScales = 64, kMatrix = 128, kCode = 256;
  constexpr int kMostComponents = 64;
  uint64_t bytes = 0;
  uint32_t flags = kMore;
  for (int i = 0; i < kMostComponents && (flags & kMore) != 0; ++i) {
    flags = file.Be16(at + bytes);
    bytes += (flags & kWords) != 0 ? 8 : 6;
    bytes += (flags & kScale) != 0    ? 2
             : (flags & kScales) != 0 ? 4
             : (flags & kMatrix) != 0 ? 8
                                      : 0;
  }
  return bytes + ((flags & kCode) != 0 ? 2 + file.Be16(at + bytes) : 0);
}

// Of a glyph; nullopt for what is none.
std::optional<uint64_t> GlyphBytes(const Fields& file, uint64_t at) {
  constexpr uint32_t kMostContours = 255, kMostPoints = 1024, kComposed = 0xFFFF;
  const auto number = [&](uint64_t place) { return static_cast<int16_t>(file.Be16(at + place)); };
  const uint32_t contours = file.Be16(at);
  if (number(2) > number(6) || number(4) > number(8)) return std::nullopt;
  if (contours == kComposed) return 10 + ComponentsBytes(file, at + 10);
  if (contours == 0 || contours > kMostContours) return std::nullopt;
  const uint64_t ends = 10 + 2 * contours;
  const uint32_t points = file.Be16(at + ends - 2) + 1;
  if (points > kMostPoints) return std::nullopt;
  const uint64_t code_bytes = 2 + file.Be16(at + ends);
  return ends + code_bytes + PointsBytes(file, at + ends + code_bytes, points);
}

// The alignment by which the most glyphs follow each other from the first one on.
uint32_t AlignmentByLook(const Fields& file, const Part& outlines) {
  constexpr int kGlyphs = 64;
  uint32_t best = kMostAlignment;
  int most = 0;
  for (uint32_t alignment = kMostAlignment; alignment > 0; alignment /= 2) {
    uint64_t offset = 0;
    int glyphs = 0;
    for (; glyphs < kGlyphs; ++glyphs) {
      const auto bytes = GlyphBytes(file, outlines.at + offset);
      if (!bytes) break;
      offset = (offset + *bytes + alignment - 1) / alignment * alignment;
    }
    if (glyphs <= most) continue;
    best = alignment;
    most = glyphs;
  }
  return best;
}

class FontReader {
 public:
  FontReader(const Fields& file, uint64_t at) : file_(file), at_(at) {}

  // The directory says how many tables there are in several ways.
  bool IsFont() const {
    constexpr uint32_t kMostTables = 64;
    const uint32_t count = file_.Be16(at_ + 4);
    if (count == 0 || count > kMostTables) return false;
    return file_.Be16(at_ + 6) == std::bit_floor(count) * kEntryBytes &&
           file_.Be16(at_ + 8) == static_cast<uint32_t>(std::bit_width(count)) - 1;
  }

  std::optional<Part> Find(std::string_view name) const {
    const uint32_t count = file_.Be16(at_ + 4);
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t entry = at_ + kDirectoryBytes + i * kEntryBytes;
      if (file_.Says(entry, name)) return Part{file_.Be32(entry + 8), file_.Be32(entry + 12)};
    }
    return std::nullopt;
  }

  /// What the glyphs begin at multiples of.
  uint32_t Alignment(const Part& outlines) const {
    const auto head = Find("head"), list = Find("loca");
    if (!head || !list || !file_.Has(list->at, list->length))
      return AlignmentByLook(file_, outlines);
    const bool is_long = file_.Be16(head->at + 50) != 0;
    uint32_t all = kMostAlignment, last = 0;
    for (uint64_t at = list->at; at < list->at + list->length; at += is_long ? 4 : 2) {
      const uint32_t offset = is_long ? file_.Be32(at) : 2 * file_.Be16(at);
      if (offset < last) return AlignmentByLook(file_, outlines);  // the list is cut off
      all |= offset;
      last = offset;
    }
    return uint32_t{1} << std::countr_zero(all);
  }

 private:
  const Fields& file_;
  uint64_t at_;
};

void FindInFont(const Fields& file, uint64_t at, Finder& finder) {
  const FontReader font(file, at);
  if (!font.IsFont()) return;
  const auto outlines = font.Find("glyf");
  if (!outlines || !finder.Spend(outlines->length / 16)) return;
  TypedSegment form{.kind = DataKind::kTable};
  form.layout = Layout::kGlyphs;
  form.row_bytes = font.Alignment(*outlines);
  finder.Add(form, outlines->at, outlines->length);
}

}  // namespace

void FindInTrueType(const Fields& file, Finder& finder) {
  if (!file.Says(0, "ttcf")) return FindInFont(file, 0, finder);
  constexpr uint32_t kMostFonts = 64;
  const uint32_t fonts = std::min(file.Be32(8), kMostFonts);
  for (uint32_t i = 0; i < fonts; ++i) FindInFont(file, file.Be32(kDirectoryBytes + 4 * i), finder);
}

}  // namespace lmzip::detect
