#include "learn/action/sample_choice.hpp"

#include <fmt/format.h>

#include <utility>

namespace tessera::learn::action {

namespace {

/// As a table of a deck.
struct DensityTable {
  sim::SampleSourceParams& params;
};
void bind(deck::Binder& b, DensityTable& table) { table.params.bind(b); }

}  // namespace

void SampleChoice::bind(deck::Binder& b, std::string_view meaning) {
  if (!b.is_describing() && !has_density_) has_density_ = b.has("density");  // once read it stays
  b.value("data", data_, {fmt::format("{}: the earlier stage of this name", meaning)});
  b.file("file", file_, {"or a table.h5 of another run"});
  if (b.is_describing() || has_density()) {
    DensityTable table{*density_};
    b.table("density", table, {"or a density that is known, whose samples are drawn when they are needed"});
  }
  if (b.is_describing() || !has_density())
    b.choice("part", part_, {{"all", Part::all}, {"training", Part::training}, {"held_out", Part::held_out}},
             {"of tables where some samples are held out: which ones are read"});
  if (b.is_describing()) return;
  const int given = (data_.empty() ? 0 : 1) + (file_.empty() ? 0 : 1) + (has_density() ? 1 : 0);
  b.check(given == 1, "data",
          fmt::format("{} sources of samples; expected one of data = \"<stage>\", file = \"<table.h5>\" and "
                      "[stage.density]",
                      given));
}

std::vector<std::string> SampleChoice::uses() const {
  return data_.empty() ? std::vector<std::string>() : std::vector{data_};
}

std::string SampleChoice::path(const sim::StageContext& context) const {
  return data_.empty() ? file_ : context.earlier_folder(data_) + "/table.h5";
}

std::shared_ptr<const Snapshots> SampleChoice::read(const sim::StageContext& context) const {
  return std::make_shared<const Snapshots>(Snapshots::read(context.comm, path(context), part_));
}

std::shared_ptr<const Snapshots> SampleChoice::read_held_out(const sim::StageContext& context) const {
  if (part_ != Part::training) return nullptr;
  auto snapshots = Snapshots::read_held_out(context.comm, path(context));
  return snapshots ? std::make_shared<const Snapshots>(std::move(*snapshots)) : nullptr;
}

}  // namespace tessera::learn::action
