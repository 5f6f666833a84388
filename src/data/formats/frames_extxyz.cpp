#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "data/formats/elements.hpp"
#include "data/formats/extxyz_header.hpp"
#include "data/formats/frames.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"

namespace tessera::data::frames {

namespace {

/// Where frames begin: bytes, and the end of the last one.
class FrameScan {
 public:
  explicit FrameScan(const TextFile& file) : file_(file) {}

  /// Reads the whole file, keeps the places.
  std::vector<std::int64_t> run() {
    std::vector<char> block(std::size_t{1} << 20);
    for (std::int64_t offset = 0; offset < file_.size();) {
      const std::int64_t bytes = file_.read(offset, block.data(), static_cast<std::int64_t>(block.size()));
      if (bytes <= 0) break;
      take(block.data(), block.data() + bytes, offset);
      offset += bytes;
    }
    if (lines_left_ == 0 && !trimmed(count_).empty())
      begin_frame(file_.size() - static_cast<std::int64_t>(count_.size()));
    const bool ends_within_line = lines_left_ == 1 && has_part_;
    if (lines_left_ > 0 && !ends_within_line)
      throw Error::input(fmt::format("{}: frame {} is cut off: {} lines are missing at the end of the file",
                                     file_.path(), begin_.size() - 1, lines_left_));
    if (begin_.empty()) throw Error::input(file_.path() + ": the file is empty");
    begin_.push_back(file_.size());
    return begin_;
  }

 private:
  void take(const char* here, const char* end, std::int64_t offset) {
    const char* const block = here;
    while (here < end) {
      const auto* stop = static_cast<const char*>(std::memchr(here, '\n', static_cast<std::size_t>(end - here)));
      const char* const line_end = stop == nullptr ? end : stop;
      if (lines_left_ == 0) {
        count_.append(here, line_end);
        if (count_.size() > 1024) throw Error::input(file_.path() + ": the number of particles was expected");
        if (stop != nullptr) begin_frame(offset + (stop - block) - static_cast<std::int64_t>(count_.size()));
      } else if (stop != nullptr) {
        --lines_left_;
      }
      has_part_ = stop == nullptr;
      here = stop == nullptr ? end : stop + 1;
    }
  }

  /// Behind the line of a count; blank ones may stand between frames.
  void begin_frame(std::int64_t place) {
    const std::string text(trimmed(count_));
    count_.clear();
    if (text.empty()) return;
    try {
      lines_left_ = parse_integer(text, "the number of particles in a frame", 0, std::int64_t{1} << 40) + 1;
    } catch (const Error& error) {
      throw Error::input(fmt::format("{}: frame {}: {}", file_.path(), begin_.size(), error.what()));
    }
    begin_.push_back(place);
  }

  const TextFile& file_;
  std::vector<std::int64_t> begin_;
  std::string count_;
  std::int64_t lines_left_ = 0;
  bool has_part_ = false;
};

/// Names by which files call the columns that are no particle's state.
const extxyz::Property* find_vector(const extxyz::Header& header, std::initializer_list<std::string_view> names) {
  for (const auto& property : header.properties)
    for (const auto name : names)
      if (property.name == name && property.components == 3) return &property;
  return nullptr;
}

class ExtxyzFrames final : public Frames {
 public:
  ExtxyzFrames(TextFile file, std::vector<std::int64_t> begin) : file_(std::move(file)), begin_(std::move(begin)) {}

  std::int64_t size() const override { return static_cast<std::int64_t>(begin_.size()) - 1; }
  std::optional<double> time(std::int64_t frame) const override {
    const std::string text = text_of(frame, max_line_bytes);
    const auto first = text.find('\n');
    return first == std::string::npos ? std::nullopt
                                      : time_of(text.substr(first + 1, text.find('\n', first + 1) - first - 1));
  }
  Frame read(std::int64_t frame) const override {
    try {
      return parse(text_of(frame, begin_.back()));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) throw;
      throw Error::input(fmt::format("{}: frame {}: {}", file_.path(), frame, error.what()));
    }
  }

