// Far copies: the window is what it says whatever happens to it, what is found in it expands to the
// content, and no list of far copies does harm.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>

#include "base/hash.h"
#include "chunker/copy_finder.h"
#include "chunker/far_copies.h"
#include "chunker/weaving.h"
#include "format/format.h"
#include "lmzip/error.h"
#include "support/content_before.h"
#include "support/damage.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::BeforeOf;
using testing::Below;
using testing::Joined;
using testing::Random;
using testing::UniformBytes;
using testing::WordyBytes;

std::unique_ptr<WindowStore> AnyStore(Random& random, uint64_t bytes) {
  return Below(random, 2) ? WindowInFile() : WindowInMemory(bytes);
}

// A window as a map of every byte, and their order.
struct PlainWindow {
  std::map<uint64_t, uint8_t> known;
  std::deque<uint64_t> order;
  uint64_t end = 0;

  void Append(ByteView bytes, uint64_t capacity) {
    for (uint8_t byte : bytes) {
      known[end] = byte;
      order.push_back(end++);
    }
    while (order.size() > capacity) {
      known.erase(order.front());
      order.pop_front();
    }
  }
};

TEST(FarCopies, AWindowKnowsWhatWasAppendedLast) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const uint64_t capacity = 1 + Below(random, Below(random, 2) ? 40 : 20000);
    ContentWindow window(capacity, AnyStore(random, capacity));
    PlainWindow plain;
    for (int step = 0; step < 30; ++step) {
      if (Below(random, 5) == 0) {
        const uint64_t lost = Below(random, 50);
        window.Skip(lost);
        plain.end += lost;
      } else {
        const Bytes bytes =
            UniformBytes(Below(random, 2 * std::min<uint64_t>(capacity, 1500)), random());
        window.Append(bytes);
        plain.Append(bytes, capacity);
      }
      ASSERT_EQ(window.end(), plain.end);
      for (int look = 0; look < 20; ++look) {
        const uint64_t at = Below(random, plain.end + 3);
        const ByteView from = window.From(at), before = window.Before(at);
        ASSERT_EQ(from.empty(), !plain.known.contains(at));
        ASSERT_EQ(before.empty(), at == 0 || !plain.known.contains(at - 1));
        for (size_t i = 0; i < from.size(); i += 1 + from.size() / 9) {
          ASSERT_EQ(from[i], plain.known.at(at + i));
        }
        const ByteView again = window.Before(at);
        for (size_t i = 1; i <= again.size(); i += 1 + again.size() / 9) {
          ASSERT_EQ(again[again.size() - i], plain.known.at(at - i));
        }
      }
    }
  }
}

TEST(FarCopies, WhatFollowsALossMovesToWhereItIs) {
  ContentWindow window(100, WindowInMemory(100));
  const Bytes first = UniformBytes(10, 1), second = UniformBytes(20, 2);
  window.Append(first);
  window.Skip(0);  // of an unknown number of bytes
  window.Append(second);
  EXPECT_EQ(window.end(), 30u);
  window.MoveEnd(75);
  EXPECT_EQ(window.end(), 75u);
  EXPECT_EQ(window.From(3)[0], first[3]);
  EXPECT_EQ(window.From(0).size(), 10u);
  EXPECT_TRUE(window.From(10).empty());
  EXPECT_TRUE(window.From(54).empty());
  EXPECT_EQ(window.From(55)[0], second[0]);
  window.MoveEnd(29);  // it cannot be
  EXPECT_EQ(window.end(), 29u);
  EXPECT_TRUE(window.From(3).empty());
  window.Append(second);
  EXPECT_EQ(window.From(29)[0], second[0]);
}

