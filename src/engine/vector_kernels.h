// The kernels of exact-1 for any instruction set with vectors of 32-bit integers that can multiply
// and add neighbouring bytes. V, defined in avx2.cc, avx512vnni.cc and neon*.cc, wraps the
// instructions; being local to its file, it keeps the code generated from these templates local
// too.
#pragma once

#include <cmath>
#include <cstring>

#include "engine/kernels.h"
#include "engine/vector_attention.h"
#include "engine/vector_tiles.h"

namespace lmzip {

template <typename V>
class VectorKernels final : public Kernels {
  using Tiles = VectorTiles<V>;
  using Attention = VectorAttention<V>;
  using I = typename V::I;
  using F = typename V::F;

 public:
  Isa isa() const override { return V::kIsa; }
  int preferred_lanes() const override { return V::kPreferredLanes; }
  int weight_block_rows() const override { return Tiles::kBlockRows; }
  int activation_offset() const override { return Tiles::kOffset; }

  size_t PackedBiasSize(int heads, int window) const override {
    return Attention::PackedBiasSize(heads, window);
  }
  void PackBias(const int32_t* bias, int heads, int window, int32_t* packed) const override {
    Attention::PackBias(bias, heads, window, packed);
  }
  size_t CacheBytes(int window) const override { return Attention::CacheBytes(window); }

  void Normalize(int rows, int width, const int32_t* x, const float* gain,
                 uint8_t* y) const override {
    float r[kMaxBatchRows];  // first all of them: the rows' roots and divisions overlap
    for (int row = 0; row < rows; ++row) {
      I squares = V::Zero();
      const int32_t* values = x + size_t{1} * row * width;
      for (int i = 0; i < width; i += V::kLanes) {
        squares = V::AddSquares(squares, V::Load(values + i));
      }
      const double sum = static_cast<double>(V::Sum64(squares) + width);
      r[row] = static_cast<float>(1.0 / std::sqrt(sum));
    }
    for (int row = 0; row < rows; ++row, x += width, y += width) {
      const F factor = V::Set(r[row]);
      for (int i = 0; i < width; i += V::kLanes) {
        const F scaled = V::Mul(V::ToFloat(V::Load(x + i)), factor);
        Tiles::StoreActivation(y + i, V::Mul(scaled, V::LoadFloats(gain + i)));
      }
    }
  }

  void Project(const PackedLinear& linear, int rows, const uint8_t* in, int limit,
               int8_t* out) const override {
    const F bound = V::Set(static_cast<float>(limit));
    Tiles::Multiply(linear, rows, in, [&](int row, int j, F value) LMZIP_INLINED {
      V::StoreBytes(out + size_t{1} * row * linear.rows + j, Tiles::ClampRound(value, bound));
    });
  }

  void AddProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                  int32_t* x) const override {
    Tiles::Multiply(linear, rows, in, [&](int row, int j, F value) LMZIP_INLINED {
      AddClamped(value, x + size_t{1} * row * linear.rows + j);
    });
  }

  void AddSparseProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                        int32_t* x) const override {
    typename Tiles::UsedQuads used[kMaxBatchRows];
    int count = 0;
    for (int row = 0; row < rows; ++row) {
      count += used[row].Find(in + size_t{1} * row * linear.columns, linear.columns);
    }
    if (100 * count > V::kSparsePercent * rows * linear.columns / Tiles::kQuad) {
      return AddProduct(linear, rows, in, x);
    }
    Tiles::MultiplySparse(linear, rows, in, used, [&](int row, int j, F value) LMZIP_INLINED {
      AddClamped(value, x + size_t{1} * row * linear.rows + j);
    });
  }

  void Hidden(const PackedLinear& linear, int rows, const uint8_t* in, float hidden_scale,
              uint8_t* out) const override {
    const F scale = V::Set(hidden_scale);
    const F zero = V::Set(0.0f);
    const F bound = V::Set(static_cast<float>(kMaxHidden));
    Tiles::Multiply(linear, rows, in, [&](int row, int j, F value) LMZIP_INLINED {
      const F positive = V::Max(value, zero);
      const F scaled = V::Mul(V::Mul(positive, positive), scale);
      V::StoreBytes(out + size_t{1} * row * linear.rows + j, V::Round(V::Min(scaled, bound)));
    });
  }

  void Logits(const PackedLinear& linear, int rows, const uint8_t* in,
              int16_t* out) const override {
    const F bound = V::Set(static_cast<float>(kMaxLogit));
    Tiles::Multiply(linear, rows, in, [&](int row, int j, F value) LMZIP_INLINED {
      int16_t* place = out + size_t{1} * row * linear.rows + j;
      const I logits = Tiles::ClampRound(value, bound);
      if (j + V::kLanes <= linear.rows) {
        V::StoreShorts(place, logits);
      } else if (j < linear.rows) {
        int16_t last[V::kLanes];
        V::StoreShorts(last, logits);
        std::memcpy(place, last, (linear.rows - j) * sizeof(int16_t));
      }
    });
  }

  int64_t RunAtPeak(int repetitions) const override {
    I sums[V::kPeakSums];
    Unroll<V::kPeakSums>([&](auto i) LMZIP_INLINED { sums[decltype(i)::value] = V::Zero(); });
    I a = V::SetBytes(1), b = V::SetBytes(2), c = V::SetBytes(3), d = V::SetBytes(4);
    for (int i = 0; i < repetitions; ++i) {
      Unroll<V::kPeakSums>([&](auto j) LMZIP_INLINED {
        V::Touch(a), V::Touch(b), V::Touch(c), V::Touch(d);  // as if they had been loaded
        I& sum = sums[decltype(j)::value];
        sum = V::AddSmallProducts(sum, a, b, c, d);
      });
    }
    I total = V::Zero();
    Unroll<V::kPeakSums>([&](auto i)
                             LMZIP_INLINED { total = V::Add(total, sums[decltype(i)::value]); });
    V::Touch(total);  // used, as far as the compiler knows
    return int64_t{2} * 2 * Tiles::kQuad * V::kLanes * V::kPeakSums * repetitions;
  }

  void Store(uint8_t* cache, int window, uint64_t position, const int8_t* key,
             const int8_t* value) const override {
    Attention::Store(cache, window, position, key, value);
  }
  void Attend(const uint8_t* cache, const AttentionParameters& parameters, uint64_t position,
              const int8_t* query, uint8_t* out) const override {
    Attention::Attend(cache, parameters, position, query, out);
  }

 private:
  LMZIP_INLINE static void AddClamped(F value, int32_t* place) {
    const I high = V::Set(kMaxResidual);
    const I low = V::Set(-kMaxResidual);
    const I sum =
        V::Add(V::Load(place), Tiles::ClampRound(value, V::Set(static_cast<float>(kMaxResidual))));
    V::Store(place, V::Min(V::Max(sum, low), high));
  }
};

}  // namespace lmzip
