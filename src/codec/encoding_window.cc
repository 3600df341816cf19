#include "codec/encoding_window.h"

#include "chunker/copy_finder.h"

namespace lmzip {

void EncodingWindow::Open(uint64_t beside) {
  const uint64_t index_bytes = FarCopies::IndexBytes(window_bytes_);
  if (copies_) {
    room_.memory = budget_.Hold(kFileWindowBytes + index_bytes, beside, "the index of a window");
    copies_->MakeIndex();
    return;
  }
  const uint64_t pages = references_ ? kFileWindowBytes : 0;
  room_ = OpenWindow(budget_, window_bytes_, pages + index_bytes, beside);
  ContentBefore before;
  if (references_) before = {.bytes = references_->bytes(), .store = references_->NewStore()};
  copies_.emplace(window_bytes_, std::move(room_.store), std::move(before),
                  references_ ? references_->index() : nullptr);
}

void EncodingWindow::MakeWay(uint64_t bytes) {
  if (room_.MakeWay(budget_, bytes)) copies_->DropIndex();
}

std::vector<Copy> EncodingWindow::Find(ByteView content) const {
  return copies_->Find(content, FindCopies(content));
}

}  // namespace lmzip
