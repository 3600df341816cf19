// Files that both sides have, by which streams are coded (FORMAT.md 2.3).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/model_id.h"
#include "base/mutex.h"
#include "base/random_access.h"
#include "chunker/far_copies.h"
#include "codec/memory_budget.h"
#include "codec/mixer_prime.h"
#include "format/headers.h"

namespace lmzip {

/// One of them.
struct Reference {
  /// Reads the file once. Throws Error{kIo}, and Error{kUsage} where it is empty.
  explicit Reference(const std::filesystem::path& path);

  const std::string name;
  const FileAccess file;
  ReferenceId id;
};

/// Some of them in an order, as content before a stream's. Thread-safe.
class References {
 public:
  /// `budget` must outlive this. Throws Error{kIo}.
  References(std::vector<std::shared_ptr<const Reference>> parts, MemoryBudget& budget);

  uint64_t bytes() const { return bytes_; }
  const std::vector<ReferenceId>& ids() const { return ids_; }
  /// What a frame's mixer learns before its content: the end of them.
  const Prime& prime() const { return *prime_; }
  /// Whether a frame of so many bytes, of several or alone, may copy of them: what mixers learn
  /// whole, short content need not, for a list of copies takes the long form.
  bool MayBeCopied(uint64_t frame_bytes, bool alone) const {
    return !alone || frame_bytes > kMaxShortFormBytes || bytes_ > kMaxPrimeBytes;
  }
  /// To read them, at places from 0 on, with kFileWindowBytes of memory. Must not outlive this.
  std::unique_ptr<WindowStore> NewStore() const;
  /// Makes the index, unless there is one: where their blocks stand. Its memory is taken from the
  /// budget for good, without holding leases. Throws Error{kLimit, kIo}.
  void MakeIndex() const;
  /// Null before MakeIndex().
  std::shared_ptr<const BlockIndex> index() const;
  /// Throws Error{kIo} when a file was written to since this was made.
  void RequireUnchanged() const;

 private:
  const std::vector<std::shared_ptr<const Reference>> parts_;
  MemoryBudget& budget_;
  std::vector<ReferenceId> ids_;
  uint64_t bytes_ = 0;
  std::unique_ptr<const Prime> prime_;
  mutable Mutex mutex_;
  mutable std::shared_ptr<const BlockIndex> index_ LMZIP_GUARDED_BY(mutex_);
};

/// Those that a codec was given.
class KnownReferences {
 public:
  /// `budget` must outlive this, and what it gives. Throws as Reference.
  KnownReferences(const std::vector<std::filesystem::path>& paths, MemoryBudget& budget);

  /// All, in their order; null where there are none.
  const std::shared_ptr<const References>& all() const { return all_; }
  /// Throws Error{kModelMismatch}, naming what is missing. REQUIRES: ids are not empty.
  std::shared_ptr<const References> Find(const std::vector<ReferenceId>& ids) const;
  /// All of them, or one, that have this check with the model; null where neither does.
  std::shared_ptr<const References> Find(uint32_t check, const ShortModelId& model) const;
  /// The checks that Find() knows with the model.
  std::vector<uint32_t> ChecksWith(const ShortModelId& model) const;
  /// Each with its size and hash, for messages; empty where there are none.
  std::string Describe() const;

 private:
  MemoryBudget& budget_;
  std::vector<std::shared_ptr<const Reference>> each_;
  std::shared_ptr<const References> all_;
};

}  // namespace lmzip