// Pieces of what came before, noise and words, with changed bytes, insertions and deletions.
Bytes Versioned(Random& random, const Bytes& before, size_t size) {
  Bytes bytes;
  while (bytes.size() < size) {
    if (before.size() > 100 && Below(random, 4) > 0) {
      const size_t begin = Below(random, before.size());
      const size_t length = Below(random, std::min<size_t>(before.size() - begin, 6000)) + 1;
      bytes.insert(bytes.end(), before.begin() + ptrdiff_t(begin),
                   before.begin() + ptrdiff_t(begin + length));
      if (Below(random, 3) == 0) bytes[bytes.size() - 1 - Below(random, length)] ^= 1;
    } else {
      const Bytes fresh = Below(random, 2) ? UniformBytes(Below(random, 300), random())
                                           : WordyBytes(Below(random, 2000), random());
      bytes.insert(bytes.end(), fresh.begin(), fresh.end());
    }
  }
  bytes.resize(size);
  return bytes;
}


TEST(FarCopies, WhatIsFoundExpandsToTheContentInAnyWindow) {
  size_t far = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const uint64_t window_bytes = 1 + Below(random, Below(random, 2) ? 2000 : 60000);
    FarCopies copies(window_bytes, AnyStore(random, window_bytes));
    ContentWindow window(window_bytes, AnyStore(random, window_bytes));
    Bytes before;
    for (int i = 0; i < 6; ++i) {
      const Bytes content = Versioned(random, before, 1 + Below(random, 15000));
      const std::vector<Copy> found = copies.Find(content, FindCopies(content));
      copies.Append(content);
      before.insert(before.end(), content.begin(), content.end());
      const FarSources sources{.reach = ReachOf(found, window.end()), .position = window.end()};
      const uint64_t reach = sources.reach;
      ASSERT_EQ(HasFarCopies(found), reach > 0);
      far += reach > 0;
      ASSERT_LE(reach, std::min(window_bytes, window.end()));
      const Bytes residue = Residue(content, found);
      ASSERT_FALSE(residue.empty());
      const auto far_sources = reach > 0 ? std::optional(sources) : std::nullopt;
      ASSERT_EQ(DecodeCopies(EncodeCopies(found, reach > 0), content.size(), CopiedBytes(found),
                             far_sources),
                found);
      Bytes expanded(content.size(), 0xEE);
      CopyExpander expander(found, residue, expanded);
      for (uint64_t end = 0, done = 0; done < content.size();) {
        done = expander.Advance(end, &window);
        ASSERT_EQ(done, ContentBytes(found, end));
        ASSERT_TRUE(
            std::equal(expanded.begin(), expanded.begin() + ptrdiff_t(done), content.begin()));
        end = std::min<uint64_t>(end + 1 + Below(random, 5000), residue.size());
      }
      ASSERT_FALSE(expander.misses_sources());
      window.Append(content);
    }
  }
  EXPECT_GT(far, 150u);
}

TEST(FarCopies, WhatIsChangedLittleCostsLittle) {
  Random random(9);
  const Bytes first = UniformBytes(100000, 3);
  Bytes second = first;
  for (int i = 0; i < 20; ++i) {
    const auto at = second.begin() + ptrdiff_t(Below(random, second.size()));
    if (i % 3 == 0) *at ^= 0x55;
    if (i % 3 == 1) second.insert(at, 7);
    if (i % 3 == 2) second.erase(at);
  }
  FarCopies copies(1 << 20, WindowInMemory(1 << 20));
  copies.Append(first);
  const std::vector<Copy> found = copies.Find(second, {});
  EXPECT_LT(second.size() - CopiedBytes(found), 100u);
  EXPECT_LT(EncodeCopies(found, /*far=*/true).size(), 20u * 7);
  // What the frame repeats of itself is left to those who code it.
  Bytes words = WordyBytes(3000, 5);
  words.insert(words.end(), words.begin(), words.end());
  EXPECT_TRUE(copies.Find(words, {}).empty());
  // So are runs, which stand everywhere.
  copies.Append(Bytes(5000));
  EXPECT_TRUE(copies.Find(Bytes(3000), {}).empty());
}

// That of FORMAT.md 3.5.
TEST(FarCopies, TheExampleHasItsBytes) {
  const std::vector<Copy> copies = {{.gap = 5, .length = 64, .distance = 100000},
                                    {.gap = 3, .length = 500, .distance = 100000},
                                    {.gap = 0, .length = 40, .distance = 100004}};
  EXPECT_EQ(ReachOf(copies, 100000), 99995u);
  EXPECT_EQ(EncodeCopies(copies, /*far=*/true),
            (Bytes{0x00, 0x00, 0x5e, 0x58, 0x04, 0xa9, 0x81, 0xbb, 0x04, 0x6f, 0x42, 0x40}));
}

