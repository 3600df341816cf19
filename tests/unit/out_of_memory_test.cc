// Allocations of a job's threads fail in turn: the job ends, its process and pool go on.
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "support/codec_calls.h"
#include "support/failing_new.h"
#include "support/order2_frames.h"

namespace lmzip {
namespace {

using testing::CodedHeader;
using testing::FailingNew;
using testing::Order2Content;
using testing::Order2Pool;

/// Runs `work` with an allocation failing: the first one, the second one, later ones with gaps, for
/// every step of the coding has some. With `stays`, all that follow fail, too. Work that was done
/// is checked by `work` itself; other than std::bad_alloc nothing may come of it. The same work
/// must then succeed.
template <typename Work>
void FailInTurn(bool stays, Work work) {
  int failures = 0;
  for (long n = 0;; n += 1 + n / 8) {
    ASSERT_LT(n, 1000000) << "does not end";
    auto state = work.Start();
    FailingNew::stays = stays;
    FailingNew::left = n;
    try {
      work.Run(*state);
    } catch (const std::bad_alloc&) {
      ++failures;
    }
    // What was not needed: all allocations have succeeded.
    const bool past_the_last = FailingNew::left.exchange(FailingNew::kNever) > 0;
    ASSERT_NO_THROW(work.Run(*state)) << n;
    if (past_the_last) break;
  }
  EXPECT_GT(failures, 3);
}

struct PoolWork {
  FrameHeader header;
  int threads;
  bool decode;
  Bytes content = Order2Content(900, 1);
  Bytes code = Order2Pool(1).Encode(header, content);

  std::unique_ptr<Order2Pool> Start() const { return std::make_unique<Order2Pool>(threads); }
  void Run(Order2Pool& pool) const {
    if (decode) {
      ASSERT_EQ(pool.Decode(header, UnitChecks(content, header.unit_bytes()), code), content);
    } else {
      ASSERT_EQ(pool.Encode(header, content), code);
    }
  }
};

TEST(OutOfMemory, EndsTheJobsOfAThread) {
  for (FrameKind kind : {FrameKind::kModel, FrameKind::kMixed, FrameKind::kModelMixed}) {
    for (int threads : {1, 3}) {
      for (bool decode : {false, true}) {
        for (bool stays : {false, true}) {
          SCOPED_TRACE(std::string(MethodName(kind)) + (decode ? " decode " : " encode ") +
                       std::to_string(threads) + (stays ? " stays" : " once"));
          FailInTurn(stays, PoolWork{CodedHeader(kind, 900, 2, 6), threads, decode});
        }
      }
    }
  }
}

// The thread that waits for the pool, too, and the opening of the engine. The model's file is read
// before: the JSON library's destructors need memory.
struct CodecWork {
  std::string model = LMZIP_MODELS_DIR "/tiny.pt";
  Bytes content = Order2Content(700, 2);

  std::unique_ptr<Codec> Start() const {
    auto codec = std::make_unique<Codec>(CodecOptions{.model = model, .threads = 2});
    testing::Compressed(*codec, content, {.method = Method::kMixed});
    return codec;
  }
  void Run(Codec& codec) const {
    Bytes decoded;
    std::exception_ptr error;
    std::thread([&] {
      try {
        MemorySource source(content);
        MemorySink file, sink;
        codec.Compress(source, file, {.method = Method::kModelMixed, .verify = true});
        MemorySource coded(file.bytes());
        codec.Decompress(coded, sink, {});
        decoded = sink.bytes();
      } catch (...) {
        error = std::current_exception();
      }
    }).join();
    if (error) std::rethrow_exception(error);
    ASSERT_EQ(decoded, content);
  }
};

TEST(OutOfMemory, EndsTheCallOfACodec) {
  FailInTurn(/*stays=*/false, CodecWork{});
  FailInTurn(/*stays=*/true, CodecWork{});
}

}  // namespace
}  // namespace lmzip
