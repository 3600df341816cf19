#include "torch/torch_model.h"

#include <ATen/Parallel.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <torch/csrc/jit/passes/tensorexpr_fuser.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "base/check.h"
#include "lmzip/error.h"
#include "torch/environment.h"
#include "torch/guarded.h"
#include "torch/pinned_predictor.h"

namespace lmzip {
namespace {

// Of all lanes together, unless they are more: bounds the memory of activations and logits. A GPU
// has more of it, and computes small calls no faster than large ones.
int64_t TokensPerCall(int64_t vocabulary, const at::Device& device) {
  const int64_t tokens = std::clamp<int64_t>((int64_t{1} << 22) / vocabulary, 64, 1024);
  return device.is_cpu() ? tokens : 16 * tokens;
}

// An estimate of what a pinned model's call takes, by token of the vocabulary.
constexpr size_t kPinnedTokenBytes = 64;

// Whole-process settings under which libtorch computes what the archive says and nothing else.
void ConfigureLibtorch() {
  torch::jit::getProfilingMode() = false;
  torch::jit::setTensorExprFuserEnabled(false);
  at::globalContext().setFloat32MatmulPrecision("highest");  // no TF32
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setBenchmarkCuDNN(false);
}

// The threads of libtorch's operations are a setting of each calling thread. Asking for it first
// makes libtorch initialise this thread, which would undo the setting later.
void UseThreads(int count) {
  thread_local int used = 0;
  if (used == count) return;
  at::get_num_threads();
  at::set_num_threads(count);
  used = count;
}

std::string TypesOf(const torch::jit::Module& module) {
  std::set<std::string> names;
  for (const at::Tensor& t : module.parameters()) names.insert(c10::toString(t.scalar_type()));
  for (const at::Tensor& t : module.buffers()) names.insert(c10::toString(t.scalar_type()));
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "+") + name;
  return text;
}

at::Device FindDevice(const std::string& name) {
  const auto fail = [&name](const std::string& why) {
    return Error(ErrorCode::kUsage, "device " + name + ": " + why);
  };
  if (name == "cpu") return at::kCPU;
  int index = 0;
  if (name != "cuda") {
    const std::string digits = name.rfind("cuda:", 0) == 0 ? name.substr(5) : "";
    if (digits.empty() || digits.size() > 3 ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
      throw fail("unknown, expected cpu, cuda or cuda:N");
    }
    index = std::stoi(digits);
  }
  if (!at::globalContext().hasCUDART())
    throw fail("libtorch " TORCH_VERSION " is built without CUDA");
  const int count = static_cast<int>(torch::cuda::device_count());
  if (count == 0) throw fail("CUDA finds no GPU (is its driver installed?)");
  if (index >= count) throw fail("CUDA finds only " + std::to_string(count) + " GPU(s)");
  return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index));
}

class ArchiveReader : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit ArchiveReader(const RandomAccess& archive) : archive_(archive) {}
  size_t size() const override { return archive_.size(); }
  size_t read(uint64_t position, void* buffer, size_t count, const char*) const override {
    if (position >= size()) return 0;
    count = std::min<size_t>(count, size() - position);
    archive_.Read(position, {static_cast<uint8_t*>(buffer), count});
    return count;
  }

 private:
  const RandomAccess& archive_;
};

// An estimate of what one call takes beside the state: activations, scores and logits.
size_t ScratchBytes(const nlohmann::json& architecture, const at::Device& device) {
  const auto size = [&architecture](const char* key) { return architecture.at(key).get<size_t>(); };
  const size_t width = size("width"), keys = size("window") + 128;  // 128: the module's block
  const size_t vocabulary = size("vocabulary");
  const size_t floats = 8 * width + 3 * size("hidden") + 3 * vocabulary;
  return static_cast<size_t>(TokensPerCall(static_cast<int64_t>(vocabulary), device)) *
         (4 * floats + width / 64 * keys * 28);
}

