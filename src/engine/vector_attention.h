// The attention of exact-1 for any instruction set (vector_kernels.h). A cache is a ring of slots:
// the keys are a matrix with a row for each slot, the values one with a column for each
// (vector_tiles.h).
#pragma once

#include <cstring>

#include "engine/vector_tiles.h"

namespace lmzip {

template <typename V>
class VectorAttention {
  using Tiles = VectorTiles<V>;
  using I = typename V::I;
  using F = typename V::F;

  static constexpr int kBlockRows = Tiles::kBlockRows;
  static constexpr int kQuad = Tiles::kQuad;
  static constexpr int kOffset = Tiles::kOffset;
  /// The score of a slot outside the window; no accepted model reaches half of it (6.5).
  static constexpr int32_t kMasked = -(1 << 23);

 public:
  // Two laps of biases by slot, for streams shorter than the ring and for longer ones. In each,
  // index Slots - slot of the position + slot of the key tells the distance; see BiasBySlot().
  static size_t PackedBiasSize(int heads, int window) { return size_t{4} * heads * Slots(window); }

  static void PackBias(const int32_t* bias, int heads, int window, int32_t* packed) {
    const int slots = Slots(window);
    for (int head = 0; head < heads; ++head, bias += window) {
      for (int lap = 0; lap < 2; ++lap) {
        for (int i = 0; i < 2 * slots; ++i) {
          const int distance = i <= slots ? slots - i : 2 * slots - i;
          const bool seen = distance < window && !(lap == 0 && i > slots);
          *packed++ = seen ? bias[distance] : kMasked;
        }
      }
    }
  }

  static size_t CacheBytes(int window) { return size_t{2} * Slots(window) * kHeadWidth; }

  static void Store(uint8_t* cache, int window, uint64_t position, const int8_t* key,
                    const int8_t* value) {
    const int slot = SlotOf(position, Slots(window));
    StoreKey(cache, slot, key);
    StoreValue(cache + size_t{1} * Slots(window) * kHeadWidth, Slots(window), slot, value);
  }

  static void Attend(const uint8_t* cache, const AttentionParameters& parameters, uint64_t position,
                     const int8_t* query, uint8_t* out) {
    for (int head = 0; head < parameters.heads; head += Tiles::kTileRows) {
      Tiles::ForRows(parameters.heads - head, [&](auto heads) LMZIP_INLINED {
        AttendHeads<decltype(heads)::value>(cache, parameters, head, position,
                                            query + head * kHeadWidth, out + head * kHeadWidth);
      });
    }
  }

 private:
  static constexpr int Slots(int window) {
    return (window + kBlockRows - 1) / kBlockRows * kBlockRows;
  }
  static int SlotOf(uint64_t position, int slots) { return static_cast<int>(position % slots); }

  static void Offset(const int8_t* from, int offset, uint8_t* to) {
    for (int i = 0; i < kHeadWidth; ++i) to[i] = static_cast<uint8_t>(from[i] + offset);
  }

  static void StoreKey(uint8_t* keys, int slot, const int8_t* key) {
    uint8_t bytes[kHeadWidth];
    Offset(key, kOffset, bytes);
    uint8_t* place = keys + size_t{1} * (slot / kBlockRows) * kBlockRows * kHeadWidth +
                     slot % kBlockRows * kQuad;
    for (int i = 0; i < kHeadWidth; i += kQuad, place += kBlockRows * kQuad) {
      std::memcpy(place, bytes + i, kQuad);
    }
  }

  static void StoreValue(uint8_t* values, int slots, int slot, const int8_t* value) {
    uint8_t bytes[kHeadWidth];
    Offset(value, V::kValueOffset, bytes);
    const int shift = 8 * (slot % kQuad);
    const I mask = V::ShiftLeft(V::Set(0xff), shift);
    uint8_t* place = values + size_t{1} * (slot / kQuad) * kBlockRows * kQuad;
    for (int i = 0; i < kHeadWidth; i += kBlockRows, place += size_t{1} * slots * kBlockRows) {
      for (int j = 0; j < kBlockRows; j += V::kLanes) {
        const I shifted = V::ShiftLeft(V::LoadBytes(bytes + i + j), shift);
        V::Store(place + j * kQuad, V::Or(V::AndNot(mask, V::Load(place + j * kQuad)), shifted));
      }
    }
  }

  /// One bias a slot for the position. A slot that is masked gets kMasked.
  static const int32_t* BiasBySlot(const AttentionParameters& parameters, int head,
                                   uint64_t position, int slots) {
    const int lap = position < static_cast<uint64_t>(slots) ? 0 : 1;
    return parameters.bias + (size_t{2} * head + lap) * 2 * slots + slots - SlotOf(position, slots);
  }

