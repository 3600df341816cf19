#include "mixer/sets/sound_predictors.h"

#include <algorithm>

namespace lmzip {
namespace {

constexpr double kRidge = 0.001;  // beside the squares
constexpr double kBlendKeep = 0.998;
constexpr size_t kKeptSamples = 32;

constexpr LeastSquaresForm kFastSquares[] = {{16, 8, 0.998, 4}, {16, 8, 0.99, 4}};
constexpr LeastSquaresForm kDefaultSquares[] = {
    {32, 16, 0.998, 1}, {16, 8, 0.99, 1}, {24, 8, 0.9995, 4}};
constexpr NlmsForm kDefaultCascade[] = {{256, 0.002}, {32, 0.004}, {16, 0.008}};
constexpr LeastSquaresForm kMaxSquares[] = {
    {32, 16, 0.998, 1}, {16, 8, 0.99, 1},  {24, 8, 0.9995, 4},
    {8, 4, 0.97, 1},    {32, 8, 0.9998, 4}, {16, 8, 0.98, 1}};
constexpr NlmsForm kMaxCascade[] = {{1024, 0.002}, {256, 0.002}, {32, 0.004}, {16, 0.008}};

constexpr SoundForm kForms[kModelLevels] = {
    {kFastSquares, {}}, {kDefaultSquares, kDefaultCascade}, {kMaxSquares, kMaxCascade}};

// Within +-limit, whatever it is.
double Within(double value, double limit) {
  if (!(value > -limit)) return -limit;
  return value < limit ? value : limit;
}

size_t Inputs(const LeastSquaresForm& form, bool alone) {
  return form.own + (alone ? 0 : form.other);
}

}  // namespace

const SoundForm& SoundFormOf(ModelLevel level) { return kForms[static_cast<size_t>(level)]; }

void NewestFirst::Bind(NumberArena& arena, size_t kept) {
  *this = {};
  kept_ = kept;
  at_ = kRoom;
  data_ = arena.Take(kept + kRoom);
}

void NewestFirst::Push(double value) noexcept {
  if (at_ == 0) {
    at_ = kRoom;
    std::copy_backward(data_, data_ + kept_, data_ + kRoom + kept_);
  }
  data_[--at_] = value;
}

void SoundSquares::Bind(NumberArena& arena, size_t count, double keep, int period) {
  count_ = count;
  keep_ = keep;
  period_ = period;
  step_ = 0;
  Move(arena);
}

void SoundSquares::Move(NumberArena& arena) {
  square_ = arena.Take(SoundStride(count_) * count_);
  sums_ = arena.Take(count_);
  inputs_ = arena.Take(count_);
  weights_ = arena.Take(count_);
}

double SoundSquares::Predict(const SoundKernels& kernels) const noexcept {
  return kernels.dot(weights_, inputs_, SoundStride(count_));
}

void SoundSquares::Learn(const SoundKernels& kernels, double value, double* scratch) noexcept {
  const size_t stride = SoundStride(count_);
  kernels.accumulate(square_, sums_, inputs_, count_, keep_, 1.0 - keep_, value);
  if (++step_ < period_) return;
  step_ = 0;
  std::copy_n(square_, stride * (count_ + 1), scratch);  // the sums stand behind the squares
  for (size_t i = 0; i < count_; ++i) scratch[i * stride + i] += kRidge;
  kernels.solve(scratch, scratch + stride * count_, count_, weights_);
}

void Nlms::Bind(NumberArena& arena, const NlmsForm& form) {
  form_ = form;
  energy_ = prediction_ = 0;
  weights_ = arena.Take(form.taps);
  values_.Bind(arena, form.taps);
}

void Nlms::Move(NumberArena& arena) {
  weights_ = arena.Take(form_.taps);
  values_.Move(arena);
}

double Nlms::Predict(const SoundKernels& kernels) noexcept {
  prediction_ = kernels.dot(weights_, values_.window(), form_.taps);
  // Weights that have run away are given up.
  if (!(prediction_ > -0x1p40 && prediction_ < 0x1p40)) {
    std::fill_n(weights_, form_.taps, 0.0);
    prediction_ = 0;
  }
  return prediction_;
}

void Nlms::Learn(const SoundKernels& kernels, double value) noexcept {
  const double oldest = values_[form_.taps - 1];
  const double taps = static_cast<double>(form_.taps);
  const double step = form_.rate * (value - prediction_) / (energy_ + 1.0 + 0.001 * taps);
  kernels.add(weights_, step, values_.window(), form_.taps);
  energy_ += value * value - oldest * oldest;
  if (energy_ < 0) energy_ = 0;
  values_.Push(value);
}

size_t ChannelPredictors::Numbers(const SoundForm& form, bool alone) {
  size_t numbers = NewestFirst::Numbers(kKeptSamples) +
                   SoundSquares::Numbers(form.predictions() - 1);
  for (const LeastSquaresForm& each : form.squares) {
    numbers += SoundSquares::Numbers(Inputs(each, alone));
  }
  for (const NlmsForm& each : form.cascade) numbers += Nlms::Numbers(each.taps);
  return numbers;
}

void ChannelPredictors::Bind(NumberArena& arena, const SoundForm& form, bool alone) {
  form_ = &form;
  count_ = form.predictions();
  samples_.Bind(arena, kKeptSamples);
  for (size_t i = 0; i < form.squares.size(); ++i) {
    const LeastSquaresForm& each = form.squares[i];
    squares_[i].Bind(arena, Inputs(each, alone), each.keep, each.period);
  }
  for (size_t i = 0; i < form.cascade.size(); ++i) cascade_[i].Bind(arena, form.cascade[i]);
  blend_.Bind(arena, count_ - 1, kBlendKeep, 1);
  blend_.weights()[count_ - 2] = 1.0;  // until something is learned
  steps_ = {};
  predictions_ = {};
}

void ChannelPredictors::Move(NumberArena& arena) {
  samples_.Move(arena);
  for (size_t i = 0; i < form_->squares.size(); ++i) squares_[i].Move(arena);
  for (size_t i = 0; i < form_->cascade.size(); ++i) cascade_[i].Move(arena);
  blend_.Move(arena);
}

void ChannelPredictors::Predict(const SoundKernels& kernels, const NewestFirst& other,
                                double limit) noexcept {
  const size_t squares = form_->squares.size(), steps = form_->cascade.size();
  for (size_t i = 0; i < squares; ++i) {
    const size_t own = form_->squares[i].own;
    SoundSquares& each = squares_[i];
    std::copy_n(samples_.window(), own, each.inputs());
    std::copy_n(other.window(), each.count() - own, each.inputs() + own);
    predictions_[i] = Within(each.Predict(kernels), limit);
  }
  double sum = predictions_[0];
  for (size_t i = 0; i < steps; ++i) {
    steps_[i] = cascade_[i].Predict(kernels);
    sum += steps_[i];
    predictions_[squares + i] = Within(sum, limit);
  }
  std::copy_n(predictions_.begin(), count_ - 1, blend_.inputs());
  predictions_[count_ - 1] = Within(blend_.Predict(kernels), limit);
}

void ChannelPredictors::Learn(const SoundKernels& kernels, double sample,
                              double* scratch) noexcept {
  for (size_t i = 0; i < form_->squares.size(); ++i) squares_[i].Learn(kernels, sample, scratch);
  double left = sample - predictions_[0];
  for (size_t i = 0; i < form_->cascade.size(); ++i) {
    cascade_[i].Learn(kernels, left);
    left -= steps_[i];
  }
  blend_.Learn(kernels, sample, scratch);
  samples_.Push(sample);
}

}  // namespace lmzip
