// TIFF and its cousins (camera files, GeoTIFF, microscopes): pictures in uncompressed strips or
// tiles.
#include <array>

#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint32_t kMaxSide = 1 << 20;
constexpr uint64_t kMaxPictures = 4096;

// What is read of a directory's entries.
enum Tag : uint32_t {
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kPacking = 259,
  kColours = 262,
  kStrips = 273,
  kSamples = 277,
  kStripBytes = 279,
  kPlanes = 284,
  kTileWidth = 322,
  kTileHeight = 323,
  kTiles = 324,
  kTileBytes = 325,
  kSampleFormat = 339,
};

class TiffReader {
 public:
  TiffReader(const Fields& file, Finder& finder)
      : file_(file),
        finder_(finder),
        order_(file.Says(0, "MM") ? Order::kBig : Order::kLittle),
        is_big_(file.U16(2, order_) == 43) {}

  void Find() {
    uint64_t directory = Offset(is_big_ ? 8 : 4);
    for (uint64_t i = 0; i < kMaxPictures && directory >= 8; ++i)
      directory = ReadDirectory(directory);
  }

 private:
  struct Entry {
    uint32_t type = 0;
    uint64_t count = 0;
    uint64_t at = 0;  // of its values
  };

  uint64_t Offset(uint64_t at) const {
    return is_big_ ? file_.U64(at, order_) : file_.U32(at, order_);
  }

  static uint64_t BytesOf(uint32_t type) {
    constexpr uint8_t kBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
    return type < std::size(kBytes) ? kBytes[type] : 0;
  }

  Entry ReadEntry(uint64_t at) const {
    Entry entry{.type = file_.U16(at + 2, order_), .count = Offset(at + 4)};
    const uint64_t inside = is_big_ ? 8 : 4, each = BytesOf(entry.type);
    entry.at = at + (is_big_ ? 12 : 8);
    if (each > 0 && entry.count > inside / each) entry.at = Offset(entry.at);
    return entry;
  }

  // Value i of an entry; `other` where there is none.
  uint64_t Value(const Entry& entry, uint64_t i = 0, uint64_t other = 0) const {
    if (i >= entry.count || entry.at > file_.size()) return other;
    switch (const uint64_t at = entry.at + i * BytesOf(entry.type); entry.type) {
      case 1: return file_.U8(at);
      case 3: return file_.U16(at, order_);
      case 4: return file_.U32(at, order_);
      case 16: return file_.U64(at, order_);
      default: return other;
    }
  }

  // Returns where the next one is, 0 at the end.
  uint64_t ReadDirectory(uint64_t at) {
    const uint64_t count = is_big_ ? file_.U64(at, order_) : file_.U16(at, order_);
    const uint64_t first = at + (is_big_ ? 8 : 2), each = is_big_ ? 20 : 12;
    constexpr uint64_t kMaxEntries = 512;
    if (at > file_.size() || count == 0 || count > kMaxEntries || !finder_.Spend(count + 1))
      return 0;
    if (!file_.Has(first, count * each)) return 0;
    Directory directory;
    for (uint64_t i = 0; i < count; ++i) {
      const uint32_t tag = file_.U16(first + i * each, order_);
      for (auto& [known, entry] : directory.entries) {
        if (known == tag) entry = ReadEntry(first + i * each);
      }
    }
    AddPicture(directory);
    return Offset(first + count * each);
  }

  struct Directory {
    std::array<std::pair<Tag, Entry>, 14> entries{{{kWidth, {}},
                                                   {kHeight, {}},
                                                   {kBits, {}},
                                                   {kPacking, {}},
                                                   {kColours, {}},
                                                   {kStrips, {}},
                                                   {kSamples, {}},
                                                   {kStripBytes, {}},
                                                   {kPlanes, {}},
                                                   {kTileWidth, {}},
                                                   {kTileHeight, {}},
                                                   {kTiles, {}},
                                                   {kTileBytes, {}},
                                                   {kSampleFormat, {}}}};
    const Entry& operator[](Tag tag) const {
      return std::find_if(entries.begin(), entries.end(),
                          [tag](const auto& one) { return one.first == tag; })
          ->second;
    }
  };

  void AddPicture(const Directory& directory) {
    constexpr uint64_t kUncompressed = 1, kColourMap = 3, kApart = 2, kSigned = 2, kFloat = 3;
    if (Value(directory[kPacking], 0, kUncompressed) != kUncompressed) return;
    const bool has_tiles = directory[kTiles].count > 0;
    const uint64_t width = Value(directory[has_tiles ? kTileWidth : kWidth]);
    const uint64_t bits = Value(directory[kBits], 0, 1), samples = Value(directory[kSamples], 0, 1);
    const bool planes_apart = Value(directory[kPlanes], 0, 1) == kApart;
    const uint64_t channels = planes_apart ? 1 : samples;
    if (width == 0 || width > kMaxSide || channels < 1 || channels > 16) return;
    const uint64_t sample_format = Value(directory[kSampleFormat], 0, 1);
    TypedSegment form{.kind = DataKind::kPicture};
    form.row_bytes = static_cast<uint32_t>((width * channels * bits + 7) / 8);
    form.channels = static_cast<uint8_t>(channels);
    form.is_palette = Value(directory[kColours]) == kColourMap && bits <= 8;
    form.is_float = sample_format == kFloat;
    form.is_signed = sample_format == kSigned;
    form.big_endian = order_ == Order::kBig && bits > 8;
    form.bits = static_cast<uint8_t>(bits);
    if (bits == 4 && channels == 1) form.bits = 8;  // two pixels a byte
    if (bits == 64) form = {.kind = DataKind::kTable, .row_bytes = 8u * form.channels};
    const bool is_known =
        bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32 || bits == 64;
    if (!is_known || (bits < 8 && channels > 1) || (form.is_float && bits < 32)) return;
    AddPieces(form, directory[has_tiles ? kTiles : kStrips],
              directory[has_tiles ? kTileBytes : kStripBytes], Value(directory[kHeight]));
  }

  // Those that follow each other are one segment.
  void AddPieces(const TypedSegment& form, const Entry& places, const Entry& lengths,
                 uint64_t rows) {
    const uint64_t count = places.count;
    if (count > file_.size() / 2 || !finder_.Spend(count)) return;
    uint64_t begin = 0, end = 0;
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t at = Value(places, i);
      const uint64_t length = Value(lengths, i, count == 1 ? rows * form.row_bytes : 0);
      if (at != end) {
        if (end > begin) finder_.Add(form, begin, end - begin);
        begin = at;
      }
      end = at + std::min(length, UINT64_MAX - at);
    }
    if (end > begin) finder_.Add(form, begin, end - begin);
  }

  const Fields& file_;
  Finder& finder_;
  Order order_;
  bool is_big_;  // BigTIFF: offsets of 64 bits
};

}  // namespace

void FindInTiff(const Fields& file, Finder& finder) { TiffReader(file, finder).Find(); }

}  // namespace lmzip::detect
