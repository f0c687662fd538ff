#include "compression.h"

#include <zdict.h>
#include <zstd.h>

#include <vector>

#include "try.h"

namespace nianlun {
namespace {

constexpr int kLevel = 3;
constexpr std::size_t kUnpackedBytesMax = 64 << 20;

enum Form : char { kRaw = 0, kZstd = 1, kZstdWithDictionary = 2 };

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "log.damaged-packing"); }

struct ContextDeleter {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};

// Making a context costs more than packing a record, so each thread keeps one.
ZSTD_CCtx* packing_context() {
  thread_local const std::unique_ptr<ZSTD_CCtx, ContextDeleter> context(ZSTD_createCCtx());
  return context.get();
}

ZSTD_DCtx* unpacking_context() {
  thread_local const std::unique_ptr<ZSTD_DCtx, ContextDeleter> context(ZSTD_createDCtx());
  return context.get();
}

}  // namespace

struct Dictionary::Impl {
  Buffer octets;
  std::unique_ptr<ZSTD_CDict, ContextDeleter> packing;
  std::unique_ptr<ZSTD_DDict, ContextDeleter> unpacking;
};

Dictionary::Dictionary(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Dictionary::~Dictionary() = default;
Bytes Dictionary::bytes() const { return impl_->octets; }

Result<std::shared_ptr<const Dictionary>> Dictionary::from(Bytes bytes) {
  if (ZDICT_getDictID(bytes.data(), bytes.size()) == 0) return damaged();
  auto impl = std::make_unique<Impl>();
  impl->octets = bytes;
  impl->packing.reset(ZSTD_createCDict(bytes.data(), bytes.size(), kLevel));
  impl->unpacking.reset(ZSTD_createDDict(bytes.data(), bytes.size()));
  if (!impl->packing || !impl->unpacking) return damaged();
  return std::shared_ptr<const Dictionary>(new Dictionary(std::move(impl)));
}

Buffer train_dictionary(std::span<const Buffer> samples, std::size_t bytes_max) {
  Buffer joined;
  std::vector<std::size_t> sizes;
  for (const Buffer& sample : samples) {
    joined += sample;
    sizes.push_back(sample.size());
  }
  Buffer dictionary(bytes_max, '\0');
  const std::size_t bytes =
      ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), joined.data(), sizes.data(),
                            static_cast<unsigned>(sizes.size()));
  if (ZDICT_isError(bytes) != 0) return {};  // too few samples, or too much alike
  dictionary.resize(bytes);
  return dictionary;
}

Buffer pack(Bytes bytes, const Dictionary* dictionary) {
  Buffer packed(1 + ZSTD_compressBound(bytes.size()), '\0');
  ZSTD_CCtx* context = packing_context();
  std::size_t size = 0;
  if (dictionary != nullptr) {
    packed[0] = kZstdWithDictionary;
    size = ZSTD_compress_usingCDict(context, packed.data() + 1, packed.size() - 1, bytes.data(),
                                    bytes.size(), dictionary->impl_->packing.get());
  } else {
    packed[0] = kZstd;
    size = ZSTD_compressCCtx(context, packed.data() + 1, packed.size() - 1, bytes.data(),
                             bytes.size(), kLevel);
  }
  if (ZSTD_isError(size) != 0 || size >= bytes.size()) {
    packed.assign(1, kRaw);
    packed += bytes;
  } else {
    packed.resize(1 + size);
  }
  return packed;
}

Result<Buffer> unpack(Bytes packed, const Dictionary* dictionary) {
  Buffer bytes;
  TRY(unpack(packed, dictionary, bytes));
  return bytes;
}

Result<void> unpack(Bytes packed, const Dictionary* dictionary, Buffer& bytes) {
  if (packed.empty()) return damaged();
  const Bytes body = packed.substr(1);
  if (packed[0] == kRaw) {
    bytes = body;
    return {};
  }
  const bool with = packed[0] == kZstdWithDictionary;
  if ((!with && packed[0] != kZstd) || (with && dictionary == nullptr)) return damaged();
  const unsigned long long size = ZSTD_getFrameContentSize(body.data(), body.size());
  if (size > kUnpackedBytesMax) return damaged();  // the two error values are larger as well
  bytes.resize(size);
  ZSTD_DCtx* context = unpacking_context();
  const std::size_t got =
      with ? ZSTD_decompress_usingDDict(context, bytes.data(), bytes.size(), body.data(),
                                        body.size(), dictionary->impl_->unpacking.get())
           : ZSTD_decompressDCtx(context, bytes.data(), bytes.size(), body.data(), body.size());
  if (ZSTD_isError(got) != 0 || got != bytes.size()) return damaged();
  return {};
}

}  // namespace nianlun
