#include "eval/table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>

#include <spdlog/fmt/fmt.h>

namespace lmzip {
namespace {

using Cells = std::vector<std::string>;

const Cells kColumns = {"domain", "method", "model", "chunk", "bytes", "coded", "rate %",
                        "with file %", "with parameters %", "bits a byte",
                        "cross-entropy", "coder %", "perplexity a byte", "perplexity a token"};
constexpr size_t kNameColumns = 3;  // flush left

double PercentOf(double bytes, double all) { return all == 0 ? 0 : 100 * bytes / all; }

// What the coder and its rounding take beyond the cross-entropy, without headers.
std::string CoderPercent(const Measurement& row) {
  if (row.lost_bits > 0 || *row.entropy_bits == 0) return "";
  const auto code_bits = 8 * static_cast<double>(row.coded_bytes - row.framing_bytes);
  return fmt::format("{:.4f}", 100 * (code_bits / *row.entropy_bits - 1));
}

std::string Perplexity(double bits, uint64_t symbols) {
  return symbols == 0 ? "" : fmt::format("{:.3f}", std::exp2(bits / static_cast<double>(symbols)));
}

Cells CellsOf(const Measurement& row) {
  const auto raw = static_cast<double>(row.raw_bytes), coded = static_cast<double>(row.coded_bytes);
  const auto with = [&](uint64_t model_bytes) {
    return fmt::format("{:.2f}", PercentOf(coded + static_cast<double>(model_bytes), raw));
  };
  Cells cells = {row.domain,
                 row.method,
                 row.model,
                 row.chunk_bytes == 0 ? "unbounded" : std::to_string(row.chunk_bytes),
                 std::to_string(row.raw_bytes),
                 std::to_string(row.coded_bytes),
                 with(0),
                 with(row.model_file_bytes),
                 with(row.model_parameter_bytes),
                 fmt::format("{:.4f}", raw == 0 ? 0 : 8 * coded / raw)};
  if (row.entropy_bits) {
    cells.push_back(fmt::format("{:.4f}", raw == 0 ? 0 : *row.entropy_bits / raw));
    cells.push_back(CoderPercent(row));
    cells.push_back(Perplexity(*row.entropy_bits, row.raw_bytes));
    cells.push_back(Perplexity(*row.entropy_bits, row.tokens));
  }
  cells.resize(kColumns.size());
  return cells;
}

std::string Quoted(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == cell.npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

void WriteCsv(const std::vector<Cells>& lines, std::ostream& out) {
  for (const Cells& cells : lines) {
    for (size_t i = 0; i < cells.size(); ++i) out << (i == 0 ? "" : ",") << Quoted(cells[i]);
    out << '\n';
  }
}

void WriteMarkdown(const std::vector<Cells>& lines, std::ostream& out) {
  for (const Cells& cells : lines) {
    for (std::string cell : cells) {
      for (size_t at = 0; (at = cell.find('|', at)) != cell.npos; at += 2) cell.insert(at, 1, '\\');
      out << "| " << cell << ' ';
    }
    out << "|\n";
    if (&cells != &lines.front()) continue;
    for (size_t i = 0; i < cells.size(); ++i) out << (i < kNameColumns ? "|---" : "|---:");
    out << "|\n";
  }
}

// Columns as wide as what is in them, headings broken at spaces so that they widen none.
class AlignedText {
 public:
  explicit AlignedText(const std::vector<Cells>& lines) : widths_(kColumns.size(), 0) {
    for (size_t i = 1; i < kColumns.size(); ++i) {
      headings_.push_back(Words(kColumns[i]));
      for (const std::string& word : headings_.back()) Widen(i, word.size());
      most_words_ = std::max(most_words_, headings_.back().size());
    }
    for (size_t line = 1; line < lines.size(); ++line) {
      for (size_t i = 1; i < lines[line].size(); ++i) Widen(i, lines[line][i].size());
    }
  }

  void WriteHeadings(std::ostream& out) const {
    for (size_t line = 0; line < most_words_; ++line) {
      Cells cells(kColumns.size());
      for (size_t i = 1; i < kColumns.size(); ++i) {
        const Cells& words = headings_[i - 1];
        const size_t above = most_words_ - words.size();
        if (line >= above) cells[i] = words[line - above];
      }
      WriteLine(cells, out);
    }
  }

  void WriteLine(const Cells& cells, std::ostream& out) const {
    std::string text;
    for (size_t i = 1; i < cells.size(); ++i) {
      text += i < kNameColumns ? fmt::format("  {:<{}}", cells[i], widths_[i])
                               : fmt::format("  {:>{}}", cells[i], widths_[i]);
    }
    out << text.substr(0, text.find_last_not_of(' ') + 1) << '\n';
  }

 private:
  static Cells Words(const std::string& text) {
    Cells words(1);
    for (const char c : text) {
      if (c == ' ') words.emplace_back();
      else words.back() += c;
    }
    return words;
  }

  void Widen(size_t column, size_t width) { widths_[column] = std::max(widths_[column], width); }

  std::vector<size_t> widths_;
  std::vector<Cells> headings_;
  size_t most_words_ = 0;
};

void WriteText(std::span<const Measurement> rows, const std::vector<Cells>& lines,
               std::span<const std::string> notes, std::ostream& out) {
  const AlignedText text(lines);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].domain != rows[i - 1].domain) {
      out << (i == 0 ? "" : "\n") << rows[i].domain << ": " << rows[i].files
          << (rows[i].files == 1 ? " file, " : " files, ") << rows[i].raw_bytes << " bytes\n";
      text.WriteHeadings(out);
    }
    text.WriteLine(lines[i + 1], out);
  }
  out << '\n';
  for (const std::string& note : notes) out << note << '\n';
}

}  // namespace

std::vector<Measurement> SumByDomain(std::span<const Measurement> measurements) {
  std::vector<std::string> domains;
  std::map<std::string, std::vector<Measurement>> rows;
  for (const Measurement& m : measurements) {
    if (!rows.contains(m.domain)) domains.push_back(m.domain);
    auto& of_domain = rows[m.domain];
    const auto same = std::ranges::find_if(of_domain, [&](const Measurement& row) {
      return row.method == m.method && row.model == m.model && row.model_id == m.model_id &&
             row.chunk_bytes == m.chunk_bytes;
    });
    if (same == of_domain.end()) {
      of_domain.push_back(m);
      of_domain.back().file.clear();
    } else {
      same->Add(m);
    }
  }
  std::vector<Measurement> sums;
  for (const std::string& domain : domains) {
    sums.insert(sums.end(), rows[domain].begin(), rows[domain].end());
  }
  return sums;
}

void WriteTable(std::span<const Measurement> rows, std::span<const Measurement> files,
                std::span<const std::string> notes, TableFormat format, std::ostream& out) {
  if (format == TableFormat::kJson) {
    const auto list = [&out](const char* name, std::span<const Measurement> measurements) {
      out << '"' << name << "\": [";
      for (size_t i = 0; i < measurements.size(); ++i) {
        out << (i == 0 ? "\n " : ",\n ") << ToJson(measurements[i]);
      }
      out << "]";
    };
    out << '{';
    list("domains", rows);
    out << ",\n";
    list("files", files);
    out << "}\n";
    return;
  }
  std::vector<Cells> lines = {kColumns};
  for (const Measurement& row : rows) lines.push_back(CellsOf(row));
  switch (format) {
    case TableFormat::kMarkdown: return WriteMarkdown(lines, out);
    case TableFormat::kCsv: return WriteCsv(lines, out);
    default: return WriteText(rows, lines, notes, out);
  }
}

}  // namespace lmzip
