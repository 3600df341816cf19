// The kernels for any instruction set with vectors of 32-bit integers; V wraps the instructions,
// V::Eight those for eight integers (mix_x86.h, mix_neon.cc). Everything is local to the file that
// includes this: each has its own compiler options.
#pragma once

#include <algorithm>

#include "mixer/counters.h"
#include "mixer/mix_kernels.h"

namespace lmzip {
namespace {

template <typename V>
typename V::I Clamp(typename V::I a, int32_t limit) {
  return V::Min(V::Max(a, V::Set(-limit)), V::Set(limit));
}

// sum + ((values * weights) >> 8)
template <typename V>
typename V::I AddWeighed(typename V::I sum, typename V::I values, const int32_t* weights) {
  return V::template AddShifted<8>(sum, V::Multiply(values, V::Load(weights)));
}

template <typename V, int32_t kMost = kMaxWeight>
void TrainVector(typename V::I values, typename V::I error, int32_t* weights) {
  const auto product = V::Multiply(values, error);
  const auto trained = V::template AddRounded<kErrorBits>(V::Load(weights), product);
  V::Store(weights, Clamp<V>(trained, kMost));
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

template <typename V>
struct VectorMixer {
  using I = typename V::I;
  using Eight = typename V::Eight;
  static_assert(kSets == 6 && kFinalPlaces == Eight::kLanes);
  static constexpr size_t kVectors = kInputs / V::kLanes;
  static_assert(kInputs % V::kLanes == 0);

  static void RunMix(BitMix& mix) {
    I inputs[kVectors];
    for (size_t i = 0; i < kVectors; ++i) inputs[i] = V::Load(&mix.inputs[V::kLanes * i]);
    typename Eight::I sums[kSets];
    for (size_t r = 0; r < kSets; ++r) {
      const int32_t* weights = mix.rows[r]->weights.data();
      I sum = V::Set(0);
      for (size_t i = 0; i < kVectors; ++i) {
        sum = AddWeighed<V>(sum, inputs[i], weights + V::kLanes * i);
      }
      sums[r] = V::Fold(sum);
    }
    const auto shifted = Eight::template ShiftRightSigned<8>(Eight::SumsOf(sums));
    const auto outputs = Clamp<Eight>(shifted, kStretchLimit);
    Eight::Store(mix.outputs.data(), outputs);
    const auto weighed = AddWeighed<Eight>(Eight::Set(0), outputs, mix.final_row->weights.data());
    const int32_t result = Eight::SumOf(weighed) >> 8;
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
    TrainVector<Eight>(Eight::Load(mix.outputs.data()), Eight::Set(errors.final_row),
                       mix.final_row->weights.data());
  }

  static void MixRows(const int32_t* inputs, size_t count, std::span<int32_t* const> rows,
                      int32_t* outputs) {
    for (size_t r = 0; r < rows.size(); ++r) {
      I sum = V::Set(0);
      for (size_t i = 0; i < count; i += V::kLanes) {
        sum = AddWeighed<V>(sum, V::Load(inputs + i), rows[r] + i);
      }
      outputs[r] = std::clamp(Eight::SumOf(V::Fold(sum)) >> 8, -kStretchLimit, kStretchLimit);
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
      sum = V::template AddShifted<8>(sum, product);
    }
    return std::clamp(Eight::SumOf(V::Fold(sum)) >> 8, -kStretchLimit, kStretchLimit);
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
    for (size_t i = 0; i < count; i += V::kLanes) {
      V::Store(&after.cells[i], LearnCells<V>(V::Load(&before.cells[i]), cell_goal));
    }
    const uint16_t node_goal = bit != 0 ? 4095 : 0;
    for (size_t i = 0; i < count; i += 16) {
      Eight::LearnNodes(&before.nodes[i], node_goal, &after.nodes[i]);
    }
  }
};

template <typename V>
constexpr MixKernels kVectorKernels = {VectorMixer<V>::RunMix,    VectorMixer<V>::Train,
                                       VectorMixer<V>::Learn,     VectorMixer<V>::MixRows,
                                       VectorMixer<V>::TrainRows, VectorMixer<V>::MixPair,
                                       VectorMixer<V>::TrainPair};

}  // namespace
}  // namespace lmzip
