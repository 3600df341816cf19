// Headers: what is accepted is what would have been written.
#include "base/check.h"
#include "format/headers.h"
#include "fuzz/recipe.h"
#include "lmzip/error.h"

namespace {

template <typename Parse, typename Append>
void ParseThenWrite(lmzip::ByteView input, Parse parse, Append append) {
  size_t used = 0;
  lmzip::Bytes written;
  try {
    append(parse(input, used), written);
  } catch (const lmzip::Error&) {
    return;
  }
  LMZIP_CHECK(used == written.size() && std::equal(written.begin(), written.end(), input.begin()));
}

/// The input with a check that holds behind its first bytes: gets behind the wall of the check.
template <typename Check>
lmzip::Bytes WithCheck(lmzip::ByteView input) {
  const size_t length = input.empty() ? 0 : input[0] % 32;
  lmzip::Bytes bytes(input.begin(), input.end());
  if (bytes.size() < length + 3) return bytes;
  bytes.erase(bytes.begin());
  const auto check = static_cast<Check>(lmzip::Xxh3(lmzip::ByteView(bytes).first(length)));
  for (size_t i = 0; i < sizeof(Check); ++i) {
    bytes[length + i] = static_cast<uint8_t>(check >> (8 * i));
  }
  return bytes;
}

/// A frame's header of any numbers, with a check that holds.
lmzip::Bytes AnyFrameHeader(lmzip::ByteView input) {
  lmzip::fuzz::Recipe recipe(input);
  lmzip::FrameHeader header{
      .kind = lmzip::FrameKind{static_cast<uint8_t>(recipe.Below(6))},
      .raw_bytes = AnyNumber(recipe, 30),
      .data_bytes = AnyNumber(recipe, 30),
      .copied_bytes = AnyNumber(recipe, 30),
      .list_bytes = AnyNumber(recipe, 30),
      .geometry = {.lanes_log2 = static_cast<int>(recipe.Below(8)),
                   .segment_log2 = static_cast<int>(recipe.Below(32))},
      .byte_share = recipe.Byte()};
  if (recipe.OneIn(3)) header.copied_bytes = header.list_bytes = 0;
  if (recipe.OneIn(2)) header.segments_bytes = AnyNumber(recipe, 16);
  if (header.has_copies() && recipe.OneIn(2)) {
    header.far = true;
    header.reach = AnyNumber(recipe, 41);
    header.position = AnyNumber(recipe, 63);
    header.woven = header.is_coded() && !header.is_tokens() && recipe.OneIn(2);
    if (header.woven) header.given_bytes = AnyNumber(recipe, 30);
  }
  lmzip::Bytes bytes;
  AppendFrameHeader(header, bytes);
  return bytes;
}

/// A stream's header in the short form of any numbers, with a check that holds.
lmzip::Bytes AnyShortHeader(lmzip::ByteView input) {
  lmzip::fuzz::Recipe recipe(input);
  lmzip::FrameHeader frame{.kind = lmzip::FrameKind{static_cast<uint8_t>(recipe.Below(6))},
                           .raw_bytes = AnyNumber(recipe, 17),
                           .data_bytes = AnyNumber(recipe, 17)};
  if (recipe.OneIn(2)) frame.segments_bytes = AnyNumber(recipe, 16);
  lmzip::Bytes bytes;
  if (!FitsShortForm(frame)) return bytes;
  lmzip::StreamHeader header{
      .model_id = {.bytes = {1, 2, 3, 4}, .size = lmzip::kShortFormIdBytes},
      .mixer_version = static_cast<int>(recipe.Below(lmzip::kMaxMixerVersion + 1)),
      .only_frame = frame};
  if (frame.uses_mixer() && recipe.OneIn(2)) header.reference_check = recipe.Byte();
  lmzip::AppendStreamHeader(header, bytes);
  return bytes;
}

lmzip::Bytes AnyLongHeader(lmzip::ByteView input) {
  lmzip::fuzz::Recipe recipe(input);
  lmzip::StreamHeader header;
  if (recipe.OneIn(2)) header.window_bytes = AnyNumber(recipe, 42);
  const uint64_t count = recipe.Below(lmzip::kMaxReferences + 1);
  for (uint64_t i = 0; i < count; ++i) {
    header.references.push_back({.bytes = AnyNumber(recipe, 42), .hash = recipe.Byte()});
  }
  lmzip::Bytes bytes;
  lmzip::AppendStreamHeader(header, bytes);
  return bytes;
}

/// What reading accepts, recovery finds.
void CheckItIsFound(lmzip::ByteView input) {
  try {
    size_t used = 0;
    if (!lmzip::ParseFrameHeader(input, used).is_content()) return;
  } catch (const lmzip::Error&) {
    return;
  }
  LMZIP_CHECK(lmzip::LooksLikeContentFrame(input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const lmzip::ByteView plain(data, size);
  const lmzip::Bytes checked = WithCheck<uint16_t>(plain),
                     checked_short = WithCheck<uint8_t>(plain), made = AnyFrameHeader(plain),
                     made_short = AnyShortHeader(plain),
                     made_long = AnyLongHeader(plain);
  for (lmzip::ByteView input : {plain, lmzip::ByteView(checked), lmzip::ByteView(checked_short),
                                lmzip::ByteView(made),
                                lmzip::ByteView(made_short), lmzip::ByteView(made_long)}) {
    CheckItIsFound(input);
    ParseThenWrite(input, lmzip::ParseStreamHeader, lmzip::AppendStreamHeader);
    ParseThenWrite(input, lmzip::ParseFrameHeader, lmzip::AppendFrameHeader);
  }
  return 0;
}
