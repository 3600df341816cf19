// Writes the test vectors of this folder anew: make_vectors FOLDER MODEL.pt TOKENS.pt
// Good files, files that are damaged in one way each, and expected.tsv, which says what a decoder
// must make of them. Released vectors are never made again: a changed byte is a changed format.
#include <cstdio>
#include <fstream>

#include "base/hash.h"
#include "format/headers.h"
#include "format/stream_writer.h"
#include "lmzip/lmzip.h"
#include "lmzip/memory_io.h"
#include "mixer/mixer.h"
#include "support/made_pictures.h"
#include "support/made_sounds.h"
#include "model/registry.h"
#include "support/damage.h"
#include "support/long_form.h"
#include "support/random_bytes.h"
#include "vectors/error_names.h"

namespace lmzip::testing {
namespace {

class VectorWriter {
 public:
  /// `list` is the open expected.tsv; `references` are names in the folder.
  VectorWriter(std::string folder, const std::string& model, std::ostream& list,
               const std::vector<std::string>& references = {})
      : folder_(std::move(folder)),
        codec_({.model = model,
                .engine = Engine::kNative,
                .device = "cpu",
                .threads = 1,
                .references = InFolder(references)}),
        id_(Shorten(FindModel(model)->info().id)),
        list_(list) {}

  Bytes Compressed(ByteView content, const EncodeOptions& options) {
    MemorySource source(content);
    MemorySink sink;
    codec_.Compress(source, sink, options);
    return sink.bytes();
  }

  /// Its first frame must be a coded one, or it would test nothing.
  Bytes Coded(ByteView content, const EncodeOptions& options) {
    const Bytes file = Compressed(content, options);
    MemorySource source(file);
    StreamReader reader(source);
    if (!reader.Next()->header.is_coded())
      Fail("content of " + std::to_string(content.size()) + " bytes", "stored");
    return file;
  }

  /// In the long form, which names the model by more of its id.
  Bytes LongCoded(ByteView content, const EncodeOptions& options) {
    return InLongForm(Coded(content, options), id_);
  }

  void Good(const std::string& name, const Bytes& file, ByteView content, const std::string& what) {
    const std::string outcome = Add(name, file, what);
    if (outcome != "ok" || written_ != Bytes(content.begin(), content.end())) Fail(name, outcome);
  }

  void Bad(const std::string& name, const Bytes& file, ErrorCode expected,
           const std::string& what) {
    const std::string outcome = Add(name, file, what);
    if (outcome != ErrorName(expected)) Fail(name, outcome);
  }

 private:
  std::vector<std::filesystem::path> InFolder(const std::vector<std::string>& names) const {
    std::vector<std::filesystem::path> paths;
    for (const std::string& name : names) paths.emplace_back(folder_ + "/" + name);
    return paths;
  }

  std::string Add(const std::string& name, const Bytes& file, const std::string& what) {
    std::ofstream out(folder_ + "/" + name + ".lmz", std::ios::binary);
    out.write(reinterpret_cast<const char*>(file.data()),
              static_cast<std::streamsize>(file.size()));
    MemorySource source(file);
    MemorySink sink;
    std::string outcome = "ok";
    try {
      codec_.Decompress(source, sink, {});
    } catch (const Error& e) {
      outcome = ErrorName(e.code());
    }
    written_ = sink.bytes();
    Sha256 hash;
    hash.Add(written_);
    list_ << name << '\t' << outcome << '\t' << written_.size() << '\t' << Hex(hash.Finish())
          << '\t' << what << '\n';
    return outcome;
  }

  [[noreturn]] static void Fail(const std::string& name, const std::string& outcome) {
    std::fprintf(stderr, "%s: unexpected outcome %s\n", name.c_str(), outcome.c_str());
    std::exit(1);
  }

