// Woven frames' lists and what they give: those of any copies come back, noise and damage are
// refused or within limits, and what is woven expands to its content.
#include "base/check.h"
#include "chunker/far_copies.h"
#include "chunker/weaving.h"
#include "fuzz/copies_recipe.h"
#include "lmzip/error.h"
#include "support/content_before.h"

namespace {

using namespace lmzip;
using namespace lmzip::fuzz;

constexpr size_t kMaxBefore = 400;

// What the frame codes, as a decoder that reads all of it right has it.
Weaving Woven(const Bytes& content, const std::vector<Copy>& copies,
              const FrameSources& sources) {
  Weaving weaving = PlanWeaving(copies, content.size(), sources);
  ReadGiven(copies, content.size(), sources, weaving);
  PutResidue(content, copies, weaving);
  const std::vector<bool> given = GivenPlaces(copies, weaving);
  LMZIP_CHECK(static_cast<uint64_t>(std::ranges::count(given, true)) == weaving.given_bytes);
  return weaving;
}

void CheckExpands(const std::vector<Copy>& copies, const Weaving& weaving, const Bytes& content,
                  const ContentWindow& window) {
  Bytes expanded(content.size());
  CopyExpander expander(copies, weaving.bytes, expanded, weaving.given);
  const uint64_t half = weaving.bytes.size() / 2;
  LMZIP_CHECK(expander.Advance(half, &window) == ContentBytes(copies, half, weaving.given));
  LMZIP_CHECK(expander.Advance(weaving.bytes.size(), &window) == content.size());
  LMZIP_CHECK(expanded == content && !expander.misses_sources());
}

// Any list: it is refused, or says copies that stay within what stands before.
void DecodeAny(ByteView list, uint64_t raw_bytes, uint64_t copied_bytes,
               const FrameSources& sources) {
  try {
    const auto copies = DecodeWovenCopies(list, raw_bytes, copied_bytes, sources);
    LMZIP_CHECK(CopiedBytes(copies) == copied_bytes);
    LMZIP_CHECK(ReachOf(copies, sources.far.position) <= sources.far.reach);
    Woven(Bytes(raw_bytes), copies, sources);
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() == ErrorCode::kCorrupt);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Recipe recipe(ByteView(data, size));
  const uint64_t what = recipe.Below(3);
  const Bytes references = recipe.OneIn(2) ? MakeContent(recipe, kMaxBefore) : Bytes();
  const Bytes stream = MakeContent(recipe, kMaxBefore);
  ContentWindow window(stream.size(), WindowInMemory(stream.size()),
                       lmzip::testing::BeforeOf(references));
  window.Append(stream);
  Bytes before = references;
  before.insert(before.end(), stream.begin(), stream.end());
  const auto sources_of = [&](uint64_t reach) {
    return FrameSources{.window = window,
                        .far = {.reach = reach,
                                .position = stream.size(),
                                .reference_bytes = references.size()}};
  };
  if (what == 0) {
    const uint64_t raw_bytes = 2 + recipe.Below(3000);
    const uint64_t copied_bytes = 1 + recipe.Below(raw_bytes - 1);
    const FrameSources sources = sources_of(recipe.Below(stream.size() + 1));
    DecodeAny(recipe.Take(64), raw_bytes, copied_bytes, sources);
    return 0;
  }
  Recipe damage(recipe.Take(what == 1 ? 0 : 6));
  const CopiedContent made = MakeCopies(recipe, MakeContent(recipe, kMaxBefore), before);
  if (!HasFarCopies(made.copies)) return 0;
  // All of the stream is there; a copy that goes on from the references into it reaches it all.
  const FrameSources sources = sources_of(stream.size());
  const uint64_t raw_bytes = made.content.size(), copied_bytes = CopiedBytes(made.copies);
  Bytes list = EncodeWovenCopies(made.copies, sources);
  if (what == 2) {
    DamageBytes(damage, list);
    DecodeAny(list, raw_bytes, copied_bytes, sources);
    return 0;
  }
  LMZIP_CHECK(DecodeWovenCopies(list, raw_bytes, copied_bytes, sources) == made.copies);
  const Weaving weaving = Woven(made.content, made.copies, sources);
  CheckExpands(made.copies, weaving, made.content, window);
  return 0;
}
