#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/agree.hpp"
#include "data/formats/formats.hpp"
#include "data/formats/frames.hpp"
#include "data/formats/h5md.hpp"
#include "data/formats/h5md_file.hpp"
#include "data/io/host_rows.hpp"
#include "data/io/openpmd.hpp"
#include "data/io/snapshot.hpp"

namespace tessera::data::frames {

namespace {

/// A column by particle, three numbers behind one another, particles in the order given.
std::vector<double> vectors_of(const Particles& particles, const char* name, const std::vector<std::size_t>& order) {
  std::vector<double> result;
  if (!particles.has_column(name)) return result;
  const auto count = static_cast<std::size_t>(particles.num_owned());
  const auto values = host_rows(particles.get<double>(name), count);
  result.reserve(3 * count);
  for (const auto i : order)
    for (std::size_t c = 0; c < 3; ++c) result.push_back(values[c * count + i]);
  return result;
}

Frame to_frame(const System& system) {
  Frame frame;
  frame.box = system.box;
  const auto& particles = system.particles;
  const auto count = static_cast<std::size_t>(particles.num_owned());
  const auto ids = host_rows(particles.get<std::int64_t>("id"), count);
  const auto types = host_rows(particles.get<int>("type"), count);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ids[a] < ids[b]; });
  for (const auto i : order) {
    const auto& species = system.species.at(static_cast<std::size_t>(types[i]));
    frame.species.push_back(species.name);
    frame.mass.push_back(species.mass);
  }
  frame.position = vectors_of(particles, "position", order);
  frame.velocity = vectors_of(particles, "velocity", order);
  return frame;
}

/// Files whose readers give a system: each rank alone makes up a group that reads.
class SystemFrames : public Frames {
 public:
  SystemFrames(Comm alone, std::string path) : alone_(std::move(alone)), path_(std::move(path)) {}

  std::int64_t size() const override { return static_cast<std::int64_t>(times_.size()); }
  std::optional<double> time(std::int64_t frame) const override { return times_.at(static_cast<std::size_t>(frame)); }
  Frame read(std::int64_t frame) const override {
    Frame result = to_frame(read_one(frame));
    result.time = time(frame);
    result.si_length = si_length_;
    result.si_time = si_time_;
    return result;
  }

 protected:
  virtual System read_one(std::int64_t frame) const = 0;

  Comm alone_;
  std::string path_;
  std::vector<double> times_;
  double si_length_ = 0.0, si_time_ = 0.0;
};

class SnapshotFrames final : public SystemFrames {
 public:
  SnapshotFrames(const Comm& alone, const std::string& path) : SystemFrames(alone, path) {
    const h5::Input file(path);
    openpmd::require_openpmd(file);
    for (const auto step : openpmd::list_steps(file)) {
      if (!openpmd::is_finished(file, step)) continue;
      const std::string where = openpmd::iteration_path(step);
      const h5::Id group = file.open_group(file.id(), where, where);
      steps_.push_back(step);
      times_.push_back(h5::read_number<double>(group, "time", file.place(where)));
      si_time_ = h5::read_number<double>(group, "timeUnitSI", file.place(where));
    }
    if (steps_.empty()) file.fail("", "there are no snapshots in it");
    const std::string x = openpmd::particles_path(steps_.front()) + "/position/x";
    si_length_ = h5::read_number<double>(file.open_dataset(file.id(), x, x), "unitSI", file.place(x));
    if (si_length_ == 1.0 && si_time_ == 1.0) si_length_ = si_time_ = 0.0;  // units of Lennard-Jones
  }

 private:
  System read_one(std::int64_t frame) const override {
    return read_snapshot(alone_, path_, steps_.at(static_cast<std::size_t>(frame)));
  }

  std::vector<std::int64_t> steps_;
};

class H5mdFrames final : public SystemFrames {
 public:
  H5mdFrames(const Comm& alone, const std::string& path, const std::string& group) : SystemFrames(alone, path) {
    options_.group = group;
    const h5::H5mdFile file(path, options_);
    const auto position = file.find("position");
    if (!position || !position->is_timed) file.fail("position", "a trajectory was expected");
    const auto frames = static_cast<hsize_t>(file.steps(*position).size());
    for (hsize_t frame = 0; frame < frames; ++frame) times_.push_back(file.time(*position, frame));
    const auto velocity = file.find("velocity");
    if (velocity && h5::has_attribute(velocity->dataset, "unit"))
      take_units(h5::read_string(velocity->dataset, "unit", path + ": velocity"));
  }

 private:
  System read_one(std::int64_t frame) const override {
    ReadOptions options = options_;
    options.frame = frame;
    return read_h5md(alone_, path_, options);
  }

  /// "A fs-1" and its like; others are left to who reads.
  void take_units(const std::string& unit) {
    const auto blank = unit.find(' ');
    const std::string length = unit.substr(0, blank), time = blank == std::string::npos ? "" : unit.substr(blank + 1);
    const double angstrom = length == "A" || length == "Angstrom" || length == "angstrom" ? 1e-10 : 0.0;
    const double si_length = length == "nm" ? 1e-9 : angstrom;
    const double picosecond = time == "ps-1" ? 1e-12 : 0.0;
    const double si_time = time == "fs-1" ? 1e-15 : picosecond;
    if (si_length == 0.0 || si_time == 0.0) return;
    si_length_ = si_length;
    si_time_ = si_time;
  }

  ReadOptions options_;
};

}  // namespace

std::unique_ptr<Frames> open_systems(const Comm& comm, const std::string& path, const std::string& group) {
  const Comm alone = comm.split(comm.rank());
  return agree(comm, [&]() -> std::unique_ptr<Frames> {
    if (detect_format(path) == FileFormat::h5md) return std::make_unique<H5mdFrames>(alone, path, group);
    return std::make_unique<SnapshotFrames>(alone, path);
  });
}

}  // namespace tessera::data::frames
