#include "segments/typed_segment.h"

namespace lmzip {
namespace {

std::string SampleForm(const TypedSegment& segment) {
  std::string text = std::to_string(int{segment.bits}) + " bits";
  if (segment.is_float) text += " float";
  if (segment.is_signed) text += " signed";
  if (segment.is_palette) text += " palette";
  if (segment.big_endian) text += " big-endian";
  if (segment.channels > 1) text += " x " + std::to_string(int{segment.channels});
  return text;
}

std::string RecordForm(const TypedSegment& segment) {
  const std::string row = std::to_string(segment.row_bytes);
  switch (segment.layout) {
    case Layout::kEqual: return "of " + row + " bytes a record";
    case Layout::kTagged: return "of tagged records";
    case Layout::kGlyphs:
      return "of glyphs, aligned to " + row + (segment.row_bytes == 1 ? " byte" : " bytes");
  }
  return "of unknown records";
}

}  // namespace

KindBytes KindBytesOf(std::span<const TypedSegment> segments, uint64_t coded_bytes) noexcept {
  KindBytes bytes{};
  uint64_t typed = 0;
  for (const TypedSegment& segment : segments) {
    bytes[static_cast<size_t>(segment.kind)] += segment.length;
    typed += segment.length;
  }
  bytes[static_cast<size_t>(DataKind::kGeneral)] += coded_bytes - typed;
  return bytes;
}

const char* NameOf(DataKind kind) {
  switch (kind) {
    case DataKind::kGeneral: return "general";
    case DataKind::kPicture: return "picture";
    case DataKind::kSound: return "sound";
    case DataKind::kProgram: return "program";
    case DataKind::kTable: return "table";
    case DataKind::kGenome: return "genome";
    case DataKind::kQuick: return "quick";
  }
  return "unknown";
}

const char* NameOf(Machine machine) {
  switch (machine) {
    case Machine::kUnknown: return "unknown";
    case Machine::kX86: return "x86";
    case Machine::kX86_64: return "x86-64";
    case Machine::kArm: return "arm";
    case Machine::kArm64: return "arm64";
    case Machine::kJava: return "java";
    case Machine::kSparc: return "sparc";
    case Machine::kRiscV: return "riscv";
    case Machine::kPowerPc: return "powerpc";
    case Machine::kMips: return "mips";
  }
  return "unknown";
}

std::string Describe(const TypedSegment& segment) {
  const std::string kind = NameOf(segment.kind);
  const std::string row = std::to_string(segment.row_bytes);
  switch (segment.kind) {
    case DataKind::kPicture:
      return kind + " " + SampleForm(segment) + ", " + row + " bytes a row";
    case DataKind::kSound: return kind + " " + SampleForm(segment);
    case DataKind::kProgram: return kind + " " + NameOf(segment.machine);
    case DataKind::kTable: return kind + " " + RecordForm(segment);
    case DataKind::kGenome:
      return segment.row_bytes > 0 ? kind + " in lines of " + row + " bytes" : kind;
    case DataKind::kGeneral:
    case DataKind::kQuick: break;
  }
  return kind;
}

}  // namespace lmzip
