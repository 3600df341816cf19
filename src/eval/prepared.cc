#include "eval/prepared.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>

#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr size_t kPatchRows = 32, kPatchColumns = 64;

std::string_view TextOf(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[noreturn]] void Refuse(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::kUsage, name + ": " + what);
}

struct Picture {
  size_t begin = 0;  // of its pixels
  size_t width = 0, height = 0, colours = 1;
};

// Binary PGM or PPM of 8 bits.
std::optional<Picture> FindPicture(ByteView bytes) {
  if (bytes.size() < 3 || bytes[0] != 'P' || (bytes[1] != '5' && bytes[1] != '6')) return {};
  const std::string_view text = TextOf(bytes);
  size_t at = 2;
  std::array<size_t, 3> numbers{};  // width, height, largest value
  for (size_t& number : numbers) {
    for (; at < text.size() && (std::isspace(bytes[at]) || text[at] == '#'); ++at) {
      if (text[at] == '#') at = std::min(text.find('\n', at), text.size() - 1);
    }
    const auto [end, error] =
        std::from_chars(text.data() + at, text.data() + text.size(), number);
    if (error != std::errc() || number == 0 || number > (1u << 30)) return {};
    at = static_cast<size_t>(end - text.data());
  }
  const Picture picture{at + 1, numbers[0], numbers[1], bytes[1] == '6' ? size_t{3} : 1};
  const bool whole =
      at < bytes.size() && numbers[2] < 256 &&
      picture.height <= (bytes.size() - at - 1) / picture.colours / picture.width;
  return whole ? std::optional(picture) : std::nullopt;
}

struct Sound {
  size_t begin = 0, bytes = 0;  // of its samples
  uint32_t channels = 1, sample_bytes = 1, rate = 0;
};

// WAV of integers of 8 or 16 bits.
std::optional<Sound> FindSound(ByteView bytes) {
  if (bytes.size() < 12 || TextOf(bytes.first(4)) != "RIFF" ||
      TextOf(bytes.subspan(8, 4)) != "WAVE") {
    return {};
  }
  constexpr unsigned kPcm = 1, kExtensible = 0xFFFE;
  std::optional<Sound> sound;
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const uint8_t* const chunk = bytes.data() + at;
    const size_t length = std::min<size_t>(LoadLe<uint32_t>(chunk + 4), bytes.size() - at - 8);
    const std::string_view name = TextOf(bytes.subspan(at, 4));
    if (name == "fmt " && length >= 16) {
      const unsigned kind = LoadLe<uint16_t>(chunk + 8), bits = LoadLe<uint16_t>(chunk + 22);
      const unsigned channels = LoadLe<uint16_t>(chunk + 10);
      if ((kind != kPcm && kind != kExtensible) || (bits != 8 && bits != 16) || channels == 0)
        return {};
      sound = Sound{
          .channels = channels, .sample_bytes = bits / 8, .rate = LoadLe<uint32_t>(chunk + 12)};
    } else if (name == "data" && sound) {
      sound->begin = at + 8;
      sound->bytes = length;
      return sound;
    }
    at += 8 + length + length % 2;
  }
  return {};
}

// Pixels of one picture, gray or coloured, as patches behind `out`.
void AppendPatches(ByteView pixels, const Picture& picture, Bytes& out) {
  for (size_t top = 0; top + kPatchRows <= picture.height; top += kPatchRows) {
    for (size_t left = 0; left + kPatchColumns <= picture.width; left += kPatchColumns) {
      for (size_t i = 0; i < kPatchRows * kPatchColumns; ++i) {
        const size_t row = top + i / kPatchColumns, column = left + i % kPatchColumns;
        const uint8_t* const pixel = &pixels[(row * picture.width + column) * picture.colours];
        unsigned sum = 0;
        for (size_t c = 0; c < picture.colours; ++c) sum += pixel[c];
        out.push_back(static_cast<uint8_t>(sum / picture.colours));
      }
    }
  }
}

// Of 16 bits, each `stride` bytes from the one before.
void AppendHighBytes(ByteView samples, size_t stride, Bytes& out) {
  for (size_t at = 0; at + 2 <= samples.size(); at += stride) {
    out.push_back(static_cast<uint8_t>(samples[at + 1] + 128));
  }
}

struct Array {
  std::string type;  // "|u1"
  std::vector<size_t> shape;
  size_t begin = 0;  // of its items
};

// What stands behind 'key': in the header's dictionary.
std::string_view ValueOf(std::string_view header, std::string_view key) {
  const size_t at = header.find(key);
  if (at == header.npos) return {};
  header.remove_prefix(at + key.size());
  header.remove_prefix(std::min(header.find_first_not_of("': "), header.size()));
  return header;
}

