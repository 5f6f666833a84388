#include "sim/md/observables/block_average.hpp"

#include <fmt/core.h>

#include <cstdint>

#include "base/error.hpp"

namespace tessera::sim::md {

void save(data::StateWriter& writer, const std::string& name, const std::vector<BlockAverage>& averages) {
  std::vector<double> numbers;
  std::vector<std::int64_t> lengths;
  for (const auto& average : averages) {
    const auto state = average.state();
    lengths.push_back(static_cast<std::int64_t>(state.size()));
    numbers.insert(numbers.end(), state.begin(), state.end());
  }
  writer.put(name + "_lengths", lengths);
  writer.put(name + "_levels", numbers);
}

void restore(data::StateReader& reader, const std::string& name, std::vector<BlockAverage>& averages) {
  std::vector<double> numbers;
  std::vector<std::int64_t> lengths;
  reader.get(name + "_lengths", lengths);
  reader.get(name + "_levels", numbers);
  std::int64_t total = 0;
  for (const auto length : lengths) total += length;
  if (lengths.size() != averages.size() || total != static_cast<std::int64_t>(numbers.size()))
    throw Error::input(fmt::format("the checkpoint holds {} averages of {}, but the deck asks for {}", lengths.size(),
                                   name, averages.size()));
  auto from = numbers.begin();
  for (std::size_t n = 0; n < averages.size(); ++n) {
    averages[n].set_state({from, from + lengths[n]});
    from += lengths[n];
  }
}

}  // namespace tessera::sim::md
