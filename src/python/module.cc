// The Python module lmzip._native, on which the package's Python code stands. Strings and defaults
// of the options are those of the command line.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <filesystem>
#include <string_view>

#include "cli/program.h"
#include "lmzip/error.h"
#include "lmzip/file_io.h"
#include "lmzip/machine.h"
#include "lmzip/stream_joiner.h"
#include "python/codec_object.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace lmzip {
namespace {

using Data = std::optional<nb::object>;  // a buffer, or None: Python gives it piece by piece

template <typename Value>
struct Named {
  std::string_view name;
  Value value;
};
using Path = std::filesystem::path;

/// Of a name as the system has it (os.fsencode).
Path PathOf(const nb::bytes& name) { return Path(std::string(name.c_str(), name.size())); }

std::vector<Path> PathsOf(const std::vector<nb::bytes>& names) {
  std::vector<Path> paths;
  for (const nb::bytes& name : names) paths.push_back(PathOf(name));
  return paths;
}

constexpr Named<Engine> kEngines[] = {
    {"auto", Engine::kAuto}, {"native", Engine::kNative}, {"torch", Engine::kTorch}};
constexpr Named<Method> kMethods[] = {{"auto", Method::kAuto},
                                      {"lm+mix", Method::kModelMixed},
                                      {"lm", Method::kModel},
                                      {"mix", Method::kMixed},
                                      {"store", Method::kStore}};
constexpr Named<Effort> kEfforts[] = {{"turbo", Effort::kTurbo},
                                      {"fast", Effort::kFast},
                                      {"default", Effort::kDefault},
                                      {"max", Effort::kMax}};

/// Throws Error{kUsage}.
template <typename Value, size_t kCount>
Value ByName(const char* what, const std::string& name, const Named<Value> (&all)[kCount]) {
  std::string names;
  for (const Named<Value>& known : all) {
    if (known.name == name) return known.value;
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  }
  throw Error(ErrorCode::kUsage,
              std::string(what) + " is '" + name + "', but can be one of " + names);
}

/// Errors become the classes of lmzip/_errors.py.
void TranslateErrors(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& e) {
    const nb::object error =
        nb::module_::import_("lmzip._errors").attr("of")(static_cast<int>(e.code()), e.what());
    PyErr_SetObject(error.type().ptr(), error.ptr());
  }
}

void AddOptions(nb::module_& module) {
  nb::class_<EncodeOptions>(module, "EncodeOptions",
                            "The keyword arguments of compressing functions.")
      .def(
          "__init__",
          [](EncodeOptions* self, const std::string& method, const std::string& effort,
             uint64_t frame_bytes, int lanes, uint64_t segment_bytes, bool typed_segments,
             const std::string& data_kind, bool verify, std::optional<uint64_t> window_bytes) {
            new (self) EncodeOptions{.method = ByName("method", method, kMethods),
                                     .effort = ByName("effort", effort, kEfforts),
                                     .frame_bytes = frame_bytes,
                                     .lanes = lanes,
                                     .segment_bytes = segment_bytes,
                                     .typed_segments = typed_segments,
                                     .data_kind = data_kind,
                                     .verify = verify,
                                     .window_bytes = window_bytes};
          },
          nb::kw_only(), "method"_a = "auto", "effort"_a = "default",
          "frame_bytes"_a = EncodeOptions{}.frame_bytes, "lanes"_a = 0, "segment_bytes"_a = 0,
          "typed_segments"_a = true, "data_kind"_a = "", "verify"_a = false,
          "window_bytes"_a = nb::none());
}

void MakeCodec(CodecObject* self, const std::string& model, const std::string& engine,
               const std::string& device, int threads, uint64_t memory_bytes,
               const std::vector<nb::bytes>& model_folders,
               const std::vector<nb::bytes>& references, const nb::bytes& plugin_folder) {
  new (self) CodecObject({.model = model,
                          .engine = ByName("engine", engine, kEngines),
                          .device = device,
                          .threads = threads,
                          .memory_bytes = memory_bytes,
                          .model_folders = PathsOf(model_folders),
                          .references = PathsOf(references),
                          .plugin_folder = PathOf(plugin_folder)});
}