/// On a GPU, whose work libtorch queues, Start() ends before it is done: what Collect() copies
/// waits for it. On the CPU, Collect() computes a block of tokens after the other.
class TorchPredictor final : public Predictor {
 public:
  TorchPredictor(const TorchModel& model, int lanes)
      : model_(model), lanes_(lanes), fresh_(model.Init(1)), state_(model.Init(lanes)) {}

  int lanes() const override { return lanes_; }

  void Reset(int lane) override {
    LMZIP_CHECK(lane >= 0 && lane < lanes_);
    Guarded("resetting a stream", [&] {
      for (size_t i = 0; i < state_.size(); ++i)
        state_[i].select(0, lane).copy_(fresh_[i].select(0, 0));
    });
  }

  void Start(std::span<const int> lanes, int count, const int32_t* tokens) override {
    LMZIP_CHECK(!call_ && !lanes.empty() && count > 0);
    const auto [least, most] = std::minmax_element(lanes.begin(), lanes.end());
    LMZIP_CHECK(*least >= 0 && *most < lanes_);
    Guarded("running a model", [&] {
      Call call{.lanes = lanes, .count = count, .tokens = tokens, .state = Gather(lanes)};
      while (!model_.device().is_cpu() && call.begun < count) BeginBlock(call);
      call_ = std::move(call);
    });
  }

  void Collect(int16_t* logits) override {
    LMZIP_CHECK(call_.has_value());
    Call call = *std::exchange(call_, std::nullopt);
    const auto lanes = static_cast<int64_t>(call.lanes.size());
    Guarded("running a model", [&] {
      const at::Tensor output =
          torch::from_blob(logits, {lanes, call.count, model_.vocabulary()}, at::kShort);
      for (int64_t done = 0; done < call.count; call.logits.pop_front()) {
        if (call.logits.empty()) BeginBlock(call);
        const at::Tensor& block = call.logits.front();
        output.narrow(1, done, block.size(1)).copy_(block);
        done += block.size(1);
      }
    });
  }

 private:
  struct Call {
    std::span<const int> lanes;
    int64_t count;      // of tokens a lane
    int64_t begun = 0;  // of them, given to the model
    const int32_t* tokens;
    TorchModel::State state;        // of the lanes
    std::deque<at::Tensor> logits;  // of blocks of them, [lanes][tokens][vocabulary]
  };

  static bool Consecutive(std::span<const int> lanes) {
    for (size_t i = 1; i < lanes.size(); ++i) {
      if (lanes[i] != lanes[i - 1] + 1) return false;
    }
    return true;
  }

  at::Tensor Index(std::span<const int> lanes) const {
    const std::vector<int64_t> wide(lanes.begin(), lanes.end());
    return torch::tensor(wide, at::kLong).to(model_.device());
  }

  TorchModel::State Gather(std::span<const int> lanes) const {
    const bool consecutive = Consecutive(lanes);
    const at::Tensor index = consecutive ? at::Tensor() : Index(lanes);
    TorchModel::State state;
    for (const at::Tensor& rows : state_) {
      state.push_back(consecutive ? rows.narrow(0, lanes[0], static_cast<int64_t>(lanes.size()))
                                  : rows.index_select(0, index));
    }
    return state;
  }

  void Scatter(std::span<const int> lanes, TorchModel::State state) {
    const bool consecutive = Consecutive(lanes);
    if (consecutive && static_cast<int>(lanes.size()) == lanes_) {
      state_ = std::move(state);
      return;
    }
    const at::Tensor index = consecutive ? at::Tensor() : Index(lanes);
    for (size_t i = 0; i < state_.size(); ++i) {
      if (consecutive) {
        state_[i].narrow(0, lanes[0], static_cast<int64_t>(lanes.size())).copy_(state[i]);
      } else {
        state_[i].index_copy_(0, index, state[i]);
      }
    }
  }

