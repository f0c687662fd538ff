#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "vectors.h"

namespace nianlun::testing {

/// The images of a folder of published photos, in the order of their names.
inline std::vector<std::filesystem::path> photos(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(vectors() / "codes/zxing-cpp" / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".png" || extension == ".jpg" || extension == ".webp") {
      paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  REQUIRE(!paths.empty());
  return paths;
}

}  // namespace nianlun::testing
