// Model descriptions with any field of any kind: sound, or refused with Error{kModelLoad}.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "model/archive.h"
#include "model/model_file.h"
#include "support/damage.h"
#include "support/zip_writer.h"

namespace lmzip {
namespace {

using Json = nlohmann::json;
using testing::ErrorOf;
using testing::FromText;
using testing::ZipMembers;

constexpr auto kHash = ModelFile::IdCheck::kHash;
constexpr auto kTrust = ModelFile::IdCheck::kTrust;

struct Parts {
  Json description;
  ZipMembers others;

  Bytes File(const std::string& text) const {
    ZipMembers members = others;
    members.emplace_back("m/extra/lmzip.json", FromText(text));
    return testing::ZipOf(members);
  }
  Bytes File(const Json& changed) const { return File(changed.dump()); }
};

// tiny.pt without what only libtorch reads.
Parts ExactParts() {
  std::ifstream stream(LMZIP_MODELS_DIR "/tiny.pt", std::ios::binary);
  const Bytes file(std::istreambuf_iterator<char>(stream), {});
  const MemoryAccess access(file);
  const Archive zip(access, "tiny");
  Parts parts{.description = ReadDescription(access, zip, "tiny"), .others = {}};
  const auto add = [&](const std::string& member) {
    const auto extent = zip.Find(member).value();
    const ByteView data = ByteView(file).subspan(extent.offset, extent.size);
    parts.others.emplace_back("m/" + member, Bytes(data.begin(), data.end()));
  };
  for (const Json& tensor : parts.description.at("tensors")) add(tensor.at("member"));
  if (zip.Find(kPriorMember)) add(kPriorMember);
  return parts;
}

Parts PinnedParts(bool of_tokens) {
  Parts parts{.description = {{"name", "pin"},
                              {"version", 1},
                              {"tier", "pinned"},
                              {"vocabulary", of_tokens ? "sentencepiece" : "bytes"},
                              {"V", 256},
                              {"window", 1},
                              {"parameters", {{"dense", 1}, {"tables", 0}}},
                              {"licence", "x"},
                              {"training", "x"}},
              .others = {}};
  Bytes table;
  for (int byte = 0; byte < 256; ++byte) {
    table.push_back(1);
    table.push_back(static_cast<uint8_t>(byte));
  }
  parts.others = {{"m/extra/tokenizer.model", {1, 2}}, {"m/extra/tokens.bin", table}};
  return parts;
}

// Of tensors, which are all described alike, these stand for the others.
bool IsAnotherTensor(const Json::json_pointer& path) {
  const std::string text = path.to_string();
  if (text.rfind("/tensors/", 0) != 0) return false;
  for (const char* one : {"/tensors/emb", "/tensors/l0.c", "/tensors/out.s"}) {
    const std::string name = one;
    if (text == name || text.rfind(name + "/", 0) == 0) return false;
  }
  return true;
}

// Every value of `json` that is in another, by path.
void CollectPaths(const Json& json, const Json::json_pointer& at,
                  std::vector<Json::json_pointer>& paths) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      paths.push_back(at / key);
      CollectPaths(value, at / key, paths);
    }
  } else if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) {
      paths.push_back(at / i);
      CollectPaths(json[i], at / i, paths);
    }
  }
}

