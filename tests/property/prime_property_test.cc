// Mixers that have learned references by copying: they predict as those that have learned by
// themselves, whatever comes in which order, and the pattern goes where memory is wanted.
#include <gtest/gtest.h>

#include <fstream>

#include "codec/mixer_prime.h"
#include "support/codec_calls.h"
#include "support/made_pictures.h"
#include "support/random_bytes.h"
#include "support/temporary_folder.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Compressed;
using testing::Decompressed;
using testing::Random;
using testing::TemporaryFolder;
using testing::UniformBytes;
using testing::WordyBytes;

struct Primed {
  explicit Primed(Bytes bytes, uint64_t memory_bytes)
      : budget(memory_bytes), prime(std::move(bytes), budget) {}

  MemoryBudget budget;
  Prime prime;
};

struct Form {
  DataKind kind = DataKind::kGeneral;
  int lanes = 1;
};

// What a mixer of prime and content says of the content's bits.
std::vector<uint32_t> SaidOf(const Prime& prime, ByteView content, const Form& form = {}) {
  const ByteView first = prime.bytes();
  Bytes all(first.begin(), first.end());
  all.insert(all.end(), content.begin(), content.end());
  std::vector<TypedSegment> segments;
  if (form.kind != DataKind::kGeneral)
    segments.push_back({.kind = form.kind, .length = all.size()});
  const auto mixer = prime.NewMixer({.lanes = form.lanes, .segments = segments}, all);
  std::vector<uint32_t> said;
  const auto lanes = static_cast<size_t>(form.lanes);
  const size_t piece = (content.size() + lanes - 1) / lanes;
  for (size_t lane = 0; lane < lanes; ++lane) {
    const size_t begin = std::min(content.size(), lane * piece);
    mixer->StartSegment(int(lane), first.size() + begin,
                        first.size() + std::min(content.size(), begin + piece));
  }
  for (size_t step = 0; step < piece; ++step) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      if (lane * piece + step >= std::min(content.size(), (lane + 1) * piece)) continue;
      mixer->BeginByte(int(lane), nullptr);
      for (int shift = 7; shift >= 0; --shift) {
        said.push_back(mixer->P());
        mixer->Update(content[lane * piece + step] >> shift & 1);
      }
    }
  }
  return said;
}

TEST(Prime, CopiesSayWhatTheirPatternLearned) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Bytes words = WordyBytes(100 + Below(random, 3000), random());
    Primed kept(words, uint64_t{1} << 30), never(words, 0);
    for (int round = 0; round < 10; ++round) {
      const Form form{.kind = Below(random, 3) ? DataKind::kGeneral : DataKind::kQuick,
                      .lanes = 1 << Below(random, 2)};
      const Bytes content = Below(random, 2) ? WordyBytes(Below(random, 500), random())
                                             : UniformBytes(Below(random, 90), 1);
      ASSERT_EQ(SaidOf(kept.prime, content, form), SaidOf(never.prime, content, form));
    }
  }
}

TEST(Prime, ThePatternGivesWay) {
  Primed primed(WordyBytes(2000, 1), uint64_t{40} << 20);
  const Bytes content = WordyBytes(300, 2);
  const auto expected = SaidOf(primed.prime, content);
  for (int round = 0; round < 4; ++round) {
    EXPECT_EQ(SaidOf(primed.prime, content), expected);
    EXPECT_EQ(SaidOf(primed.prime, content), expected);
    EXPECT_TRUE(primed.budget.Try(primed.budget.total()));  // nobody else is in flight
  }
}

TEST(Prime, FilesOfABatchAreWhatEachWouldBeAlone) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "reference";
  const Bytes words = WordyBytes(9000, 1);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(words.data()), std::ssize(words));
  const auto codec_with = [&](int threads) {
    return std::make_unique<Codec>(CodecOptions{
        .model = LMZIP_MODELS_DIR "/tiny.pt", .threads = threads, .references = {path}});
  };
  const auto batch = codec_with(2);
  for (const Effort effort : {Effort::kTurbo, Effort::kFast, Effort::kDefault}) {
    for (uint64_t seed = 1; seed <= 6; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const Bytes content =
          seed == 3 ? testing::MadePictures().front().bytes : WordyBytes(200 * seed, seed);
      const EncodeOptions options{.effort = effort, .lanes = seed % 2 ? 1 : 2};
      const Bytes file = Compressed(*batch, content, options);
      EXPECT_EQ(file, Compressed(*codec_with(1), content, options));
      EXPECT_EQ(Decompressed(*batch, file).content, content);
    }
  }
}

}  // namespace
}  // namespace lmzip
