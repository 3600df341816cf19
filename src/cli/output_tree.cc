#include "cli/output_tree.h"

#include <filesystem>
#include <unordered_map>

#include "files/folder.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

// An input whose name has no output is reported when its turn comes.
std::string OutputOf(const Options& options, const Inputs& inputs, size_t index) try {
  return OutputPath(options, inputs, index).lexically_normal().string();
} catch (const Error&) {
  return "";
}

}  // namespace

OutputTree::OutputTree(const Options& options, const Inputs& inputs) : options_(options) {
  if (options.output_dir.empty()) return;
  std::unordered_map<std::string, const std::string*> outputs;
  for (size_t i = 0; i < inputs.paths.size(); ++i) {
    const std::string output = OutputOf(options, inputs, i);
    if (output.empty()) continue;
    const auto [other, is_new] = outputs.emplace(output, &inputs.paths[i]);
    if (!is_new) {
      throw Error(ErrorCode::kUsage, *other->second + " and " + inputs.paths[i] +
                                         " would have the same output, " + output);
    }
    AddFolders(inputs.paths[i], inputs.places[i]);
  }
  for (const auto& [folder, like] : folders_) {
    const auto file = outputs.find(fs::path(folder).lexically_normal().string());
    if (file == outputs.end()) continue;
    throw Error(ErrorCode::kUsage, folder + " would be the output of " + *file->second +
                                       " and the folder of other outputs");
  }
}

void OutputTree::AddFolders(const std::string& input, size_t place) {
  for (size_t end = input.find('/', place); end != std::string::npos;
       end = input.find('/', end + 1)) {
    folders_.emplace(fs::path(options_.output_dir) / input.substr(place, end - place),
                     input.substr(0, end));
  }
}

void OutputTree::MakeFolders() const {
  if (options_.output_dir.empty()) return;
  MakeFolder(options_.output_dir, /*like=*/"", options_.remove_source);
  for (const auto& [folder, like] : folders_) MakeFolder(folder, like, options_.remove_source);
}

}  // namespace lmzip
