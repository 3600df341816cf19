// The commands and their options, as CLI11 knows them.
#pragma once

namespace CLI {
class App;
}

namespace lmzip {

struct Options;
class Words;

/// All are used while `app` parses. Of options CLI11 is told the names; words and values it is
/// passed as numbers of `words`.
void DefineCommands(CLI::App& app, Options& options, const Words& words);

}  // namespace lmzip
