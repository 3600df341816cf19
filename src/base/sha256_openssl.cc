#include <openssl/sha.h>

#include "base/check.h"
#include "base/hash.h"

namespace lmzip {

// The low-level interface: EVP's would load providers and a configuration file at every start.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
struct Sha256::Context {
  SHA256_CTX sha;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  LMZIP_CHECK(SHA256_Init(&context_->sha) == 1);
}
Sha256::~Sha256() = default;

void Sha256::Add(ByteView bytes) {
  LMZIP_CHECK(SHA256_Update(&context_->sha, bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256::Finish() {
  Sha256Digest digest;
  LMZIP_CHECK(SHA256_Final(digest.data(), &context_->sha) == 1);
  return digest;
}
#pragma GCC diagnostic pop

}  // namespace lmzip
