#include <algorithm>

#include "log_view.h"
#include "try.h"

namespace nianlun {

// A bundle of the log is 256 of them, so each frame is unpacked once.
Result<std::vector<Hash>> LogView::record_hashes(std::uint64_t first, std::uint64_t count) const {
  if (count > size() || first > size() - count) {
    return fail(ErrorCode::kNotFound, "log.no-such-record", {{"index", std::to_string(first)}});
  }
  const std::uint64_t end = first + count;
  const std::uint64_t framed_end = size() / kFrameRecords * kFrameRecords;
  std::vector<Hash> hashes;
  hashes.reserve(count);
  Buffer frame;
  for (std::uint64_t index = first; index < end;) {
    if (index >= framed_end) {  // the tail lies singly
      TRY_ASSIGN(const KeptRecord single, kept(index++));
      hashes.push_back(single.hash);
      continue;
    }
    const std::uint64_t start = index / kFrameRecords * kFrameRecords;
    TRY_ASSIGN(const auto records, unpack_to(frame, frame_key(start), start, kFrameRecords));
    for (; index < std::min(end, start + kFrameRecords); ++index) {
      TRY_ASSIGN(const KeptRecord record, checked(index, records[index - start]));
      hashes.push_back(record.hash);
    }
  }
  return hashes;
}

}  // namespace nianlun
