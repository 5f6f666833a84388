#include "sim/boltzmann/disparate/mixture_stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "sim/boltzmann/collisions/make_operator.hpp"
#include "sim/boltzmann/disparate/sizes.hpp"
#include "sim/environment.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

constexpr int running = 0, now = 1;  // slots of the agreement

/// Component by component, as rows are stored.
std::vector<double> transposed(const std::vector<double>& values, std::size_t rows) {
  std::vector<double> result(values.size());
  const std::size_t width = rows > 0 ? values.size() / rows : 0;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < width; ++c) result[c * rows + r] = values[r * width + c];
  return result;
}

std::vector<double> row_of(const std::vector<double>& stored, std::size_t rows, std::size_t row) {
  std::vector<double> result(stored.size() / rows);
  for (std::size_t c = 0; c < result.size(); ++c) result[c] = stored[c * rows + row];
  return result;
}

}  // namespace

MixtureStage::MixtureStage(const StageContext& context, const MixtureParams& params)
    : context_(context), params_(params) {
  const MixtureModel model = params.model(params.eps.front());
  light_ =
      make_collision_operator(context.comm, model.light, 1.0, params.light.velocities.grid(), params.light.velocities);
  heavy_ =
      make_collision_operator(context.comm, model.heavy, 1.0, params.heavy.velocities.grid(), params.heavy.velocities);
  for (const double eps : params.eps)
    if (eps > 0.3)
      log::warning(
          fmt::format("stage \"{}\": at eps = {:g} the expansion in the ratio of masses is off by some eps^3; "
                      "below a ratio of about 10 solve for both species on one grid instead",
                      context.name, eps));
  make_members();
}

void MixtureStage::make_members() {
  const RowRange rows = RowRange::of(context_.comm, num_members());
  first_ = rows.first;
  agree(context_.comm, [&] {
    for (std::int64_t n = 0; n < rows.count; ++n)
      members_.emplace_back(params_, params_.eps[static_cast<std::size_t>(first_ + n)], *light_, *heavy_);
  });
}

void MixtureStage::start() {
  agree(context_.comm, [&] {
    for (Member& member : members_) member.start();
  });
}

void MixtureStage::step(Agreement& agreement) {
  for (std::size_t n = 0; n < members_.size(); ++n) try {
      members_[n].step();
    } catch (const Error& error) {
      agreement.fail({error.kind(), fmt::format("stage \"{}\", eps = {:g}, time {:.6g}: {}", context_.name,
                                                params_.eps[static_cast<std::size_t>(first_) + n], members_[n].time(),
                                                error.what())});
      return;
    }
  for (const Member& member : members_)
    if (!member.is_done()) agreement.raise(running, 1.0);
  if (first_ == 0 && !members_.empty()) agreement.raise(now, members_.front().time());
}

void MixtureStage::agreed(const Agreement& agreement) {
  is_finished_ = agreement.raised(running) == 0.0;
  time_ = agreement.raised(now);
}

template <class Make>
std::vector<double> MixtureStage::gather(std::size_t width, const Make& make) const {
  std::vector<double> rows(params_.eps.size() * width, 0.0);
  agree(context_.comm, [&] {
    for (std::size_t n = 0; n < members_.size(); ++n) {
      const std::vector<double> row = make(members_[n]);
      std::copy(row.begin(), row.end(),
                rows.begin() + static_cast<std::ptrdiff_t>((static_cast<std::size_t>(first_) + n) * width));
    }
  });
  // Every number is of one rank, the others add zero.
  context_.comm.all_reduce(rows.data(), static_cast<int>(rows.size()), Op::sum);
  return rows;
}

std::string MixtureStage::name_of(std::size_t member) const {
  return params_.eps.size() > 1 ? fmt::format("eps {:g}: ", params_.eps[member]) : "";
}

std::vector<SeriesColumn> MixtureStage::series_columns() const {
  std::vector<SeriesColumn> columns;
  for (std::size_t n = 0; n < params_.eps.size(); ++n)
    for (const auto& [name, unit] : Member::columns(params_)) columns.push_back({name_of(n) + name, unit});
  return columns;
}

std::vector<double> MixtureStage::series_values() {
  return gather(Member::columns(params_).size(), [](const Member& member) { return member.values(); });
}

