#include "cli/heat_map.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ostream>
#include <string>
#include <vector>

#include "show/printable.h"

namespace lmzip {
namespace {

/// Costs from `least` bits on.
struct Level {
  double least;
  const char* name;
  int red, green, blue;
  int of_256;
  bool light;  // takes dark letters
};

// From cold to hot, ever lighter up to yellow, so that it reads without colours, too.
constexpr std::array<Level, 9> kLevels = {{{0, "0", 16, 24, 56, 17, false},
                                           {0.1, ".1", 24, 48, 110, 18, false},
                                           {0.25, "1/4", 20, 84, 140, 24, false},
                                           {0.5, "1/2", 16, 116, 130, 30, false},
                                           {1, "1", 30, 140, 84, 29, false},
                                           {2, "2", 120, 168, 40, 106, true},
                                           {4, "4", 230, 200, 40, 220, true},
                                           {6, "6", 240, 150, 40, 208, true},
                                           {8, "8", 230, 70, 50, 196, false}}};

size_t LevelOf(double bits) {
  size_t level = 0;
  while (level + 1 < kLevels.size() && bits >= kLevels[level + 1].least) ++level;
  return level;
}

std::string Begin(Colours colours, size_t level) {
  const Level& l = kLevels[level];
  const int letters = l.light ? 16 : 231;
  if (colours == Colours::k256) return fmt::format("\x1b[48;5;{};38;5;{}m", l.of_256, letters);
  const int grey = l.light ? 0 : 255;
  return fmt::format("\x1b[48;2;{};{};{};38;2;{};{};{}m", l.red, l.green, l.blue, grey, grey, grey);
}
constexpr char kEnd[] = "\x1b[0m";

// A cost as one character: '.' below half a bit, then whole bits, '+' for ten and more.
char Digit(double bits) {
  return bits < 0.5   ? '.'
         : bits < 9.5 ? static_cast<char>('0' + static_cast<int>(bits + 0.5))
                      : '+';
}

/// A character as it is shown.
struct Cell {
  std::string text;
  int columns = 1;
  double bits = 0;
};

bool IsWide(uint32_t code) {
  return (code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) ||
         (code >= 0xac00 && code < 0xd7a4) || (code >= 0xf900 && code < 0xfb00) ||
         (code >= 0xfe30 && code < 0xfe70) || (code >= 0xff00 && code < 0xff61) ||
         (code >= 0x1f300 && code < 0x1f650) || (code >= 0x1f900 && code < 0x1fa00) ||
         (code >= 0x20000 && code < 0x30000);
}

// Marks that lie over the character before, and what has no width.
bool IsNarrow(uint32_t code) {
  return (code >= 0x300 && code < 0x370) || (code >= 0x200b && code < 0x2010) ||
         (code >= 0xfe00 && code < 0xfe10) || code == 0xfeff;
}

/// Rows of cells, and what stands before them.
class Rows {
 public:
  Rows(std::string_view content, std::span<const SymbolCost> costs, const HeatMapStyle& style,
       std::ostream& out)
      : content_(content), costs_(costs), style_(style), out_(out) {}

  void Text() {
    const int room = std::max(style_.columns - kMarginColumns, 16);
    for (size_t at = 0; at < content_.size();) {
      const size_t begin = at;
      std::vector<Cell> cells;
      for (int columns = 0; at < content_.size();) {
        const Character character = FirstCharacter(content_.substr(at));
        Cell cell = TextCell(at, character);
        if (columns + cell.columns > room) break;
        columns += cell.columns;
        cells.push_back(std::move(cell));
        at += character.bytes;
        if (character.code == '\n') break;
      }
      Write(begin, at, cells);
    }
  }

  void Hex() {
    constexpr size_t kBytes = 16;
    for (size_t begin = 0; begin < content_.size(); begin += kBytes) {
      const size_t end = std::min(begin + kBytes, content_.size());
      std::vector<Cell> cells;
      for (size_t i = begin; i < end; ++i) {
        cells.push_back({fmt::format("{:02x}", ByteAt(i)), 2, BitsOf(i, i + 1)});
        cells.push_back({i % 8 == 7 ? "  " : " ", i % 8 == 7 ? 2 : 1, -1});
      }
      for (size_t i = end; i < begin + kBytes; ++i) {
        const int columns = i % 8 == 7 ? 4 : 3;
        cells.push_back({std::string(size_t(columns), ' '), columns, -1});
      }
      for (size_t i = begin; i < end; ++i) {
        const uint8_t byte = ByteAt(i);
        const bool shown = byte >= 0x20 && byte < 0x7f;
        cells.push_back(
            {std::string(1, shown ? static_cast<char>(byte) : '.'), 1, BitsOf(i, i + 1)});
      }
      Write(begin, end, cells);
    }
  }

