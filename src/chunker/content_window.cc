#include "chunker/content_window.h"

#include <algorithm>

namespace lmzip {

void ContentWindow::Append(ByteView content) {
  if (content.empty()) return;
  if (capacity_ == 0) return Skip(content.size());
  if (broken_) runs_.push_back({.position = end_, .begin = appended_, .end = appended_});
  broken_ = false;
  end_ += content.size();
  appended_ += content.size();
  runs_.back().end = appended_;
  content = content.last(std::min<uint64_t>(content.size(), capacity_));
  for (uint64_t at = appended_ - content.size(); !content.empty();) {
    const uint64_t place = at % capacity_;
    const uint64_t piece = std::min<uint64_t>(content.size(), capacity_ - place);
    store_->Write(place, content.first(piece));
    content = content.subspan(piece);
    at += piece;
  }
  while (runs_.front().end <= kept_begin()) runs_.pop_front();
}

void ContentWindow::Skip(uint64_t count) {
  end_ += count;
  broken_ = true;
}

// Whoever says what contradicts the content before loses it.
void ContentWindow::MoveEnd(uint64_t end) {
  if (!broken_ && end != end_) {
    Run& last = runs_.back();
    const uint64_t before =
        runs_.size() == 1 ? begin() : runs_.end()[-2].position + runs_.end()[-2].bytes();
    if (end < before + last.bytes()) {
      runs_.clear();
      broken_ = true;
    } else {
      last.position = end - last.bytes();
    }
  }
  end_ = end;
}

const ContentWindow::Run* ContentWindow::RunOf(uint64_t position) const {
  const auto next = std::ranges::upper_bound(runs_, position, {}, &Run::position);
  return next == runs_.begin() ? nullptr : &next[-1];
}

ByteView ContentWindow::From(uint64_t position) const {
  if (position < begin()) return before_.store->From(position, begin());
  const Run* const run = RunOf(position);
  if (run == nullptr) return {};
  const uint64_t at = run->begin + (position - run->position);
  if (at < kept_begin() || at >= run->end) return {};
  const uint64_t place = at % capacity_;
  return store_->From(place, place + std::min(run->end - at, capacity_ - place));
}

ByteView ContentWindow::Before(uint64_t position) const {
  if (position == 0) return {};
  if (position <= begin()) return before_.store->Before(position, 0);
  const Run* const run = RunOf(position - 1);
  if (run == nullptr) return {};
  const uint64_t end = run->begin + (position - run->position);
  if (end > run->end || end <= kept_begin()) return {};
  const uint64_t place = (end - 1) % capacity_ + 1;
  const uint64_t bytes = std::min(end - std::max(run->begin, kept_begin()), place);
  return store_->Before(place, place - bytes);
}

}  // namespace lmzip
