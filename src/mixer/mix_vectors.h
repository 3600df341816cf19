// The kernels for any instruction set with vectors of 32-bit integers; V wraps the instructions, as
// Avx2 does here. Everything is local to the file that includes this: each has its own compiler
// options.
#pragma once

#include <immintrin.h>

#include <algorithm>

#include "mixer/counters.h"
#include "mixer/mix_kernels.h"

namespace lmzip {
namespace {

struct Avx2 {
  using I = __m256i;
  static constexpr size_t kLanes = 8;

  static I Load(const void* p) { return _mm256_load_si256(static_cast<const I*>(p)); }
  static void Store(void* p, I a) { _mm256_store_si256(static_cast<I*>(p), a); }
  static I Set(int32_t a) { return _mm256_set1_epi32(a); }
  static I Add(I a, I b) { return _mm256_add_epi32(a, b); }
  static I Sub(I a, I b) { return _mm256_sub_epi32(a, b); }
  static I Multiply(I a, I b) { return _mm256_mullo_epi32(a, b); }
  static I Min(I a, I b) { return _mm256_min_epi32(a, b); }
  static I Max(I a, I b) { return _mm256_max_epi32(a, b); }
  static I And(I a, I b) { return _mm256_and_si256(a, b); }
  static I Or(I a, I b) { return _mm256_or_si256(a, b); }
  static I Xor(I a, I b) { return _mm256_xor_si256(a, b); }
  template <int kBits>
  static I ShiftLeft(I a) {
    return _mm256_slli_epi32(a, kBits);
  }
  template <int kBits>
  static I ShiftRight(I a) {
    return _mm256_srli_epi32(a, kBits);
  }
  template <int kBits>
  static I ShiftRightSigned(I a) {
    return _mm256_srai_epi32(a, kBits);
  }
  /// a / b in binary32, without its fraction.
  static I Quotient(I a, I b) {
    return _mm256_cvttps_epi32(_mm256_div_ps(_mm256_cvtepi32_ps(a), _mm256_cvtepi32_ps(b)));
  }
  /// Eight values with the same sum.
  static __m256i Fold(I a) { return a; }
};

template <typename V>
typename V::I Clamp(typename V::I a, int32_t limit) {
  return V::Min(V::Max(a, V::Set(-limit)), V::Set(limit));
}

// (values * weights) >> 8
template <typename V>
typename V::I Weighed(typename V::I values, const int32_t* weights) {
  return V::template ShiftRightSigned<8>(V::Multiply(values, V::Load(weights)));
}

// The sums of kSets vectors, then zeros.
inline __m256i SumsOf(const __m256i* v) {
  static_assert(kSets == 6 && kFinalPlaces == Avx2::kLanes);
  const __m256i sums0123 =
      _mm256_hadd_epi32(_mm256_hadd_epi32(v[0], v[1]), _mm256_hadd_epi32(v[2], v[3]));
  const __m256i sums45 = _mm256_hadd_epi32(_mm256_hadd_epi32(v[4], v[5]), _mm256_setzero_si256());
  return _mm256_add_epi32(_mm256_permute2x128_si256(sums0123, sums45, 0x20),
                          _mm256_permute2x128_si256(sums0123, sums45, 0x31));
}

inline int32_t SumOf(__m256i a) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4E));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xB1));
  return _mm_cvtsi128_si32(s);
}

template <typename V, int32_t kMost = kMaxWeight>
void TrainVector(typename V::I values, typename V::I error, int32_t* weights) {
  const auto scaled = V::Add(V::Multiply(values, error), V::Set(1 << (kErrorBits - 1)));
  const auto step = V::template ShiftRightSigned<kErrorBits>(scaled);
  V::Store(weights, Clamp<V>(V::Add(V::Load(weights), step), kMost));
}

// kSteps[n], 131072 / (2 n + 3): the quotient is at least 2^-17 of itself below the next integer,
// so that no rounding reaches it. Divisions are faster here than gathers.
template <typename V>
typename V::I CellSteps(typename V::I n) {
  return V::Quotient(V::Set(131072), V::Add(V::Add(n, n), V::Set(3)));
}

template <typename V>
typename V::I LearnCells(typename V::I state, typename V::I goal) {
  const auto n = V::And(state, V::Set(1023));
  auto distance = V::Xor(V::template ShiftRight<10>(state), goal);
  const auto change = V::Multiply(V::template ShiftRight<6>(distance), CellSteps<V>(n));
  distance = V::Sub(distance, V::template ShiftRight<10>(change));
  const auto counted = V::Max(n, V::Min(V::Add(n, V::Set(1)), V::Set(Cell::kMaxCount)));
  return V::Or(V::template ShiftLeft<10>(V::Xor(distance, goal)), counted);
}

// A table for byte shuffles.
inline __m256i Table(const std::array<uint8_t, 16>& entries) {
  return _mm256_broadcastsi128_si256(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(entries.data())));
}

inline __m256i LearnNodes(__m256i state, __m256i goal) {
  const __m256i flip = _mm256_set1_epi16(static_cast<int16_t>(0x8000));
  // Indices for byte shuffles: the count, and what gives 0 for the byte above it.
  const __m256i count = _mm256_or_si256(_mm256_and_si256(state, _mm256_set1_epi16(15)), flip);
  __m256i n = _mm256_shuffle_epi8(Table(kNodeCounts), count);
  const __m256i step =
      _mm256_or_si256(_mm256_shuffle_epi8(Table(kNodeStepsLow), count),
                      _mm256_slli_epi16(_mm256_shuffle_epi8(Table(kNodeStepsHigh), count), 8));
  __m256i distance = _mm256_xor_si256(_mm256_srli_epi16(_mm256_xor_si256(state, flip), 4), goal);
  const __m256i surprised = _mm256_set1_epi16(Node::kSurprisedCount);
  const __m256i reset =
      _mm256_cmpgt_epi16(distance, _mm256_set1_epi16(static_cast<int16_t>(Node::kSurprise)));
  n = _mm256_blendv_epi8(n, _mm256_min_epi16(n, surprised), reset);
  n = _mm256_sub_epi16(n, _mm256_cmpgt_epi16(_mm256_set1_epi16(Node::kMaxCount), n));
  distance = _mm256_sub_epi16(distance, _mm256_mulhi_epu16(distance, step));
  const __m256i p = _mm256_slli_epi16(_mm256_xor_si256(distance, goal), 4);
  return _mm256_or_si256(_mm256_xor_si256(p, flip), n);
}

