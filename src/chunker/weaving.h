// Woven frames: what they code beside the residue, and their lists of copies (FORMAT.md 3.7).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "chunker/content_window.h"
#include "chunker/copy_list.h"

namespace lmzip {

/// What stands before a woven frame, all of which must be at hand. `window` must outlive this.
struct FrameSources {
  const ContentWindow& window;  // whose references are all of far.reference_bytes
  FarSources far;

  uint64_t frame_begin() const { return window.begin() + far.position; }
  /// Where content that is read from `source` on ends: references and stream are apart.
  uint64_t EndBehind(uint64_t source) const {
    return source < window.begin() ? window.begin() : frame_begin();
  }
  /// Copies what stands at `source`. Throws Error{kCorrupt} where some of it was lost.
  void Read(uint64_t source, std::span<uint8_t> to) const;
  [[noreturn]] static void RefuseLost();
};

/// Anchors of a list at most, of each of two sorts: what a decoder has to remember.
inline constexpr uint64_t kMaxAnchors = uint64_t{1} << 16;
inline constexpr uint64_t kAnchorMemoryBytes = 256;  // of one of each, whatever holds them

/// The list of a woven frame. REQUIRES: HasFarCopies(copies).
Bytes EncodeWovenCopies(std::span<const Copy> copies, const FrameSources& sources);
/// Throws as DecodeCopies(), and where sources were lost.
std::vector<Copy> DecodeWovenCopies(ByteView code, uint64_t raw_bytes, uint64_t copied_bytes,
                                    const FrameSources& sources);

/// How known content stands between the pieces of the residue.
struct Weaving {
  std::vector<uint32_t> given;  // [copies + 1]: bytes before each gap, and before what follows all
  uint64_t given_bytes = 0;     // their sum
  Bytes bytes;                  // what the frame codes: given content, zeros for the residue
};

/// Its `bytes` are left out.
Weaving PlanWeaving(std::span<const Copy> copies, uint64_t raw_bytes, const FrameSources& sources);
/// Fills in `bytes`. Throws Error{kCorrupt} where sources were lost.
void ReadGiven(std::span<const Copy> copies, uint64_t raw_bytes, const FrameSources& sources,
               Weaving& weaving);
/// Puts what is not copied of `content` in its places.
void PutResidue(ByteView content, std::span<const Copy> copies, Weaving& weaving);
/// Which bytes of what the frame codes are given.
std::vector<bool> GivenPlaces(std::span<const Copy> copies, const Weaving& weaving);

}  // namespace lmzip
