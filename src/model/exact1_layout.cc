#include "model/exact1_layout.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace lmzip {
namespace {

constexpr int kMaxWidth = 4096;
constexpr int kMaxLayers = 64;
constexpr uint32_t kMaxTableRows = 1u << 24;
constexpr int kTableWidthStep = 4;
constexpr int kMaxWeight = 63;
constexpr int32_t kMaxBias = 1 << 20;
constexpr float kMinScale = 0x1p-40f;
constexpr float kMaxScale = 0x1p10f;
constexpr float kMaxGain = 0x1p20f;

void CheckRange(const std::string& what, int64_t value, int64_t low, int64_t high, int64_t step) {
  if (value >= low && value <= high && value % step == 0) return;
  throw std::invalid_argument("architecture: " + what + " is " + std::to_string(value) +
                              ", must be " + std::to_string(low) + " to " + std::to_string(high) +
                              (step > 1 ? " in steps of " + std::to_string(step) : ""));
}

// Without a branch, so that it vectorises: every start runs it over the linked-in model.
bool AnyOutside(std::span<const int8_t> weights) {
  uint8_t outside = 0;
  for (int8_t weight : weights) {
    outside |= static_cast<uint8_t>(static_cast<uint8_t>(weight + kMaxWeight) > 2 * kMaxWeight);
  }
  return outside != 0;
}

/// Typed views of a model's tensors, each checked against its range.
class TensorBinder {
 public:
  explicit TensorBinder(const std::map<std::string, ByteView>& tensors) : tensors_(tensors) {}

