// Models of family exact-1 with random parameters, up to the limits of EXACT.md 2.
#pragma once

#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/exact1.h"

namespace lmzip {

/// The same numbers on every platform.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint32_t Next() {  // SplitMix64
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<uint32_t>((z ^ (z >> 31)) >> 32);
  }
  /// In low..high, both included.
  int Between(int low, int high) {
    return low + static_cast<int>(Next() % (static_cast<uint32_t>(high - low) + 1));
  }
  bool OneIn(int n) { return Next() % static_cast<uint32_t>(n) == 0; }
  /// In [0, 1), a multiple of 2^-24.
  float Unit() { return static_cast<float>(Next() >> 8) * 0x1p-24f; }

 private:
  uint64_t state_;
};

/// How many of a model's tensors take values at their limits instead of such as training gives.
enum class Extremes { kNone, kSome, kAll };

class RandomExact1 {
 public:
  static std::shared_ptr<const Exact1Weights> Make(const Exact1Shape& shape, Extremes extremes,
                                                   uint64_t seed) {
    auto model = std::shared_ptr<RandomExact1>(new RandomExact1(shape, extremes, seed));
    return {model, &model->weights_};
  }

 private:
  RandomExact1(const Exact1Shape& shape, Extremes extremes, uint64_t seed)
      : extremes_(extremes), random_(seed) {
    const int width = shape.width;
    weights_.shape = shape;
    weights_.embedding = Embedding((shape.vocabulary + 1) * width);
    for (const NgramTable& table : shape.tables) {
      weights_.tables.push_back(Table(static_cast<int>(table.rows) * table.width));
    }
    for (int i = 0; i < shape.layers; ++i) weights_.layers.push_back(Layer(shape));
    weights_.head_gain = Gains(width);
    weights_.head = Linear(shape.vocabulary, width, 1000);
  }

  Exact1Layer Layer(const Exact1Shape& shape) {
    const int width = shape.width;
    Exact1Layer layer;
    layer.attention_gain = Gains(width);
    layer.q = Linear(width, width, 40);
    layer.k = Linear(kHeadWidth, width, 20);
    layer.v = Linear(kHeadWidth, width, 20);
    layer.bias = Biases(shape.heads() * shape.window);
    layer.score_scale = Extreme() ? AnyScale(0) : 0.002f;
    layer.output_scale = Extreme() ? AnyScale(10) : 1.5f;
    layer.o = Linear(width, width, 100);
    layer.feed_gain = Gains(width);
    layer.up = Linear(shape.hidden, width, 1);
    layer.hidden_scale = Extreme() ? AnyScale(10) : 20.0f;
    layer.down = Linear(width, shape.hidden, 100);
    return layer;
  }

  bool Extreme() {
    return extremes_ == Extremes::kAll || (extremes_ == Extremes::kSome && random_.OneIn(4));
  }

  /// From 2^-40 to 2^high_exponent, both included.
  float AnyScale(int high_exponent) {
    const int exponent = random_.Between(-40, high_exponent);
    if (exponent == high_exponent) return std::ldexp(1.0f, exponent);
    return std::ldexp(1.0f + random_.Unit(), exponent);
  }

  template <typename T, typename Value>
  const T* Fill(std::deque<std::vector<T>>& store, int count, const Value& value) {
    std::vector<T>& values = store.emplace_back(count);
    for (T& v : values) v = static_cast<T>(value());
    return values.data();
  }

  const int16_t* Embedding(int count) {
    if (Extreme()) return Fill(shorts_, count, [&] { return random_.OneIn(2) ? -32768 : 32767; });
    return Fill(shorts_, count, [&] { return random_.Between(-500, 500); });
  }

  const int8_t* Table(int count) {
    if (Extreme()) return Fill(bytes_, count, [&] { return random_.OneIn(2) ? -128 : 127; });
    return Fill(bytes_, count, [&] { return random_.Between(-128, 127); });
  }

  const float* Gains(int count) {
    if (Extreme()) {
      return Fill(floats_, count, [&] {
        const float sign = random_.OneIn(2) ? 1.0f : -1.0f;
        if (random_.OneIn(8)) return sign * std::numeric_limits<float>::denorm_min();
        return random_.OneIn(8) ? 0.0f : sign * std::ldexp(1.0f, random_.Between(-20, 20));
      });
    }
    const float gain = 16.0f * std::sqrt(static_cast<float>(count));
    return Fill(floats_, count, [&] { return gain * (0.5f + random_.Unit()); });
  }

  const int32_t* Biases(int count) {
    if (Extreme()) {
      return Fill(ints_, count, [&] { return random_.OneIn(2) ? -(1 << 20) : 1 << 20; });
    }
    return Fill(ints_, count, [&] { return random_.Between(-40, 5); });
  }

  /// Unless extreme, outputs of about `size` for inputs of about 16.
  QuantizedLinear Linear(int rows, int columns, float size) {
    QuantizedLinear linear;
    if (Extreme()) {
      const int opposite = random_.Between(1, 4);  // 1: all alike
      linear.weights =
          Fill(bytes_, rows * columns, [&] { return random_.Next() % opposite == 0 ? 63 : -63; });
    } else {
      linear.weights = Fill(bytes_, rows * columns, [&] { return random_.Between(-63, 63); });
    }
    if (Extreme()) {
      linear.scales = Fill(floats_, rows, [&] { return AnyScale(10); });
    } else {
      const float scale = size / (16.0f * 36.0f * std::sqrt(static_cast<float>(columns)));
      linear.scales = Fill(floats_, rows, [&] { return scale * (0.5f + random_.Unit()); });
    }
    return linear;
  }

  const Extremes extremes_;
  Random random_;
  Exact1Weights weights_;
  std::deque<std::vector<int8_t>> bytes_;
  std::deque<std::vector<int16_t>> shorts_;
  std::deque<std::vector<int32_t>> ints_;
  std::deque<std::vector<float>> floats_;
};

inline std::string Describe(const Exact1Shape& shape) {
  std::string text = "width " + std::to_string(shape.width) + ", layers " +
                     std::to_string(shape.layers) + ", hidden " + std::to_string(shape.hidden) +
                     ", window " + std::to_string(shape.window) + ", vocabulary " +
                     std::to_string(shape.vocabulary);
  for (const NgramTable& table : shape.tables) {
    text += ", table " + std::to_string(table.order) + " of " + std::to_string(table.rows) + " x " +
            std::to_string(table.width);
  }
  return text;
}

}  // namespace lmzip
