// References, as a window has them.
#pragma once

#include "chunker/content_window.h"

namespace lmzip::testing {

inline ContentBefore BeforeOf(ByteView references) {
  auto store = WindowInMemory(references.size());
  store->Write(0, references);
  return {.bytes = references.size(), .store = std::move(store)};
}

}  // namespace lmzip::testing
