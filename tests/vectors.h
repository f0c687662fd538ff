#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace nianlun::testing {

/// The folder of published test vectors: $NIANLUN_VECTORS, or shared/data beside the checkout.
inline std::filesystem::path vectors() {
  const char* folder = std::getenv("NIANLUN_VECTORS");
  return folder != nullptr ? folder : NIANLUN_SOURCE_DIR "/../shared/data";
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), "cannot read " << path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace nianlun::testing
