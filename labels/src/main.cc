#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>

#include "codes.h"
#include "labels/print.h"
#include "ledger/command_line.h"
#include "ledger/device.h"
#include "ledger/messages.h"
#include "ledger/output_file.h"
#include "ledger/src/try.h"

namespace nianlun::labels {
namespace {

struct Arguments {
  std::string language;
  std::string codes, host, layout = "a4-24";
  std::string out;
  LabelReaderOptions reader;
  PrintJob job;
  int start = 1;
  bool progress = false;
  std::uint64_t count = 0;
};

void say(const Arguments& arguments, std::string_view message, const nianlun::Arguments& values) {
  std::cerr << text(arguments.language, message, values) << '\n';
}

// Writes at most twice a second, so that the terminal does not slow the work.
std::function<void(std::uint64_t)> progress_of(const Arguments& arguments) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  return [&arguments, began, last = began](std::uint64_t count) mutable {
    const auto now = Clock::now();
    if (now - last < std::chrono::milliseconds(500)) return;
    last = now;
    const double seconds = std::chrono::duration<double>(now - began).count();
    say(arguments, "labels.progress",
        {{"count", std::to_string(count)},
         {"rate",
          std::to_string(static_cast<std::uint64_t>(static_cast<double>(count) / seconds))}});
  };
}

Result<void> run_print(Arguments& arguments) {
  TRY_ASSIGN(arguments.job.layout, layout_named(arguments.layout));
  arguments.job.out = arguments.out;
  arguments.job.language = arguments.language;
  arguments.job.first_position = arguments.start - 1;
  if (arguments.progress || isatty(STDERR_FILENO) == 1) {
    arguments.job.progress = progress_of(arguments);
  }
  std::ifstream file;
  if (arguments.codes != "-") {
    file.open(arguments.codes, std::ios::binary);
    if (!file) return fail(ErrorCode::kNotFound, "labels.cannot-read", {{"path", arguments.codes}});
  }
  std::ios::sync_with_stdio(false);
  LabelReader reader(arguments.codes == "-" ? std::cin : file, arguments.reader);
  TRY_ASSIGN(const std::uint64_t count, print(reader, arguments.job));
  say(arguments, "labels.printed", {{"count", std::to_string(count)}, {"path", arguments.out}});
  return {};
}

Result<void> run_allocate(const Arguments& arguments) {
  if (arguments.out.empty()) {
    for (std::uint64_t i = 0; i < arguments.count; ++i) {
      TRY_ASSIGN(const std::string code, new_tag_code());
      std::cout << code << '\n';
    }
    if (std::cout.flush()) return {};
    return fail(ErrorCode::kIo, "file.cannot-write", {{"path", "-"}, {"reason", "-"}});
  }
  TRY_ASSIGN(OutputFile file, OutputFile::create(arguments.out, Access::kEverybody));
  for (std::uint64_t i = 0; i < arguments.count; ++i) {
    TRY_ASSIGN(const std::string code, new_tag_code());
    TRY(file.write(code + '\n'));
  }
  TRY(file.commit());
  return sync_folder(std::filesystem::path(arguments.out).parent_path());
}

void describe_print(CLI::App& command, Arguments& arguments) {
  const auto help = [&](std::string_view id) { return text(arguments.language, id); };
  const std::map<std::string, Format> formats = {
      {"pdf", Format::kPdf}, {"png", Format::kPng}, {"svg", Format::kSvg}};
  const std::map<std::string, Correction> corrections = {{"L", Correction::kLow},
                                                         {"M", Correction::kMedium},
                                                         {"Q", Correction::kQuartile},
                                                         {"H", Correction::kHigh}};
  std::string names;
  for (const Layout& layout : layouts()) names += ' ' + std::string(layout.name);
  PrintJob& job = arguments.job;
  command.add_option("--codes", arguments.codes, help("labels.help-codes"))->required();
  command.add_option("--host", arguments.reader.host, help("labels.help-host"));
  command.add_option("--out", arguments.out, help("labels.help-out"))->required();
  command.add_option("--format", job.format, help("labels.help-format"))
      ->required()
      ->transform(CLI::CheckedTransformer(formats).description("pdf|png|svg"));
  command.add_option("--layout", arguments.layout, help("labels.help-layout") + names)
      ->capture_default_str();
  command.add_option("--title", job.title, help("labels.help-title"));
  command
      .add_option("--text-column", arguments.reader.text_columns, help("labels.help-text-column"))
      ->allow_extra_args(false);
  command.add_option("--start", arguments.start, help("labels.help-start"))
      ->check(CLI::Range(1, 999));
  command.add_option("--correction", job.correction, help("labels.help-correction"))
      ->transform(CLI::CheckedTransformer(corrections).description("L|M|Q|H"));
  command.add_option("--module-pixels", job.module_pixels, help("labels.help-module-pixels"))
      ->check(CLI::Range(1, 100));
  command.add_flag("--progress", arguments.progress, help("labels.help-progress"));
}

int run(int argc, char** argv) {
  Arguments arguments;
  arguments.language = language_of(argc, argv);
  const auto help = [&](std::string_view id) { return text(arguments.language, id); };
  CLI::App app(help("labels.help"));
  app.set_version_flag("--version", NIANLUN_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  std::string chosen;
  app.add_option("--lang", chosen, help("labels.help-lang"))->check(CLI::IsMember({"en", "zh"}));
  CLI::App* print_command = app.add_subcommand("print", help("labels.help-print"));
  describe_print(*print_command, arguments);
  CLI::App* allocate = app.add_subcommand("allocate", help("labels.help-allocate"));
  allocate->add_option("--count", arguments.count, help("labels.help-count"))
      ->required()
      ->check(CLI::Range(1, 10'000'000));
  allocate->add_option("--out", arguments.out, help("labels.help-allocate-out"));
  if (const auto ended = read_command_line(app, argc, argv, arguments.language)) return *ended;
  const Result<void> done =
      print_command->parsed() ? run_print(arguments) : run_allocate(arguments);
  if (done) return 0;
  const nianlun::Arguments& values = done.error().arguments;
  const auto line = std::find_if(values.begin(), values.end(),
                                 [](const auto& value) { return value.first == "line"; });
  std::cerr << "labels: ";
  if (line != values.end()) std::cerr << text(arguments.language, "labels.at-line", {*line});
  std::cerr << text(arguments.language, done.error()) << '\n';
  return 1;
}

}  // namespace
}  // namespace nianlun::labels

int main(int argc, char** argv) { return nianlun::labels::run(argc, argv); }
