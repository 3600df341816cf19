// The arguments of a command line, taken apart as the shell passed them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lmzip {

/// An option, perhaps with a value; or a word, which has no name.
struct Argument {
  std::string name;  // "-o", "--output"; empty: a word
  std::optional<std::string> value;
};

/// Whether the option of this name ("-o") takes a value; nullopt: there is none.
using OptionLookup = std::function<std::optional<bool>(const std::string& name)>;

/// By the conventions of POSIX and GNU: "-kfo FILE", "-oFILE", "--output FILE", "--output=FILE";
/// options and words in any order; "-" is a word; behind "--" all are. Words and values are any
/// bytes. Throws Error{kUsage}.
std::vector<Argument> SplitArguments(const std::vector<std::string>& arguments,
                                     const OptionLookup& takes_value);

/// Words and values, which CLI11 must not see: to it "[a,b]", "++" and others have a meaning. It
/// passes on their numbers instead.
class Words {
 public:
  std::string NumberOf(std::string word) {
    words_.push_back(std::move(word));
    return std::to_string(words_.size() - 1);
  }
  const std::string& At(const std::string& number) const { return words_.at(std::stoul(number)); }

 private:
  std::vector<std::string> words_;
};

}  // namespace lmzip
