// Decks in files, read by all ranks together.
#include <filesystem>
#include <fstream>
#include <string>

#include "base/agree.hpp"
#include "catch.hpp"
#include "example.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string write_deck(const std::string& text) {
  const std::string path = scratch_folder() + "/x.toml";
  agree(comm(), [&] {
    if (comm().is_root()) std::ofstream(path, std::ios::binary) << text;
  });
  return path;
}

/// What this rank is told.
std::string refusal(const std::string& path) {
  try {
    auto deck = deck::Deck::load(comm(), path);
    read(deck);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::input ? error.what() : "";
  }
  return "";
}

}  // namespace

TEST_CASE("a deck in a file is read by every rank", "[deck]") {
  auto deck = deck::Deck::load(comm(), write_deck("seed = 3\n" + with_stage("steps = 5\n")), {"melt.dt=2"});
  const auto all = read(deck);
  REQUIRE_ALL(all.top.seed == 3);
  REQUIRE_ALL(all.examples.at(0).steps == 5);
  REQUIRE_ALL(all.examples.at(0).dt == 2.0);
}

TEST_CASE("files that are no decks", "[deck]") {
  const std::string folder = scratch_folder();
  const std::string missing = refusal(folder + "/none.toml"), is_folder = refusal(folder);
  REQUIRE_ALL(missing == folder + "/none.toml: the deck cannot be read: No such file or directory");
  REQUIRE_ALL(is_folder == folder + ": is a folder; expected a deck, which is a TOML file");
}

TEST_CASE("the size of a deck is limited", "[deck]") {
  std::string text = with_stage("");
  text += std::string((std::size_t{1} << 20) - text.size(), '\n');
  REQUIRE_ALL(refusal(write_deck(text)).empty());
  const std::string path = write_deck(text + "\n");
  REQUIRE_ALL(refusal(path) ==
              path + ": is larger than a deck may be (1048576 bytes); put data into files of their own");
}

TEST_CASE("every rank is told the same about a bad deck", "[deck]") {
  const std::string syntax = write_deck("seed = 1\n\nseed 3"), unknown = write_deck("sed = 3\n" + with_stage(""));
  REQUIRE_ALL(refusal(syntax).rfind(syntax + ":3:", 0) == 0);
  REQUIRE_ALL(refusal(unknown).rfind(unknown + ":1:1: unknown key 'sed' at the top level", 0) == 0);
}

TEST_CASE("a file that one rank does not find stops all", "[deck]") {
  const std::string path = write_deck(with_stage("file = 'a.data'\n"));
  const std::string file = std::filesystem::path(path).parent_path().string() + "/a.data";
  agree(comm(), [&] {
    if (comm().is_root()) std::ofstream(file) << "x";
  });
  REQUIRE_ALL(refusal(path).empty());
  auto deck = deck::Deck::load(comm(), path);
  deck.read_top([](deck::Binder& b) {
    Top top;
    bind(b, top);
  });
  const bool is_last = comm().rank() == comm().size() - 1;
  deck.read_stage(0, [&](deck::Binder& b) {
    Example example;
    bind(b, example);
    b.check(!is_last, "file", "rank " + std::to_string(comm().rank()) + " does not see it");
  });
  std::string message;
  try {
    deck.finish();
  } catch (const Error& error) {
    message = error.what();
  }
  const std::string last = std::to_string(comm().size() - 1);
  REQUIRE_ALL(message == path + ":4:1: key 'file' in stage \"melt\": rank " + last + " does not see it");
}
