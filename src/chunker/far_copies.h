// Finds what a frame repeats of the content before it, however far that is.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/zeroed_array.h"
#include "chunker/content_window.h"
#include "chunker/copy_list.h"
#include "chunker/rolling_hash.h"

namespace lmzip {

/// Where blocks of content stand: those of kBytes that begin at multiples of it, so that whatever
/// is repeated for 2 * kBytes - 1 holds one.
class BlockIndex {
 public:
  static constexpr uint64_t kBytes = 32;
  using Hash = RollingHash<kBytes>;

  /// Has room for the blocks of the last `window_bytes`; others may be forgotten.
  explicit BlockIndex(uint64_t window_bytes);

  /// `content` stands at `position`.
  void Add(ByteView content, uint64_t position);
  /// Calls `visit(position)` for blocks before `end` that may have this hash, later ones first.
  template <typename Visit>
  void Find(const Hash& hash, uint64_t end, Visit visit) const;

  static uint64_t MemoryBytes(uint64_t window_bytes);

 private:
  static constexpr size_t kWays = 4;  // blocks of a hash that are remembered
  static int BitsFor(uint64_t window_bytes);
  uint32_t TagOf(const Hash& hash) const;

  const int bits_;         // of hashes that have a set of entries
  const int number_bits_;  // of a block's number, its position / kBytes, in an entry
  // Sets of kWays, the latest block first. An entry is further bits of the hash, then the number's
  // lowest bits; 0: none, and so is a block whose entry would be that.
  ZeroedArray<uint32_t> entries_;
};

/// A stream's content as its encoder keeps it. Not thread-safe.
class FarCopies {
 public:
  /// `store` has the room for the window, which may be of 0 bytes. `index_before`: of what stands
  /// before the window's content; null where nothing does.
  FarCopies(uint64_t window_bytes, std::unique_ptr<WindowStore> store, ContentBefore before = {},
            std::shared_ptr<const BlockIndex> index_before = nullptr)
      : window_bytes_(window_bytes),
        window_(window_bytes, std::move(store), std::move(before)),
        index_(window_bytes),
        index_before_(std::move(index_before)) {}

  /// `near`, copies of `content` from itself, and between them copies from what stands before it,
  /// from kMinFarCopyBytes on: not of what the content itself has shortly before, which costs a
  /// mixer less than a copy. Something is left for the residue. REQUIRES: has_index().
  std::vector<Copy> Find(ByteView content, std::span<const Copy> near) const;

  /// The frame is chosen; what comes next may copy from it.
  void Append(ByteView content);

  /// So many bytes come first that nothing can be copied from. REQUIRES: nothing was appended.
  void Skip(uint64_t bytes) { window_.Skip(bytes); }

  /// Frees the index, most of what this takes of memory, and makes it again of the window's
  /// content.
  void DropIndex() { index_.reset(); }
  void MakeIndex();
  bool has_index() const { return index_.has_value(); }

  const ContentWindow& window() const { return window_; }

  /// Memory beside the store's.
  static uint64_t IndexBytes(uint64_t window_bytes) {
    return BlockIndex::MemoryBytes(window_bytes);
  }
  /// Memory that Find() takes for itself, and for lists of what it finds while some of that is
  /// chosen.
  static uint64_t SearchBytes(uint64_t raw_bytes);

 private:
  const uint64_t window_bytes_;
  ContentWindow window_;
  std::optional<BlockIndex> index_;  // of what was appended
  const std::shared_ptr<const BlockIndex> index_before_;
};

}  // namespace lmzip
