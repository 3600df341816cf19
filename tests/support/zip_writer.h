// Zip archives of stored members, as model files are: what an honest writer makes of any content.
#pragma once

#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace lmzip::testing {

using ZipMembers = std::vector<std::pair<std::string, Bytes>>;

/// An archive of `members`, whose names include the root folder.
inline Bytes ZipOf(const ZipMembers& members) {
  Bytes zip, directory;
  const auto add_common = [](Bytes& out, const std::string& name, const Bytes& data) {
    for (const int field : {20, 0, 0, 0, 0}) AppendLe(static_cast<uint16_t>(field), out);
    AppendLe(static_cast<uint32_t>(crc32(0, data.data(), static_cast<uInt>(data.size()))), out);
    AppendLe(static_cast<uint32_t>(data.size()), out);
    AppendLe(static_cast<uint32_t>(data.size()), out);
    AppendLe(static_cast<uint16_t>(name.size()), out);
    AppendLe(uint16_t{0}, out);
  };
  for (const auto& [name, data] : members) {
    const auto offset = static_cast<uint32_t>(zip.size());
    AppendLe(uint32_t{0x04034b50}, zip);
    add_common(zip, name, data);
    zip.insert(zip.end(), name.begin(), name.end());
    zip.insert(zip.end(), data.begin(), data.end());
    AppendLe(uint32_t{0x02014b50}, directory);
    AppendLe(uint16_t{20}, directory);
    add_common(directory, name, data);
    for (int i = 0; i < 5; ++i) AppendLe(uint16_t{0}, directory);
    AppendLe(offset, directory);
    directory.insert(directory.end(), name.begin(), name.end());
  }
  const auto begin = static_cast<uint32_t>(zip.size());
  zip.insert(zip.end(), directory.begin(), directory.end());
  AppendLe(uint32_t{0x06054b50}, zip);
  AppendLe(uint32_t{0}, zip);
  AppendLe(static_cast<uint16_t>(members.size()), zip);
  AppendLe(static_cast<uint16_t>(members.size()), zip);
  AppendLe(static_cast<uint32_t>(directory.size()), zip);
  AppendLe(begin, zip);
  AppendLe(uint16_t{0}, zip);
  return zip;
}

}  // namespace lmzip::testing