  template <typename T>
  std::span<const T> Get(const std::string& name) const {
    const ByteView bytes = tensors_.at(name);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

  QuantizedLinear Linear(const std::string& name) const {
    const auto weights = Get<int8_t>(name);
    if (AnyOutside(weights)) {
      throw std::invalid_argument("tensor " + name + ": a weight outside -63..63");
    }
    return {weights.data(), Floats(name + ".s", kMinScale, kMaxScale)};
  }

  const float* Floats(const std::string& name, float low, float high) const {
    const auto values = Get<float>(name);
    for (float value : values) {
      if (!(value >= low && value <= high)) {
        throw std::invalid_argument("tensor " + name + ": a value outside its limits");
      }
    }
    return values.data();
  }

  const float* Gains(const std::string& name) const { return Floats(name, -kMaxGain, kMaxGain); }

  float Scale(const std::string& name, float high) const { return *Floats(name, kMinScale, high); }

  const int32_t* Biases(const std::string& name) const {
    const auto values = Get<int32_t>(name);
    for (int32_t value : values) {
      if (value < -kMaxBias || value > kMaxBias) {
        throw std::invalid_argument("tensor " + name + ": a bias outside its limits");
      }
    }
    return values.data();
  }

 private:
  const std::map<std::string, ByteView>& tensors_;
};

void AddText(Sha256& hash, const std::string& text) {
  hash.Add(ByteView(reinterpret_cast<const uint8_t*>(text.c_str()), text.size() + 1));
}

template <typename T>
void AddNumber(Sha256& hash, T value) {
  Bytes bytes;
  AppendLe(value, bytes);
  hash.Add(bytes);
}

std::string LayerName(int layer, const char* tensor) {
  return std::string("l").append(std::to_string(layer)).append(".").append(tensor);
}

std::string TableName(const NgramTable& table) {
  return std::string("tab").append(std::to_string(table.order));
}

}  // namespace

const char* TypeName(TensorType type) {
  switch (type) {
    case TensorType::kInt8: return "int8";
    case TensorType::kInt16: return "int16";
    case TensorType::kInt32: return "int32";
    case TensorType::kFloat32: return "float32";
  }
  return "";
}

size_t TypeBytes(TensorType type) {
  switch (type) {
    case TensorType::kInt8: return 1;
    case TensorType::kInt16: return 2;
    case TensorType::kInt32: return 4;
    case TensorType::kFloat32: return 4;
  }
  return 0;
}

size_t TensorLayout::bytes() const {
  size_t count = TypeBytes(type);
  for (uint32_t size : shape) count *= size;
  return count;
}

void CheckShape(const Exact1Shape& shape) {
  CheckRange("width", shape.width, kHeadWidth, kMaxWidth, kHeadWidth);
  CheckRange("layers", shape.layers, 1, kMaxLayers, 1);
  CheckRange("hidden", shape.hidden, 64, kMaxHiddenUnits, 64);
  CheckRange("window", shape.window, 1, kMaxWindow, 1);
  CheckRange("vocabulary", shape.vocabulary, 2, kMaxVocabulary, 1);
  int columns = 0;
  uint32_t orders = 0;
  for (const NgramTable& table : shape.tables) {
    CheckRange("table order", table.order, 1, kMaxTableOrder, 1);
    CheckRange("table rows", table.rows, 2, kMaxTableRows, 2);
    CheckRange("table width", table.width, kTableWidthStep, kMaxWidth, kTableWidthStep);
    if (!std::has_single_bit(table.rows)) {
      throw std::invalid_argument("architecture: table rows are no power of two");
    }
    if (orders >> table.order & 1) {
      throw std::invalid_argument("architecture: two tables of one order");
    }
    orders |= 1u << table.order;
    columns += table.width;
  }
  CheckRange("the tables' width together", columns, 0, shape.width, 1);
}

std::vector<TensorLayout> Exact1Layout(const Exact1Shape& shape) {
  const auto size = [](int value) { return static_cast<uint32_t>(value); };
  const uint32_t width = size(shape.width);
  std::vector<TensorLayout> layout;
  const auto add = [&layout](std::string name, TensorType type, std::vector<uint32_t> dimensions) {
    layout.push_back({std::move(name), type, std::move(dimensions)});
  };
  const auto add_linear = [&add](const std::string& name, uint32_t out, uint32_t in) {
    add(name, TensorType::kInt8, {out, in});
    add(name + ".s", TensorType::kFloat32, {out});
  };
  add("emb", TensorType::kInt16, {size(shape.vocabulary) + 1, width});
  for (const NgramTable& table : shape.tables) {
    add(TableName(table), TensorType::kInt8, {table.rows, size(table.width)});
  }
  for (int i = 0; i < shape.layers; ++i) {
    add(LayerName(i, "g1"), TensorType::kFloat32, {width});
    add(LayerName(i, "g2"), TensorType::kFloat32, {width});
    add_linear(LayerName(i, "q"), width, width);
    add_linear(LayerName(i, "k"), kHeadWidth, width);
    add_linear(LayerName(i, "v"), kHeadWidth, width);
    add_linear(LayerName(i, "o"), width, width);
    add_linear(LayerName(i, "w1"), size(shape.hidden), width);
    add_linear(LayerName(i, "w2"), width, size(shape.hidden));
    add(LayerName(i, "bias"), TensorType::kInt32, {size(shape.heads()), size(shape.window)});
    for (const char* scale : {"c", "co", "cf"}) add(LayerName(i, scale), TensorType::kFloat32, {1});
  }
  add("g", TensorType::kFloat32, {width});
  add_linear("out", size(shape.vocabulary), width);
  return layout;
}

Sha256Digest CanonicalId(const Exact1Shape& shape, const std::vector<TensorLayout>& layout,
                         const std::map<std::string, ByteView>& tensors, ByteView tokenizer,
                         ByteView token_table, ByteView prior) {
  Sha256 hash;
  const std::string title = std::string("lmzip ") + kExact1Family + "\n";
  hash.Add(ByteView(reinterpret_cast<const uint8_t*>(title.data()), title.size()));
  for (int value : {shape.width, shape.layers, shape.hidden, shape.window, shape.vocabulary,
                    static_cast<int>(shape.tables.size())}) {
    AddNumber(hash, static_cast<uint32_t>(value));
  }
  for (const NgramTable& table : shape.tables) {
    AddNumber(hash, static_cast<uint32_t>(table.order));
    AddNumber(hash, table.rows);
    AddNumber(hash, static_cast<uint32_t>(table.width));
  }
  std::vector<TensorLayout> sorted = layout;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const TensorLayout& tensor : sorted) {
    AddText(hash, tensor.name);
    AddText(hash, TypeName(tensor.type));
    AddNumber(hash, static_cast<uint32_t>(tensor.shape.size()));
    for (uint32_t size : tensor.shape) AddNumber(hash, size);
    hash.Add(tensors.at(tensor.name));
  }
  const auto add_extra = [&hash](ByteView extra) {
    AddNumber(hash, static_cast<uint64_t>(extra.size()));
    hash.Add(extra);
  };
  add_extra(tokenizer);
  if (!tokenizer.empty()) add_extra(token_table);
  add_extra(prior);
  return hash.Finish();
}

Exact1Weights BindWeights(const Exact1Shape& shape,
                          const std::map<std::string, ByteView>& tensors) {
  const TensorBinder binder(tensors);
  Exact1Weights weights;
  weights.shape = shape;
  weights.embedding = binder.Get<int16_t>("emb").data();
  for (const NgramTable& table : shape.tables) {
    weights.tables.push_back(binder.Get<int8_t>(TableName(table)).data());
  }
  for (int i = 0; i < shape.layers; ++i) {
    const auto name = [i](const char* tensor) { return LayerName(i, tensor); };
    weights.layers.push_back({
        .attention_gain = binder.Gains(name("g1")),
        .q = binder.Linear(name("q")),
        .k = binder.Linear(name("k")),
        .v = binder.Linear(name("v")),
        .bias = binder.Biases(name("bias")),
        .score_scale = binder.Scale(name("c"), 1.0f),
        .output_scale = binder.Scale(name("co"), kMaxScale),
        .o = binder.Linear(name("o")),
        .feed_gain = binder.Gains(name("g2")),
        .up = binder.Linear(name("w1")),
        .hidden_scale = binder.Scale(name("cf"), kMaxScale),
        .down = binder.Linear(name("w2")),
    });
  }
  weights.head_gain = binder.Gains("g");
  weights.head = binder.Linear("out");
  return weights;
}

}  // namespace lmzip
