#include "codec/encoding_window.h"

#include "chunker/copy_finder.h"

namespace lmzip {

void EncodingWindow::Open(uint64_t beside) {
  const uint64_t index_bytes = FarCopies::IndexBytes(window_bytes_);
  if (!copies_) {
    room_ = OpenWindow(budget_, window_bytes_, index_bytes, beside);
    copies_.emplace(window_bytes_, std::move(room_.store));
    return;
  }
  room_.memory = budget_.Hold(kFileWindowBytes + index_bytes, beside, "the index of a window");
  copies_->MakeIndex();
}

void EncodingWindow::MakeWay(uint64_t bytes) {
  if (room_.MakeWay(budget_, bytes)) copies_->DropIndex();
}

std::vector<Copy> EncodingWindow::Find(ByteView content) const {
  return copies_->Find(content, FindCopies(content));
}

}  // namespace lmzip
