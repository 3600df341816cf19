#include "eval/measurement.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/own_place.h"
#include "files/descriptor_io.h"
#include "lmzip/lmzip.h"

namespace lmzip {
namespace {

using Json = nlohmann::json;

Json JsonOf(const Measurement& m) {
  Json json = {{"file", m.file},
               {"domain", m.domain},
               {"method", m.method},
               {"model", m.model},
               {"model_id", m.model_id},
               {"chunk_bytes", m.chunk_bytes},
               {"files", m.files},
               {"raw_bytes", m.raw_bytes},
               {"coded_bytes", m.coded_bytes},
               {"lost_bits", m.lost_bits}};
  if (!m.entropy_bits) return json;
  json["entropy_bits"] = *m.entropy_bits;
  json["framing_bytes"] = m.framing_bytes;
  json["tokens"] = m.tokens;
  json["model_file_bytes"] = m.model_file_bytes;
  json["model_parameter_bytes"] = m.model_parameter_bytes;
  return json;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Measurement FromJson(const Json& json) {
  Measurement m;
  json.at("method").get_to(m.method);
  json.at("model").get_to(m.model);
  json.at("model_id").get_to(m.model_id);
  json.at("chunk_bytes").get_to(m.chunk_bytes);
  json.at("raw_bytes").get_to(m.raw_bytes);
  json.at("coded_bytes").get_to(m.coded_bytes);
  json.at("lost_bits").get_to(m.lost_bits);
  if (!json.contains("entropy_bits")) return m;
  m.entropy_bits = json.at("entropy_bits").get<double>();
  json.at("framing_bytes").get_to(m.framing_bytes);
  json.at("tokens").get_to(m.tokens);
  json.at("model_file_bytes").get_to(m.model_file_bytes);
  json.at("model_parameter_bytes").get_to(m.model_parameter_bytes);
  return m;
}

}  // namespace

std::string ContentId(ByteView bytes) {
  Sha256 hash;
  hash.Add(bytes);
  return Hex(hash.Finish());
}

std::string BuildId() {
  std::ifstream file(OwnFile(), std::ios::binary);
  Xxh3Stream hash;
  std::vector<char> buffer(1 << 20);
  for (bool more = true; more;) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    more = file.gcount() > 0;
    hash.Add({reinterpret_cast<const uint8_t*>(buffer.data()), static_cast<size_t>(file.gcount())});
  }
  return std::string(Version()) + '-' + std::to_string(hash.Digest());
}

void Measurement::Add(const Measurement& other) {
  files += other.files;
  raw_bytes += other.raw_bytes;
  coded_bytes += other.coded_bytes;
  lost_bits += other.lost_bits;
  if (entropy_bits && other.entropy_bits) *entropy_bits += *other.entropy_bits;
  framing_bytes += other.framing_bytes;
  tokens += other.tokens;
}

Records::Records(const std::string& path) : path_(path) {
  if (path.empty()) return;
  file_ = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  if (!file_) throw IoError(path + ": cannot open", errno);
  // Two that write would cut each other's lines. What cannot be locked (some network's files) is
  // written all the same.
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw Error(ErrorCode::kUsage, path + ": another eval is writing it");
  }
  const off_t whole = ReadLines();
  if (::ftruncate(file_.get(), whole) != 0) throw IoError(path + ": cannot cut", errno);
  if (::lseek(file_.get(), 0, SEEK_END) < 0) throw IoError(path + ": cannot seek", errno);
}

off_t Records::ReadLines() {
  std::ifstream in(path_, std::ios::binary);
  off_t whole = 0;
  for (std::string line; std::getline(in, line) && !in.eof();) {
    try {
      const Json json = Json::parse(line);
      known_[json.at("key").get<std::string>()] = FromJson(json);
    } catch (const Json::exception&) {
      throw Error(ErrorCode::kUsage, path_ + ": holds something else than measurements of eval");
    }
    whole += static_cast<off_t>(line.size() + 1);
  }
  return whole;
}

std::optional<Measurement> Records::Find(const std::string& key) const {
  const auto found = known_.find(key);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void Records::Add(const std::string& key, const Measurement& measurement) {
  if (!file_) return;
  Json json = JsonOf(measurement);
  json["key"] = key;
  const std::string line = Dump(json) + '\n';
  DescriptorSink(file_.get(), path_)
      .Write({reinterpret_cast<const uint8_t*>(line.data()), line.size()});
}

std::string ToJson(const Measurement& measurement) { return Dump(JsonOf(measurement)); }

}  // namespace lmzip
