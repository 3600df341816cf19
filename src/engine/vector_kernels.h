// The kernels of exact-1 for any instruction set with vectors of 32-bit integers that can multiply
// and add neighbouring bytes. V, defined in avx2.cc and avx512vnni.cc, wraps the instructions;
// being local to its file, it keeps the code generated from these templates local too.
//
// All products have one shape (Tile): a matrix of blocks [rows / kBlockRows][columns / 4]
// [kBlockRows][4], each vector of which meets 4 broadcast inputs. The keys are such a matrix with a
// row for each slot of the ring, the values one with a column for each slot.
#pragma once

#include <cmath>
#include <cstring>

#include "engine/kernels.h"

// Sums of products stay in registers only if everything between them is inlined.
#define LMZIP_INLINE [[gnu::always_inline]] inline
#define LMZIP_INLINED __attribute__((always_inline))  // of a lambda

namespace lmzip {

template <int N>
struct Index {
  static constexpr int value = N;
};

/// Calls f(Index<0>()), ..., f(Index<N - 1>()).
template <int N, typename F>
LMZIP_INLINE void Unroll(const F& f) {
  if constexpr (N > 0) {
    Unroll<N - 1>(f);
    f(Index<N - 1>());
  }
}

/// The positions of the bits of every byte, in order. No std::array: its functions would be shared
/// with files that are not for this instruction set.
struct SetBits {
  constexpr SetBits() {
    for (int byte = 0; byte < 256; ++byte) {
      for (int bit = 0, n = 0; bit < 8; ++bit) {
        if (byte >> bit & 1) positions[byte][n++] = static_cast<uint8_t>(bit);
      }
    }
  }
  uint8_t positions[256][8] = {};
};
inline constexpr SetBits kSetBits;

template <typename V>
class VectorKernels final : public Kernels {
  using I = typename V::I;
  using F = typename V::F;

  static constexpr int kPanels = 4;  // vectors of a block
  static constexpr int kBlockRows = kPanels * V::kLanes;
  static constexpr int kQuad = 4;  // inputs side by side
  static constexpr int kTileRows = V::kTileRows;
  static constexpr int kOffset = 64;
  /// The score of a slot outside the window; no accepted model reaches half of it (6.5).
  static constexpr int32_t kMasked = -(1 << 23);

 public:
  Isa isa() const override { return V::kIsa; }
  int preferred_lanes() const override { return V::kPreferredLanes; }
  int weight_block_rows() const override { return kBlockRows; }
  int activation_offset() const override { return kOffset; }

  // Two laps of biases by slot, for streams shorter than the ring and for longer ones. In each,
  // index Slots - slot of the position + slot of the key tells the distance; see BiasBySlot().
  size_t PackedBiasSize(int heads, int window) const override {
    return size_t{4} * heads * Slots(window);
  }

