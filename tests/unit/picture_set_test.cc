// The model set of pictures: its arithmetic, its view of samples, what it makes of pictures of all
// forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "base/bytes.h"
#include "base/cpu.h"
#include "mixer/history.h"
#include "mixer/least_squares.h"
#include "mixer/mixer.h"
#include "mixer/sample_kernels.h"
#include "mixer/sets/picture_predictions.h"
#include "mixer/sets/picture_samples.h"

namespace lmzip {
namespace {

double Uniform(std::mt19937& random) { return static_cast<double>(random()) / 4294967296.0; }

// What the kernels may read and write of a system: the rows from the step before their diagonals
// on.
bool SameSystems(const std::vector<double>& a, const std::vector<double>& b, size_t n,
                 size_t stride) {
  for (size_t i = 0; i < n; ++i) {
    const size_t from = i * stride + i;
    if (std::memcmp(&a[from], &b[from], (stride - i) * sizeof(double)) != 0) return false;
  }
  return true;
}

TEST(SampleKernels, SystemsAreTheSameOnEveryInstructionSet) {
  std::mt19937 random(1);
  for (size_t n = 1; n <= kMostUnknowns; ++n) {
    const size_t stride = (n + kSquareStep) / kSquareStep * kSquareStep;
    std::vector<double> first(n * stride), x(stride);
    const auto run = [&](const SampleKernels& kernels, std::vector<double>& system,
                         std::vector<double>& second) {
      std::mt19937 values(static_cast<uint32_t>(n));
      system = first;
      second = first;
      for (size_t sample = 0; sample < 2 * n; ++sample) {
        std::ranges::generate_n(x.begin(), static_cast<ptrdiff_t>(n) + 1,
                                [&] { return 1 + 255 * Uniform(values); });
        kernels.accumulate(x.data(), n, stride, 0.97, Uniform(values), system.data());
        kernels.accumulate_two(x.data(), n, stride, Uniform(values), system.data(), second.data());
      }
      for (size_t i = 0; i < n; ++i) system[i * stride + i] += 1;
      EXPECT_TRUE(kernels.eliminate(n, stride, 1e-3, system.data()));
      return kernels.dot(system.data(), second.data(), stride / 4 * 4);
    };
    std::vector<double> expected, expected_second, got, got_second;
    run(kPortableSamples, expected, expected_second);
    for (const Isa isa : AvailableIsas()) {
      run(SampleKernelsFor(isa), got, got_second);
      EXPECT_TRUE(SameSystems(got, expected, n, stride)) << IsaName(isa) << " " << n;
      EXPECT_TRUE(SameSystems(got_second, expected_second, n, stride)) << IsaName(isa) << " " << n;
    }
  }
}

TEST(SampleKernels, DotIsTheSameOnEveryInstructionSet) {
  std::mt19937 random(2);
  for (size_t count = 0; count <= 48; count += 4) {
    std::vector<double> a(count), b(count);
    for (double& value : a) value = Uniform(random) - 0.5;
    for (double& value : b) value = 1000 * Uniform(random);
    std::array<double, 4> sums{};
    for (size_t i = 0; i < count; ++i) sums[i % 4] = sums[i % 4] + a[i] * b[i];
    const double expected = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (const Isa isa : AvailableIsas()) {
      EXPECT_EQ(SampleKernelsFor(isa).dot(a.data(), b.data(), count), expected) << IsaName(isa);
    }
  }
}

TEST(SampleKernels, RaisesFromEveryBin) {
  for (const Isa isa : AvailableIsas()) {
    for (size_t from = 0; from < 256; ++from) {
      std::array<uint16_t, 256> sums{};
      SampleKernelsFor(isa).raise(sums.data(), from);
      for (size_t k = 0; k < 256; ++k) ASSERT_EQ(sums[k], k >= from) << IsaName(isa) << from;
    }
  }
}

TEST(SampleKernels, QuotientsAreThoseOfIntegers) {
  std::mt19937 random(3);
  std::vector<int32_t> parts, wholes;
  for (int i = 0; i < 3000; ++i) {
    const auto whole = static_cast<uint32_t>(1 + random() % (i % 2 == 0 ? 0x7FFFFFFFu : 3000u));
    wholes.push_back(static_cast<int32_t>(whole));
    parts.push_back(static_cast<int32_t>(i % 7 == 0 ? whole : random() % whole));
  }
  for (const Isa isa : AvailableIsas()) {
    std::vector<int32_t> p16(parts.size());
    SampleKernelsFor(isa).quotients(parts.data(), wholes.data(), parts.size(), p16.data());
    for (size_t i = 0; i < parts.size(); ++i) {
      const int64_t exact = (int64_t{parts[i]} << 16) / wholes[i];
      ASSERT_EQ(p16[i], std::clamp<int64_t>(exact, 1, 65535)) << parts[i] << "/" << wholes[i];
    }
  }
}

TEST(LeastSquares, FindsWhatGoalsAreMadeOf) {
  std::mt19937 random(4);
  LeastSquares squares(SampleKernelsFor(ActiveIsa()), 5, 0.99);
  const auto fill = [&] {
    for (size_t i = 0; i < 5; ++i) squares.values()[i] = 1 + 200 * Uniform(random);
    return 0.5 * squares.values()[0] - 0.25 * squares.values()[2] + squares.values()[4];
  };
  EXPECT_EQ(squares.Predict(), 0);
  for (int i = 0; i < 400; ++i) squares.Learn(fill(), 1);
  squares.Solve();
  for (int i = 0; i < 20; ++i) {
    const double goal = fill();
    EXPECT_NEAR(squares.Predict(), goal, 0.5);
  }
}

TEST(LeastSquares, KeepsItsWeightsWhereSamplesDoNotTell) {
  LeastSquares squares(SampleKernelsFor(ActiveIsa()), 2, 0.5);
  squares.values()[0] = squares.values()[1] = 1e308;  // the sums overflow
  squares.Learn(1, 1);
  squares.Solve();
  squares.values()[0] = squares.values()[1] = 1;
  EXPECT_EQ(squares.Predict(), 0);
}

TEST(TiledSquares, EveryTileHasWeightsOfItsOwn) {
  std::mt19937 random(5);
  TiledSquares squares(SampleKernelsFor(ActiveIsa()), 2, 0.9, 5);
  double worst = 0;
  for (int row = 0; row < 40; ++row) {
    for (size_t tile : {0, 4}) {
      squares.Go(tile);
      for (int i = 0; i < 8; ++i) {
        squares.values()[0] = 1 + 100 * Uniform(random);
        squares.values()[1] = 1 + 100 * Uniform(random);
        const double goal = tile == 0 ? squares.values()[0] : squares.values()[1];
        if (row > 3) worst = std::max(worst, std::abs(squares.Predict() - goal));
        squares.Learn(goal, 1);
      }
    }
  }
  EXPECT_LT(worst, 1);
}

TypedSegment Form(uint64_t length, uint32_t row_bytes, uint8_t channels, uint8_t bits) {
  return {.kind = DataKind::kPicture,
          .level = ModelLevel::kFast,
          .length = length,
          .row_bytes = row_bytes,
          .channels = channels,
          .bits = bits};
}

TEST(PictureForm, NeighboursAreThoseOfTheCompassAndTheNearestAtEdges) {
  constexpr size_t kWidth = 20, kRows = 12, kRow = 3 * kWidth + 1;  // a byte of padding
  Bytes bytes(kRow * kRows);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 7 % 251);
  const PictureForm form(Form(bytes.size(), kRow, 3, 8));
  const History history(bytes, 1);
  for (size_t position = 0; position < bytes.size(); ++position) {
    const PicturePlace place = form.PlaceOf(position);
    EXPECT_EQ(place.padding, position % kRow == kRow - 1);
    if (place.padding) continue;
    ASSERT_EQ(position, place.y * kRow + place.x * 3 + place.channel);
    const Neighbours near = form.NeighboursOf(history, place, 0);
    const auto at = [&](size_t x, size_t y, size_t channel) {
      return bytes[y * kRow + x * 3 + channel];
    };
    const size_t x = place.x, y = place.y, c = place.channel;
    if (x > 0) {
      EXPECT_EQ(near.own[kW], at(x - 1, y, c));
      EXPECT_EQ(near.behind[0][kW], c < 2 ? at(x - 1, y, c + 1) : 0);
    } else {
      EXPECT_EQ(near.own[kW], y > 0 ? at(0, y - 1, c) : 128);
    }
    if (y > 0) {
      EXPECT_EQ(near.own[kN], at(x, y - 1, c));
      EXPECT_EQ(near.own[kNE], at(std::min(x + 1, kWidth - 1), y - 1, c));
    } else if (x > 0) {
      EXPECT_EQ(near.own[kNE], at(x - 1, 0, c));
    }
    if (y > 4) {
      EXPECT_EQ(near.own[31], at(x, y - 5, c));
    }
    EXPECT_EQ(near.others[0][kAt], c > 0 ? at(x, y, c - 1) : 0);
    EXPECT_EQ(near.others[1][kAt], c > 1 ? at(x, y, c - 2) : 0);
  }
}

TEST(PictureForm, SamplesOf16BitsHaveTheirByteOrderAndSign) {
  TypedSegment segment = Form(64, 8, 1, 16);
  const std::array<uint8_t, 2> bytes = {0x12, 0x84};
  EXPECT_EQ(PictureForm(segment).SampleAt(bytes.data()), 0x8412);
  segment.is_signed = true;
  EXPECT_EQ(PictureForm(segment).SampleAt(bytes.data()), 0x0412);
  segment.big_endian = true;
  EXPECT_EQ(PictureForm(segment).SampleAt(bytes.data()), 0x9284);
}

TEST(ErrorLevel, RisesByFourADoubling) {
  size_t before = 0;
  for (uint32_t error = 0; error < 1u << 20; ++error) {
    const size_t level = ErrorLevel(error);
    ASSERT_TRUE(level == before || level == before + 1) << error;
    before = level;
  }
  EXPECT_EQ(ErrorLevel(16) + 4, ErrorLevel(32));
  EXPECT_EQ(ErrorLevel(UINT32_MAX), kErrorLevels - 1);
}

// Smooth hills and grain, in samples of any form.
Bytes MadePicture(const TypedSegment& form, size_t width, size_t rows) {
  std::mt19937 random(6);
  const double scale = form.bits == 8 ? 1 : 40;
  Bytes bytes;
  for (size_t y = 0; y < rows; ++y) {
    for (size_t x = 0; x < width; ++x) {
      const double hill = 60 * std::sin(0.11 * static_cast<double>(x)) +
                          50 * std::sin(0.07 * static_cast<double>(y + x / 2));
      for (size_t c = 0; c < form.channels; ++c) {
        const double grain = 4 * (Uniform(random) + Uniform(random));
        const int sample =
            static_cast<int>((128 + hill) * scale + grain + 5.0 * static_cast<double>(c)) -
            (form.is_signed ? static_cast<int>(128 * scale) : 0);
        if (form.bits == 8) {
          bytes.push_back(static_cast<uint8_t>(sample));
        } else {
          const std::array<uint8_t, 2> pair = {static_cast<uint8_t>(sample),
                                               static_cast<uint8_t>(sample >> 8)};
          bytes.push_back(pair[form.big_endian]);
          bytes.push_back(pair[!form.big_endian]);
        }
      }
    }
  }
  return bytes;
}

double CodedBytes(const Bytes& bytes, std::span<const TypedSegment> segments) {
  Bytes buffer(bytes.size());
  Mixer mixer({.segments = segments}, buffer);
  mixer.StartSegment(0, 0, bytes.size());
  double bits = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    mixer.BeginByte(0, nullptr);
    for (int b = 7; b >= 0; --b) {
      const int bit = bytes[i] >> b & 1;
      const double p = mixer.P() / 4194304.0;
      bits -= std::log2(bit != 0 ? p : 1 - p);
      mixer.Update(bit);
    }
    buffer[i] = bytes[i];
  }
  return bits / 8;
}

