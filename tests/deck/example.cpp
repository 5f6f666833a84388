#include "example.hpp"

#include "base/error.hpp"
#include "deck/formula.hpp"

namespace tessera::test {

void bind(deck::Binder& b, Pair& p) {
  b.choice("kind", p.kind, {{"lj", Kind::lj}, {"morse", Kind::morse}, {"table", Kind::table}},
           {"form of the potential"});
  b.value("cutoff", p.cutoff, deck::positive, {"distance beyond which the force is zero", "length"});
  b.value("epsilon", p.epsilon, deck::non_negative, {"depth of the potential", "energy"});
  b.value("tail", p.tail, {"add what lies beyond the cutoff"});
  b.check(p.cutoff < 100.0, "cutoff", "a cutoff of " + std::to_string(p.cutoff) + " is longer than the box");
}

void bind(deck::Binder& b, Bath& p) {
  b.required("temperature");
  b.value("temperature", p.temperature, deck::non_negative, {"that the bath holds", "temperature"});
  b.value("friction", p.friction, deck::positive, {"coupling to the bath", "1/time"});
}

void bind(deck::Binder& b, Group& p) {
  b.required("name");
  b.value("name", p.name, {"name of the group"});
  b.list("ids", p.ids, 0, deck::non_negative, {"of its particles"});
}

void bind(deck::Binder& b, Example& p) {
  b.value("dt", p.dt, deck::positive, {"time step", "time"});
  b.value("steps", p.steps, deck::non_negative, {"number of steps", "steps"});
  b.value("threads", p.threads, {.low = 1}, {"workers"});
  b.value("fraction", p.fraction, {.low = 0.0, .high = 1.0, .open_high = true}, {"of the whole"});
  b.value("data", p.data, {"stage that made the system"});
  b.file("file", p.file, {"structure to begin with"});
  b.list("cells", p.cells, 3, {.low = 1, .high = 1 << 20}, {"number of cells along x, y and z"});
  b.list("masses", p.masses, 0, deck::positive, {"of the types", "mass"});
  b.list("names", p.names, 0, {"of the types"});
  b.value("frame", p.frame, deck::any, {"which frame of the file; left out: the last"});
  b.value("width", p.width, deck::positive, {"for use in the profile"});
  b.formula("profile", p.profile, {{"x", "t"}, {{"width", p.width}}, {}}, {"state in the beginning"});
  b.formulas("rates", p.rates, 0, {{"x"}, {}, {}}, {"of change"});
  b.table("pair", p.pair, {"forces between particles"});
  b.table("bath", p.bath, {"holds the temperature"});
  b.tables("group", p.groups, {"particles that are treated together"});
  b.check(p.data.empty() || p.file.empty(), "data", "give either file or data");
}

void bind(deck::Binder& b, Top& p) {
  b.value("title", p.title, {"what this is about"});
  b.value("seed", p.seed, {.low = 0, .high = 4294967295.0}, {"of all random numbers"});
  b.table("limits", p.limits, {"of the run"});
}

Everything read(deck::Deck& deck) {
  Everything all;
  deck.read_top([&](deck::Binder& b) { bind(b, all.top); });
  for (std::size_t n = 0; n < deck.stages().size(); ++n) {
    all.stages.push_back(deck.stages()[n].name);
    all.examples.emplace_back();
    deck.read_stage(n, [&](deck::Binder& b) { bind(b, all.examples.back()); });
  }
  deck.finish();
  return all;
}

Everything read(const std::string& text, const std::vector<std::string>& overrides, const std::string& path) {
  auto deck = deck::Deck::parse(text, path, overrides);
  return read(deck);
}

std::string complaint(const std::string& text, const std::vector<std::string>& overrides, const std::string& path) {
  try {
    read(text, overrides, path);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::input ? error.what() : std::string("not an error of the input: ") + error.what();
  }
  return "";
}

std::string effective(Everything everything) {
  deck::EffectiveDeck writer;
  writer.write_top([&](deck::Binder& b) { bind(b, everything.top); });
  for (std::size_t n = 0; n < everything.stages.size(); ++n)
    writer.write_stage(everything.stages[n], "example", [&](deck::Binder& b) { bind(b, everything.examples[n]); });
  return writer.text();
}

std::string with_stage(const std::string& body) { return "[[stage]]\nname = 'melt'\ntype = 'example'\n" + body; }

}  // namespace tessera::test
