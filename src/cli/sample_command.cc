// sample: what a model expects.
#include <unistd.h>

#include <algorithm>
#include <string>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/exit_code.h"
#include "cli/progress.h"
#include "cli/result_file.h"
#include "lmzip/lmzip.h"
#include "show/printable.h"

namespace lmzip {
namespace {

/// Shows bytes on a terminal, which they do not command.
class TerminalSink final : public ByteSink {
 public:
  /// `out` must outlive this.
  explicit TerminalSink(ByteSink& out) : out_(out) {}

  void Write(std::span<const uint8_t> bytes) override {
    rest_.append(bytes.begin(), bytes.end());
    Show(kLongestCharacter - 1);
  }
  void Finish() { Show(0); }

 private:
  static constexpr size_t kLongestCharacter = 4;

  // All but so much of the end as may be a part of a character.
  void Show(size_t kept) {
    std::string text;
    size_t at = 0;
    while (at + kept < rest_.size()) {
      const Character character = FirstCharacter(std::string_view(rest_).substr(at));
      const std::string bytes = rest_.substr(at, character.bytes);
      text += bytes == "\n" || bytes == "\t" ? bytes : Printable(bytes);
      at += character.bytes;
    }
    rest_.erase(0, at);
    out_.Write({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }

  ByteSink& out_;
  std::string rest_;
};

}  // namespace

int RunSample(const Options& options) {
  Content prompt;
  if (!options.prompt.empty()) prompt = ReadContent(options.prompt);
  ResultFile result(options.output, options.force);
  TerminalSink shown(result.sink());
  const bool raw = options.force || !result.terminal();
  Codec codec(options.codec);
  ProgressLine line(options, prompt.size() + options.sample.bytes);
  {
    ProgressLine::File file(line, prompt.size() + options.sample.bytes);
    codec.Sample(prompt, raw ? result.sink() : shown, options.sample, options.encode,
                 &file.progress());
  }
  if (!raw) shown.Finish();
  result.Commit();
  return kDone;
}

}  // namespace lmzip
