#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"
#include "scanner/decode.h"

namespace nianlun::scanner {

// What a DecodeWorker and its child say to one another: a frame is a length in 4 octets, big
// endian, and as many octets. A request is an image file. An answer is made by pack() and opened
// by unpack(), which trusts nothing in it: the child may have been taken over.

inline constexpr std::size_t kFrameHeaderBytes = 4;
inline constexpr std::size_t kAnswerBytesMax = 4 << 20;
inline constexpr std::size_t kAnswerCodesMax = 4096;

Buffer frame_header(std::size_t bytes);
std::size_t frame_bytes(Bytes header);

Buffer pack(const Result<std::vector<Code>>& answer);
Result<std::vector<Code>> unpack(Bytes answer);

}  // namespace nianlun::scanner
