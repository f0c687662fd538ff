#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "labels/picture.h"

namespace nianlun::labels {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

// A run of dark modules is a rectangle one module high; a row's runs follow by relative moves.
void append_runs(std::string& out, const Matrix& matrix) {
  for (int row = 0; row < matrix.size; ++row) {
    for (int column = 0; column < matrix.size;) {
      int end = column;
      while (end < matrix.size && matrix.is_dark(end, row)) ++end;
      if (end > column) {
        fmt::format_to(std::back_inserter(out), "M{} {}h{}v1h-{}z", column + kQuietModules,
                       row + kQuietModules, end - column, end - column);
      }
      column = end + 1;
    }
  }
}

}  // namespace

std::string make_svg(const Matrix& matrix, const Label& label, double module_mm) {
  constexpr int kCaptionModules = 5;
  const int width = matrix.size + 2 * kQuietModules;
  const int height = width + (label.caption.empty() ? 0 : kCaptionModules);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{:.3f}mm\" "
      "height=\"{:.3f}mm\" viewBox=\"0 0 {} {}\">\n<title>{}</title>\n"
      "<rect width=\"{}\" height=\"{}\" fill=\"#fff\"/>\n"
      "<path shape-rendering=\"crispEdges\" d=\"",
      width * module_mm, height * module_mm, width, height, escaped(label.payload), width, height);
  append_runs(out, matrix);
  out += "\"/>\n";
  if (!label.caption.empty()) {
    // Letters of a monospaced face are about 0.6 times as wide as high.
    const double size =
        std::min(3.6, matrix.size / (0.6 * static_cast<double>(label.caption.size())));
    out += fmt::format(
        "<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\" font-family=\"monospace\" "
        "font-size=\"{:.2f}\">{}</text>\n",
        width / 2.0, width + 1, size, escaped(label.caption));
  }
  return out + "</svg>\n";
}

}  // namespace nianlun::labels