// Of references, 50 bytes that stand before 200 of the stream, of which 10 are within reach.
TEST(FarCopies, ReferencesAreNotWithinReach) {
  const std::vector<Copy> copies = {{.gap = 1, .length = 32, .distance = 251},
                                    {.gap = 1, .length = 40, .distance = 240 + 34}};
  EXPECT_TRUE(HasFarCopies(copies));
  EXPECT_EQ(ReachOf(copies, 200), 0u);
  EXPECT_EQ(ReachOf(copies, 260), 250u);
  const Bytes code = EncodeCopies(copies, /*far=*/true);
  const auto decoded = [&](const FarSources& sources) {
    return DecodeCopies(code, 100, 72, sources);
  };
  EXPECT_EQ(decoded({.reach = 10, .position = 200, .reference_bytes = 50}), copies);
  EXPECT_THROW(decoded({.reach = 10, .position = 200, .reference_bytes = 49}), Error);
  EXPECT_THROW(decoded({.reach = 10, .position = 241, .reference_bytes = 9}), Error);  // runs on
  EXPECT_EQ(decoded({.reach = 241, .position = 241, .reference_bytes = 9}), copies);
  EXPECT_THROW(decoded({.reach = 249, .position = 260}), Error);
}

TEST(FarCopies, ThoseOfTheStreamBeforeCanBeLeftOut) {
  const std::vector<Copy> copies = {{.gap = 1, .length = 32, .distance = 251},  // of references
                                    {.gap = 1, .length = 40, .distance = 50},   // of the stream
                                    {.gap = 2, .length = 33, .distance = 60},   // of the content
                                    {.gap = 3, .length = 34, .distance = 400}};
  const std::vector<Copy> kept = {copies[0], {.gap = 43, .length = 33, .distance = 60}, copies[3]};
  EXPECT_EQ(CopiesBesideStream(copies, 200), kept);
}

TEST(FarCopies, LostSourcesBecomeZerosAndAreTold) {
  const Bytes lost = UniformBytes(100, 1);
  ContentWindow window(1000, WindowInMemory(1000));
  window.Append(lost);
  window.Skip(50);
  const std::vector<Copy> copies = {{.gap = 1, .length = 90, .distance = 101}};
  const Bytes residue = {7};
  Bytes content(91, 0xEE);
  CopyExpander expander(copies, residue, content);
  EXPECT_EQ(expander.Advance(1, &window), 91u);
  EXPECT_TRUE(expander.misses_sources());
  EXPECT_EQ(content[1], lost[50]);
  EXPECT_EQ(content[50], lost[99]);
  EXPECT_EQ(content[51], 0);
  EXPECT_EQ(content[90], 0);
}

TEST(FarCopies, AnyListIsRefusedOrWithinLimits) {
  size_t refused = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Bytes code = UniformBytes(Below(random, 40), seed);
    if (seed % 3 == 0) std::ranges::fill(code, static_cast<uint8_t>(seed % 2 ? 0 : 0xff));
    const uint64_t raw_bytes = 2 + Below(random, uint64_t{1} << (2 + Below(random, 24)));
    const uint64_t copied_bytes = 1 + Below(random, raw_bytes - 1);
    const uint64_t reach = 1 + Below(random, uint64_t{1} << (1 + Below(random, 40)));
    try {
      const std::vector<Copy> copies = DecodeCopies(
          code, raw_bytes, copied_bytes, FarSources{.reach = reach, .position = reach});
      ASSERT_EQ(CopiedBytes(copies), copied_bytes);
      ASSERT_LE(ReachOf(copies, reach), reach);
      for (const Copy& copy : copies) {
        ASSERT_GE(copy.length, kMinFarCopyBytes);
        ASSERT_GE(copy.distance, 1u);
      }
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), ErrorCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000u);
}

// What stands before a frame: references, of which everything is known, and some of its stream.
struct Before {
  Bytes references, stream;
  ContentWindow window;

