#include "mixer/mixer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "base/check.h"
#include "mixer/apm.h"
#include "mixer/context_bank.h"
#include "mixer/contexts.h"
#include "mixer/history.h"
#include "mixer/logistic.h"
#include "mixer/match_model.h"
#include "mixer/mix_kernels.h"
#include "mixer/network_inputs.h"
#include "mixer/slot_table.h"
#include "mixer/weight_sets.h"

namespace lmzip {
namespace {

static_assert(kSlots == kContexts + 1);  // the last slot's context is the match's expected byte

constexpr size_t kMatches = 2;
constexpr int kLongMatch = 24, kShortMatch = 6;  // bytes
constexpr int kLongStride = 8;                   // positions that the long finder skips
constexpr int kResultMapBits = 12;
constexpr int kResultMapShift = 5;

// Where every kind of input begins.
constexpr size_t kMatchInputs = 2 * kSlots;
constexpr size_t kBiasInput = kMatchInputs + 2 * kMatches;
constexpr size_t kNetworkInputs = kBiasInput + 1;
static_assert(kNetworkInputs <= kInputsAlone && kNetworkInputs + NetworkInputs::kCount < kInputs);

// What a lane has of its own.
struct Lane {
  size_t position = 0, end = 0;
  size_t run_begin = 0;  // the bytes in [run_begin, position) are readable
  LaneContext context;
  std::array<Match, kMatches> matches;
  std::array<uint64_t, kSlots> hashes{};
};

int FinderBits(size_t content_size, int most) {
  return std::clamp(static_cast<int>(std::bit_width(content_size)), 10, most);
}

}  // namespace

int MixerTableBits(size_t content_size) noexcept {
  return std::clamp(static_cast<int>(std::bit_width(content_size)) + 8, 18, 25);
}

class Mixer::Impl {
 public:
  Impl(const MixerOptions& options, std::span<const uint8_t> content)
      : history_(content, options.lanes),
        table_(options.table_bits),
        finders_{MatchFinder(FinderBits(content.size(), 21), kLongMatch, kLongStride),
                 MatchFinder(FinderBits(content.size(), 20), kShortMatch, 1)},
        lanes_(static_cast<size_t>(options.lanes)),
        weights_(KernelsFor(ActiveIsa())) {}

