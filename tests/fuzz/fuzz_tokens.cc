// Tables of tokens, sound but for what the recipe changes; and frames of tokens: any content there
// and back with a tokenizer that makes mistakes, its damaged code, noise taken for code, and
// copies, whose list may be forged: the content or Error{kCorrupt}.
#include <stdexcept>

#include "base/check.h"
#include "fuzz/copies_recipe.h"
#include "support/token_frames.h"

namespace {

using namespace lmzip;
using namespace lmzip::fuzz;
using lmzip::testing::GreedyTokenizer;
using lmzip::testing::RandomVocabulary;
using lmzip::testing::TokenPool;

constexpr size_t kMaxContent = 80;
constexpr int kVocabulary = 300;

const RandomVocabulary& Vocabulary() {
  static const RandomVocabulary vocabulary(kVocabulary, lmzip::testing::WordyBytes(4000, 1), 1);
  return vocabulary;
}

TokenPool& Pool() {
  static TokenPool pool(Vocabulary().table(), 1);
  return pool;
}

void AppendToken(ByteView token, Bytes& table) {
  table.push_back(static_cast<uint8_t>(token.size()));
  table.insert(table.end(), token.begin(), token.end());
}

// What a table promises.
void CheckTable(const TokenTable& table, int vocabulary) {
  LMZIP_CHECK(table.size() == vocabulary);
  for (int byte = 0; byte < 256; ++byte) {
    const int32_t token = table.ByteToken(static_cast<uint8_t>(byte));
    LMZIP_CHECK(table.IsByteToken(token) && table.Bytes(token)[0] == byte);
  }
  for (int32_t token = 0; token < vocabulary; ++token) {
    LMZIP_CHECK(table.Bytes(token).size() <= kMaxTokenBytes);
    LMZIP_CHECK(!table.IsByteToken(token) || table.ByteToken(table.Bytes(token)[0]) == token);
  }
}

void ReadTable(Recipe& recipe) {
  Bytes bytes;
  int vocabulary = 0;
  for (; !recipe.done() && vocabulary < 100; ++vocabulary) {
    AppendToken(recipe.Take(recipe.Below(kMaxTokenBytes + 1)), bytes);
  }
  for (int byte = 0; byte < 256; ++byte, ++vocabulary) {
    const auto value = static_cast<uint8_t>(byte);
    AppendToken({&value, 1}, bytes);
  }
  const bool sound = !recipe.OneIn(2);
  if (!sound) {
    DamageBytes(recipe, bytes);
    constexpr int kSizes[] = {0, -1, 1, 256, kMaxVocabulary, kMaxVocabulary + 1, 1 << 30};
    if (recipe.OneIn(2)) vocabulary = recipe.OneOf(kSizes);
  }
  try {
    CheckTable(TokenTable(bytes, vocabulary), vocabulary);
  } catch (const std::invalid_argument&) {
    LMZIP_CHECK(!sound);
  }
}

Bytes Decode(const FrameHeader& header, uint32_t check, ByteView data) {
  return ExpandCopies(header, data, Pool().Decode(header, {check}, data), check);
}

void DecodeAny(const FrameHeader& header, ByteView content, ByteView code) {
  try {
    LMZIP_CHECK(std::ranges::equal(Decode(header, UnitCheck(content), code), content));
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() == ErrorCode::kCorrupt);
  }
}

// The same code as that of a residue.
void DecodeWithCopies(Recipe& recipe, const FrameHeader& header, ByteView residue, ByteView code) {
  const CopiedFrame frame = WithCopies(recipe, header, residue, code, {}, 0);
  if (!frame.sound) return DecodeAny(frame.header, frame.content, frame.data);
  LMZIP_CHECK(Decode(frame.header, UnitCheck(frame.content), frame.data) == frame.content);
}

void CodeFrame(Recipe& recipe) {
  static const GreedyTokenizer honest(Vocabulary().table(), 0), lying(Vocabulary().table(), 2);
  const int lanes_log2 = static_cast<int>(recipe.Below(recipe.OneIn(8) ? kMaxLanesLog2 + 1 : 3));
  const int segment_log2 = static_cast<int>(recipe.Between(4, 8));
  const uint64_t damages = recipe.Below(4);
  const GreedyTokenizer& tokenizer = recipe.OneIn(2) ? lying : honest;
  if (recipe.OneIn(3)) {
    const auto header =
        lmzip::testing::TokenHeader(1 + recipe.Below(kMaxContent), lanes_log2, segment_log2);
    return DecodeAny(header, Bytes(header.raw_bytes), recipe.Take(kMaxContent));
  }
  Recipe damage(recipe.Take(6 * damages));
  const Bytes content = MakeContent(recipe, kMaxContent);
  const auto header = lmzip::testing::TokenHeader(content.size(), lanes_log2, segment_log2);
  Bytes code = Pool().Encode(header, content, tokenizer);
  if (damages == 0) {
    LMZIP_CHECK(Decode(header, UnitCheck(content), code) == content);
    if (!recipe.done()) DecodeWithCopies(recipe, header, content, code);
  } else {
    for (uint64_t i = 0; i < damages; ++i) DamageBytes(damage, code);
    DecodeAny(header, content, code);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Recipe recipe(ByteView(data, size));
  if (recipe.OneIn(3)) {
    ReadTable(recipe);
  } else {
    CodeFrame(recipe);
  }
  return 0;
}
