// Completions for shells, made from the definitions of the options themselves.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace lmzip {

/// A script for `shell`: "bash", "zsh" or "fish".
std::string CompletionScript(const CLI::App& app, const std::string& shell);

}  // namespace lmzip
