// Frames with copies (FORMAT.md 3.5) by recipe, around the code of any residue.
#pragma once

#include <algorithm>

#include "chunker/copy_list.h"
#include "format/content_check.h"
#include "format/headers.h"
#include "fuzz/recipe.h"

namespace lmzip::fuzz {

struct CopiedContent {
  std::vector<Copy> copies;
  Bytes content;
};

/// Copies between the bytes of `residue`, and the content that they make of it, byte by byte. Where
/// there is content before the frame that they may copy, the first does.
inline CopiedContent MakeCopies(Recipe& recipe, ByteView residue, ByteView before) {
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
    const bool first = made.copies.empty();
    if (before.empty() && first) copy.gap = std::max<uint64_t>(copy.gap, 1);
    if (copy.gap > 0) take_residue(copy.gap);
    const uint64_t near = made.content.size();
    const bool far = !before.empty() && (first || near == 0 || recipe.OneIn(2));
    copy.distance = 1 + (far ? near + recipe.Below(before.size()) : recipe.Below(near));
    if (!before.empty() && !first && recipe.OneIn(2))
      copy.length = kMinFarCopyBytes + recipe.Below(9);
    for (uint64_t i = 0; i < copy.length; ++i) {
      const uint64_t at = made.content.size();
      made.content.push_back(at < copy.distance ? before[before.size() + at - copy.distance]
                                                : made.content[at - copy.distance]);
    }
    made.copies.push_back(copy);
  } while (!recipe.done() && made.copies.size() < kMaxCopies && recipe.OneIn(2));
  if (read < residue.size()) take_residue(residue.size() - read);
  return made;
}

/// A list that most likely is none, or another one than `copies`.
inline Bytes ForgeList(Recipe& recipe, std::vector<Copy> copies, bool far) {
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
        case 1: copy.length = (far ? kMinFarCopyBytes : kMinCopyBytes) + number; break;
        default: copy.distance = 1 + number;
      }
      return EncodeCopies(copies, far);
    }
    case 2: {
      if (recipe.OneIn(2)) {
        copies.pop_back();
      } else {
        copies.push_back(copies.front());
      }
      return EncodeCopies(copies, far);
    }
    default: {
      Bytes list = EncodeCopies(copies, far);
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

/// The frame of this kind and geometry whose residue has this code. Its list may be forged; what
/// its header says of sizes is true. `before`: content that its copies may be of, at the end of
/// `position` bytes of the stream's.
inline CopiedFrame WithCopies(Recipe& recipe, FrameHeader header, ByteView residue, ByteView code,
                              ByteView before, uint64_t position) {
  CopiedContent made = MakeCopies(recipe, residue, before);
  const bool sound = !recipe.OneIn(3);
  header.far = HasFarCopies(made.copies);
  header.reach = ReachOf(made.copies, position);
  if (header.far) header.position = position;
  Bytes data = sound ? EncodeCopies(made.copies, header.far)
                     : ForgeList(recipe, made.copies, header.far);
  header.raw_bytes = made.content.size();
  header.copied_bytes = made.content.size() - residue.size();
  header.list_bytes = data.size();
  data.insert(data.end(), code.begin(), code.end());
  header.data_bytes = data.size();
  return {header, std::move(made.content), std::move(data), sound};
}

/// The content of a frame without far copies whose residue has been decoded from `data`. Throws
/// Error{kCorrupt} for a list that is refused, and where that is not the content with this check.
inline Bytes ExpandCopies(const FrameHeader& header, ByteView data, const Bytes& residue,
                          uint32_t check) {
  if (!header.has_copies()) return residue;
  const auto copies = DecodeCopies(data.subspan(header.segments_bytes, header.list_bytes),
                                   header.raw_bytes, header.copied_bytes, std::nullopt);
  Bytes content(header.raw_bytes);
  CopyExpander(copies, residue, content).Advance(residue.size(), nullptr);
  CompareCheck(content, check);
  return content;
}

}  // namespace lmzip::fuzz
