// The rules of exact-1 in plain C++: the oracle that the other kernel sets are tested against.
#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <iterator>
#include <vector>

#include "engine/kernels.h"

namespace lmzip {
namespace {

static_assert(FLT_EVAL_METHOD == 0, "float operations must round to float");

/// The nearest integer, ties to even. Needs |value| <= 2^22: there, floats next to 1.5 * 2^23 are
/// the integers, and the addition rounds.
int32_t Round(float value) {
  constexpr float kShift = 0x1.8p23f;
  return static_cast<int32_t>((value + kShift) - kShift);
}

int32_t ClampRound(float value, int limit) {
  const float bound = static_cast<float>(limit);
  return Round(std::clamp(value, -bound, bound));
}

int32_t Dot(const int8_t* a, const int8_t* b, int count) {
  int32_t sum = 0;
  for (int i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

const int8_t* Signed(const uint8_t* bytes) { return reinterpret_cast<const int8_t*>(bytes); }

/// Calls use(row, j, f32(acc) * s_j) for every row and output.
template <typename Use>
void Multiply(const PackedLinear& linear, int rows, const uint8_t* in, Use use) {
  const int columns = linear.columns;
  for (int j = 0; j < linear.rows; ++j) {
    const int8_t* weights = linear.weights + size_t{1} * j * columns;
    for (int row = 0; row < rows; ++row) {
      const int32_t sum = Dot(weights, Signed(in) + size_t{1} * row * columns, columns);
      use(row, j, static_cast<float>(sum) * linear.scales[j]);
    }
  }
}

class Portable final : public Kernels {
 public:
  Isa isa() const override { return Isa::kPortable; }
  int preferred_lanes() const override { return 1; }

  int weight_block_rows() const override { return 1; }
  int activation_offset() const override { return 0; }
  size_t PackedBiasSize(int heads, int window) const override { return size_t{1} * heads * window; }
  void PackBias(const int32_t* bias, int heads, int window, int32_t* packed) const override {
    std::copy_n(bias, PackedBiasSize(heads, window), packed);
  }

  // Keys, then values: int8[window][64] each; token number n is in row n mod window.
  size_t CacheBytes(int window) const override { return size_t{2} * window * kHeadWidth; }

  void Normalize(int rows, int width, const int32_t* x, const float* gain,
                 uint8_t* y) const override {
    for (int row = 0; row < rows; ++row, x += width, y += width) {
      int64_t squares = 0;
      for (int i = 0; i < width; ++i) squares += int64_t{x[i]} * x[i];
      const float r = static_cast<float>(1.0 / std::sqrt(static_cast<double>(squares + width)));
      for (int i = 0; i < width; ++i) {
        const float scaled = (static_cast<float>(x[i]) * r) * gain[i];
        y[i] = static_cast<uint8_t>(ClampRound(scaled, kMaxActivation));
      }
    }
  }

  void Project(const PackedLinear& linear, int rows, const uint8_t* in, int limit,
               int8_t* out) const override {
    Multiply(linear, rows, in, [&](int row, int j, float value) {
      out[size_t{1} * row * linear.rows + j] = static_cast<int8_t>(ClampRound(value, limit));
    });
  }

  void AddProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                  int32_t* x) const override {
    Multiply(linear, rows, in, [&](int row, int j, float value) {
      int32_t& sum = x[size_t{1} * row * linear.rows + j];
      sum = std::clamp(sum + ClampRound(value, kMaxResidual), -kMaxResidual, kMaxResidual);
    });
  }

  void AddSparseProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                        int32_t* x) const override {
    AddProduct(linear, rows, in, x);
  }

  void Hidden(const PackedLinear& linear, int rows, const uint8_t* in, float hidden_scale,
              uint8_t* out) const override {
    Multiply(linear, rows, in, [&](int row, int j, float value) {
      const float positive = std::max(value, 0.0f);
      const float scaled = (positive * positive) * hidden_scale;
      out[size_t{1} * row * linear.rows + j] = static_cast<uint8_t>(ClampRound(scaled, kMaxHidden));
    });
  }

  void Logits(const PackedLinear& linear, int rows, const uint8_t* in,
              int16_t* out) const override {
    Multiply(linear, rows, in, [&](int row, int j, float value) {
      out[size_t{1} * row * linear.rows + j] = static_cast<int16_t>(ClampRound(value, kMaxLogit));
    });
  }

  void Store(uint8_t* cache, int window, uint64_t position, const int8_t* key,
             const int8_t* value) const override {
    uint8_t* keys = cache + position % window * kHeadWidth;
    std::copy_n(key, kHeadWidth, keys);
    std::copy_n(value, kHeadWidth, keys + size_t{1} * window * kHeadWidth);
  }

  void Attend(const uint8_t* cache, const AttentionParameters& parameters, uint64_t position,
              const int8_t* query, uint8_t* out) const override {
    const int window = parameters.window;
    const int count = static_cast<int>(std::min<uint64_t>(position + 1, window));
    std::vector<int32_t> scores(count);  // by distance
    for (int head = 0; head < parameters.heads; ++head) {
      const int32_t* bias = parameters.bias + size_t{1} * head * window;
      for (int distance = 0; distance < count; ++distance) {
        const uint8_t* key = cache + (position - distance) % window * kHeadWidth;
        const int32_t dot = Dot(query + head * kHeadWidth, Signed(key), kHeadWidth);
        scores[distance] = Round(static_cast<float>(dot) * parameters.score_scale) + bias[distance];
      }
      Mix(cache + size_t{1} * window * kHeadWidth, window, position, scores,
          parameters.output_scale, out + head * kHeadWidth);
    }
  }

  int64_t RunAtPeak(int repetitions) const override {
    int8_t a[kHeadWidth];
    std::fill(std::begin(a), std::end(a), int8_t{1});
    volatile int32_t sum = 0;
    for (int i = 0; i < repetitions; ++i) {
      a[i % kHeadWidth] ^= 1;
      sum = sum + Dot(a, a, kHeadWidth);
    }
    return int64_t{2} * kHeadWidth * repetitions;
  }

 private:
  /// One head's output from its scores and the values' half of the cache.
  static void Mix(const uint8_t* values, int window, uint64_t position,
                  const std::vector<int32_t>& scores, float scale, uint8_t* out) {
    const int32_t top = *std::max_element(scores.begin(), scores.end());
    std::array<int32_t, kHeadWidth> sums = {};
    int32_t total = 0;
    for (size_t distance = 0; distance < scores.size(); ++distance) {
      const int32_t below = top - scores[distance];
      if (below >= kExpSize) continue;
      const int32_t e = kExp[below];
      const int8_t* value = Signed(values + (position - distance) % window * kHeadWidth);
      for (int i = 0; i < kHeadWidth; ++i) sums[i] += e * value[i];
      total += e;
    }
    for (int i = 0; i < kHeadWidth; ++i) {
      const float mean = static_cast<float>(sums[i]) / static_cast<float>(total);
      out[i] = static_cast<uint8_t>(ClampRound(mean * scale, kMaxActivation));
    }
  }
};

}  // namespace

const Kernels& PortableKernels() {
  static const Portable kernels;
  return kernels;
}

}  // namespace lmzip
