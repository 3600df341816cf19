#include "detect/samples.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "detect/likeness.h"

namespace lmzip::detect {
namespace {

// What a form may cost of what bytes alone cost, in 1/256.
constexpr uint64_t kMostOfPlain = 232, kMostOfText = 160;
// Behind such samples there are more, if nothing speaks against it.
constexpr uint64_t kMostToGoOn = 262;
constexpr uint64_t kQuiet = 192;  // in 1/256 bit a byte
// Costs are estimated over so many samples at a time: they follow what is loud and what is still.
constexpr size_t kPiece = 64;

// 2e: a two-sided geometric distribution of mean distance m has about log2(1 + 2em) bits.
uint64_t PieceCost(uint64_t distances, uint64_t count) {
  return count * (Log2(256 * count + 1392 * distances) - Log2(256 * count));
}

// The sum of distances to what `predict` says of a piece's samples, from those before. Of 24 bits
// and wildest noise it may wrap: a wrong guess then, nothing worse.
template <typename Predict>
uint32_t DistancesOf(const int32_t* piece, Predict predict) {
  uint32_t sum = 0;
  for (size_t i = 0; i < kPiece; ++i) {
    sum += static_cast<uint32_t>(std::abs(piece[i] - predict(piece + i)));
  }
  return sum;
}

// The least of what several predictors cost, a piece at a time, in proportion for all samples: the
// first `before` have no samples to be predicted from.
template <typename... Predict>
uint64_t CostBy(std::span<const int32_t> samples, size_t before, Predict... predict) {
  uint64_t cost = 0, counted = 0;
  for (size_t at = before; at + kPiece <= samples.size(); at += kPiece, counted += kPiece) {
    const int32_t* piece = samples.data() + at;
    cost += PieceCost(std::min({DistancesOf(piece, predict)...}), kPiece);
  }
  return counted == 0 ? UINT64_MAX / 256 : cost * samples.size() / counted;
}

TypedSegment FormOf(int bits, int channels, bool big_endian, bool is_signed) {
  TypedSegment form{.kind = DataKind::kSound};
  form.bits = static_cast<uint8_t>(bits);
  form.channels = static_cast<uint8_t>(channels);
  form.big_endian = big_endian;
  form.is_signed = is_signed;
  return form;
}

uint64_t PlainCost(ByteView bytes) {
  uint64_t least = EntropyByRank(bytes, 1);
  for (const size_t stride : {2, 3, 4}) least = std::min(least, EntropyByRank(bytes, stride));
  return least;
}

// What a form may cost.
uint64_t MostOf(ByteView bytes, uint64_t most_of_plain = kMostOfPlain) {
  return PlainCost(bytes) / 256 * (LooksLikeText(bytes) ? kMostOfText : most_of_plain);
}

// Of all forms of samples with one of these numbers of channels.
enum class Forms { kAll, kFew };  // few: little-endian, signed: others cost little more as such
SampleForm LeastOf(std::span<const ByteView> windows, std::span<const int> numbers_of_channels,
                   Forms forms = Forms::kAll) {
  SampleForm best{.cost = UINT64_MAX};
  std::vector<std::vector<int32_t>> samples(windows.size());
  for (const int bits : {8, 16, 24}) {
    const uint32_t width = static_cast<uint32_t>(bits) / 8;
    for (uint32_t choice = 0; choice < 4 * width; ++choice) {
      const bool big_endian = (choice & 1) != 0, is_signed = (choice & 2) != 0;
      const uint32_t phase = choice / 4;
      if (big_endian && (width == 1 || forms == Forms::kFew)) continue;
      if (!is_signed && forms == Forms::kFew) continue;
      const TypedSegment form = FormOf(bits, 1, big_endian, is_signed);
      for (size_t i = 0; i < windows.size(); ++i) {
        Unpack(windows[i].subspan(std::min<size_t>(phase, windows[i].size())), form, samples[i]);
      }
      for (const int channels : numbers_of_channels) {
        uint64_t cost = 0;
        for (const auto& part : samples) cost += CostInTime(part, static_cast<size_t>(channels));
        // Wide samples are sound, hardly ever of more than two channels.
        if (width > 1 && channels > 2) cost += cost / 12;
        // Of equals the simplest.
        if (cost + cost / 64 >= best.cost) continue;
        best = {FormOf(bits, channels, big_endian, is_signed), phase, cost};
      }
    }
  }
  return best;
}

}  // namespace

void Unpack(ByteView bytes, const TypedSegment& form, std::vector<int32_t>& samples) {
  samples.clear();
  const size_t width = form.sample_bytes();
  if (form.bits == 1 || form.is_float) return;
  for (size_t at = 0; at + width <= bytes.size(); at += width) {
    uint32_t value = 0;
    for (size_t i = 0; i < width; ++i) {
      value = value << 8 | bytes[at + (form.big_endian ? i : width - 1 - i)];
    }
    const uint32_t unused = 32 - 8 * static_cast<uint32_t>(width);
    samples.push_back(form.is_signed ? static_cast<int32_t>(value << unused) >> unused
                                     : static_cast<int32_t>(value));
  }
}

uint64_t CostInTime(std::span<const int32_t> samples, size_t channels) {
  const auto c = static_cast<ptrdiff_t>(channels);
  return CostBy(
      samples, 2 * channels + 1, [c](const int32_t* x) { return x[-c]; },
      [c](const int32_t* x) { return 2 * x[-c] - x[-2 * c]; },
      [c](const int32_t* x) { return (x[-c] + x[-2 * c]) / 2; },
      [c](const int32_t* x) { return x[-c] + (x[-1] - x[-1 - c]); },
      [c](const int32_t* x) { return x[-c] + (x[-1] - x[-1 - c]) / 2; },
      // Where channels are nearly the same.
      [](const int32_t* x) { return x[-1]; });
}

uint64_t CostInRows(std::span<const int32_t> samples, size_t channels, size_t row_samples) {
  const auto c = static_cast<ptrdiff_t>(channels), row = static_cast<ptrdiff_t>(row_samples);
  const auto middle = [c, row](const int32_t* x) { return (x[-c] + x[-row]) / 2; };
  return CostBy(
      samples.subspan(row_samples), 2 * channels + 1, [row](const int32_t* x) { return x[-row]; },
      middle, [c, row](const int32_t* x) { return x[-c] + x[-row] - x[-row - c]; },
      [=](const int32_t* x) { return middle(x) + (x[-row] - x[-row - c]) / 2; },
      // With what the sample before, of another channel, differs by from its own.
      [c](const int32_t* x) { return x[-c] + (x[-1] - x[-1 - c]); },
      [row](const int32_t* x) { return x[-row] + (x[-1] - x[-1 - row]); },
      [=](const int32_t* x) { return middle(x) + (x[-1] - middle(x - 1)); });
}

bool MayBeSamples(ByteView bytes) {
  constexpr size_t kNear[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 18, 21, 24};
  constexpr size_t kFar[] = {509, 571, 613};  // in no relation to rows
  constexpr size_t kFrom = 640;
  if (bytes.size() < 2 * kFrom) return false;
  const size_t count = std::min<size_t>(bytes.size() - kFrom, 1536);
  uint64_t far = 0;
  for (const size_t back : kFar)
    far = std::max(far, CircularDistanceBack(bytes, kFrom, count, back));
  if (LooksLikeText(bytes.first(kFrom))) return false;
  const bool is_smooth = std::any_of(std::begin(kNear), std::end(kNear), [&](size_t back) {
    return CircularDistanceBack(bytes, kFrom, count, back) < far - far / 8;
  });
  if (!is_smooth) return false;
  // Most programs and tables are, too. A shorter look at fewer forms tells.
  constexpr size_t kShortBytes = 1026;
  constexpr int kFewChannels[] = {1, 2, 3, 4};
  const ByteView part = bytes.first(kShortBytes);
  const uint64_t cost = LeastOf({&part, 1}, kFewChannels, Forms::kFew).cost;
  const uint64_t most = MostOf(part);
  return cost <= most + most / 8;
}

std::optional<SampleForm> GuessSamples(std::span<const ByteView> windows) {
  constexpr int kChannels[] = {1, 2, 3, 4, 5, 6, 7, 8};
  const SampleForm best = LeastOf(windows, kChannels);
  uint64_t most = 0;
  for (const ByteView window : windows) most += MostOf(window);
  if (best.cost > most) return std::nullopt;
  return best;
}

Likeness GoesOnAs(const SampleForm& guess, ByteView window) {
  std::vector<int32_t> samples;
  Unpack(window.subspan(std::min<size_t>(guess.phase, window.size())), guess.form, samples);
  const uint64_t cost = CostInTime(samples, guess.form.channels);
  if (cost <= window.size() * kQuiet) return Likeness::kBlank;
  if (cost > MostOf(window, kMostToGoOn)) return Likeness::kUnlike;
  const int channels[] = {1, 2, guess.form.channels};
  const SampleForm rival = LeastOf({&window, 1}, channels);
  const bool is_alike = rival.form.bits == guess.form.bits && rival.phase == guess.phase &&
                        rival.form.big_endian == guess.form.big_endian;
  return is_alike || cost <= rival.cost + rival.cost / 8 ? Likeness::kLike : Likeness::kUnlike;
}

}  // namespace lmzip::detect
