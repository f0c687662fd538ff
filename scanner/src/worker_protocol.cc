#include "worker_protocol.h"

#include <algorithm>
#include <cassert>

#include "ledger/src/try.h"

namespace nianlun::scanner {
namespace {

void put_number(Buffer& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> static_cast<unsigned>(shift)) & 255U));
  }
}

void put_text(Buffer& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

std::uint32_t number_at(Bytes bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<std::uint8_t>(bytes[i]);
  return number;
}

Unexpected garbled() { return fail(ErrorCode::kIo, "scanner.worker-garbled"); }

// Takes numbers and texts off the front; once it failed it fails for ever.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  std::uint32_t number() {
    const Bytes four = take(4);
    return four.size() == 4 ? number_at(four) : 0;
  }
  std::string text(std::size_t bytes_max) {
    const std::size_t bytes = number();
    if (bytes > bytes_max) broken_ = true;
    return std::string(take(bytes));
  }
  bool broken() const { return broken_; }
  bool at_end() const { return !broken_ && rest_.empty(); }

 private:
  Bytes take(std::size_t bytes) {
    if (broken_ || bytes > rest_.size()) {
      broken_ = true;
      return {};
    }
    const Bytes taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }
  Bytes rest_;
  bool broken_ = false;
};

constexpr std::uint32_t kFound = 0;
constexpr std::uint32_t kFailed = 1;
constexpr std::size_t kWordBytesMax = 256;

Result<std::vector<Code>> unpack_error(Reader& reader) {
  const std::uint32_t code = reader.number();
  const std::string message = reader.text(kWordBytesMax);
  const std::uint32_t count = reader.number();
  if (code > static_cast<std::uint32_t>(ErrorCode::kIo) || count > 16) return garbled();
  Arguments arguments;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string name = reader.text(kWordBytesMax);
    arguments.emplace_back(std::move(name), reader.text(kWordBytesMax));
  }
  if (!reader.at_end()) return garbled();
  return fail(static_cast<ErrorCode>(code), message, std::move(arguments));
}

}  // namespace

Buffer frame_header(std::size_t bytes) {
  assert(bytes <= UINT32_MAX);
  Buffer header;
  put_number(header, static_cast<std::uint32_t>(bytes));
  return header;
}

std::size_t frame_bytes(Bytes header) {
  assert(header.size() == kFrameHeaderBytes);
  return number_at(header);
}

Buffer pack(const Result<std::vector<Code>>& answer) {
  Buffer out;
  if (!answer) {
    put_number(out, kFailed);
    put_number(out, static_cast<std::uint32_t>(answer.error().code));
    put_text(out, answer.error().message);
    put_number(out, static_cast<std::uint32_t>(answer.error().arguments.size()));
    for (const auto& [name, value] : answer.error().arguments) {
      put_text(out, name);
      put_text(out, std::string_view(value).substr(0, kWordBytesMax));
    }
    return out;
  }
  const std::size_t count = std::min(answer->size(), kAnswerCodesMax);
  put_number(out, kFound);
  put_number(out, static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const Code& code = (*answer)[i];
    put_text(out, code.text);
    put_text(out, code.symbology);
    for (const Point& corner : code.corners) {
      put_number(out, static_cast<std::uint32_t>(corner.x));
      put_number(out, static_cast<std::uint32_t>(corner.y));
    }
  }
  return out;
}

Result<std::vector<Code>> unpack(Bytes answer) {
  Reader reader(answer);
  const std::uint32_t kind = reader.number();
  if (kind == kFailed) return unpack_error(reader);
  const std::uint32_t count = reader.number();
  if (kind != kFound || count > kAnswerCodesMax) return garbled();
  std::vector<Code> codes;
  for (std::uint32_t i = 0; i < count && !reader.broken(); ++i) {
    Code code;
    code.text = reader.text(kPayloadBytesMax);
    code.symbology = reader.text(kWordBytesMax);
    for (Point& corner : code.corners) {
      corner.x = static_cast<int>(reader.number());
      corner.y = static_cast<int>(reader.number());
    }
    codes.push_back(std::move(code));
  }
  if (!reader.at_end()) return garbled();
  return codes;
}

}  // namespace nianlun::scanner