std::vector<Json> Replacements() {
  Json nested = 1;
  for (int i = 0; i < 1000; ++i) nested = Json::array({nested});
  return {-1,
          0,
          1,
          257,
          int64_t{1} << 31,
          (int64_t{1} << 32) + 64,
          std::numeric_limits<int64_t>::max(),
          std::numeric_limits<int64_t>::min(),
          std::numeric_limits<uint64_t>::max(),
          0.5,
          1e300,
          -1e300,
          true,
          nullptr,
          "",
          "bytes",
          "sentencepiece",
          "pinned",
          std::string(100'000, 'x'),
          std::string("\x1b[2J"),
          Json::array(),
          Json::object(),
          nested};
}

void RemoveAt(Json& json, const Json::json_pointer& path) {
  Json& parent = json.at(path.parent_pointer());
  if (parent.is_array()) {
    parent.erase(std::stoul(path.back()));
  } else {
    parent.erase(path.back());
  }
}

/// True when the file was refused. Fails the test for any exception but Error{kModelLoad}, for a
/// sound file whose numbers are beyond limits, and, of an exact model, for one of another id.
bool Refused(const Bytes& file, const ModelId& id, const std::string& what) {
  try {
    const auto model = ModelFile::Read(file, "test", kTrust);
    const ModelInfo& info = model->info();
    EXPECT_TRUE(info.vocabulary >= 2 && info.vocabulary <= kMaxVocabulary) << what;
    EXPECT_TRUE(info.version >= 0 && info.window >= 0) << what;
    EXPECT_TRUE(!info.name.empty() && info.name.size() <= kMaxModelNameBytes) << what;
    EXPECT_LE(info.dense_parameters, uint64_t{1} << 63) << what;
    EXPECT_EQ(model->tokens() != nullptr, info.vocabulary_kind == "sentencepiece") << what;
    if (info.tier == Tier::kPinned) return false;
    const auto error = ErrorOf([&] { model->VerifyId(); });
    EXPECT_TRUE(!error || error == ErrorCode::kModelLoad) << what;
    EXPECT_TRUE(error || info.id == id) << what;
    return error.has_value();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kModelLoad) << what << ": " << e.what();
    return true;
  } catch (const std::exception& e) {
    ADD_FAILURE() << what << ": " << e.what();
    return true;
  }
}

// What libtorch or people alone read; changing it gives the same model.
bool DecidesNothing(const Json::json_pointer& path) {
  const std::string text = path.to_string();
  for (const char* free :
       {"/licence", "/training", "/logit_unit", "/name", "/version", "/parameters", "/self_test"}) {
    if (text.rfind(free, 0) == 0) return true;
  }
  return false;
}

void CheckEveryField(const Parts& parts) {
  const Json& sound = parts.description;
  const bool exact = sound.at("tier") == "exact";
  const ModelId id = ModelFile::Read(parts.File(sound), "test", kHash)->info().id;
  std::vector<Json::json_pointer> paths;
  CollectPaths(sound, Json::json_pointer(), paths);
  for (const auto& path : paths) {
    if (IsAnotherTensor(path)) continue;
    Json without = sound;
    RemoveAt(without, path);
    const bool refused = Refused(parts.File(without), id, "without " + path.to_string());
    if (exact && !DecidesNothing(path)) {
      EXPECT_TRUE(refused) << "without " << path;
    }
    for (const Json& value : Replacements()) {
      if (value == sound.at(path)) continue;
      Json changed = sound;
      changed.at(path) = value;
      const std::string what = path.to_string() + " = " + value.dump().substr(0, 40);
      const bool bad = Refused(parts.File(changed), id, what);
      if (exact && path.to_string() != "/tier" && !DecidesNothing(path)) {
        EXPECT_TRUE(bad) << what;
      }
    }
  }
}

TEST(ModelPropertyTest, ExactDescriptions) { CheckEveryField(ExactParts()); }
TEST(ModelPropertyTest, PinnedDescriptionsOfBytes) { CheckEveryField(PinnedParts(false)); }
TEST(ModelPropertyTest, PinnedDescriptionsOfTokens) { CheckEveryField(PinnedParts(true)); }

TEST(ModelPropertyTest, SizesOfPinnedVocabularies) {
  Parts parts = PinnedParts(true);
  const auto error_with = [&parts](const Json& size) {
    parts.description["V"] = size;
    return ErrorOf([&] { ModelFile::Read(parts.File(parts.description), "test", kHash); });
  };
  EXPECT_EQ(error_with(256), std::nullopt);
  for (const int64_t size : {int64_t{-1}, int64_t{0}, int64_t{1}, int64_t{255}, int64_t{257},
                             int64_t{kMaxVocabulary} + 1, int64_t{1} << 40}) {
    EXPECT_EQ(error_with(size), ErrorCode::kModelLoad) << size;
  }
}

TEST(ModelPropertyTest, TextsThatAreNoDescription) {
  const Parts parts = PinnedParts(false);
  const ModelId id{};
  for (const char* text : {"", "{", "[]", "3", "null", "\"x\"", "{\"name\": \"\xff\"}", "{}"}) {
    EXPECT_TRUE(Refused(parts.File(std::string(text)), id, text));
  }
  EXPECT_TRUE(Refused(parts.File(std::string(1'000'000, '[')), id, "nested"));
  EXPECT_TRUE(Refused(parts.File(std::string(kMaxDescriptionBytes + 1, ' ')), id, "long"));
}

}  // namespace
}  // namespace lmzip
