#include "ledger/command_line.h"

#include <CLI/CLI.hpp>
#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ledger/messages.h"

namespace nianlun {
namespace {

/// What CLI11 calls the parts of a help text, and what they are called here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kLabels = {
    {{"Usage", "cli.usage"},
     {"OPTIONS", "cli.options-mark"},
     {"SUBCOMMAND", "cli.subcommand-mark"},
     {"SUBCOMMANDS", "cli.subcommand-mark"},
     {"Positionals", "cli.positionals"},
     {"Options", "cli.options"},
     {"Subcommands", "cli.subcommands"},
     {"REQUIRED", "cli.required-mark"},
     {"Excludes", "cli.excludes-mark"},
     {"TEXT", "cli.type-text"},
     {"UINT", "cli.type-number"}}};

class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string_view language) : language_(language) {
    for (const auto& [name, message] : kLabels) label(std::string(name), text(language, message));
    label("INT", text(language, "cli.type-number"));
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    return Formatter::make_group(get_label(std::move(group)), is_positional, std::move(options));
  }

  /// A program's subcommands are all of one group.
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode) const override {
    std::string named, unnamed;
    for (const CLI::App* sub : app->get_subcommands({})) {
      (sub->get_name().empty() ? unnamed : named) +=
          sub->get_name().empty() ? make_expanded(sub) : make_subcommand(sub);
    }
    if (!named.empty()) named = "\n" + get_label("Subcommands") + ":\n" + named;
    return unnamed + named;
  }

  /// Options of which one is to be given.
  std::string make_expanded(const CLI::App* app) const override {
    return "\n" + text(language_, "cli.one-of") + make_positionals(app) +
           make_groups(app, CLI::AppFormatMode::Sub);
  }

  /// "TEXT:{p256,ed25519}": what kind of value it is, and which are allowed.
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string options = Formatter::make_option_opts(option);
    for (const std::string type : {"TEXT", "UINT", "INT"}) {
      const std::string prefix = " " + type + ":";
      if (options.starts_with(prefix)) {
        options.replace(0, prefix.size(), " " + get_label(type) + ":");
      }
    }
    return options;
  }

 private:
  std::string_view language_;
};

void speak(CLI::App& app, const std::shared_ptr<HelpFormatter>& formatter,
           std::string_view language) {
  app.formatter(formatter);
  if (!app.get_name().empty() || app.get_parent() == nullptr) {
    app.set_help_flag("-h,--help", text(language, "cli.help-help"));
  }
  if (CLI::Option* version = app.get_option_no_throw("--version")) {
    version->description(text(language, "cli.help-version"));
  }
  for (CLI::App* sub : app.get_subcommands({})) speak(*sub, formatter, language);
}

/// What stands in `words` between two texts; to the end without the second; "" without the first.
std::string between(std::string_view words, std::string_view before, std::string_view after) {
  const std::size_t begin = words.find(before);
  if (begin == words.npos) return {};
  words.remove_prefix(begin + before.size());
  return std::string(after.empty() ? words : words.substr(0, words.find(after)));
}

/// Which values an option takes, as far as its description says it: "{p256,ed25519}", "[1 - 8]".
std::string allowed_of(const CLI::App& app, const std::string& option) {
  if (const CLI::Option* found = app.get_option_no_throw(option)) {
    const std::string range = between(found->get_type_name(), " in ", "");
    return range.empty() ? between(found->get_type_name(), ":", "") : range;
  }
  for (const CLI::App* sub : app.get_subcommands({})) {
    // A subcommand that was not chosen may have an option of the same name.
    if (!sub->get_name().empty() && !sub->parsed()) continue;
    if (std::string allowed = allowed_of(*sub, option); !allowed.empty()) return allowed;
  }
  return {};
}

std::string missing(std::string_view what, std::string_view language) {
  constexpr std::string_view kIsRequired = " is required";
  if (what.find("A subcommand") == 0) return text(language, "cli.no-subcommand");
  if (const std::string list = between(what, "[", "]"); !list.empty()) {
    return text(language, "cli.one-of-options", {{"options", list}});
  }
  return text(language, "cli.missing",
              {{"option", std::string(what.substr(0, what.rfind(kIsRequired)))}});
}

std::string not_allowed(const CLI::App& app, std::string_view what, std::string_view language) {
  const std::string option(what.substr(0, what.find(": ")));
  const std::string allowed = allowed_of(app, option);
  // A check of our own says itself what is wrong.
  if (allowed.empty()) {
    return text(language, "cli.not-fit", {{"option", option}, {"why", between(what, ": ", "")}});
  }
  return text(language, "cli.not-allowed", {{"option", option}, {"allowed", allowed}});
}

/// CLI11 keeps what an error is about only in its English words, which begin with it in most.
std::string complaint(const CLI::App& app, const CLI::ParseError& error,
                      std::string_view language) {
  const std::string_view what = error.what();
  if (dynamic_cast<const CLI::RequiredError*>(&error)) return missing(what, language);
  if (dynamic_cast<const CLI::ExtrasError*>(&error)) {
    return text(language, "cli.unknown", {{"arguments", between(what, "expected: ", "")}});
  }
  if (dynamic_cast<const CLI::ValidationError*>(&error)) return not_allowed(app, what, language);
  if (dynamic_cast<const CLI::ConversionError*>(&error)) {
    return text(
        language, "cli.not-a-value",
        {{"option", between(what, "convert: ", " = ")}, {"value", between(what, " = ", "")}});
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error)) {
    const std::string option(what.substr(0, what.find(": ")));
    const bool few = what.ends_with("missing");
    return text(language, few ? "cli.no-value" : "cli.too-many", {{"option", option}});
  }
  if (dynamic_cast<const CLI::ExcludesError*>(&error)) {
    return text(
        language, "cli.excludes",
        {{"option", between(what, "", " excludes")}, {"other", between(what, "excludes ", "")}});
  }
  return text(language, "cli.wrong", {{"why", std::string(what)}});
}

}  // namespace

std::optional<int> read_command_line(CLI::App& app, int argc, char** argv,
                                     std::string_view language) {
  constexpr int kExitUsage = 2;
  speak(app, std::make_shared<HelpFormatter>(language), language);
  app.failure_message([language](const CLI::App* at, const CLI::Error& error) {
    const auto* wrong = dynamic_cast<const CLI::ParseError*>(&error);
    const std::string why = wrong == nullptr ? error.what() : complaint(*at, *wrong, language);
    return why + "\n" + text(language, "cli.see-help") + "\n";
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  return std::nullopt;
}

}  // namespace nianlun