 private:
  static constexpr int kMarginColumns = 21;  // of the place and the bits

  uint8_t ByteAt(size_t i) const { return static_cast<uint8_t>(content_[i]); }

  double BitsOf(size_t begin, size_t end) const {
    uint64_t sum = 0;
    for (size_t i = begin; i < end; ++i) sum += costs_[i].result;
    return Bits(sum);
  }

  // Of control characters their pictures, of what is no UTF-8 the byte.
  Cell TextCell(size_t at, const Character& character) const {
    Cell cell{std::string(content_.substr(at, character.bytes)), 1,
              BitsOf(at, at + character.bytes)};
    if (character.code == '\n') {
      cell.text = "\u21b5";
    } else if (character.code == '\t') {
      cell.text = "\u2192";
    } else if (character.code < 0x20 || character.code == 0x7f) {
      const auto picture = static_cast<char>(character.code < 0x20 ? character.code : 0x21);
      cell.text = std::string("\xe2\x90") + static_cast<char>(0x80 + picture);
    } else if (!character.plain()) {
      cell.text = Printable(cell.text);
      cell.columns = static_cast<int>(cell.text.size());
    } else {
      cell.columns = IsWide(character.code) ? 2 : IsNarrow(character.code) ? 0 : 1;
    }
    return cell;
  }

  void Write(size_t begin, size_t end, const std::vector<Cell>& cells) {
    out_ << fmt::format("{:>10} {:>8.1f}  ", begin, BitsOf(begin, end));
    size_t shown = kLevels.size();  // that is switched on
    std::string digits;
    for (const Cell& cell : cells) {
      const size_t level = cell.bits < 0 ? kLevels.size() : LevelOf(cell.bits);
      if (style_.colours != Colours::kNone && level != shown) {
        out_ << (level < kLevels.size() ? Begin(style_.colours, level) : kEnd);
        shown = level;
      }
      out_ << cell.text;
      digits.append(cell.columns > 0 ? size_t(cell.columns) : 0, ' ');
      if (cell.bits >= 0 && cell.columns > 0) {
        digits[digits.size() - size_t(cell.columns)] = Digit(cell.bits);
      }
    }
    if (shown < kLevels.size()) out_ << kEnd;
    out_ << '\n';
    if (style_.colours == Colours::kNone) {
      out_ << std::string(kMarginColumns, ' ') << digits.substr(0, digits.find_last_not_of(' ') + 1)
           << '\n';
    }
  }

  const std::string_view content_;
  const std::span<const SymbolCost> costs_;
  const HeatMapStyle& style_;
  std::ostream& out_;
};

void WriteLegend(Colours colours, std::ostream& out) {
  if (colours == Colours::kNone) {
    out << "bits of a byte below it: . less than 1/2, + ten and more\n";
    return;
  }
  out << "bits from";
  for (size_t level = 0; level < kLevels.size(); ++level) {
    out << ' ' << Begin(colours, level) << ' ' << kLevels[level].name << ' ' << kEnd;
  }
  out << '\n';
}

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

Colours TerminalColours() {
  const std::string term = Environment("TERM"), colour_term = Environment("COLORTERM");
  if (!Environment("NO_COLOR").empty() || term.empty() || term == "dumb") return Colours::kNone;
  const bool true_colours = colour_term == "truecolor" || colour_term == "24bit" ||
                            term.find("direct") != term.npos;
  return true_colours ? Colours::kTrue : Colours::k256;
}

void WriteHeatMap(std::string_view content, std::span<const SymbolCost> costs,
                  const HeatMapStyle& style, std::ostream& out) {
  WriteLegend(style.colours, out);
  out << fmt::format("{:>10} {:>8}\n", "offset", "bits");
  Rows rows(content, costs, style, out);
  if (style.hex) {
    rows.Hex();
  } else {
    rows.Text();
  }
}

}  // namespace lmzip
