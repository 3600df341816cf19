#include "mixer/sets/picture_predictions.h"

#include <algorithm>
#include <cstdlib>

namespace lmzip {
namespace {

// A kind of least squares: over so many samples of the plane, of the plane before, of the one
// before that, and of each of the planes behind; older samples count by `decay`, of samples or
// (tiled) of rows.
struct SquaresSpec {
  bool tiled;
  double decay;
  size_t own, other, second, behind;
};
constexpr std::array<SquaresSpec, kSquares> kSpecs = {{{false, 0.998, 20, 6, 4, 4},
                                                       {true, 0.85, 20, 6, 4, 4},
                                                       {false, 0.98, 12, 4, 2, 4},
                                                       {true, 0.6, 12, 4, 2, 4},
                                                       {false, 0.95, 8, 2, 1, 0},
                                                       {false, 0.9995, 30, 9, 6, 4}}};

constexpr std::array<PictureLevel, kModelLevels> kLevels = {
    {{.first_square = 0, .end_square = 2, .linear = 8, .solve_every = 12, .histograms = 1,
      .contexts = 8, .sets = 5},
     {.first_square = 0, .end_square = 3, .linear = 12, .solve_every = 4, .histograms = 2,
      .contexts = 14, .sets = 8},
     {.first_square = 0, .end_square = 6, .linear = 24, .solve_every = 1, .histograms = 2,
      .contexts = 25, .sets = 10}}};
// Fast, for samples of 8 bits that are no palette's: they lose little by it.
constexpr PictureLevel kFastest = {.first_square = 2, .end_square = 4, .linear = 2,
                                   .solve_every = 32, .histograms = 1, .contexts = 2, .sets = 3};

constexpr size_t kTileColumns = 16, kMostTiles = 64;
constexpr int kUsualShift = 7;
constexpr int kMostBiasCount = 128;

// Planes behind that are told apart.
size_t PlanesBehind(size_t plane) { return plane < kBehindPlanes ? kBehindPlanes - plane : 0; }

size_t UnknownsOf(const SquaresSpec& spec, size_t plane) {
  return spec.own + (plane > 0 ? spec.other : 0) + (plane > 1 ? spec.second : 0) +
         PlanesBehind(plane) * spec.behind;
}

size_t TileOf(const PictureForm& form, size_t x) {
  const size_t columns = std::max(kTileColumns, (form.width() + kMostTiles - 1) / kMostTiles);
  return std::min(x / columns, kMostTiles - 1);
}

// Values of 8 bits, 1..256: never 0, so that sums do not fade away.
double ValueOf(const PictureForm& form, int sample) {
  return form.sample_bytes() == 1 ? sample + 1 : sample * (1.0 / 256) + 1;
}

// What a fit predicts, in 1/kFraction, within reach of the range.
int FromValue(const PictureForm& form, double value) {
  const double scaled = form.sample_bytes() == 1 ? value - 1 : (value - 1) * 256;
  const double range = form.greatest() + 1;
  if (!(scaled > -range / 4)) return static_cast<int>(-range / 4) * kFraction;
  if (!(scaled < range * 5 / 4)) return static_cast<int>(range * 5 / 4) * kFraction;
  const double above_zero = (scaled + range) * kFraction + 0.5;  // so that it is rounded down
  return static_cast<int>(above_zero) - static_cast<int>(range) * kFraction;
}

uint8_t Place(size_t i) { return static_cast<uint8_t>(i); }

}  // namespace

const PictureLevel& PictureLevelOf(const TypedSegment& segment) noexcept {
  const bool is_plain = segment.bits == 8 && !segment.is_palette;
  if (segment.level == ModelLevel::kFast && is_plain) return kFastest;
  return kLevels[static_cast<size_t>(segment.level)];
}

PicturePredictions::PicturePredictions(const SampleKernels& kernels)
    : rows_(3 * kMostColumns),
      best_(kMostColumns),
      usual_(kPredictions * kMostPlanes * kErrorLevels),
      biases_(kBiases * kBiasContexts) {
  for (const SquaresSpec& spec : kSpecs) {
    for (size_t plane = 0; plane < kMostPlanes; ++plane) {
      const size_t unknowns = UnknownsOf(spec, plane);
      if (spec.tiled) {
        tiled_.emplace_back(kernels, unknowns, spec.decay, kMostTiles);
      } else {
        running_.emplace_back(kernels, unknowns, spec.decay);
      }
    }
  }
  for (size_t i = 0; i < usual_.size(); ++i) {  // about what the level says
    const int32_t level = static_cast<int32_t>(i % kErrorLevels);
    const int32_t error = level < 4 ? 4 * level + 2 : (4 + level % 4) << (level / 4 + 1);
    usual_[i] = error * (kFraction * 256 / 32) + 1024;
  }
}

size_t PicturePredictions::Bytes() noexcept {
  size_t bytes = sizeof(PicturePredictions) + MappedBytes(3 * kMostColumns * sizeof(Row)) +
                 MappedBytes(kMostColumns) + kPredictions * kMostPlanes * kErrorLevels * 4 +
                 MappedBytes(kBiases * kBiasContexts * sizeof(Bias));
  for (const SquaresSpec& spec : kSpecs) {
    for (size_t plane = 0; plane < kMostPlanes; ++plane) {
      const size_t unknowns = UnknownsOf(spec, plane);
      bytes += spec.tiled ? sizeof(TiledSquares) + TiledSquares::Bytes(unknowns, kMostTiles)
                          : sizeof(LeastSquares) + LeastSquares::Bytes(unknowns);
    }
  }
  return bytes;
}

LeastSquares& PicturePredictions::SquaresAt(size_t s) noexcept {
  size_t before = 0;  // of its kind
  for (size_t i = 0; i < s; ++i) before += kSpecs[i].tiled == kSpecs[s].tiled;
  const size_t at = before * kMostPlanes + place_.plane;
  return kSpecs[s].tiled ? tiled_[at] : running_[at];
}

void PicturePredictions::FillValues(LeastSquares& squares, size_t s) const noexcept {
  const SquaresSpec& spec = kSpecs[s];
  double* value = squares.values();
  for (size_t i = 0; i < spec.own; ++i) *value++ = ValueOf(*form_, near_.own[i]);
  const auto add = [&](size_t count, const auto& samples) {
    for (size_t i = 0; i < count; ++i) *value++ = ValueOf(*form_, samples[i]);
  };
  if (place_.plane > 0) add(spec.other, near_.others[0]);
  if (place_.plane > 1) add(spec.second, near_.others[1]);
  for (size_t b = 0; b < PlanesBehind(place_.plane); ++b) add(spec.behind, near_.behind[b]);
}

void PicturePredictions::PredictSquares() noexcept {
  for (size_t s = with_->first_square; s < with_->end_square; ++s) {
    LeastSquares& squares = SquaresAt(s);
    if (kSpecs[s].tiled) static_cast<TiledSquares&>(squares).Go(TileOf(*form_, place_.x));
    FillValues(squares, s);
    predictions_[s] = FromValue(*form_, squares.Predict());
  }
}

void PicturePredictions::PredictLinear() noexcept {
  const auto& o = near_.own;
  const auto& p = near_.others[0];
  const auto& q = near_.others[1];
  const int w = o[kW], n = o[kN], nw = o[kNW], ne = o[kNE], ww = o[kWW], nn = o[kNN];
  const int plane = w + n - nw, median = std::clamp(plane, std::min(w, n), std::max(w, n));
  std::array<int, kLinear> linear;
  if (place_.plane == 0) {
    linear = {w,
              n,
              plane,
              median,
              n + ne - o[kNNE],
              2 * n - nn,
              2 * w - ww,
              (w + ne) / 2,
              w + ne - n,
              (w + n) / 2 + (ne - nw) / 4,
              3 * n - 3 * nn + o[kNNN],
              nw,
              ne,
              n + nw - o[kNNW],
              w + nw - o[kNWW],
              3 * w - 3 * ww + o[kWWW],
              (w + n) / 2,
              (n + ne) / 2,
              (3 * (w + n) - 2 * nw) / 4,
              w + (ne - n) / 2,
              n + (w - nw) / 2,
              w + (n - nw) / 2,
              o[kNEE],
              (w + n + nw + ne) / 4};
  } else {
    const bool third = place_.plane > 1;
    const int dw = p[kAt] - p[kOtherW], dn = p[kAt] - p[kOtherN];  // how the plane before goes on
    const int dp = p[kAt] - (p[kOtherW] + p[kOtherN] - p[kOtherNW]);
    const int dq = q[kAt] - (q[kOtherW] + q[kOtherN] - q[kOtherNW]);
    const int dne = p[kAt] - p[kOtherNE];
    linear = {w + dw,
              n + dn,
              plane + dp,
              median,
              ne + dne,
              (w + dw + n + dn) / 2,
              plane,
              third ? w + q[kAt] - q[kOtherW] : w,
              third ? n + q[kAt] - q[kOtherN] : n,
              nw + p[kAt] - p[kOtherNW],
              (w + dw + ne + dne) / 2,
              third ? plane + dq : 2 * n - nn,
              (w + n) / 2 + (dw + dn) / 4,
              w,
              n,
              third ? (2 * plane + dp + dq) / 2 : 2 * w - ww,
              p[kAt],
              third ? q[kAt] : nw,
              n + ne - o[kNNE],
              plane + dp / 2,
              (n + dn + ne + dne) / 2,
              w + dw / 2,
              n + dn / 2,
              (w + n + nw + ne) / 4};
  }
  for (size_t i = 0; i < with_->linear; ++i) predictions_[kSquares + i] = linear[i] * kFraction;
}

void PicturePredictions::MeasureErrors() noexcept {
  const size_t column = place_.column, step = form_->channels(), y = place_.y;
  const Row& n = ErrorsAt(y + 2, column);
  const Row& w = place_.x > 0 && column >= step ? ErrorsAt(y, column - step) : n;
  const Row& nw = place_.x > 0 && column >= step ? ErrorsAt(y + 2, column - step) : n;
  const Row& ne = place_.x + 1 < form_->width() && column + step < kMostColumns
                      ? ErrorsAt(y + 2, column + step)
                      : n;
  const Row& ww = place_.x > 1 && column >= 2 * step ? ErrorsAt(y, column - 2 * step) : w;
  const Row& nn = ErrorsAt(y + 1, column);
  for (size_t i = 0; i < kPredictions; ++i) {
    errors_[i] = 2u * w[i] + 2u * n[i] + nw[i] + ne[i] + ww[i] + nn[i];
  }
  for (const uint8_t i : used_) levels_[i] = ErrorLevel(errors_[i]);
}

// The mean of the least squares, the better ones counting more.
void PicturePredictions::Blend() noexcept {
  double weights = 0, sum = 0;
  for (size_t s = with_->first_square; s < with_->end_square; ++s) {
    const double error = errors_[s] + 4.0;
    const double square = 1 / (error * error);
    const double weight = square * square;
    weights += weight;
    sum += weight * predictions_[s];
  }
  const double range = (form_->greatest() + 1.0) * kFraction;
  predictions_[kBlended] =
      static_cast<int>(sum / weights + range + 0.5) - static_cast<int>(range);
}

std::array<size_t, PicturePredictions::kBiases> PicturePredictions::BiasContexts() const noexcept {
  const auto& o = near_.own;
  const auto& p = near_.others[0];
  const int scale = form_->sample_bytes() == 1 ? 1 : 256;
  const int blended = predictions_[kBlended];
  const auto part = [&](int difference, int step) {
    return static_cast<size_t>(std::clamp(difference / (step * scale) + 4, 0, 7));
  };
  size_t signs = 0;
  for (size_t i = 0; i < 6; ++i) {
    signs |= static_cast<size_t>(o[i] * kFraction > blended) << i;
  }
  const size_t level = std::min<size_t>(levels_[kBlended] / 3, 7);
  const size_t group = place_.plane * 8 + level;
  const bool first = place_.plane == 0;
  const size_t dw = part(first ? o[kW] - o[kWW] : p[kAt] - p[kOtherW], 4);
  const size_t dn = part(first ? o[kN] - o[kNN] : p[kAt] - p[kOtherN], 4);
  const size_t height =
      static_cast<size_t>(std::clamp(blended / (4 * kFraction * scale), 0, 63));
  return {group * 64 + signs, group * 64 + part(o[kW] - o[kN], 8) * 8 + part(o[kNE] - o[kNW], 8),
          group * 64 + height,
          (place_.plane * 8 + dw) * 64 + dn * 8 + part(o[kW] - o[kNW], 4)};
}

void PicturePredictions::Correct() noexcept {
  bias_contexts_ = BiasContexts();
  int32_t correction = 0;
  for (size_t i = 0; i < kBiases; ++i) {
    const Bias& bias = biases_[i * kBiasContexts + bias_contexts_[i]];
    correction += bias.sum / (bias.count + 4);
  }
  predictions_[kCorrected] = predictions_[kBlended] + correction / static_cast<int>(kBiases);
}

void PicturePredictions::Predict(const PictureForm& form, const PicturePlace& place,
                                 const Neighbours& near) noexcept {
  form_ = &form;
  place_ = place;
  near_ = near;
  const PictureLevel* const with = &PictureLevelOf(form.segment());
  if (with != with_) {
    with_ = with;
    used_.clear();
    for (size_t i = with->first_square; i < with->end_square; ++i) used_.push_back(Place(i));
    for (size_t i = 0; i < with->linear; ++i) used_.push_back(Place(kSquares + i));
    used_.push_back(Place(kBlended));
    used_.push_back(Place(kCorrected));
  }
  MeasureErrors();
  best_above_ = best_[place.column];
  PredictSquares();
  PredictLinear();
  Blend();
  Correct();
}

void PicturePredictions::Learn(int sample) noexcept {
  const int goal = sample * kFraction;
  Row& row = ErrorsAt(place_.y, place_.column);
  uint32_t least = UINT32_MAX;
  for (const uint8_t i : used_) {
    const uint32_t error = static_cast<uint32_t>(std::abs(goal - predictions_[i]));
    int32_t& usual = usual_[UsualPlace(i)];
    usual += (static_cast<int32_t>(std::min(error, 1u << 20)) * 256 - usual) >> kUsualShift;
    row[i] = static_cast<uint16_t>(std::min(error / 4, 65535u));
    if (error + errors_[i] < least) {
      least = error + errors_[i];
      best_before_ = i;
    }
  }
  best_[place_.column] = Place(best_before_);
  for (size_t i = 0; i < kBiases; ++i) {
    Bias& bias = biases_[i * kBiasContexts + bias_contexts_[i]];
    bias.sum += goal - predictions_[kBlended];
    if (++bias.count == kMostBiasCount) {
      bias.sum /= 2;
      bias.count /= 2;
    }
  }
  const int unit = form_->sample_bytes() == 1 ? 1 : 256;
  const double gain = 1 / (errors_[kBlended] / (32.0 * unit) + 0.5);
  for (size_t s = with_->first_square; s < with_->end_square; ++s) {
    LeastSquares& squares = SquaresAt(s);
    const double value = ValueOf(*form_, sample);
    if (kSpecs[s].tiled) {
      static_cast<TiledSquares&>(squares).Learn(value, gain);
    } else {
      squares.Learn(value, gain);
    }
    int& since = since_solved_[s][place_.plane];
    if (++since < (s < 3 ? 1 : 2) * with_->solve_every) continue;
    since = 0;
    squares.Solve();
  }
}

}  // namespace lmzip