struct MadeForm {
  const char* name;
  uint8_t channels, bits;
  bool big_endian, is_signed;
};

class PictureForms : public testing::TestWithParam<MadeForm> {};

// The grain has 2.7 bits or so a sample. At no level much more is left of so few samples, whose
// higher bytes have to be learned as well; the general set leaves more.
TEST_P(PictureForms, LittleMoreThanTheGrainIsLeft) {
  const MadeForm& made = GetParam();
  constexpr size_t kWidth = 90, kRows = 60;
  TypedSegment form = Form(0, 0, made.channels, made.bits);
  form.big_endian = made.big_endian;
  form.is_signed = made.is_signed;
  form.row_bytes = static_cast<uint32_t>(kWidth * made.channels * made.bits / 8);
  form.length = form.row_bytes * kRows;
  const Bytes bytes = MadePicture(form, kWidth, kRows);
  ASSERT_EQ(bytes.size(), form.length);
  const double samples = static_cast<double>(kWidth * kRows * made.channels);
  const double most = made.bits == 8 ? 3.6 : 4.4;
  for (const ModelLevel level : {ModelLevel::kFast, ModelLevel::kDefault, ModelLevel::kMax}) {
    form.level = level;
    EXPECT_LT(8 * CodedBytes(bytes, {{form}}) / samples, most) << static_cast<int>(level);
  }
  EXPECT_GT(8 * CodedBytes(bytes, {}) / samples, most + 0.7);
}

