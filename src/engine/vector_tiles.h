// Products of vectors of 32-bit integers that can multiply and add neighbouring bytes: what the
// kernels of any instruction set are made of. V wraps the instructions (vector_kernels.h).
//
// All products have one shape (Tile): a matrix of blocks [rows / kBlockRows][columns / 4]
// [kBlockRows][4], each vector of which meets 4 broadcast inputs.
#pragma once

#include <cstddef>
#include <cstdint>

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
struct VectorTiles {
  using I = typename V::I;
  using F = typename V::F;

  static constexpr int kPanels = 4;  // vectors of a block
  static constexpr int kBlockRows = kPanels * V::kLanes;
  static constexpr int kQuad = 4;  // inputs side by side
  static constexpr int kTileRows = V::kTileRows;
  static constexpr int kOffset = V::kOffset;  // of activations and keys as they are stored

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
      return V::AddValueProducts(V::AddValueProducts(sum, inputs0, vectors0), inputs1, vectors1);
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
    if constexpr (V::kMultipliesPairs && kRows > 1) {
      return PairedTile<kRows, kOperands>(block, in, stride, quads, use);
    }
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

  /// As Tile(), by instructions that multiply two rows of eight inputs by two outputs' eight. Of an
  /// odd number of rows, the last makes a pair with itself.
  template <int kRows, Operands kOperands, typename Use>
  LMZIP_INLINE static void PairedTile(const int8_t* block, const uint8_t* in, size_t stride,
                                      int quads, const Use& use) {
    constexpr int kPairs = (kRows + 1) / 2;
    I low[kPairs * kPanels], high[kPairs * kPanels];  // the halves of a vector's outputs
    Unroll<kPairs * kPanels>([&](auto i) LMZIP_INLINED {
      low[decltype(i)::value] = high[decltype(i)::value] = V::Zero();
    });
    for (int quad = 0; quad < quads; quad += 2) {
      Unroll<kPairs>([&](auto pair) LMZIP_INLINED {
        constexpr int kFirst = 2 * decltype(pair)::value;
        constexpr int kSecond = kFirst + 1 < kRows ? kFirst + 1 : kFirst;
        const uint8_t* inputs = in + size_t{1} * quad * kQuad;
        const I both = V::Join(inputs + kFirst * stride, inputs + kSecond * stride);
        Unroll<kPanels>([&](auto panel) LMZIP_INLINED {
          constexpr int kSum = decltype(pair)::value * kPanels + decltype(panel)::value;
          const int8_t* vectors = block + decltype(panel)::value * sizeof(I);
          const I quad0 = V::Load(vectors), quad1 = V::Load(vectors + kBlockRows * kQuad);
          constexpr bool kUnsigned = kOperands == Operands::kValues;
          low[kSum] = V::template AddMatrix<kUnsigned>(low[kSum], both, V::ZipLow(quad0, quad1));
          high[kSum] = V::template AddMatrix<kUnsigned>(high[kSum], both, V::ZipHigh(quad0, quad1));
        });
      });
      block += 2 * kBlockRows * kQuad;
    }
    Unroll<kRows>([&](auto row) LMZIP_INLINED {
      Unroll<kPanels>([&](auto panel) LMZIP_INLINED {
        constexpr int kRow = decltype(row)::value;
        constexpr int kPanel = decltype(panel)::value;
        constexpr int kSum = kRow / 2 * kPanels + kPanel;
        use(kRow, kPanel,
            kRow % 2 == 0 ? V::JoinLow(low[kSum], high[kSum]) : V::JoinHigh(low[kSum], high[kSum]));
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

  LMZIP_INLINE static I ClampRound(F value, F bound) {
    return V::Round(V::Min(V::Max(value, V::Negate(bound)), bound));
  }

  LMZIP_INLINE static void StoreActivation(uint8_t* place, F value) {
    const I rounded = ClampRound(value, V::Set(static_cast<float>(kMaxActivation)));
    V::StoreBytes(place, V::Add(rounded, V::Set(kOffset)));
  }
};

}  // namespace lmzip
