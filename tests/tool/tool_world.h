#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "client/library.h"
#include "client/programs.h"
#include "ledger/json.h"
#include "temporary_folder.h"

namespace nianlun::testing {

/// A ledger with one authority and the library's profile, and the tool that works on it.
class ToolWorld {
 public:
  ToolWorld() {
    write("library.json", kLibrary);
    must(tool("keygen " + file("authority.pem")));
    must(tool("init " + ledger() + init_options() + " --profile " + file("library.json")));
  }

  /// Runs the tool in English; both outputs.
  static Ran tool(const std::string& arguments) {
    return run(std::string(LEDGER_BINARY) + " --lang en " + arguments);
  }
  /// The same, but killed after so many seconds.
  static Ran killed_tool(const std::string& seconds, const std::string& arguments) {
    return run("timeout -s KILL " + seconds + " " + std::string(LEDGER_BINARY) + " --lang en " +
               arguments);
  }
  /// What it wrote to its output alone.
  static std::string output(const std::string& arguments) {
    const Ran ran =
        run("{ " + std::string(LEDGER_BINARY) + " --lang en " + arguments + " 2>/dev/null; }");
    must(ran);
    return ran.out;
  }
  std::string init_options() const {
    return " --origin example.org/library --domain https://id.example.org --authority " +
           file("authority.pem") + " --languages en --languages zh";
  }
  std::string by_authority(const Server& server) const {
    return " --server " + server.url() + " --key " + file("authority.pem");
  }
  /// A party with a key of the librarian, `name`.pem.
  void enrol(const Server& server, const std::string& name) const {
    must(tool("keygen " + file(name + ".pem")));
    must(tool("party --party urn:x:" + name + " --name en=House --name zh=馆" +
              by_authority(server)));
    write("possession.json", output("possess --party urn:x:" + name + " --server " + server.url() +
                                    " --key " + file(name + ".pem")));
    must(tool("enrol " + file("possession.json") + " --role library/librarian" +
              by_authority(server)));
  }

  std::string ledger() const { return file("ledger"); }
  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(file(name), std::ios::binary) << content;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  TemporaryFolder folder_;
};

inline Json json_of(const std::string& text) {
  auto json = Json::parse(text);
  REQUIRE_MESSAGE(json.has_value(), text);
  return *std::move(json);
}

}  // namespace nianlun::testing
