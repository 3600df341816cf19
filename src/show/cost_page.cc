#include "show/cost_page.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <vector>

#include "base/check.h"
#include "show/cost_page_html.h"
#include "show/printable.h"

namespace lmzip {
namespace {

// As the page's UNIT says.
constexpr int kUnitBits = kCostBits - 6;

void WriteBase64(std::string_view bytes, std::ostream& out) {
  constexpr size_t kPiece = 3 << 12;
  std::vector<unsigned char> text(4 * kPiece / 3 + 1);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPiece, bytes.size()))) {
    const auto piece = bytes.substr(0, kPiece);
    const int length =
        EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(piece.data()),
                        static_cast<int>(piece.size()));
    out.write(reinterpret_cast<const char*>(text.data()), length);
  }
}

// Of one part, as numbers of 7 bits a byte, low first. What is rounded off counts with the next, so
// that sums are right. Empty for a part that is not there.
std::string Packed(std::span<const SymbolCost> costs, uint32_t SymbolCost::*part) {
  std::string packed;
  int64_t rest = 0;
  bool any = false;
  for (const SymbolCost& cost : costs) {
    any |= cost.*part != 0;
    rest += cost.*part;
    auto units = static_cast<uint64_t>((rest + (int64_t{1} << (kUnitBits - 1))) >> kUnitBits);
    rest -= static_cast<int64_t>(units << kUnitBits);
    for (; units > 127; units >>= 7) packed += static_cast<char>((units & 127) | 128);
    packed += static_cast<char>(units);
  }
  return any ? packed : "";
}

// Of each byte the likely bytes and, in 1/16 bit up to 254, their costs, 255 for none. Empty where
// nothing is told of any.
std::string Packed(std::span<const LikelyBytes> likely) {
  std::string packed;
  bool any = false;
  for (const LikelyBytes& of_byte : likely) {
    any |= of_byte.shares[0] != 0;
    packed.append(of_byte.bytes.begin(), of_byte.bytes.end());
    for (const uint16_t share : of_byte.shares) {
      const double cost = share == 0 ? 255 : std::min(-16 * std::log2(share / 65535.0), 254.0);
      packed += static_cast<char>(static_cast<uint8_t>(std::lround(cost)));
    }
  }
  return any ? packed : "";
}

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string About(std::string_view content, const CostReport& report) {
  const std::string methods = MethodsOf(report);
  const nlohmann::json about = {{"coded_bytes", report.coded_bytes},
                                {"method", methods},
                                {"mixes", methods.find("mix") != methods.npos},
                                {"text", LooksLikeText(content)},
                                {"bits",
                                 {{"network", Bits(report.sum.network)},
                                  {"mixed", Bits(report.sum.mixed)},
                                  {"result", Bits(report.sum.result)}}}};
  const std::string text = about.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  std::string inside_script;  // where no entities are known
  for (const char c : text) inside_script += c == '<' ? "\\u003c" : std::string(1, c);
  return inside_script;
}

}  // namespace

std::string MethodsOf(const CostReport& report) {
  std::set<std::string> methods;
  for (const FrameEntry& frame : report.frames) {
    methods.insert(frame.method + (frame.model.empty() ? "" : " (" + frame.model + ")"));
  }
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

void WriteCostPage(const std::string& name, std::string_view content,
                   std::span<const SymbolCost> costs, std::span<const LikelyBytes> likely,
                   const CostReport& report, std::ostream& out) {
  std::string_view page = kCostPage;
  for (size_t begin; (begin = page.find("{{")) != page.npos;) {
    const size_t end = page.find("}}", begin);
    const std::string_view what = page.substr(begin + 2, end - begin - 2);
    out << page.substr(0, begin);
    if (what == "NAME") {
      out << Escaped(Printable(name));
    } else if (what == "ABOUT") {
      out << About(content, report);
    } else if (what == "CONTENT") {
      WriteBase64(content, out);
    } else if (what == "RESULT") {
      WriteBase64(Packed(costs, &SymbolCost::result), out);
    } else if (what == "LIKELY") {
      WriteBase64(Packed(likely), out);
    } else if (what == "NETWORK") {
      WriteBase64(Packed(costs, &SymbolCost::network), out);
    } else {
      LMZIP_CHECK(what == "MIXED");
      WriteBase64(Packed(costs, &SymbolCost::mixed), out);
    }
    page.remove_prefix(end + 2);
  }
  out << page;
}

}  // namespace lmzip
