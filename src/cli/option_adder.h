// Ways to tell CLI11 of an option.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// What a value was, and what was expected in its place. `names`: of the option.
CLI::ValidationError Refusal(const std::string& names, const std::string& text,
                             const std::string& expected);

/// FROM:LEN, both sizes; LEN may be left out. Throws a Refusal.
ByteRange ParseRange(const std::string& text);

/// A size of chunks: 0, or a power of two from 16 bytes to 64 MiB. Throws a Refusal.
uint64_t ParseChunk(const std::string& text);

/// Options take effect in the order in which they are given. CLI11 sees numbers of `words` in the
/// place of their values.
class OptionAdder {
 public:
  /// `words` must outlive the parsing.
  explicit OptionAdder(const Words& words) : words_(words) {}

 protected:
  using Take = std::function<void(const std::string& text)>;

  CLI::Option* AddValue(CLI::App& app, const std::string& names, const std::string& text, Take take,
                        const std::string& help) const;
  static CLI::Option* AddFlag(CLI::App& app, const std::string& names,
                              const std::function<void()>& set, const std::string& help);
  /// Any number of words, which are no options.
  void AddWords(CLI::App& app, const char* name, Take take, const char* help) const;
  /// The name of a file or a model.
  CLI::Option* AddName(CLI::App& app, const std::string& names, const char* text, const Take& take,
                       const std::string& help) const;
  CLI::Option* AddSize(CLI::App& app, const std::string& names,
                       const std::function<void(uint64_t)>& set, const std::string& help) const;
  CLI::Option* AddSize(CLI::App& app, const std::string& names, uint64_t& value,
                       const std::string& help) const {
    return AddSize(app, names, [&value](uint64_t size) { value = size; }, help);
  }

  template <typename Number>
  CLI::Option* AddNumber(CLI::App& app, const std::string& names, Number& value,
                         const std::string& help) const {
    const auto take = [names, &value](const std::string& text) {
      const char* const end = text.data() + text.size();
      const auto [at, error] = std::from_chars(text.data(), end, value);
      if (error != std::errc() || at != end) throw Refusal(names, text, "a number");
    };
    return AddValue(app, names, "N", take, help);
  }

  template <typename Value>
  CLI::Option* AddChoice(CLI::App& app, const std::string& names, Value& value,
                         const std::vector<std::pair<std::string, Value>>& choices,
                         const std::string& help) const {
    return AddChosen<Value>(app, names, [&value](Value chosen) { value = chosen; }, choices, help);
  }

  /// A choice that may be given several times.
  template <typename Value>
  CLI::Option* AddEach(CLI::App& app, const std::string& names, std::vector<Value>& values,
                       const std::vector<std::pair<std::string, Value>>& choices,
                       const std::string& help) const {
    return AddChosen<Value>(
               app, names, [&values](Value chosen) { values.push_back(chosen); }, choices, help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

 private:
  template <typename Value>
  CLI::Option* AddChosen(CLI::App& app, const std::string& names, std::function<void(Value)> choose,
                         const std::vector<std::pair<std::string, Value>>& choices,
                         const std::string& help) const {
    std::string words;
    for (const auto& [word, unused] : choices) words += (words.empty() ? "" : "|") + word;
    const auto take = [names, words, choices, choose](const std::string& text) {
      const auto chosen =
          std::ranges::find_if(choices, [&](const auto& choice) { return choice.first == text; });
      if (chosen == choices.end()) throw Refusal(names, text, words);
      choose(chosen->second);
    };
    return AddValue(app, names, words, take, help);
  }

  const Words& words_;
};

}  // namespace lmzip
