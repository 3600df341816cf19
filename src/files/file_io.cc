#include "lmzip/file_io.h"

#include "files/descriptor_io.h"
#include "files/output_file.h"
#include "files/source_file.h"

namespace lmzip {

class FileSource::Impl {
 public:
  explicit Impl(std::unique_ptr<ByteSource> opened) : source(std::move(opened)) {}
  const std::unique_ptr<ByteSource> source;
};

FileSource::FileSource(const std::filesystem::path& path)
    : impl_(std::make_unique<Impl>(
          std::make_unique<SourceFile>(path.string(), SourceFile::Kinds::kAny))) {}
FileSource::FileSource(int descriptor, const std::string& name)
    : impl_(std::make_unique<Impl>(std::make_unique<DescriptorSource>(descriptor, name))) {}
FileSource::~FileSource() = default;
FileSource::FileSource(FileSource&&) noexcept = default;
FileSource& FileSource::operator=(FileSource&&) noexcept = default;
size_t FileSource::Read(std::span<uint8_t> out) { return impl_->source->Read(out); }
uint64_t FileSource::Skip(uint64_t count) { return impl_->source->Skip(count); }
bool FileSource::Restart() { return impl_->source->Restart(); }

class FileSink::Impl {
 public:
  explicit Impl(const std::filesystem::path& path) : file(path) {}
  OutputFile file;
};

FileSink::FileSink(const std::filesystem::path& path) : impl_(std::make_unique<Impl>(path)) {}
FileSink::~FileSink() = default;
FileSink::FileSink(FileSink&&) noexcept = default;
FileSink& FileSink::operator=(FileSink&&) noexcept = default;
void FileSink::Write(std::span<const uint8_t> bytes) { impl_->file.sink().Write(bytes); }
void FileSink::Commit(bool overwrite) {
  impl_->file.Commit({.overwrite = overwrite, .sync_name = true, .like = nullptr});
}

class DescriptorOutput::Impl {
 public:
  Impl(int descriptor, const std::string& name) : sink(descriptor, name) {}
  DescriptorSink sink;
};

DescriptorOutput::DescriptorOutput(int descriptor, const std::string& name)
    : impl_(std::make_unique<Impl>(descriptor, name)) {}
DescriptorOutput::~DescriptorOutput() = default;
DescriptorOutput::DescriptorOutput(DescriptorOutput&&) noexcept = default;
DescriptorOutput& DescriptorOutput::operator=(DescriptorOutput&&) noexcept = default;
void DescriptorOutput::Write(std::span<const uint8_t> bytes) { impl_->sink.Write(bytes); }
void DescriptorOutput::Finish() { impl_->sink.Finish(); }

}  // namespace lmzip
