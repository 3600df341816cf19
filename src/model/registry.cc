#include "model/registry.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "lmzip/error.h"

// default_model.S, made by lmzip_embed.
extern "C" {
extern const unsigned char lmzip_linked_model_begin[];
extern const unsigned char lmzip_linked_model_end[];
}

namespace lmzip {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> ModelFilesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".pt") files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string SearchedFolders() {
  std::string text;
  for (const fs::path& folder : ModelSearchPath())
    text += (text.empty() ? "" : ", ") + folder.string();
  return text;
}

}  // namespace

std::shared_ptr<const ModelFile> LinkedModel() {
  static const auto model =
      ModelFile::Read(ByteView(lmzip_linked_model_begin, lmzip_linked_model_end), "linked-in model",
                      ModelFile::IdCheck::kTrust);
  return model;
}

std::vector<fs::path> ModelSearchPath() {
  std::vector<fs::path> folders;
  if (const char* path = std::getenv("LMZIP_MODEL_PATH")) {
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, ':');) {
      if (!part.empty()) folders.emplace_back(part);
    }
  }
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) {
    folders.push_back(fs::path(data) / "lmzip/models");
  } else if (const char* home = std::getenv("HOME"); home && *home) {
    folders.push_back(fs::path(home) / ".local/share/lmzip/models");
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    folders.push_back(program.parent_path().parent_path() / "share/lmzip/models");
    folders.push_back(program.parent_path() / "models");  // of a build
  }
  folders.emplace_back("/usr/local/share/lmzip/models");
  folders.emplace_back("/usr/share/lmzip/models");
  std::vector<fs::path> unique;
  for (const fs::path& folder : folders) {
    if (std::find(unique.begin(), unique.end(), folder) == unique.end()) unique.push_back(folder);
  }
  return unique;
}

std::vector<InstalledModel> InstalledModels() {
  std::vector<InstalledModel> models = {{.path = {}, .file = LinkedModel(), .problem = {}}};
  for (const fs::path& folder : ModelSearchPath()) {
    for (const fs::path& path : ModelFilesIn(folder)) {
      InstalledModel model{.path = path, .file = nullptr, .problem = {}};
      try {
        model.file = ModelFile::Open(path, ModelFile::IdCheck::kTrust);
      } catch (const Error& e) {
        model.problem = e.what();
      }
      models.push_back(std::move(model));
    }
  }
  return models;
}

std::shared_ptr<const ModelFile> FindModel(const std::string& name_or_path) {
  if (name_or_path.empty()) return LinkedModel();
  if (name_or_path.find('/') != std::string::npos || fs::path(name_or_path).extension() == ".pt") {
    return ModelFile::Open(name_or_path, ModelFile::IdCheck::kHash);
  }
  for (const fs::path& folder : ModelSearchPath()) {
    const fs::path path = folder / (name_or_path + ".pt");
    std::error_code error;
    if (fs::exists(path, error)) return ModelFile::Open(path, ModelFile::IdCheck::kHash);
  }
  if (name_or_path == LinkedModel()->info().name) return LinkedModel();
  throw Error(ErrorCode::kUsage, "no model named " + name_or_path + " in " + SearchedFolders() +
                                     "; a model file is named by its path, as in -m ./" +
                                     name_or_path + ".pt");
}

std::shared_ptr<const ModelFile> FindModel(const ShortModelId& id) {
  if (id.Begins(LinkedModel()->info().id)) return LinkedModel();
  for (const InstalledModel& model : InstalledModels()) {
    if (!model.file || !id.Begins(model.file->info().id)) continue;
    return ModelFile::Open(model.path, ModelFile::IdCheck::kHash);
  }
  throw Error(ErrorCode::kModelMismatch,
              "this needs the model with id " + Hex(id) + ", which is not in " + SearchedFolders() +
                  " (the linked-in model is " + Hex(Shorten(LinkedModel()->info().id, id.size)) +
                  "); put its .pt file there or name it with -m");
}

}  // namespace lmzip
