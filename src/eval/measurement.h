// One number of the table, and how it is kept between calls.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file_descriptor.h"

namespace lmzip {

/// What a file, or a domain's files together, take by one method.
struct Measurement {
  std::string file, domain;
  std::string method;        // "lm", "gzip"
  std::string model;         // its name; empty: none
  std::string model_id;      // short
  uint64_t chunk_bytes = 0;  // 0: unbounded
  uint64_t files = 1;
  uint64_t raw_bytes = 0;
  uint64_t coded_bytes = 0;  // of lmzip what `c` writes; of peers with one header for all chunks
  uint64_t lost_bits = 0;  // that were taken away before, and are in coded_bytes by the convention

  // Of models, from here on.
  std::optional<double> entropy_bits;   // -log2 of the probabilities of all that is coded
  uint64_t framing_bytes = 0;           // headers, lists and checks in coded_bytes
  uint64_t tokens = 0;
  uint64_t model_file_bytes = 0;        // as shipped
  uint64_t model_parameter_bytes = 0;   // at two bytes a parameter, as the paper has it

  void Add(const Measurement& other);
};

/// Of the content, and of the program that measures it: what decides a measurement beside options.
std::string ContentId(ByteView bytes);
std::string BuildId();

/// Measurements that were made before, by what decides them, in a file of lines of JSON.
class Records {
 public:
  /// Reads what there is and appends to it; an empty path: neither. A last line that was cut is
  /// forgotten. While it lives no other appends to the file. Throws Error{kIo, kUsage}.
  explicit Records(const std::string& path);

  /// The measurement with `key`, without file and domain.
  std::optional<Measurement> Find(const std::string& key) const;
  /// Keeps it, at once.
  void Add(const std::string& key, const Measurement& measurement);

 private:
  // Into `known_`; returns the bytes of whole lines.
  off_t ReadLines();

  const std::string path_;
  std::map<std::string, Measurement> known_;
  FileDescriptor file_;
};

/// Names and values, as tables of JSON have them.
std::string ToJson(const Measurement& measurement);

}  // namespace lmzip
