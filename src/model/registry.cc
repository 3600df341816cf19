#include "model/registry.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/hash.h"
#include "base/own_place.h"
#include "base/platform.h"
#include "lmzip/error.h"

// linked_model.S, made by tools/embed.cc.
extern "C" {
extern const unsigned char lmzip_linked_model_begin[];
extern const unsigned char lmzip_linked_model_end[];
}

namespace lmzip {
namespace {

namespace fs = std::filesystem;

// Regular files alone: reading a FIFO would wait for its writer.
std::vector<fs::path> ModelFilesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unreadable;
    if (entry->path().extension() == ".pt" && entry->is_regular_file(unreadable)) {
      files.push_back(entry->path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string SearchedFolders(const Folders& first) {
  std::string text;
  for (const fs::path& folder : ModelSearchPath(first))
    text += (text.empty() ? "" : ", ") + folder.string();
  return text;
}

/// Tries files in turn, for a damaged copy must not hide a sound one.
class FirstSound {
 public:
  /// `path`, when it can be read and is a sound model; else null, and the first problem is kept.
  std::shared_ptr<const ModelFile> Open(const fs::path& path) {
    try {
      return ModelFile::Open(path);
    } catch (const Error& e) {
      if (!problem_) problem_ = e;
      return nullptr;
    }
  }

  /// Throws the first problem, if there was one.
  void ThrowProblem() const {
    if (problem_) throw Error(*problem_);
  }

 private:
  std::optional<Error> problem_;
};

}  // namespace

std::shared_ptr<const ModelFile> LinkedModel() {
  static const auto model =
      ModelFile::Read(ByteView(lmzip_linked_model_begin, lmzip_linked_model_end), "linked-in model",
                      ModelFile::IdCheck::kTrust);
  return model;
}

Folders ModelSearchPath(const Folders& first) {
  Folders folders = first;
  if (const char* path = std::getenv("LMZIP_MODEL_PATH")) {
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, platform::kFolderSeparator);) {
      if (!part.empty()) folders.emplace_back(part);
    }
  }
  const fs::path users = platform::UserDataFolder();
  if (!users.empty()) folders.push_back(users / "lmzip/models");
  const Folders installed = InstalledFolders("share/lmzip/models");
  folders.insert(folders.end(), installed.begin(), installed.end());
  if (!OwnFile().empty()) folders.push_back(OwnFile().parent_path() / "models");  // of a build
  for (const fs::path& shared : platform::SharedDataFolders())
    folders.push_back(shared / "lmzip/models");
  Folders unique;
  for (const fs::path& folder : folders) {
    if (std::find(unique.begin(), unique.end(), folder) == unique.end()) unique.push_back(folder);
  }
  return unique;
}

std::string IdText(const ModelId& id) { return Hex(id); }
std::string ShortIdText(const ModelId& id) { return Hex(Shorten(id)); }

const ModelDescription& LinkedModelDescription() { return LinkedModel()->info(); }

ModelDescription ReadModel(const std::string& name_or_path, const Folders& first) {
  return FindModel(name_or_path, first)->info();
}

ModelId InstalledModel::Id() const {
  if (path.empty() || info->tier == Tier::kExact) return info->id;
  return ModelFile::Open(path)->info().id;
}

std::vector<InstalledModel> InstalledModels(const Folders& first) {
  std::vector<InstalledModel> models = {{.path = {}, .info = LinkedModel()->info(), .problem = {}}};
  for (const fs::path& folder : ModelSearchPath(first)) {
    for (const fs::path& path : ModelFilesIn(folder)) {
      InstalledModel model{.path = path, .info = {}, .problem = {}};
      try {
        model.info = DescribeModel(path);
      } catch (const Error& e) {
        model.problem = e.what();
      }
      models.push_back(std::move(model));
    }
  }
  return models;
}

std::shared_ptr<const ModelFile> FindModel(const std::string& name_or_path,
                                           const Folders& folders) {
  if (name_or_path.empty()) return LinkedModel();
  if (const fs::path path = name_or_path; path.has_parent_path() || path.extension() == ".pt") {
    return ModelFile::Open(name_or_path);
  }
  FirstSound first;
  for (const fs::path& folder : ModelSearchPath(folders)) {
    const fs::path path = folder / (name_or_path + ".pt");
    std::error_code error;
    if (!fs::exists(path, error)) continue;
    if (auto file = first.Open(path)) return file;
  }
  if (name_or_path == LinkedModel()->info().name) return LinkedModel();
  first.ThrowProblem();
  throw Error(ErrorCode::kUsage,
              "no model named " + name_or_path + " in " + SearchedFolders(folders) +
                  "; a model file is named by its path, as in -m ./" + name_or_path + ".pt");
}

std::shared_ptr<const ModelFile> FindModel(const ShortModelId& id, const Folders& folders) {
  if (id.Begins(LinkedModel()->info().id)) return LinkedModel();
  const std::vector<InstalledModel> installed = InstalledModels(folders);
  FirstSound first;
  for (const InstalledModel& model : installed) {
    if (!model.info || model.info->tier != Tier::kExact || !id.Begins(model.info->id)) continue;
    if (auto file = first.Open(model.path)) return file;
  }
  first.ThrowProblem();
  FirstSound pinned;  // all of them are hashed, so only now; what is wrong with others says nothing
  for (const InstalledModel& model : installed) {
    if (!model.info || model.info->tier != Tier::kPinned) continue;
    if (auto file = pinned.Open(model.path); file && id.Begins(file->info().id)) return file;
  }
  throw Error(ErrorCode::kModelMismatch, "this needs the model with id " + Hex(id) +
                                             ", which is not in " + SearchedFolders(folders) +
                                             " (the linked-in model is " +
                                             Hex(Shorten(LinkedModel()->info().id, id.size)) +
                                             "); put its .pt file there or name it with -m");
}

}  // namespace lmzip