  const std::string folder_;
  Codec codec_;
  const ShortModelId id_;
  std::ostream& list_;
  Bytes written_;
};

EncodeOptions Options(Method method, int lanes = 0, uint64_t segment = 0,
                      uint64_t frame = 16 << 20) {
  EncodeOptions options;
  options.method = method;
  options.lanes = lanes;
  options.segment_bytes = segment;
  options.frame_bytes = frame;
  return options;
}

/// A file whose only frame header is `header`, with a check that holds.
Bytes WithFrameHeader(const Bytes& file, size_t old_header_bytes, const Bytes& header) {
  return Joined({Cut(file, kStreamHeaderBytes), header,
                 ByteView(file).subspan(kStreamHeaderBytes + old_header_bytes)});
}

Bytes Checked(Bytes bytes) {
  AppendLe(static_cast<uint16_t>(Xxh3(bytes)), bytes);
  return bytes;
}

Bytes HeaderBytes(const FrameHeader& header) {
  Bytes bytes;
  AppendFrameHeader(header, bytes);
  return bytes;
}

void WriteStored(VectorWriter& vectors) {
  const Bytes hello = FromText("hello\n");
  const Bytes small = vectors.Compressed(hello, Options(Method::kStore));
  const Bytes file = InLongForm(small);
  const Bytes two = vectors.Compressed(UniformBytes(200, 1), Options(Method::kStore, 0, 0, 120));
  const Bytes skippable = Joined({Checked({0x40, 3}), FromText("abc")});
  vectors.Good("empty", InLongForm(vectors.Compressed({}, {})), {}, "no content");
  vectors.Good("stored", file, hello, "an example of FORMAT.md");
  vectors.Good("short-empty", vectors.Compressed({}, {}), {}, "no content, in the short form");
  vectors.Good("short-stored", small, hello, "an example of FORMAT.md, in the short form");
  vectors.Good("short-largest", vectors.Compressed(WordyBytes(65535, 8), Options(Method::kStore)),
               WordyBytes(65535, 8), "as much as the short form holds");
  vectors.Bad("short-cut", Cut(small, small.size() - 1), ErrorCode::kTruncated,
              "the short form, its last byte missing");
  vectors.Bad("short-bad-header", Flipped(small, 4, 2), ErrorCode::kCorrupt,
              "the short form, the check of its header fails");
  vectors.Bad("short-bad-content", Flipped(small, small.size() - 1, 1), ErrorCode::kCorrupt,
              "the short form, the check of its content fails");
  vectors.Bad("version-1",
              Joined({Checked({0xd1, 'L', 'Z', 0x10, 0, 0, 0, 0, 0, 0, 0, 0}),
                      ByteView(file).subspan(kStreamHeaderBytes)}),
              ErrorCode::kUnsupported, "version 1");
  const Bytes large = WordyBytes(150000, 9);
  const Bytes units = vectors.Compressed(large, Options(Method::kStore));
  vectors.Good("stored-units", units, large, "a frame of three units");
  vectors.Good("stored-frames", two, UniformBytes(200, 1), "two frames");
  vectors.Good("concatenated",
               Joined({file, Bytes(600), two, vectors.Compressed({}, {}), Bytes(3)}),
               Joined({hello, UniformBytes(200, 1)}), "three streams and zeros");
  vectors.Good("skippable",
               Joined({Cut(file, kStreamHeaderBytes), skippable,
                       ByteView(file).subspan(kStreamHeaderBytes)}),
               hello, "a skippable frame");
  vectors.Bad("cut-header", Cut(file, 9), ErrorCode::kTruncated, "ends in the stream header");
  vectors.Bad("cut-frame", Cut(two, 200), ErrorCode::kTruncated, "ends in the second frame");
  vectors.Bad("cut-end", Cut(file, file.size() - kEndBytes), ErrorCode::kTruncated, "no end frame");
  vectors.Bad("bad-magic", Flipped(file, 1, 1), ErrorCode::kBadMagic, "another magic");
  vectors.Bad("bad-version",
              Joined({Checked({0xd1, 'L', 'Z', 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                      ByteView(file).subspan(kStreamHeaderBytes)}),
              ErrorCode::kUnsupported, "version 5");
  vectors.Bad("bad-flags",
              Joined({Checked({0xd1, 'L', 'Z', 0x48, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                      ByteView(file).subspan(kStreamHeaderBytes)}),
              ErrorCode::kUnsupported, "an unknown flag");
  vectors.Bad("bad-kind", WithFrameHeader(file, 4, Checked({0x06, 0x06})), ErrorCode::kUnsupported,
              "a reserved kind");
  vectors.Bad("bad-header-check", Flipped(file, 17, 1), ErrorCode::kCorrupt,
              "a frame header's check fails");
  vectors.Bad("bad-varint", WithFrameHeader(file, 4, Checked({0x01, 0x86, 0x00})),
              ErrorCode::kCorrupt, "a length in its long form");
  vectors.Bad("bad-unit", Flipped(file, 23, 1), ErrorCode::kCorrupt, "a unit's check fails");
  vectors.Bad("bad-end", Flipped(file, file.size() - 1, 1), ErrorCode::kCorrupt,
              "the stream's check fails");
  vectors.Bad("trailing", Joined({file, FromText("x")}), ErrorCode::kCorrupt,
              "a byte behind the stream");
}

void WriteCoded(VectorWriter& vectors, const std::string& name, Method method,
                uint8_t run_byte = 0xff) {
  const Bytes text = WordyBytes(300, 2);
  const Bytes small = vectors.Coded(text, Options(method));
  const Bytes file = vectors.LongCoded(text, Options(method));
  vectors.Good("short-" + name, small, text, "the short form");
  vectors.Good(name, file, text, "one lane");
  vectors.Good(name + "-lanes", vectors.Coded(WordyBytes(700, 3), Options(method, 4, 64)),
               WordyBytes(700, 3), "4 lanes of 64 bytes, the last block shorter");
  vectors.Good(name + "-many-lanes", vectors.Coded(WordyBytes(70, 4), Options(method, 64, 16)),
               WordyBytes(70, 4), "64 lanes, most of them of 2 bytes, the rest empty");
  const Bytes run = Joined({WordyBytes(40, 5), Bytes(1500, run_byte)});
  vectors.Good(name + "-run", vectors.LongCoded(run, Options(method)), run,
               "a code that ends in zero bytes");
  vectors.Bad("short-" + name + "-bad-last", Flipped(small, small.size() - 1, 1),
              ErrorCode::kCorrupt, "the last bit of a code in the short form");
  size_t used = 0;
  FrameHeader header = ParseFrameHeader(ByteView(file).subspan(kStreamHeaderBytes), used);
  vectors.Bad(name + "-bad-code", Flipped(file, kStreamHeaderBytes + used + kCheckBytes + 20, 1),
              ErrorCode::kCorrupt, "a damaged code");
  vectors.Bad(name + "-bad-last", Flipped(file, file.size() - kEndBytes - 1, 1),
              ErrorCode::kCorrupt, "the last bit of the code, which may leave the content whole");
  header.data_bytes -= 40;
  const Bytes changed = HeaderBytes(header);
  const Bytes payload(file.begin() + static_cast<ptrdiff_t>(kStreamHeaderBytes + used),
                      file.end() - kEndBytes - 40);
  vectors.Bad(
      name + "-overread",
      Joined({Cut(file, kStreamHeaderBytes), changed, payload, ByteView(file).last(kEndBytes)}),
      ErrorCode::kCorrupt, "40 bytes of code are missing");
  FrameHeader geometry = header;
  geometry.geometry.lanes_log2 = 7;
  vectors.Bad(name + "-bad-geometry", WithFrameHeader(file, used, HeaderBytes(geometry)),
              ErrorCode::kCorrupt, "2^7 lanes");
  FrameHeader bomb = header;
  bomb.raw_bytes = kMaxFrameBytes;
  bomb.data_bytes = 50;
  vectors.Bad(name + "-bomb", WithFrameHeader(file, used, HeaderBytes(bomb)), ErrorCode::kCorrupt,
              "64 MiB from 50 bytes");
  Bytes other;
  AppendStreamHeader({.model_id = {{1, 2, 3, 4, 5, 6, 7, 8}}, .mixer_version = kMixerVersion},
                     other);
  vectors.Bad(name + "-other-model", Joined({other, ByteView(file).subspan(kStreamHeaderBytes)}),
              ErrorCode::kModelMismatch, "another model's id");
  Bytes newer;
  AppendStreamHeader({.model_id = {}, .mixer_version = kMixerVersion + 1}, newer);
  const Bytes with_newer = Joined({newer, ByteView(file).subspan(kStreamHeaderBytes)});
  if (header.uses_mixer()) {
    vectors.Bad(name + "-other-mixer", with_newer, ErrorCode::kUnsupported,
                "another version of the mixer");
  }
}

// Frames of several units, and one whose units grew to its whole content.
void WriteUnits(VectorWriter& vectors) {
  const Bytes text = WordyBytes(140000, 10);
  const Bytes file = vectors.Coded(text, Options(Method::kMixed));
  vectors.Good("mix-units", file, text, "three units in a block");
  vectors.Bad("mix-bad-unit", Flipped(file, file.size() - 500, 1), ErrorCode::kCorrupt,
              "the last of three units is damaged, those before are written");
  Bytes repeats(300000);  // too short for copies
  for (size_t i = 0; i < repeats.size(); ++i) repeats[i] = text[i % 2000] ^ (i % 3001 == 0);
  vectors.Good("mix-long-unit", vectors.Coded(repeats, Options(Method::kMixed)), repeats,
               "a unit of 524,288 bytes, for the code is short");
}

// Frames with lists of copies.
void WriteCopies(VectorWriter& vectors) {
  const Bytes words = WordyBytes(6000, 11);
  const Bytes content = Joined({words, Bytes(60000), FromText("and again: "), words, words});
  const Bytes mixed = vectors.Coded(content, Options(Method::kMixed));
  vectors.Good("mix-copies", mixed, content, "zeros and repeats, as copies");
  vectors.Good("lm-mix-copies", vectors.Coded(content, Options(Method::kModelMixed, 2, 64)),
               content, "the same, by model and mixer in two lanes");
  const Bytes noise = UniformBytes(5000, 12);
  const Bytes twice = Joined({noise, Bytes(70000, 'z'), noise});
  vectors.Good("stored-copies", vectors.Compressed(twice, {}), twice, "stored, with copies");
  vectors.Bad("mix-bad-copies", Flipped(mixed, kStreamHeaderBytes + 30, 0x55), ErrorCode::kCorrupt,
              "the list of copies is damaged");
}

// Frames that copy from frames before.
void WriteFarCopies(VectorWriter& vectors) {
  const Bytes words = WordyBytes(500, 14), noise = UniformBytes(2000, 15);
  const Bytes content = Joined({noise, words, noise, FromText("and once more: "), words,
                                ByteView(noise).subspan(700), ByteView(words).first(300)});
  for (const bool coded : {false, true}) {
    EncodeOptions options = Options(coded ? Method::kModelMixed : Method::kAuto, 0, 0, 1300);
    options.window_bytes = 3000;
    const Bytes file = vectors.Compressed(content, options);
    const std::string name = coded ? "lm-mix" : "auto";
    vectors.Good(name + "-far-copies", file, content, "frames that copy from frames before");
    vectors.Bad(name + "-bad-source", Flipped(file, 200, 1), ErrorCode::kCorrupt,
                "what frames copy is damaged");
  }
  EncodeOptions options = Options(Method::kAuto, 0, 0, 1000);
  options.window_bytes = 2000;
  const Bytes twice = Joined({ByteView(noise).first(1000), ByteView(noise).first(1000)});
  const Bytes file = vectors.Compressed(twice, options);
  MemorySource source(file);
  const FrameEntry second = List(source).frames.at(1);
  const auto with_header = [&](auto change) {
    size_t used = 0;
    FrameHeader header = ParseFrameHeader(ByteView(file).subspan(second.offset), used);
    change(header);
    return Joined({Cut(file, second.offset), HeaderBytes(header),
                   ByteView(file).subspan(second.offset + used)});
  };
  vectors.Good("far-same-header", with_header([](FrameHeader&) {}), twice, "a frame again");
  vectors.Bad("far-bad-position", with_header([](FrameHeader& header) { ++header.position; }),
              ErrorCode::kCorrupt, "a frame that is not where it says");
  vectors.Bad("far-bad-reach", with_header([](FrameHeader& header) { header.reach = 1001; }),
              ErrorCode::kCorrupt, "a reach to before the stream");
  vectors.Bad("far-nowhere", with_header([](FrameHeader& header) { header.reach = 0; }),
              ErrorCode::kCorrupt, "copies from before the stream, which has no references");
  vectors.Bad("far-out-of-reach", with_header([](FrameHeader& header) { header.reach = 1; }),
              ErrorCode::kCorrupt, "a copy from beyond the reach");
}

// Bytes are put in, taken out and replaced, the same ones behind the same bytes.
Bytes Edited(Bytes bytes, size_t edits) {
  const Bytes mark = FromText("# version 1.0.");
  const auto at = [&](size_t place) { return bytes.begin() + static_cast<ptrdiff_t>(place); };
  for (size_t i = 0; i < edits; ++i) {
    const size_t place = (i + 1) * bytes.size() / (edits + 1);
    if (i % 4 == 1) {
      bytes.insert(at(place), {'n', 'e', 'w'});
    } else if (i % 4 == 3) {
      bytes.erase(at(place), at(place + 5));
    } else {
      std::ranges::copy(mark, at(place));
      bytes[place + mark.size()] = static_cast<uint8_t>('0' + i);
    }
  }
  return bytes;
}

// Behind the same mark in 150 pieces stands a number, another in some of the second version:
// where these are far apart, the mark ceases to be an anchor that is asked.
void WriteWovenAnchors(VectorWriter& vectors) {
  Bytes first, second;
  for (size_t i = 0; i < 150; ++i) {
    const Bytes piece = Joined({UniformBytes(40, 100 + i), FromText("-- the next number is ")});
    for (Bytes* bytes : {&first, &second}) bytes->insert(bytes->end(), piece.begin(), piece.end());
    const bool changed = i % 10 == 3 && (i < 40 || i > 130);
    first.push_back('1');
    second.push_back(changed ? '2' : '1');
  }
  EncodeOptions options = Options(Method::kMixed, 1, 64, first.size());
  options.window_bytes = first.size();
  const Bytes content = Joined({first, second});
  vectors.Good("woven-anchors", vectors.Compressed(content, options), content,
               "anchors that are asked no more, and are again");
}

// Frames that are coded between what stands around their copies.
void WriteWoven(VectorWriter& vectors) {
  Bytes first = Joined({UniformBytes(4000, 16), WordyBytes(2000, 17)});
  for (size_t i = 0; i < 7; ++i) {
    std::ranges::copy(FromText("# version 1.0.x"),
                      first.begin() + static_cast<ptrdiff_t>((i + 1) * first.size() / 8));
  }
  const Bytes content = Joined({first, Edited(first, 7)});
  for (const Method method : {Method::kMixed, Method::kModelMixed}) {
    EncodeOptions options = Options(method, method == Method::kMixed ? 1 : 2, 64, first.size());
    options.window_bytes = first.size();
    const std::string name = method == Method::kMixed ? "mix" : "lm-mix";
    const Bytes file = vectors.Compressed(content, options);
    MemorySource source(file);
    const FrameEntry second = List(source).frames.at(1);
    if (second.method != std::string(name == "mix" ? name : "lm+mix") + "+woven") {
      throw std::logic_error("not woven: " + second.method);
    }
    vectors.Good("woven-" + name, file, content, "a frame between what it is given");
    vectors.Bad("woven-bad-source-" + name, Flipped(file, 2500, 1), ErrorCode::kCorrupt,
                "what it is given is damaged");
    size_t used = 0;
    FrameHeader header = ParseFrameHeader(ByteView(file).subspan(second.offset), used);
    const ByteView rest = ByteView(file).subspan(second.offset + used);
    --header.given_bytes;
    vectors.Bad("woven-bad-given-" + name,
                Joined({Cut(file, second.offset), HeaderBytes(header), rest}),
                ErrorCode::kCorrupt, "it is given another number of bytes");
    vectors.Bad("woven-bad-list-" + name,
                Flipped(file, file.size() - rest.size() + kCheckBytes + 2, 0x10),
                ErrorCode::kCorrupt, "its list of copies is damaged");
  }
}

const std::vector<std::string> kReferences = {"reference-1.bin", "reference-2.bin"};

void WriteReferences(const std::string& folder) {
  for (size_t i = 0; i < kReferences.size(); ++i) {
    const Bytes bytes = Joined({UniformBytes(400, 30 + i), WordyBytes(500, 40 + i)});
    std::ofstream(folder + "/" + kReferences[i], std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  }
}

constexpr size_t kReferencesEnd = 13 + 1 + 2 * (2 + 8);  // in the stream's header

// Streams that need both of the references.
void WriteReferring(VectorWriter& vectors) {
  const Bytes words = WordyBytes(400, 41);
  for (const Method method : {Method::kMixed, Method::kModelMixed}) {
    const std::string name = method == Method::kMixed ? "mix" : "lm-mix";
    const Bytes file = vectors.Coded(words, Options(method));
    vectors.Good("reference-short-" + name, file, words, "the short form");
    const Bytes lanes = vectors.Coded(words, Options(method, 4, 32));
    vectors.Good("reference-lanes-" + name, lanes, words, "lanes");
    Bytes other = Flipped(Cut(lanes, kReferencesEnd), kReferencesEnd - 1, 1);
    vectors.Bad("reference-unknown-" + name,
                Joined({Checked(other), ByteView(lanes).subspan(kReferencesEnd + 2)}),
                ErrorCode::kModelMismatch, "a reference that is not there");
  }
  EncodeOptions turbo = Options(Method::kMixed);
  turbo.effort = Effort::kTurbo;
  vectors.Good("reference-turbo", vectors.Coded(words, turbo), words, "quick data");
  const Bytes sound = MakeWav({.bits = 16, .channels = 2}, 120).bytes;
  vectors.Good("reference-wav", vectors.Coded(sound, Options(Method::kMixed)), sound,
               "a wav file, whose header alone is behind the prime");
  const Bytes both = Joined({UniformBytes(400, 30), WordyBytes(500, 40), UniformBytes(400, 31),
                             WordyBytes(500, 41)});
  EncodeOptions woven = Options(Method::kMixed, 0, 0, both.size());
  woven.window_bytes = 0;
  const Bytes edited = Joined({Edited(both, 3), Edited(both, 2)});
  vectors.Good("reference-woven", vectors.Compressed(edited, woven), edited,
               "frames between what references give");
  const Bytes noise = UniformBytes(400, 30);
  EncodeOptions far = Options(Method::kAuto, 0, 0, 900);
  for (const uint64_t window : {0, 2000}) {
    far.window_bytes = window;
    const Bytes content = Joined({words, noise, words, ByteView(noise).first(300), words, noise});
    vectors.Good("reference-far-" + std::to_string(window), vectors.Compressed(content, far),
                 content, "copies of references, a window of " + std::to_string(window));
  }
}

// Frames with typed segments of the kinds that there are.
void WriteSegments(VectorWriter& vectors) {
  const Bytes words = WordyBytes(200, 13);
  std::vector<std::pair<std::string, MadeFile>> files = {
      {"wav-16", MakeWav({.bits = 16, .channels = 2}, 120)},
      {"wav-8", MakeWav({.bits = 8, .channels = 1}, 300)},
      {"pgm", MakeNetpbm("P5 24 20 255\n", Picture(8, 1, 24), 20)},
      {"ppm", MakeNetpbm("P6 24 10 255\n", Picture(8, 3, 72), 10)},
  };
  Bytes all = words;
  for (const auto& [name, file] : files) {
    const Bytes content = Joined({words, file.bytes, words});
    vectors.Good("mix-" + name, vectors.Coded(content, Options(Method::kMixed)), content,
                 "a " + name + " file between words");
    all = Joined({all, file.bytes, words});
  }
  for (const Effort effort : {Effort::kTurbo, Effort::kFast, Effort::kMax}) {
    EncodeOptions options = Options(Method::kMixed);
    options.effort = effort;
    const std::string name = effort == Effort::kTurbo ? "turbo"
                             : effort == Effort::kFast ? "fast"
                                                       : "max";
    vectors.Good("mix-segments-" + name, vectors.Coded(all, options), all,
                 "all of these, at the level of --effort " + name);
  }
  const Bytes lanes = vectors.Coded(all, Options(Method::kModelMixed, 4, 64));
  vectors.Good("lm-mix-segments-lanes", lanes, all, "lanes of 64 bytes in different segments");
  size_t used = 0;
  FrameHeader header = ParseFrameHeader(ByteView(lanes).subspan(kStreamHeaderBytes), used);
  vectors.Bad("mix-bad-segments",
              Flipped(lanes, kStreamHeaderBytes + used + kCheckBytes + 1, 0x55),
              ErrorCode::kCorrupt, "the list of typed segments is damaged");
  header.segments_bytes -= 1;
  vectors.Bad("mix-short-segments", WithFrameHeader(lanes, used, HeaderBytes(header)),
              ErrorCode::kCorrupt, "the list of typed segments is a byte longer than its length");
}

void WriteTokens(VectorWriter& vectors) {
  Bytes mixed = WordyBytes(300, 6);
  for (const char* text :
       {"\r\n\r\n", "e\xcc\x81 \xe2\x96\x81", "\xff\xc0\x80", "\xe2\x82", "  \t "}) {
    const Bytes piece = FromText(text);
    mixed.insert(mixed.begin() + static_cast<ptrdiff_t>(mixed.size() / 2), piece.begin(),
                 piece.end());
  }
  mixed.insert(mixed.begin() + 7, 3, 0);
  vectors.Good("tokens-bytes", vectors.Coded(mixed, Options(Method::kModel)), mixed,
               "bytes that are no text, NUL, U+2581, a combining accent");
  const Bytes file = vectors.LongCoded(mixed, Options(Method::kModel));
  size_t used = 0;
  FrameHeader header = ParseFrameHeader(ByteView(file).subspan(kStreamHeaderBytes), used);
  header.kind = FrameKind::kModel;
  vectors.Bad("tokens-as-bytes", WithFrameHeader(file, used, HeaderBytes(header)),
              ErrorCode::kModelMismatch, "a frame of bytes, the model is one of tokens");
}

}  // namespace
}  // namespace lmzip::testing

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(
        stderr, "usage: make_vectors FOLDER MODEL.pt [TOKENS.pt]     without it, none of tokens\n");
    return 1;
  }
  using lmzip::Method;
  std::ofstream list(std::string(argv[1]) + "/expected.tsv");
  list << "# file\toutcome\tcontent bytes\tSHA-256 of what is written\twhat it is\n";
  lmzip::testing::VectorWriter bytes(argv[1], argv[2], list);
  lmzip::testing::WriteStored(bytes);
  lmzip::testing::WriteCoded(bytes, "lm", Method::kModel);
  lmzip::testing::WriteCoded(bytes, "mix", Method::kMixed);
  lmzip::testing::WriteCoded(bytes, "lm-mix", Method::kModelMixed);
  lmzip::testing::WriteUnits(bytes);
  lmzip::testing::WriteCopies(bytes);
  lmzip::testing::WriteFarCopies(bytes);
  lmzip::testing::WriteWoven(bytes);
  lmzip::testing::WriteWovenAnchors(bytes);
  lmzip::testing::WriteSegments(bytes);
  lmzip::testing::WriteReferences(argv[1]);
  lmzip::testing::VectorWriter referring(argv[1], argv[2], list, lmzip::testing::kReferences);
  lmzip::testing::WriteReferring(referring);
  if (argc == 3) return 0;
  lmzip::testing::VectorWriter tokens(argv[1], argv[3], list);
  lmzip::testing::WriteCoded(tokens, "tokens", Method::kModel, ' ');
  lmzip::testing::WriteTokens(tokens);
}
