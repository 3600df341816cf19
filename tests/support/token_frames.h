// Frames of tokens, whatever their size: random vocabularies, a tokenizer for them, and a pool.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "chunker/tokenized_content.h"
#include "codec/codec_context.h"
#include "engine/native.h"
#include "format/content_check.h"
#include "support/order2_frames.h"
#include "support/random_bytes.h"
#include "support/random_exact1.h"

namespace lmzip::testing {

/// A vocabulary of the 256 bytes, of strings drawn from `text`, 2 to 64 bytes long, and of tokens
/// that stand for nothing, all in random order.
class RandomVocabulary {
 public:
  RandomVocabulary(int size, ByteView text, uint64_t seed)
      : bytes_(TableBytes(size, text, seed)), table_(bytes_, size) {}

  const TokenTable& table() const { return table_; }
  /// The member tokens.bin.
  const Bytes& bytes() const { return bytes_; }

 private:
  static Bytes TableBytes(int size, ByteView text, uint64_t seed) {
    Random random(seed);
    std::vector<Bytes> tokens;
    for (int byte = 0; byte < 256; ++byte) tokens.push_back({static_cast<uint8_t>(byte)});
    while (static_cast<int>(tokens.size()) < size) {
      const size_t most = Below(random, 8) == 0 ? kMaxTokenBytes : 6;
      const size_t length =
          Below(random, 50) == 0 ? 0 : std::min(2 + Below(random, most - 1), text.size());
      const ByteView piece = text.subspan(Below(random, text.size() - length + 1), length);
      tokens.emplace_back(piece.begin(), piece.end());
    }
    for (size_t i = tokens.size(); i > 1; --i) std::swap(tokens[i - 1], tokens[Below(random, i)]);
    Bytes table;
    for (const Bytes& token : tokens) {
      table.push_back(static_cast<uint8_t>(token.size()));
      table.insert(table.end(), token.begin(), token.end());
    }
    return table;
  }

  const Bytes bytes_;
  const TokenTable table_;  // views bytes_
};

/// Takes the longest token that fits, again and again. One answer in `lies_in` has a mistake; 0:
/// none.
class GreedyTokenizer final : public Tokenizer {
 public:
  GreedyTokenizer(const TokenTable& table, uint64_t lies_in) : table_(table), lies_in_(lies_in) {
    for (int token = 0; token < table.size(); ++token) {
      const ByteView bytes = table.Bytes(token);
      by_text_[std::string(bytes.begin(), bytes.end())] = token;
    }
    by_text_.erase("");
  }

  int vocabulary() const override { return table_.size(); }

  void Tokenize(std::string_view text, std::vector<int>& tokens) const override {
    tokens.clear();
    const uint64_t noise = std::hash<std::string_view>{}(text);
    while (!text.empty()) {
      size_t length = std::min(text.size(), kMaxTokenBytes);
      while (!by_text_.contains(std::string(text.substr(0, length)))) --length;
      tokens.push_back(by_text_.at(std::string(text.substr(0, length))));
      text.remove_prefix(length);
    }
    if (lies_in_ > 0 && noise % lies_in_ == 0) Lie(noise / lies_in_, tokens);
  }

 private:
  void Lie(uint64_t noise, std::vector<int>& tokens) const {
    int& victim = tokens[noise / 8 % tokens.size()];
    switch (noise % 8) {
      case 0: victim = -1; break;
      case 1: victim = table_.size(); break;
      case 2: victim = table_.ByteToken(static_cast<uint8_t>(noise >> 32)); break;
      case 3: tokens.pop_back(); break;
      case 4: tokens.push_back(victim); break;
      case 5: tokens.clear(); break;
      default: std::swap(victim, tokens.front());
    }
  }

  const TokenTable& table_;
  const uint64_t lies_in_;
  std::map<std::string, int> by_text_;
};

/// A pool over a random model of `table.size()` tokens, which must outlive this.
class TokenPool {
 public:
  TokenPool(const TokenTable& table, int threads, Isa isa = ActiveIsa())
      : table_(table),
        model_(NewNativeModel(RandomExact1::Make(Shape(table.size()), Extremes::kNone, 1), isa)),
        network_(*model_),
        pool_(network_, threads) {}

  Bytes Encode(const FrameHeader& header, ByteView content, const Tokenizer& tokenizer) {
    auto job = FrameJob::Encode(header, content, {.prior = nullptr, .tokens = &table_},
                                Form(header, content, tokenizer));
    Run(job, content.size());
    return job->TakeCode();
  }

  CostSum Measure(const FrameHeader& header, ByteView content, const Tokenizer& tokenizer,
                  std::span<SymbolCost> costs = {}) {
    auto job = FrameJob::Measure(header, content, {.prior = nullptr, .tokens = &table_},
                                 Form(header, content, tokenizer), costs);
    Run(job, content.size());
    return job->cost();
  }

  Bytes Sample(const FrameHeader& header, std::unique_ptr<CodeSource> code) {
    Bytes content(header.raw_bytes);
    Run(FrameJob::Sample(header, std::make_unique<BitDecoder>(std::move(code)), content,
                         {.prior = nullptr, .tokens = &table_}),
        content.size());
    return content;
  }

  /// The residue, where the frame has copies. Throws Error{kCorrupt}.
  Bytes Decode(const FrameHeader& header, std::vector<uint32_t> checks, ByteView data) {
    Bytes content(header.residue_bytes());
    auto job = FrameJob::Decode(header, std::move(checks), data, content,
                                {.prior = nullptr, .tokens = &table_});
    Run(job, content.size());
    return content;
  }

 private:
  ContentForm Form(const FrameHeader& header, ByteView content, const Tokenizer& tokenizer) const {
    return {.tokens = TokenizeContent(tokenizer, table_, header.geometry, content), .segments = {}};
  }
  static Exact1Shape Shape(int vocabulary) {
    return {.width = 64,
            .layers = 1,
            .hidden = 64,
            .window = 8,
            .vocabulary = vocabulary,
            .tables = {{.order = 2, .rows = 256, .width = 64}}};
  }

  void Run(const std::shared_ptr<FrameJob>& job, uint64_t raw_bytes) {
    const JobOwner owner(job);  // cancels the job before its buffers go
    pool_.Submit(job);
    for (uint64_t done = 0; done < raw_bytes;) done = job->WaitBeyond(done);
  }

  const TokenTable& table_;
  const std::unique_ptr<Model> model_;
  TestNetwork network_;
  TestPool pool_;  // last: its threads use the model
};

inline FrameHeader TokenHeader(uint64_t raw_bytes, int lanes_log2, int segment_log2) {
  return {.kind = FrameKind::kTokens,
          .raw_bytes = raw_bytes,
          .geometry = {.lanes_log2 = lanes_log2, .segment_log2 = segment_log2}};
}

}  // namespace lmzip::testing
