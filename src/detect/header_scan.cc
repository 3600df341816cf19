#include "detect/header_scan.h"

#include <array>
#include <string_view>

#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view letters;  // at least two
  uint32_t at;               // in the file
  void (*find)(const Fields&, Finder&);
};

// Of those whose letters stand in other data often, the reader looks at more before it believes
// them.
constexpr Magic kMagics[] = {
    {"BM"sv, 0, FindInBmp},
    {"P4"sv, 0, FindInNetpbm},
    {"P5"sv, 0, FindInNetpbm},
    {"P6"sv, 0, FindInNetpbm},
    {"P7"sv, 0, FindInNetpbm},
    {"Pf"sv, 0, FindInNetpbm},
    {"PF"sv, 0, FindInNetpbm},
    {"II*\0"sv, 0, FindInTiff},
    {"MM\0*"sv, 0, FindInTiff},
    {"II+\0\b\0\0\0"sv, 0, FindInTiff},
    {"MM\0+\0\b\0\0"sv, 0, FindInTiff},
    {"RIFF"sv, 0, FindInWav},
    {"RIFX"sv, 0, FindInWav},
    {"RF64"sv, 0, FindInWav},
    {"\x7f"
     "ELF"sv,
     0, FindInElf},
};

uint16_t Pair(const uint8_t* at) { return LoadLe<uint16_t>(at); }
uint16_t FirstPair(const Magic& magic) {
  return static_cast<uint16_t>(static_cast<uint8_t>(magic.letters[0]) |
                               static_cast<uint8_t>(magic.letters[1]) << 8);
}

// Which magics begin with a pair of bytes: hardly any pair of text or noise does.
class MagicIndex {
 public:
  MagicIndex() {
    for (const Magic& magic : kMagics) {
      const uint16_t pair = FirstPair(magic);
      known_[pair / 64] |= uint64_t{1} << pair % 64;
    }
  }
  bool Knows(uint16_t pair) const { return (known_[pair / 64] >> pair % 64 & 1) != 0; }

 private:
  std::array<uint64_t, 65536 / 64> known_{};  // 8 KiB: stays in the innermost cache
};

void TryMagics(ByteView content, size_t position, Finder& finder) {
  const Fields here(content.subspan(position));
  for (const Magic& magic : kMagics) {
    if (position < magic.at || !here.Says(0, magic.letters)) continue;
    const size_t begin = position - magic.at;
    finder.StartFile(begin);
    magic.find(Fields(content.subspan(begin)), finder);
  }
}

}  // namespace

void FindFiles(ByteView content, Finder& finder) {
  static const MagicIndex index;
  size_t position = 0;
  while (position + 1 < content.size()) {
    if (!index.Knows(Pair(content.data() + position))) {
      ++position;
      continue;
    }
    TryMagics(content, position, finder);
    // Nothing is looked for in what was found.
    position = std::max(position + 1, finder.EndAt(position + 1));
  }
}

}  // namespace lmzip::detect
