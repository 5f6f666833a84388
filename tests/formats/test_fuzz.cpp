// Files damaged at random are read or refused with a message, never anything else.
#include <fstream>
#include <iterator>
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"
#include "catch.hpp"
#include "data/formats/extxyz.hpp"
#include "data/formats/lammps_data.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// One to four edits: bytes replaced, parts cut out, doubled, exchanged, or odd words put in.
std::string mutate(std::string text, std::uint64_t number) {
  const Random random(5, RandomPurpose::test);
  const char* words[] = {"nan", "-1",      "0",        "99999999999999999999", "1e308", "\n", "\n\n", " ", "#",
                         "\"",  "Atoms\n", "Lattice=", "1000000000",           ":",     "\t", "\r\n"};
  const auto edits = 1 + static_cast<int>(random.uniform(number, 0).first * 4);
  for (int edit = 1; edit <= edits && !text.empty(); ++edit) {
    const auto draw = [&](std::uint32_t n, std::size_t limit) {
      return static_cast<std::size_t>(random.uniform(number, static_cast<std::uint64_t>(edit), n).first *
                                      static_cast<double>(limit));
    };
    const std::size_t at = draw(0, text.size()), length = draw(1, 2 + draw(2, 60));
    switch (draw(3, 6)) {
      case 0:
        text[at] = static_cast<char>(draw(4, 256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(draw(4, text.size()), length));
        break;
      case 3:
        text.insert(at, words[draw(4, std::size(words))]);
        break;
      case 4:
        text.resize(at);
        break;
      default:
        text.replace(at, length, words[draw(4, std::size(words))]);
    }
  }
  return text;
}

template <class Read>
void damage(const std::string& text, int times, const Read& read) {
  int refused = 0;
  const std::string path = write_file("damaged", "");
  for (int n = 0; n < times; ++n) {
    std::ofstream(path, std::ios::binary) << mutate(text, static_cast<std::uint64_t>(n));
    try {
      const System system = read(path);
      for (const auto& species : system.species) REQUIRE(species.mass > 0.0);
    } catch (const Error& error) {
      ++refused;
      INFO("mutation " << n);
      REQUIRE(error.kind() == ErrorKind::input);
      REQUIRE(std::string(error.what()).find(path) == 0);
    }
  }
  REQUIRE(refused > times / 4);
}

}  // namespace

TEST_CASE("damaged extxyz files are read or refused", "[formats]") {
  SystemKind kind;
  kind.particles = 9;
  kind.has_charge = kind.has_molecule = true;
  const std::string path = scratch_folder() + "/good.extxyz";
  write_extxyz(comm(), path, make_system(kind));
  const std::string text = read_file(path);
  damage(text + text, 3000, [](const std::string& damaged) { return read_extxyz(comm(), damaged); });
}

TEST_CASE("damaged LAMMPS data files are read or refused", "[formats]") {
  SystemKind kind;
  kind.particles = 9;
  kind.has_charge = kind.has_molecule = kind.has_topology = true;
  kind.is_triclinic = true;
  const std::string path = scratch_folder() + "/good.data";
  write_lammps_data(comm(), path, make_system(kind));
  damage(read_file(path), 3000, [](const std::string& damaged) { return read_lammps_data(comm(), damaged); });
}
