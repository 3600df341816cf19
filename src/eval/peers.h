// Other compressors, for comparison. What the program and liblmzip_peers.so share: no types of the
// libraries here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace lmzip {

/// What bytes are, for the peers that care. Where nothing is known, the paper's ways to look at any
/// bytes: a gray picture 64 wide, one channel of 8-bit sound.
struct DataForm {
  size_t header_bytes = 0;    // before pixels and samples; counted as they are
  uint32_t width = 64;        // of a picture, in pixels
  uint32_t colours = 1;       // bytes a pixel: 1 or 3
  uint32_t channels = 1;      // of sound
  uint32_t sample_bytes = 1;  // 1: unsigned; 2: signed, little-endian
  uint32_t sample_rate = 16000;
};

struct PeerDescription {
  std::string name;     // "gzip"
  std::string setting;  // library, its version, and how it is called
};

class Peers {
 public:
  virtual ~Peers() = default;
  virtual const std::vector<PeerDescription>& list() const = 0;
  /// Names of those that this program was built without.
  virtual const std::vector<std::string>& missing() const = 0;
  /// What `bytes` take by list()[peer], its file's header included. Thread-safe. Throws Error.
  virtual uint64_t CodedBytes(size_t peer, ByteView bytes, const DataForm& form) const = 0;
};

inline constexpr const char* kPeersOpenSymbol = "lmzip_peers_open";
using PeersOpenFunction = const Peers*();

/// The peers, in a plug-in that is opened at the first call: what its libraries cost at a start is
/// paid by those who compare. Throws Error{kUsage} where it is not to be had.
const Peers& OpenPeers();

}  // namespace lmzip
