#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/memory.hpp"
#include "data/formats/elements.hpp"
#include "data/formats/h5md.hpp"
#include "data/formats/h5md_file.hpp"
#include "data/formats/row_table.hpp"

namespace tessera::data {

namespace {

using h5::Element;
using h5::H5mdFile;
using h5::Share;

class H5mdReader {
 public:
  H5mdReader(const Comm& comm, const std::string& path, const ReadOptions& options)
      : comm_(comm), options_(options), file_(agree(comm, [&] { return H5mdFile(path, options); })) {}

  System read() {
    System system(comm_);
    agree(comm_, [&] {
      choose_frame();
      system.step = step_;
      system.time = position_->is_timed ? file_.time(*position_, frame_) : 0.0;
      system.box = read_box();
      read_rows();
    });
    drop_unused_rows();
    system.species = number_species();
    raise_ids();
    sort_by_id(comm_, table_);
    check_unique();
    set_particles(table_, system.particles);
    return system;
  }

 private:
  void choose_frame() {
    position_ = file_.find("position");
    if (!position_) file_.fail("position", "there is no such element");
    if (position_->dims.size() != 2 || position_->dims[1] != 3)
      file_.fail("position", "positions of three components for each particle were expected");
    if (!position_->is_timed) return;
    steps_ = file_.steps(*position_);
    if (steps_.empty()) file_.fail("position", "there are no frames");
    frame_ = steps_.size() - 1;
    if (options_.step >= 0) {
      const auto found = std::find(steps_.begin(), steps_.end(), options_.step);
      if (found == steps_.end())
        file_.fail("position", fmt::format("there is no frame of step {}; there are {}, of steps {} to {}",
                                           options_.step, steps_.size(), steps_.front(), steps_.back()));
      frame_ = static_cast<hsize_t>(found - steps_.begin());
    } else if (options_.frame >= 0) {
      if (options_.frame >= static_cast<std::int64_t>(steps_.size()))
        file_.fail("position",
                   fmt::format("there is no frame {}; there are {} (from 0)", options_.frame, steps_.size()));
      frame_ = static_cast<hsize_t>(options_.frame);
    }
    step_ = steps_[frame_];
  }

  /// The frame of an element at the step chosen; nothing if it has none.
  std::optional<hsize_t> frame_of(const Element& element) const {
    if (!element.is_timed) return hsize_t{0};
    if (!position_->is_timed)
      return element.num_frames > 0 ? std::optional<hsize_t>(element.num_frames - 1) : std::nullopt;
    const auto steps = file_.steps(element);
    if (frame_ < steps.size() && steps[frame_] == step_) return frame_;
    const auto found = std::find(steps.begin(), steps.end(), step_);
    if (found == steps.end()) return std::nullopt;
    return static_cast<hsize_t>(found - steps.begin());
  }

  Box read_box() const {
    std::array<bool, 3> periodic{};
    const auto boundary = file_.boundary();
    if (boundary.size() != 3)
      file_.fail("box", fmt::format("attribute 'boundary' has {} strings; three were expected", boundary.size()));
    for (std::size_t d = 0; d < 3; ++d) {
      if (boundary[d] != "periodic" && boundary[d] != "none")
        file_.fail("box", fmt::format("boundary '{}'; periodic or none was expected", boundary[d]));
      periodic[d] = boundary[d] == "periodic";
    }
    const auto edges = file_.find_in_box("edges");
    if (!edges) file_.fail("box/edges", "there is no such element");
    const std::vector<hsize_t> vector{3}, matrix{3, 3};
    if (edges->dims != vector && edges->dims != matrix)
      file_.fail("box/edges", "three lengths or three vectors were expected");
    const auto numbers = read_timed(*edges);
    double cell[3][3] = {};
    for (std::size_t d = 0; d < 3; ++d)
      for (std::size_t c = 0; c < 3; ++c) {
        if (edges->dims == matrix)
          cell[d][c] = numbers[3 * d + c];
        else if (c == d)
          cell[d][c] = numbers[d];
      }
    Vec3 origin{0.0, 0.0, 0.0};
    if (const auto element = file_.find_in_box("origin"); element && element->dims == vector) {
      const auto corner = read_timed(*element);
      origin = {corner[0], corner[1], corner[2]};
    }
    try {
      return Box::triclinic(origin, cell, periodic);
    } catch (const Error& error) {
      file_.fail("box/edges", error.what());
    }
  }

  std::vector<double> read_timed(const Element& element) const {
    const auto frame = frame_of(element);
    if (!frame) file_.fail(element.name, fmt::format("there is no frame of step {}", step_));
    return file_.read<double>(element, *frame, nullptr);
  }

  struct Column {
    const char* element;
    const char* field;
    hsize_t components;
    bool is_real;
  };

