#include "data/io/series_file.hpp"

#include <fmt/core.h>

#include <ctime>
#include <utility>

#include "base/agree.hpp"
#include "data/io/file.hpp"
#include "data/io/openpmd.hpp"
#include "data/io/xdmf.hpp"

namespace tessera::data {

namespace {

/// The same on all ranks.
std::string date_now(const Comm& comm) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::string text(64, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S +0000", &utc));
  comm.broadcast(text);
  return text;
}

}  // namespace

void SeriesFile::write_metadata(const std::string& deck) {
  const std::string date = date_now(comm);
  agree(comm, [&] {
    const h5::Id root(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose);
    const std::pair<const char*, std::string> texts[] = {{"openPMD", "1.1.0"},
                                                         {"basePath", "/data/%T/"},
                                                         {"meshesPath", "meshes/"},
                                                         {"particlesPath", "particles/"},
                                                         {"iterationEncoding", "groupBased"},
                                                         {"iterationFormat", "/data/%T/"},
                                                         {"software", "Tessera"},
                                                         {"softwareVersion", TESSERA_VERSION},
                                                         {"date", date},
                                                         {"unitSystem", units.name}};
    for (const auto& [attribute, text] : texts) h5::write_attribute(root, attribute, text);
    h5::write_attribute(root, "openPMDextension", 0U);
  });
  file.make_group(openpmd::iterations_path);
  if (deck.empty()) return;
  const h5::Id dataset = file.make_fixed_dataset("/deck", H5T_STD_U8LE, {deck.size()});
  write_values(dataset, H5T_NATIVE_UCHAR, deck.data(), {0}, {comm.is_root() ? deck.size() : 0}, deck.size());
}

/// Collective. What was not finished, or lies behind the step, is dropped, from the XDMF first: it never tells of more
/// than there is.
void SeriesFile::resume(std::int64_t last_step, const Describe& describe) {
  std::vector<std::int64_t> dropped;
  agree(comm, [&] {
    const h5::Input input(file.path());
    openpmd::require_openpmd(input);
    for (const auto step : openpmd::list_steps(input)) {
      if (step > last_step || !openpmd::is_finished(input, step)) {
        dropped.push_back(step);
        continue;
      }
      newest_ = step;
      ++num_grids_;
      auto grid = describe(input, step);
      if (comm.is_root()) grids_.push_back(std::move(grid));
    }
  });
  write_xdmf();
  file.open();
  for (const auto step : dropped) file.remove_link(openpmd::iteration_path(step));
  file.flush();
}

void SeriesFile::begin(const std::string& deck, bool resuming, std::int64_t last_step, const Describe& describe) {
  try {
    if (resuming) {
      resume(last_step, describe);
    } else {
      write_xdmf();
      file.create();
      write_metadata(deck);
      file.flush();
    }
  } catch (const Error&) {
    file.abandon();
    throw;
  }
}

void SeriesFile::write(std::int64_t step, double time, double dt, std::int64_t content_bytes, const Content& content) {
  if (step <= newest_)
    throw Error::internal(fmt::format("{}: a snapshot of step {} after one of step {}", file.path(), step, newest_));
  if (!file.is_sound()) throw Error::io(fmt::format("{}: cannot be written to since an earlier failure", file.path()));
  try {
    // A full disk is found here, where all ranks can still turn back, rather than inside the library.
    agree(comm, [&] {
      if (comm.is_root()) reserve_space(file.path(), content_bytes);
    });
    auto grid = content();
    // The time comes last: an iteration without it is not finished.
    agree(comm, [&] {
      const h5::Id opened(H5Gopen2(file.id(), openpmd::iteration_path(step).c_str(), H5P_DEFAULT), H5Gclose);
      h5::write_attribute(opened, "time", time);
      h5::write_attribute(opened, "dt", dt);
      h5::write_attribute(opened, "timeUnitSI", units.si_time);
    });
    file.flush();
    newest_ = step;
    ++num_grids_;
    if (comm.is_root()) grids_.push_back(std::move(grid));
  } catch (const Error&) {
    drop(step);
    throw;
  }
  if (listed_.is_due(num_grids_)) write_xdmf();
}

void SeriesFile::close() {
  if (listed_.is_behind(num_grids_)) write_xdmf();
  file.close();
}

void SeriesFile::write_values(hid_t dataset, hid_t type, const void* values, const std::vector<hsize_t>& start,
                              const std::vector<hsize_t>& count, hsize_t total) {
  if (total > 0) file.write_block(dataset, start, count, type, values);
  bytes += static_cast<std::int64_t>(total * H5Tget_size(type));
}

void SeriesFile::write_xdmf() {
  agree(comm, [&] {
    if (comm.is_root()) write_text_atomically(folder + "/" + name + ".xdmf", xdmf_text(grids_));
  });
  listed_.written(num_grids_);
}

/// Takes back what was written of an iteration before an error, which counts more than one here.
void SeriesFile::drop(std::int64_t step) {
  try {
    const std::string path = openpmd::iteration_path(step);
    if (file.is_sound() && H5Lexists(file.id(), path.c_str(), H5P_DEFAULT) > 0) file.remove_link(path);
  } catch (const Error&) {
  }
}

}  // namespace tessera::data
