// view: what each byte of a file costs.
#include <sys/ioctl.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include <spdlog/fmt/fmt.h>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/exit_code.h"
#include "cli/heat_map.h"
#include "cli/inputs.h"
#include "cli/pager.h"
#include "cli/progress.h"
#include "cli/result_file.h"
#include "cli/view_parts.h"
#include "cli/view_tokens.h"
#include "lmzip/lmzip.h"
#include "show/cost_page.h"
#include "show/printable.h"

namespace lmzip {
namespace {

int TerminalColumns() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

class View {
 public:
  explicit View(const Options& options)
      : options_(options), name_(NameOf(options)), format_(options.view.format) {}

  int Execute() {
    CheckFormat();
    std::optional<ResultFile> result;
    const bool paged = format_ == ViewFormat::kMap && options_.output.empty() &&
                       ::isatty(STDOUT_FILENO);
    if (!paged) result.emplace(options_.output, options_.force);
    if (!paged && result->terminal() && format_ == ViewFormat::kNpy) {
      throw Error(ErrorCode::kUsage, "numbers of .npy are not written to a terminal (-o FILE)");
    }
    content_ = ReadContent(name_);
    if (options_.view.by == ViewUnit::kPart) {
      MeasureParts();
    } else {
      Measure();
    }
    if (paged) {
      Pager pager;
      Write(pager.out());
      return kDone;
    }
    Write(result->out());
    result->Commit();
    return kDone;
  }

 private:
  static std::string NameOf(const Options& options) {
    if (options.files.size() > 1) throw Error(ErrorCode::kUsage, "view takes one file");
    return options.files.empty() ? kStandardStream : options.files[0];
  }

  bool by_token() const { return options_.view.by == ViewUnit::kToken; }

  void CheckFormat() const {
    const bool table =
        format_ == ViewFormat::kMap || format_ == ViewFormat::kCsv || format_ == ViewFormat::kJson;
    if (options_.view.by == ViewUnit::kPart && !table) {
      throw Error(ErrorCode::kUsage, "--by part makes a table: alone, with --csv or with --json");
    }
    if (by_token() && (format_ == ViewFormat::kNpy || format_ == ViewFormat::kJson)) {
      throw Error(ErrorCode::kUsage,
                  "--by token makes a heat map, a page (--html) or a table (--csv)");
    }
  }

  std::string_view content() const {
    return {reinterpret_cast<const char*>(content_.data()), content_.size()};
  }

  void Measure() {
    costs_.resize(content_.size());
    Codec codec(options_.codec);
    ProgressLine line(options_, content_.size());
    ProgressLine::File file(line, content_.size());
    if (format_ == ViewFormat::kPage && content_.size() <= kMostLikelyBytes)
      likely_.resize(content_.size());
    report_ = codec.Cost(content_, options_.encode, costs_, &file.progress(), likely_);
    if (by_token() && format_ != ViewFormat::kCsv) SpreadTokens(costs_);
  }

  void MeasureParts() {
    const size_t all = content_.size();
    content_ = SampleForParts(content_);
    Codec codec(options_.codec);
    ProgressLine line(options_, 0);
    ProgressLine::File file(line, 0);
    parts_ = CostsWithoutParts(codec, content_, options_.encode, &file.progress());
    sampled_ = content_.size() < all;
  }

  void Write(std::ostream& out) const {
    if (options_.view.by == ViewUnit::kPart) return WriteParts(out);
    if (by_token() && format_ == ViewFormat::kCsv) return WriteTokens(content(), costs_, out);
    switch (format_) {
      case ViewFormat::kMap: return WriteMap(out);
      case ViewFormat::kPage:
        return WriteCostPage(name_ == kStandardStream ? "standard input" : name_, content(), costs_,
                             likely_, report_, out);
      case ViewFormat::kCsv: return WriteCsv(out);
      case ViewFormat::kNpy: return WriteNpy(out);
      case ViewFormat::kJson: return WriteJson(out);
    }
  }

  void WriteMap(std::ostream& out) const {
    const bool coloured = options_.view.colour == ViewColour::kAlways ||
                          (options_.view.colour == ViewColour::kAuto && ::isatty(STDOUT_FILENO));
    HeatMapStyle style{.columns = TerminalColumns()};
    if (coloured) style.colours = TerminalColours();
    style.hex = options_.view.form == ViewForm::kHex ||
                (options_.view.form == ViewForm::kAuto && !LooksLikeText(content()));
    out << fmt::format("{}: {} bytes, coded {}, {}\n",
                       name_ == kStandardStream ? "standard input" : Printable(name_),
                       Grouped(content_.size()), Grouped(report_.coded_bytes),
                       Printable(MethodsOf(report_)));
    WriteHeatMap(content(), costs_, style, out);
  }