  void BeginBlock(Call& call) {
    const auto lanes = static_cast<int64_t>(call.lanes.size());
    const int64_t most = TokensPerCall(model_.vocabulary(), model_.device()) / lanes;
    const int64_t length = std::clamp<int64_t>(most, 1, call.count - call.begun);
    const at::Tensor input =
        torch::from_blob(const_cast<int32_t*>(call.tokens), {lanes, call.count}, at::kInt);
    const at::Tensor block =
        input.narrow(1, call.begun, length).to(model_.device(), at::kLong).contiguous();
    call.logits.push_back(model_.Forward(block, call.state));
    if (call.logits.back().scalar_type() != at::kShort) {
      throw std::runtime_error("forward: an exact model's logits must be int16");
    }
    call.begun += length;
    if (call.begun == call.count) Scatter(call.lanes, std::move(call.state));
  }

  const TorchModel& model_;
  const int lanes_;
  const TorchModel::State fresh_;  // of one lane
  TorchModel::State state_;
  std::optional<Call> call_;  // that is started
};

}  // namespace

TorchModel::TorchModel(const RandomAccess& archive, const std::string& device, int threads)
    : device_(FindDevice(device)) {
  ConfigureLibtorch();
  torch::jit::ExtraFilesMap extra = {{"lmzip.json", ""}};
  Guarded("loading a model", [&] {
    module_ = torch::jit::load(std::make_shared<ArchiveReader>(archive), device_, extra);
    module_.eval();
  });
  try {
    Describe(nlohmann::json::parse(extra.at("lmzip.json")), threads);
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::kModelLoad, std::string("lmzip.json: ") + e.what());
  }
  fresh_ = Init(1);
}

void TorchModel::Describe(const nlohmann::json& description, int threads) {
  const auto tier = description.at("tier").get<std::string>();
  if (tier == "pinned") {
    threads_ = threads;
    vocabulary_ = description.at("V").get<int>();
    scratch_bytes_ = static_cast<size_t>(vocabulary_) * kPinnedTokenBytes;
    FingerprintFields fields = DescribeEnvironment(device_, threads);
    fields.emplace_back("types", TypesOf(module_));
    fingerprint_ = FormatFingerprint(fields);
  } else if (tier == "exact") {
    const auto& architecture = description.at("architecture");
    vocabulary_ = architecture.at("vocabulary").get<int>();
    scratch_bytes_ = ScratchBytes(architecture, device_);
  } else {
    throw Error(ErrorCode::kModelLoad, "this release runs no models of tier " + tier);
  }
}

std::string TorchModel::engine() const {
  return std::string("torch " TORCH_VERSION " ") + device_.str();
}

size_t TorchModel::lane_bytes() const {
  return std::accumulate(fresh_.begin(), fresh_.end(), size_t{0},
                         [](size_t sum, const at::Tensor& row) { return sum + row.nbytes(); });
}

int TorchModel::preferred_lanes() const {
  if (!fingerprint_.empty()) return 1;  // each lane has calls of its own
  return device_.is_cpu() ? 64 : 1024;
}

std::unique_ptr<Predictor> TorchModel::NewPredictor(int lanes) const {
  if (!fingerprint_.empty()) return std::make_unique<PinnedPredictor>(*this, lanes);
  return std::make_unique<TorchPredictor>(*this, lanes);
}

TorchModel::State TorchModel::Init(int lanes) const {
  return Guarded("starting streams", [&] {
    UseThreads(threads_);
    State state = module_.get_method("init")({lanes}).toTensorVector();
    for (const at::Tensor& rows : state) {
      if (rows.dim() == 0 || rows.size(0) != lanes) {
        throw std::runtime_error("init: a state tensor has not the lanes first");
      }
    }
    return state;
  });
}

at::Tensor TorchModel::Forward(const at::Tensor& tokens, State& state) const {
  UseThreads(threads_);
  const auto result = module_.get_method("forward")({tokens, state}).toTuple();
  const at::Tensor logits = result->elements().at(0).toTensor();
  state = result->elements().at(1).toTensorVector();
  if (logits.sizes() != at::IntArrayRef({tokens.size(0), tokens.size(1), vocabulary_})) {
    throw std::runtime_error("forward: logits of a wrong shape");
  }
  return logits;
}

}  // namespace lmzip
