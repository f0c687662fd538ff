#include "ledger/cbor.h"

#include <algorithm>
#include <cassert>

#include "cbor_head.h"

namespace nianlun {
namespace {

constexpr unsigned char kFalse = 0xf4;
constexpr unsigned char kTrue = 0xf5;
constexpr unsigned char kNull = 0xf6;

void append_head(Buffer& out, CborMajor major, std::uint64_t number) {
  const int high = static_cast<int>(major) << 5;
  if (number < 24) {
    out += static_cast<char>(high | static_cast<int>(number));
    return;
  }
  int width = 0;  // 1, 2, 4 or 8 octets
  while (width < 3 && number >> (8U << width) != 0) ++width;
  out += static_cast<char>(high | (24 + width));
  for (int shift = (8 << width) - 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift & 0xff);
  }
}

}  // namespace

Cbor Cbor::number(std::uint64_t value) { return {Kind::kUnsigned, value}; }

Cbor Cbor::label(std::int64_t value) {
  if (value >= 0) return number(static_cast<std::uint64_t>(value));
  return {Kind::kNegative, ~static_cast<std::uint64_t>(value)};  // -1 - value
}

Cbor Cbor::bytes(Bytes octets) {
  Cbor made(Kind::kBytes, 0);
  made.octets_ = octets;
  return made;
}

Cbor Cbor::text(std::string_view text) {
  Cbor made(Kind::kText, 0);
  made.octets_ = text;
  return made;
}

Cbor Cbor::array(std::vector<Cbor> items) {
  Cbor made(Kind::kArray, 0);
  made.items_ = std::move(items);
  return made;
}

Cbor Cbor::map(std::vector<std::pair<Cbor, Cbor>> entries) {
  std::ranges::sort(entries, {}, [](const auto& entry) { return entry.first.encode(); });
  Cbor made(Kind::kMap, 0);
  for (auto& [key, value] : entries) {
    assert(made.items_.empty() || made.items_[made.items_.size() - 2] != key);
    made.items_.push_back(std::move(key));
    made.items_.push_back(std::move(value));
  }
  return made;
}

Cbor Cbor::tagged(std::uint64_t tag, Cbor value) {
  Cbor made(Kind::kTag, tag);
  made.items_.push_back(std::move(value));
  return made;
}

Cbor Cbor::boolean(bool value) { return {Kind::kBoolean, value ? 1U : 0U}; }

const std::string& Cbor::octets() const {
  assert(is(Kind::kBytes) || is(Kind::kText));
  return octets_;
}

const std::vector<Cbor>& Cbor::items() const {
  assert(is(Kind::kArray) || is(Kind::kMap));
  return items_;
}

const Cbor& Cbor::value() const {
  assert(is(Kind::kTag));
  return items_.front();
}

bool Cbor::is_label(std::int64_t value) const { return *this == label(value); }

const Cbor* Cbor::find(std::int64_t wanted) const {
  if (!is(Kind::kMap)) return nullptr;
  for (std::size_t i = 0; i < items_.size(); i += 2) {
    if (items_[i].is_label(wanted)) return &items_[i + 1];
  }
  return nullptr;
}

void Cbor::append_to(Buffer& out) const {
  switch (kind_) {
    case Kind::kUnsigned:
      return append_head(out, CborMajor::kUnsigned, number_);
    case Kind::kNegative:
      return append_head(out, CborMajor::kNegative, number_);
    case Kind::kBytes:
      append_head(out, CborMajor::kBytes, octets_.size());
      break;
    case Kind::kText:
      append_head(out, CborMajor::kText, octets_.size());
      break;
    case Kind::kArray:
      append_head(out, CborMajor::kArray, items_.size());
      break;
    case Kind::kMap:
      append_head(out, CborMajor::kMap, items_.size() / 2);
      break;
    case Kind::kTag:
      append_head(out, CborMajor::kTag, number_);
      break;
    case Kind::kBoolean:
      out += static_cast<char>(number_ != 0 ? kTrue : kFalse);
      break;
    case Kind::kNull:
      out += static_cast<char>(kNull);
      break;
  }
  out += octets_;
  for (const Cbor& item : items_) item.append_to(out);
}

Buffer Cbor::encode() const {
  Buffer out;
  append_to(out);
  return out;
}

}  // namespace nianlun