  void WriteParts(std::ostream& out) const {
    if (format_ == ViewFormat::kJson) {
      nlohmann::json parts = nlohmann::json::array();
      for (const PartCost& part : parts_) {
        parts.push_back(
            {{"without", part.part}, {"coded_bytes", part.bytes}, {"method", part.methods}});
      }
      const nlohmann::json json = {
          {"file", name_}, {"measured_bytes", content_.size()}, {"parts", parts}};
      out << json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << '\n';
      return;
    }
    const bool csv = format_ == ViewFormat::kCsv;
    out << (csv ? "without,coded_bytes,more_percent,method\n"
                : fmt::format("{}: {} bytes{}\n{:<24}  {:>10}  {:>8}  {}\n", Printable(name_),
                              Grouped(content_.size()), sampled_ ? " in pieces" : "", "without",
                              "coded", "more", "method"));
    for (const PartCost& part : parts_) {
      const auto bytes = static_cast<double>(part.bytes),
                 all = static_cast<double>(parts_[0].bytes);
      const double more = all == 0 ? 0 : 100 * (bytes / all - 1);
      out << (csv ? fmt::format("{},{},{:.2f},\"{}\"\n", part.part, part.bytes, more,
                                Printable(part.methods))
                  : fmt::format("{:<24}  {:>10}  {:>+7.2f}%  {}\n", part.part, Grouped(part.bytes),
                                more, Printable(part.methods)));
    }
  }

  void WriteCsv(std::ostream& out) const {
    out << "offset,byte,network_bits,mixed_bits,bits\n";
    for (size_t i = 0; i < content_.size() && out.good(); ++i) {
      const SymbolCost& cost = costs_[i];
      out << fmt::format("{},{},{:.7f},{:.7f},{:.7f}\n", i, content_[i], Bits(cost.network),
                         Bits(cost.mixed), Bits(cost.result));
    }
  }

  // Version 1.0 of NumPy's format: numbers begin at a multiple of 64.
  void WriteNpy(std::ostream& out) const {
    std::string header = fmt::format(
        "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, 3), }}", content_.size());
    header.resize((header.size() + 10 + 64) / 64 * 64 - 11, ' ');
    header += '\n';
    out << "\x93NUMPY\x01" << '\0' << static_cast<char>(header.size() & 255)
        << static_cast<char>(header.size() >> 8) << header;
    for (const SymbolCost& cost : costs_) {
      for (const uint32_t part : {cost.network, cost.mixed, cost.result}) {
        const auto bits = std::bit_cast<uint32_t>(static_cast<float>(Bits(part)));
        const char bytes[] = {static_cast<char>(bits), static_cast<char>(bits >> 8),
                              static_cast<char>(bits >> 16), static_cast<char>(bits >> 24)};
        out.write(bytes, sizeof(bytes));
      }
    }
  }

  void WriteJson(std::ostream& out) const {
    nlohmann::json frames = nlohmann::json::array(), blocks = nlohmann::json::array();
    for (const FrameEntry& frame : report_.frames) {
      frames.push_back({{"raw_bytes", frame.raw_bytes},
                        {"coded_bytes", frame.coded_bytes},
                        {"method", frame.method},
                        {"model", frame.model},
                        {"lanes", frame.lanes},
                        {"segment_bytes", frame.segment_bytes}});
    }
    constexpr size_t kMostBlocks = 256;
    const size_t block = std::bit_ceil(std::max<size_t>(content_.size() / kMostBlocks, 64));
    for (size_t begin = 0; begin < content_.size(); begin += block) {
      const auto bytes = std::min(block, content_.size() - begin);
      CostSum sum;
      for (const SymbolCost& cost : std::span(costs_).subspan(begin, bytes)) sum.Add(cost);
      blocks.push_back({{"begin", begin}, {"bytes", bytes}, {"bits", BitsOf(sum)}});
    }
    const nlohmann::json json = {{"file", name_},
                                 {"raw_bytes", content_.size()},
                                 {"coded_bytes", report_.coded_bytes},
                                 {"bits", BitsOf(report_.sum)},
                                 {"frames", frames},
                                 {"blocks", blocks}};
    out << json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << '\n';
  }

  static nlohmann::json BitsOf(const CostSum& sum) {
    return {{"network", Bits(sum.network)},
            {"mixed", Bits(sum.mixed)},
            {"result", Bits(sum.result)}};
  }

  const Options& options_;
  const std::string name_;
  const ViewFormat format_;
  Content content_;
  std::vector<SymbolCost> costs_;
  std::vector<LikelyBytes> likely_;  // empty: not asked for
  CostReport report_;
  std::vector<PartCost> parts_;
  bool sampled_ = false;  // of content_, which is what is measured, there was more
};

}  // namespace

int RunView(const Options& options) { return View(options).Execute(); }

}  // namespace lmzip
