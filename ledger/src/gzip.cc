#include "gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace nianlun {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib.h, inflateInit2()

class Inflater {
 public:
  Inflater() : ready_(::inflateInit2(&stream_, kGzipOnly) == Z_OK) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready_) ::inflateEnd(&stream_);
  }
  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_;
};

}  // namespace

Result<Buffer> gunzip(Bytes packed, std::size_t bytes_max) {
  const Unexpected malformed = fail(ErrorCode::kInvalidArgument, "gzip.malformed");
  Inflater inflater;
  if (!inflater.ready() || packed.empty() || packed.size() > std::numeric_limits<uInt>::max()) {
    return malformed;
  }
  z_stream& stream = inflater.stream();
  std::string in(packed);  // zlib wants octets that it could change
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  Buffer bytes;
  for (;;) {
    const std::size_t before = bytes.size();
    // One octet beyond the bound tells what is larger from what just fits.
    const std::size_t room = std::min(kPieceBytes, bytes_max + 1 - before);
    bytes.resize(before + room);
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + before);
    stream.avail_out = static_cast<uInt>(room);
    const int done = ::inflate(&stream, Z_NO_FLUSH);
    bytes.resize(before + room - stream.avail_out);
    if (bytes.size() > bytes_max) {
      return fail(ErrorCode::kTooLarge, "gzip.too-large", {{"max", std::to_string(bytes_max)}});
    }
    if (done == Z_STREAM_END && stream.avail_in == 0) return bytes;
    const bool next_member = done == Z_STREAM_END && ::inflateReset(&stream) == Z_OK;
    if (!next_member && done != Z_OK) return malformed;  // Z_BUF_ERROR: it ends too early
  }
}

}  // namespace nianlun