  void read_rows() {
    constexpr Column columns[] = {{"position", "position", 3, true}, {"velocity", "velocity", 3, true},
                                  {"force", "force", 3, true},       {"charge", "charge", 1, true},
                                  {"mass", "_mass", 1, true},        {"image", "image", 3, false},
                                  {"molecule", "molecule", 1, false}};
    choose_share();
    type_word_ = table_.add("type", 1, RowTable::Kind::integer);
    std::vector<std::pair<Column, Element>> found;
    for (const auto& column : columns) {
      auto element = file_.find(column.element);
      if (!element) continue;
      check_shape(*element, column.components);
      if (!frame_of(*element)) {
        if (comm_.is_root())
          log::warning(
              fmt::format("{}: '{}' has no frame of step {} and is left out", file_.path(), column.element, step_));
        continue;
      }
      table_.add(column.field, static_cast<int>(column.components),
                 column.is_real ? RowTable::Kind::real : RowTable::Kind::integer);
      found.emplace_back(column, std::move(*element));
    }
    check_memory();
    table_.words().resize(share_.count * table_.width(), RowTable::Word{.integer = 0});
    for (const auto& [column, element] : found) {
      if (column.is_real)
        fill(table_.first_word(column.field), element, file_.read<double>(element, *frame_of(element), &share_));
      else
        fill(table_.first_word(column.field), element, file_.read<std::int64_t>(element, *frame_of(element), &share_));
    }
    read_ids();
    read_species();
  }

  void choose_share() {
    const hsize_t rows = position_->dims[0], ranks = static_cast<hsize_t>(comm_.size());
    const auto begin = [&](hsize_t rank) { return rows / ranks * rank + rows % ranks * rank / ranks; };
    const auto rank = static_cast<hsize_t>(comm_.rank());
    share_ = {begin(rank), begin(rank + 1) - begin(rank)};
    if (share_.count > static_cast<hsize_t>(std::numeric_limits<int>::max()))
      file_.fail("position", fmt::format("{} particles are too many for {} ranks", rows, ranks));
  }

  void check_shape(const Element& element, hsize_t components) const {
    const hsize_t rows = position_->dims[0];
    const bool fits = element.dims == std::vector<hsize_t>{rows, components} ||
                      (components == 1 && element.dims == std::vector<hsize_t>{rows});
    if (!fits)
      file_.fail(element.name, fmt::format("its shape is ({}); {} rows of {} were expected",
                                           fmt::join(element.dims, ", "), rows, components));
  }

  void check_memory() const {
    const double bytes = static_cast<double>(share_.count) * static_cast<double>(table_.width()) * 8.0 * 3.0;
    if (bytes > static_cast<double>(memory_available()))
      file_.fail("position",
                 fmt::format("{} particles need {:.1f} GB a rank; {:.1f} are there: use more ranks", position_->dims[0],
                             bytes * 1e-9, static_cast<double>(memory_available()) * 1e-9));
  }

  template <class T>
  void fill(int word, const Element& element, const std::vector<T>& values) {
    const std::size_t components = element.dims.size() > 1 ? element.dims[1] : 1;
    for (std::size_t i = 0; i < share_.count; ++i)
      for (std::size_t c = 0; c < components; ++c) {
        const T value = values[i * components + c];
        RowTable::Word& target = table_.row(i)[static_cast<std::size_t>(word) + c];
        if constexpr (std::is_same_v<T, double>) {
          if (!std::isfinite(value)) file_.fail(element.name, fmt::format("row {} is not finite", share_.first + i));
          target.real = value;
        } else {
          if (element.name == "image" && (value < -max_image || value > max_image))
            file_.fail(element.name, fmt::format("row {} is {}", share_.first + i, value));
          target.integer = value;
        }
      }
  }

  void read_ids() {
    const auto id = file_.find("id");
    if (!id) {
      for (std::size_t i = 0; i < share_.count; ++i)
        table_.row(i)[0].integer = static_cast<std::int64_t>(share_.first + i) + 1;
      return;
    }
    check_shape(*id, 1);
    const auto frame = frame_of(*id);
    if (!frame) file_.fail("id", fmt::format("there is no frame of step {}", step_));
    fill(0, *id, file_.read<std::int64_t>(*id, *frame, &share_));
  }

  /// Numbers as the file has them; numbered from 0 later.
  void read_species() {
    species_ = file_.find("species");
    if (!species_) return;
    check_shape(*species_, 1);
    const auto frame = frame_of(*species_);
    if (!frame) file_.fail("species", fmt::format("there is no frame of step {}", step_));
    names_ = file_.species_names(*species_);
    masses_ = file_.species_masses(*species_);
    fill(type_word_, *species_, file_.read_species(*species_, *frame, share_));
  }

