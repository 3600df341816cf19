// Text of unknown origin on its way to a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lmzip {

/// The first character of a text.
struct Character {
  uint32_t code = 0;  // kNoCharacter: it is no UTF-8
  size_t bytes = 1;   // 1 where it is none

  /// Whether it neither commands a terminal nor passes for something else.
  bool plain() const;
};
inline constexpr uint32_t kNoCharacter = ~uint32_t{0};
/// REQUIRES: `text` is not empty.
Character FirstCharacter(std::string_view text);

/// `text` with everything that could command a terminal or pass for something else as \n, \t or
/// \xNN: control characters of ASCII and of Latin-1 (U+0080 to U+009F), marks that reverse the
/// direction of writing, and bytes that are no UTF-8.
std::string Printable(std::string_view text);

/// The same for a message that may have several lines: those after the first begin with two spaces,
/// so that none looks like a message of its own.
std::string PrintableLines(std::string_view text);

/// Whether content is shown as text where nobody says how: nine bytes of ten are UTF-8's.
bool LooksLikeText(std::string_view content);

}  // namespace lmzip
