// The stream reader, with recovery: it ends, never reads more than there is, and its work is
// bounded by the input's length. Files made by recipe (file_maker.h), whose checks hold; inputs
// from 0x80 on are files as they are.
#include "base/check.h"
#include "fuzz/file_maker.h"

namespace {

using namespace lmzip;

enum class Way { kSkip, kRead, kReadAndLookInside };

// Whether all of it was read without an error.
bool ReadAll(ByteView file, Way way) {
  bool sound = true;
  const bool inside = way == Way::kReadAndLookInside;
  MemorySource source(file);
  StreamReader reader(source, /*keep_payload=*/inside);
  for (size_t events = 0;; ++events) {
    LMZIP_CHECK(events <= 10 * file.size() + 2);
    LMZIP_CHECK(reader.offset() <= file.size());
    try {
      const auto frame = reader.Next();
      if (!frame) break;
      LMZIP_CHECK(frame->offset < frame->payload_offset && frame->payload_offset <= file.size());
      const size_t list = reader.PeekSegments().size();
      LMZIP_CHECK(list == 0 || list == frame->header.segments_bytes);
      if (way == Way::kSkip) {
        reader.SkipPayload();
      } else {
        const FramePayload payload = reader.ReadPayload();
        LMZIP_CHECK(payload.data.size() <= frame->header.data_bytes &&
                    payload.data.size() <= file.size());
        LMZIP_CHECK(payload.checks.size() == frame->header.unit_count());
      }
    } catch (const Error&) {
      sound = false;
      if (!reader.Resynchronize(inside)) break;
    }
  }
  LMZIP_CHECK(reader.offset() <= file.size());
  LMZIP_CHECK(reader.work() <= 16 * file.size() + 100);
  return sound;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView input(data, size);
  fuzz::Recipe recipe(input);
  const bool as_it_is = size > 0 && data[0] >= 0x80;
  const fuzz::FileMaker made(recipe, nullptr, {1, 2, 3});
  const ByteView file = as_it_is ? input : ByteView(made.file());
  for (Way way : {Way::kSkip, Way::kRead, Way::kReadAndLookInside}) {
    const bool sound = ReadAll(file, way);
    LMZIP_CHECK(sound || as_it_is || !made.sound());
  }
  return 0;
}