/// All members, one a row.
std::vector<Report> MixtureStage::reports() {
  Report report{"members.csv", {{"eps", ""}}, {}};
  const auto names = Member::columns(params_);
  for (const auto& [name, unit] : names) report.columns.push_back({name, unit});
  report.columns.push_back({"evaluations", ""});
  if (params_.reference != ReferenceKind::none) report.columns.push_back({"largest_error", "energy"});
  const std::size_t width = report.columns.size() - 1;
  const std::vector<double> all = gather(width, [&](const Member& member) {
    std::vector<double> row = member.values();
    row.push_back(static_cast<double>(member.num_evaluations()));
    if (params_.reference != ReferenceKind::none) row.push_back(member.largest_error());
    return row;
  });
  for (std::size_t n = 0; n < params_.eps.size(); ++n) {
    std::vector<double> row{params_.eps[n]};
    row.insert(row.end(), all.begin() + static_cast<std::ptrdiff_t>(n * width),
               all.begin() + static_cast<std::ptrdiff_t>((n + 1) * width));
    report.rows.push_back(row);
  }
  return {report};
}

std::vector<Stage::Result> MixtureStage::results() {
  const auto names = Member::columns(params_);
  const auto place = [&](const std::string& name) {
    return static_cast<std::size_t>(
        std::find_if(names.begin(), names.end(), [&](const auto& one) { return name == one.first; }) - names.begin());
  };
  const std::vector<double> values = series_values();
  const std::vector<double> errors =
      gather(1, [](const Member& member) { return std::vector{member.largest_error()}; });
  std::vector<Result> results;
  double mass = 0.0, momentum = 0.0, energy = 0.0;
  for (std::size_t n = 0; n < params_.eps.size(); ++n) {
    const double* const row = &values[n * names.size()];
    results.push_back({name_of(n) + "light temperature", row[1], "energy"});
    results.push_back({name_of(n) + "heavy temperature", row[2], "energy"});
    if (params_.reference != ReferenceKind::none)
      results.push_back({name_of(n) + "largest error of light temperature", errors[n], "energy"});
    mass = std::max(mass, row[place("mass_error")]);
    momentum = std::max(momentum, row[place("momentum_error")]);
    energy = std::max(energy, row[place("energy_error")]);
  }
  results.push_back({"mass lost (relative)", mass, ""});
  results.push_back({"momentum lost (relative)", momentum, ""});
  results.push_back({"energy lost (relative)", energy, ""});
  return results;
}

void MixtureStage::save(data::StateWriter& writer) {
  writer.put("eps", params_.eps);
  writer.put("time", time_);
  std::vector<double> f, h, rest;
  for (const Member& member : members_) {
    f.insert(f.end(), member.light().begin(), member.light().end());
    h.insert(h.end(), member.heavy().begin(), member.heavy().end());
    const std::vector<double> more = member.save();
    rest.insert(rest.end(), more.begin(), more.end());
  }
  const std::size_t rows = members_.size();
  const Member sample(params_, params_.eps.front(), *light_, *heavy_);
  writer.put_rows("light", transposed(f, rows), light_->grid().size());
  writer.put_rows("heavy", transposed(h, rows), heavy_->grid().size());
  writer.put_rows("rest", transposed(rest, rows), static_cast<int>(sample.save().size()));
}

void MixtureStage::restore(data::StateReader& reader) {
  std::vector<double> eps, f, h, rest;
  reader.get("eps", eps);
  if (eps != params_.eps)
    throw Error::input("the checkpoint of this stage is of other ratios of masses than the deck's");
  reader.get("time", time_);
  const Member sample(params_, params_.eps.front(), *light_, *heavy_);
  reader.get_rows("light", f, light_->grid().size());
  reader.get_rows("heavy", h, heavy_->grid().size());
  reader.get_rows("rest", rest, static_cast<int>(sample.save().size()));
  agree(context_.comm, [&] {
    const std::size_t rows = members_.size();
    if (f.size() != rows * to_size(light_->grid().size()) || h.size() != rows * to_size(heavy_->grid().size()))
      throw Error::input("the checkpoint of this stage has distributions on other velocity grids than the deck's");
    for (std::size_t n = 0; n < rows; ++n)
      members_[n].restore(row_of(f, rows, n), row_of(h, rows, n), row_of(rest, rows, n));
  });
  double unfinished = 0.0;
  for (const Member& member : members_) unfinished = std::max(unfinished, member.is_done() ? 0.0 : 1.0);
  is_finished_ = context_.comm.all_reduce(unfinished, Op::max) == 0.0;
}

}  // namespace tessera::sim::boltzmann::disparate