  Before(Bytes references, Bytes stream)
      : references(std::move(references)),
        stream(std::move(stream)),
        window(this->stream.size(), WindowInMemory(this->stream.size()),
               BeforeOf(this->references)) {
    window.Append(this->stream);
  }
  Before(Random& random, uint64_t reference_bytes, uint64_t stream_bytes)
      : Before(Versioned(random, {}, reference_bytes), Versioned(random, {}, stream_bytes)) {}
  FrameSources SourcesFor(std::span<const Copy> copies) const {
    return {.window = window,
            .far = {.reach = ReachOf(copies, stream.size()),
                    .position = stream.size(),
                    .reference_bytes = references.size()}};
  }
};

std::vector<Copy> FarCopiesOf(const Before& before, const Bytes& content) {
  const auto index = std::make_shared<BlockIndex>(before.references.size());
  index->Add(before.references, 0);
  FarCopies copies(before.stream.size(), WindowInMemory(before.stream.size()),
                   BeforeOf(before.references), index);
  copies.Append(before.stream);
  return copies.Find(content, FindCopies(content));
}

// As FORMAT.md 3.7 has it: what is made changes with the version of the format alone.
TEST(Weaving, WhatIsWovenIsTheContent) {
  size_t woven = 0;
  Bytes made;  // lists and what is given
  for (uint64_t seed = 1; seed <= 80; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Before before(random, 1 + Below(random, 20000), 1 + Below(random, 20000));
    const Bytes& of = Below(random, 2) ? before.references : before.stream;
    const Bytes content = Versioned(random, of, 300 + Below(random, 20000));
    const std::vector<Copy> copies = FarCopiesOf(before, content);
    if (!HasFarCopies(copies)) continue;
    ++woven;
    const FrameSources sources = before.SourcesFor(copies);
    const Bytes list = EncodeWovenCopies(copies, sources);
    ASSERT_EQ(DecodeWovenCopies(list, content.size(), CopiedBytes(copies), sources), copies);
    Weaving weaving = PlanWeaving(copies, content.size(), sources);
    ReadGiven(copies, content.size(), sources, weaving);
    made.insert(made.end(), list.begin(), list.end());
    made.insert(made.end(), weaving.bytes.begin(), weaving.bytes.end());
    const std::vector<bool> given = GivenPlaces(copies, weaving);
    ASSERT_EQ(static_cast<uint64_t>(std::ranges::count(given, true)), weaving.given_bytes);
    ASSERT_EQ(given.size(), Residue(content, copies).size() + weaving.given_bytes);
    const Bytes read = weaving.bytes;
    PutResidue(content, copies, weaving);
    Bytes residue;
    for (size_t i = 0; i < given.size(); ++i) {
      if (given[i]) ASSERT_EQ(weaving.bytes[i], read[i]);
      if (!given[i]) residue.push_back(weaving.bytes[i]);
    }
    ASSERT_EQ(residue, Residue(content, copies));
    Bytes expanded(content.size(), 0xEE);
    CopyExpander expander(copies, weaving.bytes, expanded, weaving.given);
    for (uint64_t end = 0, done = 0; done < content.size();) {
      done = expander.Advance(end, &before.window);
      ASSERT_EQ(done, ContentBytes(copies, end, weaving.given)) << end;
      ASSERT_TRUE(std::equal(content.begin(), content.begin() + ptrdiff_t(done), expanded.begin()));
      end = std::min<uint64_t>(end + 1 + Below(random, 900), weaving.bytes.size());
    }
  }
  EXPECT_GT(woven, 50u);
  EXPECT_EQ(Xxh3(made), 18118741708246664359u);
}