  void PackBias(const int32_t* bias, int heads, int window, int32_t* packed) const override {
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

  size_t CacheBytes(int window) const override { return size_t{2} * Slots(window) * kHeadWidth; }

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
        StoreActivation(y + i, V::Mul(scaled, V::LoadFloats(gain + i)));
      }
    }
  }

  void Project(const PackedLinear& linear, int rows, const uint8_t* in, int limit,
               int8_t* out) const override {
    const F bound = V::Set(static_cast<float>(limit));
    Multiply(linear, rows, in, [&](int row, int j, F value) LMZIP_INLINED {
      V::StoreBytes(out + size_t{1} * row * linear.rows + j, ClampRound(value, bound));
    });
  }

  void AddProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                  int32_t* x) const override {
    Multiply(linear, rows, in, [&](int row, int j, F value) LMZIP_INLINED {
      AddClamped(value, x + size_t{1} * row * linear.rows + j);
    });
  }

  void AddSparseProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                        int32_t* x) const override {
    UsedQuads used[kMaxBatchRows];
    int count = 0;
    for (int row = 0; row < rows; ++row) {
      count += used[row].Find(in + size_t{1} * row * linear.columns, linear.columns);
    }
    if (100 * count > V::kSparsePercent * rows * linear.columns / kQuad) {
      return AddProduct(linear, rows, in, x);
    }
    MultiplySparse(linear, rows, in, used, [&](int row, int j, F value) LMZIP_INLINED {
      AddClamped(value, x + size_t{1} * row * linear.rows + j);
    });
  }

  void Hidden(const PackedLinear& linear, int rows, const uint8_t* in, float hidden_scale,
              uint8_t* out) const override {
    const F scale = V::Set(hidden_scale);
    const F zero = V::Set(0.0f);
    const F bound = V::Set(static_cast<float>(kMaxHidden));
    Multiply(linear, rows, in, [&](int row, int j, F value) LMZIP_INLINED {
      const F positive = V::Max(value, zero);
      const F scaled = V::Mul(V::Mul(positive, positive), scale);
      V::StoreBytes(out + size_t{1} * row * linear.rows + j, V::Round(V::Min(scaled, bound)));
    });
  }

  void Logits(const PackedLinear& linear, int rows, const uint8_t* in,
              int16_t* out) const override {
    const F bound = V::Set(static_cast<float>(kMaxLogit));
    Multiply(linear, rows, in, [&](int row, int j, F value) LMZIP_INLINED {
      int16_t* place = out + size_t{1} * row * linear.rows + j;
      const I logits = ClampRound(value, bound);
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
        asm volatile("" : "+v"(a), "+v"(b), "+v"(c), "+v"(d));  // as if they had been loaded
        I& sum = sums[decltype(j)::value];
        sum = V::AddSmallProducts(sum, a, b, c, d);
      });
    }
    I total = V::Zero();
    Unroll<V::kPeakSums>([&](auto i)
                             LMZIP_INLINED { total = V::Add(total, sums[decltype(i)::value]); });
    asm volatile("" : : "v"(total));  // used, as far as the compiler knows
    return int64_t{2} * 2 * kQuad * V::kLanes * V::kPeakSums * repetitions;
  }

  void Store(uint8_t* cache, int window, uint64_t position, const int8_t* key,
             const int8_t* value) const override {
    const int slot = SlotOf(position, Slots(window));
    StoreKey(cache, slot, key);
    StoreValue(cache + size_t{1} * Slots(window) * kHeadWidth, Slots(window), slot, value);
  }

  void Attend(const uint8_t* cache, const AttentionParameters& parameters, uint64_t position,
              const int8_t* query, uint8_t* out) const override {
    for (int head = 0; head < parameters.heads; head += kTileRows) {
      ForRows(parameters.heads - head, [&](auto heads) LMZIP_INLINED {
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

  LMZIP_INLINE static I ClampRound(F value, F bound) {
    return V::Round(V::Min(V::Max(value, V::Negate(bound)), bound));
  }

  LMZIP_INLINE static void AddClamped(F value, int32_t* place) {
    const I high = V::Set(kMaxResidual);
    const I low = V::Set(-kMaxResidual);
    const I sum =
        V::Add(V::Load(place), ClampRound(value, V::Set(static_cast<float>(kMaxResidual))));
    V::Store(place, V::Min(V::Max(sum, low), high));
  }

  LMZIP_INLINE static void StoreActivation(uint8_t* place, F value) {
    const I rounded = ClampRound(value, V::Set(static_cast<float>(kMaxActivation)));
    V::StoreBytes(place, V::Add(rounded, V::Set(kOffset)));
  }

  /// Calls f(Index<min(rows, kTileRows)>()).
  template <typename Use>
  LMZIP_INLINE static void ForRows(int rows, const Use& use) {
    static_assert(kTileRows <= 4);
    if (rows >= kTileRows) return use(Index<kTileRows>());
    if (rows == 3) return use(Index<3>());
    if (rows == 2) return use(Index<2>());
    use(Index<1>());
  }

  /// Which of a matrix (its vectors) and its inputs (broadcast) is unsigned, and how large they
  /// are: EXACT.md 6.1.
  enum class Operands { kWeights, kKeys, kValues };

  /// sum + first vectors * first inputs + second vectors * second inputs.
  template <Operands kOperands>
  LMZIP_INLINE static I AddProducts(I sum, I vectors0, I inputs0, I vectors1, I inputs1) {
    if constexpr (kOperands == Operands::kWeights) {
      return V::AddSmallProducts(sum, inputs0, vectors0, inputs1, vectors1);
    } else if constexpr (kOperands == Operands::kValues) {
      return V::AddProducts(V::AddProducts(sum, inputs0, vectors0), inputs1, vectors1);
    } else {
      return V::AddProducts(V::AddProducts(sum, vectors0, inputs0), vectors1, inputs1);
    }
  }

  /// The products of a block with kRows inputs of `quads` x 4 bytes each, `stride` apart. Calls
  /// use(row, panel, sums). One row has but kPanels sums, too few to hide the latency of additions;
  /// then the matrix comes from the second-level cache or beyond, which takes longer still.
  template <int kRows, Operands kOperands, typename Use>
  LMZIP_INLINE static void Tile(const int8_t* block, const uint8_t* in, size_t stride, int quads,
                                const Use& use) {
    I sums[kRows * kPanels];
    Unroll<kRows * kPanels>([&](auto i) LMZIP_INLINED { sums[decltype(i)::value] = V::Zero(); });
    for (int quad = 0; quad < quads; quad += 2) {
      Unroll<kRows>([&](auto row) LMZIP_INLINED {
        const uint8_t* inputs = in + decltype(row)::value * stride + size_t{1} * quad * kQuad;
        Unroll<kPanels>([&](auto panel) LMZIP_INLINED {
          constexpr int kSum = decltype(row)::value * kPanels + decltype(panel)::value;
          const int8_t* vectors = block + decltype(panel)::value * sizeof(I);
          sums[kSum] = AddProducts<kOperands>(
              sums[kSum], V::Load(vectors), V::BroadcastQuad(inputs),
              V::Load(vectors + kBlockRows * kQuad), V::BroadcastQuad(inputs + kQuad));
        });
      });
      block += 2 * kBlockRows * kQuad;
    }
    Unroll<kRows>([&](auto row) LMZIP_INLINED {
      Unroll<kPanels>([&](auto panel) LMZIP_INLINED {
        constexpr int kRow = decltype(row)::value;
        constexpr int kPanel = decltype(panel)::value;
        use(kRow, kPanel, sums[kRow * kPanels + kPanel]);
      });
    });
  }

  /// The quads of a row of inputs that are not 0, and one that is as often as completes a group.
  struct UsedQuads {
    static constexpr int kGroup = 4;

    /// Returns how many are not 0.
    int Find(const uint8_t* in, int columns) {
      int found = 0;
      for (int first = 0; first < columns; first += V::kLanes * kQuad) {
        const uint32_t mask = V::NonzeroMask(V::Load(in + first));
        for (int lane = 0; lane < V::kLanes; lane += 8) {
          const uint8_t bits = static_cast<uint8_t>(mask >> lane);
          for (int i = 0; i < 8; ++i) {
            indexes[found + i] =
                static_cast<uint16_t>(first / kQuad + lane + kSetBits.positions[bits][i]);
          }
          found += __builtin_popcount(bits);
        }
      }
      count = found;
      if (count % kGroup != 0) {
        uint16_t zero = 0;  // the first quad that is 0
        while (!IsZero(in + size_t{1} * zero * kQuad)) ++zero;
        while (count % kGroup != 0) indexes[count++] = zero;
      }
      return found;
    }

    static bool IsZero(const uint8_t* quad) { return (quad[0] | quad[1] | quad[2] | quad[3]) == 0; }

    int count;
    uint16_t indexes[kMaxHiddenUnits / kQuad + 8];  // eight are written at a time
  };

  /// The products of a block with the used quads of one row of inputs. Calls use(panel, sums).
  template <typename Use>
  LMZIP_INLINE static void SparseTile(const int8_t* block, const uint8_t* in, const UsedQuads& used,
                                      const Use& use) {
    I even[kPanels], odd[kPanels];  // pairs of quads: half as long a chain of additions
    Unroll<kPanels>([&](auto panel) LMZIP_INLINED {
      even[decltype(panel)::value] = odd[decltype(panel)::value] = V::Zero();
    });
    const auto add_pair = [&](I* sums, const uint16_t* indexes) LMZIP_INLINED {
      const int8_t* vectors0 = block + size_t{1} * indexes[0] * kBlockRows * kQuad;
      const int8_t* vectors1 = block + size_t{1} * indexes[1] * kBlockRows * kQuad;
      const I inputs0 = V::BroadcastQuad(in + size_t{1} * indexes[0] * kQuad);
      const I inputs1 = V::BroadcastQuad(in + size_t{1} * indexes[1] * kQuad);
      Unroll<kPanels>([&](auto panel) LMZIP_INLINED {
        constexpr int kPanel = decltype(panel)::value;
        sums[kPanel] = AddProducts<Operands::kWeights>(
            sums[kPanel], V::Load(vectors0 + kPanel * sizeof(I)), inputs0,
            V::Load(vectors1 + kPanel * sizeof(I)), inputs1);
      });
    };
    for (int i = 0; i < used.count; i += UsedQuads::kGroup) {
      add_pair(even, &used.indexes[i]);
      add_pair(odd, &used.indexes[i + 2]);
    }
    Unroll<kPanels>([&](auto panel) LMZIP_INLINED {
      constexpr int kPanel = decltype(panel)::value;
      use(kPanel, V::Add(even[kPanel], odd[kPanel]));
    });
  }

  /// As Multiply(), of the used quads alone.
  template <typename Use>
  LMZIP_INLINE static void MultiplySparse(const PackedLinear& linear, int rows, const uint8_t* in,
                                          const UsedQuads* used, const Use& use) {
    const int8_t* block = linear.weights;
    for (int first = 0; first < linear.rows; first += kBlockRows) {
      for (int row = 0; row < rows; ++row) {
        SparseTile(block, in + size_t{1} * row * linear.columns, used[row],
                   [&](int panel, I sums) LMZIP_INLINED {
                     const int j = first + panel * V::kLanes;
                     use(row, j, Scaled(linear, j, sums));
                   });
      }
      block += size_t{1} * kBlockRows * linear.columns;
    }
  }

  LMZIP_INLINE static F Scaled(const PackedLinear& linear, int j, I sums) {
    const F exact = V::ToFloat(V::Add(sums, V::Load(linear.offsets + j)));
    return V::Mul(exact, V::LoadFloats(linear.scales + j));
  }

  /// Calls use(row, j, f32(sums) * scales[j]) for each row and each vector of outputs from j on.
  template <typename Use>
  LMZIP_INLINE static void Multiply(const PackedLinear& linear, int rows, const uint8_t* in,
                                    const Use& use) {
    const int8_t* block = linear.weights;
    for (int first = 0; first < linear.rows; first += kBlockRows) {
      for (int top = 0; top < rows; top += kTileRows) {
        ForRows(rows - top, [&](auto tile_rows) LMZIP_INLINED {
          Tile<decltype(tile_rows)::value, Operands::kWeights>(
              block, in + size_t{1} * top * linear.columns, linear.columns, linear.columns / kQuad,
              [&](int row, int panel, I sums) LMZIP_INLINED {
                const int j = first + panel * V::kLanes;
                use(top + row, j, Scaled(linear, j, sums));
              });
        });
      }
      block += size_t{1} * kBlockRows * linear.columns;
    }
  }

  static void StoreKey(uint8_t* keys, int slot, const int8_t* key) {
    uint8_t bytes[kHeadWidth];
    for (int i = 0; i < kHeadWidth; ++i) bytes[i] = static_cast<uint8_t>(key[i] + kOffset);
    uint8_t* place = keys + size_t{1} * (slot / kBlockRows) * kBlockRows * kHeadWidth +
                     slot % kBlockRows * kQuad;
    for (int i = 0; i < kHeadWidth; i += kQuad, place += kBlockRows * kQuad) {
      std::memcpy(place, bytes + i, kQuad);
    }
  }

  static void StoreValue(uint8_t* values, int slots, int slot, const int8_t* value) {
    const int shift = 8 * (slot % kQuad);
    const I mask = V::ShiftLeft(V::Set(0xff), shift);
    uint8_t* place = values + size_t{1} * (slot / kQuad) * kBlockRows * kQuad;
    for (int i = 0; i < kHeadWidth; i += kBlockRows, place += size_t{1} * slots * kBlockRows) {
      for (int j = 0; j < kBlockRows; j += V::kLanes) {
        const I bytes = V::ShiftLeft(V::LoadBytes(value + i + j), shift);
        V::Store(place + j * kQuad, V::Or(V::AndNot(mask, V::Load(place + j * kQuad)), bytes));
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
      Tile<kHeads, Operands::kKeys>(
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
      total[kHead] =
          V::Set(static_cast<float>(Exponentials(scores[kHead], highest, used, e[kHead])));
    });
    const int8_t* values = reinterpret_cast<const int8_t*>(cache) + size_t{1} * slots * kHeadWidth;
    const F output_scale = V::Set(parameters.output_scale);
    for (int i = 0; i < kHeadWidth; i += kBlockRows, values += size_t{1} * slots * kBlockRows) {
      Tile<kHeads, Operands::kValues>(values, e[0], Slots(kMaxWindow), used / kQuad,
                                      [&](int row, int panel, I sums) LMZIP_INLINED {
                                        const F mean = V::Div(V::ToFloat(sums), total[row]);
                                        StoreActivation(
                                            out + row * kHeadWidth + i + panel * V::kLanes,
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
