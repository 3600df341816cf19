#include "cli/view_tokens.h"

#include <spdlog/fmt/fmt.h>

#include <ostream>

#include "show/printable.h"

namespace lmzip {
namespace {

// For a table: what is no plain text as \n, \xNN, quotes doubled.
std::string Quoted(std::string_view token) {
  std::string quoted = "\"";
  for (const char c : Printable(token)) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace

size_t TokenBytes(std::span<const SymbolCost> costs) {
  size_t bytes = 1;
  while (bytes < costs.size() && costs[bytes].result == 0) ++bytes;
  return bytes;
}

void SpreadTokens(std::span<SymbolCost> costs) {
  while (!costs.empty()) {
    const auto token = costs.first(TokenBytes(costs));
    const auto count = static_cast<uint32_t>(token.size());
    for (uint32_t SymbolCost::*part :
         {&SymbolCost::network, &SymbolCost::mixed, &SymbolCost::result}) {
      const uint32_t cost = token[0].*part;
      for (SymbolCost& byte : token) byte.*part = cost / count;
      token[0].*part += cost % count;
    }
    costs = costs.subspan(count);
  }
}

void WriteTokens(std::string_view content, std::span<const SymbolCost> costs, std::ostream& out) {
  out << "offset,bytes,token,network_bits,mixed_bits,bits\n";
  for (size_t at = 0; at < costs.size() && out.good();) {
    const size_t bytes = TokenBytes(costs.subspan(at));
    const SymbolCost& cost = costs[at];
    out << fmt::format("{},{},{},{:.7f},{:.7f},{:.7f}\n", at, bytes,
                       Quoted(content.substr(at, bytes)), Bits(cost.network), Bits(cost.mixed),
                       Bits(cost.result));
    at += bytes;
  }
}

}  // namespace lmzip
