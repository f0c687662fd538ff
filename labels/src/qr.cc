#include "labels/qr.h"

#include <qrencode.h>

#include <cerrno>
#include <memory>
#include <string>

namespace nianlun::labels {
namespace {

QRecLevel level_of(Correction correction) {
  switch (correction) {
    case Correction::kLow:
      return QR_ECLEVEL_L;
    case Correction::kMedium:
      return QR_ECLEVEL_M;
    case Correction::kQuartile:
      return QR_ECLEVEL_Q;
    case Correction::kHigh:
      return QR_ECLEVEL_H;
  }
  return QR_ECLEVEL_M;
}

}  // namespace

Result<Matrix> make_qr(std::string_view payload, Correction correction) {
  if (payload.empty() || payload.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "labels.payload-empty");
  }
  // The library splits the text into numeric, alphanumeric and 8-bit segments by itself, which is
  // never larger than one 8-bit segment.
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString(std::string(payload).c_str(), 0, level_of(correction), QR_MODE_8, 1),
      QRcode_free);
  if (!code) {
    if (errno == ENOMEM) return fail(ErrorCode::kIo, "labels.out-of-memory");
    return fail(ErrorCode::kTooLarge, "labels.payload-too-long",
                {{"bytes", std::to_string(payload.size())}});
  }
  Matrix matrix{code->width, {}};
  const auto modules =
      static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
  matrix.dark.resize(modules);
  for (std::size_t i = 0; i < modules; ++i) matrix.dark[i] = code->data[i] & 1U;
  return matrix;
}

}  // namespace nianlun::labels
