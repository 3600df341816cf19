// The commands. Each returns an exit code; what concerns one file only is reported and counted.
#pragma once

#include "cli/options.h"

namespace lmzip {

/// c, d and t.
int RunTranscode(const Options& options);
/// c --dry-run.
int RunDryRun(const Options& options);
int RunList(const Options& options);
int RunModels(const Options& options);
int RunBench(const Options& options);
int RunView(const Options& options);
int RunSample(const Options& options);
int RunEval(const Options& options);
int RunReference(const Options& options);

}  // namespace lmzip
