#include "codec/mixer_pattern.h"

#include <new>
#include <utility>

namespace lmzip {
namespace {

KindBytes BytesOf(DataKind kind, uint64_t size) {
  KindBytes kinds{};
  kinds[static_cast<size_t>(kind)] = size;
  return kinds;
}

std::vector<TypedSegment> SegmentsOf(DataKind kind, uint64_t size) {
  if (kind == DataKind::kGeneral) return {};
  return {{.kind = kind, .length = size}};
}

}  // namespace

/// It codes nothing, and never looks at its content.
struct MixerPattern::Kept {
  Kept(const Form& of, uint64_t size, const std::function<void(Mixer&)>& start)
      : form(of),
        content(size),
        segments(SegmentsOf(of.kind, size)),
        mixer({.lanes = of.lanes, .prior = of.prior, .without = of.without, .segments = segments},
              content) {
    start(mixer);
  }

  const Form form;
  const Bytes content;
  const std::vector<TypedSegment> segments;
  Mixer mixer;
};

MixerPattern::MixerPattern(MemoryBudget& budget) : budget_(budget) {}

MixerPattern::~MixerPattern() { budget_.TakeBack(*this); }

bool MixerPattern::CopyTo(const Form& form, Mixer& mixer) const {
  const MutexLock lock(mutex_);
  return kept_ && kept_->form == form && mixer.CopyFrom(kept_->mixer);
}

void MixerPattern::Offer(const Form& form, uint64_t size, const Mixer& mixer,
                         const std::function<void(Mixer&)>& start) {
  if (!MayMake(form)) return;
  const uint64_t bytes = Mixer::MemoryBytes(BytesOf(form.kind, size), form.lanes) + size;
  if (budget_.Lend(bytes, *this) && !Make(form, size, mixer, start)) budget_.TakeBack(*this);
  const MutexLock lock(mutex_);
  making_ = false;
}

bool MixerPattern::MayMake(const Form& form) {
  const MutexLock lock(mutex_);
  const bool again = std::exchange(asked_, form) == form;
  if (making_ || !again) return false;
  kept_.reset();
  making_ = true;
  dropped_ = false;
  return true;
}

bool MixerPattern::Make(const Form& form, uint64_t size, const Mixer& mixer,
                        const std::function<void(Mixer&)>& start) {
  const MutexLock lock(mutex_);
  if (dropped_) return false;
  try {
    auto kept = std::make_unique<Kept>(form, size, start);
    if (kept->mixer.CopyFrom(mixer)) kept_ = std::move(kept);
  } catch (const std::bad_alloc&) {  // frames do without
  }
  return kept_ != nullptr;
}

void MixerPattern::Drop() noexcept {
  const MutexLock lock(mutex_);
  dropped_ = true;
  kept_.reset();
}

}  // namespace lmzip