  template <int kHeads>
  static void AttendHeads(const uint8_t* cache, const AttentionParameters& parameters, int head,
                          uint64_t position, const int8_t* query, uint8_t* out) {
    alignas(64) int32_t scores[kHeads][Slots(kMaxWindow)];
    alignas(64) uint8_t e[kHeads][Slots(kMaxWindow)];
    const int slots = Slots(parameters.window);
    // Slots beyond the stream's length are skipped, by whole blocks.
    const int used =
        position < static_cast<uint64_t>(slots) ? Slots(static_cast<int>(position) + 1) : slots;
    I top[kHeads];
    const int32_t* bias[kHeads];
    I offset[kHeads];
    Unroll<kHeads>([&](auto i) LMZIP_INLINED {
      constexpr int kHead = decltype(i)::value;
      top[kHead] = V::Set(kMasked);
      bias[kHead] = BiasBySlot(parameters, head + kHead, position, slots);
      offset[kHead] = V::Set(-kOffset * SumOfHead(query + kHead * kHeadWidth));
    });
    const F scale = V::Set(parameters.score_scale);
    for (int slot = 0; slot < used; slot += kBlockRows) {
      Tiles::template Tile<kHeads, Tiles::Operands::kKeys>(
          reinterpret_cast<const int8_t*>(cache) + size_t{1} * slot * kHeadWidth,
          reinterpret_cast<const uint8_t*>(query), kHeadWidth, kHeadWidth / kQuad,
          [&](int row, int panel, I sums) LMZIP_INLINED {
            const int first = slot + panel * V::kLanes;
            const I dot = V::Round(V::Mul(V::ToFloat(V::Add(sums, offset[row])), scale));
            const I score = V::Add(dot, V::Load(bias[row] + first));
            top[row] = V::Max(top[row], score);
            V::Store(scores[row] + first, score);
          });
    }
    F total[kHeads];
    Unroll<kHeads>([&](auto i) LMZIP_INLINED {
      constexpr int kHead = decltype(i)::value;
      const I highest = V::Set(V::Max32(top[kHead]));
      const int64_t sum = Exponentials(scores[kHead], highest, used, e[kHead]);
      total[kHead] = V::Set(static_cast<float>(sum));
      offset[kHead] = V::Set(-V::kValueOffset * static_cast<int32_t>(sum));
    });
    const int8_t* values = reinterpret_cast<const int8_t*>(cache) + size_t{1} * slots * kHeadWidth;
    const F output_scale = V::Set(parameters.output_scale);
    for (int i = 0; i < kHeadWidth; i += kBlockRows, values += size_t{1} * slots * kBlockRows) {
      Tiles::template Tile<kHeads, Tiles::Operands::kValues>(
          values, e[0], Slots(kMaxWindow), used / kQuad,
          [&](int row, int panel, I sums) LMZIP_INLINED {
            const F mean = V::Div(V::ToFloat(V::Add(sums, offset[row])), total[row]);
            Tiles::StoreActivation(out + row * kHeadWidth + i + panel * V::kLanes,
                                   V::Mul(mean, output_scale));
          });
    }
  }

  static int32_t SumOfHead(const int8_t* query) {
    int32_t sum = 0;
    for (int i = 0; i < kHeadWidth; ++i) sum += query[i];
    return sum;
  }

  /// e of each slot, and their sum.
  static int64_t Exponentials(const int32_t* scores, I highest, int slots, uint8_t* e) {
    I sum = V::Zero();
    for (int slot = 0; slot < slots; slot += kBlockRows) {
      const I below = V::PackBytes(V::Sub(highest, V::Load(scores + slot)),
                                   V::Sub(highest, V::Load(scores + slot + V::kLanes)),
                                   V::Sub(highest, V::Load(scores + slot + 2 * V::kLanes)),
                                   V::Sub(highest, V::Load(scores + slot + 3 * V::kLanes)));
      const I values = LookUpExp(below);
      V::Store(e + slot, values);
      sum = V::AddBytes(sum, values);
    }
    return V::Sum64(sum);
  }

  /// kExp of each byte: four tables of 16 entries. A shuffle gives 0 where an index has its high
  /// bit set, and so does every index that, less the table's first, is 16 or more.
  LMZIP_INLINE static I LookUpExp(I bytes) {
    I result = V::Zero();
    Unroll<kExpSize / 16>([&](auto i) LMZIP_INLINED {
      constexpr int kFirst = decltype(i)::value * 16;
      const I index = V::AddBytesSaturated(V::Xor(bytes, V::SetBytes(kFirst)), V::SetBytes(0x70));
      result = V::Or(result, V::Shuffle(V::Load16(kExp + kFirst), index));
    });
    return result;
  }
};

}  // namespace lmzip
