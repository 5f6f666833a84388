// Where a stage's samples come from: an earlier stage, a file, or a density that is known.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learn/action/path.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::action {

class SampleChoice {
 public:
  /// `part`: what is read of tables, unless a deck says otherwise.
  SampleChoice(const sim::MakeSampleSourceParams& make_density, Part part) : density_(make_density()), part_(part) {}

  /// `data`, or a table [stage.density]: a deck has one of them.
  void bind(deck::Binder& binder, std::string_view meaning);
  bool has_density() const { return has_density_.value_or(false); }
  /// Earlier stages that are needed.
  std::vector<std::string> uses() const;

  /// Collective. Of an earlier stage or a file.
  std::shared_ptr<const Snapshots> read(const sim::StageContext& context) const;
  /// Collective. Samples that are held out while others are read for training; nothing if there are none.
  std::shared_ptr<const Snapshots> read_held_out(const sim::StageContext& context) const;
  std::shared_ptr<const sim::SampleSource> density() const { return density_->make(); }

 private:
  std::string path(const sim::StageContext& context) const;

  std::unique_ptr<sim::SampleSourceParams> density_;
  std::string data_, file_;
  Part part_;
  std::optional<bool> has_density_;  // of the deck, once it has been read
};

}  // namespace tessera::learn::action
