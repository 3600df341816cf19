#include <algorithm>
#include <set>
#include <utility>

#include "base/system_limits.h"
#include "codec/codec_context.h"
#include "codec/stream_costs.h"
#include "format/format.h"
#include "format/stream_reader.h"
#include "lmzip/memory_io.h"
#include "model/registry.h"
#include "segments/segment_list.h"

namespace lmzip {
namespace {

constexpr int kMaxThreads = 1024;

void AddOnce(const std::string& word, std::set<std::string>& known, std::vector<std::string>& out) {
  if (known.insert(word).second) out.push_back(word);
}

}  // namespace

int ResolveThreads(int threads) {
  if (threads < 0 || threads > kMaxThreads) {
    throw Error(ErrorCode::kUsage,
                "the number of threads must be 0 to " + std::to_string(kMaxThreads));
  }
  if (threads > 0) return threads;
  return std::min(UsableCpus(), kMaxThreads);
}

namespace {

// One thread asks nobody how many CPUs there are.
int MostGroups(int threads) { return threads == 1 ? 1 : UsableCpus(); }

}  // namespace

CodecContext::CodecContext(const CodecOptions& options)
    : options_(options),
      threads_(ResolveThreads(options.threads)),
      budget_(options.memory_bytes),
      pool_(threads_, budget_, MostGroups(threads_)) {}

void CodecContext::Submit(std::shared_ptr<FrameJob> job, LoadedModel& model) {
  std::vector<Network*> networks;
  if (job->header().uses_model()) networks.push_back(&model);
  pool_.Submit(std::move(job), std::move(networks));
}

std::shared_ptr<LoadedModel> CodecContext::Model() {
  const MutexLock lock(mutex_);
  if (!named_) {
    named_ = std::make_shared<LoadedModel>(FindModel(options_.model, options_.model_folders),
                                           options_, threads_, budget_);
  }
  return named_;
}

std::shared_ptr<LoadedModel> CodecContext::Model(const ShortModelId& id) {
  std::string problem;  // of the options' model
  try {
    auto named = Model();
    if (!id.names_model() || id.Begins(named->file().info().id)) return named;
  } catch (const Error& e) {
    if (!id.names_model()) throw;
    problem = std::string("; -m: ") + e.what();
  }
  const MutexLock lock(mutex_);
  for (const auto& other : others_) {
    if (id.Begins(other->file().info().id)) return other;
  }
  try {
    return others_.emplace_back(std::make_shared<LoadedModel>(
        FindModel(id, options_.model_folders), options_, threads_, budget_));
  } catch (const Error& e) {
    throw Error(e.code(), e.what() + problem);
  }
}

const KnownReferences& CodecContext::references() {
  const MutexLock lock(mutex_);
  if (!references_) references_.emplace(options_.references, budget_);
  return *references_;
}

std::shared_ptr<const References> CodecContext::ReferencesFor(const EncodeOptions& options) {
  if (options.method == Method::kStore || options.method == Method::kModel) return nullptr;
  auto all = references().all();
  if (all) all->MakeIndex();
  return all;
}

std::vector<ShortModelId> CodecContext::KnownModels() {
  std::vector<ShortModelId> ids;
  try {
    ids.push_back(Shorten(Model()->file().info().id));
  } catch (const Error&) {  // others may do
  }
  const MutexLock lock(mutex_);
  if (known_) return *known_;
  for (const InstalledModel& model : InstalledModels(options_.model_folders)) {
    if (!model.info || model.info->tier != Tier::kExact) continue;
    const ShortModelId id = Shorten(model.info->id);
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  known_ = ids;
  return ids;
}

bool LooksCompressed(std::span<const uint8_t> bytes) noexcept {
  static_assert(kMagic.size() == kSignatureBytes);
  return bytes.size() >= kMagic.size() &&
         std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

Codec::Codec(const CodecOptions& options) : context_(std::make_unique<CodecContext>(options)) {}
Codec::~Codec() = default;

EncodeReport Codec::Compress(ByteSource& source, ByteSink& sink, const EncodeOptions& options,
                             Progress* progress) {
  return EncodeStream(*context_, source, ByteRange(), sink, options, progress);
}

EncodeReport Codec::CompressPart(ByteSource& source, const ByteRange& part, ByteSink& sink,
                                 const EncodeOptions& options, Progress* progress) {
  CheckPart(part, options);
  if (context_->references().all()) {
    throw Error(ErrorCode::kUsage, "parts of a stream cannot be coded by references");
  }
  return EncodeStream(*context_, source, part, sink, options, progress);
}

namespace {

CostReport Measured(CodecContext& context, ByteSource& content, const EncodeOptions& options,
                    Progress* progress, StreamCosts& measured) {
  const EncodeReport report = MeasureStream(context, content, options, progress, measured);
  return {.sum = measured.sum(),
          .coded_bytes = report.coded_bytes,
          .frames = std::move(measured.frames)};
}

}  // namespace

CostReport Codec::Cost(std::span<const uint8_t> content, const EncodeOptions& options,
                       std::span<SymbolCost> costs, Progress* progress,
                       std::span<LikelyBytes> likely) {
  if ((!costs.empty() && costs.size() != content.size()) ||
      (!likely.empty() && likely.size() != content.size())) {
    throw Error(ErrorCode::kUsage, "the room for costs is not that of the content");
  }
  MemorySource source(content);
  StreamCosts measured({costs, likely});
  return Measured(*context_, source, options, progress, measured);
}

CostReport Codec::CostWithout(MixerPart part, std::span<const uint8_t> content,
                              const EncodeOptions& options, Progress* progress) {
  MemorySource source(content);
  StreamCosts measured(CostPlaces(), part);
  return Measured(*context_, source, options, progress, measured);
}

void Codec::Sample(std::span<const uint8_t> prompt, ByteSink& sink, const SampleOptions& sample,
                   const EncodeOptions& options, Progress* progress) {
  SampleStream(*context_, prompt, sink, sample, options, progress);
}

DecodeReport Codec::Decompress(ByteSource& source, ByteSink& sink, const DecodeOptions& options,
                               Progress* progress) {
  return DecodeStreams(*context_, source, sink, options, progress);
}

FrameEntry EntryOf(const FrameHeader& header, uint64_t stream, uint64_t offset,
                   uint64_t coded_bytes) {
  return {
      .stream = stream,
      .offset = offset,
      .raw_bytes = header.raw_bytes,
      .coded_bytes = coded_bytes,
      .reach = header.reach,
      .method = std::string(MethodName(header.kind)) + (header.is_woven()         ? "+woven"
                                                        : header.has_far_copies() ? "+far"
                                                        : header.has_copies()     ? "+copies"
                                                                                : ""),
      .model = {},
      .lanes = header.is_coded() ? header.geometry.lanes() : 0,
      .segment_bytes = header.is_coded() ? header.geometry.segment_bytes() : 0,
      .byte_share = header.byte_share ? std::optional(*header.byte_share / 255.0) : std::nullopt,
      .segments = {},
  };
}

namespace {

std::vector<SegmentEntry> SegmentsOf(const FrameHeader& header, StreamReader& reader) {
  std::vector<SegmentEntry> entries;
  const ByteView list = reader.PeekSegments();
  if (list.empty()) return entries;
  try {
    for (const TypedSegment& segment :
         DecodeSegments(list, header.coded_bytes())) {
      entries.push_back(
          {.form = Describe(segment), .begin = segment.begin, .bytes = segment.length});
    }
  } catch (const Error&) {  // decoding says so
  }
  return entries;
}

std::vector<std::string> ReferencesOf(const StreamHeader& stream) {
  std::vector<std::string> words;
  for (const ReferenceId& id : stream.references) words.push_back(Describe(id));
  if (stream.reference_check) words.push_back("check " + CheckText(*stream.reference_check));
  return words;
}

}  // namespace

Listing List(ByteSource& source) {
  StreamReader reader(source);
  Listing listing;
  std::set<std::string> models, fingerprints, references;
  while (const auto frame = reader.Next()) {
    const FrameHeader& header = frame->header;
    std::vector<SegmentEntry> segments = SegmentsOf(header, reader);
    reader.SkipPayload();
    const StreamHeader& stream = reader.stream_header();
    for (const std::string& words : ReferencesOf(stream)) {
      AddOnce(words, references, listing.references);
    }
    listing.window_bytes = std::max(listing.window_bytes, stream.window_bytes);
    if (stream.needs_model()) AddOnce(Hex(stream.model_id), models, listing.models);
    if (!stream.fingerprint.empty()) {
      AddOnce(stream.fingerprint, fingerprints, listing.fingerprints);
    }
    listing.frames.push_back(
        EntryOf(header, frame->stream, frame->offset, reader.offset() - frame->offset));
    listing.frames.back().segments = std::move(segments);
    listing.raw_bytes += header.raw_bytes;
  }
  listing.streams = reader.streams();
  listing.coded_bytes = reader.offset();
  return listing;
}

}  // namespace lmzip
