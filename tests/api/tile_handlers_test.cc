#include <doctest/doctest.h>

#include <memory>

#include "ledger/encoding.h"
#include "ledger/ledger_fixture.h"
#include "ledger/merkle.h"
#include "ledger/note.h"
#include "ledger/random.h"
#include "ledger/tile.h"
#include "router.h"
#include "service.h"
#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

// A ledger of some records, and what its routes answer.
class Tiles {
 public:
  explicit Tiles(std::uint64_t records) {
    options_ = options_in(folder_.path() / "ledger");
    options_.checkpoint_interval = std::chrono::hours(1);  // published when a test says so
    create_in(options_);
    ledger_ = open_ledger(options_);
    add(records - 1);
    REQUIRE(ledger_->publish_checkpoint());
    service_.reset(new api::Service{*ledger_, [] { return kGenesisMs; }, fresh_octets, keys_});
    router_ = std::make_unique<api::Router>(api::tile_routes(*service_), api::RouterOptions{});
  }

  void add(std::uint64_t records) {
    submit_events(*ledger_, added_, records, 1);
    added_ += records;
  }
  api::Response get(const std::string& target) const {
    api::Request request;
    request.method = "GET";
    request.target = target;
    api::Response answer;
    (*router_)(request, [&](std::function<api::Response()> make) { answer = make(); });
    return answer;
  }
  Checkpoint checkpoint() const {
    return parse_checkpoint(parse_note(get("/checkpoint").body)->text).value();
  }
  Ledger& ledger() const { return *ledger_; }

 private:
  TemporaryFolder folder_;
  LedgerOptions options_;
  std::unique_ptr<Ledger> ledger_;
  std::uint64_t added_ = 0;
  api::KeyCache keys_;
  std::unique_ptr<api::Service> service_;
  std::unique_ptr<api::Router> router_;
};

std::string header(const api::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST_CASE("tiles and bundles of every width lead to the root of the checkpoint") {
  const Tiles tiles(300);
  const Checkpoint checkpoint = tiles.checkpoint();
  REQUIRE(checkpoint.size == 300);
  std::vector<Hash> leaves;
  for (const std::string path : {"/tile/entries/000", "/tile/entries/001.p/44"}) {
    const api::Response bundle = tiles.get(path);
    REQUIRE(bundle.status == 200);
    const std::vector<Bytes> entries = parse_entry_bundle(bundle.body).value();
    for (const Bytes entry : entries) {
      CHECK(tiles.ledger().read()->kept(leaves.size())->hash.view() == entry);
      leaves.push_back(leaf_hash(entry));
    }
  }
  CHECK(root_of(leaves) == checkpoint.root);
  const auto reader = [&](const TileId& id) -> Result<Buffer> {
    return tiles.get("/" + tile_path(id)).body;
  };
  for (std::uint64_t size = 1; size <= 300; ++size) {
    CHECK(root_at(size, tile_source(reader, size)).value() ==
          root_of(std::span(leaves).first(size)));
    const unsigned width = tile_width(0, (size - 1) / kTileWidth, size);
    const auto bundle = tiles.get("/" + bundle_path((size - 1) / kTileWidth, width));
    CHECK(parse_entry_bundle(bundle.body).value().size() == width);
  }
}

TEST_CASE("tiles are kept for ever by whoever has them, and a checkpoint for seconds") {
  const Tiles tiles(2);
  for (const std::string path : {"/tile/0/000.p/2", "/tile/entries/000.p/1"}) {
    const api::Response answer = tiles.get(path);
    CHECK(answer.status == 200);
    CHECK(header(answer, "Content-Type") == "application/octet-stream");
    CHECK(header(answer, "Cache-Control") == "public, max-age=31536000, immutable");
  }
  const api::Response checkpoint = tiles.get("/checkpoint");
  CHECK(header(checkpoint, "Content-Type") == "text/plain; charset=utf-8");
  CHECK(header(checkpoint, "Cache-Control") == "public, max-age=2");
  CHECK(checkpoint.body == tiles.ledger().checkpoint());
}

TEST_CASE("what no checkpoint covers yet is not served, and then it is") {
  Tiles tiles(5);
  tiles.add(3);
  REQUIRE(tiles.ledger().read()->size() == 8);
  CHECK(tiles.get("/tile/0/000.p/5").status == 200);
  for (const std::string path :
       {"/tile/0/000.p/6", "/tile/entries/000.p/6", "/tile/0/000", "/tile/entries/000",
        "/tile/0/001.p/1", "/tile/1/000.p/1", "/tile/8/000.p/1", "/tile/63/000"}) {
    const api::Response answer = tiles.get(path);
    CHECK_MESSAGE(answer.status == 404, path);
    CHECK(header(answer, "Cache-Control") == "no-cache");
  }
  const Buffer narrow = tiles.get("/tile/entries/000.p/5").body;
  REQUIRE(tiles.ledger().publish_checkpoint());
  const Buffer wide = tiles.get("/tile/entries/000.p/8").body;
  CHECK(wide.starts_with(narrow));
  CHECK(wide.size() == 8 * 34);
  CHECK(tiles.get("/tile/entries/000.p/5").body == narrow);
}

TEST_CASE("a tile has one address") {
  const Tiles tiles(3);
  for (const std::string path :
       {"/tile/0/0.p/3", "/tile/00/000.p/3", "/tile/0/000.p/03", "/tile/0/000.p/0",
        "/tile/0/x000/000.p/3", "/tile/entries/000.p/256", "/tile/entries/", "/tile/0/",
        "/tile/-1/000.p/1", "/tile/0/000.p/3/", "/tile/0/%30%30%30.p/3", "/tile/64/000.p/1"}) {
    CHECK_MESSAGE(tiles.get(path).status == 404, path);
  }
}

}  // namespace
}  // namespace nianlun::testing
