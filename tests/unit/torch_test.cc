// The TorchScript backend against the native engine and against the hashes in the model files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <numeric>
#include <random>
#include <thread>
#include <utility>

#include "engine/native.h"
#include "lmzip/error.h"
#include "model/model_file.h"
#include "model/self_test.h"
#include "torch/loader.h"

namespace lmzip {
namespace {

using Tokens = std::vector<int32_t>;
using Logits = std::vector<int16_t>;

std::shared_ptr<const ModelFile> File(const std::string& name) {
  return ModelFile::Open(std::filesystem::path(LMZIP_MODELS_DIR) / (name + ".pt"));
}

std::unique_ptr<Model> Native(const std::shared_ptr<const ModelFile>& file) {
  return NewNativeModel(std::shared_ptr<const Exact1Weights>(file, &file->weights()),
                        Isa::kPortable);
}

ErrorCode CodeOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    EXPECT_STRNE(e.what(), "");
    return e.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::kIo;
}

// Runs first: the plug-in is looked for until one is found.
TEST(TorchLoader, NamesWhatIsMissing) {
  setenv("LMZIP_TORCH_PLUGIN", "/nonexistent/plugin.so", 1);
  try {
    OpenTorchModel(MemoryAccess({}), "cpu");
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kUsage);
    EXPECT_NE(std::string(e.what()).find("/nonexistent/plugin.so"), std::string::npos) << e.what();
  }
  unsetenv("LMZIP_TORCH_PLUGIN");
}

TEST(TorchLoader, RefusesUnknownDevices) {
  const auto file = File("tiny");
  for (const char* device : {"", "gpu", "cuda:", "cuda:x", "cuda:999", "cpu:0"}) {
    EXPECT_EQ(CodeOf([&] { OpenTorchModel(file->archive(), device); }), ErrorCode::kUsage)
        << device;
  }
}

Bytes ContentOf(const RandomAccess& file) {
  Bytes bytes(file.size());
  file.Read(0, bytes);
  return bytes;
}

std::unique_ptr<Model> OpenInMemory(ByteView archive) {
  return OpenTorchModel(MemoryAccess(archive), "cpu");
}

/// The archive of tiny.pt with the first `from` replaced by `to`, of the same length.
Bytes TinyWith(const std::string& from, const std::string& to) {
  Bytes archive = ContentOf(File("tiny")->archive());
  const auto at = std::search(archive.begin(), archive.end(), from.begin(), from.end());
  EXPECT_NE(at, archive.end()) << from;
  EXPECT_EQ(from.size(), to.size());
  std::copy(to.begin(), to.end(), at);
  return archive;
}

TEST(TorchLoader, RefusesDamagedArchives) {
  const Bytes archive = ContentOf(File("tiny")->archive());
  EXPECT_EQ(CodeOf([&] { OpenInMemory({}); }), ErrorCode::kModelLoad);
  const ByteView half = ByteView(archive).first(archive.size() / 2);
  EXPECT_EQ(CodeOf([&] { OpenInMemory(half); }), ErrorCode::kModelLoad);
}

TEST(TorchLoader, RefusesOtherTiers) {
  const Bytes archive = TinyWith("\"tier\": \"exact\"", "\"tier\": \"other\"");
  EXPECT_EQ(CodeOf([&] { OpenInMemory(archive); }), ErrorCode::kModelLoad);
}

// What the parser of TorchScript throws is of another kind than the rest of libtorch's exceptions.
TEST(TorchLoader, RefusesCodeThatItCannotRun) {
  for (const char* operation : {"torch.nosuch", "tOrch.zeros", "torch.zer(s"}) {
    const Bytes archive = TinyWith("torch.zeros(", std::string(operation).substr(0, 11) + "(");
    EXPECT_EQ(CodeOf([&] { OpenInMemory(archive); }), ErrorCode::kModelLoad) << operation;
  }
}

// A model and the device that it runs on. Without CUDA its tests are skipped, unless
// $LMZIP_REQUIRE_CUDA is set: then they fail.
class TorchModelTest : public testing::TestWithParam<std::pair<const char*, const char*>> {
 protected:
  void SetUp() override {
    const std::string device = GetParam().second;
    try {
      model_ = OpenTorchModel(file_->archive(), device);
    } catch (const Error& e) {
      const bool skip = device == "cuda" && std::getenv("LMZIP_REQUIRE_CUDA") == nullptr;
      if (!skip || e.code() != ErrorCode::kUsage) throw;
      GTEST_SKIP() << e.what();
    }
  }