std::unique_ptr<Buffer> BufferOf(const Data& data) {
  return data ? std::make_unique<Buffer>(*data) : nullptr;
}

CallObject* Compress(CodecObject& self, const Data& data, const EncodeOptions& options) {
  return new CallObject(
      BufferOf(data), /*seekable=*/false,
      [codec = self.Get(), options](ByteSource& source, ByteSink& sink, Progress& progress) {
        return codec->Compress(source, sink, options, &progress);
      });
}

DecodeOptions DecodeOptionsOf(uint64_t begin, std::optional<uint64_t> end, bool keep_going,
                              std::optional<uint64_t> max_output) {
  constexpr uint64_t kAll = std::numeric_limits<uint64_t>::max();
  return {.range = {.begin = begin, .end = end.value_or(kAll)},
          .keep_going = keep_going,
          .max_output = max_output.value_or(kAll)};
}

CallObject* Decompress(CodecObject& self, const Data& data, uint64_t begin,
                       std::optional<uint64_t> end, bool keep_going,
                       std::optional<uint64_t> max_output, bool seekable) {
  const DecodeOptions options = DecodeOptionsOf(begin, end, keep_going, max_output);
  return new CallObject(
      BufferOf(data), seekable,
      [codec = self.Get(), options](ByteSource& source, ByteSink& sink, Progress& progress) {
        return codec->Decompress(source, sink, options, &progress);
      });
}

/// Calls write(sink, progress) for a file that appears whole or not at all; its report is the
/// call's.
template <typename Write>
CallObject* FileCall(const nb::bytes& target, bool overwrite, Write write) {
  return new CallObject(nullptr, /*seekable=*/false,
                        [to = PathOf(target), overwrite, write = std::move(write)](
                            ByteSource&, ByteSink&, Progress& progress) {
                          FileSink out(to);
                          const auto report = write(out, progress);
                          out.Commit(overwrite);
                          return report;
                        });
}

CallObject* CompressFile(CodecObject& self, const nb::bytes& source, const nb::bytes& target,
                         bool overwrite, const EncodeOptions& options) {
  return FileCall(
      target, overwrite,
      [from = PathOf(source), codec = self.Get(), options](ByteSink& out, Progress& progress) {
        FileSource in(from);
        return codec->Compress(in, out, options, &progress);
      });
}

CallObject* CompressPart(CodecObject& self, const nb::bytes& source, const nb::bytes& target,
                         uint64_t begin, std::optional<uint64_t> end, bool overwrite,
                         const EncodeOptions& options) {
  const ByteRange part{.begin = begin, .end = end.value_or(ByteRange().end)};
  return FileCall(target, overwrite,
                  [from = PathOf(source), codec = self.Get(), part, options](ByteSink& out,
                                                                             Progress& progress) {
                    FileSource in(from);
                    return codec->CompressPart(in, part, out, options, &progress);
                  });
}

CallObject* JoinParts(const std::vector<nb::bytes>& parts, const nb::bytes& target,
                      bool overwrite) {
  return FileCall(target, overwrite, [from = PathsOf(parts)](ByteSink& out, Progress&) {
    StreamJoiner joiner(out);
    for (const Path& part : from) {
      FileSource in(part);
      joiner.Add(in);
    }
    return joiner.Finish();
  });
}

// What damage leaves is no file of that name: keep_going is for streams.
CallObject* DecompressFile(CodecObject& self, const nb::bytes& source, const nb::bytes& target,
                           bool overwrite, uint64_t begin, std::optional<uint64_t> end,
                           std::optional<uint64_t> max_output) {
  const DecodeOptions options = DecodeOptionsOf(begin, end, false, max_output);
  return FileCall(
      target, overwrite,
      [from = PathOf(source), codec = self.Get(), options](ByteSink& out, Progress& progress) {
        FileSource in(from);
        return codec->Decompress(in, out, options, &progress);
      });
}

