// Every instruction set that this machine has computes the portable one's integers: the mixer's
// kernels, the frequencies, the network.
#include <map>
#include <optional>

#include "base/check.h"
#include "coder/byte_tree.h"
#include "coder/token_frequencies.h"
#include "engine/native.h"
#include "fuzz/recipe.h"
#include "mixer/counters.h"
#include "mixer/mix_kernels.h"
#include "support/random_exact1.h"

namespace {

using namespace lmzip;
using namespace lmzip::fuzz;

// In [-most, most]: at the ends, near them, near 0 or anywhere.
int32_t AnySigned(Recipe& recipe, int32_t most) {
  switch (recipe.Below(5)) {
    case 0: return most;
    case 1: return -most;
    case 2: return static_cast<int32_t>(recipe.Between(-std::min(most, 3), std::min(most, 3)));
    default: return static_cast<int32_t>(recipe.Between(-most, most));
  }
}

/// What a mix works on: six rows, two of which may be one.
struct MixCase {
  std::array<WeightRow, kSets> rows{};
  FinalRow final_row{};
  BitMix mix;

  void Point() {
    for (size_t s = 0; s < kSets; ++s) mix.rows[s] = &rows[s];
    mix.final_row = &final_row;
  }
};

constexpr int32_t kMaxInput = 4096;

MixCase AnyMix(Recipe& recipe) {
  MixCase mix_case;
  const bool dense = recipe.OneIn(2);  // otherwise few places, of which a change shows
  const auto fill = [&](auto places, int32_t most) {
    if (dense) {
      const int32_t value = AnySigned(recipe, most);
      std::ranges::fill(places, value);
    }
    for (uint64_t i = recipe.Below(12); i > 0; --i) recipe.OneOf(places) = AnySigned(recipe, most);
  };
  fill(std::span(mix_case.mix.inputs).first(kInputs - 1), kMaxInput);
  for (WeightRow& row : mix_case.rows) {
    fill(std::span(row.weights).first(kInputs - 1), kMaxWeight);
    row.weights.back() = static_cast<int32_t>(recipe.Between(1, 1023));
  }
  fill(std::span(mix_case.final_row.weights).first(kSets), kMaxWeight);
  mix_case.final_row.weights.back() = 1;
  return mix_case;
}

void CompareMixes(Recipe& recipe) {
  const MixCase start = AnyMix(recipe);
  MixErrors errors;
  constexpr int32_t kMaxError = 65536 * 145 / 1024;  // of a row's first update
  for (int32_t& error : errors.rows) error = AnySigned(recipe, kMaxError);
  errors.final_row = AnySigned(recipe, kMaxError);
  std::optional<MixCase> expected;
  for (Isa isa : AvailableIsas()) {
    const MixKernels& kernels = MixKernelsFor(isa);
    MixCase mixed = start;
    mixed.Point();
    kernels.mix(mixed.mix);
    kernels.train(mixed.mix, errors);
    if (!expected) expected = mixed;
    LMZIP_CHECK(mixed.mix.outputs == expected->mix.outputs &&
                mixed.mix.result == expected->mix.result);
    LMZIP_CHECK(mixed.final_row.weights == expected->final_row.weights);
    for (size_t s = 0; s < kSets; ++s) {
      LMZIP_CHECK(mixed.rows[s].weights == expected->rows[s].weights);
    }
  }
}

void CompareCounters(Recipe& recipe) {
  CounterStates before{};
  const size_t count = recipe.Below(kMostCounters + 1);
  for (size_t i = 0; i < count; ++i) {
    before.cells[i] = static_cast<uint32_t>(recipe.Below(uint64_t{1} << 32));
    before.nodes[i] = static_cast<uint16_t>(recipe.Below(1 << 16));
  }
  const int bit = recipe.OneIn(2);
  for (Isa isa : AvailableIsas()) {
    CounterStates after;
    MixKernelsFor(isa).learn(before, count, bit, after);
    for (size_t i = 0; i < count; ++i) {
      Cell cell = Cell::FromState(before.cells[i]);
      Node node = Node::FromState(before.nodes[i]);
      cell.Update(bit);
      node.Update(bit);
      LMZIP_CHECK(after.cells[i] == cell.state() && after.nodes[i] == node.state());
    }
  }
}

std::vector<int16_t> AnyLogits(Recipe& recipe, int vocabulary) {
  std::vector<int16_t> logits(static_cast<size_t>(vocabulary),
                              static_cast<int16_t>(AnySigned(recipe, 32767)));
  for (uint64_t i = AnyNumber(recipe, 7); i > 0; --i) {
    recipe.OneOf(logits) = static_cast<int16_t>(recipe.Below(1 << 16));
  }
  return logits;
}

void CompareFrequencies(Recipe& recipe) {
  const int vocabulary = static_cast<int>(2 + AnyNumber(recipe, 11));
  const std::vector<int16_t> logits = AnyLogits(recipe, vocabulary);
  std::vector<uint32_t> expected;
  for (Isa isa : AvailableIsas()) {
    TokenFrequencies frequencies(vocabulary, isa);
    frequencies.Assign(logits.data());
    std::vector<uint32_t> found;
    uint32_t sum = 0;
    for (int32_t token = 0; token < vocabulary; ++token) {
      const FrequencyInterval interval = frequencies.Of(token);
      LMZIP_CHECK(interval.cumulative == sum && interval.frequency >= 1);
      sum += interval.frequency;
      found.push_back(interval.frequency);
    }
    LMZIP_CHECK(sum == uint32_t{1} << kSymbolFrequencyBits);
    if (expected.empty()) expected = found;
    LMZIP_CHECK(found == expected);
  }
}

void CompareTrees(Recipe& recipe) {
  const std::vector<int16_t> logits = AnyLogits(recipe, 256);
  ByteTree expected;
  FillByteTree(logits.data(), expected, Isa::kPortable);
  for (Isa isa : AvailableIsas()) {
    ByteTree tree;
    FillByteTree(logits.data(), tree, isa);
    LMZIP_CHECK(std::equal(tree.node.begin() + 1, tree.node.end(), expected.node.begin() + 1));
  }
}

Exact1Shape AnyShape(Recipe& recipe) {
  Exact1Shape shape{.width = 64 * static_cast<int>(1 + recipe.Below(2)),
                    .layers = 1,
                    .hidden = 64 * static_cast<int>(1 + recipe.Below(2)),
                    .window = static_cast<int>(1 + AnyNumber(recipe, 5)),
                    .vocabulary = static_cast<int>(2 + recipe.Below(60)),
                    .tables = {}};
  if (recipe.OneIn(2)) {
    shape.tables.push_back({.order = static_cast<int>(1 + recipe.Below(kMaxTableOrder)),
                            .rows = 16,
                            .width = 4 * static_cast<int>(1 + recipe.Below(16))});
  }
  return shape;
}

/// The same network, packed for every instruction set; networks are kept, for making one takes
/// longer than running it.
using Networks = std::vector<std::unique_ptr<Model>>;

const Networks& AnyNetwork(Recipe& recipe) {
  static std::map<uint64_t, Networks> kept;
  const uint64_t name = recipe.Below(64);  // 6 MB each
  Networks& networks = kept[name];
  if (networks.empty()) {
    const auto bytes = std::bit_cast<std::array<uint8_t, 8>>(name * 0x9E3779B97F4A7C15u);
    Recipe shape_recipe(bytes);
    const auto extremes = static_cast<Extremes>(name % 3);
    const auto weights = RandomExact1::Make(AnyShape(shape_recipe), extremes, name);
    for (Isa isa : AvailableIsas()) networks.push_back(NewNativeModel(weights, isa));
  }
  return networks;
}

void CompareNetworks(Recipe& recipe) {
  const Networks& networks = AnyNetwork(recipe);
  const int vocabulary = networks[0]->vocabulary();
  const int lanes = static_cast<int>(1 + recipe.Below(3)),
            count = static_cast<int>(1 + recipe.Below(20));
  const int cut = static_cast<int>(recipe.Below(static_cast<uint64_t>(count)));  // in two calls
  std::vector<int> all_lanes;
  std::vector<std::vector<int32_t>> streams;
  for (int lane = 0; lane < lanes; ++lane) {
    all_lanes.push_back(lane);
    std::vector<int32_t>& stream = streams.emplace_back(1, vocabulary);
    while (std::ssize(stream) < count) {
      stream.push_back(static_cast<int32_t>(recipe.Below(static_cast<uint64_t>(vocabulary))));
    }
  }
  const auto run = [&](Predictor& predictor, int begin, int end, std::vector<int16_t>& out) {
    if (begin == end) return;
    std::vector<int32_t> tokens;
    for (const auto& stream : streams)
      tokens.insert(tokens.end(), stream.begin() + begin, stream.begin() + end);
    out.resize(tokens.size() * static_cast<size_t>(vocabulary));
    predictor.Run(all_lanes, end - begin, tokens.data(), out.data());
  };
  std::vector<int16_t> expected_first, expected_rest;
  for (const auto& network : networks) {
    const auto predictor = network->NewPredictor(lanes);
    for (int lane : all_lanes) predictor->Reset(lane);
    std::vector<int16_t> first, rest;
    run(*predictor, 0, cut, first);
    run(*predictor, cut, count, rest);
    if (expected_rest.empty()) {
      expected_first = first;
      expected_rest = rest;
    }
    LMZIP_CHECK(first == expected_first && rest == expected_rest);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Recipe recipe(ByteView(data, size));
  switch (recipe.Below(5)) {
    case 0: CompareMixes(recipe); break;
    case 1: CompareCounters(recipe); break;
    case 2: CompareFrequencies(recipe); break;
    case 3: CompareTrees(recipe); break;
    default: CompareNetworks(recipe);
  }
  return 0;
}
