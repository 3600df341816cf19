// The range coder on synthetic sources whose probabilities are known: bits a symbol beside the
// entropy, as a Markdown table. The paper's first experiment; src/coder/README.md shows the result.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>

#include "coder/range_coder.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Random;

constexpr int kBits = kSymbolFrequencyBits;
constexpr uint32_t kTotal = 1u << kBits;
constexpr size_t kSymbols = 1'000'000;

/// Integer frequencies that add up to 2^24, as cumulative sums.
class Distribution {
 public:
  explicit Distribution(const std::vector<double>& weights) : cumulative_(weights.size() + 1) {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    const double room = kTotal - static_cast<double>(weights.size());
    std::vector<uint32_t> frequency;
    for (double w : weights) frequency.push_back(1 + static_cast<uint32_t>(room * w / sum));
    const uint32_t rest = kTotal - std::accumulate(frequency.begin(), frequency.end(), 0u);
    *std::max_element(frequency.begin(), frequency.end()) += rest;
    std::partial_sum(frequency.begin(), frequency.end(), cumulative_.begin() + 1);
  }

  uint32_t left(size_t symbol) const { return cumulative_[symbol]; }
  uint32_t frequency(size_t symbol) const { return cumulative_[symbol + 1] - cumulative_[symbol]; }
  size_t size() const { return cumulative_.size() - 1; }
  size_t Find(uint32_t target) const {
    const auto above = std::upper_bound(cumulative_.begin(), cumulative_.end(), target);
    return static_cast<size_t>(above - cumulative_.begin()) - 1;
  }
  size_t Draw(Random& random) const { return Find(static_cast<uint32_t>(Below(random, kTotal))); }
  double Entropy() const {
    double bits = 0;
    for (size_t i = 0; i < size(); ++i) bits += frequency(i) * (kBits - std::log2(frequency(i)));
    return bits / kTotal;
  }

 private:
  std::vector<uint32_t> cumulative_;
};

/// One distribution a state; the last symbol, modulo their number, is the state.
struct Source {
  std::string name;
  std::vector<Distribution> states;
};

void PrintRow(const Source& source) {
  Random random(1);
  std::vector<size_t> sequence(kSymbols);
  RangeEncoder encoder;
  double ideal_bits = 0;  // of the symbols drawn
  double entropy = 0;     // of the states they were drawn in
  std::vector<double> entropies;
  for (const Distribution& d : source.states) entropies.push_back(d.Entropy());
  size_t state = 0;
  for (size_t& symbol : sequence) {
    const Distribution& d = source.states[state];
    symbol = d.Draw(random);
    entropy += entropies[state];
    ideal_bits += kBits - std::log2(d.frequency(symbol));
    encoder.EncodeSymbol(d.left(symbol), d.frequency(symbol), kBits);
    state = symbol % source.states.size();
  }
  const Bytes code = encoder.Finish();
  RangeDecoder decoder(code);
  state = 0;
  bool same = true;
  for (size_t expected : sequence) {
    const Distribution& d = source.states[state];
    const size_t symbol = d.Find(decoder.Target(kBits));
    decoder.AcceptSymbol(d.left(symbol), d.frequency(symbol), kBits);
    same &= symbol == expected;
    state = symbol % source.states.size();
  }
  const double coded_bits = 8.0 * static_cast<double>(code.size());
  std::printf("| %s | %zu | %.6f | %.6f | %.6f | %.1f |%s\n", source.name.c_str(),
              source.states[0].size(), entropy / kSymbols, ideal_bits / kSymbols,
              coded_bits / kSymbols, coded_bits - ideal_bits, same ? "" : " NOT DECODED");
}

std::vector<double> Uniform(size_t symbols) { return std::vector<double>(symbols, 1); }

std::vector<double> Zipf(size_t symbols) {
  std::vector<double> weights;
  for (size_t i = 1; i <= symbols; ++i) weights.push_back(1.0 / static_cast<double>(i));
  return weights;
}

std::vector<double> NearlyCertain(size_t symbols, double rest) {
  std::vector<double> weights(symbols, rest / static_cast<double>(symbols - 1));
  weights[symbols / 2] = 1 - rest;
  return weights;
}

Source Markov(size_t symbols, size_t states) {
  Source source{"Markov, " + std::to_string(states) + " states", {}};
  Random random(2);
  for (size_t state = 0; state < states; ++state) {
    std::vector<double> weights(symbols);
    for (double& w : weights) w = std::exp2(-static_cast<double>(Below(random, 12)));
    source.states.emplace_back(weights);
  }
  return source;
}

}  // namespace
}  // namespace lmzip

int main() {
  using namespace lmzip;
  std::printf("| source | alphabet | entropy | ideal | coded | coded - ideal, bits in all |\n");
  std::printf("|---|---|---|---|---|---|\n");
  for (size_t symbols : {2, 256, 50000}) PrintRow({"uniform", {Distribution(Uniform(symbols))}});
  for (size_t symbols : {2, 256, 50000})
    PrintRow({"skewed (1/rank)", {Distribution(Zipf(symbols))}});
  PrintRow(Markov(2, 2));
  PrintRow(Markov(256, 64));
  PrintRow(Markov(50000, 16));
  for (size_t symbols : {2, 256}) {
    PrintRow({"one symbol 99.9 %", {Distribution(NearlyCertain(symbols, 1e-3))}});
    PrintRow({"one symbol 99.999 %", {Distribution(NearlyCertain(symbols, 1e-5))}});
  }
  PrintRow({"one symbol 99 %", {Distribution(NearlyCertain(50000, 1e-2))}});
}
