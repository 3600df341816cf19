// A zip archive: the container of TorchScript model files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace lmzip {

class RandomAccess;

/// The stored (uncompressed) members of a zip archive, by name without the root folder.
class Archive {
 public:
  /// Where a member's bytes lie in the archive; inside of it.
  struct Extent {
    uint64_t offset;
    uint64_t size;
  };

  /// Reads the directory. Throws Error{kModelLoad}, with `label` in front, when this is no zip
  /// archive with a single root folder, or a directory entry leads out of it; Error{kIo}.
  Archive(const RandomAccess& bytes, const std::string& label);

  /// nullopt when there is no such member. Throws Error{kModelLoad} when it is compressed.
  std::optional<Extent> Find(const std::string& member) const;

 private:
  struct Member {
    Extent extent;
    bool stored;
  };

  std::string label_;
  std::map<std::string, Member> members_;
};

}  // namespace lmzip