template <typename V>
struct VectorMixer {
  using I = typename V::I;
  static constexpr size_t kVectors = kInputs / V::kLanes;
  static_assert(kInputs % V::kLanes == 0);

  static void RunMix(BitMix& mix) {
    I inputs[kVectors];
    for (size_t i = 0; i < kVectors; ++i) inputs[i] = V::Load(&mix.inputs[V::kLanes * i]);
    __m256i sums[kSets];
    for (size_t r = 0; r < kSets; ++r) {
      const int32_t* weights = mix.rows[r]->weights.data();
      I sum = Weighed<V>(inputs[0], weights);
      for (size_t i = 1; i < kVectors; ++i) {
        sum = V::Add(sum, Weighed<V>(inputs[i], weights + V::kLanes * i));
      }
      sums[r] = V::Fold(sum);
    }
    const __m256i outputs = Clamp<Avx2>(_mm256_srai_epi32(SumsOf(sums), 8), kStretchLimit);
    Avx2::Store(mix.outputs.data(), outputs);
    const int32_t result = SumOf(Weighed<Avx2>(outputs, mix.final_row->weights.data())) >> 8;
    mix.result = std::clamp(result, -kSquashLimit, kSquashLimit);
  }

  static void Train(const BitMix& mix, const MixErrors& errors) {
    I inputs[kVectors];
    for (size_t i = 0; i < kVectors; ++i) inputs[i] = V::Load(&mix.inputs[V::kLanes * i]);
    for (size_t r = 0; r < kSets; ++r) {
      const I error = V::Set(errors.rows[r]);
      int32_t* weights = mix.rows[r]->weights.data();
      for (size_t i = 0; i < kVectors; ++i) {
        TrainVector<V>(inputs[i], error, weights + V::kLanes * i);
      }
    }
    TrainVector<Avx2>(Avx2::Load(mix.outputs.data()), Avx2::Set(errors.final_row),
                      mix.final_row->weights.data());
  }

  static void MixRows(const int32_t* inputs, size_t count, std::span<int32_t* const> rows,
                      int32_t* outputs) {
    for (size_t r = 0; r < rows.size(); ++r) {
      I sum = Weighed<V>(V::Load(inputs), rows[r]);
      for (size_t i = V::kLanes; i < count; i += V::kLanes) {
        sum = V::Add(sum, Weighed<V>(V::Load(inputs + i), rows[r] + i));
      }
      outputs[r] = std::clamp(SumOf(V::Fold(sum)) >> 8, -kStretchLimit, kStretchLimit);
    }
  }

  static void TrainRows(const int32_t* inputs, size_t count, std::span<int32_t* const> rows,
                        const int32_t* errors) {
    for (size_t r = 0; r < rows.size(); ++r) {
      const I error = V::Set(errors[r]);
      for (size_t i = 0; i < count; i += V::kLanes) {
        TrainVector<V>(V::Load(inputs + i), error, rows[r] + i);
      }
    }
  }

  static int32_t MixPair(const int32_t* inputs, const int32_t* first, const int32_t* second) {
    I sum = V::Set(0);
    for (size_t i = 0; i < kRowStep; i += V::kLanes) {
      const I weights = V::Add(V::Load(first + i), V::Load(second + i));
      const I product = V::Multiply(V::Load(inputs + i), weights);
      sum = V::Add(sum, V::template ShiftRightSigned<8>(product));
    }
    return std::clamp(SumOf(V::Fold(sum)) >> 8, -kStretchLimit, kStretchLimit);
  }

  static void TrainPair(const int32_t* inputs, int32_t error, int32_t* first, int32_t* second) {
    const I of_all = V::Set(error);
    for (size_t i = 0; i < kRowStep; i += V::kLanes) {
      TrainVector<V, kMaxPairWeight>(V::Load(inputs + i), of_all, first + i);
      TrainVector<V, kMaxPairWeight>(V::Load(inputs + i), of_all, second + i);
    }
  }

  static void Learn(const CounterStates& before, size_t count, int bit, CounterStates& after) {
    const I cell_goal = V::Set(bit != 0 ? (1 << 22) - 1 : 0);
    const __m256i node_goal = _mm256_set1_epi16(bit != 0 ? 4095 : 0);
    for (size_t i = 0; i < count; i += V::kLanes) {
      V::Store(&after.cells[i], LearnCells<V>(V::Load(&before.cells[i]), cell_goal));
    }
    for (size_t i = 0; i < count; i += 16) {
      Avx2::Store(&after.nodes[i], LearnNodes(Avx2::Load(&before.nodes[i]), node_goal));
    }
  }
};

template <typename V>
constexpr MixKernels kVectorKernels = {
    VectorMixer<V>::RunMix,    VectorMixer<V>::Train,   VectorMixer<V>::Learn,    VectorMixer<V>::MixRows,
    VectorMixer<V>::TrainRows, VectorMixer<V>::MixPair, VectorMixer<V>::TrainPair};

}  // namespace
}  // namespace lmzip
