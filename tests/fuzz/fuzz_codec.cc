// Whole files through the public interface, with stored frames (and, from the corpus, coded ones):
// decoding as it comes and with recovery, within an output limit; and the way there and back.
#include "base/check.h"
#include "base/io.h"
#include "lmzip/lmzip.h"

namespace {

using namespace lmzip;

constexpr uint64_t kMaxOutput = 1 << 16;

Codec& SharedCodec() {
  static Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt",
                      .engine = Engine::kNative,
                      .device = "cpu",
                      .threads = 1});
  return codec;
}

// A model of tokens, with which the stream's coded frames need not be decodable.
Codec& TokenCodec() {
  static Codec codec({.model = LMZIP_TESTS_DIR "/data/tokens.pt",
                      .engine = Engine::kNative,
                      .device = "cpu",
                      .threads = 1});
  return codec;
}

void Decode(Codec& codec, ByteView file, bool keep_going) {
  MemorySource source(file);
  MemorySink sink;
  DecodeOptions options;
  options.keep_going = keep_going;
  options.max_output = kMaxOutput;
  try {
    codec.Decompress(source, sink, options);
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() != ErrorCode::kUsage && e.code() != ErrorCode::kIo);
  }
  LMZIP_CHECK(sink.bytes().size() <= kMaxOutput);
}

void RoundTrip(ByteView content, uint8_t shape) {
  EncodeOptions options;
  options.method = shape % 8 == 0 ? Method::kModel : Method::kStore;
  options.frame_bytes = 1 + shape;
  MemorySource source(content);
  MemorySink file, decoded;
  SharedCodec().Compress(source, file, options);
  MemorySource again(file.bytes());
  SharedCodec().Decompress(again, decoded, {});
  LMZIP_CHECK(decoded.bytes() == Bytes(content.begin(), content.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView input(data, size);
  for (Codec* codec : {&SharedCodec(), &TokenCodec()}) {
    Decode(*codec, input, false);
    Decode(*codec, input, true);
  }
  MemorySource source(input);
  try {
    LMZIP_CHECK(List(source).coded_bytes <= size);
  } catch (const Error&) {
  }
  if (size > 0) RoundTrip(input.subspan(1).first(std::min<size_t>(size - 1, 600)), data[0]);
  return 0;
}
