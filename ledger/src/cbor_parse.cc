#include <algorithm>

#include "cbor_head.h"
#include "ledger/cbor.h"
#include "text.h"
#include "try.h"

namespace nianlun {

/// Reads values off the front of what is left. Nothing is reserved for a length that is claimed,
/// and it is compared with what is left first.
class CborReader {
 public:
  CborReader(Bytes octets, CborLimits limits) : octets_(octets), limits_(limits) {}

  Result<Cbor> whole() {
    TRY_ASSIGN(Cbor value, read(limits_.depth_max));
    if (at_ != octets_.size()) return malformed("more-after-it");
    return value;
  }

 private:
  struct Head {
    CborMajor major = CborMajor::kUnsigned;
    unsigned char first = 0;
    std::uint64_t number = 0;
  };

  Unexpected malformed(std::string_view reason) const {
    return fail(ErrorCode::kInvalidArgument, "cbor.malformed",
                {{"reason", std::string(reason)}, {"at", std::to_string(at_)}});
  }

  /// The number after the first octet, which has to need as many octets as it has.
  Result<Head> head() {
    if (at_ == octets_.size()) return malformed("cut-short");
    Head head;
    head.first = static_cast<unsigned char>(octets_[at_]);
    head.major = static_cast<CborMajor>(head.first >> 5);
    const unsigned low = head.first & 0x1fU;
    if (low > 27) return malformed("indefinite-or-reserved");
    std::size_t width = 0;
    if (low >= 24) width = std::size_t{1} << (low - 24);
    if (octets_.size() - at_ - 1 < width) return malformed("cut-short");
    head.number = low;
    if (width > 0) head.number = 0;
    for (std::size_t i = 0; i < width; ++i) {
      head.number = head.number << 8 | static_cast<unsigned char>(octets_[at_ + 1 + i]);
    }
    const bool fits_shorter = width > 1 ? head.number >> (width * 4) == 0 : head.number < 24;
    if (width > 0 && fits_shorter) return malformed("not-the-shortest");
    at_ += 1 + width;
    return head;
  }

  Result<Cbor> read(std::size_t depth) {
    const std::size_t begin = at_;
    TRY_ASSIGN(const Head head, this->head());
    switch (head.major) {
      case CborMajor::kUnsigned:
        return Cbor::number(head.number);
      case CborMajor::kNegative:
        return Cbor(Cbor::Kind::kNegative, head.number);
      case CborMajor::kBytes:
      case CborMajor::kText:
        return string(head);
      case CborMajor::kSimple:
        return simple(head, begin);
      default:
        break;
    }
    if (depth == 0) return malformed("too-deep");
    if (head.major == CborMajor::kArray) return array(head.number, depth - 1);
    if (head.major == CborMajor::kMap) return map(head.number, depth - 1);
    TRY_ASSIGN(Cbor value, read(depth - 1));
    return Cbor::tagged(head.number, std::move(value));
  }

  Result<Cbor> string(const Head& head) {
    if (head.number > octets_.size() - at_) return malformed("cut-short");
    const Bytes content = octets_.substr(at_, head.number);
    if (head.major == CborMajor::kText && !is_utf8(content)) return malformed("not-utf-8");
    at_ += content.size();
    return head.major == CborMajor::kText ? Cbor::text(content) : Cbor::bytes(content);
  }

  Result<Cbor> simple(const Head& head, std::size_t begin) {
    if (head.first == 0xf4 || head.first == 0xf5) return Cbor::boolean(head.first == 0xf5);
    if (head.first == 0xf6) return Cbor();
    at_ = begin;
    return malformed("number-or-value-of-no-use");
  }

  Result<Cbor> array(std::uint64_t count, std::size_t depth) {
    if (count > octets_.size() - at_) return malformed("cut-short");
    std::vector<Cbor> items;
    for (std::uint64_t i = 0; i < count; ++i) {
      TRY_ASSIGN(Cbor item, read(depth));
      items.push_back(std::move(item));
    }
    return Cbor::array(std::move(items));
  }

  Result<Cbor> map(std::uint64_t count, std::size_t depth) {
    if (count > (octets_.size() - at_) / 2) return malformed("cut-short");
    Cbor made(Cbor::Kind::kMap, 0);
    std::vector<Bytes> keys;  // as they are written, which is what orders them
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::size_t begin = at_;
      TRY_ASSIGN(Cbor key, read(depth));
      keys.push_back(octets_.substr(begin, at_ - begin));
      const bool falls = i > 0 && keys[i - 1] > keys[i];
      if (falls && limits_.order == CborOrder::kSorted) return malformed("keys-out-of-order");
      made.items_.push_back(std::move(key));
      TRY_ASSIGN(Cbor value, read(depth));
      made.items_.push_back(std::move(value));
    }
    std::ranges::sort(keys);
    if (std::ranges::adjacent_find(keys) != keys.end()) return malformed("key-twice");
    return made;
  }

  Bytes octets_;
  CborLimits limits_;
  std::size_t at_ = 0;
};

Result<Cbor> Cbor::parse(Bytes octets, CborLimits limits) {
  if (octets.size() > limits.bytes_max) {
    return fail(ErrorCode::kTooLarge, "cbor.too-large",
                {{"max", std::to_string(limits.bytes_max)}});
  }
  return CborReader(octets, limits).whole();
}

}  // namespace nianlun
