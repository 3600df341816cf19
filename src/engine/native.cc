#include "engine/native.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/zeroed_array.h"
#include "engine/aligned.h"
#include "engine/embedding.h"
#include "engine/packed.h"

namespace lmzip {
namespace {

/// The intermediate values of a batch of rows.
struct Scratch {
  explicit Scratch(const Exact1Shape& shape)
      : x(size_t{kMaxBatchRows} * shape.width),
        activation(x.size()),
        query(x.size()),
        key(size_t{kMaxBatchRows} * kHeadWidth),
        value(key.size()),
        hidden(size_t{kMaxBatchRows} * shape.hidden) {}

  static size_t Bytes(const Exact1Shape& shape) {
    return size_t{kMaxBatchRows} *
           (shape.width * (sizeof(int32_t) + 2) + shape.hidden + 2 * kHeadWidth);
  }

  AlignedVector<int32_t> x;
  AlignedVector<uint8_t> activation;
  AlignedVector<int8_t> query, key, value;
  AlignedVector<uint8_t> hidden;
};

enum class Phase { kProducts, kAttention, kOther };

struct NoTimer {
  void Start() {}
  void Stop(Phase) {}
};

/// Charges the time since the last call to a phase.
class PhaseTimer {
 public:
  explicit PhaseTimer(PhaseSeconds* phases) : phases_(phases) {}

  void Start() { last_ = Clock::now(); }
  void Stop(Phase phase) {
    const auto now = Clock::now();
    double& seconds = phase == Phase::kProducts    ? phases_->products
                      : phase == Phase::kAttention ? phases_->attention
                                                   : phases_->other;
    seconds += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  using Clock = std::chrono::steady_clock;
  PhaseSeconds* phases_;
  Clock::time_point last_;
};

template <typename Timer>
class NativePredictor final : public HostPredictor {
 public:
  NativePredictor(std::shared_ptr<const PackedWeights> model, int lanes, Timer timer)
      : model_(std::move(model)),
        scratch_(model_->shape()),
        caches_(model_->lane_bytes() * lanes),
        lanes_(lanes),
        timer_(timer) {
    for (int lane = 0; lane < lanes; ++lane) Reset(lane);
  }

  int lanes() const override { return static_cast<int>(lanes_.size()); }

  // The cache may keep what an earlier stream left: a token attends to none before its stream.
  void Reset(int lane) override {
    Lane fresh;
    fresh.last_tokens.fill(model_->shape().vocabulary);
    lanes_.at(lane) = fresh;
  }

 private:
  // Rows run in lane-major order, a batch at a time: for one token a lane, a batch is many lanes;
  // for many tokens, it is a piece of one lane.
  void Compute(std::span<const int> lanes, int count, const int32_t* tokens,
               int16_t* logits) override {
    const size_t total = lanes.size() * count;
    for (size_t first = 0; first < total; first += kMaxBatchRows) {
      const int rows = static_cast<int>(std::min<size_t>(kMaxBatchRows, total - first));
      for (int row = 0; row < rows; ++row) batch_lanes_[row] = lanes[(first + row) / count];
      RunBatch(rows, tokens + first, logits + first * model_->shape().vocabulary);
    }
  }

  struct Lane {
    uint64_t position = 0;  // of the next token
    LastTokens last_tokens = {};
  };

  void RunBatch(int rows, const int32_t* tokens, int16_t* logits) {
    timer_.Start();
    for (int row = 0; row < rows; ++row) Advance(row, tokens[row]);
    const Exact1Weights& weights = model_->weights();
    for (int row = 0; row < rows; ++row) {
      Embed(weights, tokens[row], table_rows_[row],
            scratch_.x.data() + size_t{1} * row * weights.shape.width);
    }
    for (size_t layer = 0; layer < weights.layers.size(); ++layer) {
      RunAttention(rows, layer);
      RunFeed(rows, layer);
    }
    Normalize(rows, weights.head_gain);
    kernels().Logits(model_->head(), rows, scratch_.activation.data(), logits);
    timer_.Stop(Phase::kProducts);
  }

  /// Advances the lane of `row` by `token`.
  void Advance(int row, int32_t token) {
    LMZIP_CHECK(token >= 0 && token <= model_->shape().vocabulary);
    Lane& lane = lanes_.at(batch_lanes_[row]);
    positions_[row] = lane.position++;
    std::shift_left(lane.last_tokens.begin(), lane.last_tokens.end(), 1);
    lane.last_tokens.back() = token;
    table_rows_[row] = FindTableRows(model_->weights(), lane.last_tokens);
  }