// Discs of all sizes on white, a bit a pixel.
Bytes MadeBits(size_t row_bytes, size_t rows) {
  std::mt19937 random(9);
  Bytes bytes(row_bytes * rows);
  for (int disc = 0; disc < 60; ++disc) {
    const double x0 = 8 * static_cast<double>(row_bytes) * Uniform(random);
    const double y0 = static_cast<double>(rows) * Uniform(random), r = 40 * Uniform(random);
    for (size_t i = 0; i < 8 * bytes.size(); ++i) {
      const double dx = static_cast<double>(i % (8 * row_bytes)) - x0;
      const double dy = static_cast<double>(i / (8 * row_bytes)) - y0;
      if (dx * dx + dy * dy < r * r) bytes[i / 8] |= static_cast<uint8_t>(128 >> (i % 8));
    }
  }
  return bytes;
}

TEST(PictureSet, OfBitsTheOutlinesAreLeft) {
  constexpr size_t kRowBytes = 80, kRows = 400;
  const Bytes bytes = MadeBits(kRowBytes, kRows);
  TypedSegment form = Form(bytes.size(), kRowBytes, 1, 1);
  const double general = CodedBytes(bytes, {});
  for (const ModelLevel level : {ModelLevel::kFast, ModelLevel::kDefault, ModelLevel::kMax}) {
    form.level = level;
    EXPECT_LT(CodedBytes(bytes, {{form}}), 0.5 * general) << static_cast<int>(level);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, PictureForms,
    testing::Values(MadeForm{"Grey", 1, 8, false, false}, MadeForm{"Colour", 3, 8, false, false},
                    MadeForm{"Alpha", 4, 8, false, false}, MadeForm{"Signed", 1, 8, false, true},
                    MadeForm{"Little16", 1, 16, false, false},
                    MadeForm{"Big16", 1, 16, true, false},
                    MadeForm{"SignedLittle16", 1, 16, false, true},
                    MadeForm{"SignedBig16", 2, 16, true, true}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace lmzip
