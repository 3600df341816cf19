// Model files of any content, made in memory.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "engine/native.h"
#include "model/exact1_layout.h"
#include "model/model_file.h"
#include "model/self_test.h"
#include "support/random_bytes.h"

namespace lmzip::testing {

/// A zip archive of these members, by name with the root folder, stored, without their CRCs (which
/// lmzip does not look at).
inline Bytes StoredArchive(const std::map<std::string, Bytes>& members) {
  const auto append_text = [](const std::string& text, Bytes& out) {
    out.insert(out.end(), text.begin(), text.end());
  };
  // What a local header and an entry of the directory have in common.
  const auto append_common = [](const std::string& name, const Bytes& data, Bytes& out) {
    AppendLe(uint16_t{10}, out);  // version needed
    AppendLe(uint16_t{0}, out);   // flags
    AppendLe(uint16_t{0}, out);   // stored
    AppendLe(uint64_t{0}, out);   // time, date, CRC
    AppendLe(static_cast<uint32_t>(data.size()), out);
    AppendLe(static_cast<uint32_t>(data.size()), out);
    AppendLe(static_cast<uint16_t>(name.size()), out);
    AppendLe(uint16_t{0}, out);  // extra field
  };
  Bytes file, directory;
  for (const auto& [name, data] : members) {
    append_text({'P', 'K', 1, 2, 10, 0}, directory);
    append_common(name, data, directory);
    AppendLe(uint32_t{0}, directory);  // comment, disk
    AppendLe(uint32_t{0}, directory);  // internal attributes, half of the external ones
    AppendLe(uint16_t{0}, directory);
    AppendLe(static_cast<uint32_t>(file.size()), directory);
    append_text(name, directory);
    append_text({'P', 'K', 3, 4}, file);
    append_common(name, data, file);
    append_text(name, file);
    file.insert(file.end(), data.begin(), data.end());
  }
  const auto begin = static_cast<uint32_t>(file.size());
  file.insert(file.end(), directory.begin(), directory.end());
  append_text({'P', 'K', 5, 6, 0, 0, 0, 0}, file);
  AppendLe(static_cast<uint16_t>(members.size()), file);
  AppendLe(static_cast<uint16_t>(members.size()), file);
  AppendLe(static_cast<uint32_t>(directory.size()), file);
  AppendLe(begin, file);
  AppendLe(uint16_t{0}, file);  // comment
  return file;
}

/// A model of family exact-1 with random parameters, in the parts that its file is made of.
class ExactModelParts {
 public:
  nlohmann::json description;
  std::map<std::string, Bytes> tensors;  // by name
  Bytes tokenizer, token_table, prior;   // empty: none

  ExactModelParts(const Exact1Shape& shape, uint64_t seed) : shape_(shape) {
    Random random(seed);
    nlohmann::json tables = nlohmann::json::array(), entries = nlohmann::json::object();
    for (const NgramTable& table : shape.tables) {
      tables.push_back({{"order", table.order}, {"rows", table.rows}, {"width", table.width}});
    }
    for (const TensorLayout& tensor : Exact1Layout(shape)) {
      tensors[tensor.name] = RandomTensor(tensor, random);
      entries[tensor.name] = {{"type", TypeName(tensor.type)},
                              {"shape", tensor.shape},
                              {"member", "extra/" + tensor.name}};
    }
    description = {{"name", "tiny-random"},
                   {"version", 1},
                   {"tier", "exact"},
                   {"family", kExact1Family},
                   {"vocabulary", "bytes"},
                   {"parameters", {{"dense", 1}, {"tables", 0}}},
                   {"architecture",
                    {{"width", shape.width},
                     {"layers", shape.layers},
                     {"hidden", shape.hidden},
                     {"window", shape.window},
                     {"vocabulary", shape.vocabulary},
                     {"tables", tables}}},
                   {"self_test",
                    {{"short", {{"tokens", 4}, {"sha256", std::string(64, '0')}}},
                     {"long", {{"tokens", 4}, {"sha256", std::string(64, '0')}}}}},
                   {"id", ""},
                   {"tensors", entries}};
    RepairId();
  }

  /// States the id of what the parts hold now.
  void RepairId() {
    const std::map<std::string, ByteView> views(tensors.begin(), tensors.end());
    description["id"] =
        Hex(CanonicalId(shape_, Exact1Layout(shape_), views, tokenizer, token_table, prior));
  }

  /// The file; the results of the self-tests are put in first if the model can run at all.
  Bytes File() {
    RepairSelfTests();
    return Archive();
  }

  Bytes Archive() const { return StoredArchive(Members()); }

  std::map<std::string, Bytes> Members() const {
    std::map<std::string, Bytes> members;
    const auto add = [&members](const std::string& name, const Bytes& data) {
      if (!data.empty()) members["model/extra/" + name] = data;
    };
    for (const auto& [name, data] : tensors) add(name, data);
    add("tokenizer.model", tokenizer);
    add("tokens.bin", token_table);
    add("prior.bin", prior);
    const std::string text = description.dump();
    add("lmzip.json", Bytes(text.begin(), text.end()));
    return members;
  }

 private:
  void RepairSelfTests() {
    const Bytes archive = Archive();
    const auto file = ModelFile::Read(archive, "random", ModelFile::IdCheck::kTrust);
    const auto model = NewNativeModel({file, &file->weights()}, Isa::kPortable);
    for (const char* test : {"short", "long"}) {
      nlohmann::json& entry = description["self_test"][test];
      const int tokens = entry["tokens"].get<int>();
      entry["sha256"] = SelfTestDigest(*model, tokens, tokens);
    }
  }

  /// Values in the limits of EXACT.md 2, of about a trained model's size.
  static Bytes RandomTensor(const TensorLayout& tensor, Random& random) {
    Bytes bytes;
    const bool gain = tensor.name.find('g') != std::string::npos;
    for (size_t left = tensor.bytes(); left > 0; left -= TypeBytes(tensor.type)) {
      switch (tensor.type) {
        case TensorType::kInt8:
          AppendLe(static_cast<uint8_t>(Below(random, 127) - 63), bytes);
          break;
        case TensorType::kInt16:
          AppendLe(static_cast<uint16_t>(Below(random, 801) - 400), bytes);
          break;
        case TensorType::kInt32: AppendLe(static_cast<uint32_t>(Below(random, 40)), bytes); break;
        case TensorType::kFloat32: {
          const float value = gain ? 128.0f : 0.002f * static_cast<float>(1 + Below(random, 8));
          AppendLe(std::bit_cast<uint32_t>(value), bytes);
        }
      }
    }
    return bytes;
  }

  const Exact1Shape shape_;
};

}  // namespace lmzip::testing
