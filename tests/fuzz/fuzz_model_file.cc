// Model files, exact and pinned, of bytes and of tokens: sound, or refused with Error{kModelLoad}.
// They are sound but for what the recipe changes: values of the description, tensors, the other
// members, the archive; the id is that of what they hold. Inputs that begin as an archive does are
// files as they are.
#include "base/check.h"
#include "fuzz/recipe.h"
#include "lmzip/error.h"
#include "support/model_archive.h"
#include "support/token_frames.h"

namespace {

using namespace lmzip;
using namespace lmzip::fuzz;
using Json = nlohmann::json;
using lmzip::testing::ExactModelParts;
using lmzip::testing::StoredArchive;
using Members = std::map<std::string, Bytes>;

constexpr char kDescription[] = "model/extra/lmzip.json";
constexpr int kTokens = 300;

Exact1Shape Shape(int vocabulary) {
  return {.width = 64,
          .layers = 1,
          .hidden = 64,
          .window = 4,
          .vocabulary = vocabulary,
          .tables = {{.order = 1, .rows = 16, .width = 4}}};
}

const Bytes& TokenBytes() {
  static const lmzip::testing::RandomVocabulary vocabulary(kTokens,
                                                           lmzip::testing::WordyBytes(4000, 1), 1);
  return vocabulary.bytes();
}

ExactModelParts Exact(bool tokens) {
  ExactModelParts parts(Shape(tokens ? kTokens : 256), 1);
  if (tokens) {
    parts.description["vocabulary"] = "sentencepiece";
    parts.tokenizer = {1};
    parts.token_table = TokenBytes();
  }
  parts.RepairId();
  return parts;
}

Members Pinned(bool tokens) {
  const Json description = {{"name", "pinned"},
                            {"version", 1},
                            {"tier", "pinned"},
                            {"V", tokens ? kTokens : 256},
                            {"window", 64},
                            {"vocabulary", tokens ? "sentencepiece" : "bytes"},
                            {"licence", "MIT"},
                            {"training", "none"},
                            {"parameters", {{"dense", 1000}, {"tables", 0}}}};
  const std::string text = description.dump();
  Members members = {{kDescription, Bytes(text.begin(), text.end())},
                     {"model/code/module.py", {'p', 'a', 's', 's'}}};
  if (tokens) {
    members["model/extra/tokenizer.model"] = {1};
    members["model/extra/tokens.bin"] = TokenBytes();
  }
  return members;
}

Json AnyValue(Recipe& recipe) {
  switch (recipe.Below(10)) {
    case 0: return nullptr;
    case 1: return recipe.OneIn(2);
    case 2: return -static_cast<int64_t>(AnyNumber(recipe, 63));
    case 3:
    case 4: return AnyNumber(recipe, 64);
    case 5: return static_cast<double>(AnyNumber(recipe, 64)) * 1e290;
    case 6: return 0.5;
    case 7: {
      const ByteView text = recipe.Take(recipe.Below(70));
      return std::string(text.begin(), text.end());
    }
    case 8: return Json::array();
    default: return Json::object();
  }
}

// A value somewhere in the description becomes another, goes, or gets a neighbour.
void ChangeDescription(Recipe& recipe, Json& json) {
  if (!json.empty() && json.is_structured() && !recipe.OneIn(8)) {
    auto child = json.begin();
    std::advance(child, static_cast<ptrdiff_t>(recipe.Below(json.size())));
    if (recipe.OneIn(6)) {
      json.erase(child);
    } else {
      ChangeDescription(recipe, *child);
    }
    return;
  }
  if (json.is_array() && recipe.OneIn(2)) {
    json.push_back(AnyValue(recipe));
  } else {
    json = AnyValue(recipe);
  }
}

void ChangeBytes(Recipe& recipe, Bytes& bytes) {
  const size_t size = bytes.size();
  DamageBytes(recipe, bytes);
  if (!recipe.OneIn(4)) bytes.resize(size);
}

// The description as text that no other JSON writer may have written.
void ChangeDescriptionText(Recipe& recipe, Members& members) {
  Bytes& text = members.at(kDescription);
  const Json json = Json::parse(text.begin(), text.end());
  Json changed = json;
  for (uint64_t i = 1 + recipe.Below(3); i > 0; --i) ChangeDescription(recipe, changed);
  const std::string dumped = changed.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.assign(dumped.begin(), dumped.end());
  if (recipe.OneIn(8)) DamageBytes(recipe, text);
}

void ChangeMembers(Recipe& recipe, Members& members) {
  auto member = members.begin();
  std::advance(member, static_cast<ptrdiff_t>(recipe.Below(members.size())));
  switch (recipe.Below(4)) {
    case 0: members.erase(member); break;
    case 1: {
      const ByteView name = recipe.Take(recipe.Below(20));
      members[(recipe.OneIn(4) ? "" : "model/extra/") + std::string(name.begin(), name.end())] =
          member->second;
      break;
    }
    default: ChangeBytes(recipe, member->second);
  }
}

// The file of `members`, of which the description's text and others may change.
Bytes Changed(Recipe& recipe, Members members, bool change_text, bool& sound) {
  if (change_text) {
    sound = false;
    ChangeDescriptionText(recipe, members);
  }
  if (recipe.OneIn(4)) {
    sound = false;
    ChangeMembers(recipe, members);
  }
  return StoredArchive(members);
}

// The parts' ids are made right again: the mutations reach what stands behind the check.
Bytes MakeExact(Recipe& recipe, bool& sound) {
  static const ExactModelParts kParts[2] = {Exact(false), Exact(true)};
  ExactModelParts parts = kParts[recipe.Below(2)];
  for (uint64_t i = recipe.Below(3); i > 0; --i) {
    sound = false;
    auto tensor = parts.tensors.begin();
    std::advance(tensor, static_cast<ptrdiff_t>(recipe.Below(parts.tensors.size())));
    ChangeBytes(recipe, tensor->second);
  }
  if (recipe.OneIn(8)) {
    sound = false;
    ChangeBytes(recipe, parts.token_table);
  }
  if (recipe.OneIn(8)) parts.prior = Bytes(1 + recipe.Below(40), 7);  // looked into by the codec
  parts.RepairId();
  Members members = parts.Members();
  return Changed(recipe, std::move(members), recipe.OneIn(2), sound);
}

Bytes MakePinned(Recipe& recipe, bool& sound) {
  Members members = Pinned(recipe.OneIn(2));
  return Changed(recipe, std::move(members), !recipe.OneIn(8), sound);
}

// Runs a model of the file, which may hold any weights in range.
void Run(const std::shared_ptr<const ModelFile>& file) {
  const auto model = NewNativeModel({file, &file->weights()});
  const auto predictor = model->NewPredictor(1);
  const int lane = 0;
  const int32_t tokens[] = {model->vocabulary(), 0, model->vocabulary() - 1};
  std::vector<int16_t> logits(std::size(tokens) * static_cast<size_t>(model->vocabulary()));
  predictor->Reset(0);
  predictor->Run({&lane, 1}, std::size(tokens), tokens, logits.data());
}

void ReadFile(ByteView archive, ModelFile::IdCheck check, bool sound) {
  try {
    const auto file = ModelFile::Read(archive, "fuzz", check);
    const ModelInfo& info = file->info();
    LMZIP_CHECK(info.vocabulary >= 2 && info.vocabulary <= kMaxVocabulary && info.window >= 0);
    LMZIP_CHECK(!file->tokens() || file->tokens()->size() == info.vocabulary);
    if (info.tier == Tier::kExact) Run(file);
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() == ErrorCode::kModelLoad && !sound);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView input(data, size);
  if (size > 1 && data[0] == 'P' && data[1] == 'K') {
    ReadFile(input, ModelFile::IdCheck::kTrust, false);
    return 0;
  }
  Recipe recipe(input);
  bool sound = true;
  Bytes archive = recipe.OneIn(2) ? MakePinned(recipe, sound) : MakeExact(recipe, sound);
  if (recipe.OneIn(8)) {
    sound = false;
    DamageBytes(recipe, archive);
  }
  ReadFile(archive, recipe.OneIn(2) ? ModelFile::IdCheck::kTrust : ModelFile::IdCheck::kHash,
           sound);
  return 0;
}
