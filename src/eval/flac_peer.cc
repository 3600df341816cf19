#include <FLAC/stream_encoder.h>

#include "eval/peer_functions.h"

namespace lmzip {
namespace {

using Encoder = std::unique_ptr<FLAC__StreamEncoder, decltype(&FLAC__stream_encoder_delete)>;

FLAC__StreamEncoderWriteStatus Count(const FLAC__StreamEncoder*, const FLAC__byte*, size_t bytes,
                                     uint32_t, uint32_t, void* sum) {
  *static_cast<uint64_t*>(sum) += bytes;
  return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}

FLAC__int32 SampleAt(ByteView bytes, size_t index, uint32_t sample_bytes) {
  if (sample_bytes == 1) return bytes[index] - 128;
  return LoadLe<int16_t>(bytes.data() + 2 * index);
}

}  // namespace

uint64_t FlacBytes(ByteView bytes, const DataForm& form) {
  const size_t header = std::min(form.header_bytes, bytes.size());
  const ByteView data = bytes.subspan(header);
  const size_t frames = data.size() / (form.sample_bytes * form.channels);
  const size_t rest = data.size() - frames * form.sample_bytes * form.channels;
  uint64_t coded = 0;
  const Encoder encoder(FLAC__stream_encoder_new(), FLAC__stream_encoder_delete);
  if (!encoder || !FLAC__stream_encoder_set_channels(encoder.get(), form.channels) ||
      !FLAC__stream_encoder_set_bits_per_sample(encoder.get(), 8 * form.sample_bytes) ||
      !FLAC__stream_encoder_set_sample_rate(encoder.get(), form.sample_rate) ||
      !FLAC__stream_encoder_set_compression_level(encoder.get(), 8) ||
      FLAC__stream_encoder_init_stream(encoder.get(), Count, nullptr, nullptr, nullptr, &coded) !=
          FLAC__STREAM_ENCODER_INIT_STATUS_OK) {
    PeerFailed("libFLAC", "refuses the form of the sound");
  }
  constexpr size_t kStep = 4096;
  std::vector<FLAC__int32> samples;
  for (size_t at = 0; at < frames; at += kStep) {
    const size_t count = std::min(kStep, frames - at);
    samples.clear();
    for (size_t i = at * form.channels; i < (at + count) * form.channels; ++i) {
      samples.push_back(SampleAt(data, i, form.sample_bytes));
    }
    if (!FLAC__stream_encoder_process_interleaved(encoder.get(), samples.data(),
                                                  static_cast<uint32_t>(count))) {
      PeerFailed("libFLAC", FLAC__stream_encoder_get_resolved_state_string(encoder.get()));
    }
  }
  if (!FLAC__stream_encoder_finish(encoder.get())) PeerFailed("libFLAC", "cannot finish");
  return header + coded + rest;
}

std::string FlacSetting() { return std::string("libFLAC ") + FLAC__VERSION_STRING + ", level 8"; }

}  // namespace lmzip
