// Headers: what is accepted is what would have been written.
#include "base/check.h"
#include "format/headers.h"
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const lmzip::ByteView plain(data, size);
  const lmzip::Bytes checked = WithCheck<uint16_t>(plain),
                     checked_short = WithCheck<uint8_t>(plain);
  for (lmzip::ByteView input : {plain, lmzip::ByteView(checked), lmzip::ByteView(checked_short)}) {
    ParseThenWrite(input, lmzip::ParseStreamHeader, lmzip::AppendStreamHeader);
    ParseThenWrite(input, lmzip::ParseFrameHeader, lmzip::AppendFrameHeader);
  }
  return 0;
}
