// Frames with copies (FORMAT.md 3.5) by recipe, around the code of any residue.
#pragma once

#include <algorithm>

#include "chunker/copy_list.h"
#include "format/headers.h"
#include "fuzz/recipe.h"

namespace lmzip::fuzz {

struct CopiedContent {
  std::vector<Copy> copies;
  Bytes content;
};

/// Copies between the bytes of `residue`, and the content that they make of it, byte by byte.
inline CopiedContent MakeCopies(Recipe& recipe, ByteView residue) {
  constexpr size_t kMaxCopies = 8;
  CopiedContent made;
  size_t read = 0;
  const auto take_residue = [&](size_t count) {
    made.content.insert(made.content.end(), &residue[read], &residue[read] + count);
    read += count;
  };
  do {
    Copy copy{.gap = recipe.Below(residue.size() - read + 1),
              .length = kMinCopyBytes + AnyNumber(recipe, 10)};
    if (made.content.empty()) copy.gap = std::max<uint64_t>(copy.gap, 1);
    if (copy.gap > 0) take_residue(copy.gap);
    copy.distance = 1 + recipe.Below(made.content.size());
    for (uint64_t i = 0; i < copy.length; ++i) {
      made.content.push_back(made.content[made.content.size() - copy.distance]);
    }
    made.copies.push_back(copy);
  } while (!recipe.done() && made.copies.size() < kMaxCopies && recipe.OneIn(2));
  if (read < residue.size()) take_residue(residue.size() - read);
  return made;
}

/// A list that most likely is none, or another one than `copies`.
inline Bytes ForgeList(Recipe& recipe, std::vector<Copy> copies) {
  switch (recipe.Below(4)) {
    case 0: {
      const ByteView noise = recipe.Take(1 + recipe.Below(30));
      return {noise.begin(), noise.end()};
    }
    case 1: {
      Copy& copy = recipe.OneOf(copies);
      const uint64_t number = AnyNumber(recipe, 27);
      switch (recipe.Below(3)) {
        case 0: copy.gap = number; break;
        case 1: copy.length = kMinCopyBytes + number; break;
        default: copy.distance = 1 + number;
      }
      return EncodeCopies(copies);
    }
    case 2: {
      if (recipe.OneIn(2)) {
        copies.pop_back();
      } else {
        copies.push_back(copies.front());
      }
      return EncodeCopies(copies);
    }
    default: {
      Bytes list = EncodeCopies(copies);
      DamageBytes(recipe, list);
      return list;
    }
  }
}

struct CopiedFrame {
  FrameHeader header;
  Bytes content;
  Bytes data;
  bool sound = true;  // the list is that of the content
};

/// The frame of this kind and geometry whose residue has this code. Its list may be forged; what its
/// header says of sizes is true.
inline CopiedFrame WithCopies(Recipe& recipe, FrameHeader header, ByteView residue, ByteView code) {
  CopiedContent made = MakeCopies(recipe, residue);
  const bool sound = !recipe.OneIn(3);
  Bytes data = sound ? EncodeCopies(made.copies) : ForgeList(recipe, made.copies);
  header.raw_bytes = made.content.size();
  header.copied_bytes = made.content.size() - residue.size();
  header.list_bytes = data.size();
  data.insert(data.end(), code.begin(), code.end());
  header.data_bytes = data.size();
  return {header, std::move(made.content), std::move(data), sound};
}

}  // namespace lmzip::fuzz
