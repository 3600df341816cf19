// Mixers that begin alike learn once.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/mutex.h"
#include "codec/memory_budget.h"
#include "mixer/mixer.h"

namespace lmzip {

/// Keeps a mixer that has learned what others learn first, in memory that nobody else wants.
/// Thread-safe.
class MixerPattern final : private MemoryBudget::Spare {
 public:
  /// What decides, but for sizes, what a mixer has learned of the same bytes.
  struct Form {
    DataKind kind = DataKind::kGeneral;  // that they are modelled as
    int lanes = 0;
    const Prior* prior = nullptr;
    MixerPart without = MixerPart::kNone;

    bool operator==(const Form&) const = default;
  };

  /// `budget` must outlive this.
  explicit MixerPattern(MemoryBudget& budget);
  ~MixerPattern();
  MixerPattern(const MixerPattern&) = delete;
  MixerPattern& operator=(const MixerPattern&) = delete;

  /// Whether there is a pattern for `mixer`, which has started its first block; it has learned what
  /// there is to learn then.
  bool CopyTo(const Form& form, Mixer& mixer) const LMZIP_EXCLUDES(mutex_);

  /// `mixer`, of `form`, with `size` bytes of form.kind, has learned it by itself. The second one
  /// in a row of a form becomes the pattern; `start` starts the first block.
  void Offer(const Form& form, uint64_t size, const Mixer& mixer,
             const std::function<void(Mixer&)>& start) LMZIP_EXCLUDES(mutex_);

 private:
  struct Kept;

  bool MayMake(const Form& form) LMZIP_EXCLUDES(mutex_);
  bool Make(const Form& form, uint64_t size, const Mixer& mixer,
            const std::function<void(Mixer&)>& start) LMZIP_EXCLUDES(mutex_);
  void Drop() noexcept override LMZIP_EXCLUDES(mutex_);

  MemoryBudget& budget_;
  mutable Mutex mutex_;  // the budget's functions are not called while it is held
  std::optional<Form> asked_ LMZIP_GUARDED_BY(mutex_);  // last
  std::unique_ptr<const Kept> kept_ LMZIP_GUARDED_BY(mutex_);
  bool making_ LMZIP_GUARDED_BY(mutex_) = false;
  bool dropped_ LMZIP_GUARDED_BY(mutex_) = false;  // while it was being made
};

}  // namespace lmzip
