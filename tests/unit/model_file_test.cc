// Model files that are not what they claim to be.
#include "model/model_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "model/exact1_layout.h"
#include "support/damage.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Cut;
using testing::ErrorOf;
using testing::Flipped;

constexpr auto kHash = ModelFile::IdCheck::kHash;
constexpr auto kTrust = ModelFile::IdCheck::kTrust;

const Bytes& Tiny() {
  static const Bytes bytes = [] {
    std::ifstream file(LMZIP_MODELS_DIR "/tiny.pt", std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
  }();
  return bytes;
}

std::optional<ErrorCode> OpenError(ByteView archive, ModelFile::IdCheck check) {
  return ErrorOf([&] { ModelFile::Read(archive, "test", check); });
}

/// Replaces the first `from` in the file by `to`, of the same length: the zip directory stays
/// right.
Bytes Replaced(const std::string& from, const std::string& to) {
  EXPECT_EQ(from.size(), to.size());
  Bytes bytes = Tiny();
  const auto found = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
  EXPECT_NE(found, bytes.end()) << from;
  if (found != bytes.end()) std::copy(to.begin(), to.end(), found);
  return bytes;
}

TEST(ModelFileTest, TinyIsSound) {
  EXPECT_EQ(OpenError(Tiny(), kHash), std::nullopt);
  EXPECT_EQ(ModelFile::Read(Tiny(), "test", kHash)->info().name, "tiny");
}

TEST(ModelFileTest, CutsAreRefused) {
  const size_t size = Tiny().size();
  for (size_t cut = 0; cut < size; cut += 1 + cut / 16) {
    ASSERT_EQ(OpenError(Cut(Tiny(), cut), kTrust), ErrorCode::kModelLoad) << cut;
  }
  // The last two bytes, the length of a comment that is not there, are not missed.
  for (size_t from_end = 3; from_end < 2000; from_end += from_end < 100 ? 1 : 37) {
    ASSERT_EQ(OpenError(Cut(Tiny(), size - from_end), kTrust), ErrorCode::kModelLoad) << from_end;
  }
}

TEST(ModelFileTest, OtherFilesAreRefused) {
  EXPECT_EQ(OpenError({}, kTrust), ErrorCode::kModelLoad);
  EXPECT_EQ(OpenError(testing::UniformBytes(100000, 1), kTrust), ErrorCode::kModelLoad);
  EXPECT_EQ(OpenError(testing::WordyBytes(100000, 1), kTrust), ErrorCode::kModelLoad);
}

// Whatever a flipped bit hits: the directory, the description, the weights. With the id hashed, no
// change of what decides bytes goes unnoticed; other members (the TorchScript code) may change.
TEST(ModelFileTest, FlippedBitsGiveAnErrorOrTheSameModel) {
  const ModelId id = ModelFile::Read(Tiny(), "test", kHash)->info().id;
  testing::Random random(2);
  for (int i = 0; i < 400; ++i) {
    const size_t at = i < 200 ? testing::Below(random, Tiny().size())
                              : Tiny().size() - 1 - testing::Below(random, 8000);
    const Bytes damaged = Flipped(Tiny(), at, static_cast<uint8_t>(1 << testing::Below(random, 8)));
    const auto error = OpenError(damaged, kHash);
    if (error) {
      ASSERT_EQ(error, ErrorCode::kModelLoad) << at;
    } else {
      ASSERT_EQ(ModelFile::Read(damaged, "test", kHash)->info().id, id) << at;
    }
  }
}

TEST(ModelFileTest, DescriptionsThatDoNotFitAreRefused) {
  const std::pair<const char*, const char*> changes[] = {
      {"\"width\": 64", "\"width\": 63"},
      {"\"width\": 64", "\"width\": -1"},
      {"\"width\": 64", "\"width\": []"},
      {"\"layers\": 2", "\"layers\": 0"},
      {"\"layers\": 2", "\"layers\": 3"},
      {"\"layers\": 2", "\"layers\": 1"},
      {"\"hidden\": 128", "\"hidden\": 192"},
      {"\"hidden\": 128", "\"hidden\": \"\" "},
      {"\"window\": 64", "\"window\": 65"},
      {"\"window\": 64", "\"window\": 0 "},
      {"\"vocabulary\": 256", "\"vocabulary\": 255"},
      {"\"rows\": 1024", "\"rows\": 2048"},
      {"\"rows\": 1024", "\"rows\": 1023"},
      {"\"order\": 2", "\"order\": 3"},
      {"\"order\": 2", "\"order\": 9"},
      {"\"tokens\": 16", "\"tokens\": 0 "},
      {"\"tables\": [", "\"tobles\": ["},
      {"\"version\": 1", "\"version\": {"},
      {"\"shape\": [", "\"shape\": {"},
  };
  for (const auto& [from, to] : changes) {
    EXPECT_EQ(OpenError(Replaced(from, to), kTrust), ErrorCode::kModelLoad) << to;
  }
}

TEST(ModelFileTest, ExtremeSizesAreRefused) {
  const Exact1Shape sound = ModelFile::Read(Tiny(), "test", kTrust)->weights().shape;
  EXPECT_NO_THROW(CheckShape(sound));
  const auto refused = [&sound](const std::function<void(Exact1Shape&)>& change) {
    Exact1Shape shape = sound;
    change(shape);
    EXPECT_THROW(CheckShape(shape), std::invalid_argument);
  };
  constexpr int kHuge = std::numeric_limits<int>::max();
  for (int value : {-64, 0, 4160, kHuge - 63}) refused([&](Exact1Shape& s) { s.width = value; });
  for (int value : {-1, 0, 65, kHuge}) refused([&](Exact1Shape& s) { s.layers = value; });
  for (int value : {0, 2112, kHuge}) refused([&](Exact1Shape& s) { s.hidden = value; });
  for (int value : {0, 513, kHuge}) refused([&](Exact1Shape& s) { s.window = value; });
  for (int value : {1, 32769, kHuge}) refused([&](Exact1Shape& s) { s.vocabulary = value; });
  for (uint32_t rows : {0u, 1u, 3u, 1u << 25, ~0u})
    refused([&](Exact1Shape& s) { s.tables[0].rows = rows; });
  for (int width : {0, 2, 36, 1 << 30}) refused([&](Exact1Shape& s) { s.tables[0].width = width; });
  refused([](Exact1Shape& s) { s.tables[0].order = s.tables[1].order; });
}

TEST(ModelFileTest, UnknownTiersFamiliesAndTypesAreRefused) {
  EXPECT_EQ(OpenError(Replaced("\"tier\": \"exact\"", "\"tier\": \"exbct\""), kTrust),
            ErrorCode::kModelLoad);
  EXPECT_EQ(OpenError(Replaced("\"family\": \"exact-1\"", "\"family\": \"exact-2\""), kTrust),
            ErrorCode::kModelLoad);
  EXPECT_EQ(OpenError(Replaced("\"type\": \"int16\"", "\"type\": \"int32\""), kTrust),
            ErrorCode::kModelLoad);
  EXPECT_EQ(OpenError(Replaced("\"member\": \"data/", "\"member\": \"dota/"), kTrust),
            ErrorCode::kModelLoad);
}

TEST(ModelFileTest, AStatedIdThatIsWrongIsRefused) {
  const std::string key = "\"id\": \"";
  const auto found = std::search(Tiny().begin(), Tiny().end(), key.begin(), key.end());
  ASSERT_NE(found, Tiny().end());
  const size_t digit = static_cast<size_t>(found - Tiny().begin()) + key.size();
  Bytes wrong = Tiny();
  wrong[digit] = wrong[digit] == '0' ? '1' : '0';
  EXPECT_EQ(OpenError(wrong, kHash), ErrorCode::kModelLoad);
  wrong[digit] = 'x';
  EXPECT_EQ(OpenError(wrong, kTrust), ErrorCode::kModelLoad);
}

// The local and the central header of the description's member say "deflated" instead of "stored".
TEST(ModelFileTest, CompressedMembersAreRefused) {
  Bytes bytes = Tiny();
  const std::string name = "extra/lmzip.json";
  const auto local = std::search(bytes.begin(), bytes.end(), name.begin(), name.end());
  ASSERT_NE(local, bytes.end());
  const auto central = std::find_end(bytes.begin(), bytes.end(), name.begin(), name.end());
  ASSERT_NE(local, central);
  // The name begins with the root folder, "tiny/"; headers are 30 and 46 bytes, their method at 8
  // and 10.
  *(local - 5 - 30 + 8) = 8;
  *(central - 5 - 46 + 10) = 8;
  EXPECT_EQ(OpenError(bytes, kTrust), ErrorCode::kModelLoad);
}

TEST(ModelFileTest, WeightsOutsideTheirRangeAreRefused) {
  // Large stretches of 0x80: -128 as a weight, NaN or out of range as a scale.
  const size_t size = Tiny().size();
  size_t refused = 0;
  for (size_t at = size / 8; at + 256 < size - size / 8; at += size / 64) {
    Bytes bytes = Tiny();
    std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(at), 256, 0x80);
    const auto error = OpenError(bytes, kTrust);
    ASSERT_TRUE(!error || error == ErrorCode::kModelLoad);
    refused += error.has_value();
    EXPECT_EQ(OpenError(bytes, kHash),
              ErrorCode::kModelLoad);  // tables take any value, the id does not
  }
  EXPECT_GT(refused, 0u);
}

TEST(ModelFileTest, MissingFilesAreNamed) {
  try {
    ModelFile::Open("/nonexistent/model.pt");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kIo);
    EXPECT_NE(std::string(e.what()).find("/nonexistent/model.pt"), std::string::npos);
  }
  EXPECT_EQ(ErrorOf([] { ModelFile::Open(LMZIP_TESTS_DIR); }), ErrorCode::kIo);
}

}  // namespace
}  // namespace lmzip
