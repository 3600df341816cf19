// Finding typed segments: whatever content says of itself, what is found is in order, apart and
// within the limits of lists. An input is a recipe: files of known kinds, damaged, one behind
// another, with content of the input between them; inputs from 0x80 on are content as they are.
#include "base/check.h"
#include "detect/find_segments.h"
#include "fuzz/recipe.h"
#include "segments/segment_list.h"
#include "support/made_arrays.h"
#include "support/made_pictures.h"
#include "support/made_programs.h"
#include "support/made_sounds.h"
#include "support/made_tables.h"

namespace {

using namespace lmzip;
using namespace lmzip::fuzz;

// Their headers, and a little of what they hold.
const std::vector<Bytes>& Files() {
  static const std::vector<Bytes> files = [] {
    constexpr size_t kMostBytes = 1 << 14;
    std::vector<Bytes> all;
    for (const auto& family :
         {testing::MadePictures(), testing::MadeArrays(), testing::MadeSounds(),
          testing::MadePrograms(), testing::MadeTables()}) {
      for (const auto& made : family) {
        all.push_back(made.bytes);
        if (made.bytes.size() > kMostBytes) all.back().resize(kMostBytes);
      }
    }
    return all;
  }();
  return files;
}

// Most damage is to the fields of headers.
void DamageHeader(Recipe& recipe, Bytes& file) {
  constexpr uint64_t kHeaderBytes = 512;
  const size_t at = recipe.Below(std::min<uint64_t>(kHeaderBytes, file.size()));
  const uint64_t width = uint64_t{1} << recipe.Below(4), value = AnyNumber(recipe, 32);
  for (size_t i = at; i < std::min<uint64_t>(at + width, file.size()); ++i) {
    file[i] = static_cast<uint8_t>(value >> 8 * ((i - at) % 4));
  }
}

Bytes MakeFiles(Recipe& recipe) {
  Bytes content;
  do {
    Bytes file = recipe.OneIn(8) ? MakeContent(recipe, 4096) : recipe.OneOf(Files());
    for (uint64_t times = recipe.Below(4); times > 0; --times) {
      recipe.OneIn(4) ? DamageBytes(recipe, file) : DamageHeader(recipe, file);
      if (file.empty()) break;
    }
    content.insert(content.end(), file.begin(), file.end());
  } while (!recipe.done() && recipe.OneIn(2));
  return content;
}

void CheckFound(ByteView content) {
  std::vector<TypedSegment> segments;
  for (const FoundSegment& found : FindSegments(content)) segments.push_back(found.segment);
  if (segments.empty()) return;
  const Bytes list = EncodeSegments(segments, content.size());
  LMZIP_CHECK(DecodeSegments(list, content.size()) == segments);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView input(data, size);
  if (size > 0 && data[0] >= 0x80) {
    CheckFound(input);
    return 0;
  }
  Recipe recipe(input);
  CheckFound(MakeFiles(recipe));
  return 0;
}
