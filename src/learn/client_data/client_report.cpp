#include "learn/client_data/client_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/sum.hpp"
#include "learn/client_data/synthetic.hpp"

namespace tessera::learn::client_data {

namespace {

constexpr std::int64_t max_shares = 1 << 20;

/// Collective. Sums over the rows of each client: of y, or for each class of those that have it.
std::vector<double> sums_of_responses(const Comm& comm, const ClientRows& rows, std::int64_t classes) {
  if (classes > 0) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(rows.num_clients * classes), 0);
    for (std::size_t row = 0; row < rows.size(); ++row)
      if (rows.client[row] >= 0)
        ++counts[static_cast<std::size_t>(rows.client[row] * classes + static_cast<std::int64_t>(rows.y[row]))];
    comm.all_reduce(counts.data(), static_cast<int>(counts.size()), Op::sum);
    return {counts.begin(), counts.end()};
  }
  std::vector<ExactSum> sums(static_cast<std::size_t>(rows.num_clients));
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (rows.client[row] >= 0) sums[static_cast<std::size_t>(rows.client[row])].add(rows.y[row]);
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  std::vector<double> values;
  for (const auto& sum : sums) values.push_back(sum.value());
  return values;
}

}  // namespace

sim::Report client_report(const Comm& comm, const ClientRows& rows, const KeyOrder& order) {
  sim::Report report{"clients.csv", {{"client", ""}, {"rows", ""}}, {}};
  const std::int64_t classes = rows.num_classes * rows.num_clients <= max_shares ? rows.num_classes : 0;
  for (std::int64_t k = 0; k < classes; ++k) report.columns.push_back({fmt::format("share_{}", k), ""});
  if (rows.has_response && classes == 0) report.columns.push_back({"mean_y", ""});
  const std::size_t width = report.columns.size() - 2;
  const auto sums = rows.has_response ? sums_of_responses(comm, rows, classes) : std::vector<double>{};
  for (std::int64_t client = 0; client < rows.num_clients; ++client) {
    const auto count = static_cast<double>(order.count(client));
    std::vector<double> line{static_cast<double>(client), count};
    for (std::size_t n = 0; n < width; ++n) line.push_back(sums[static_cast<std::size_t>(client) * width + n] / count);
    report.rows.push_back(std::move(line));
  }
  return report;
}

std::vector<sim::Stage::Result> client_results(const sim::Report& report, const ClientRows& rows) {
  double total = 0.0;
  for (const auto& line : report.rows) total += line[1];
  std::vector<sim::Stage::Result> results{{"clients", static_cast<double>(report.rows.size()), ""},
                                          {"rows for training", total, ""}};
  const auto add_range = [&](const std::string& what, const auto& value) {
    double low = value(report.rows.front()), high = low;
    for (const auto& line : report.rows) {
      low = std::min(low, value(line));
      high = std::max(high, value(line));
    }
    results.push_back({"smallest " + what, low, ""});
    results.push_back({"largest " + what, high, ""});
  };
  add_range("shard", [](const std::vector<double>& line) { return line[1]; });
  const std::size_t width = report.columns.size();
  if (rows.num_classes > 2 && width > 3)
    add_range("share of a client's commonest class",
              [](const std::vector<double>& line) { return *std::max_element(line.begin() + 2, line.end()); });
  else if (rows.num_classes == 2 && width == 4)
    add_range("share of class 1", [](const std::vector<double>& line) { return line[3]; });
  else if (width == 3)
    add_range("mean of y", [](const std::vector<double>& line) { return line[2]; });
  return results;
}

sim::Report truth_report(const SyntheticParams& params, std::uint32_t seed) {
  sim::Report report{"truth.csv", {}, {}};
  const auto truth = make_source(params, seed)->truth();
  const bool is_blobs = params.kind == SyntheticKind::blobs;
  report.columns.push_back({is_blobs ? "client" : "feature", ""});
  const std::size_t width = is_blobs ? static_cast<std::size_t>(params.features) : 1;
  for (std::size_t c = 1; c <= width; ++c)
    report.columns.push_back({is_blobs ? fmt::format("centre_x{}", c) : "coefficient", ""});
  for (std::size_t n = 0; n < truth.size() / width; ++n) {
    std::vector<double> line{static_cast<double>(is_blobs ? n : n + 1)};
    for (std::size_t c = 0; c < width; ++c) line.push_back(truth[n * width + c]);
    report.rows.push_back(std::move(line));
  }
  return report;
}

void save_report(data::StateWriter& writer, const std::string& name, const sim::Report& report) {
  std::string columns;
  std::vector<double> values;
  for (const auto& column : report.columns) columns += column.name + "\n";
  for (const auto& line : report.rows) values.insert(values.end(), line.begin(), line.end());
  writer.put(name + "_file", report.file);
  writer.put(name + "_columns", columns);
  writer.put(name + "_values", values);
}

sim::Report restored_report(data::StateReader& reader, const std::string& name) {
  sim::Report report;
  std::string columns;
  std::vector<double> values;
  reader.get(name + "_file", report.file);
  reader.get(name + "_columns", columns);
  reader.get(name + "_values", values);
  std::istringstream lines(columns);
  for (std::string line; std::getline(lines, line);) report.columns.push_back({line, ""});
  const std::size_t width = report.columns.size();
  if (width == 0 || values.size() % width != 0) throw Error::input("a checkpoint with a damaged report");
  for (auto value = values.begin(); value != values.end(); value += static_cast<std::ptrdiff_t>(width))
    report.rows.emplace_back(value, value + static_cast<std::ptrdiff_t>(width));
  return report;
}

}  // namespace tessera::learn::client_data