  /// Collective. All numbers that occur, rising.
  std::vector<std::int64_t> collect_numbers() const {
    std::vector<std::string> here;
    std::vector<std::int64_t> numbers;
    agree(comm_, [&] {
      for (std::size_t i = 0; i < table_.num_rows(); ++i) {
        const std::int64_t number = table_.row(i)[type_word_].integer;
        const auto at = std::lower_bound(numbers.begin(), numbers.end(), number);
        if (at == numbers.end() || *at != number) numbers.insert(at, number);
        if (numbers.size() > h5::max_species)
          file_.fail("species", fmt::format("more than {} species", h5::max_species));
      }
    });
    for (const auto number : numbers) here.push_back(std::to_string(number));
    numbers.clear();
    for (const auto& text : merge_texts(comm_, here, h5::max_species + 1)) numbers.push_back(std::stoll(text));
    std::sort(numbers.begin(), numbers.end());
    if (numbers.size() > h5::max_species) file_.fail("species", fmt::format("more than {} species", h5::max_species));
    return numbers;
  }

  /// Collective. Types from 0, their names and masses.
  std::vector<Species> number_species() {
    std::vector<std::int64_t> numbers;
    std::vector<Species> species;
    if (names_.empty()) {
      numbers = collect_numbers();
      for (std::size_t t = 0; t < numbers.size(); ++t) species.push_back({std::to_string(species_ ? numbers[t] : 1)});
    } else {
      for (const auto& [number, name] : names_) {
        numbers.push_back(number);
        species.push_back({name});
      }
    }
    if (!options_.species.empty()) {
      if (options_.species.size() != species.size())
        file_.fail("species",
                   fmt::format("{} species are named, but the file has {}", options_.species.size(), species.size()));
      for (std::size_t t = 0; t < species.size(); ++t) species[t].name = options_.species[t];
    }
    agree(comm_, [&] {
      for (std::size_t i = 0; i < table_.num_rows(); ++i) {
        auto& type = table_.row(i)[type_word_].integer;
        const auto at = std::lower_bound(numbers.begin(), numbers.end(), type);
        if (at == numbers.end() || *at != type)
          file_.fail("species", fmt::format("row {} is {}, which has no name", share_.first + i, type));
        type = at - numbers.begin();
      }
    });
    set_masses(species);
    return species;
  }

  void set_masses(std::vector<Species>& species) const {
    const int mass = table_.first_word("_mass");
    for (std::size_t t = 0; t < species.size(); ++t) {
      if (masses_.size() == species.size() && masses_[t] > 0.0)
        species[t].mass = masses_[t];
      else if (const auto weight = atomic_weight(species[t].name))
        species[t].mass = *weight;
      else if (mass < 0 && comm_.is_root())
        log::warning(fmt::format("{}: no mass for species '{}', which is no element: taken as 1", file_.path(),
                                 species[t].name));
    }
    if (mass < 0) return;
    const auto range = range_by_type(comm_, table_, type_word_, mass, species.size());
    for (std::size_t t = 0; t < species.size(); ++t) {
      if (range[t].is_empty()) continue;
      if (range[t].low != range[t].high || !(range[t].low > 0.0))
        file_.fail("mass", fmt::format("the masses of species '{}' range from {} to {}; one positive mass was expected",
                                       species[t].name, range[t].low, range[t].high));
      species[t].mass = range[t].low;
    }
  }

  /// Rows with negative ids are fill values where the number of particles changes.
  void drop_unused_rows() {
    auto& words = table_.words();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < table_.num_rows(); ++i) {
      if (table_.id(i) < 0) continue;
      std::copy_n(table_.row(i), table_.width(), table_.row(kept));
      ++kept;
    }
    words.resize(kept * table_.width(), RowTable::Word{.integer = 0});
  }

  /// Collective. Ids that begin at 0 are raised by one.
  void raise_ids() {
    std::int64_t lowest = 1;
    for (std::size_t i = 0; i < table_.num_rows(); ++i) lowest = std::min(lowest, table_.id(i));
    if (comm_.all_reduce(lowest, Op::min) > 0) return;
    for (std::size_t i = 0; i < table_.num_rows(); ++i) ++table_.row(i)[0].integer;
  }

  void check_unique() const {
    agree(comm_, [&] {
      for (std::size_t i = 1; i < table_.num_rows(); ++i)
        if (table_.id(i) == table_.id(i - 1)) file_.fail("id", fmt::format("id {} is given twice", table_.id(i)));
    });
  }

  static constexpr std::int64_t max_image = 1 << 30;

  Comm comm_;
  ReadOptions options_;
  H5mdFile file_;
  std::optional<Element> position_, species_;
  std::vector<std::int64_t> steps_;
  hsize_t frame_ = 0;
  std::int64_t step_ = 0;
  Share share_;
  RowTable table_;
  int type_word_ = -1;
  std::map<std::int64_t, std::string> names_;
  std::vector<double> masses_;
};

}  // namespace

System read_h5md(const Comm& comm, const std::string& path, const ReadOptions& options) {
  return H5mdReader(comm, path, options).read();
}

}  // namespace tessera::data
