#include "learn/trajcast/pair_candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/io/contents.hpp"

namespace tessera::learn::trajcast {

namespace {

constexpr double interval_tolerance = 1e-3;  // of an interval: times are rounded in files

/// Collective. Times of all frames in fs, rising.
std::vector<double> frame_times(const Comm& comm, const CandidateFile& file, const data::Frame& first,
                                const PairSourceParams& params) {
  std::vector<double> times(static_cast<std::size_t>(file.frames->size()));
  agree(comm, [&] {
    if (!comm.is_root()) return;
    const double unit = units_of(first, params).time;
    for (std::size_t n = 0; n < times.size(); ++n) {
      if (params.frame_interval) {
        times[n] = static_cast<double>(n) * *params.frame_interval;
        continue;
      }
      const auto time = file.frames->time(static_cast<std::int64_t>(n));
      if (!time) throw Error::input(fmt::format("{}: frame {} has no time: give frame_interval", file.path, n));
      times[n] = *time * unit;
      if (n > 0 && !(times[n] > times[n - 1]))
        throw Error::input(fmt::format("{}: frame {} is of time {} fs, the one before of {}: give frame_interval",
                                       file.path, n, times[n], times[n - 1]));
    }
  });
  comm.broadcast_bytes(times.data(), times.size() * sizeof(double));
  return times;
}

std::vector<Candidate> match_frames(const std::vector<double>& times, double interval) {
  std::vector<Candidate> candidates;
  for (std::size_t n = 0; n < times.size(); ++n) {
    const double wanted = times[n] + interval, slack = interval_tolerance * interval;
    const auto found = std::lower_bound(times.begin(), times.end(), wanted - slack);
    if (found != times.end() && *found <= wanted + slack)
      candidates.push_back({static_cast<std::int64_t>(n), found - times.begin()});
  }
  return candidates;
}

/// Every molecule of a frame by itself.
void split_frames(CandidateFile& file, std::size_t atoms, std::int64_t atoms_of_molecule) {
  const auto size = static_cast<std::int64_t>(atoms);
  if (size % atoms_of_molecule != 0)
    throw Error::input(
        fmt::format("{}: atoms_per_molecule = {}, but its frames have {} atoms", file.path, atoms_of_molecule, size));
  file.num_molecules = size / atoms_of_molecule;
  std::vector<Candidate> all;
  for (const auto& one : file.candidates)
    for (std::int64_t m = 0; m < file.num_molecules; ++m) all.push_back({one.frame, one.target, m});
  file.candidates = std::move(all);
}

/// Collective. Fills in what the frames make.
void list_candidates(const Comm& comm, const PairSourceParams& params, CandidateFile& file) {
  const auto first = agree(comm, [&] { return file.frames->read(0); });
  file.has_pairs = !first.displacement.empty() && !first.new_velocity.empty();
  if (first.velocity.empty())
    throw Error::input(file.path + ": there are no velocities; a network learns from positions and velocities");
  if (file.has_pairs) {
    for (std::int64_t n = 0; n < file.frames->size(); ++n) file.candidates.push_back({n, n});
    if (params.interval && first.interval > 0.0 &&
        std::abs(*params.interval - first.interval) > interval_tolerance * first.interval)
      log::warning(fmt::format("{}: its pairs are said to be {} fs apart; {} fs, as in the deck, are taken", file.path,
                               first.interval, *params.interval));
    file.interval = params.interval.value_or(first.interval);
    if (!(file.interval > 0.0))
      throw Error::input(file.path + ": how far its pairs are apart is not said: give interval");
    if (params.atoms_per_molecule > 0) split_frames(file, first.size(), params.atoms_per_molecule);
    return;
  }
  if (!params.interval)
    throw Error::input(file.path + ": this is a trajectory: give interval, the time of one forecast step in fs");
  file.interval = *params.interval;
  const auto times = frame_times(comm, file, first, params);
  file.candidates = match_frames(times, file.interval);
  if (file.candidates.empty())
    throw Error::input(fmt::format("{}: no two of its {} frames, of times {} to {} fs, are {} fs apart", file.path,
                                   times.size(), times.front(), times.back(), file.interval));
  if (params.atoms_per_molecule > 0) split_frames(file, first.size(), params.atoms_per_molecule);
}

/// Of several molecules the last ones.
void cut_molecules(std::vector<CandidateFile>& files, double held_out) {
  CandidateFile last = files.front();
  const std::int64_t count = last.num_molecules;
  const auto first =
      std::clamp<std::int64_t>(std::llround((1.0 - held_out) * static_cast<double>(count)), 1, count - 1);
  std::erase_if(last.candidates, [first](const Candidate& one) { return one.molecule < first; });
  std::erase_if(files.front().candidates, [first](const Candidate& one) { return one.molecule >= first; });
  last.use = PairUse::validation;
  files.push_back(std::move(last));
}

/// One trajectory into a beginning and an end that share no frame.
void cut(std::vector<CandidateFile>& files, double held_out) {
  CandidateFile end = files.front();
  auto& all = files.front().candidates;
  const auto count = static_cast<std::ptrdiff_t>(all.size());
  if (count < 2) throw Error::input(files.front().path + ": one pair is too few to hold some out for validation");
  const auto first =
      std::clamp<std::ptrdiff_t>(std::lround((1.0 - held_out) * static_cast<double>(count)), 1, count - 1);
  end.candidates.erase(end.candidates.begin(), end.candidates.begin() + first);
  end.use = PairUse::validation;
  const std::int64_t limit = end.candidates.front().frame;
  std::erase_if(all, [&](const Candidate& one) { return one.frame >= limit || one.target >= limit; });
  if (all.empty()) throw Error::input(files.front().path + ": too short to hold out an end of it for validation");
  files.push_back(std::move(end));
}

/// What nothing has been said about.
void divide(std::vector<CandidateFile>& files, double held_out) {
  const auto has = [&](PairUse use) {
    return std::any_of(files.begin(), files.end(), [&](const auto& file) { return file.use == use; });
  };
  const bool has_validation = has(PairUse::validation);
  const auto is_automatic = [](const CandidateFile& file) { return file.use == PairUse::automatic; };
  const auto count = std::count_if(files.begin(), files.end(), is_automatic);
  auto for_validation = std::max<std::ptrdiff_t>(1, std::lround(held_out * static_cast<double>(count)));
  if (has_validation || count < 2) for_validation = 0;
  std::ptrdiff_t number = 0;
  for (auto& file : files)
    if (is_automatic(file))
      file.use = number++ >= count - std::min(for_validation, count - 1) ? PairUse::validation : PairUse::training;
  if (!has(PairUse::training)) throw Error::input("trajectory: all are for validation, none for training");
  if (has(PairUse::validation)) return;
  if (files.size() != 1) throw Error::input("trajectory: none is for validation: give one use = \"validation\"");
  if (files.front().num_molecules > 1)
    cut_molecules(files, held_out);
  else
    cut(files, held_out);
}

}  // namespace

FrameUnits units_of(const data::Frame& frame, const PairSourceParams& params) {
  if (frame.si_length > 0.0) return {frame.si_length / 1e-10, frame.si_time / 1e-15};
  return {1.0, params.is_metal ? 1000.0 : 1.0};
}

std::vector<CandidateFile> find_candidates(const Comm& comm, const PairSourceParams& params,
                                           const std::function<std::string(const std::string& stage)>& folder) {
  using data::FramePart;
  std::vector<CandidateFile> files;
  for (const auto& trajectory : params.trajectories) {
    const std::string path = trajectory.data.empty() ? trajectory.file : folder(trajectory.data) + "/particles.h5";
    const auto open = [&](FramePart part, PairUse use) {
      CandidateFile file;
      file.path = path;
      file.use = use;
      file.frames = data::open_frames(comm, path, part, trajectory.group);
      if (file.frames->size() == 0) throw Error::input(path + ": there are no frames");
      list_candidates(comm, params, file);
      files.push_back(std::move(file));
    };
    const bool has_both = trajectory.group.empty() && trajectory.use == PairUse::automatic && agree(comm, [&] {
                            return data::is_hdf5(path) && data::has_frame_part(path, FramePart::training) &&
                                   data::has_frame_part(path, FramePart::validation);
                          });
    if (has_both) {
      open(FramePart::training, PairUse::training);
      open(FramePart::validation, PairUse::validation);
    } else {
      open(trajectory.use == PairUse::validation ? FramePart::validation : FramePart::training, trajectory.use);
    }
    if (std::abs(files.back().interval - files.front().interval) > interval_tolerance * files.front().interval)
      throw Error::input(fmt::format("{}: pairs {} fs apart; those of {} are {} fs apart", path, files.back().interval,
                                     files.front().path, files.front().interval));
  }
  divide(files, params.held_out);
  return files;
}

}  // namespace tessera::learn::trajcast
