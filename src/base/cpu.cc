#include "base/cpu.h"

#if defined(LMZIP_NEON) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <cstdlib>
#include <string_view>
#include <vector>

#include "lmzip/error.h"
#include "lmzip/machine.h"

namespace lmzip {
namespace {

std::vector<Isa> Detect() {
  std::vector<Isa> isas = {Isa::kPortable};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) isas.push_back(Isa::kAvx2);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")) {
    isas.push_back(Isa::kAvx512Vnni);
  }
#elif defined(LMZIP_NEON)
  isas.push_back(Isa::kNeon);
#if defined(__linux__)
  if (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) {
    isas.push_back(Isa::kNeonDot);
    if (getauxval(AT_HWCAP2) & HWCAP2_I8MM) isas.push_back(Isa::kNeonI8mm);
  }
#endif
#elif defined(__wasm_simd128__)
  isas.push_back(Isa::kSimd128);
#endif
  return isas;
}

Isa Choose() {
  const char* forced = std::getenv("LMZIP_ISA");
  if (forced == nullptr || *forced == '\0') return AvailableIsas().back();
  std::string known;
  for (Isa isa : AvailableIsas()) {
    if (std::string_view(forced) == IsaName(isa)) return isa;
    known += known.empty() ? "" : ", ";
    known += IsaName(isa);
  }
  throw Error(ErrorCode::kUsage,
              "LMZIP_ISA=" + std::string(forced) + ": this machine has " + known);
}

}  // namespace

const char* IsaName(Isa isa) {
  switch (isa) {
    case Isa::kPortable: return "portable";
    case Isa::kAvx2: return "avx2";
    case Isa::kAvx512Vnni: return "avx512vnni";
    case Isa::kNeon: return "neon";
    case Isa::kNeonDot: return "neondot";
    case Isa::kNeonI8mm: return "neoni8mm";
    case Isa::kSimd128: return "simd128";
  }
  return "";
}

std::span<const Isa> AvailableIsas() {
  static const std::vector<Isa> isas = Detect();
  return isas;
}

Isa ActiveIsa() {
  static const Isa isa = Choose();
  return isa;
}

std::string ActiveInstructionSet() { return IsaName(ActiveIsa()); }

std::vector<std::string> InstructionSets() {
  std::vector<std::string> names;
  for (Isa isa : AvailableIsas()) names.emplace_back(IsaName(isa));
  return names;
}

}  // namespace lmzip