 private:
  std::string text_of(std::int64_t frame, std::int64_t most) const {
    const auto n = static_cast<std::size_t>(frame);
    const std::int64_t bytes = std::min(begin_.at(n + 1) - begin_.at(n), most);
    if (bytes > memory_available()) throw Error::input("it is larger than the memory of this rank");
    std::string text(static_cast<std::size_t>(bytes), '\0');
    text.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, file_.read(begin_[n], text.data(), bytes))));
    return text;
  }

  static std::optional<double> time_of(std::string_view line) {
    for (const auto& [key, value] : extxyz::parse_pairs(line))
      if ((key == "Time" || key == "time") && is_number(value)) return parse_real(value, key);
    return std::nullopt;
  }

  static Frame parse(const std::string& text) {
    std::vector<std::string_view> lines;
    for (std::size_t begin = 0; begin < text.size();) {
      const auto end = std::min(text.find('\n', begin), text.size());
      lines.push_back(std::string_view(text).substr(begin, end - begin));
      begin = end + 1;
    }
    const std::int64_t count = parse_integer(trimmed(lines.at(0)), "the number of particles", 0, std::int64_t{1} << 40);
    if (static_cast<std::int64_t>(lines.size()) < count + 2) throw Error::input("it is cut off");
    const auto header = extxyz::parse_header(lines[1]);
    Frame frame;
    frame.box = box_of(header);
    frame.time = time_of(lines[1]);
    for (const auto& [key, value] : extxyz::parse_pairs(lines[1]))
      if (key == "timestep") frame.interval = parse_real(value, key);
    read_rows(header, lines, static_cast<std::size_t>(count), frame);
    return frame;
  }

  static Box box_of(const extxyz::Header& header) {
    if (!header.lattice) throw Error::input("there is no Lattice");
    double cell[3][3];
    for (std::size_t n = 0; n < 9; ++n) cell[n / 3][n % 3] = (*header.lattice)[n];
    return Box::triclinic({header.origin[0], header.origin[1], header.origin[2]}, cell,
                          header.periodic.value_or(std::array{true, true, true}));
  }

  static void read_rows(const extxyz::Header& header, const std::vector<std::string_view>& lines, std::size_t count,
                        Frame& frame) {
    using extxyz::Target;
    const auto* velocity = header.find(Target::velocity);
    frame.has_momenta = velocity == nullptr && header.find(Target::momentum) != nullptr;
    if (frame.has_momenta) velocity = header.find(Target::momentum);
    const std::pair<const extxyz::Property*, std::vector<double>*> vectors[] = {
        {header.find(Target::position), &frame.position},
        {velocity, &frame.velocity},
        {find_vector(header, {"displacements", "displacement"}), &frame.displacement},
        {find_vector(header, {"update_velocities", "new_velocities"}), &frame.new_velocity}};
    const auto *mass = header.find(Target::mass), *id = header.find(Target::id);
    std::vector<std::int64_t> ids;
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < count; ++i) {
      split_words(lines[i + 2], words);
      if (static_cast<int>(words.size()) != header.num_columns)
        throw Error::input(fmt::format("particle {}: {} columns; {} were expected by Properties", i + 1, words.size(),
                                       header.num_columns));
      const auto word = [&](const extxyz::Property& property, int c) {
        return words[static_cast<std::size_t>(property.first + c)];
      };
      frame.species.push_back(species_of(header, words));
      for (const auto& [property, target] : vectors)
        for (int c = 0; property != nullptr && c < 3; ++c)
          target->push_back(parse_real(word(*property, c), property->name));
      if (mass != nullptr) frame.mass.push_back(parse_real(word(*mass, 0), "mass"));
      if (id != nullptr) ids.push_back(parse_integer(word(*id, 0), "an id"));
    }
    if (mass == nullptr && !header.type_masses.empty())
      for (const auto& name : frame.species) frame.mass.push_back(mass_of(header, name));
    if (!ids.empty()) order(ids, frame);
  }

  static std::string species_of(const extxyz::Header& header, const std::vector<std::string_view>& words) {
    using extxyz::Target;
    const auto word = [&](const extxyz::Property* property) {
      return words[static_cast<std::size_t>(property->first)];
    };
    if (const auto* species = header.find(Target::species)) return std::string(word(species));
    if (const auto* number = header.find(Target::number))
      return std::string(element_symbol(static_cast<int>(parse_integer(word(number), "an atomic number", 1, 118))));
    return std::string(word(header.find(Target::type)));
  }

  static double mass_of(const extxyz::Header& header, const std::string& name) {
    const auto found = std::find(header.type_names.begin(), header.type_names.end(), name);
    if (found == header.type_names.end()) throw Error::input(fmt::format("{} is not among type_names", name));
    return header.type_masses[static_cast<std::size_t>(found - header.type_names.begin())];
  }

  /// By id.
  static void order(const std::vector<std::int64_t>& ids, Frame& frame) {
    std::vector<std::size_t> place(ids.size());
    std::iota(place.begin(), place.end(), std::size_t{0});
    std::sort(place.begin(), place.end(), [&](std::size_t a, std::size_t b) { return ids[a] < ids[b]; });
    const auto apply = [&](auto& values, std::size_t width) {
      if (values.empty()) return;
      auto sorted = values;
      for (std::size_t i = 0; i < place.size(); ++i)
        for (std::size_t c = 0; c < width; ++c) sorted[i * width + c] = values[place[i] * width + c];
      values = std::move(sorted);
    };
    apply(frame.species, 1);
    apply(frame.mass, 1);
    for (auto* values : {&frame.position, &frame.velocity, &frame.displacement, &frame.new_velocity}) apply(*values, 3);
  }

  TextFile file_;
  std::vector<std::int64_t> begin_;
};

}  // namespace

std::unique_ptr<Frames> open_extxyz(const Comm& comm, const std::string& path) {
  TextFile file = open_text(comm, path);
  auto begin = agree(comm, [&] { return comm.is_root() ? FrameScan(file).run() : std::vector<std::int64_t>(); });
  auto count = static_cast<std::int64_t>(begin.size());
  comm.broadcast(count);
  begin.resize(static_cast<std::size_t>(count));
  comm.broadcast_bytes(begin.data(), begin.size() * sizeof(std::int64_t));
  return std::make_unique<ExtxyzFrames>(std::move(file), std::move(begin));
}

}  // namespace tessera::data::frames
