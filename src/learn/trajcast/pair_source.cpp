#include "learn/trajcast/pair_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/random_order.hpp"
#include "data/formats/elements.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"
#include "data/table.hpp"
#include "learn/trajcast/pair_candidates.hpp"
#include "learn/trajcast/pair_statistics.hpp"

namespace tessera::learn::trajcast {

namespace {

constexpr std::size_t most_species = 118;
constexpr std::size_t most_cached = 64;  // frames

/// A pair whose species are names still.
struct NamedPair {
  Pair pair;
  std::vector<std::string> species;
  std::vector<double> mass;
};

/// sqrt(u eV) / u, ASE's unit of momentum over mass, in A/fs (CODATA 2018).
constexpr double ase_speed = 0.09822694750253277;

/// In A and A/fs.
void convert(data::Frame& frame, const PairSourceParams& params) {
  const auto units = units_of(frame, params);
  const double speed = units.length / units.time;
  for (int c = 0; c < 3; ++c) frame.box.origin[c] *= units.length;
  double cell[3][3];
  for (int n = 0; n < 9; ++n) cell[n / 3][n % 3] = frame.box.cell[n / 3][n % 3] * units.length;
  const auto& sides = frame.box.is_periodic;
  if (units.length != 1.0) frame.box = data::Box::triclinic(frame.box.origin, cell, {sides[0], sides[1], sides[2]});
  for (double& x : frame.position) x *= units.length;
  for (double& x : frame.displacement) x *= units.length;
  for (double& v : frame.new_velocity) v *= speed;
  for (std::size_t k = 0; k < frame.velocity.size(); ++k) {
    if (!frame.has_momenta) {
      frame.velocity[k] *= speed;
      continue;
    }
    const auto weight = data::atomic_weight(frame.species[k / 3]);
    const double mass = frame.mass.empty() ? weight.value_or(0.0) : frame.mass[k / 3];
    if (!(mass > 0.0)) throw Error::input("momenta of particles without mass");
    frame.velocity[k] *= ase_speed / mass;
  }
}

/// Reads the pairs of one file, in rising order of frames.
class PairReader {
 public:
  PairReader(const CandidateFile& file, const PairSourceParams& params) : file_(file), params_(params) {}

  NamedPair read(const Candidate& candidate) {
    NamedPair result = read_whole(candidate);
    // The same frames are wanted again for the other molecules in them.
    const std::int64_t first_wanted = candidate.frame + (candidate.molecule + 1 == file_.num_molecules ? 1 : 0);
    while (!cache_.empty() && (cache_.begin()->first < first_wanted || cache_.size() > most_cached))
      cache_.erase(cache_.begin());
    if (params_.atoms_per_molecule > 0) take_molecule(result, candidate.molecule);
    return result;
  }

 private:
  NamedPair read_whole(const Candidate& candidate) {
    const data::Frame start = frame(candidate.frame);
    NamedPair result{{}, start.species, start.mass};
    auto& pair = result.pair;
    pair.box = start.box;
    pair.position = start.position;
    pair.velocity = start.velocity;
    pair.displacement = start.displacement;
    pair.new_velocity = start.new_velocity;
    if (file_.has_pairs) return result;
    const data::Frame& end = frame(candidate.target);
    if (end.species != start.species || end.velocity.size() != start.velocity.size())
      throw Error::input(fmt::format("{}: frames {} and {} have other particles, or in another order", file_.path,
                                     candidate.frame, candidate.target));
    pair.new_velocity = end.velocity;
    pair.displacement.resize(start.position.size());
    for (std::size_t k = 0; k < start.position.size(); k += 3) {
      data::Vec3 d{0.0, 0.0, 0.0};
      for (std::size_t c = 0; c < 3; ++c) d[c] = end.position[k + c] - start.position[k + c];
      d = start.box.minimum_image(d);
      for (std::size_t c = 0; c < 3; ++c) pair.displacement[k + c] = d[c];
    }
    return result;
  }

