#include "model/fingerprint.h"

#include <algorithm>
#include <map>

namespace lmzip {
namespace {

constexpr const char* kBetweenFields = "; ";

std::map<std::string, std::string> ParseFingerprint(const std::string& text) {
  std::map<std::string, std::string> fields;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(kBetweenFields, begin), text.size());
    const std::string field = text.substr(begin, end - begin);
    const size_t sign = std::min(field.find('='), field.size());
    fields[field.substr(0, sign)] = field.substr(std::min(sign + 1, field.size()));
    begin = end + 2;
  }
  return fields;
}

std::string ValueOf(const std::map<std::string, std::string>& fields, const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? "unknown" : found->second;
}

}  // namespace

std::string FormatFingerprint(const FingerprintFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    std::string plain = value;
    std::ranges::replace(plain, ';', ',');
    text += (text.empty() ? "" : kBetweenFields) + name + "=" + plain;
  }
  return text;
}

std::string DescribeFingerprintChange(const std::string& recorded, const std::string& own) {
  if (recorded == own) return "";
  const auto then = ParseFingerprint(recorded), now = ParseFingerprint(own);
  std::map<std::string, std::string> names = then;
  names.insert(now.begin(), now.end());
  std::string text;
  for (const auto& [name, value] : names) {
    const std::string was = ValueOf(then, name), is = ValueOf(now, name);
    if (was == is) continue;
    text += (text.empty() ? "" : ", ") + name + " is " + is + ", was " + was;
  }
  return text.empty() ? "it reads \"" + own + "\", was \"" + recorded + "\"" : text;
}

}  // namespace lmzip