CallObject* Cost(CodecObject& self, const nb::object& data, const EncodeOptions& options) {
  auto buffer = std::make_unique<Buffer>(data);
  const auto content = buffer->bytes();
  return new CallObject(
      std::move(buffer), /*seekable=*/false,
      [codec = self.Get(), content, options](ByteSource&, ByteSink&, Progress& progress) {
        Costs costs{.bytes = std::vector<SymbolCost>(content.size()), .report = {}};
        costs.report = codec->Cost(content, options, costs.bytes, &progress);
        return costs;
      });
}

CallObject* Sample(CodecObject& self, const nb::bytes& prompt, const SampleOptions& sample,
                   const EncodeOptions& options) {
  const auto* const text = reinterpret_cast<const uint8_t*>(prompt.c_str());
  return new CallObject(
      nullptr, /*seekable=*/false,
      [codec = self.Get(), sample, options, held = std::vector(text, text + prompt.size())](
          ByteSource&, ByteSink& sink, Progress& progress) {
        codec->Sample(held, sink, sample, options, &progress);
        return std::monostate();
      });
}

void AddCodec(nb::module_& module) {
  const CodecOptions defaults;
  nb::class_<CodecObject>(module, "Codec", "See lmzip.Codec.")
      .def("__init__", MakeCodec, "model"_a = "", "engine"_a = "auto", "device"_a = "cpu",
           "threads"_a = 0, "memory_bytes"_a = defaults.memory_bytes,
           "model_folders"_a = std::vector<nb::bytes>(), "references"_a = std::vector<nb::bytes>(),
           "plugin_folder"_a = nb::bytes("", 0))
      .def("compress", Compress, "data"_a.none(), "options"_a)
      .def("decompress", Decompress, "data"_a.none(), "begin"_a = 0, "end"_a.none() = nb::none(),
           "keep_going"_a = false, "max_output"_a.none() = nb::none(), "seekable"_a = false)
      .def("compress_file", CompressFile, "source"_a, "target"_a, "overwrite"_a, "options"_a)
      .def("compress_part", CompressPart, "source"_a, "target"_a, "begin"_a, "end"_a.none(),
           "overwrite"_a, "options"_a)
      .def("decompress_file", DecompressFile, "source"_a, "target"_a, "overwrite"_a, "begin"_a = 0,
           "end"_a.none() = nb::none(), "max_output"_a.none() = nb::none())
      .def("cost", Cost, "data"_a, "options"_a)
      .def(
          "sample",
          [](CodecObject& self, const nb::bytes& prompt, uint64_t bytes, uint64_t seed,
             double temperature, double top_p, const EncodeOptions& options) {
            return Sample(
                self, prompt,
                {.bytes = bytes, .seed = seed, .temperature = temperature, .top_p = top_p},
                options);
          },
          "prompt"_a, "bytes"_a, "seed"_a, "temperature"_a, "top_p"_a, "options"_a);
}

int RunArguments(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  return RunProgram(static_cast<int>(arguments.size()), argv.data());
}

}  // namespace
}  // namespace lmzip

NB_MODULE(_native, module) {
  using namespace lmzip;
  nb::set_leak_warnings(false);  // what lives until the process ends is not leaked
  nb::register_exception_translator(TranslateErrors);
  AddReports(module);
  AddCalls(module);
  AddOptions(module);
  AddCodec(module);
  module.def(
      "list_frames",
      [](const Data& data, bool seekable) {
        return new CallObject(
            BufferOf(data), seekable,
            [](ByteSource& source, ByteSink&, Progress&) { return List(source); });
      },
      "data"_a.none(), "seekable"_a = false);
  module.def("join_parts", JoinParts, "parts"_a, "target"_a, "overwrite"_a);
  module.def(
      "looks_compressed",
      [](const nb::object& data) { return LooksCompressed(Buffer(data).bytes()); }, "data"_a);
  module.def("data_kinds", [] { return std::string(DataKindHelp()); });
  module.attr("MEMORY_BYTES") = CodecOptions().memory_bytes;
  module.attr("FRAME_BYTES") = EncodeOptions().frame_bytes;
  module.def("instruction_set", ActiveInstructionSet);
  module.def("version", [] { return std::string(Version()); });
  module.def("program", RunArguments, "arguments"_a,
             "Runs the command line; returns its exit code.");
}
