#include "mixer/sets/picture_experts.h"

#include <algorithm>
#include <bit>

#include "mixer/logistic.h"

namespace lmzip {
namespace {

// 2^22 / (1 + exp(-i / 128)), i within +-2047, by repeated truncating multiplication.
constexpr int kCurveLimit = 2047, kCurveBits = 22;
constexpr auto kCurve = [] {
  std::array<int32_t, 2 * kCurveLimit + 1> curve{};
  uint64_t odds = uint64_t{1} << 32;
  for (int i = 0; i <= kCurveLimit; ++i) {
    const uint64_t p = (uint64_t{1} << (32 + kCurveBits)) / ((uint64_t{1} << 32) + odds);
    curve[static_cast<size_t>(kCurveLimit + i)] = static_cast<int32_t>(p);
    curve[static_cast<size_t>(kCurveLimit - i)] = static_cast<int32_t>((1u << kCurveBits) - p);
    odds = (odds * 4261543595u) >> 32;  // round(2^32 * exp(-1/128))
  }
  return curve;
}();

constexpr int32_t kEveryValue = 16;  // of 2^22, that every value of the byte has beside
// The scale of a logistic distribution from the mean error, in 1/256: two for each prediction.
constexpr std::array<int32_t, 2> kScales = {203, 111};
constexpr int32_t kLeastScale = 154;  // in 1/256 of 1/kFraction, and beside
constexpr int kInverseBits = 10;

constexpr int kTop = 192;              // where a histogram has the center
constexpr int kHistogramLimit = 1000;  // of its sum
constexpr int kSeenShift = 6;
constexpr int kMixtureBits = 20, kFactorBits = 10;
constexpr int kMostFactor = 64 << kFactorBits;

size_t Wrapped(int value) { return static_cast<size_t>(value) & 255; }

// A set of bytes, a bit each: of those that are `by` more, modulo 256.
template <typename ValueSet>
ValueSet Turned(const ValueSet& values, int by) {
  const size_t words = Wrapped(by) / 32, bits = Wrapped(by) % 32;
  ValueSet turned;
  for (size_t i = 0; i < 8; ++i) {
    const uint64_t low = values[(i - words - 1) % 8], high = values[(i - words) % 8];
    turned[i] = static_cast<uint32_t>((high << 32 | low) >> (32 - bits));
  }
  return turned;
}

}  // namespace

PictureExperts::PictureExperts(const SampleKernels& kernels)
    : kernels_(kernels),
      histograms_(kPredictions * 2 * kGroups * kHistogramLevels),
      exact_(kExact * kGroups * kExactContexts),
      sets_(kAllSets) {
  for (size_t i = 0; i < expected_seen_.size(); ++i) {
    expected_seen_[i] = static_cast<uint16_t>(std::max<size_t>(i % kMasses * 65535 / kMasses, 64));
  }
}

size_t PictureExperts::Bytes() noexcept {
  return sizeof(PictureExperts) +
         MappedBytes(kPredictions * 2 * kGroups * kHistogramLevels * sizeof(Histogram)) +
         MappedBytes(kExact * kGroups * kExactContexts * sizeof(Histogram)) +
         MappedBytes(kAllSets * sizeof(SeenSet));
}

int32_t PictureExperts::Below(const LogisticExpert& expert, int boundary) const noexcept {
  const auto at = [&](int64_t edge) {
    const int64_t distance = ((edge - expert.center) * expert.inverse) >> kInverseBits;
    const int64_t i = std::clamp<int64_t>(distance, -kCurveLimit, kCurveLimit) + kCurveLimit;
    return kCurve[static_cast<size_t>(i)];
  };
  const int64_t edge =
      int64_t{boundary * range_.step + range_.first} * kFraction - kFraction / 2;
  if (!range_.wraps) return at(edge);
  // The boundary among the values of 256 around the center, and those below and above.
  constexpr int64_t kRound = 256 * kFraction;
  const int64_t round = (int64_t{expert.center} & -kRound);
  int32_t sum = 0;
  for (int64_t k = -1; k <= 1; ++k) {
    const int64_t begin = round + k * kRound;
    sum += at(begin + edge) - at(begin - kFraction / 2);
  }
  return sum;
}

void PictureExperts::FindRange(const PictureForm& form, const PicturePlace& place,
                               uint8_t known) noexcept {
  group_ = place.byte * kMostPlanes + place.plane;
  const int sign = form.segment().is_signed ? 128 : 0;
  const bool big = form.segment().big_endian;
  if (form.sample_bytes() == 1) {
    range_ = {};
  } else if (place.byte == 0) {
    range_ = big ? ByteRange{.step = 256} : ByteRange{.wraps = true};
  } else if (big) {
    range_ = {.step = 1, .first = (known ^ sign) * 256};
  } else {
    range_ = {.step = 256, .first = known - 128};
  }
}

void PictureExperts::BeginLogistic(const PicturePredictions& predictions) noexcept {
  logistic_count_ = 0;
  double sum = 0;
  std::array<double, 2 * (kSquares + 2)> weights{};
  for (const uint8_t i : used_) {
    if (i >= kSquares && i < kBlended) continue;
    const double error = predictions.error(i) + 4.0;
    for (const int32_t scale : kScales) {
      LogisticExpert& expert = logistic_[logistic_count_];
      expert.center = predictions.prediction(i);
      const int64_t wide = (int64_t{predictions.usual_error(i)} * scale >> 8) + kLeastScale;
      expert.inverse = static_cast<int32_t>((int64_t{128 * 256} << kInverseBits) / wide);
      expert.begin = Below(expert, 0);
      expert.end = Below(expert, 256);
      weights[logistic_count_] = 1 / (error * error);
      sum += weights[logistic_count_++];
    }
  }
  for (size_t i = 0; i < logistic_count_; ++i) {
    logistic_[i].weight = static_cast<uint32_t>(weights[i] / sum * 256);
  }
}

void PictureExperts::BeginHistograms(const PictureForm& form, const Neighbours& near,
                                     const PicturePredictions& predictions) noexcept {
  const auto clamped = [](size_t level) {
    return std::min(level * 2 / 3, kHistogramLevels - 1);
  };
  const size_t blended = clamped(predictions.level(kBlended));
  // What the byte is by the prediction: where it is of a sample's higher values, the nearest one.
  const int half = range_.wraps ? 0 : range_.step / 2;
  for (const uint8_t i : used_) {
    const int sample = (predictions.prediction(i) + kFraction / 2) >> 4;
    centers_[i] =
        std::clamp((sample - range_.first + half - (range_.step > 1)) / range_.step, -64, 320);
    if (range_.wraps) centers_[i] = sample & 255;
    const size_t own = clamped(predictions.level(i));
    const size_t place = (i * 2 * kGroups + group_) * kHistogramLevels;
    histogram_places_[i] = {
        static_cast<uint32_t>(place + own),
        static_cast<uint32_t>(place + kGroups * kHistogramLevels + blended)};
  }
  const auto& o = near.own;
  const auto& p = near.others[0];
  const auto& q = near.others[1];
  const size_t plane = group_ % kMostPlanes;
  const auto set = [&](size_t i, int center, int context) {
    exact_centers_[i] = center;
    exact_places_[i] = static_cast<uint32_t>((i * kGroups + group_) * kExactContexts +
                                             (static_cast<size_t>(context) & 511));
  };
  if (form.sample_bytes() != 1) {
    for (size_t i = 0; i < kExact; ++i) set(i, centers_[i], o[i] >> 7);
  } else if (plane == 0) {
    set(0, o[kW], o[kW] - o[kN]);
    set(1, o[kN], o[kNE] - o[kN]);
    set(2, 0, centers_[kCorrected]);
  } else {
    const int between = plane > 1 ? q[kAt] - p[kAt] : p[kOtherW] - o[kW];
    const int between_left = plane > 1 ? q[kOtherW] - p[kOtherW] : p[kOtherN] - o[kN];
    set(0, p[kAt], between);
    set(1, plane > 1 ? p[kAt] + o[kW] - p[kOtherW] : p[kAt],
        plane > 1 ? between - between_left : between_left);
    set(2, plane > 1 ? q[kAt] : p[kAt],
        plane > 1 ? o[kN] - p[kOtherN] : (o[kN] + o[kW] - p[kOtherN] - p[kOtherW]) / 2);
  }
}

// The first set has many contexts in the last two planes, the second one in the first two.
PictureExperts::SeenSet& PictureExperts::SetAt(size_t set, size_t context) noexcept {
  const size_t plane = group_ % kMostPlanes, byte = group_ / kMostPlanes;
  if ((set == 0) == (plane > 1)) {
    const size_t place = (context + byte * kManyContexts / 2) % kManyContexts;
    return sets_[(set * 2 + plane % 2) * kManyContexts + place];
  }
  return sets_[4 * kManyContexts + (set * kGroups + group_) * kFewContexts +
               context % kFewContexts];
}

void PictureExperts::BeginSets(const PictureForm& form, const Neighbours& near,
                               uint8_t known) noexcept {
  const auto& o = near.own;
  const auto& p = near.others[0];
  const auto& q = near.others[1];
  const size_t plane = group_ % kMostPlanes;
  size_t exact = known;
  size_t colour = 0;
  int center = 0;
  if (form.sample_bytes() == 1) {
    exact = static_cast<size_t>(plane == 0 ? 0 : plane == 1 ? p[kAt] : p[kAt] << 8 | q[kAt]);
    center = plane > 0 ? p[kAt] : o[kW];
  }
  const auto& behind = near.behind;
  if (form.sample_bytes() > 1) {
    colour = static_cast<size_t>(o[kN]);
  } else if (plane > 1) {
    colour = static_cast<size_t>(q[kAt] - p[kAt]) & 511;
  } else if (plane == 1) {
    center = 0;
    colour = static_cast<size_t>((p[kOtherW] * 61 + o[kW]) * 67 + p[kAt]);
  } else if (form.channels() > 1) {
    center = 0;
    colour = static_cast<size_t>((behind[0][kW] - o[kW]) * 257 + behind[1][kW] - o[kW]);
  } else {
    colour = static_cast<size_t>(o[kN] - o[kW]) & 511;
  }
  seen_ = {&SetAt(0, exact), &SetAt(1, colour)};
  seen_centers_ = {0, center};
}

// Adds what the expert says of each value, beside kEveryValue.
void PictureExperts::AddValues(const LogisticExpert& expert, uint32_t weight) noexcept {
  const auto add = [&](int v, int32_t part) {
    values_[static_cast<size_t>(v)] += static_cast<uint32_t>(part) * weight;
  };
  int32_t before = expert.begin;
  if (range_.wraps) {
    for (int v = 0; v < 256; ++v) {
      const int32_t after = Below(expert, v + 1);
      add(v, after - before);
      before = after;
    }
    return;
  }
  // Far from the center the curve is flat, as a very wide one is: only boundaries between count.
  if (expert.inverse == 0) return;
  constexpr int64_t kFlat = int64_t{kCurveLimit} << kInverseBits;
  const int64_t step = int64_t{range_.step} * kFraction * expert.inverse;
  const int64_t edge = int64_t{range_.first} * kFraction - kFraction / 2;
  int64_t distance = (edge - expert.center) * expert.inverse;  // of boundary 0
  const auto first = std::clamp<int64_t>((-kFlat - distance) / step, 0, 256);
  const auto last = std::clamp<int64_t>((kFlat - distance + step - 1) / step, 0, 256);
  distance += first * step;
  for (int64_t v = first; v < last; ++v) {
    distance += step;
    const int64_t i = std::clamp<int64_t>(distance >> kInverseBits, -kCurveLimit, kCurveLimit);
    const int32_t after = kCurve[static_cast<size_t>(i + kCurveLimit)];
    add(static_cast<int>(v), after - before);
    before = after;
  }
}

// The mixture of the logistic distributions, value by value.
void PictureExperts::MixValues() noexcept {
  values_.fill(0);
  uint32_t beside = 0;  // of every value
  uint64_t sum = 1;
  for (size_t i = 0; i < logistic_count_; i += 2) {
    const LogisticExpert& expert = logistic_[i];
    const uint32_t weight = expert.weight + logistic_[i + 1].weight;
    if (weight < 8) continue;
    AddValues(expert, weight);
    beside += kEveryValue * weight;
    sum += static_cast<uint64_t>(expert.end - expert.begin + 256 * kEveryValue) * weight;
  }
  const uint64_t factor = (uint64_t{1} << (kMixtureBits + 32)) / sum;
  for (uint32_t& value : values_) value = static_cast<uint32_t>((value + beside) * factor >> 32);
}

// The mixture as it is if the values that were seen are as likely together as they have been.
void PictureExperts::Restrict() noexcept {
  std::array<std::array<uint32_t, 2>, kSets> factors;
  std::array<ValueSet, kSets> sets;
  for (size_t s = 0; s < kSets; ++s) {
    sets[s] = Turned(seen_[s]->values, seen_centers_[s]);
    const uint64_t inside = kernels_.sum_of(values_.data(), sets[s].data());
    const size_t mass = std::min<size_t>(inside >> (kMixtureBits - 5), kMasses - 1);
    const size_t visits = std::min<size_t>(std::bit_width(seen_[s]->visits), kVisits - 1);
    seen_places_[s] = ((s * kGroups + group_) * kVisits + visits) * kMasses + mass;
    const uint64_t seen = std::clamp<uint64_t>(expected_seen_[seen_places_[s]], 8, 65528);
    const auto factor = [](uint64_t p16, uint64_t of) {
      const uint64_t quotient =
          (p16 << (kMixtureBits + kFactorBits - 16)) / std::max<uint64_t>(of, 16);
      return static_cast<uint32_t>(std::min<uint64_t>(quotient, kMostFactor));
    };
    factors[s] = {factor(65536 - seen, (uint64_t{1} << kMixtureBits) -
                                           std::min(inside, uint64_t{1} << kMixtureBits)),
                  factor(seen, inside)};
  }
  std::array<std::array<uint32_t, 256>, kSets + 1> weighed;
  const auto weigh = [&](const auto& values, size_t s, auto& result) {
    kernels_.weigh(values.data(), sets[s].data(), factors[s].data(), result.data());
  };
  weigh(values_, 0, weighed[0]);
  weigh(values_, 1, weighed[1]);
  weigh(weighed[0], 1, weighed[kSets]);
  std::array<uint32_t, kSets + 1> sums{};
  for (size_t v = 0; v < 256; ++v) {
    for (size_t s = 0; s <= kSets; ++s) allowed_[s][v + 1] = sums[s] += weighed[s][v] + 1;
  }
}

void PictureExperts::Begin(const PictureForm& form, const PicturePlace& place,
                           const Neighbours& near, const PicturePredictions& predictions,
                           uint8_t known) noexcept {
  FindRange(form, place, known);
  used_ = predictions.used();
  histograms_each_ = PictureLevelOf(form.segment()).histograms;
  low_ = 0;
  width_ = 256;
  BeginLogistic(predictions);
  BeginHistograms(form, near, predictions);
  BeginSets(form, near, known);
  MixValues();
  Restrict();
}

void PictureExperts::AskHistogram(const Histogram& sums, int center, size_t i) noexcept {
  const size_t begin = Wrapped(kTop + low_ - center), half = static_cast<size_t>(width_ / 2);
  const size_t middle = (begin + half) & 255, end = (middle + half) & 255;
  const auto below = [&](size_t bin) -> int32_t { return bin > 0 ? sums[bin - 1] : 0; };
  const int32_t all = sums[255];
  const int32_t zeros = below(middle) - below(begin) + (middle <= begin ? all : 0);
  const int32_t ones = below(end) - below(middle) + (end <= middle ? all : 0);
  parts_[i] = ones * 32 + 12;
  wholes_[i] = (zeros + ones) * 32 + 24;
}

size_t PictureExperts::Predict(int32_t* inputs) noexcept {
  const int middle = low_ + width_ / 2;
  const int32_t beside = kEveryValue * (width_ / 2);
  constexpr size_t kSpecial = 1 + kSets + 1;  // the mixture, and what sets allow of it
  size_t n = kSpecial;
  for (size_t i = 0; i < kExact; ++i)
    AskHistogram(exact_[exact_places_[i]], exact_centers_[i], n++);
  uint64_t part = 0, whole = 0;
  for (size_t i = 0; i < logistic_count_; ++i) {
    LogisticExpert& expert = logistic_[i];
    expert.middle = std::clamp(Below(expert, middle), expert.begin, expert.end);
    parts_[n] = expert.end - expert.middle + beside;
    wholes_[n] = expert.end - expert.begin + 2 * beside;
    part += static_cast<uint64_t>(parts_[n]) * expert.weight;
    whole += static_cast<uint64_t>(wholes_[n]) * expert.weight;
    ++n;
  }
  for (const uint8_t i : used_) {
    for (size_t h = 0; h < histograms_each_; ++h) {
      AskHistogram(histograms_[histogram_places_[i][h]], centers_[i], n++);
    }
  }
  parts_[0] = static_cast<int32_t>((part >> 2) + 1);
  wholes_[0] = static_cast<int32_t>((whole >> 2) + 2);
  for (size_t s = 0; s <= kSets; ++s) {
    const auto at = [&](int v) {
      return static_cast<int32_t>(allowed_[s][static_cast<size_t>(v)]);
    };
    parts_[1 + s] = at(low_ + width_) - at(middle);
    wholes_[1 + s] = at(low_ + width_) - at(low_);
  }
  kernels_.quotients(parts_.data(), wholes_.data(), n, p16_.data());
  for (size_t i = 0; i < n; ++i) inputs[i] = Stretch(static_cast<uint32_t>(p16_[i]));
  for (size_t i = 0; i < kSpecial; ++i) inputs[n + i] = (p16_[i] - 32768) >> 4;
  return n + kSpecial;
}

void PictureExperts::Update(int bit) noexcept {
  for (size_t i = 0; i < logistic_count_; ++i) {
    LogisticExpert& expert = logistic_[i];
    (bit != 0 ? expert.begin : expert.end) = expert.middle;
  }
  width_ /= 2;
  if (bit != 0) low_ += width_;
}

void PictureExperts::CountIn(Histogram& sums, uint8_t byte, int center) noexcept {
  kernels_.raise(sums.data(), Wrapped(kTop + byte - center));
  if (sums[255] < kHistogramLimit) return;
  uint16_t before = 0, sum = 0;
  for (uint16_t& below : sums) {
    const int count = below - before;
    before = below;
    sum = static_cast<uint16_t>(sum + count - (count >> 1));
    below = sum;
  }
}

void PictureExperts::Learn(uint8_t byte) noexcept {
  for (const uint8_t i : used_) {
    for (size_t h = 0; h < histograms_each_; ++h) {
      CountIn(histograms_[histogram_places_[i][h]], byte, centers_[i]);
    }
  }
  for (size_t i = 0; i < kExact; ++i) CountIn(exact_[exact_places_[i]], byte, exact_centers_[i]);
  for (size_t s = 0; s < kSets; ++s) {
    SeenSet& set = *seen_[s];
    const uint32_t value = static_cast<uint32_t>(Wrapped(byte - seen_centers_[s]));
    uint16_t& seen = expected_seen_[seen_places_[s]];
    const int goal = set.Has(value) ? 65535 : 0;
    seen = static_cast<uint16_t>(seen + ((goal - seen) >> kSeenShift));
    set.values[value / 32] |= 1u << (value % 32);
    ++set.visits;
  }
}

}  // namespace lmzip
