// The stream reader, with recovery: it ends, and never reads more than there is.
#include "base/check.h"
#include "base/io.h"
#include "format/stream_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lmzip;
  const bool skip = size > 0 && data[size - 1] % 2;
  MemorySource source(ByteView(data, size));
  StreamReader reader(source);
  for (size_t events = 0;; ++events) {
    LMZIP_CHECK(events <= 2 * size + 2);
    LMZIP_CHECK(reader.offset() <= size);
    try {
      const auto frame = reader.Next();
      if (!frame) break;
      if (skip) {
        reader.SkipPayload();
      } else {
        const FramePayload payload = reader.ReadPayload();
        LMZIP_CHECK(payload.data.size() <= frame->header.data_bytes && payload.data.size() <= size);
        LMZIP_CHECK(payload.checks.size() == frame->header.unit_count());
      }
    } catch (const Error&) {
      if (!reader.Resynchronize()) break;
    }
  }
  LMZIP_CHECK(reader.offset() <= size);
  return 0;
}
