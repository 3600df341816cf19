// Bits a byte and speed of the mixer alone:
//   mixer_bench [--lanes N] [--segment BYTES] [--first BYTES] [--prior FILE] FILE...
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "mixer/mixer.h"
#include "mixer/prior.h"
#include "support/mixer_lanes.h"

namespace {

using Bytes = std::vector<uint8_t>;

struct Options {
  int lanes = 1;
  size_t segment = size_t{1} << 20;
  size_t first = SIZE_MAX;
  std::string prior;
  std::vector<std::string> files;
};

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool more = i + 1 < argc;
    if (argument == "--lanes" && more) {
      options.lanes = std::stoi(argv[++i]);
    } else if (argument == "--segment" && more) {
      options.segment = std::stoul(argv[++i]);
    } else if (argument == "--first" && more) {
      options.first = std::stoul(argv[++i]);
    } else if (argument == "--prior" && more) {
      options.prior = argv[++i];
    } else {
      options.files.push_back(argument);
    }
  }
  return options;
}

Bytes Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

double CpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// The probabilities' product is kept as a sum of logarithms of 64-bit floats, one a byte.
class Cost {
 public:
  void Add(uint32_t p) { product_ *= p / double{1 << lmzip::kBitProbabilityBits}; }
  void EndByte() {
    bits_ -= std::log2(product_);
    product_ = 1;
  }
  double bits() const { return bits_; }

 private:
  double product_ = 1, bits_ = 0;
};

void CodeByte(lmzip::Mixer& mixer, int lane, uint8_t byte, Cost& cost) {
  mixer.BeginByte(lane, nullptr);
  for (int i = 7; i >= 0; --i) {
    const int bit = byte >> i & 1;
    cost.Add(bit != 0 ? mixer.P() : (1u << lmzip::kBitProbabilityBits) - mixer.P());
    mixer.Update(bit);
  }
  cost.EndByte();
}

double CodedBits(const Bytes& bytes, const Options& options, const lmzip::Prior* prior) {
  lmzip::Mixer mixer(
      {.lanes = options.lanes, .prior = prior},
      bytes);
  Cost cost;
  lmzip::testing::CodeInLanes(
      mixer, bytes.size(), {.lanes = options.lanes, .segment = options.segment},
      [&](int lane, size_t position) { CodeByte(mixer, lane, bytes[position], cost); });
  return cost.bits();
}

void Report(const std::string& name, double bytes, double bits, double seconds) {
  std::printf("%-32s %9.0f -> %9.0f  %.4f bits a byte  %6.0f kB/s\n", name.c_str(), bytes, bits / 8,
              bits / bytes, bytes / seconds / 1000);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = Parse(argc, argv);
  const Bytes blob = options.prior.empty() ? Bytes{} : Read(options.prior);
  const auto prior = blob.empty() ? nullptr : std::make_unique<lmzip::Prior>(blob);
  double all_bytes = 0, all_bits = 0, all_seconds = 0;
  for (const std::string& file : options.files) {
    Bytes bytes = Read(file);
    bytes.resize(std::min(bytes.size(), options.first));
    if (bytes.empty()) continue;
    const double begin = CpuSeconds();
    const double bits = CodedBits(bytes, options, prior.get());
    const double seconds = CpuSeconds() - begin;
    Report(file.substr(file.rfind('/') + 1), static_cast<double>(bytes.size()), bits, seconds);
    all_bytes += static_cast<double>(bytes.size());
    all_bits += bits;
    all_seconds += seconds;
  }
  if (all_bytes > 0) Report("all", all_bytes, all_bits, all_seconds);
  return 0;
}