  void RunAttention(int rows, size_t index) {
    const PackedLayer& layer = model_->layers()[index];
    const int window = model_->shape().window;
    Normalize(rows, model_->weights().layers[index].attention_gain);
    uint8_t* activation = scratch_.activation.data();
    kernels().Project(layer.key, rows, activation, kMaxKeyValue, scratch_.key.data());
    kernels().Project(layer.value, rows, activation, kMaxKeyValue, scratch_.value.data());
    kernels().Project(layer.query, rows, activation, kMaxQuery, scratch_.query.data());
    timer_.Stop(Phase::kProducts);
    for (int row = 0; row < rows; ++row) {
      const size_t first = size_t{1} * row * model_->shape().width;
      uint8_t* cache = caches_.data() + model_->lane_bytes() * batch_lanes_[row] +
                       model_->layer_cache_bytes() * index;
      kernels().Store(cache, window, positions_[row], scratch_.key.data() + row * kHeadWidth,
                      scratch_.value.data() + row * kHeadWidth);
      kernels().Attend(cache, layer.attention, positions_[row], scratch_.query.data() + first,
                       activation + first);
    }
    timer_.Stop(Phase::kAttention);
    kernels().AddProduct(layer.output, rows, activation, scratch_.x.data());
    timer_.Stop(Phase::kProducts);
  }

  void RunFeed(int rows, size_t index) {
    const PackedLayer& packed = model_->layers()[index];
    const Exact1Layer& layer = model_->weights().layers[index];
    Normalize(rows, layer.feed_gain);
    kernels().Hidden(packed.up, rows, scratch_.activation.data(), layer.hidden_scale,
                     scratch_.hidden.data());
    kernels().AddSparseProduct(packed.down, rows, scratch_.hidden.data(), scratch_.x.data());
    timer_.Stop(Phase::kProducts);
  }

  void Normalize(int rows, const float* gain) {
    kernels().Normalize(rows, model_->shape().width, scratch_.x.data(), gain,
                        scratch_.activation.data());
    timer_.Stop(Phase::kOther);
  }

  const Kernels& kernels() const { return model_->kernels(); }

  const std::shared_ptr<const PackedWeights> model_;
  Scratch scratch_;
  ZeroedArray<uint8_t> caches_;  // [lanes][layers]
  std::vector<Lane> lanes_;
  std::array<int, kMaxBatchRows> batch_lanes_;
  std::array<uint64_t, kMaxBatchRows> positions_;
  std::array<TableRows, kMaxBatchRows> table_rows_;
  [[no_unique_address]] Timer timer_;
};

class NativeModel final : public Model {
 public:
  NativeModel(std::shared_ptr<const Exact1Weights> weights, const Kernels& kernels)
      : packed_(std::make_shared<PackedWeights>(std::move(weights), kernels)) {}

  int vocabulary() const override { return packed_->shape().vocabulary; }
  std::string engine() const override {
    return std::string("native ") + IsaName(packed_->kernels().isa());
  }
  size_t lane_bytes() const override { return packed_->lane_bytes(); }
  size_t predictor_bytes() const override { return Scratch::Bytes(packed_->shape()); }
  int preferred_lanes() const override { return packed_->kernels().preferred_lanes(); }
  std::unique_ptr<Predictor> NewPredictor(int lanes) const override {
    return std::make_unique<NativePredictor<NoTimer>>(packed_, lanes, NoTimer{});
  }
  std::unique_ptr<Predictor> NewTimedPredictor(int lanes, PhaseSeconds* phases) const {
    return std::make_unique<NativePredictor<PhaseTimer>>(packed_, lanes, PhaseTimer(phases));
  }

 private:
  std::shared_ptr<const PackedWeights> packed_;
};

}  // namespace

std::unique_ptr<Model> NewNativeModel(std::shared_ptr<const Exact1Weights> weights, Isa isa) {
  return std::make_unique<NativeModel>(std::move(weights), KernelsFor(isa));
}

NativeMemory NativeMemoryOf(const Exact1Shape& shape, uint64_t dense_parameters, Isa isa) {
  const Kernels& kernels = KernelsFor(isa);
  // Scales, offsets and biases come to an eighth of the weights at most; pages are huge.
  return {.weight_bytes = MappedBytes(dense_parameters + dense_parameters / 8) + kHugePageBytes,
          .predictor_bytes = Scratch::Bytes(shape),
          .lane_bytes = kernels.CacheBytes(shape.window) * shape.layers,
          .preferred_lanes = kernels.preferred_lanes()};
}

std::unique_ptr<Predictor> NewTimedPredictor(const Model& model, int lanes, PhaseSeconds* phases) {
  return dynamic_cast<const NativeModel&>(model).NewTimedPredictor(lanes, phases);
}

}  // namespace lmzip
