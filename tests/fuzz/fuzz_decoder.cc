// Decoding of frames with the order-2 model: noise, and damaged code of real content. It gives the
// content or Error{kCorrupt}, in time that the length of the code bounds.
#include "base/check.h"
#include "support/damage.h"
#include "support/order2_frames.h"

namespace {

using namespace lmzip;

constexpr size_t kMaxContent = 2000;

lmzip::testing::Order2Pool& Pool() {
  static lmzip::testing::Order2Pool pool(1);
  return pool;
}

void DecodeDamaged(const FrameHeader& header, const Bytes& content, const Bytes& code) {
  try {
    const Bytes decoded = Pool().Decode(header, {UnitCheck(content)}, code);
    LMZIP_CHECK(decoded == content);
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() == ErrorCode::kCorrupt);
  }
}

}  // namespace

// Input: shape, number of damages, damages (position, mask), content or code.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  constexpr FrameKind kKinds[] = {FrameKind::kModel, FrameKind::kModel, FrameKind::kModelMixed,
                                  FrameKind::kMixed};
  const FrameKind kind = kKinds[data[0] % 16 == 0 ? 2 + data[0] / 16 % 2 : 0];
  const size_t damages = std::min<size_t>(data[1] % 8, (size - 2) / 3);
  const ByteView rest = ByteView(data, size).subspan(2 + 3 * damages);
  if (rest.empty()) return 0;
  const FrameHeader header = lmzip::testing::CodedHeader(kind, std::min(rest.size(), kMaxContent),
                                                         data[0] / 16 % 7, 4 + data[0] % 5);
  const Bytes content(rest.begin(), rest.begin() + static_cast<ptrdiff_t>(header.raw_bytes));
  DecodeDamaged(header, content, content);  // as if it were code
  Bytes code = Pool().Encode(header, content);
  LMZIP_CHECK(Pool().Decode(header, {UnitCheck(content)}, code) == content);
  for (size_t i = 0; i < damages && !code.empty(); ++i) {
    const uint8_t* damage = data + 2 + 3 * i;
    code[(damage[0] | damage[1] << 8) % code.size()] ^= damage[2];
  }
  if (data[1] & 8) code.resize(code.size() / 2);
  DecodeDamaged(header, content, code);
  return 0;
}
