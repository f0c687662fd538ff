#pragma once

namespace nianlun {

/// The upper three bits of an item's first octet (RFC 8949, 3.1).
enum class CborMajor { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

}  // namespace nianlun
