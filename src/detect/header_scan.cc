#include "detect/header_scan.h"

#include <array>
#include <string_view>
#include <vector>

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
    {"\1\0"sv, 2, FindInIco},
    {"\2\0"sv, 2, FindInIco},
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
    {"\0\2\0\0\0\0\0\0\0\0\0"sv, 1, FindInTga},
    {"\0\3\0\0\0\0\0\0\0\0\0"sv, 1, FindInTga},
    {"\1\1\0\0\0\1\x18"sv, 1, FindInTga},
    {"DICM"sv, 128, FindInDicom},
    {"n+1\0"sv, 344, FindInNifti},
    {"n+2\0"sv, 4, FindInNifti},
    {"SIMPLE  ="sv, 0, FindInFits},
    {"XTENSION="sv, 0, FindInFits},
    {"\x93NUMPY"sv, 0, FindInNpy},

    {"\x09\0\4\0"sv, 0, FindInSheets},
    {"\x09\2\6\0"sv, 0, FindInSheets},
    {"\x09\4\6\0"sv, 0, FindInSheets},
    {"\x09\x08\x08\0"sv, 0, FindInSheets},
    {"\x09\x08\x10\0"sv, 0, FindInSheets},
    {"\0\1\0\0\0"sv, 0, FindInTrueType},
    {"true\0"sv, 0, FindInTrueType},
    {"ttcf\0"sv, 0, FindInTrueType},

    {"RIFF"sv, 0, FindInWav},
    {"RIFX"sv, 0, FindInWav},
    {"RF64"sv, 0, FindInWav},
    {"RIFF"sv, 0, FindInSoundFont},
    {"FORM"sv, 0, FindInAiff},
    {".snd"sv, 0, FindInAu},
    {"caff\0\1"sv, 0, FindInCaf},
    {"Creative Voice File\x1a"sv, 0, FindInVoc},
    {"GF1PATCH"sv, 0, FindInPatch},
    {"M.K."sv, 1080, FindInMod},
    {"M!K!"sv, 1080, FindInMod},
    {"FLT4"sv, 1080, FindInMod},
    {"4CHN"sv, 1080, FindInMod},
    {"6CHN"sv, 1080, FindInMod},
    {"8CHN"sv, 1080, FindInMod},
    {"SCRM"sv, 44, FindInS3m},
    {"IMPM"sv, 0, FindInIt},

    {"\x7f"
     "ELF"sv,
     0, FindInElf},
    {"MZ"sv, 0, FindInWindowsProgram},
    {"\xfe\xed\xfa\xce"sv, 0, FindInMachO},
    {"\xfe\xed\xfa\xcf"sv, 0, FindInMachO},
    {"\xce\xfa\xed\xfe"sv, 0, FindInMachO},
    {"\xcf\xfa\xed\xfe"sv, 0, FindInMachO},
    {"\xca\xfe\xba\xbe\0"sv, 0, FindInJavaClass},

    {"ustar"sv, 257, FindInTar},
    {"PK\3\4"sv, 0, FindInZip},
};

uint16_t Pair(const uint8_t* at) { return LoadLe<uint16_t>(at); }

// Which magics begin with a pair of bytes: hardly any pair of text or noise does.
class MagicIndex {
 public:
  MagicIndex() {
    for (const Magic& magic : kMagics) {
      const auto first = static_cast<uint8_t>(magic.letters[0]);
      const uint32_t pair = first | static_cast<uint32_t>(static_cast<uint8_t>(magic.letters[1]))
                                        << 8;
      known_[pair / 64] |= uint64_t{1} << pair % 64;
      by_first_[first].push_back(&magic);
    }
  }
  bool Knows(uint16_t pair) const { return (known_[pair / 64] >> pair % 64 & 1) != 0; }
  const std::vector<const Magic*>& BeginningWith(uint8_t first) const { return by_first_[first]; }

 private:
  std::array<uint64_t, 65536 / 64> known_{};  // 8 KiB: stays in the innermost cache
  std::array<std::vector<const Magic*>, 256> by_first_;
};

void TryMagics(const MagicIndex& index, ByteView content, size_t position, Finder& finder) {
  const Fields here(content.subspan(position));
  for (const Magic* magic : index.BeginningWith(content[position])) {
    if (position < magic->at || !here.Says(0, magic->letters)) continue;
    const size_t begin = position - magic->at;
    const uint64_t end = finder.StartFile(begin);
    magic->find(Fields(content.subspan(begin, end - begin)), finder);
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
    TryMagics(index, content, position, finder);
    // Nothing is looked for in what was found.
    position = std::max(position + 1, static_cast<size_t>(finder.EndAt(position + 1)));
  }
}

}  // namespace lmzip::detect
