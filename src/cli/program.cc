#include "cli/program.h"

#include <malloc.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <string_view>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "files/descriptor_io.h"
#include "files/fatal_signals.h"
#include "files/sink_buffer.h"
#include "show/printable.h"

namespace lmzip {
namespace {

/// Messages name files, models and what was found in them: bytes of others' choosing.
class PrintableMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const std::string text = PrintableLines({message.payload.data(), message.payload.size()});
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return spdlog::details::make_unique<PrintableMessage>();
  }
};

void SetUpMessages(int verbosity) {
  auto logger =
      std::make_shared<spdlog::logger>("lmzip", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PrintableMessage>('*').set_pattern("lmzip: %*");
  logger->set_formatter(std::move(formatter));
  logger->set_level(verbosity < 0    ? spdlog::level::err
                    : verbosity == 0 ? spdlog::level::warn
                    : verbosity == 1 ? spdlog::level::info
                                     : spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

int Dispatch(const Options& options) {
  switch (options.command) {
    case Command::kCompress:
      if (options.dry_run) return RunDryRun(options);
      return RunTranscode(options);
    case Command::kDecompress:
    case Command::kTest: return RunTranscode(options);
    case Command::kList: return RunList(options);
    case Command::kModels: return RunModels(options);
    case Command::kBench: return RunBench(options);
    case Command::kView: return RunView(options);
    case Command::kSample: return RunSample(options);
    case Command::kEval: return RunEval(options);
    case Command::kReference: return RunReference(options);
    case Command::kCompletion: break;  // answered with --help and --version
  }
  return kBug;
}

// What std::cout could not write must not pass for success.
int FlushedExitCode(int exit_code) {
  std::cout.flush();
  if (std::cout.good()) return exit_code;
  spdlog::error("standard output: cannot write");
  return std::max<int>(exit_code, kFailed);
}

// Freed memory goes back to the system, or --memory would be no promise: by default the buffers of
// a frame stay with the heaps of the threads that have freed them, in one heap a core and more.
void SetUpMemory() {
#if defined(__GLIBC__)
  ::mallopt(M_ARENA_MAX, 4);
  ::mallopt(M_MMAP_THRESHOLD, 256 << 10);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}

// Where memory is missing in what must not throw: the JSON library's destructors take some.
[[noreturn]] void OnTerminate() try {
  if (!std::current_exception()) std::abort();
  throw;
} catch (const std::bad_alloc&) {
  constexpr std::string_view kMessage = "lmzip: out of memory\n";
  (void)!::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  EndWithoutTraces(kFailed);
} catch (...) {
  std::abort();
}

int Run(int argc, char** argv) try {
  std::set_terminate(OnTerminate);
  SetUpMemory();
  OccupyStandardStreams();
  const ParsedCommandLine parsed = ParseCommandLine(argc, argv);
  SetUpMessages(parsed.options.verbosity);
  if (parsed.finished) return FlushedExitCode(parsed.exit_code);
  InstallFatalSignalHandlers();
  return FlushedExitCode(Dispatch(parsed.options));
} catch (const Error& e) {
  spdlog::error(e.what());
  return ExitCodeOf(e);
} catch (const std::bad_alloc&) {
  spdlog::error("out of memory");
  return kFailed;
} catch (const std::exception& e) {
  spdlog::error("this is a bug in lmzip, please report it: {}", e.what());
  return kBug;
}

}  // namespace

int RunProgram(int argc, char** argv) {
  DescriptorSink sink(STDOUT_FILENO, "standard output");
  SinkBuffer buffer(sink);
  std::streambuf* const own = std::cout.rdbuf(&buffer);
  const int exit_code = Run(argc, argv);
  std::cout.rdbuf(own);
  return exit_code;
}

}  // namespace lmzip
