// The model set of sound, and its parts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "base/cpu.h"
#include "base/zeroed_array.h"
#include "mixer/mixer.h"
#include "mixer/sets/sound_distributions.h"
#include "mixer/sets/sound_kernels.h"
#include "mixer/sets/sound_predictors.h"
#include "support/mixer_cost.h"

namespace lmzip {
namespace {

using Bytes = std::vector<uint8_t>;
using Geometry = testing::LaneGeometry;
using testing::CostOf;
using testing::MixerCost;

// Aligned, and zero at first.
struct Numbers {
  explicit Numbers(size_t count) : of(count) {}
  double* data() { return of.data(); }

  ZeroedArray<double> of;
};

double Uniform(std::mt19937& random) { return static_cast<double>(random()) / 2147483648.0 - 1.0; }

// A sum of twelve is near enough to a normal distribution, and the same everywhere.
double Normal(std::mt19937& random) {
  double sum = 0;
  for (int i = 0; i < 12; ++i) sum += Uniform(random) / 2;
  return sum;
}

TEST(SoundKernels, EveryInstructionSetGivesTheSame) {
  std::mt19937 random(1);
  for (const size_t count : {1u, 8u, 9u, 24u, 48u, 64u}) {
    const size_t stride = SoundStride(count);
    std::vector<std::vector<double>> results;
    const uint32_t seed = static_cast<uint32_t>(random());
    for (const Isa isa : AvailableIsas()) {
      const SoundKernels& kernels = SoundKernelsFor(isa);
      std::mt19937 same(seed);
      Numbers square(stride * count), sums(stride), x(stride), weights(stride), window(stride + 8);
      for (size_t i = 0; i < stride + 8; ++i) window.of[i] = 1000 * Uniform(same);
      for (int step = 0; step < 100; ++step) {
        for (size_t i = 0; i < count; ++i) x.of[i] = 1000 * Uniform(same);
        kernels.accumulate(square.data(), sums.data(), x.data(), count, 0.99, 0.01, Uniform(same));
      }
      for (size_t i = 0; i < count; ++i) square.of[i * stride + i] += 0.5;
      ASSERT_TRUE(kernels.solve(square.data(), sums.data(), count, weights.data()));
      kernels.add(weights.data(), 0.1, window.data() + 3, stride);
      std::vector<double> result(weights.data(), weights.data() + stride);
      result.push_back(kernels.dot(weights.data(), window.data() + 5, stride));
      Numbers below(stride), more(stride), live(stride);
      kernels.below(x.data(), window.data(), 3.25, stride, below.data());
      result.insert(result.end(), below.data(), below.data() + stride);
      for (size_t i = 0; i < stride; ++i) {
        more.of[i] = below.of[i] + std::abs(Uniform(same));
        live.of[i] = i % 3 != 0;
      }
      alignas(64) std::array<int32_t, kMostTaps> logs{};
      kernels.stretch(below.data(), more.data(), live.data(), 1e-13, stride, logs.data());
      result.insert(result.end(), logs.begin(), logs.end());
      for (size_t i = 0; i < stride; ++i) {
        const double high = std::max(more.of[i] - below.of[i], 1e-13);
        const double low = std::max(below.of[i], 1e-13);
        const double exact = std::clamp(256 * std::log(high / low), -2047.0, 2047.0);
        EXPECT_NEAR(logs[i], live.of[i] * exact, 0.51);
        const double z = std::clamp((3.25 - x.of[i]) * window.of[i], -32.0, 32.0);
        EXPECT_NEAR(below.of[i] * (1 + std::exp(-z)), 1.0, 1e-6);
      }
      results.push_back(result);
    }
    for (const auto& result : results) EXPECT_EQ(result, results[0]);
  }
}

TEST(LeastSquares, FindsTheWeightsOfAnAutoregression) {
  const SoundKernels& kernels = SoundKernelsFor(ActiveIsa());
  Numbers memory(SoundSquares::Numbers(3)), scratch(SoundSquares::Numbers(kMostTaps));
  NumberArena arena(memory.data());
  SoundSquares squares;
  squares.Bind(arena, 3, 0.999, 4);
  std::mt19937 random(2);
  double x1 = 0, x2 = 0, x3 = 0;
  for (int i = 0; i < 5000; ++i) {
    const double x = 1.6 * x1 - 0.9 * x2 + 0.1 * x3 + 100 * Normal(random);
    std::copy_n(std::array{x1, x2, x3}.begin(), 3, squares.inputs());
    squares.Learn(kernels, x, scratch.data());
    x3 = x2, x2 = x1, x1 = x;
  }
  EXPECT_NEAR(squares.weights()[0], 1.6, 0.1);
  EXPECT_NEAR(squares.weights()[1], -0.9, 0.15);
  EXPECT_NEAR(squares.weights()[2], 0.1, 0.1);
}

// Equal columns leave nothing to solve: the ridge, or the weights before, serve.
TEST(LeastSquares, SurvivesInputsThatAreAlike) {
  const SoundKernels& kernels = SoundKernelsFor(ActiveIsa());
  Numbers memory(SoundSquares::Numbers(16)), scratch(SoundSquares::Numbers(kMostTaps));
  NumberArena arena(memory.data());
  SoundSquares squares;
  squares.Bind(arena, 16, 0.998, 1);
  for (int i = 0; i < 3000; ++i) {
    const double value = 0x1p31 * (i % 2 == 0 ? 1 : -1);
    std::fill_n(squares.inputs(), 16, -value);
    squares.Learn(kernels, value, scratch.data());
    ASSERT_TRUE(std::isfinite(squares.Predict(kernels))) << i;
  }
}

TEST(Nlms, GivesUpWeightsThatHaveRunAway) {
  const SoundKernels& kernels = SoundKernelsFor(ActiveIsa());
  const NlmsForm form{.taps = 16, .rate = 50};  // unstable
  Numbers memory(Nlms::Numbers(form.taps));
  NumberArena arena(memory.data());
  Nlms filter;
  filter.Bind(arena, form);
  bool grew = false;
  for (int i = 0; i < 3000; ++i) {
    const double prediction = filter.Predict(kernels);
    ASSERT_LT(std::abs(prediction), 0x1p40);
    grew = grew || std::abs(prediction) > 0x1p36;
    filter.Learn(kernels, i % 3 == 0 ? 20000 : -15000);
  }
  EXPECT_TRUE(grew);
}

TEST(NewestFirst, KeepsTheLatest) {
  Numbers memory(NewestFirst::Numbers(20));
  NumberArena arena(memory.data());
  NewestFirst latest;
  latest.Bind(arena, 20);
  for (int i = 0; i < 5000; ++i) {
    latest.Push(i);
    for (int back = 0; back < std::min(20, i + 1); ++back) {
      ASSERT_EQ(latest[static_cast<size_t>(back)], i - back);
    }
  }
}

TEST(ErrorShape, LearnsWhereSamplesLie) {
  ErrorShape shape;
  EXPECT_NEAR(shape.Below(0.3), 0.3, 1e-12);
  for (int i = 0; i < 3000; ++i) shape.Learn(0.25, 0.3);
  EXPECT_LT(shape.Below(0.25), 0.03);
  EXPECT_GT(shape.Below(0.32) - shape.Below(0.25), 0.9);
  EXPECT_NEAR(shape.Below(1.0), 1.0, 1e-9);
  double before = 0;
  for (int i = 1; i <= 1000; ++i) {
    const double below = shape.Below(i / 1000.0);
    EXPECT_GT(below, before);
    before = below;
  }
}

// The bytes' bits in turn say what the distribution says of the whole sample.
TEST(SampleDistributions, BitsMultiplyToTheSample) {
  const SoundKernels& kernels = SoundKernelsFor(ActiveIsa());
  const ErrorShape flat;
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    const int width = 1 + static_cast<int>(random() % 4);
    const bool big_endian = random() % 2 == 0;
    const double range = std::ldexp(1.0, 8 * width);
    const double scale =
        std::exp(Uniform(random) * 0.5 * std::log(range / 40)) * std::sqrt(range / 40);
    const double centre = range / 2 + Uniform(random) * (range / 2 - 13 * scale);
    const double value = std::floor(centre + 3 * scale * Uniform(random) + 0.5);
    SampleDistributions all;
    all.Resize(kSoundLanes);
    for (size_t i = 0; i < kSoundLanes; ++i)
      all.Set(i, centre, scale, i % 2 == 0 ? nullptr : &flat);
    std::array<double, kSoundLanes> bits{};
    SamplePlace place{.known = 0, .byte = 0, .highest = false, .big_endian = big_endian};
    for (int taken = 0; taken < width; ++taken) {
      place.byte = big_endian ? width - 1 - taken : taken;
      place.highest = place.byte == width - 1;
      all.BeginByte(kernels, place);
      const uint32_t byte =
          static_cast<uint32_t>(static_cast<uint64_t>(value) >> (8 * place.byte)) & 255;
      for (int i = 7; i >= 0; --i) {
        const int bit = byte >> i & 1;
        alignas(64) std::array<int32_t, kSoundLanes> logs;
        all.Split(kernels, static_cast<int>(byte >> i >> 1 << i << 1) + (1 << i), logs.data());
        for (size_t d = 0; d < kSoundLanes; ++d) {
          bits[d] += std::log2(1 + std::exp((bit != 0 ? -logs[d] : logs[d]) / 256.0));
        }
        all.Choose(bit);
      }
      place.known |= byte << (8 * place.byte);
    }
    const auto below = [&](double x) { return 1 / (1 + std::exp((centre - x) / scale)); };
    const double exact = -std::log2(below(value + 0.5) - below(value - 0.5));
    for (const double each : bits) {
      ASSERT_NEAR(each, exact, 0.12) << width << ' ' << big_endian << ' ' << scale << ' ' << round;
    }
  }
}

void Append(Bytes& bytes, int64_t sample, const TypedSegment& form) {
  const int width = form.bits / 8;
  if (!form.is_signed) sample += int64_t{1} << (form.bits - 1);
  for (int i = 0; i < width; ++i) {
    bytes.push_back(static_cast<uint8_t>(sample >> (8 * (form.big_endian ? width - 1 - i : i))));
  }
}

// Of its noise: 3 steps, or 3/65536 of the range.
double NoiseOf(const TypedSegment& form) {
  return 3 * std::max(1.0, std::ldexp(1.0, form.bits - 16));
}

// Two tones with a little noise, which a second channel has in part.
Bytes Tones(const TypedSegment& form, size_t frames) {
  std::mt19937 random(4);
  const double high = std::ldexp(1.0, form.bits - 1), noise = NoiseOf(form);
  Bytes bytes;
  std::array<double, 4> wave = {0.3, 0, 0.25, 0};
  for (size_t i = 0; i < frames; ++i) {
    for (size_t t = 0; t < 4; t += 2) {  // they turn
      const double turn = t == 0 ? 0.11 : 0.31;
      const double x = wave[t] * (1 - turn * turn / 2) - wave[t + 1] * turn;
      wave[t + 1] = (wave[t + 1] + wave[t] * turn) / (1 + turn * turn / 2);
      wave[t] = x;
    }
    for (size_t c = 0; c < form.channels; ++c) {
      const double value = wave[0] + (c % 2 == 0 ? 1 : 0.5) * wave[2];
      Append(bytes, static_cast<int64_t>(std::floor(0.5 * high * value + noise * Normal(random))),
             form);
    }
  }
  return bytes;
}

TypedSegment SoundOf(int bits, int channels, bool is_signed, bool big_endian, ModelLevel level,
                     size_t begin, size_t length) {
  TypedSegment form{.kind = DataKind::kSound, .level = level, .begin = begin, .length = length};
  form.bits = static_cast<uint8_t>(bits);
  form.channels = static_cast<uint8_t>(channels);
  form.is_signed = is_signed;
  form.big_endian = big_endian;
  return form;
}

TEST(SoundSet, TonesCostLittleMoreThanTheirNoise) {
  int way = 0;
  for (const int bits : {8, 16, 24, 32}) {
    for (const int channels : {1, 2, 5}) {
      const ModelLevel level{static_cast<uint8_t>(++way % kModelLevels)};
      TypedSegment form = SoundOf(bits, channels, way % 2 == 1, way / 2 % 2 == 1, level, 0, 0);
      const Bytes bytes = Tones(form, 6000 / static_cast<size_t>(channels));
      form.length = bytes.size();
      const double samples = static_cast<double>(bytes.size()) / (bits / 8);
      const double noise_bits = std::log2(NoiseOf(form)) + 2.05;
      EXPECT_LT(CostOf(bytes, {{form}}).bits / samples, noise_bits + 1.7)
          << bits << " x " << channels;
    }
  }
}

TEST(SoundSet, LanesReadNothingThatIsNotCoded) {
  const TypedSegment form = SoundOf(16, 2, true, false, ModelLevel::kMax, 7, 3 * 1001);
  Bytes bytes = Tones(form, 1000);
  bytes.insert(bytes.begin(), 7, 'x');
  for (const Geometry geometry : {Geometry{1, 500}, Geometry{4, 99}, Geometry{64, 1}}) {
    EXPECT_EQ(CostOf(bytes, {{form}}, geometry, 0).hash,
              CostOf(bytes, {{form}}, geometry, 0xE5).hash);
  }
}

// A block's end costs nothing where one lane goes on.
TEST(SoundSet, ALaneGoesOnInTheNextBlock) {
  TypedSegment form = SoundOf(16, 1, true, false, ModelLevel::kDefault, 0, 0);
  const Bytes bytes = Tones(form, 3000);
  form.length = bytes.size();
  EXPECT_EQ(CostOf(bytes, {{form}}, {1, 65536}).hash, CostOf(bytes, {{form}}, {1, 333}).hash);
}

TEST(SoundSet, ExtremesBreakNothing) {
  std::mt19937 random(5);
  for (const int bits : {8, 16, 24, 32}) {
    for (int kind = 0; kind < 4; ++kind) {
      TypedSegment form = SoundOf(bits, 2, true, random() % 2 == 0,
                                  ModelLevel{static_cast<uint8_t>(kind % 3)}, 0, 0);
      const int64_t most = (int64_t{1} << (bits - 1)) - 1;
      Bytes bytes;
      for (int i = 0; i < 3000; ++i) {
        const bool up = kind == 0 ? i / 2 % 2 == 0 : kind == 1 ? random() % 2 == 0 : i < 1500;
        const int64_t noise = static_cast<int64_t>(random()) % most;
        Append(bytes, kind == 3 ? (i % 300 < 150 ? 0 : noise) : up ? most : -most - 1, form);
      }
      form.length = bytes.size();
      const MixerCost coded = CostOf(bytes, {{form}});
      if (kind == 2) {  // one step, silence else
        EXPECT_LT(coded.bits / 8, 0.1 * static_cast<double>(bytes.size())) << bits;
      }
      EXPECT_LT(coded.bits / 8, 1.05 * static_cast<double>(bytes.size()) + 300) << bits << kind;
    }
  }
}

}  // namespace
}  // namespace lmzip
