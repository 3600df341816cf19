// Outlines of glyphs as TrueType fonts keep them (MIXER.md, "Glyphs").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/bytes_behind.h"
#include "mixer/sets/wide_set.h"

namespace lmzip {

/// Follows what a lane's bytes are of a font's glyphs. Total: what cannot be an outline ends the
/// glyph, and the next one is looked for at the next multiple of the alignment.
class GlyphOutlines {
 public:
  GlyphOutlines() noexcept = default;
  /// Glyphs begin at multiples of `alignment` from the segment's begin, in which the lane is at
  /// `offset`: there one is taken to begin.
  GlyphOutlines(uint32_t alignment, uint64_t offset) noexcept
      : alignment_(alignment), phase_(static_cast<uint32_t>(offset % alignment)) {}

  void Update(uint8_t byte) noexcept;
  void View(const BytesBehind& bytes, StructureView& view) const noexcept;

 private:
  enum class Part : uint8_t {
    kHeader,      // contours, then the box: five numbers
    kEnds,        // of every contour its last point
    kCodeLength,  // of the instructions
    kCode,
    kFlags,
    kRepeats,  // how often the flags before are to be repeated
    kX,
    kY,
    kComponentFlags,  // of a part of a glyph made of others
    kComponentGlyph,
    kComponentPlace,  // arguments and scale
    kPadding,
  };
  // Of a point; those of y are the next higher bits. A short step is a byte, with `same` upwards;
  // another one is two, with `same` none: the number stays.
  enum Flag : uint8_t { kOnCurve = 1, kShort = 2, kRepeat = 8, kSame = 16 };
  static constexpr uint8_t kKept = 0x37;     // all but kRepeat
  static constexpr uint8_t kContour = 0x80;  // one begins here; no flag of the format
  static constexpr size_t kMostPoints = 1024;
  static constexpr uint32_t kHeaderBytes = 10;

  struct Point {
    uint8_t flags = 0;
    std::array<int16_t, 2> step{};  // from the point before, by axis
  };

  // Bytes of a point's step, 0 where it is none, by its flags.
  static uint32_t StepBytes(uint32_t flags, int axis) noexcept;

  void Begin(Part part, uint32_t bytes) noexcept;
  void EndPart() noexcept;
  void BeginGlyph() noexcept;
  void EndHeader() noexcept;
  void EndCode() noexcept;
  void BeginFlags() noexcept;
  void AddFlags(uint32_t flags, uint32_t count) noexcept;
  void BeginSteps(int axis) noexcept;
  void NextStep(int axis) noexcept;
  void EndStep(int axis) noexcept;
  void EndOutline() noexcept;
  void FollowCode(uint8_t byte) noexcept;

  void ViewNumbers(const BytesBehind& bytes, StructureView& view) const noexcept;
  void ViewCode(const BytesBehind& bytes, StructureView& view) const noexcept;
  void ViewFlags(const BytesBehind& bytes, StructureView& view) const noexcept;
  void ViewStep(int axis, StructureView& view) const noexcept;

  uint32_t alignment_ = 1, phase_ = 0;  // bytes since the segment's begin, modulo the alignment
  Part part_ = Part::kHeader;
  uint32_t index_ = 0, left_ = kHeaderBytes;  // bytes of the part so far, bytes to come
  uint32_t value_ = 0;                        // of the part's bytes, the latest lowest

  // The glyph.
  std::array<int16_t, 5> header_{}, last_header_{};  // its own, that of the one before
  uint32_t header_hash_ = 0;                         // of the bytes so far
  uint32_t end_ = 0, last_end_ = 0;                  // the latest contour's, of the one before
  uint32_t points_count_ = 0;
  uint32_t component_flags_ = 0;
  std::array<Point, kMostPoints> points_{};
  size_t point_ = 0;  // the next one
  int place_ = 0;     // what the steps before come to
  int contour_ = 0;   // the same of the contour's first point

  // Its instructions.
  uint64_t operations_ = 0;  // the latest eight, a byte each
  uint32_t to_push_ = 0;     // bytes to come that are none
  bool counts_ = false;      // the number of them is next
  bool words_ = false;       // they are words
};

}  // namespace lmzip
