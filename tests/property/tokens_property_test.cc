// Frames of tokens with random vocabularies and a tokenizer that makes mistakes: any content comes
// back, though its code may be longer than it, which files would store instead.
#include <gtest/gtest.h>

#include "support/damage.h"
#include "support/token_frames.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::FromText;
using testing::GreedyTokenizer;
using testing::Joined;
using testing::RandomVocabulary;
using testing::TokenHeader;
using testing::TokenPool;
using testing::UniformBytes;
using testing::WordyBytes;

// Text, in which stand bytes that are none, cut characters, NUL and what tokenizers rewrite.
Bytes Content(size_t size, uint64_t seed) {
  static const char* const kPieces[] = {"\r\n",
                                        "\t  ",
                                        "\xe2\x96\x81",
                                        "e\xcc\x81",
                                        "\xff",
                                        "\xc0\x80",
                                        "\xe2\x96",
                                        "\xed\xa0\x80",
                                        "\xef\xbb\xbf",
                                        "\xf0\x9f\x98\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xd0\xb6"};
  testing::Random random(seed);
  Bytes content;
  while (content.size() < size) {
    const uint64_t choice = Below(random, 30);
    const Bytes piece = choice < std::size(kPieces) ? FromText(kPieces[choice])
                        : choice < 15               ? Bytes(1 + Below(random, 3))
                        : choice < 18               ? UniformBytes(Below(random, 9), random())
                                                    : WordyBytes(Below(random, 50), seed % 3);
    content.insert(content.end(), piece.begin(), piece.end());
  }
  content.resize(size);
  return content;
}

class TokenFrames : public ::testing::TestWithParam<int> {};

TEST_P(TokenFrames, AnyContentComesBackOnEveryIsa) {
  const int size = GetParam();
  const RandomVocabulary vocabulary(size, Content(20000, 1), 2);
  const int rounds = size > 10000 ? 3 : 8;
  for (const Isa isa : AvailableIsas()) {
    SCOPED_TRACE(IsaName(isa));
    TokenPool one(vocabulary.table(), 1, Isa::kPortable), three(vocabulary.table(), 3, isa);
    for (int round = 0; round < rounds; ++round) {
      SCOPED_TRACE(round);
      testing::Random random(static_cast<uint64_t>(round));
      const Bytes content = Content(1 + Below(random, size > 10000 ? 600 : 1500), random());
      const GreedyTokenizer tokenizer(vocabulary.table(), round % 4);
      const FrameHeader header = TokenHeader(content.size(), static_cast<int>(Below(random, 7)),
                                             4 + static_cast<int>(Below(random, 7)));
      const Bytes code = three.Encode(header, content, tokenizer);
      if (isa == Isa::kPortable) {
        ASSERT_EQ(one.Encode(header, content, tokenizer), code);
      }
      ASSERT_EQ(one.Decode(header, {UnitCheck(content)}, code), content);
      ASSERT_EQ(three.Decode(header, {UnitCheck(content)}, code), content);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Vocabularies, TokenFrames,
                         ::testing::Values(256, 257, 1000, kMaxVocabulary));

// A token longer than what its segment lacks, tokens that stand for nothing: corrupt, not written.
TEST(TokenFramesDamage, IsFoundOrHarmless) {
  const RandomVocabulary vocabulary(400, Content(4000, 3), 4);
  TokenPool pool(vocabulary.table(), 2);
  const Bytes content = Content(300, 5);
  const GreedyTokenizer tokenizer(vocabulary.table(), 0);
  const FrameHeader header = TokenHeader(content.size(), 1, 6);
  const Bytes code = pool.Encode(header, content, tokenizer);
  int misfits = 0;
  for (size_t at = 0; at < code.size(); ++at) {
    const Bytes damaged = testing::Flipped(code, at, static_cast<uint8_t>(1 << at % 8));
    try {
      ASSERT_EQ(pool.Decode(header, {UnitCheck(content)}, damaged), content);
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), ErrorCode::kCorrupt) << e.what();
      misfits += std::string(e.what()).find("does not fit its segment") != std::string::npos;
    }
  }
  EXPECT_GT(misfits, 0);
}

}  // namespace
}  // namespace lmzip
