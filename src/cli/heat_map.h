// What bytes cost, as colours behind them on a terminal.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string_view>

#include "lmzip/cost.h"

namespace lmzip {

enum class Colours { kNone, k256, kTrue };

/// The colours of the terminal that the environment describes: NO_COLOR, COLORTERM, TERM.
Colours TerminalColours();

struct HeatMapStyle {
  Colours colours = Colours::kNone;  // none: digits below the bytes
  bool hex = false;
  int columns = 80;
};

/// A legend, and a line or several for each of `content`: where it begins, its bits, and its
/// characters, each in the colour of what its bytes cost. Nothing of the content commands the
/// terminal. costs: [content.size()].
void WriteHeatMap(std::string_view content, std::span<const SymbolCost> costs,
                  const HeatMapStyle& style, std::ostream& out);

}  // namespace lmzip
