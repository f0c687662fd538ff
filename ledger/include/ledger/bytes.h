#pragma once

#include <string>
#include <string_view>

namespace nianlun {

/// Octets that somebody else owns. Text in this project is UTF-8, so octets and text share a type;
/// a name says which is meant where it is not plain.
using Bytes = std::string_view;

/// Octets that we own.
using Buffer = std::string;

}  // namespace nianlun
