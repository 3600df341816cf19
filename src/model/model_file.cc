#include "model/model_file.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/mapped_file.h"
#include "lmzip/error.h"
#include "model/archive.h"
#include "model/exact1_layout.h"

namespace lmzip {
namespace {

using Json = nlohmann::json;

constexpr char kBytes[] = "bytes";
constexpr char kSentencePiece[] = "sentencepiece";
constexpr int kByteVocabulary = 256;

class MappedModelFile : public ModelFile {
 public:
  MappedModelFile(const std::filesystem::path& path, IdCheck id_check)
      : MappedModelFile(std::make_unique<MappedFile>(path), path.string(), id_check) {}

 private:
  MappedModelFile(std::unique_ptr<MappedFile> file, std::string label, IdCheck id_check)
      : ModelFile(file->bytes(), std::move(label)), file_(std::move(file)) {
    Parse(id_check);
  }
  std::unique_ptr<MappedFile> file_;
};

class ViewedModelFile : public ModelFile {
 public:
  ViewedModelFile(ByteView archive, std::string label, IdCheck id_check)
      : ModelFile(archive, std::move(label)) {
    Parse(id_check);
  }
};

ModelId ParseId(const std::string& hex) {
  ModelId id;
  if (hex.size() != 2 * id.size()) throw std::invalid_argument("id: expected 64 hex digits");
  for (size_t i = 0; i < id.size(); ++i) {
    size_t used = 0;
    id[i] = static_cast<uint8_t>(std::stoul(hex.substr(2 * i, 2), &used, 16));
    if (used != 2) throw std::invalid_argument("id: expected 64 hex digits");
  }
  return id;
}

SelfTest ParseSelfTest(const Json& json) {
  SelfTest test;
  test.tokens = json.at("tokens").get<int>();
  test.sha256 = json.at("sha256").get<std::string>();
  if (test.tokens < 1 || test.tokens > (1 << 16)) throw std::invalid_argument("self_test: tokens");
  return test;
}

ModelInfo ParseInfo(const Json& json) {
  ModelInfo info;
  info.name = json.at("name").get<std::string>();
  info.version = json.at("version").get<int>();
  const auto tier = json.at("tier").get<std::string>();
  if (tier != "exact" && tier != "pinned") throw std::invalid_argument("tier " + tier + " unknown");
  info.tier = tier == "exact" ? Tier::kExact : Tier::kPinned;
  info.vocabulary_kind = json.at("vocabulary").get<std::string>();
  info.licence = json.value("licence", "");
  info.training = json.value("training", "");
  const Json& parameters = json.at("parameters");
  info.dense_parameters = parameters.at("dense").get<uint64_t>();
  info.table_parameters = parameters.at("tables").get<uint64_t>();
  return info;
}

Exact1Shape ParseShape(const Json& json) {
  Exact1Shape shape;
  shape.width = json.at("width").get<int>();
  shape.layers = json.at("layers").get<int>();
  shape.hidden = json.at("hidden").get<int>();
  shape.window = json.at("window").get<int>();
  shape.vocabulary = json.at("vocabulary").get<int>();
  for (const Json& table : json.at("tables")) {
    shape.tables.push_back({table.at("order").get<int>(), table.at("rows").get<uint32_t>(),
                            table.at("width").get<int>()});
  }
  CheckShape(shape);
  return shape;
}

// The member of `tensor`, checked against what lmzip.json says of it; copied when misaligned.
ByteView FindTensor(const Archive& archive, const Json& tensors, const TensorLayout& tensor,
                    std::vector<Bytes>& copies) {
  const Json& entry = tensors.at(tensor.name);
  const auto fail = [&tensor](const std::string& why) {
    return std::invalid_argument("tensor " + tensor.name + ": " + why);
  };
  if (entry.at("type").get<std::string>() != TypeName(tensor.type)) throw fail("wrong type");
  if (entry.at("shape").get<std::vector<uint32_t>>() != tensor.shape) throw fail("wrong shape");
  const auto data = archive.Find(entry.at("member").get<std::string>());
  if (!data) throw fail("no such member");
  if (data->size() != tensor.bytes()) {
    throw fail("expected " + std::to_string(tensor.bytes()) + " bytes, got " +
               std::to_string(data->size()));
  }
  const size_t alignment = TypeBytes(tensor.type);
  if (reinterpret_cast<uintptr_t>(data->data()) % alignment == 0) return *data;
  copies.emplace_back(data->begin(), data->end());
  return copies.back();
}

}  // namespace

std::shared_ptr<const ModelFile> ModelFile::Open(const std::filesystem::path& path,
                                                 IdCheck id_check) {
  return std::make_shared<MappedModelFile>(path, id_check);
}

std::shared_ptr<const ModelFile> ModelFile::Read(ByteView archive, const std::string& label,
                                                 IdCheck id_check) {
  return std::make_shared<ViewedModelFile>(archive, label, id_check);
}

void ModelFile::Parse(IdCheck id_check) try {
  const Archive zip(archive_, label_);
  const auto text = zip.Find("extra/lmzip.json");
  if (!text) throw std::invalid_argument("no extra/lmzip.json: not a model of lmzip's");
  const Json json = Json::parse(text->begin(), text->end());
  info_ = ParseInfo(json);
  if (info_.tier == Tier::kPinned) {
    Sha256 hash;
    hash.Add(archive_);
    info_.id = hash.Finish();
    info_.vocabulary = json.at("V").get<int>();
    info_.window = json.value("window", 0);
    ParseVocabulary(zip);
    return;
  }
  if (const auto family = json.at("family").get<std::string>(); family != kExact1Family) {
    throw std::invalid_argument("family " + family + " unknown; this release runs " +
                                kExact1Family);
  }
  info_.short_test = ParseSelfTest(json.at("self_test").at("short"));
  info_.long_test = ParseSelfTest(json.at("self_test").at("long"));
  info_.id = ParseId(json.at("id").get<std::string>());
  prior_ = zip.Find("extra/prior.bin").value_or(ByteView());

  const Exact1Shape shape = ParseShape(json.at("architecture"));
  info_.vocabulary = shape.vocabulary;
  info_.window = shape.window;
  const ByteView token_table = ParseVocabulary(zip);
  const std::vector<TensorLayout> layout = Exact1Layout(shape);
  const Json& entries = json.at("tensors");
  if (entries.size() != layout.size()) throw std::invalid_argument("wrong number of tensors");
  std::map<std::string, ByteView> tensors;
  copies_.reserve(layout.size());
  for (const TensorLayout& tensor : layout) {
    tensors[tensor.name] = FindTensor(zip, entries, tensor, copies_);
  }
  if (id_check == IdCheck::kHash) {
    const ModelId id = CanonicalId(shape, layout, tensors, tokenizer_, token_table, prior_);
    if (id != info_.id) {
      throw std::invalid_argument("damaged: its content has id " + Hex(id) + ", it states id " +
                                  Hex(info_.id));
    }
  }
  weights_ = BindWeights(shape, tensors);
} catch (const Json::exception& e) {
  throw Error(ErrorCode::kModelLoad, label_ + ": lmzip.json: " + e.what());
} catch (const std::invalid_argument& e) {
  throw Error(ErrorCode::kModelLoad, label_ + ": " + e.what());
} catch (const std::out_of_range& e) {
  throw Error(ErrorCode::kModelLoad, label_ + ": lmzip.json: " + e.what());
}

// Returns the member tokens.bin, empty when tokens are bytes.
ByteView ModelFile::ParseVocabulary(const Archive& zip) {
  if (info_.vocabulary_kind == kBytes) {
    if (info_.vocabulary == kByteVocabulary) return {};
    throw std::invalid_argument("a vocabulary of bytes has 256 tokens, not " +
                                std::to_string(info_.vocabulary));
  }
  if (info_.vocabulary_kind != kSentencePiece) {
    throw std::invalid_argument("vocabulary " + info_.vocabulary_kind + " unknown");
  }
  const auto tokenizer = zip.Find("extra/tokenizer.model");
  const auto table = zip.Find("extra/tokens.bin");
  if (!tokenizer || tokenizer->empty() || !table) {
    throw std::invalid_argument("a vocabulary of tokens needs tokenizer.model and tokens.bin");
  }
  tokenizer_ = *tokenizer;
  tokens_.emplace(*table, info_.vocabulary);
  return *table;
}

}  // namespace lmzip