// Of a line that is there a hundred times, a number is changed.
TEST(Weaving, EditsThatAreAlikeCostLittle) {
  Random random(4);
  Bytes references, content;
  for (int i = 0; i < 100; ++i) {
    const Bytes noise = UniformBytes(500 + Below(random, 500), random());
    for (Bytes* bytes : {&references, &content}) {
      bytes->insert(bytes->end(), noise.begin(), noise.end());
      const std::string_view line = "# This belongs to version 4.2.1";
      bytes->insert(bytes->end(), line.begin(), line.end());
      bytes->push_back(bytes == &content ? '8' : '7');
    }
  }
  const Before before(std::move(references), {});
  const std::vector<Copy> copies = FarCopiesOf(before, content);
  ASSERT_EQ(copies.size(), 100u);
  const FrameSources sources = before.SourcesFor(copies);
  EXPECT_LT(EncodeWovenCopies(copies, sources).size(), 20u);
  EXPECT_GT(EncodeCopies(copies, /*far=*/true).size(), 100u);
}

// That of FORMAT.md 3.7.
TEST(Weaving, TheExampleHasItsBytes) {
  Bytes stream(200);
  std::iota(stream.begin(), stream.end(), uint8_t{0});
  const Before before({}, stream);
  const std::vector<Copy> copies = {{.gap = 0, .length = 60, .distance = 200},
                                    {.gap = 3, .length = 37, .distance = 200},
                                    {.gap = 3, .length = 96, .distance = 200}};
  const FrameSources sources = before.SourcesFor(copies);
  EXPECT_EQ(EncodeWovenCopies(copies, sources),
            (Bytes{0x80, 0x2e, 0x18, 0x47, 0x7d, 0x9b, 0x81, 0x40}));
  Weaving weaving = PlanWeaving(copies, 200, sources);
  EXPECT_EQ(weaving.given, (std::vector<uint32_t>{0, 35, 35, 33}));
  ReadGiven(copies, 200, sources, weaving);
  const auto part = [&](size_t begin, size_t end) {
    return Bytes(stream.begin() + ptrdiff_t(begin), stream.begin() + ptrdiff_t(end));
  };
  EXPECT_EQ(weaving.bytes,
            Joined({part(44, 63), part(44, 60), Bytes(3), part(84, 103), part(84, 100), Bytes(3),
                    part(183, 200), part(183, 199), Bytes(1)}));
}

TEST(Weaving, LostSourcesAreRefused) {
  const Bytes there = UniformBytes(100, 1);
  ContentWindow window(1000, WindowInMemory(1000));
  window.Append(there);
  window.Skip(100);
  const std::vector<Copy> copies = {{.gap = 1, .length = 90, .distance = 101}};
  const FrameSources sources{.window = window, .far = {.reach = 200, .position = 200}};
  Weaving weaving = PlanWeaving(copies, 92, sources);
  EXPECT_THROW(ReadGiven(copies, 92, sources, weaving), Error);
  EXPECT_THROW(EncodeWovenCopies(copies, sources), Error);
}

TEST(Weaving, AnyListIsRefusedOrWithinLimits) {
  size_t refused = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Before before(random, 1 + Below(random, 300), 1 + Below(random, 300));
    Bytes code = UniformBytes(Below(random, 40), seed);
    if (seed % 3 == 0) std::ranges::fill(code, static_cast<uint8_t>(seed % 2 ? 0 : 0xff));
    const uint64_t raw_bytes = 2 + Below(random, 2000);
    const uint64_t copied_bytes = 1 + Below(random, raw_bytes - 1);
    const FrameSources sources{.window = before.window,
                               .far = {.reach = Below(random, before.stream.size() + 1),
                                       .position = before.stream.size(),
                                       .reference_bytes = before.references.size()}};
    try {
      const auto copies = DecodeWovenCopies(code, raw_bytes, copied_bytes, sources);
      ASSERT_EQ(CopiedBytes(copies), copied_bytes);
      ASSERT_LE(ReachOf(copies, before.stream.size()), sources.far.reach);
      Weaving weaving = PlanWeaving(copies, raw_bytes, sources);
      ReadGiven(copies, raw_bytes, sources, weaving);
      Bytes content(raw_bytes);
      CopyExpander expander(copies, weaving.bytes, content, weaving.given);
      ASSERT_EQ(expander.Advance(weaving.bytes.size(), &before.window), raw_bytes);
      ASSERT_FALSE(expander.misses_sources());
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), ErrorCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000u);
  EXPECT_LT(refused, 2990u);
}

}  // namespace
}  // namespace lmzip
