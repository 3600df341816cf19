// Frames of tokens: any content there and back with a tokenizer that makes mistakes, then its
// damaged code, and the input taken for code: the content or Error{kCorrupt}. And the input as a
// table of tokens.
#include <stdexcept>

#include "base/check.h"
#include "support/damage.h"
#include "support/token_frames.h"

namespace {

using namespace lmzip;
using lmzip::testing::GreedyTokenizer;
using lmzip::testing::RandomVocabulary;
using lmzip::testing::TokenPool;

constexpr size_t kMaxContent = 1000;
constexpr int kVocabulary = 400;

const RandomVocabulary& Vocabulary() {
  static const RandomVocabulary vocabulary(kVocabulary, lmzip::testing::WordyBytes(4000, 1), 1);
  return vocabulary;
}

TokenPool& Pool() {
  static TokenPool pool(Vocabulary().table(), 1);
  return pool;
}

void DecodeDamaged(const FrameHeader& header, ByteView content, ByteView code) {
  try {
    LMZIP_CHECK(std::ranges::equal(Pool().Decode(header, {UnitCheck(content)}, code), content));
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() == ErrorCode::kCorrupt);
  }
}

void ReadTable(ByteView bytes) {
  try {
    const TokenTable table(bytes, kVocabulary);
    for (int byte = 0; byte < 256; ++byte) {
      LMZIP_CHECK(table.IsByteToken(table.ByteToken(static_cast<uint8_t>(byte))));
    }
  } catch (const std::invalid_argument&) {
  }
}

}  // namespace

// Input: shape, lies and number of damages, damages (position, mask), content.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const size_t damages = std::min<size_t>(data[1] % 8, (size - 2) / 3);
  const ByteView rest = ByteView(data, size).subspan(2 + 3 * damages);
  ReadTable(rest);
  const ByteView content = rest.first(std::min(rest.size(), kMaxContent));
  if (content.empty()) return 0;
  const FrameHeader header =
      lmzip::testing::TokenHeader(content.size(), data[0] / 16 % 7, 4 + data[0] % 8);
  DecodeDamaged(header, content, content);  // as if it were code
  static const GreedyTokenizer honest(Vocabulary().table(), 0), lying(Vocabulary().table(), 2);
  Bytes code = Pool().Encode(header, content, data[1] & 16 ? lying : honest);
  LMZIP_CHECK(std::ranges::equal(Pool().Decode(header, {UnitCheck(content)}, code), content));
  for (size_t i = 0; i < damages && !code.empty(); ++i) {
    const uint8_t* damage = data + 2 + 3 * i;
    code[(damage[0] | damage[1] << 8) % code.size()] ^= damage[2];
  }
  if (data[1] & 8) code.resize(code.size() / 2);
  DecodeDamaged(header, content, code);
  return 0;
}
