#include "data/formats/frames.hpp"

#include <fmt/format.h>

#include "base/agree.hpp"
#include "data/formats/formats.hpp"
#include "data/io/contents.hpp"

namespace tessera::data {

std::unique_ptr<Frames> open_frames(const Comm& comm, const std::string& path, FramePart part,
                                    const std::string& group) {
  enum class Kind { text, pairs, systems };
  const Kind kind = agree(comm, [&] {
    if (is_hdf5(path) && frames::is_pair_file(path)) return Kind::pairs;
    switch (detect_format(path)) {
      case FileFormat::extxyz:
        return Kind::text;
      case FileFormat::h5md:
      case FileFormat::snapshot:
        return Kind::systems;
      case FileFormat::lammps_data:
        break;
    }
    throw Error::input(path + ": a file of many configurations was expected: extended XYZ, H5MD, snapshots or pairs");
  });
  switch (kind) {
    case Kind::text:
      return frames::open_extxyz(comm, path);
    case Kind::pairs:
      return frames::open_pairs(comm, path, part, group);
    case Kind::systems:
      return frames::open_systems(comm, path, group);
  }
  throw Error::internal("a kind of frames without a reader");
}

std::string format_pair_frame(const Frame& frame) {
  std::string text = fmt::format("{}\nLattice=\"", frame.size());
  for (int n = 0; n < 9; ++n) text += fmt::format("{}{}", n > 0 ? " " : "", frame.box.cell[n / 3][n % 3]);
  const auto flag = [&](int d) { return frame.box.is_periodic[d] ? "T" : "F"; };
  text += fmt::format(
      "\" Properties=species:S:1:pos:R:3:velocities:R:3:displacements:R:3:update_velocities:R:3 timestep={} "
      "pbc=\"{} {} {}\"\n",
      frame.interval, flag(0), flag(1), flag(2));
  for (std::size_t i = 0; i < frame.size(); ++i) {
    text += frame.species[i];
    for (const auto* values : {&frame.position, &frame.velocity, &frame.displacement, &frame.new_velocity})
      for (std::size_t c = 0; c < 3; ++c) text += fmt::format(" {}", values->at(3 * i + c));
    text += '\n';
  }
  return text;
}

}  // namespace tessera::data