  void take_molecule(NamedPair& all, std::int64_t molecule) const {
    const std::int64_t atoms = params_.atoms_per_molecule, begin = molecule * atoms;
    const auto part = [&](auto& numbers, std::int64_t width) {
      if (numbers.empty()) return;
      numbers.erase(numbers.begin() + (begin + atoms) * width, numbers.end());
      numbers.erase(numbers.begin(), numbers.begin() + begin * width);
    };
    part(all.species, 1);
    part(all.mass, 1);
    auto& pair = all.pair;
    for (auto* numbers : {&pair.position, &pair.velocity, &pair.displacement, &pair.new_velocity}) part(*numbers, 3);
    put_at_rest(all, file_.interval);
  }

  /// In the frame of its centre of mass, which moves steadily.
  void put_at_rest(NamedPair& one, double interval) const {
    double mass = 0.0, momentum[3] = {};
    auto& pair = one.pair;
    for (std::size_t i = 0; i < one.species.size(); ++i) {
      const double m = one.mass.empty() ? data::atomic_weight(one.species[i]).value_or(0.0) : one.mass[i];
      if (!(m > 0.0)) throw Error::input(file_.path + ": molecules are put at rest, but there are atoms without mass");
      mass += m;
      for (std::size_t c = 0; c < 3; ++c) momentum[c] += m * pair.velocity[3 * i + c];
    }
    for (std::size_t k = 0; k < pair.velocity.size(); ++k) {
      const double drift = momentum[k % 3] / mass;
      pair.velocity[k] -= drift;
      pair.new_velocity[k] -= drift;
      pair.displacement[k] -= drift * interval;
    }
  }

  const data::Frame& frame(std::int64_t number) {
    const auto found = cache_.find(number);
    if (found != cache_.end()) return found->second;
    data::Frame read = file_.frames->read(number);
    convert(read, params_);
    return cache_.insert_or_assign(number, std::move(read)).first->second;
  }

  const CandidateFile& file_;
  const PairSourceParams& params_;
  std::map<std::int64_t, data::Frame> cache_;
};

/// Numbers of those that are drawn among so many, rising.
std::vector<std::int64_t> draw(std::int64_t available, std::int64_t wanted, std::uint32_t seed, PairUse use) {
  const bool is_training = use == PairUse::training;
  if (wanted > available)
    throw Error::input(
        fmt::format("{}_pairs = {}: there are {}", is_training ? "training" : "validation", wanted, available));
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(wanted > 0 ? wanted : available));
  const RandomOrder order(Random(seed, RandomPurpose::trajcast_pairs), is_training ? 0 : 1, available);
  for (std::size_t n = 0; n < numbers.size(); ++n)
    numbers[n] = wanted > 0 ? order[static_cast<std::int64_t>(n)] : static_cast<std::int64_t>(n);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

/// Local. This rank's share of the pairs of a use.
std::vector<NamedPair> read_share(const Comm& comm, const PairSourceParams& params,
                                  const std::vector<CandidateFile>& files, PairUse use, std::uint32_t seed) {
  std::int64_t available = 0;
  for (const auto& file : files)
    if (file.use == use) available += static_cast<std::int64_t>(file.candidates.size());
  const auto numbers =
      draw(available, use == PairUse::training ? params.num_training : params.num_validation, seed, use);
  const auto total = static_cast<std::int64_t>(numbers.size());
  const auto begin = data::first_of_share(total, 1, comm.rank(), comm.size()),
             end = data::first_of_share(total, 1, comm.rank() + 1, comm.size());
  std::vector<NamedPair> pairs;
  std::int64_t first = 0, next = begin;
  for (const auto& file : files) {
    if (file.use != use) continue;
    const std::int64_t last = first + static_cast<std::int64_t>(file.candidates.size());
    PairReader reader(file, params);
    for (; next < end && numbers[static_cast<std::size_t>(next)] < last; ++next)
      pairs.push_back(
          reader.read(file.candidates[static_cast<std::size_t>(numbers[static_cast<std::size_t>(next)] - first)]));
    first = last;
  }
  return pairs;
}

/// By atomic number; what is no element behind, by name.
int rank_of_name(const std::string& name) {
  for (int number = 1; number <= static_cast<int>(most_species); ++number)
    if (data::element_symbol(number) == name) return number;
  return static_cast<int>(most_species) + 1;
}

/// Collective. The same on all ranks.
std::vector<data::Species> name_species(const Comm& comm, const PairSourceParams& params,
                                        const std::vector<const std::vector<NamedPair>*>& all) {
  std::map<std::string, double> seen;  // and the mass, 0 if it is not said
  for (const auto* pairs : all)
    for (const auto& one : *pairs)
      for (std::size_t i = 0; i < one.species.size(); ++i) {
        double& mass = seen[one.species[i]];
        if (!one.mass.empty()) mass = one.mass[i];
      }
  std::vector<std::string> names;
  for (const auto& [name, mass] : seen) names.push_back(name);
  names = merge_texts(comm, names, most_species + 1);
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::make_pair(rank_of_name(a), a) < std::make_pair(rank_of_name(b), b);
  });
  if (!params.species.empty()) {
    for (const auto& name : names)
      if (std::find(params.species.begin(), params.species.end(), name) == params.species.end())
        throw Error::input(fmt::format("species: {} is in the trajectories, but not among {}", data::in_quotes(name),
                                       fmt::join(params.species, ", ")));
    names = params.species;
  }
  std::vector<double> masses;
  for (const auto& name : names) masses.push_back(seen.contains(name) ? seen.at(name) : 0.0);
  comm.all_reduce(masses.data(), static_cast<int>(masses.size()), Op::max);
  std::vector<data::Species> species;
  for (std::size_t n = 0; n < names.size(); ++n) {
    const double mass = masses[n] > 0.0 ? masses[n] : data::atomic_weight(names[n]).value_or(0.0);
    if (!(mass > 0.0))
      throw Error::input(fmt::format("species {} is no element, and has no mass", data::in_quotes(names[n])));
    species.push_back({names[n], mass});
  }
  return species;
}

