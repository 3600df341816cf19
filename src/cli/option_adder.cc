#include "cli/option_adder.h"

#include <bit>
#include <charconv>
#include <optional>

namespace lmzip {
namespace {

// "4096", "64K", "64KiB", "2G"; nullopt for what is none.
std::optional<uint64_t> ParseSize(std::string text) try {
  if (!CLI::AsSizeValue(false)(text).empty()) return std::nullopt;  // leaves the number in text
  uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return size;
} catch (const CLI::ValidationError&) {
  return std::nullopt;
}

// What an option is called in messages: the last of its names.
std::string CalledBy(const std::string& names) { return names.substr(names.rfind(',') + 1); }

}  // namespace

CLI::ValidationError Refusal(const std::string& names, const std::string& text,
                             const std::string& expected) {
  return CLI::ValidationError(CalledBy(names) + " '" + text + "'", "expected " + expected);
}

ByteRange ParseRange(const std::string& text) {
  const auto size = [&text](const std::string& part) {
    const auto value = ParseSize(part);
    if (!value) throw Refusal("--range", text, "FROM:LEN, as in 1M:64K");
    return *value;
  };
  const size_t colon = std::min(text.find(':'), text.size());
  ByteRange range;
  range.begin = size(text.substr(0, colon));
  if (colon == text.size()) size("");  // no colon
  if (colon + 1 < text.size()) {
    const uint64_t length = size(text.substr(colon + 1));
    if (length < range.end - range.begin) range.end = range.begin + length;
  }
  return range;
}

uint64_t ParseChunk(const std::string& text) {
  constexpr uint64_t kLeast = 16, kMost = uint64_t{64} << 20;
  const auto size = ParseSize(text);
  if (!size || (*size != 0 && (!std::has_single_bit(*size) || *size < kLeast || *size > kMost))) {
    throw Refusal("--chunk", text, "0 or a power of two from 16 to 64M");
  }
  return *size;
}

CLI::Option* OptionAdder::AddValue(CLI::App& app, const std::string& names, const std::string& text,
                                   Take take, const std::string& help) const {
  const auto take_word = [&words = words_, take = std::move(take)](const std::string& number) {
    take(words.At(number));
  };
  return app.add_option_function<std::string>(names, take_word, help)
      ->option_text(text)
      ->trigger_on_parse();
}

CLI::Option* OptionAdder::AddFlag(CLI::App& app, const std::string& names,
                                  const std::function<void()>& set, const std::string& help) {
  return app.add_flag_callback(names, set, help)->trigger_on_parse();
}

void OptionAdder::AddWords(CLI::App& app, const char* name, Take take, const char* help) const {
  const auto take_all = [&words = words_,
                         take = std::move(take)](const std::vector<std::string>& numbers) {
    for (const std::string& number : numbers) take(words.At(number));
  };
  app.add_option_function<std::vector<std::string>>(name, take_all, help)
      ->take_all()
      ->option_text(" ");
}

CLI::Option* OptionAdder::AddName(CLI::App& app, const std::string& names, const char* text,
                                  const Take& take, const std::string& help) const {
  const auto take_name = [names, take](const std::string& name) {
    if (name.empty()) throw Refusal(names, name, "a name");
    take(name);
  };
  return AddValue(app, names, text, take_name, help);
}

CLI::Option* OptionAdder::AddSize(CLI::App& app, const std::string& names,
                                  const std::function<void(uint64_t)>& set,
                                  const std::string& help) const {
  const auto take = [names, set](const std::string& text) {
    const auto size = ParseSize(text);
    if (!size) throw Refusal(names, text, "a size, as 4096, 64K, 16M or 2G");
    set(*size);
  };
  return AddValue(app, names, "SIZE", take, help);
}

}  // namespace lmzip