Array ParseArray(ByteView bytes, const std::string& name) {
  constexpr size_t kShort = 10, kLong = 12;
  if (bytes.size() < kLong) Refuse(name, "the header of the array is cut");
  const size_t before = bytes[6] == 1 ? kShort : kLong;
  const size_t length = bytes[6] == 1 ? LoadLe<uint16_t>(&bytes[8]) : LoadLe<uint32_t>(&bytes[8]);
  if (length > bytes.size() - before) Refuse(name, "the header of the array is cut");
  const std::string_view header = TextOf(bytes.subspan(before, length));
  Array array{.begin = before + length};
  if (ValueOf(header, "'fortran_order'").starts_with("True")) {
    Refuse(name, "the array has its columns first; expected C order");
  }
  const std::string_view type = ValueOf(header, "'descr'");
  array.type = type.substr(0, type.find('\''));
  std::string_view shape = ValueOf(header, "'shape'");
  shape = shape.substr(0, shape.find(')'));
  for (const char* at = shape.data(); at != shape.data() + shape.size();) {
    size_t size = 0;
    const auto [end, error] = std::from_chars(at, shape.data() + shape.size(), size);
    if (error == std::errc()) array.shape.push_back(size);
    at = error == std::errc() ? end : at + 1;
  }
  return array;
}

Prepared PrepareArray(ByteView bytes, const std::string& name) {
  const Array array = ParseArray(bytes, name);
  const ByteView items = bytes.subspan(array.begin);
  Prepared prepared;
  if (array.type == "<i2") {
    AppendHighBytes(items, 2, prepared.bytes);
    return prepared;
  }
  if (array.type != "|u1") {
    Refuse(name, "an array of '" + array.type + "'; expected bytes (|u1) or 16-bit sound (<i2)");
  }
  const size_t dimensions = array.shape.size();
  if (dimensions < 3) {
    prepared.bytes.assign(items.begin(), items.end());
    return prepared;
  }
  const Picture picture{0, array.shape[2], array.shape[1], dimensions == 4 ? array.shape[3] : 1};
  if (dimensions > 4 || (dimensions == 4 && picture.colours != 3) || picture.width == 0 ||
      picture.height == 0 || picture.height > items.size() / picture.width / picture.colours) {
    Refuse(name, "an array that is neither pictures (N x H x W) nor coloured ones (N x H x W x 3)");
  }
  const size_t step = picture.width * picture.height * picture.colours;
  for (size_t at = 0; at + step <= items.size(); at += step) {
    AppendPatches(items.subspan(at, step), picture, prepared.bytes);
  }
  return prepared;
}

Prepared PrepareSound(ByteView bytes, const Sound& sound) {
  const ByteView samples = bytes.subspan(sound.begin, sound.bytes);
  const size_t stride = size_t{sound.channels} * sound.sample_bytes;
  Prepared prepared;
  prepared.form.sample_rate = sound.rate;
  if (sound.sample_bytes == 2) {
    AppendHighBytes(samples, stride, prepared.bytes);
  } else {
    for (size_t at = 0; at < samples.size(); at += stride) prepared.bytes.push_back(samples[at]);
  }
  return prepared;
}

DataForm FormOf(ByteView bytes) {
  constexpr uint32_t kFlacChannels = 8;
  DataForm form;
  if (const auto picture = FindPicture(bytes)) {
    form.header_bytes = picture->begin;
    form.width = static_cast<uint32_t>(picture->width);
    form.colours = static_cast<uint32_t>(picture->colours);
  } else if (const auto sound = FindSound(bytes); sound && sound->channels <= kFlacChannels) {
    form.header_bytes = sound->begin;
    form.channels = sound->channels;
    form.sample_bytes = sound->sample_bytes;
    form.sample_rate = sound->rate;
  }
  return form;
}

// Bytes of a sequence of UTF-8 at the beginning of `bytes`; 0 where there is none.
size_t SequenceBytes(ByteView bytes) {
  const uint8_t first = bytes[0];
  const size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3
                        : first < 0xF5 ? 4 : 0;
  if (length == 0 || length > bytes.size()) return 0;
  const auto continues = [](uint8_t byte) { return (byte & 0xC0) == 0x80; };
  return std::ranges::all_of(bytes.subspan(1, length - 1), continues) ? length : 0;
}

// All but one byte of a hundred, so that a character cut by the end, or noise in it, changes
// nothing.
bool IsUtf8(ByteView bytes) {
  size_t others = 0;
  for (size_t at = 0; at < bytes.size();) {
    const size_t length = SequenceBytes(bytes.subspan(at));
    const bool text = length > 1 || (length == 1 && (bytes[at] >= ' ' || std::isspace(bytes[at])));
    if (!text) ++others;
    at += std::max<size_t>(length, 1);
  }
  return others <= bytes.size() / 100;
}

}  // namespace

Prepared Prepare(Bytes content, Preparation how, const std::string& name) {
  if (how == Preparation::kPaper) {
    if (TextOf(content).starts_with("\x93NUMPY")) return PrepareArray(content, name);
    if (const auto sound = FindSound(content)) return PrepareSound(content, *sound);
    if (const auto picture = FindPicture(content)) {
      Prepared prepared;
      AppendPatches(ByteView(content).subspan(picture->begin), *picture, prepared.bytes);
      return prepared;
    }
  }
  const DataForm form = FormOf(content);
  return {.bytes = std::move(content), .form = form};
}

uint64_t LoseBits(Bytes& bytes) {
  if (!IsUtf8(bytes)) {
    for (uint8_t& byte : bytes) byte >>= 1;
    return bytes.size();
  }
  const auto lost = std::ranges::count_if(bytes, [](uint8_t byte) { return byte >= 0x80; });
  for (uint8_t& byte : bytes) byte &= 0x7F;
  return static_cast<uint64_t>(lost);
}

}  // namespace lmzip
