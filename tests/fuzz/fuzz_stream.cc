// The stream reader, with recovery: it ends, never reads more than there is, and its work is
// bounded by the input's length.
#include "base/check.h"
#include "base/io.h"
#include "format/stream_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lmzip;
  const bool skip = size > 0 && data[size - 1] % 2;
  const bool inside_payloads = size > 0 && data[size - 1] % 4 == 0;
  MemorySource source(ByteView(data, size));
  StreamReader reader(source, inside_payloads);
  for (size_t events = 0;; ++events) {
    LMZIP_CHECK(events <= 10 * size + 2);
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
      if (!reader.Resynchronize(inside_payloads)) break;
    }
  }
  LMZIP_CHECK(reader.offset() <= size);
  LMZIP_CHECK(reader.work() <= 16 * size + 100);
  return 0;
}