  void StartSegment(int index, size_t begin, size_t end) {
    Lane& lane = lanes_.at(static_cast<size_t>(index));
    LMZIP_CHECK(begin <= end && end <= history_.size());
    history_.StartSegment(index, begin);
    // Lane 0 goes on where the block before ended; the others cannot see what precedes them.
    const auto before = std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& other) {
      return other.position == begin && other.end == begin && begin > 0;
    });
    if (index == 0 && before != lanes_.end()) {
      lane = Lane(*before);
    } else {
      lane = Lane{};
      lane.context.line_begin = lane.context.above_begin = begin;
    }
    lane.position = begin;
    lane.end = end;
    lane.run_begin = index == 0 ? 0 : begin;
    if (begin < end) PrepareByte(lane);
  }

  void BeginByte(int index, const ByteTree* model) noexcept {
    lane_ = &lanes_[static_cast<size_t>(index)];
    lane_index_ = index;
    model_ = model;
    partial_ = 1;
    depth_ = 0;
    for (size_t i = 0; i < kMatches; ++i) {
      finders_[i].Update(history_, lane_->run_begin, lane_->position, lane_->matches[i]);
      predictors_[i].StartByte(lane_->matches[i], history_);
    }
    best_ = lane_->matches[0].length > 0 ? 0 : 1;
    lane_->hashes[kContexts] = MatchContext();
    UseSlots();
    Predict();
  }

  uint32_t P() const noexcept { return static_cast<uint32_t>(p_); }

  void Update(int bit) noexcept {
    bank_.Update(bit);
    for (MatchPredictor& predictor : predictors_) predictor.Update(bit);
    if (model_ != nullptr) network_.Update(bit);
    weights_.Update(bit);
    for (ProbabilityMap& map : result_maps_) map.Update(bit, kResultMapShift);

    partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
    if (++depth_ == 8) {
      CompleteByte(static_cast<uint8_t>(partial_));
      return;
    }
    if (depth_ == 4) UseSlots();
    Predict();
  }

 private:
  // The expected byte, how long it has been right, and the byte before.
  uint64_t MatchContext() const noexcept {
    const uint32_t expected = predictors_[best_].expected();
    const uint64_t length = std::min<size_t>(LengthBucket(lane_->matches[best_].length), 20);
    const uint64_t value = expected << 8 | lane_->context.Byte(1);
    return ContextHash(kContexts, Combine(value, length));
  }

  void UseSlots() noexcept {
    std::array<uint64_t, kSlots> hashes = lane_->hashes;
    if (depth_ == 4) {
      for (uint64_t& hash : hashes) {
        hash = ContextHash(64 + static_cast<int>(partial_), hash);
        table_.Prefetch(hash);
      }
    }
    std::array<Slot*, kSlots> slots;
    for (size_t i = 0; i < kSlots; ++i) slots[i] = table_.Find(hashes[i]);
    bank_.Use(slots);
  }

  void Predict() noexcept {
    const LaneContext& context = lane_->context;
    const std::array<size_t, 2> map_contexts = {
        partial_ | context.Byte(1) << 8,
        ContextHash(static_cast<int>(partial_), context.recent & 0xFFFF) >> (64 - kResultMapBits)};
    for (size_t i = 0; i < 2; ++i) result_maps_[i].Prefetch(map_contexts[i]);

    const uint32_t prefix =
        depth_ < 4 ? partial_ : (partial_ & ((1u << (depth_ - 4)) - 1)) | 1u << (depth_ - 4);
    bank_.Predict(prefix, inputs_);
    for (size_t i = 0; i < kMatches; ++i) {
      predictors_[i].Predict(partial_, depth_, inputs_ + kMatchInputs + 2 * i);
    }
    inputs_[kBiasInput] = kNat;
    if (model_ != nullptr) {
      network_.Predict(*model_, partial_, MatchState(), inputs_ + kNetworkInputs);
    }
    const int mixed = weights_.Mix(inputs_, model_ != nullptr, Selected(), partial_);
    const int refined = result_maps_[0].Refine(map_contexts[0], mixed) +
                        result_maps_[1].Refine(map_contexts[1], mixed);
    p_ = std::clamp((refined + 1) >> 1, 1, 65535);
  }

  // 0 without an expected bit, else 1 or 2 for a zero or a one.
  uint32_t MatchState() const noexcept {
    const MatchPredictor& predictor = predictors_[best_];
    return predictor.active() ? 1u + static_cast<uint32_t>(predictor.bit()) : 0u;
  }

  std::array<size_t, kSets> Selected() const noexcept {
    const LaneContext& context = lane_->context;
    const size_t depth = static_cast<size_t>(depth_);
    const bool matched = predictors_[best_].active();
    const size_t length = matched ? LengthBucket(lane_->matches[best_].length) : 0;
    size_t orders = 0;
    for (size_t i = 2; i < 8; ++i) orders += bank_.Count(i) != 0;
    const size_t trust = !matched ? 0 : 1 + (best_ == 0);
    const auto level = [&](size_t i) { return std::min<size_t>(bank_.Count(i) / 4, 3); };
    const size_t confidence =
        static_cast<size_t>((model_ != nullptr ? network_.logistic() : inputs_[4]) + 2048) >> 8;
    return {length * 8 + depth,
            partial_,
            context.Byte(1),
            orders * 24 + depth * 3 + trust,
            (ByteClass(context.Byte(1)) * 16 + ByteClass(context.Byte(2))) * 8 + depth,
            context.Byte(2),
            level(2) * 64 + level(3) * 16 + level(4) * 4 + level(6),
            (confidence * 8 + depth) * 3 + MatchState()};
  }

  void CompleteByte(uint8_t byte) noexcept {
    Lane& lane = *lane_;
    followers_.Update(lane.context.recent, byte);
    lane.context.Update(byte, lane.position);
    ++lane.position;
    history_.Advance(lane_index_);
    if (lane.position < lane.end) PrepareByte(lane);
  }

  // Finds the contexts of the lane's next byte early: other lanes' bytes hide the memory's latency.
  void PrepareByte(Lane& lane) noexcept {
    lane.context.Hashes(history_, followers_, lane.position, lane.hashes);
    for (size_t i = 0; i < kContexts; ++i) table_.Prefetch(lane.hashes[i]);
  }

  History history_;
  SlotTable table_;
  std::array<MatchFinder, kMatches> finders_;
  std::vector<Lane> lanes_;
  FollowerTables followers_;
  ContextBank bank_;
  std::array<MatchPredictor, kMatches> predictors_;
  NetworkInputs network_;
  WeightSets weights_;
  std::array<ProbabilityMap, 2> result_maps_{ProbabilityMap(65536),
                                             ProbabilityMap(size_t{1} << kResultMapBits)};

  // The byte in progress.
  Lane* lane_ = nullptr;
  int lane_index_ = 0;
  const ByteTree* model_ = nullptr;
  uint32_t partial_ = 1;  // its bits so far after a leading 1
  int depth_ = 0;         // how many
  size_t best_ = 0;       // the match that counts: the long one if there is one

  // The bit in progress.
  alignas(64) int32_t inputs_[kInputs] = {};
  int p_ = 32768;
};

Mixer::Mixer(const MixerOptions& options, std::span<const uint8_t> content)
    : impl_(std::make_unique<Impl>(options, content)) {}
Mixer::~Mixer() = default;
void Mixer::StartSegment(int lane, size_t begin, size_t end) {
  impl_->StartSegment(lane, begin, end);
}
void Mixer::BeginByte(int lane, const ByteTree* model) noexcept { impl_->BeginByte(lane, model); }
uint32_t Mixer::P() const noexcept { return impl_->P(); }
void Mixer::Update(int bit) noexcept { impl_->Update(bit); }

}  // namespace lmzip
