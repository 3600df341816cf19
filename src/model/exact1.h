// The parameters of a model of family exact-1, as EXACT.md defines them. Views: whoever loaded the
// tensors keeps them alive. Every value has been checked against EXACT.md's limits.
#pragma once

#include <cstdint>
#include <vector>

#include "coder/token_frequencies.h"

namespace lmzip {

inline constexpr int kHeadWidth = 64;  // width of a query head, and of the one key-value head
inline constexpr int kMaxHiddenUnits = 2048;
inline constexpr int kMaxWindow = 512;
inline constexpr int kMaxTableOrder = 8;
inline constexpr int kMaxVocabulary = kMaxTokens;

struct NgramTable {
  int order;      // hashes the last `order` tokens
  uint32_t rows;  // a power of two
  int width;      // columns; the tables' columns lie side by side from column 0 of x
};

struct Exact1Shape {
  int width;       // d, a multiple of 64
  int layers;      // L
  int hidden;      // f, a multiple of 64
  int window;      // W, positions attended to, the current one included
  int vocabulary;  // V; token V is the start token
  std::vector<NgramTable> tables;

  int heads() const { return width / kHeadWidth; }
};

/// out_j = acc_j * scales[j], acc_j = sum_i weights[j][i] * in[i].
struct QuantizedLinear {
  const int8_t* weights;  // [out][in], -63..63
  const float* scales;    // [out]
};

struct Exact1Layer {
  const float* attention_gain;  // [width], 16 * sqrt(width) included
  QuantizedLinear q;            // [width][width]
  QuantizedLinear k, v;         // [64][width]
  const int32_t* bias;          // [heads][window], in 1/8 nat, by distance
  float score_scale;            // c
  float output_scale;           // c_o
  QuantizedLinear o;            // [width][width]
  const float* feed_gain;       // [width]
  QuantizedLinear up;           // [hidden][width]
  float hidden_scale;           // c_f
  QuantizedLinear down;         // [width][hidden]
};

struct Exact1Weights {
  Exact1Shape shape;
  const int16_t* embedding;           // [vocabulary + 1][width], in 1/256
  std::vector<const int8_t*> tables;  // [rows][width] each
  std::vector<Exact1Layer> layers;
  const float* head_gain;  // [width]
  QuantizedLinear head;    // [vocabulary][width], logits in 1/256 bit
};

}  // namespace lmzip