  const std::shared_ptr<const ModelFile> file_ = File(GetParam().first);
  std::unique_ptr<Model> model_;
};

TEST_P(TorchModelTest, DescribesItself) {
  EXPECT_EQ(model_->vocabulary(), file_->info().vocabulary);
  EXPECT_EQ(model_->engine().rfind("torch ", 0), 0u);
  const auto& shape = file_->weights().shape;
  const auto rings = static_cast<size_t>(shape.layers * 2 * (shape.window - 1) * kHeadWidth);
  EXPECT_GE(model_->lane_bytes(), rings);
}

TEST_P(TorchModelTest, PassesTheFilesSelfTests) {
  for (const SelfTest& test : {file_->info().short_test, file_->info().long_test}) {
    EXPECT_EQ(SelfTestDigest(*model_, test.tokens, test.tokens), test.sha256);
  }
}

TEST_P(TorchModelTest, SplitsDoNotMatter) {
  const std::string whole = SelfTestDigest(*model_, 300, 300);
  for (int step : {1, 7, 127, 128, 129}) {
    EXPECT_EQ(SelfTestDigest(*model_, 300, step), whole) << step;
  }
}

// Random lanes, in random order, of different ages, some of them fresh, step by step.
TEST_P(TorchModelTest, EqualsTheNativeEngine) {
  constexpr int kLanes = 6;
  const auto native_model = Native(file_);
  const auto torch = model_->NewPredictor(kLanes), native = native_model->NewPredictor(kLanes);
  std::mt19937 random(20);
  std::vector<bool> fresh(kLanes, true);
  for (int round = 0; round < 60; ++round) {
    std::vector<int> lanes(kLanes);
    std::iota(lanes.begin(), lanes.end(), 0);
    if (round % 3 != 0) std::shuffle(lanes.begin(), lanes.end(), random);
    lanes.resize(1 + random() % kLanes);
    const int count = round % 2 == 0 ? 1 : static_cast<int>(1 + random() % 90);
    Tokens tokens;
    for (int lane : lanes) {
      if (fresh[lane] || random() % 8 == 0) {
        torch->Reset(lane);
        native->Reset(lane);
        fresh[lane] = true;
      }
      for (int i = 0; i < count; ++i) {
        const auto vocabulary = static_cast<uint32_t>(model_->vocabulary());
        tokens.push_back(static_cast<int32_t>(fresh[lane] ? vocabulary : random() % vocabulary));
        fresh[lane] = false;
      }
    }
    Logits expected(tokens.size() * static_cast<size_t>(model_->vocabulary())), got = expected;
    native->Run(lanes, count, tokens.data(), expected.data());
    torch->Run(lanes, count, tokens.data(), got.data());
    ASSERT_EQ(got, expected) << "round " << round << ", " << lanes.size() << " lanes of " << count;
  }
}

TEST_P(TorchModelTest, ThreadsShareAModel) {
  std::vector<std::string> digests(3);
  std::vector<std::thread> threads;
  for (std::string& digest : digests) {
    threads.emplace_back([&] { digest = SelfTestDigest(*model_, 200, 50); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& digest : digests) EXPECT_EQ(digest, SelfTestDigest(*model_, 200, 200));
}

INSTANTIATE_TEST_SUITE_P(Shipped, TorchModelTest,
                         testing::Values(std::pair("tiny", "cpu"), std::pair("base", "cpu"),
                                         std::pair("tiny", "cuda"), std::pair("base", "cuda")),
                         [](const auto& name) {
                           return std::string(name.param.first) + "_" + name.param.second;
                         });

// What is missing has a name.
TEST(TorchLoader, NamesWhatCudaLacks) {
  const auto file = File("tiny");
  try {
    OpenTorchModel(file->archive(), "cuda:31");
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kUsage);
    EXPECT_THAT(e.what(), testing::AllOf(testing::HasSubstr("cuda:31"),
                                         testing::AnyOf(testing::HasSubstr("built without CUDA"),
                                                        testing::HasSubstr("no GPU"),
                                                        testing::HasSubstr("finds only"))));
  }
}

}  // namespace
}  // namespace lmzip
