#include "detect/parse_kind.h"

#include <charconv>

#include "segments/segment_list.h"

namespace lmzip {
namespace {

bool Take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

// A whole number in [1, most], nothing else.
std::optional<uint32_t> ParseNumber(std::string_view text, uint64_t most) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > most) return std::nullopt;
  return value;
}

// Behind "raw": bits, then le or be where they are several bytes, then the form of numbers.
std::optional<TypedSegment> ParseSound(std::string_view text, std::string_view argument) {
  TypedSegment form{.kind = DataKind::kSound};
  if (!argument.empty()) {
    const auto channels = ParseNumber(argument, kMaxChannels);
    if (!channels) return std::nullopt;
    form.channels = static_cast<uint8_t>(*channels);
  }
  if (Take(text, "8")) {
    form.is_signed = Take(text, "s");
  } else if (Take(text, "32f")) {
    form.bits = 32;
    form.is_float = true;
    form.big_endian = !Take(text, "le") && Take(text, "be");
  } else {
    form.bits = Take(text, "16") ? 16 : Take(text, "24") ? 24 : Take(text, "32") ? 32 : 0;
    form.big_endian = Take(text, "be");
    if (form.bits == 0 || (!form.big_endian && !Take(text, "le"))) return std::nullopt;
    form.is_signed = !Take(text, "u");
  }
  if (!text.empty()) return std::nullopt;
  return form;
}

std::optional<TypedSegment> ParsePicture(std::string_view text, std::string_view argument) {
  TypedSegment form{.kind = DataKind::kPicture};
  form.channels = Take(text, "graya")  ? 2
                  : Take(text, "gray") ? 1
                  : Take(text, "rgba") ? 4
                  : Take(text, "rgb")  ? 3
                                       : 0;
  if (form.channels == 0) return std::nullopt;
  form.big_endian = text == "16be";
  if (form.big_endian || text == "16le") {
    form.bits = 16;
  } else if (!text.empty()) {
    return std::nullopt;
  }
  const uint32_t pixel_bytes = form.channels * form.sample_bytes();
  const auto width = ParseNumber(argument, kMaxRowBytes / pixel_bytes);
  if (!width) return std::nullopt;
  form.row_bytes = *width * pixel_bytes;
  return form;
}

std::optional<TypedSegment> ParseProgram(std::string_view name) {
  for (int i = 1; i < kMachines; ++i) {
    const Machine machine{static_cast<uint8_t>(i)};
    if (name != NameOf(machine)) continue;
    TypedSegment form{.kind = DataKind::kProgram};
    form.machine = machine;
    return form;
  }
  return std::nullopt;
}

std::optional<TypedSegment> ParseRows(DataKind kind, uint64_t row_bytes_most, uint32_t per_byte,
                                      std::string_view argument,
                                      Layout layout = Layout::kEqual) {
  const auto number = ParseNumber(argument, row_bytes_most * per_byte);
  if (!number) return std::nullopt;
  TypedSegment form{.kind = kind, .layout = layout};
  form.row_bytes = (*number + per_byte - 1) / per_byte;
  return form;
}

}  // namespace

std::optional<TypedSegment> ParseKind(std::string_view text) {
  const size_t colon = text.find(':');
  const bool has_argument = colon != text.npos;
  std::string_view name = text.substr(0, colon);
  const std::string_view argument = has_argument ? text.substr(colon + 1) : std::string_view();
  if (has_argument && argument.empty()) return std::nullopt;
  if (name == "glyphs")
    return ParseRows(DataKind::kTable, kMaxRowBytes, 1, argument, Layout::kGlyphs);
  if (text == "tagged") return ParseRows(DataKind::kTable, 1, 1, "1", Layout::kTagged);
  if (name == "table") return ParseRows(DataKind::kTable, kMaxRowBytes, 1, argument);
  if (name == "program") return ParseProgram(argument);
  if (name == "genome") {
    if (!has_argument) return TypedSegment{.kind = DataKind::kGenome};
    return ParseRows(DataKind::kGenome, kMaxRowBytes, 1, argument);
  }
  if (name == "bits" || name == "palette") {
    auto form = ParseRows(DataKind::kPicture, kMaxRowBytes, name == "bits" ? 8 : 1, argument);
    if (form) form->bits = name == "bits" ? 1 : 8;
    if (form) form->is_palette = name == "palette";
    return form;
  }
  return Take(name, "raw") ? ParseSound(name, argument) : ParsePicture(name, argument);
}

}  // namespace lmzip
