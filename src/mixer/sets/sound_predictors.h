// Predictors of a channel's next sample from the samples before (MIXER.md, "Sound").
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "mixer/sets/sound_kernels.h"
#include "segments/typed_segment.h"

namespace lmzip {

/// Hands out pieces of one array of numbers, each from a cache line on.
class NumberArena {
 public:
  explicit NumberArena(double* begin) : next_(begin) {}
  double* Take(size_t count) {
    double* const piece = next_;
    next_ += SoundStride(count);
    return piece;
  }

 private:
  double* next_;
};

/// The latest numbers of a series, the newest first, without moving them at every step.
class NewestFirst {
 public:
  static constexpr size_t Numbers(size_t kept) { return SoundStride(kept + kRoom); }
  void Bind(NumberArena& arena, size_t kept);
  /// Goes on with numbers that were copied to where the arena has them now.
  void Move(NumberArena& arena) { data_ = arena.Take(kept_ + kRoom); }

  /// `kept` numbers.
  const double* window() const noexcept { return data_ + at_; }
  double operator[](size_t back) const noexcept { return data_[at_ + back]; }
  void Push(double value) noexcept;

 private:
  static constexpr size_t kRoom = 256;  // steps between moves

  double* data_ = nullptr;
  size_t kept_ = 0, at_ = 0;
};

struct LeastSquaresForm {
  size_t own, other;  // samples of the channel, of the one before it
  double keep;        // of what was learned, at every step
  int period;         // of samples between solutions
};

/// Weights that would have been best lately, found anew every few samples.
class SoundSquares {
 public:
  static constexpr size_t Numbers(size_t count) {
    return SoundStride(count) * (count + 3);
  }
  void Bind(NumberArena& arena, size_t count, double keep, int period);
  void Move(NumberArena& arena);

  /// What Predict() goes by, to be filled in before.
  double* inputs() noexcept { return inputs_; }
  double* weights() noexcept { return weights_; }
  size_t count() const noexcept { return count_; }
  double Predict(const SoundKernels& kernels) const noexcept;
  /// `scratch`: for Numbers(count).
  void Learn(const SoundKernels& kernels, double value, double* scratch) noexcept;

 private:
  size_t count_ = 0;
  double keep_ = 0;
  int period_ = 1, step_ = 0;
  double *square_ = nullptr, *sums_ = nullptr, *inputs_ = nullptr, *weights_ = nullptr;
};

struct NlmsForm {
  size_t taps;  // a multiple of kSoundLanes
  double rate;
};

/// Normalised least mean squares: a long filter that a step follows every sample.
class Nlms {
 public:
  static constexpr size_t Numbers(size_t taps) {
    return SoundStride(taps) + NewestFirst::Numbers(taps);
  }
  void Bind(NumberArena& arena, const NlmsForm& form);
  void Move(NumberArena& arena);

  double Predict(const SoundKernels& kernels) noexcept;
  /// `value` is what it was to predict, within 2^33.
  void Learn(const SoundKernels& kernels, double value) noexcept;

 private:
  NlmsForm form_{};
  double energy_ = 0, prediction_ = 0;
  double* weights_ = nullptr;
  NewestFirst values_;
};

/// What a level of models has.
struct SoundForm {
  std::span<const LeastSquaresForm> squares;
  std::span<const NlmsForm> cascade;

  /// One a least squares, one a step of the cascade, and what is made of them all.
  size_t predictions() const { return squares.size() + cascade.size() + 1; }
};
inline constexpr size_t kMostPredictions = 11;

const SoundForm& SoundFormOf(ModelLevel level);

/// All predictors of a channel: least squares, a cascade of filters that each predict what the ones
/// before left of the first one's error, and least squares over them all.
class ChannelPredictors {
 public:
  /// The numbers that it takes.
  static size_t Numbers(const SoundForm& form, bool alone);
  /// Begins anew, in numbers that are 0.
  void Bind(NumberArena& arena, const SoundForm& form, bool alone);
  /// Goes on with numbers that were copied to where the arena has them now.
  void Move(NumberArena& arena);

  const NewestFirst& samples() const noexcept { return samples_; }
  std::span<const double> predictions() const noexcept { return {predictions_.data(), count_}; }

  /// `other`: the channel before in the frame of samples; `limit`: of the samples' magnitude.
  void Predict(const SoundKernels& kernels, const NewestFirst& other, double limit) noexcept;
  void Learn(const SoundKernels& kernels, double sample, double* scratch) noexcept;

 private:
  const SoundForm* form_ = nullptr;
  size_t count_ = 0;  // of predictions
  std::array<SoundSquares, 6> squares_;
  std::array<Nlms, 4> cascade_;
  SoundSquares blend_;
  NewestFirst samples_;
  std::array<double, 4> steps_{};  // of the cascade, as they were predicted
  std::array<double, kMostPredictions> predictions_{};
};

}  // namespace lmzip
