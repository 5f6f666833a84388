// Parameters of a stage, read as from a deck that has this stage alone.
#pragma once

#include <string>

#include "base/error.hpp"
#include "deck/deck.hpp"

namespace tessera::test {

/// The keys begin in line 5 of "a.toml". Throws Error (input) as a deck does.
template <class Params>
Params read_stage(const std::string& keys) {
  auto deck = deck::Deck::parse("title = \"t\"\n[[stage]]\nname = \"a\"\ntype = \"any\"\n" + keys, "a.toml");
  Params params;
  std::string title;
  deck.read_top([&](deck::Binder& b) { b.value("title", title, {"title"}); });
  deck.read_stage(0, [&](deck::Binder& b) { bind(b, params); });
  deck.finish();
  return params;
}

/// What is said about these keys; "no error" if nothing is.
template <class Params>
std::string complaint_about(const std::string& keys) {
  try {
    read_stage<Params>(keys);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace tessera::test
