// Parts of what a frame codes, of a kind of data each (FORMAT.md 3.6).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace lmzip {

/// What model set codes the bytes of a typed segment. The numbers are the format's.
enum class DataKind : uint8_t {
  kGeneral = 0,  // text, code, logs and what is not known: all bytes in no typed segment
  kPicture = 1,  // rows of samples
  kSound = 2,    // samples in time
  kProgram = 3,  // machine code with its data
  kTable = 4,    // records
  kGenome = 5,   // lines of letters of nucleotides
  kQuick = 6,    // like kGeneral, by a set that is quick instead of thorough
};
inline constexpr int kDataKinds = 7;

/// What parameters a kind has.
constexpr bool HasSamples(DataKind kind) {
  return kind == DataKind::kPicture || kind == DataKind::kSound;
}
constexpr bool HasRows(DataKind kind) {
  return kind == DataKind::kPicture || kind == DataKind::kTable || kind == DataKind::kGenome;
}

/// How many bytes of a frame are of each kind.
using KindBytes = std::array<uint64_t, kDataKinds>;

enum class Machine : uint8_t {
  kUnknown = 0,
  kX86 = 1,
  kX86_64 = 2,
  kArm = 3,
  kArm64 = 4,
  kJava = 5,
  kSparc = 6,
  kRiscV = 7,
  kPowerPc = 8,
  kMips = 9
};
inline constexpr int kMachines = 10;

/// How the records of a table follow each other.
enum class Layout : uint8_t {
  kEqual = 0,   // all of row_bytes bytes
  kTagged = 1,  // each behind its type and its length, u16 both, the least significant byte first
  kGlyphs = 2,  // outlines of a TrueType font, each at a multiple of row_bytes
};
inline constexpr int kLayouts = 3;

/// How far a set goes to save bits: what decoding costs, too.
enum class ModelLevel : uint8_t { kFast = 0, kDefault = 1, kMax = 2 };
inline constexpr int kModelLevels = 3;

struct TypedSegment {
  DataKind kind = DataKind::kGeneral;
  ModelLevel level = ModelLevel::kDefault;
  uint64_t begin = 0;   // in the bytes that the frame codes
  uint64_t length = 0;  // of them

  // Pictures and tables: bytes from a row to the next; genomes: of a line, its end included, 0
  // where there are no lines.
  uint32_t row_bytes = 0;
  Layout layout = Layout::kEqual;  // tables
  // Pictures, of interleaved samples, and sound.
  uint8_t channels = 1;
  uint8_t bits = 8;  // of a sample: 1, 8, 16, 24 or 32; with its padding
  bool big_endian = false;
  bool is_signed = false;   // two's complement
  bool is_float = false;    // IEEE 754, of 32 bits
  bool is_palette = false;  // values are indices: neighbours in number are no neighbours in colour
  Machine machine = Machine::kUnknown;  // programs

  uint64_t end() const { return begin + length; }
  bool Covers(uint64_t position) const { return position >= begin && position < end(); }
  uint32_t sample_bytes() const { return (bits + 7u) / 8u; }
  bool operator==(const TypedSegment&) const = default;
};

/// Of segments that are apart and lie in `coded_bytes`.
KindBytes KindBytesOf(std::span<const TypedSegment> segments, uint64_t coded_bytes) noexcept;

/// "general", "picture", "sound", "program", "table", "genome", "quick".
const char* NameOf(DataKind kind);
const char* NameOf(Machine machine);

/// Kind and parameters for people, e.g. "picture 24 bits, 1536 bytes a row".
std::string Describe(const TypedSegment& segment);

}  // namespace lmzip
