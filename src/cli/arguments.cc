#include "cli/arguments.h"

#include "lmzip/error.h"

namespace lmzip {
namespace {

class Splitter {
 public:
  Splitter(const std::vector<std::string>& arguments, const OptionLookup& takes_value)
      : arguments_(arguments), takes_value_(takes_value) {}

  std::vector<Argument> Split() {
    bool only_words = false;
    while (next_ < arguments_.size()) {
      const std::string& argument = arguments_[next_++];
      if (only_words || argument.size() < 2 || argument[0] != '-') {
        split_.push_back({.name = {}, .value = argument});
      } else if (argument == "--") {
        only_words = true;
      } else if (argument[1] == '-') {
        SplitLong(argument);
      } else {
        SplitShort(argument);
      }
    }
    return std::move(split_);
  }

 private:
  void SplitLong(const std::string& argument) {
    const size_t equals = argument.find('=');
    Argument option{.name = argument.substr(0, equals), .value = {}};
    const bool has_value = equals != std::string::npos;
    if (TakesValue(option.name, argument)) {
      option.value = has_value ? argument.substr(equals + 1) : NextValue(option.name);
    } else if (has_value) {
      throw Error(ErrorCode::kUsage, option.name + " takes no value");
    }
    split_.push_back(std::move(option));
  }

  void SplitShort(const std::string& argument) {
    for (size_t at = 1; at < argument.size(); ++at) {
      Argument option{.name = {'-', argument[at]}, .value = {}};
      const bool takes_value = TakesValue(option.name, argument);
      if (takes_value) {
        option.value = at + 1 < argument.size() ? argument.substr(at + 1) : NextValue(option.name);
      }
      split_.push_back(std::move(option));
      if (takes_value) return;
    }
  }

  bool TakesValue(const std::string& name, const std::string& argument) const {
    if (const auto known = takes_value_(name)) return *known;
    const bool joined = argument.size() > 2 && argument[1] != '-';
    throw Error(ErrorCode::kUsage,
                "unknown option " + name + (joined ? " (in " + argument + ")" : ""));
  }

  std::string NextValue(const std::string& name) {
    if (next_ == arguments_.size()) throw Error(ErrorCode::kUsage, name + " needs a value");
    return arguments_[next_++];
  }

  const std::vector<std::string>& arguments_;
  const OptionLookup& takes_value_;
  size_t next_ = 0;
  std::vector<Argument> split_;
};

}  // namespace

std::vector<Argument> SplitArguments(const std::vector<std::string>& arguments,
                                     const OptionLookup& takes_value) {
  return Splitter(arguments, takes_value).Split();
}

}  // namespace lmzip
