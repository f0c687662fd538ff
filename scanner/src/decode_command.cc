#include "decode_command.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>

#include "ledger/json.h"
#include "ledger/messages.h"
#include "scanner/worker.h"

namespace nianlun::scanner {
namespace {

namespace fs = std::filesystem;

bool is_image_name(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) {
    return static_cast<char>(c < 'A' || c > 'Z' ? c : c + 32);
  });
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".webp";
}

std::vector<fs::path> images_in(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> paths;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file() && is_image_name(entry->path())) paths.push_back(entry->path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Writes what was found and remembers whether anything was not.
class Report {
 public:
  Report(const DecodeArguments& arguments, std::ostream& out, std::ostream& messages)
      : arguments_(arguments), out_(out), messages_(messages) {}

  void found(const std::string& file, const Code& code) {
    if (arguments_.json) {
      Json corners = Json::Array{};
      for (const Point& corner : code.corners) {
        corners.push(Json(Json::Array{Json(corner.x), Json(corner.y)}));
      }
      Json line;
      line.set("file", printable(file)).set("text", printable(code.text));
      if (!code.symbology.empty()) {
        line.set("symbology", printable(code.symbology)).set("corners", std::move(corners));
      }
      out_ << line.dump() << '\n';
    } else {
      out_ << printable(file) << '\t' << printable(code.text) << '\n';
    }
    out_.flush();  // whoever reads the pipe acts on each scan
  }

  void failed(const std::string& file, const Error& error) {
    messages_ << printable(file) << ": " << text(arguments_.language, error) << '\n';
    exit_code_ = 1;
  }
  void failed(const std::string& file, std::string_view message, Arguments details = {}) {
    failed(file, Error{ErrorCode::kInvalidArgument, std::string(message), std::move(details)});
  }

  int exit_code() const { return exit_code_; }

 private:
  const DecodeArguments& arguments_;
  std::ostream& out_;
  std::ostream& messages_;
  int exit_code_ = 0;
};

void decode_image(DecodeWorker& worker, const fs::path& path, Report& report) {
  const auto codes = worker.decode_file(path);
  if (!codes) return report.failed(path.string(), codes.error());
  if (codes->empty()) return report.failed(path.string(), "scanner.no-code");
  for (const Code& code : *codes) report.found(path.string(), code);
}

// One line without its end, of which at most kPayloadBytesMax + 1 octets are kept.
std::optional<std::string> next_line(std::istream& in) {
  std::string line;
  int octet = in.get();
  if (octet == std::istream::traits_type::eof()) return std::nullopt;
  for (; octet != std::istream::traits_type::eof() && octet != '\n'; octet = in.get()) {
    if (line.size() <= kPayloadBytesMax) line.push_back(static_cast<char>(octet));
  }
  while (line.ends_with('\r')) line.pop_back();
  return line;
}

void pass_lines(std::istream& in, Report& report) {
  while (const auto line = next_line(in)) {
    if (line->size() > kPayloadBytesMax) {
      report.failed("-", "scanner.line-too-long", {{"max", std::to_string(kPayloadBytesMax)}});
    } else if (!line->empty()) {
      report.found("-", Code{*line, "", {}});
    }
  }
}

}  // namespace

int run_decode(const DecodeArguments& arguments, std::istream& in, std::ostream& out,
               std::ostream& messages) {
  DecodeWorkerOptions options;
  options.decode.many = arguments.many;
  DecodeWorker worker(options);
  Report report(arguments, out, messages);
  for (const std::string& path : arguments.paths) {
    std::error_code error;
    if (path == "-") {
      pass_lines(in, report);
    } else if (fs::is_directory(path, error)) {
      const std::vector<fs::path> images = images_in(path, error);
      for (const fs::path& image : images) decode_image(worker, image, report);
      if (error || images.empty()) report.failed(path, "scanner.no-images");
    } else {
      decode_image(worker, path, report);
    }
  }
  return report.exit_code();
}

int run_decode(const DecodeArguments& arguments) {
  std::ios::sync_with_stdio(false);
  return run_decode(arguments, std::cin, std::cout, std::cerr);
}

}  // namespace nianlun::scanner
