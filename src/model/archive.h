// A zip archive in memory: the container of TorchScript model files.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace lmzip {

/// The stored (uncompressed) members of a zip archive, by name without the root folder.
class Archive {
 public:
  /// `bytes` must outlive this. Throws Error{kModelLoad}, with `label` in front, when this is no
  /// zip archive with a single root folder, or a directory entry leads out of it.
  Archive(ByteView bytes, const std::string& label);

  /// nullopt when there is no such member. Throws Error{kModelLoad} when it is compressed.
  std::optional<ByteView> Find(const std::string& member) const;

 private:
  struct Member {
    ByteView data;
    bool stored;
  };

  std::string label_;
  std::map<std::string, Member> members_;
};

}  // namespace lmzip
