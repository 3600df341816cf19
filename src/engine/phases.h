// Where a predictor's time goes.
#pragma once

namespace lmzip {

/// Seconds since the predictor was made.
struct PhaseSeconds {
  double products = 0;   // multiplications by weights
  double attention = 0;  // keys, values, scores, softmax
  double other = 0;      // embedding, norms
};

}  // namespace lmzip
