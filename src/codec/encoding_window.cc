#include "codec/encoding_window.h"

#include <algorithm>

#include "chunker/copy_finder.h"
#include "codec/content_reader.h"

namespace lmzip {
namespace {

constexpr uint64_t kReadBytes = uint64_t{64} << 10;

}  // namespace

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

void EncodingWindow::ReadTo(uint64_t position, ByteSource& source) {
  const uint64_t unknown = position - std::min(position, window_bytes_);
  SkipContent(unknown, source);
  copies_->Skip(unknown);
  Bytes piece(std::min(position - unknown, kReadBytes));
  for (uint64_t at = unknown; at < position; at += piece.size()) {
    piece.resize(std::min(position - at, kReadBytes));
    ReadContent(piece, source);
    copies_->Append(piece);
  }
}

std::vector<Copy> EncodingWindow::Find(ByteView content) const {
  return copies_->Find(content, FindCopies(content));
}

}  // namespace lmzip
