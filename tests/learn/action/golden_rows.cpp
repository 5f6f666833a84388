#include "golden_rows.hpp"

namespace tessera::test {

using namespace learn::action;

namespace {

/// Puts a dataset's numbers at a place of all rows.
class RowWriter {
 public:
  RowWriter(std::vector<double>& rows, std::int64_t width) : rows_(rows), width_(width) {}

  void put(std::int64_t place, const Stored& from) {
    for (std::int64_t row = 0; row < from.rows; ++row)
      for (std::int64_t n = 0; n < from.width; ++n)
        at(row, place + n) = from.numbers[static_cast<std::size_t>(row * from.width + n)];
  }
  double& at(std::int64_t row, std::int64_t place) { return rows_[static_cast<std::size_t>(row * width_ + place)]; }

 private:
  std::vector<double>& rows_;
  std::int64_t width_;
};

}  // namespace

GoldenRows::GoldenRows(const std::string& path, const std::string& batch, const std::string& group,
                       const GoldenNetwork& network) {
  const auto number = [&](const std::string& name, double otherwise) {
    const std::string dataset = group + "/" + name;
    return has_stored(path, dataset) ? read_stored(path, dataset).numbers.front() : otherwise;
  };
  const Stored times = read_stored(path, batch + "/t");
  count = times.rows;
  const auto of_each = [&](const std::string& name, double otherwise) {
    const std::string dataset = group + "/" + name;
    return has_stored(path, dataset) ? read_stored(path, dataset).numbers
                                     : std::vector<double>(static_cast<std::size_t>(count), otherwise);
  };
  const double start = number("in_omega0", 1.0) * number("in_m_0", 1.0),
               end = number("in_omega1", 1.0) * number("in_m_1", 1.0);
  layout.dimensions = network.dim;
  layout.has_noise = has_stored(path, group + "/in_sigma");
  layout.probes = group.find("hutchinson") != std::string::npos ? 1 : 0;
  layout.has_start = start != 0.0;
  layout.has_end = end != 0.0;
  dynamics.sigma = layout.has_noise ? "1" : "";  // rows have it
  dynamics.growth = number("in_lam", 0.0);
  rows.resize(static_cast<std::size_t>(count * layout.width()));
  RowWriter writer(rows, layout.width());
  writer.put(RowLayout::time, times);
  writer.put(RowLayout::position, read_stored(path, batch + "/x_t"));
  if (layout.has_start) writer.put(layout.start() + 1, read_stored(path, batch + "/x_0"));
  if (layout.has_end) writer.put(layout.end() + 1, read_stored(path, batch + "/x_1"));
  if (layout.probes > 0) writer.put(layout.probe(0), read_stored(path, batch + "/probe"));
  const auto weight = of_each("in_omega", 1.0), rate = of_each("in_domega", 0.0), inverse = of_each("in_invp", 1.0),
             mass = of_each("in_m_t", 1.0), sigma = of_each("in_sigma", 0.0);
  for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n) {
    const auto row = static_cast<std::int64_t>(n);
    writer.at(row, RowLayout::weight) = inverse[n] * mass[n] * weight[n];
    writer.at(row, RowLayout::rate) = inverse[n] * mass[n] * rate[n];
    writer.at(row, RowLayout::sigma) = sigma[n];
    if (layout.has_start) writer.at(row, layout.start()) = start;
    if (layout.has_end) writer.at(row, layout.end()) = end;
  }
}

std::vector<double> golden_field_rows(const std::string& path, const std::string& batch, const RowLayout& layout,
                                      double weight, const std::string& others) {
  const Stored times = read_stored(path, batch + "/t");
  std::vector<double> rows(static_cast<std::size_t>(times.rows * layout.width()));
  RowWriter writer(rows, layout.width());
  writer.put(RowLayout::time, times);
  writer.put(RowLayout::position, read_stored(path, batch + "/x_t"));
  if (!others.empty())
    writer.put(layout.probes > 0 ? layout.probe(0) : layout.extra(), read_stored(path, batch + "/" + others));
  for (std::int64_t row = 0; row < times.rows; ++row) writer.at(row, RowLayout::weight) = weight;
  return rows;
}

}  // namespace tessera::test
