#include "show/printable.h"

#include <cstdint>

namespace lmzip {
namespace {

std::string Escaped(std::string_view bytes) {
  if (bytes == "\n") return "\\n";
  if (bytes == "\t") return "\\t";
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    text += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

}  // namespace

Character FirstCharacter(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes > text.size()) return {kNoCharacter, 1};
  uint32_t code = first & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {kNoCharacter, 1};
    code = code << 6 | (byte(i) & 0x3fu);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[bytes] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    return {kNoCharacter, 1};
  }
  return {code, bytes};
}

bool Character::plain() const {
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return code != kNoCharacter && !control && !direction;
}

std::string Printable(std::string_view text) {
  std::string printable;
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    const std::string_view bytes = text.substr(0, character.bytes);
    printable += character.plain() ? std::string(bytes) : Escaped(bytes);
    text.remove_prefix(character.bytes);
  }
  return printable;
}

std::string PrintableLines(std::string_view text) {
  std::string printable;
  for (size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) {
    printable += Printable(text.substr(0, end)) + "\n  ";
  }
  return printable + Printable(text);
}

bool LooksLikeText(std::string_view content) {
  size_t text = 0;
  for (size_t at = 0; at < content.size();) {
    const Character character = FirstCharacter(content.substr(at));
    const bool space = character.code == '\n' || character.code == '\r' || character.code == '\t';
    if (character.plain() || space) text += character.bytes;
    at += character.bytes;
  }
  return text * 10 >= content.size() * 9;
}

}  // namespace lmzip
