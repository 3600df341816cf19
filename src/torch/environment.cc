#include "torch/environment.h"

#include <ATen/Version.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <fstream>

#include "base/bytes.h"
#include "base/hash.h"

namespace lmzip {
namespace {

// What follows `key` on its line of `text`.
std::string LineValue(const std::string& text, const std::string& key) {
  const size_t found = text.find(key);
  if (found == std::string::npos) return "unknown";
  const size_t begin = text.find_first_not_of(" \t:", found + key.size());
  if (begin == std::string::npos) return "unknown";
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string Processor() {
  std::ifstream file("/proc/cpuinfo");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return LineValue(text, "model name");
}

// The driver's own interface, for libtorch's needs CUDA's headers. Its first two symbols have been
// the same since its first release.
std::string GpuName(int index) {
  using GetDevice = int(int* device, int ordinal);
  using GetName = int(char* name, int size, int device);
  void* driver = dlopen("libcuda.so.1", RTLD_NOW);  // libtorch has opened it already
  if (driver == nullptr) return "unknown";
  const auto get_device = reinterpret_cast<GetDevice*>(dlsym(driver, "cuDeviceGet"));
  const auto get_name = reinterpret_cast<GetName*>(dlsym(driver, "cuDeviceGetName"));
  char name[256] = "";
  int device = 0;
  if (get_device == nullptr || get_name == nullptr || get_device(&device, index) != 0 ||
      get_name(name, sizeof name, device) != 0) {
    return "unknown";
  }
  return name;
}

}  // namespace

FingerprintFields DescribeEnvironment(const at::Device& device, int threads) {
  const std::string config = at::show_config();  // compiler, numeric libraries, options
  const uint64_t digest = Xxh3({reinterpret_cast<const uint8_t*>(config.data()), config.size()});
  return {{"library", "libtorch " TORCH_VERSION},
          {"build", Hex({reinterpret_cast<const uint8_t*>(&digest), sizeof digest})},
          {"processor", Processor()},
          {"instructions", LineValue(config, "CPU capability usage")},
          {"device", device.is_cuda() ? "cuda " + GpuName(device.index()) : device.str()},
          {"threads", std::to_string(threads)}};
}

}  // namespace lmzip