/// Collective.
PairSet number_pairs(const Comm& comm, const std::vector<data::Species>& species, double interval,
                     std::vector<NamedPair> named) {
  std::map<std::string, int> index;
  for (std::size_t n = 0; n < species.size(); ++n) index.emplace(species[n].name, static_cast<int>(n));
  std::vector<Pair> pairs;
  for (auto& one : named) {
    for (const auto& name : one.species) one.pair.type.push_back(index.at(name));
    pairs.push_back(std::move(one.pair));
  }
  return {comm, species, interval, std::move(pairs)};
}

void warn_of_interval(const PairSet& pairs) {
  const auto check = check_interval(pairs);
  if (check.is_suspect && pairs.comm().is_root())
    log::warning(
        fmt::format("training pairs are said to be {:.4g} fs apart; displacements and velocities look like "
                    "{:.4g} fs: is the time step of the file right, or its unit?",
                    pairs.interval(), check.implied));
}

}  // namespace

TrainingPairs read_pairs(const Comm& comm, const PairSourceParams& params, std::uint32_t seed,
                         const std::function<std::string(const std::string& stage)>& folder) {
  const auto files = find_candidates(comm, params, folder);
  const auto read = [&](PairUse use) {
    return agree(comm, [&] { return read_share(comm, params, files, use, seed); });
  };
  auto training = read(PairUse::training), validation = read(PairUse::validation);
  const auto species = name_species(comm, params, {&training, &validation});
  const double interval = files.front().interval;
  TrainingPairs pairs{number_pairs(comm, species, interval, std::move(training)),
                      number_pairs(comm, species, interval, std::move(validation))};
  warn_of_interval(pairs.training);
  return pairs;
}

void write_pairs(const std::string& path, const PairSet& pairs) {
  const std::string text = agree(pairs.comm(), [&] {
    std::string all;
    for (const auto& pair : pairs.here()) {
      data::Frame frame;
      frame.box = pair.box;
      frame.interval = pairs.interval();
      for (const int type : pair.type) frame.species.push_back(pairs.species()[static_cast<std::size_t>(type)].name);
      frame.position = pair.position;
      frame.velocity = pair.velocity;
      frame.displacement = pair.displacement;
      frame.new_velocity = pair.new_velocity;
      all += data::format_pair_frame(frame);
    }
    return all;
  });
  data::write_text_parts(pairs.comm(), path, {text});
}

}  // namespace tessera::learn::trajcast
