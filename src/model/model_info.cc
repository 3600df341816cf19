#include "model/model_info.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "base/random_access.h"
#include "lmzip/error.h"
#include "model/exact1_layout.h"

namespace lmzip {
namespace {

using Json = nlohmann::json;

constexpr int kMaxInt = std::numeric_limits<int>::max();
constexpr int kMaxSelfTestTokens = 1 << 16;
constexpr size_t kIdDigits = 2 * sizeof(ModelId);

int IntAt(const Json& object, const char* key, int low = 0, int high = kMaxInt) {
  return static_cast<int>(IntegerAt(object, key, low, high));
}

// 64 lower-case hexadecimal digits.
std::string DigestAt(const Json& object, const char* key) {
  const auto hex = object.at(key).get<std::string>();
  if (hex.size() != kIdDigits || hex.find_first_not_of("0123456789abcdef") != hex.npos) {
    throw std::invalid_argument(std::string(key) + ": expected 64 hex digits");
  }
  return hex;
}

ModelId ParseId(const std::string& hex) {
  ModelId id;
  for (size_t i = 0; i < id.size(); ++i) {
    id[i] = static_cast<uint8_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  }
  return id;
}

SelfTest ParseSelfTest(const Json& json) {
  return {.tokens = IntAt(json, "tokens", 1, kMaxSelfTestTokens),
          .sha256 = DigestAt(json, "sha256")};
}

Exact1Shape ParseShape(const Json& json) {
  Exact1Shape shape;
  shape.width = IntAt(json, "width");
  shape.layers = IntAt(json, "layers");
  shape.hidden = IntAt(json, "hidden");
  shape.window = IntAt(json, "window");
  shape.vocabulary = IntAt(json, "vocabulary");
  for (const Json& table : json.at("tables")) {
    shape.tables.push_back({IntAt(table, "order"), static_cast<uint32_t>(IntAt(table, "rows")),
                            IntAt(table, "width")});
  }
  CheckShape(shape);
  return shape;
}

Tier ParseTier(const Json& json) {
  const auto tier = json.at("tier").get<std::string>();
  if (tier == "exact") return Tier::kExact;
  if (tier == "pinned") return Tier::kPinned;
  throw std::invalid_argument("tier " + tier + " unknown");
}

void ParseExact(const Json& json, ModelInfo& info) {
  if (const auto family = json.at("family").get<std::string>(); family != kExact1Family) {
    throw std::invalid_argument("family " + family + " unknown; this release runs " +
                                kExact1Family);
  }
  info.shape = ParseShape(json.at("architecture"));
  info.vocabulary = info.shape.vocabulary;
  info.window = info.shape.window;
  info.id = ParseId(DigestAt(json, "id"));
  info.short_test = ParseSelfTest(json.at("self_test").at("short"));
  info.long_test = ParseSelfTest(json.at("self_test").at("long"));
}

void ParsePinned(const Json& json, ModelInfo& info) {
  info.vocabulary = IntAt(json, "V", 2, kMaxVocabulary);
  if (json.contains("window")) info.window = IntAt(json, "window");
}

}  // namespace

int64_t IntegerAt(const Json& object, const char* key, int64_t low, int64_t high) {
  const Json& value = object.at(key);
  const bool exceeds = value.is_number_unsigned() &&
                       value.get<uint64_t>() > uint64_t{std::numeric_limits<int64_t>::max()};
  if (!value.is_number_integer() || exceeds || value.get<int64_t>() < low ||
      value.get<int64_t>() > high) {
    throw std::invalid_argument(std::string("lmzip.json: ") + key + " must be an integer from " +
                                std::to_string(low) + " to " + std::to_string(high));
  }
  return value.get<int64_t>();
}

Json ReadDescription(const RandomAccess& file, const Archive& zip, const std::string& label) try {
  const auto member = zip.Find("extra/lmzip.json");
  if (!member) throw std::invalid_argument("no extra/lmzip.json: not a model of lmzip's");
  if (member->size > kMaxDescriptionBytes) throw std::invalid_argument("lmzip.json: too long");
  Bytes text(member->size);
  file.Read(member->offset, text);
  return Json::parse(text.begin(), text.end());
} catch (...) {
  RethrowAsModelError(label);
}

ModelInfo ParseInfo(const Json& json, const RandomAccess& file, const Archive& zip,
                    const std::string& label) try {
  ModelInfo info;
  info.file = label;
  info.name = json.at("name").get<std::string>();
  if (info.name.empty() || info.name.size() > kMaxModelNameBytes) {
    throw std::invalid_argument("lmzip.json: name must have 1 to " +
                                std::to_string(kMaxModelNameBytes) + " bytes");
  }
  info.version = IntAt(json, "version");
  info.tier = ParseTier(json);
  info.vocabulary_kind = json.at("vocabulary").get<std::string>();
  info.licence = json.value("licence", "");
  info.training = json.value("training", "");
  const Json& parameters = json.at("parameters");
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  info.dense_parameters = static_cast<uint64_t>(IntegerAt(parameters, "dense", 0, kMost));
  info.table_parameters = static_cast<uint64_t>(IntegerAt(parameters, "tables", 0, kMost));
  info.file_bytes = file.size();
  info.tier == Tier::kExact ? ParseExact(json, info) : ParsePinned(json, info);
  if (const auto prior = zip.Find(kPriorMember); prior && info.tier == Tier::kExact) {
    info.prior_bytes = prior->size;
  }
  return info;
} catch (...) {
  RethrowAsModelError(label);
}

ModelInfo DescribeModel(const std::filesystem::path& path) {
  const FileAccess file(path);
  const Archive zip(file, path.string());
  return ParseInfo(ReadDescription(file, zip, path.string()), file, zip, path.string());
}

void RethrowAsModelError(const std::string& label) try { throw; } catch (const Json::exception& e) {
  throw Error(ErrorCode::kModelLoad, label + ": lmzip.json: " + e.what());
} catch (const std::invalid_argument& e) {
  throw Error(ErrorCode::kModelLoad, label + ": " + e.what());
}

}  // namespace lmzip
